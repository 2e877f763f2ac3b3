"""What dispatch is given, and what it gives back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.actions import Action, AddFollowup
from bot.actions.commands import Command
from bot.dispatch.forms import Form
from bot.helpdesk import Helpdesk
from bot.helpdesk.catalogue import Catalogue
from bot.outcomes import Outcome


@dataclass(frozen=True)
class Desk:
    """A configured helpdesk with the cache of its lists."""

    helpdesk: Helpdesk
    catalogue: Catalogue


@dataclass(frozen=True)
class Job:
    """One recorded action, as dispatch needs it."""

    marker: str
    helpdesk: str
    slack_user: str
    channel: str
    received_at: datetime
    command: Command | None
    action: AddFollowup | None = None
    """A follow-up that was kept and whose time has come; then there is no command."""
    asked_at: datetime | None = None
    """When a kept follow-up was asked for."""
    form: Form | None = None
    """What was sent in place of a command."""
    as_contact: bool = False
    """Whether somebody without an account may write to the customer's ticket as a contact."""
    html: str | None = None
    """A reply's words with their formatting, as the bot made it: nobody typed it, so it takes no permission."""
    attempts: int = 0
    verdict: Literal["again", "step"] | None = None


@dataclass(frozen=True)
class Postponed:
    """Not yet: to be tried again then, for this reason."""

    at: datetime
    reason: Literal["unavailable", "slack", "rate-limited", "checking"]


@dataclass(frozen=True)
class Keep:
    """A follow-up for the bot to keep and carry out at its time."""

    action: AddFollowup


@dataclass(frozen=True)
class Performed:
    """What became of a job, and the journal to store with it."""

    result: Outcome | Postponed
    progress: dict[str, Any]
    holds: tuple[str, ...] = ()
    kind: str = ""
    """The action's kind, where it got so far."""
    action: Action | None = None
    keep: Keep | None = None
    by: str | None = None
    """What the person who asked is called."""
