"""Looking what became of a write that got no answer: the read that decides, for each write.

A ticket is found by the tag that carries the entry's marker, an update by its exact text, author and time, a follow-up
by its instant, actor and texts. ``tickets/update`` may simply be repeated, and of ``tickets/forward`` nothing tells.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.errors import AuthenticationFailed, InvalidFields, UnexpectedResponse
from bot.helpdesk import JSON, Found
from bot.helpdesk.journal import Doubt
from bot.helpdesk.sirportly.client import Client
from bot.helpdesk.sirportly.decode import Missing, as_list, as_object, contact_of, is_staff, method_of, moment
from bot.outcomes import TicketView

SKEW = timedelta(minutes=5)
"""How far the helpdesk's clock may be from ours."""
DEEPEST = 10
"""Pages that are looked through for a ticket."""
STEPS = frozenset({"-1", "-2"})
CALENDAR = timedelta(days=3)
"""How far apart two ideas of "in a month" may be."""

_REFUSED = (AuthenticationFailed, Missing, InvalidFields, UnexpectedResponse)


def submitted(record: Mapping[str, Any], view: TicketView) -> JSON:
    """What of a new ticket the rest of the action needs, and how it is shown until somebody looks again."""
    contact = contact_of(record) or {}
    return {
        "ref": str(record["reference"]),
        "contact": str(contact["id"]) if "id" in contact else None,
        "view": view.model_dump(mode="json", exclude_none=True),
    }


def update_id(result: JSON) -> str | None:
    """What an update is held as."""
    return f"update:{result['id']}" if result.get("id") is not None else None


class Traces:
    """The reads that find a write again."""

    def __init__(self, client: Client, view: Callable[[JSON], TicketView]) -> None:
        self._client = client
        self._view = view

    async def ticket(self, sent: datetime, *, tag: str, params: Mapping[str, str]) -> Sequence[Found]:
        """A ticket that carries ``tag``; where this token may not ask so, one with that subject and contact."""
        try:
            query = f'SELECT tickets.reference FROM tickets WHERE ticket_tags.tag="{tag}"'
            answer = as_object(await self._client.read("tickets/spql", spql=query), writes=False)
            refs = [str(row[0]) for row in answer.get("results") or ()]
        except _REFUSED:
            # A user token needs access to the reporting interface for SPQL, and an account token may be kept from it.
            records = await self._recent(params, sent - SKEW)
            refs = [str(each["reference"]) for each in records if _is_submitted(each, params, sent)]
        whole = [as_object(await self._client.read("tickets/ticket", ticket=ref), writes=False) for ref in refs]
        return [Found(id=f"ticket:{each['reference']}", result=submitted(each, self._view(each))) for each in whole]

    async def _recent(self, params: Mapping[str, str], since: datetime) -> Sequence[JSON]:
        """The contact's tickets since then, or everybody's: account tokens alone may list a contact's."""
        try:
            contact = params.get("contact") or await self._contact(params["contact_method_data"])
            if contact is not None:
                return await self._newest("tickets/contact", since, contact=contact)
        except _REFUSED:
            pass
        return await self._newest("tickets/all", since)

    async def _contact(self, address: str) -> str | None:
        matches = as_list(await self._client.read("contacts/search", query=address))
        same = (each for each in matches if address.casefold() in _names(each.get("method"), "data"))
        return next((str(each["contact"]["id"]) for each in same), None)

    async def _newest(self, method: str, since: datetime, **params: str) -> Sequence[JSON]:
        """Tickets submitted since then, page by page."""
        found: dict[str, JSON] = {}
        for page in range(1, DEEPEST + 1):
            order = {"sort_by": "created_at", "order": "desc", "page": str(page)}
            some = as_list(await self._client.read(method, **params, **order))
            fresh = [each for each in some if (at := moment(each.get("submitted_at"))) is not None and at >= since]
            before = len(found)
            found |= {str(each["reference"]): each for each in fresh}
            if len(fresh) < len(some) or len(found) == before:
                break  # older ones from here on, or nothing that was not there already
        return list(found.values())

    async def update(self, sent: datetime, *, params: Mapping[str, str]) -> Sequence[Found]:
        """Updates of that ticket with that text, by that author, since ``sent``.

        A note is also looked for among what is public, and last there: if it was taken as public, that has to be seen.
        """
        ticket = params["ticket"]
        try:
            records = as_list(await self._client.read("ticket_updates/all", ticket=ticket))
        except (AuthenticationFailed, UnexpectedResponse):
            whole = as_object(await self._client.read("tickets/ticket", ticket=ticket), writes=False)
            records = as_list(whole.get("updates") or [])
        since = None if "posted_at" in params else sent - SKEW
        wanted = params.get("private") == "1"
        return [
            Found(id=f"update:{each['id']}", result={"id": each["id"], "private": each.get("private"), "found": True})
            for each in sorted(records, key=lambda each: (bool(each.get("private")) != wanted, int(each["id"])))
            if _is_update(each, params, since)
        ]

    async def followup(self, *, params: Mapping[str, str], expected: datetime, now: datetime) -> Sequence[Found]:
        """Follow-ups of that ticket with that actor and those texts, at about the instant that was asked for.

        Raises:
            Doubt: none is listed, but its time has come: whether one that has run is still listed is not documented.
        """
        records = as_list(await self._client.read("tickets/followups", ticket=params["ticket"]))
        window = CALENDAR if params.get("time_type") in {"month", "year"} else SKEW
        found = [
            Found(id=f"followup:{each['id']}", result={"id": each["id"], "run_at": each.get("run_at")})
            for each in records
            if _is_followup(each, params) and _near(moment(each.get("run_at")), expected, window)
        ]
        if not found and expected <= now:
            raise Doubt(f"scheduling a follow-up on {params['ticket']} for a time that has passed by now")
        return found


def _is_submitted(record: JSON, params: Mapping[str, str], sent: datetime) -> bool:
    at = moment(record.get("submitted_at"))
    return (
        record.get("subject") == params["subject"] and at is not None and at >= sent - SKEW and _is_of(record, params)
    )


def _is_of(record: JSON, params: Mapping[str, str]) -> bool:
    """Whether a ticket is its contact's, as far as the answer tells."""
    if "contact" in params:
        contact = contact_of(record)
        return contact is None or params["contact"].casefold() in _names(contact, "id", "reference", "name")
    method = method_of(record)
    return method is None or params["contact_method_data"].casefold() in _names(method, "data")


def _is_update(record: JSON, params: Mapping[str, str], since: datetime | None) -> bool:
    at = moment(record.get("posted_at"))
    return (
        _text(record.get("message")) == _text(params["message"])
        and (params.get("private") == "1" or not record.get("private"))
        and _is_by(record, params)
        and (since is None or at is None or at >= since)
    )


def _is_by(record: JSON, params: Mapping[str, str]) -> bool:
    author = record.get("author")
    if "user" in params:
        return is_staff(author) and params["user"].casefold() in _names(author, "id", "username")
    if "contact" in params:
        return not is_staff(author) and params["contact"].casefold() in _names(author, "id", "reference", "name")
    if "author_name" in params:
        # Found by its e-mail address, which no update shows, a contact may go by another name.
        return not is_staff(author)
    return is_staff(author)


def _is_followup(record: JSON, params: Mapping[str, str]) -> bool:
    texts = {"reply": params.get("reply"), "private_note": params.get("private_note")}
    actor = params.get("actor")
    return (
        all(_text(record.get(name)) == _text(text) for name, text in texts.items())
        and (actor is None or actor.casefold() in _names(record.get("actor"), "id", "username"))
        and all(_does(record.get(name), params.get(name)) for name in ("status", "priority", "team", "user", "macro"))
    )


def _does(done: Any, asked: str | None) -> bool:
    """Whether a follow-up sets what was asked; how a step such as -1 looks in it is not documented."""
    if asked is None:
        return done is None
    return asked in STEPS or asked.casefold() in _names(done, "id", "name", "username")


def _names(record: Any, *keys: str) -> set[str]:
    return {str(record[key]).casefold() for key in keys if record.get(key)} if isinstance(record, dict) else set()


def _near(at: datetime | None, expected: datetime, window: timedelta) -> bool:
    return at is not None and abs(at - expected) <= window


def _text(value: Any) -> str:
    """A text as it can be compared: line ends and the space around it are not kept by everything it passes through."""
    return str(value or "").replace("\r\n", "\n").strip()
