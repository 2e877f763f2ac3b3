"""Drafts: forms that were filled in and not taken. They live for seven days and belong to the person."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.actions import Ticket
from bot.actions.commands import Command
from bot.dispatch import Postponed
from bot.errors import TicketNotFound
from bot.ledger import Entry, Kept
from bot.outcomes import Done, Left, Outcome, Receipt, Rejected
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


def of_entry(entry: Entry, outcome: Outcome | Postponed) -> Kept | None:
    """The draft of what was refused; ``None`` where nothing was, or no form could hold it."""
    match outcome:
        case Rejected():
            draft = _of_refused(entry, outcome)
        case Done(receipt=Receipt(left=Left() as left, ticket=ticket)):
            draft = _of_left(entry, ticket, left)
        case _:
            return None
    return draft.kept(entry.body["marker"]) if draft is not None and fits(draft.entered) else None


def _of_refused(entry: Entry, outcome: Rejected) -> Draft | None:
    draft = asked(entry)
    if draft is None:
        return None
    draft = replace(draft, errors=outcome.reasons or {"": outcome.message})
    if outcome.code == TicketNotFound.code and draft.form.ticket is not None:  # the reference has to be put right
        entered = draft.entered | {"ticket": draft.form.ticket}
        errors = {"ticket": outcome.message}
        draft = replace(draft, form=replace(draft.form, ticket=None), entered=entered, errors=errors)
    left = {field: value for field, value in draft.entered.items() if field not in outcome.done}
    return replace(draft, entered=left)


def _of_left(entry: Entry, ticket: Ticket, left: Left) -> Draft | None:
    """What is not on a new ticket, for that ticket: as a note, because a reply would be mailed and this was not to be.

    Whoever sends it can make it a reply in the form.
    """
    draft = asked(entry)
    if draft is None:
        return None
    entered: Entered = {field: draft.entered[field] for field in ("message", "html") if field in draft.entered}
    entered.setdefault("message", draft.entered["subject"])  # files alone need words with them
    if files := entry.body.get("form", {}).get("values", {}).get("attachments"):
        entered["carried"] = {"files": files}
    form = Form(verb="note", helpdesk=ticket.helpdesk, ticket=ticket.ref, channel=draft.form.channel)
    return Draft(user=draft.user, form=form, entered=entered, errors={"": left.message})


def asked(entry: Entry) -> Draft | None:
    """All that was asked for, as a form; ``None`` for what was said in a thread."""
    body = entry.body
    if "draft" in body:
        return Draft.read(body["draft"])
    if "command" not in body:
        return None
    command = Command.model_validate(body["command"])
    form = Form(
        verb=command.action,  # type: ignore[arg-type]  # questions are not recorded: it is a form's verb
        helpdesk=body["helpdesk"],
        ticket=command.ref,
        channel=entry.origin["channel"],
    )
    user = entry.origin["user"]
    return Draft(user=user, form=form, entered=of_command(command, user))
