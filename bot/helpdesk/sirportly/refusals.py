"""404 and 422 to a write, in words that say what to change.

Sirportly answers 404 both for a ticket that does not exist and for a status, team or person that does not (page
"Changing ticket properties" and the overview), and its wording is not documented. Reading the ticket tells which.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType

from bot.errors import InvalidFields
from bot.helpdesk import Entries, ListName
from bot.helpdesk.sirportly.decode import Missing
from bot.helpdesk.sirportly.reads import SirportlyReads

OBJECTS: dict[str, tuple[str, ListName | None]] = {
    "status": ("status", "status"),
    "priority": ("priority", "priority"),
    "team": ("team", "team"),
    "department": ("department", "department"),
    "brand": ("brand", "brand"),
    "sla": ("sla", "sla"),
    "user": ("assignee", "staff"),
    "macro": ("macro", None),
    "contact": ("contact", None),
    "contact_method": ("contact_method", None),
    "outgoing": ("outgoing", "outgoing"),
}
"""Parameters that name something, our field for each, and the list in which it can be looked up."""
OF_UPDATES = {"user": "author", "contact": "author"}
"""Our fields where the same parameters say whose update it is."""
OF_FORWARDS = {"user": "sender"}
"""And who forwards."""
STEPS = frozenset({"-1", "-2"})
NONE: Mapping[str, str] = MappingProxyType({})


@asynccontextmanager
async def refusing(
    helpdesk: SirportlyReads, ref: str | None, params: Mapping[str, str], *, called: Mapping[str, str] = NONE
) -> AsyncIterator[None]:
    """Say of a 404 what it is that does not exist; ``called`` are our fields where this method means others.

    Raises:
        TicketNotFound: it is the ticket.
        InvalidFields: it is something that the request names.
    """
    try:
        yield
    except Missing as error:
        if ref is not None:
            await helpdesk.record(ref)
        raise InvalidFields(await _culprits(helpdesk, params, called, str(error))) from error


async def _culprits(
    helpdesk: SirportlyReads, params: Mapping[str, str], called: Mapping[str, str], text: str
) -> dict[str, str]:
    named = {name: value for name, value in params.items() if name in OBJECTS and value and value not in STEPS}
    absent = {name: value for name, value in named.items() if not await _listed(helpdesk, name, value)}
    if len(absent) == 1:
        ((name, value),) = absent.items()
        return {called.get(name) or OBJECTS[name][0]: f"Sirportly does not know «{value}»"}
    return {"": f"Sirportly does not know something that was named: {text}"}


async def _listed(helpdesk: SirportlyReads, name: str, value: str) -> bool:
    """Whether ``value`` is in its list; what has no list is not."""
    _, list_name = OBJECTS[name]
    entries: Entries | None = await helpdesk.entries(list_name) if list_name is not None else None
    if entries is None:
        return False
    words = {word for each in entries.items for word in (each.id, each.name)}
    words |= {word for each in entries.staff for word in (each.id, each.username or "")}
    return value.casefold() in {word.casefold() for word in words}
