"""What became of an action: data first, text later.

Nothing greps a message to learn what happened: the ledger keeps these as they are, and the Slack edge renders them.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from bot.actions import Frozen, Ticket


class Attached(Frozen):
    """A file on a ticket."""

    id: str
    name: str
    size: int | None = None
    """In bytes, where the helpdesk tells."""
    content_type: str = ""
    address: str | None = None
    """Where it lies, in helpdesks that name files so."""


class Update(Frozen):
    """One entry of a ticket's history."""

    id: str
    author: str | None = None
    by_staff: bool = False
    private: bool = False
    message: str = ""
    posted_at: datetime | None = None
    remote: str = ""
    """As entries of the ledger hold it: ``update:13``."""
    email: str | None = None
    picture: str | None = None
    """Of the author, where the helpdesk tells."""
    html: str | None = None
    """The same in HTML, as it came."""
    signature: str | None = None
    """The end of the message, where the helpdesk knows that it is one."""
    draft: bool = False
    """Written, and shown to nobody yet."""
    attachments: tuple[Attached, ...] = ()


class Scheduled(Frozen):
    """A follow-up that the helpdesk will carry out."""

    id: str
    run_at: datetime | None = None
    by: str | None = None
    does: tuple[str, ...] = ()
    """What will happen, in words that hold no text of a reply or note."""


class TicketView(Frozen):
    """A ticket as it can be shown: names, not ids; only what the helpdesk tells."""

    ticket: Ticket
    subject: str
    url: str | None = None
    status: str | None = None
    status_kind: Literal["open", "closed", "on-hold"] | None = None
    priority: str | None = None
    department: str | None = None
    team: str | None = None
    assignee: str | None = None
    contact: str | None = None
    contact_address: str | None = None
    sla: str | None = None
    category: str | None = None
    tags: tuple[str, ...] | None = None
    created_at: AwareDatetime | None = None
    reply_due_at: AwareDatetime | None = None
    resolution_due_at: AwareDatetime | None = None
    update_count: int | None = None
    updates: tuple[Update, ...] = ()


class Page(Frozen):
    """Some of the tickets that were asked for."""

    tickets: tuple[TicketView, ...]
    page: int = 1
    pages: int = 1
    total: int | None = None


class Otherwise(Frozen):
    """A moment that the helpdesk has otherwise than it was asked for."""

    field: Literal["reply_due_at", "resolution_due_at", "run_at"]
    asked: AwareDatetime
    told: AwareDatetime


class Left(Frozen):
    """What of an action was refused once the rest of it was done: the first message of a ticket that is open by now."""

    message: str
    """Why, as a refusal says it."""


class Receipt(Frozen):
    """What the helpdesk has now because of the action."""

    ticket: Ticket
    url: str | None = None
    update_id: str | None = None
    view: TicketView | None = None
    new_ticket: Ticket | None = None
    """The ticket that a forward created."""
    run_at: AwareDatetime | None = None
    """When a follow-up will run, as the helpdesk says."""
    mailed: bool | None = None
    """Whether what was said in public was mailed to the customer, where that is known."""
    skipped: str | None = None
    """Why a kept follow-up was not carried out after all."""
    otherwise: tuple[Otherwise, ...] = ()
    left: Left | None = None
    warnings: tuple[str, ...] = ()


class Done(Frozen):
    """It happened, once."""

    state: Literal["done"] = "done"
    receipt: Receipt


class Rejected(Frozen):
    """It did not happen, or not all of it, and the person can put it right."""

    state: Literal["rejected"] = "rejected"
    code: str
    message: str
    reasons: dict[str, str] = {}
    corrected: str | None = None
    done: tuple[str, ...] = ()
    """Fields that are done all the same."""


class Failed(Frozen):
    """It did not happen, and whoever runs the bot has to look; the incident id is in the log."""

    state: Literal["failed"] = "failed"
    incident: str
    reason: Literal["helpdesk", "credentials", "bug", "expired"] = "helpdesk"


class Unsure(Frozen):
    """It may have happened and nothing can tell: a person decides, or it ends as unknown."""

    state: Literal["unsure"] = "unsure"
    what: str
    """The step in doubt, in words: «forwarding AB-123 to jo@acme.example»."""
    more: bool = False
    """Whether other steps may follow it, so that it is gone on with once the person has said that it was done."""


Outcome = Done | Rejected | Failed | Unsure
OUTCOME: TypeAdapter[Outcome] = TypeAdapter(Annotated[Outcome, Field(discriminator="state")])
