"""What people say in a ticket's thread, free of any payload, and for whom it is.

Visibility fails closed: a message goes to the customer only if it says so itself, or the channel is set so; whatever
looks as if it wanted to stay inside does.
"""

import re
from dataclasses import dataclass
from typing import Any, Literal

from bot.actions import Frozen
from bot.mirror.links import Thread
from bot.mirror.policy import Replies

Visibility = Literal["private", "public"]

_PUBLIC = re.compile(
    r"\s*(?:(?:reply|public)\s*:|:earth_africa:|\N{EARTH GLOBE EUROPE-AFRICA}\uFE0F?)\s*", re.IGNORECASE
)
_PRIVATE = re.compile(
    r"(?:[\s*_~`\u200b-\u200d\u2060\uFEFF]|&gt;|>)*"
    r"(?:(?:note|private|internal)[\s*_~`]*[:：]|:lock:|\N{LOCK}\uFE0F?)[*_~`]*\s*",
    re.IGNORECASE,
)
"""More forgiving than the other: somebody who writes «*Note:*» means a note."""


def message_key(team: str, channel: str, ts: str) -> str:
    """The key of what became of a message, whether it was said in a thread, to the bot, or as a command."""
    return f"message:{team}:{channel}:{ts}:posted"


class _Message(Frozen):
    team: str
    thread: Thread
    ts: str
    """Of the message itself; with the channel it names it for ever."""
    user: str
    """Who wrote it."""

    @property
    def key(self) -> str:
        """Under which the ledger has what became of it, however often Slack tells."""
        return message_key(self.team, self.thread.channel, self.ts)

    @property
    def place(self) -> str:
        """The message's one name among what is kept."""
        return f"{self.thread.channel}/{self.ts}"


class Said(_Message):
    """Something that somebody said in a thread."""

    text: str
    """As Slack escapes it."""
    files: tuple[dict[str, Any], ...] = ()
    edited: str | None = None
    """When it got this text, where it is not the first; as Slack's ``ts``."""
    elsewhere: bool = False
    """Whether it names another ticket than its thread's."""


class Removed(_Message):
    """Somebody deleted a message of a thread."""


@dataclass(frozen=True)
class Addressed:
    """For whom a message is, and its words without the sign that said so."""

    to: Visibility | Literal["ask"] | None
    """``None`` is for nobody: the channel does not want such messages on the ticket."""
    text: str


def addressed(text: str, usual: Replies) -> Addressed:
    """Read for whom a message is; both signs at once mean that it stays inside."""
    if found := _PRIVATE.match(text):
        return Addressed("private", text[found.end() :])
    if found := _PUBLIC.match(text):
        rest = text[found.end() :]
        return Addressed("private" if _PRIVATE.match(rest) else "public", rest)
    return Addressed(None if usual == "off" else usual, text)
