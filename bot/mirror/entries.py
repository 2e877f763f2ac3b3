"""The entries by which a helpdesk is watched and its tickets are looked at."""

from datetime import datetime

from bot.actions import Frozen, Ticket
from bot.ledger import Ledger, NewEntry
from bot.mirror.links import Thread

WATCH = "watch"
LOOK = "look"
LOOK_LANES = "look:"
"""How the names of their lanes begin."""
CATCH_UP = "catch-up"


class Look(Frozen):
    """Have a look at a ticket."""

    ticket: Ticket
    resync: bool = False
    """Compare everything that was ever told again, and not only what is new."""


def watch(helpdesk: str) -> NewEntry:
    """The entry that watches a helpdesk; it is never over."""
    return NewEntry(key=watch_key(helpdesk), lane=watch_key(helpdesk), kind=WATCH, body={"helpdesk": helpdesk})


def watch_key(helpdesk: str) -> str:
    """Its key, and its lane."""
    return f"watch:{helpdesk}"


def look(ticket: Ticket, *, because: str, due: datetime | None = None, resync: bool = False) -> NewEntry:
    """Have a ticket looked at; ``because`` tells one reason from another, and each counts once."""
    lane = look_lane(ticket)
    body = Look(ticket=ticket, resync=resync).model_dump(mode="json")
    return NewEntry(key=f"{lane}:{because}", lane=lane, kind=LOOK, body=body, due=due)


def look_lane(ticket: Ticket) -> str:
    """Looks at a ticket are one after the other."""
    return f"{LOOK_LANES}{ticket.helpdesk}:{ticket.ref}"


async def look_now(ledger: Ledger, helpdesk: str) -> bool:
    """Have a helpdesk asked now and not at its time; False where nobody watches it."""
    found = await ledger.live(watch_key(helpdesk))
    return found is not None and await ledger.retry(found.id)


def catch_up(thread: Thread, *, because: str) -> NewEntry:
    """Have a thread read again; ``because`` tells one reason from another, and each counts once."""
    return NewEntry(
        key=f"catch-up:{thread.key}:{because}",
        lane=thread.orders_lane,
        kind=CATCH_UP,
        body={},
        origin={"channel": thread.channel, "thread": thread.ts},
    )
