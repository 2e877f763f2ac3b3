"""What is told in a thread about its ticket, before it becomes anybody's message format."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.actions import Ticket
from bot.ledger import NewEntry
from bot.mirror.links import Thread
from bot.outcomes import Attached

Kind = Literal["customer", "staff", "note", "changes", "followup", "gone", "flood", "summary"]
"""A reply of the customer or of staff, an internal note, changed properties, a follow-up; that the ticket is gone, that
there is too much to tell, and how much that was."""


@dataclass(frozen=True)
class News:
    """One thing to be told."""

    key: str
    """What it is, among everything that is ever told of the ticket; the same thing is not told twice in a thread."""
    kind: Kind
    text: str = ""
    """Foreign words: a reply's or a note's, cleaned; for everything else our own sentence with foreign names in it."""
    author: str | None = None
    picture: str | None = None
    at: datetime | None = None
    folded: int = 0
    """Lines of history and signature that were left out."""
    files: tuple[Attached, ...] = ()


@dataclass(frozen=True)
class Telling:
    """What one thread is told about one ticket."""

    thread: Thread
    ticket: Ticket
    url: str | None
    news: tuple[News, ...]
    discreet: bool
    """Nothing that a customer wrote or is: another organisation sees the channel."""
    not_before: datetime | None = None
    """It is quiet there until then."""


Tell = Callable[[Telling], Sequence[NewEntry]]
"""Makes messages of it: the entries that deliver them, each with a key of its own."""
Refresh = Callable[[Ticket, str], Awaitable[Sequence[NewEntry]]]
"""Has whatever shows the ticket brought up to date; the text tells one change from another."""


class Surroundings(Protocol):
    """What has to be known about where something is told. Raises Unavailable while nobody answers."""

    async def shared(self, channel: str) -> bool:
        """Whether another organisation sees the channel; what cannot be known counts as shared."""

    async def alone(self, channel: str) -> str | None:
        """The e-mail address of whoever reads a channel alone; ``None`` where that is nobody or not known."""
