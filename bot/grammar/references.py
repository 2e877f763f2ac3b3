"""Ticket references as people write them: ``AB-123456``, ``#ab-123456:``, ``social:4484636``, or a pasted link."""

import re
from dataclasses import dataclass

from bot.grammar.slacktext import LINK, decode

_REF = r"[A-Za-z]{1,10}-\d{1,12}|\d{1,18}"
_BARE = re.compile(rf"#?(?:(?P<helpdesk>[A-Za-z][\w-]*):)?#?(?P<ref>{_REF})(?P<rest>[^\w\s].*)?", re.DOTALL)
_IN_LINK = re.compile(rf"(?:[/=#])(?P<ref>{_REF})/?$")
_TRAILING = ".,;:!?…)"


@dataclass(frozen=True)
class Reference:
    """A reference, upper-cased, and the helpdesk that was named with it."""

    ref: str
    helpdesk: str | None = None

    @property
    def written(self) -> str:
        """The reference as it is typed."""
        return f"{self.helpdesk}:{self.ref}" if self.helpdesk else self.ref


def read_reference(word: str) -> Reference | None:
    """The reference that this word (as Slack sent it) is; ``None`` if it is none. Punctuation after it is ignored."""
    bare = word.rstrip(_TRAILING)
    if link := LINK.fullmatch(bare):
        return _in_link(decode(link["url"])) or (read_reference(link["label"]) if link["label"] else None)
    if "://" in bare:
        return _in_link(decode(bare))
    match = _BARE.fullmatch(bare)
    if match is None or match["rest"]:
        return None
    return Reference(match["ref"].upper(), match["helpdesk"])


def _in_link(url: str) -> Reference | None:
    match = _IN_LINK.search(url)
    return Reference(match["ref"].upper()) if match else None
