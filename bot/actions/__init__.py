"""The typed actions, and everything that is true of an action wherever it comes from or goes.

An action is *decided*: names have become entries of the helpdesk's lists, a mention has become an account, "tomorrow
9am" an instant. What was *said* is a :class:`bot.actions.commands.Command`. One name is used all the way through: a
field here is the ``block_id`` of a form and the key of a validation error.

Which of a model's fields were *given* is in ``model_fields_set``: a field that was given as ``None`` is cleared, one
that was not given is left as it is.
"""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

Sentiment = Literal["question", "praise", "suggestion", "complaint"]
Unit = Literal["minute", "hour", "day", "week", "month", "year"]
Visibility = Literal["public", "private"]


class Frozen(BaseModel):
    """A value: compared by content, never changed, and with no field that nobody declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Frozen):
    """An entry of one of the helpdesk's lists: a status, a team, a category."""

    id: str
    name: str


class Staff(Frozen):
    """A person with an account in the helpdesk."""

    id: str
    name: str
    username: str | None = None
    email: str | None = None


class Contact(Frozen):
    """A person outside, as the helpdesk knows them (``reference``) or as they can be reached."""

    name: str | None = None
    email: str | None = None
    telephone: str | None = None
    reference: str | None = None
    image: str | None = None
    """The address of their picture."""


class Author(Frozen):
    """Somebody else in whose name an update is written."""

    contact: Contact
    linked: bool = True
    """Whether the helpdesk may link the update to, or create, a contact with that address."""


class Attachment(Frozen):
    """A file that goes along: its name, and where its bytes can be fetched."""

    name: str
    url: str
    content_type: str = "application/octet-stream"
    size: int | None = None
    """In bytes, where it is known."""
    permalink: str | None = None
    """Where people who are in Slack see it."""


class Moment(Frozen):
    """An instant, and the amount and unit it was typed as, if it was."""

    at: AwareDatetime
    amount: int | None = None
    unit: Unit | None = None
    text: str = ""
    """The words, for telling a person what was understood."""
    warnings: tuple[str, ...] = ()


class Ticket(Frozen):
    """Which ticket is meant: the configured helpdesk's name, and the reference there."""

    helpdesk: str
    ref: str

    def __str__(self) -> str:
        return self.ref


class _Action(Frozen):
    done: ClassVar[str]
    """The past tense, for «AB-123 …»."""


class CreateTicket(_Action):
    """Open a new ticket."""

    done = "created"

    kind: Literal["create"] = "create"
    helpdesk: str
    subject: Annotated[str, Field(min_length=1)]
    message: str | None = None
    html: str | None = None
    status: Named | None = None
    priority: Named | None = None
    sla: Named | None = None
    brand: Named | None = None
    department: Named | None = None
    team: Named | None = None
    assignee: Staff | None = None
    tags: tuple[str, ...] = ()
    custom: dict[str, str | None] = {}
    contact: Contact | None = None
    cc: tuple[str, ...] = ()
    category: Named | None = None
    sentiment: Sentiment | None = None
    source: str | None = None
    attachments: tuple[Attachment, ...] = ()


class UpdateTicket(_Action):
    """Change a ticket's properties; a ``note`` goes first, as a private update."""

    done = "updated"

    kind: Literal["update"] = "update"
    ticket: Ticket
    status: Named | None = None
    priority: Named | None = None
    department: Named | None = None
    sla: Named | None = None
    team: Named | None = None
    assignee: Staff | None = None
    subject: str | None = None
    tags: tuple[str, ...] | None = None
    updated_at: AwareDatetime | None = None
    reply_due_at: AwareDatetime | None = None
    resolution_due_at: AwareDatetime | None = None
    custom: dict[str, str | None] = {}
    contact_method: str | None = None
    contact: Contact | None = None
    additional_contacts: tuple[str, ...] | None = None
    category: Named | None = None
    note: str | None = None


class PostReply(_Action):
    """Answer the customer (public), or leave an internal note (private)."""

    done = "answered"

    kind: Literal["reply"] = "reply"
    ticket: Ticket
    message: Annotated[str, Field(min_length=1)]
    visibility: Visibility
    subject: str | None = None
    html: str | None = None
    posted_at: AwareDatetime | None = None
    authenticated: bool | None = None
    author: Author | None = None
    attachments: tuple[Attachment, ...] = ()
    macro: str | None = None
    outgoing: str | None = None
    parse_variables: bool | None = None


class AddFollowup(_Action):
    """Have something done on a ticket at a later moment."""

    done = "scheduled"

    kind: Literal["followup"] = "followup"
    ticket: Ticket
    when: Moment
    status: Named | None = None
    priority: Named | Literal["raise", "lower"] | None = None
    team: Named | Literal["escalate", "de-escalate"] | None = None
    assignee: Staff | None = None
    macro: str | None = None
    reply: str | None = None
    note: str | None = None


class Recipient(Frozen):
    """Whom a ticket is forwarded to."""

    email: str
    name: str


class ForwardTicket(_Action):
    """Send a ticket with its history to somebody else, as a new ticket."""

    done = "forwarded"

    kind: Literal["forward"] = "forward"
    ticket: Ticket
    to: Recipient
    message: Annotated[str, Field(min_length=1)]
    outgoing: str | None = None
    status: Named | None = None
    subject: str | None = None
    priority: Named | None = None
    sender: Staff | None = None

    @model_validator(mode="after")
    def _somebody(self) -> "ForwardTicket":
        if "@" not in self.to.email:
            raise ValueError("a ticket is forwarded to an e-mail address")
        return self


Action = CreateTicket | UpdateTicket | PostReply | AddFollowup | ForwardTicket
ACTION: TypeAdapter[Action] = TypeAdapter(Annotated[Action, Field(discriminator="kind")])
ACTIONS: tuple[type[Action], ...] = (CreateTicket, UpdateTicket, PostReply, AddFollowup, ForwardTicket)

NEEDS_IMPERSONATE = {
    "reply": frozenset({"html", "authenticated", "posted_at", "author", "parse_variables"}),
    "update": frozenset({"updated_at"}),
    "create": frozenset({"html"}),
}
"""Fields that let a person rewrite who said what when: they take the permission *impersonate*."""

HAPPENED = frozenset({"posted_at", "updated_at"})
"""Moments of something that has happened: words for them count back, where all others count ahead."""


class Asker(Frozen):
    """Who asked, seen from the helpdesk: their staff account if they have one, and how they are called in Slack."""

    slack_user: str
    staff: Staff | None = None
    name: str | None = None
    email: str | None = None
    image: str | None = None
    received_at: datetime
    """When they asked, for whatever counts from then."""
