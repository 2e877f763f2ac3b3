"""The tables of ``ticketbot.toml``: every setting with its type, bounds and default."""

from datetime import date, time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from bot.config.shapes import Channel, Country, Emoji, HelpdeskName, Hours, SlashCommand, User, UserOrGroup, Zone
from bot.mirror.policy import EVERYTHING, ChannelPolicy, Quiet, Replies, Shown
from bot.when.policy import DEFAULT, PARTS, Policy

_Actions = Literal["create", "reply", "note", "update", "followup", "forward"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CreateDefaults(_Table):
    """What a new ticket gets where the person said nothing."""

    status: str | None = None
    """The status of a new ticket, by name or number. Sirportly insists on one."""
    priority: str | None = None
    """The priority of a new ticket, by name or number. Sirportly insists on one."""
    department: str | None = None
    """The department of a new ticket, by name or number. Sirportly insists on one."""
    team: str | None = None
    """The team of a new ticket, by name or number."""
    brand: str | None = None
    """The brand of a new ticket, by name or number."""
    sla: str | None = None
    """The SLA of a new ticket, by name or number."""


class ForwardDefaults(_Table):
    """What a forwarded ticket gets where the person said nothing."""

    status: str | None = None
    """The status of the ticket that a forward makes."""


class SirportlyTable(_Table):
    """``[helpdesks.NAME]`` with ``kind = "sirportly"``."""

    kind: Literal["sirportly"]
    """Which helpdesk it is."""
    outgoing: str | None = None
    """The address that public replies and forwards are sent from; the department's own without one."""
    timeout: Annotated[float, Field(gt=0, le=120)] = 5
    """Seconds for one request."""
    settle_after: Annotated[float, Field(ge=0, le=86400)] = 25
    """Seconds after which a write without an answer is looked up, and perhaps repeated: longer than any proxy waits."""
    create: CreateDefaults = CreateDefaults()
    """What a new ticket gets where the person said nothing."""
    forward: ForwardDefaults = ForwardDefaults()
    """What a forwarded ticket gets where the person said nothing."""
    run_at_zone: Zone | None = None
    """The zone in which the account reads times; `ticketbot doctor` says how to find it out."""
    staff_url: str | None = None
    """Where staff see tickets, for links: `https://acme.sirportly.com`."""


class SocialBoardsTable(_Table):
    """``[helpdesks.NAME]`` with ``kind = "socialboards"``."""

    kind: Literal["socialboards"]
    """Which helpdesk it is."""
    unconfirmed: tuple[Literal["notes", "status", "tags", "replies", "ticket"], ...] = ()
    """Routes whose vendor pages could not be read, once you have tried them; see socialboards.md."""
    timeout: Annotated[float, Field(gt=0, le=120)] = 5
    """Seconds for one request."""
    settle_after: Annotated[float, Field(ge=0, le=86400)] = 25
    """Seconds after which a write without an answer is looked up, and perhaps repeated: longer than any proxy waits."""
    people: dict[str, str] = {}
    """Teammates: what people type, and the GUID that the API calls them by."""
    custom_fields: dict[str, int] = {}
    """Custom fields: what people type, and its number."""
    categories: dict[str, int] = {}
    """Categories: what people type, and its number."""
    attachment_hosts: tuple[str, ...] = ()
    """Hosts that files are fetched from, beside the helpdesk's own, to be shown in threads."""
    inbox_url: str | None = None
    """Where staff see tickets, for links: `https://inbox.socialboards.com/acme`."""
    answer_cancels_followups: bool = False
    """Whether a follow-up that the bot keeps is dropped when the customer has answered meanwhile."""


class ChannelTable(_Table):
    """``[channels.ID]``: what is different in one channel."""

    helpdesk: str | None = None
    """The helpdesk that is meant in this channel when none is named."""
    actions: tuple[_Actions, ...] | None = None
    """What may be done from here; everything without it."""
    people: tuple[UserOrGroup, ...] | None = None
    """Users or user groups who may do it; everybody without it."""
    thread_replies: Replies = "private"
    """What a message in a ticket's thread becomes: an internal note, a reply to the customer, a question, nothing."""
    contacts: bool = False
    """Whether people without an account may write to the customer's ticket as contacts."""
    internal: bool = False
    """Whether internal notes of a ticket are shown in its thread."""
    shows: frozenset[Shown] = EVERYTHING
    """What of a ticket is shown in its thread."""
    quiet: Hours | None = None
    """Hours in which nothing is posted by itself, such as "18:00-08:00", in the bot's time zone."""
    html: bool = False
    """Whether replies from a thread carry their formatting to the customer as HTML, where the helpdesk takes it."""

    def policy(self, zone: str) -> ChannelPolicy:
        """The same as the mirror takes it."""
        start, _, end = (self.quiet or "").partition("-")
        quiet = Quiet(time.fromisoformat(start), time.fromisoformat(end), zone) if self.quiet else None
        return ChannelPolicy(
            replies=self.thread_replies,
            contacts=self.contacts,
            internal=self.internal,
            shows=self.shows,
            quiet=quiet,
            html=self.html,
        )


class ThreadsTable(_Table):
    """``[threads]``: how threads and tickets mirror each other."""

    wait: Annotated[float, Field(ge=0, le=30)] = 2
    """Seconds for which a message waits for others of its thread that Slack delivers late."""
    undo: Annotated[float, Field(ge=0, le=600)] = 10
    """Seconds for which a reply to the customer can be taken back."""
    active: Annotated[float, Field(ge=1, le=3600)] = 3
    """Seconds between two looks at a helpdesk while a linked thread was active lately."""
    idle: Annotated[float, Field(ge=1, le=86400)] = 60
    """Seconds between two looks at a helpdesk otherwise."""


class PermissionsTable(_Table):
    """``[permissions]``: Slack user or user-group ids per action; an action that is not named is open to everybody."""

    impersonate: tuple[UserOrGroup, ...] = ()
    """Who may rewrite who said what when: `html`, another author, `posted_at`, `authenticated`, `updated_at`."""
    create: tuple[UserOrGroup, ...] | None = None
    """Who may open tickets."""
    reply: tuple[UserOrGroup, ...] | None = None
    """Who may answer customers."""
    note: tuple[UserOrGroup, ...] | None = None
    """Who may leave internal notes."""
    update: tuple[UserOrGroup, ...] | None = None
    """Who may change, assign and close tickets."""
    followup: tuple[UserOrGroup, ...] | None = None
    """Who may plan follow-ups."""
    forward: tuple[UserOrGroup, ...] | None = None
    """Who may forward tickets."""
    channels: tuple[Channel, ...] | None = None
    """Channels in which tickets are handled at all."""


class TimesTable(_Table):
    """``[times]``: how words for a moment are read where they can be read in two ways; see docs/times.md."""

    order: Literal["day-month", "month-day", "refuse"] = DEFAULT.order
    """How `5/6` is read."""
    order_sure: bool = DEFAULT.order_sure
    """Whether it is read so without asking."""
    afternoon_hours: frozenset[Annotated[int, Field(ge=1, le=12)]] = DEFAULT.afternoon_hours
    """Hours that mean the afternoon when neither am nor pm is said."""
    sure_hours: frozenset[Annotated[int, Field(ge=1, le=12)]] = DEFAULT.sure_hours
    """Hours of which that is certain, so that nobody is asked."""
    default_time: time = DEFAULT.default_time
    """The time of a day that is named without one."""
    parts: dict[str, time] = {}
    """When a part of the day is, such as `morning = 09:00:00`."""
    working_days: frozenset[Annotated[int, Field(ge=0, le=6)]] = DEFAULT.working_days
    """Days of work; 0 is Monday."""
    working_from: time = DEFAULT.working_from
    """When the working day begins."""
    working_until: time = DEFAULT.working_until
    """When it ends."""
    holidays: frozenset[date] = frozenset()
    """Days on which nobody works."""
    country: Country | None = None
    """Whose holidays count too, such as `GB` or `GB-SCT`; needs the package holidays."""
    keep_to_hours: bool = False
    """Whether moments outside of working hours are moved into them."""

    @model_validator(mode="after")
    def _usable(self) -> "TimesTable":
        self.policy().check()
        if unknown := sorted(set(self.parts) - set(PARTS)):
            raise ValueError(f"there is no part of day «{unknown[0]}»; there are: {', '.join(PARTS)}")
        return self

    def policy(self) -> Policy:
        """The same as the language of times takes it."""
        given = {name: getattr(self, name) for name in type(self).model_fields if name != "parts"}
        return Policy(**given, parts={**PARTS, **self.parts})


class TicketbotFile(_Table):
    """All of ``ticketbot.toml``."""

    command: SlashCommand = "/ticket"
    """The slash command; also in the app's manifest."""
    default_helpdesk: str | None = None
    """The helpdesk that is meant when none is named; the first one without it."""
    timezone: Zone = "UTC"
    """The zone of people whose own is not known."""
    patience: Annotated[float, Field(gt=0, le=8760)] = 24
    """Hours for which an action is tried again while the helpdesk cannot be reached."""
    retention: Annotated[float, Field(gt=0, le=36500)] = 90
    """Days for which settled actions are kept: the audit log."""
    retention_messages: Annotated[float, Field(ge=2, le=36500)] = 7
    """Days for which messages that were delivered to Slack are kept; longer than Slack repeats an event."""
    reaction: Emoji | None = None
    """The emoji by which somebody says that a message should be a ticket; without one, reactions mean nothing."""
    helpdesks: dict[HelpdeskName, Annotated[SirportlyTable | SocialBoardsTable, Field(discriminator="kind")]] = {}
    channels: dict[Channel, ChannelTable] = {}
    people: dict[User, str] = {}
    """Slack users: a username, id, e-mail address or name in the helpdesk, where their address in Slack is another."""
    permissions: PermissionsTable = PermissionsTable()
    times: TimesTable = TimesTable()
    threads: ThreadsTable = ThreadsTable()

    @field_validator("helpdesks")
    @classmethod
    def _typable(cls, helpdesks: dict[str, object]) -> dict[str, object]:
        """People type names in any case."""
        names: dict[str, str] = {}
        for name in helpdesks:
            if (other := names.setdefault(name.lower(), name)) != name:
                raise ValueError(f"«{other}» and «{name}» differ in capitals alone, and people type either")
        return helpdesks
