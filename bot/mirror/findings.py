"""One look at a ticket: what it is for, what it read and found, and what follows from that. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.ledger import Entry, NewEntry
from bot.mirror import comparing
from bot.mirror.comparing import Known
from bot.mirror.entries import Look, look
from bot.mirror.flooding import Flow
from bot.mirror.holding import Held
from bot.mirror.links import Link
from bot.outcomes import Scheduled, TicketView, Update


@dataclass(frozen=True)
class Round:
    """One look under way: what it is for, and what was known before it."""

    entry: Entry
    job: Look
    links: Sequence[Link]
    known: Known | None
    now: datetime
    covers: int
    """The last entry that asked for a look before it."""
    open: tuple[int, ...]
    """The actions that were not over before it read anything: what they do may not be in that yet."""


@dataclass(frozen=True)
class Read:
    """What a helpdesk told of a ticket."""

    view: TicketView
    listed: Sequence[Scheduled] | None
    settle_after: float


@dataclass(frozen=True)
class Findings:
    """What is new, before anybody is told."""

    view: TicketView
    fresh: tuple[Update, ...]
    held_back: tuple[Update, ...]
    """What may be the bot's own, and is told later or never."""
    held: Held
    authors: Mapping[str, Entry | None]
    """The entry that wrote an update or made a follow-up, by the name of that; None where it is forgotten."""
    properties: dict[str, str | None]
    changed: Mapping[str, tuple[str | None, str | None]]
    """What of the properties somebody else has changed."""
    followups: tuple[Scheduled, ...]
    """The new ones, but for those that are held back."""

    def is_echo(self, name: str, link: Link) -> bool:
        """Whether a thread has seen this already, because the bot did it for somebody there."""
        if name not in self.authors:
            return False
        writer = self.authors[name]
        return writer is None or comparing.is_echo(writer, link.thread)


def looks_to_come(this: Round, held: Held, flows: Mapping[str, Flow]) -> list[NewEntry]:
    """The looks that come by themselves: at what is held back, and once a flooded thread may hear of things again."""
    ticket, before = this.job.ticket, this.known.held if this.known else Held()
    looks = []
    if held.again and held.again != before.again:
        due = datetime.fromtimestamp(held.again, UTC)
        looks.append(look(ticket, because=f"again:{this.entry.id}", due=due))
    if wakes := [flow.until for flow in flows.values() if flow.until is not None]:
        due = datetime.fromtimestamp(min(wakes), UTC) + timedelta(seconds=1)
        looks.append(look(ticket, because=f"quiet:{int(min(wakes))}", due=due))
    return looks


def known_after(this: Round, read: Read, found: Findings, flows: dict[str, Flow]) -> Known:
    """What is known of the ticket after a look."""
    after = max(this.entry.id, this.known.after if this.known else 0)
    return Known(
        at=this.now.timestamp(),
        seen=comparing.seen_after(this.known, read.view, found.held_back),
        properties=found.properties,
        followups=comparing.followups_after(read.listed, found.held),
        covers=this.covers,
        after=after,
        open=tuple(id_ for id_ in this.open if id_ <= after),
        flows=flows,
        held=found.held,
    )
