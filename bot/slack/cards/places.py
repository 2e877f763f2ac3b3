"""Where the cards are, and the entries of the ledger that keep them current."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.actions import Frozen, Ticket
from bot.ledger import Entry, Kept, Ledger, NewEntry

KIND = "card"
CARD_LANES = "card:"
"""How the names of their lanes begin."""
CARDS = "card"
"""Under which the ledger keeps where each card is."""

SETTLES = timedelta(seconds=1)
"""A change waits for those right behind it, so that a burst is one update."""


class Upkeep(Frozen):
    """One card that may have to change; what it is to show is looked up when its turn comes."""

    channel: str
    ticket: Ticket
    share: bool = False
    """Somebody asked for it: post it where there is none yet."""
    thread: str | None = None


def card_key(channel: str, helpdesk: str, ref: str) -> str:
    """Under which the place of a ticket's own message in a channel is kept."""
    return f"{cards_of(Ticket(helpdesk=helpdesk, ref=ref))}{channel}"


def cards_of(ticket: Ticket) -> str:
    """What the keys of all of a ticket's cards begin with."""
    return f"{ticket.helpdesk}/{ticket.ref}/"


def key_of(channel: str, ticket: Ticket) -> str:
    """:func:`card_key` of a ticket."""
    return card_key(channel, ticket.helpdesk, ticket.ref)


def posting_key(channel: str, ticket: Ticket, *, gone: str = "first") -> str:
    """The key of posting a card that there is not: one first, one for each message that is ``gone``, whoever asks."""
    return f"card:{key_of(channel, ticket)}:{gone}"


def lane_of(channel: str, ticket: Ticket) -> str:
    """The lane of one card: last write wins, and nobody else waits for it."""
    return f"{CARD_LANES}{key_of(channel, ticket)}"


def upkeep(
    key: str,
    channel: str,
    ticket: Ticket,
    *,
    origin: Mapping[str, Any] | None = None,
    share: bool = False,
    same: str | None = None,
) -> NewEntry:
    """Have a card brought up to date, or with ``share`` posted for the person of ``origin``."""
    body = Upkeep(channel=channel, ticket=ticket, share=share, thread=(origin or {}).get("thread"))
    return NewEntry(
        key=key,
        lane=lane_of(channel, ticket),
        kind=KIND,
        body=body.model_dump(mode="json"),
        origin=dict(origin or {}),
        person=(origin or {}).get("user"),
        same=same,
        not_before=None if share else datetime.now(UTC) + SETTLES,
    )


async def upkeep_of(ledger: Ledger, ticket: Ticket, *, because: str) -> tuple[NewEntry, ...]:
    """Have all of a ticket's cards brought up to date; ``because`` tells one change from another."""
    prefix = cards_of(ticket)
    channels = [key.removeprefix(prefix) for key in await ledger.kept_all(CARDS, prefix)]
    return tuple(upkeep(f"card:{because}:{channel}", channel, ticket) for channel in channels)


def ticket_of(entry: Entry) -> Ticket | None:
    """The ticket that an action is about; ``None`` where it was to open one."""
    helpdesk = str(entry.body.get("helpdesk") or "")
    named, _, ref = entry.lane.partition(f"{helpdesk}:")
    return Ticket(helpdesk=helpdesk, ref=ref) if helpdesk and ref and not named else None


def posted(channel: str, ticket: Ticket, ts: str, thread: str | None, message: Mapping[str, Any]) -> Kept:
    """That a card is there now, showing this."""
    return Kept(CARDS, key_of(channel, ticket), {"ts": ts, "thread": thread, "shows": shows(message)})


def shows(message: Mapping[str, Any]) -> str:
    """A digest of what a card shows, by which an update that would change nothing is spared."""
    text = json.dumps(message, sort_keys=True, ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
