"""Drafts: forms that were filled in and not taken. They live for seven days and belong to the person."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.actions.commands import Command
from bot.errors import TicketNotFound
from bot.ledger import Entry, Kept
from bot.outcomes import Rejected
from bot.slack import render
from bot.slack.forms.entered import Entered, fits, of_command
from bot.slack.forms.view import Form

NAMESPACE = "draft"
LIFE = timedelta(days=7)
OPEN, FIX = "form.open", render.FIX
"""The ``action_id`` of the buttons that open a draft; their value is its token."""


@dataclass(frozen=True)
class Draft:
    """A form with everything that was entered, and what was wrong with it."""

    user: str
    form: Form
    entered: Entered = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def kept(self, token: str) -> Kept:
        """As the ledger keeps it."""
        value = asdict(self) | {"errors": dict(self.errors)}
        return Kept(NAMESPACE, token, value, datetime.now(UTC) + LIFE)

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> "Draft":
        """From what the ledger kept."""
        form = Form(**value["form"])
        return cls(user=value["user"], form=form, entered=value["entered"], errors=value["errors"])


def new_token() -> str:
    """A name for a draft that nobody can guess."""
    return secrets.token_urlsafe(12)


def of_entry(entry: Entry, outcome: Rejected) -> Kept | None:
    """The draft of an action that was refused; ``None`` where no form could hold it."""
    body = entry.body
    errors = outcome.reasons or {"": outcome.message}
    if "draft" in body:
        draft = Draft.read(body["draft"] | {"errors": errors})
    elif "command" in body:
        command = Command.model_validate(body["command"])
        form = Form(
            verb=command.action,  # type: ignore[arg-type]  # questions are not recorded: it is a form's verb
            helpdesk=body["helpdesk"],
            ticket=command.ref,
            channel=entry.origin["channel"],
        )
        user = entry.origin["user"]
        draft = Draft(user=user, form=form, entered=of_command(command, user), errors=errors)
    else:
        return None
    if outcome.code == TicketNotFound.code and draft.form.ticket is not None:  # the reference has to be put right
        entered = draft.entered | {"ticket": draft.form.ticket}
        errors = {"ticket": outcome.message}
        draft = replace(draft, form=replace(draft.form, ticket=None), entered=entered, errors=errors)
    left = {field: value for field, value in draft.entered.items() if field not in outcome.done}
    draft = replace(draft, entered=left)
    return draft.kept(body["marker"]) if fits(draft.entered) else None
