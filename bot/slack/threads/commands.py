"""Commands in a thread, where slash commands do not work: ``!update status:Resolved``, or the same to the bot by name.

The thread says which ticket is meant. A word that is no verb makes no command: «!nice work» is something said. One that
is nearly a verb makes neither: its author is asked to put it right.
"""

import re
from dataclasses import dataclass

from bot.actions import Ticket
from bot.actions.commands import ALIASES, VERBS, Command
from bot.grammar import parse
from bot.grammar.fields import closest
from bot.grammar.references import read_reference
from bot.mirror.messages import Addressed, Visibility, addressed
from bot.mirror.policy import Replies

_SHORT = {"fu": "followup", "follow-up": "followup", "fwd": "forward"}
_BANG = re.compile(r"\s*!(?P<verb>[A-Za-z][A-Za-z-]*)(?=[\s:]|$):?\s*(?P<rest>.*)", re.DOTALL)
_NEARLY = re.compile(r"\s*!\s*(?P<verb>[A-Za-z][A-Za-z-]*)(?=[\s:]|$):?\s*(?P<rest>.*)", re.DOTALL)
_MINE = "mine"
_WITHOUT_TICKET = frozenset({"create", "search", "list", "help", _MINE})
_TO: dict[str, Visibility] = {"reply": "public", "note": "private"}


@dataclass(frozen=True)
class Line:
    """A command as it was given in a thread."""

    verb: str
    rest: str

    @property
    def to(self) -> Visibility | None:
        """For whom it is, if it is something said on the ticket: a reply or a note is no more than that."""
        return _TO.get(self.verb) if self.rest.strip() and not self.names_ticket else None

    @property
    def names_ticket(self) -> bool:
        """Whether it says itself which ticket it means."""
        first = next(iter(self.rest.split(maxsplit=1)), "")
        found = read_reference(first.rstrip(":,")) if first else None
        return found is not None and (found.helpdesk is not None or "-" in found.ref or first.startswith("#"))

    @property
    def said(self) -> str | None:
        """A reply or a note that names its ticket, as what it is in a thread of that ticket."""
        _, _, text = self.rest.partition(self.rest.split(maxsplit=1)[0]) if self.names_ticket else ("", "", "")
        return f"{self.verb}: {text.strip()}" if self.verb in _TO and text.strip() else None

    def written(self, ticket: Ticket) -> str:
        """The line as it is said anywhere else."""
        if self.verb in _WITHOUT_TICKET or self.names_ticket:
            return f"{self.verb} {self.rest}".strip()
        return f"{self.verb} {ticket.ref} {self.rest}".strip()

    def command(self, ticket: Ticket) -> Command:
        """What it asks for, on this ticket if it names no other. Raises UsageError."""
        command = parse(self.written(ticket))
        if command.ref is None or self.names_ticket or command.helpdesk is not None:
            return command
        return command.model_copy(update={"helpdesk": ticket.helpdesk})


def banged(text: str) -> Line | None:
    """The command that a message is; ``None`` where it is none."""
    found = _BANG.fullmatch(text)
    return _line(found["verb"], found["rest"]) if found else None


def mistyped(text: str) -> str | None:
    """The line that is meant by one which is nearly a command, as near as a slash command has to be.

    ``None`` for a command, and for everything else: «!!! urgent» is something said.
    """
    found = _NEARLY.fullmatch(text)
    if found is None or banged(text) is not None:
        return None
    near = closest(found["verb"], [*ALIASES, _MINE])
    return f"!{ALIASES.get(near, near)} {found['rest']}".strip() if near else None


def in_thread(line: str, ref: str) -> str:
    """A line as it is typed in the thread of this ticket, which need not be named there."""
    verb, _, rest = line.strip().partition(" ")
    first = next(iter(rest.split(maxsplit=1)), "")
    own = first.upper() == ref.upper()
    said = rest.strip(" ").removeprefix(first).strip(" ") if own else rest
    return f"!{verb}{said}" if said.startswith("\n") else f"!{verb} {said}".strip()


def addressed_line(text: str) -> Line | None:
    """The same for what was said to the bot by name."""
    verb, _, rest = text.strip().partition(" ")
    return _line(verb.rstrip(":"), rest)


def meant(text: str, usual: Replies) -> Addressed:
    """For whom a message is that may have become a command by an edit: what is none any more stays inside."""
    line = banged(text)
    if line is None and mistyped(text) is None:
        return addressed(text, usual)
    if line is not None and line.to is not None:
        return Addressed(line.to, line.rest)
    return Addressed(None if usual == "off" else "private", text)


def _line(verb: str, rest: str) -> Line | None:
    name = _SHORT.get(verb.lower(), verb.lower())
    return Line(name, rest.strip()) if name in VERBS or name == _MINE else None
