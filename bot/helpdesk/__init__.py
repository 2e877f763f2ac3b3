"""The port: what the bot asks of any helpdesk, and what a helpdesk declares that it can do.

A vendor is one module beside this one that subclasses :class:`Helpdesk`, overrides what it can do and says so in
``capabilities``; a contract test holds the two together. A base class, not a protocol: a vendor that cannot forward has
no line about it.

Every write goes through the :class:`Journal` of its entry, so that a death of the process at any point is followed by a
look before a repetition.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.actions import (
    Action,
    AddFollowup,
    Asker,
    CreateTicket,
    ForwardTicket,
    Named,
    PostReply,
    Staff,
    Ticket,
    UpdateTicket,
)
from bot.errors import NotSupported
from bot.helpdesk.wording import doing, doing_any, none_of
from bot.outcomes import Attached, Page, Receipt, Scheduled, TicketView

JSON = dict[str, Any]

Capabilities = Mapping[str, frozenset[str]]
"""Action kind to the optional fields that are taken here; a kind left out is not supported."""

ListName = Literal[
    "status", "priority", "team", "department", "brand", "sla", "category", "custom", "outgoing", "macro", "staff"
]


@dataclass(frozen=True)
class Found:
    """Something in the helpdesk that could be what a lost answer was about."""

    id: str
    """Unique within the helpdesk and among everything that entries hold: ``update:13``, ``ticket:LF-616004``."""
    result: JSON
    """What the step would have returned."""


class Journal(Protocol):
    """What this entry has already done in the helpdesk; kept by the ledger, so that it outlives the process."""

    @property
    def marker(self) -> str:
        """A short token of letters, digits and ``-``: this entry's alone, and the same in every attempt."""

    async def once(
        self,
        step: str,
        send: Callable[[], Awaitable[JSON]],
        *,
        find: Callable[[datetime], Awaitable[Sequence[Found]]] | None,
        holds: Callable[[JSON], str | None] | None = None,
        doing: str = "",
    ) -> JSON:
        """Do ``step`` once in the life of the entry and return its result, now or from before.

        The moment of sending is stored before ``send`` runs. Where an earlier ``send`` got no answer, ``find`` is asked
        (with that moment) once enough time has passed, and the first that no other entry holds is adopted; if there is
        none, ``send`` runs again. ``find=None`` says that nothing can tell: then a person is asked, told ``doing``.
        ``holds`` names the id (as in :attr:`Found.id`) of what the result is about.

        A step for which a repetition is harmless passes a ``find`` that returns ``[]``.
        """


@dataclass(frozen=True)
class Filters:
    """What a list or search is narrowed to; ``None`` narrows nothing."""

    status: str | None = None
    priority: str | None = None
    team: str | None = None
    department: str | None = None
    brand: str | None = None
    sla: str | None = None
    category: str | None = None
    assignee: Staff | None = None
    unassigned: bool = False
    """Whether only what nobody is assigned to."""
    contact: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class CustomField:
    """A custom field as the helpdesk declares it."""

    id: str
    name: str
    system_name: str
    kind: str = "string"
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entries:
    """One of the helpdesk's lists; ``None`` in its place means that this helpdesk does not tell."""

    items: tuple[Named, ...] = ()
    staff: tuple[Staff, ...] = ()
    custom: tuple[CustomField, ...] = ()
    parents: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Item id to the ids it belongs to: a team's departments. An item that is not named here belongs to all."""
    open_ended: bool = False
    """Whether ids that are not among the items are accepted as well."""


@dataclass(frozen=True)
class Change:
    """A ticket that may have changed."""

    ref: str
    mark: str
    """Another one whenever the ticket has changed, as far as the helpdesk's lists show it."""


@dataclass(frozen=True)
class Changes:
    """What has changed lately."""

    tickets: tuple[Change, ...]
    """The latest changed first."""
    until: datetime | None = None
    """The latest change by the helpdesk's own clock: where to go on from. ``None`` where its lists do not tell."""
    cut: bool = False
    """Whether there may be more than what is told here."""
    requests: int = 1
    """How many it took to find out."""


class Helpdesk:
    """One configured helpdesk."""

    vendor: str
    """The vendor's name, as people know it."""
    settle_after: float
    """Seconds after sending before a write without an answer is looked up."""
    bot_keeps: frozenset[str] = frozenset()
    """Kinds among the capabilities that the helpdesk itself lacks: the bot keeps them and carries them out in time."""

    uploads: bool = True
    """Whether it takes files as such; otherwise it fetches them, from an address that anybody can read."""

    parts: Mapping[str, frozenset[str]] = {}
    """Field that holds somebody outside (``contact``, ``author``) to what is taken of them; unnamed, it is all."""

    forwards_notes: bool = True
    """Whether a forward takes internal notes along: a helpdesk that can leave them out says so."""

    answer_cancels_followups: bool = False
    """Whether a follow-up that the bot keeps is dropped when the customer has answered meanwhile."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def requires_account(self) -> bool:
        """Whether whoever asks needs an account of their own; not where everything is done as one fixed person."""
        return True

    @property
    def capabilities(self) -> Capabilities:
        """What this helpdesk can do, as configured."""
        raise NotImplementedError  # every vendor declares this

    @property
    def takes_notes(self) -> bool:
        """Whether there are internal notes."""
        note = PostReply(ticket=Ticket(helpdesk=self.name, ref="0"), message="?", visibility="private")
        try:
            self.check(note)
        except NotSupported:
            return False
        return True

    def check(self, action: Action) -> None:
        """Refuse what this helpdesk cannot do, before anything is sent.

        Raises:
            NotSupported: naming the action or the fields.
        """
        if action.kind not in self.capabilities:
            raise NotSupported(self.cannot(action.kind))
        optional = {name for name, info in type(action).model_fields.items() if not info.is_required()} - {"kind"}
        asked = {name for name in action.model_fields_set & optional if getattr(action, name) not in ((), {})}
        if extra := sorted(asked - self.capabilities[action.kind]):
            raise NotSupported(self.lacks(action.kind, extra))

    def cannot(self, kind: str) -> str:
        """Say that this helpdesk does not have an action at all."""
        return f"{self.vendor} cannot {doing_any(kind)}."

    def lacks(self, kind: str, fields: Sequence[str]) -> str:
        """Say which fields of an action this helpdesk does not have."""
        lacking = f"{self.vendor} takes no {none_of(fields)} when you {doing(kind)}."
        return f"{lacking} Nothing was sent; leave that out and try again."

    # What it is called -----------------------------------------------------------------------------------------------

    def canonical(self, ref: str) -> str:
        """The one spelling of a reference. Raises UsageError for what cannot be one here."""
        raise NotImplementedError  # every vendor has references of its own shape

    def url(self, ref: str) -> str | None:
        """The page where staff see the ticket."""
        raise NotImplementedError  # every vendor says; None where it has none

    # What it does: overridden by the vendors that can ----------------------------------------------------------------

    async def create(self, action: CreateTicket, asker: Asker, journal: Journal) -> Receipt:
        """Open a ticket."""
        raise NotSupported(self.cannot(action.kind))

    async def update(self, action: UpdateTicket, asker: Asker, journal: Journal) -> Receipt:
        """Change a ticket."""
        raise NotSupported(self.cannot(action.kind))

    async def reply(self, action: PostReply, asker: Asker, journal: Journal) -> Receipt:
        """Answer the customer, or leave an internal note."""
        raise NotSupported(self.cannot(action.kind))

    async def followup(self, action: AddFollowup, asker: Asker, journal: Journal) -> Receipt:
        """Have something done later."""
        raise NotSupported(self.cannot(action.kind))

    async def forward(self, action: ForwardTicket, asker: Asker, journal: Journal) -> Receipt:
        """Send the ticket on to somebody else."""
        raise NotSupported(self.cannot(action.kind))

    # What it tells ---------------------------------------------------------------------------------------------------

    async def show(self, ticket: Ticket, *, updates: bool = False) -> TicketView:
        """One ticket. Raises TicketNotFound."""
        raise NotImplementedError  # every vendor can be read

    async def changed(self, since: datetime, *, among: Sequence[str] = ()) -> Changes:
        """Tickets that have changed since then, by the helpdesk's clock.

        ``among`` are references, fifty at most, that are wanted even where the helpdesk would not list them.
        """
        raise NotImplementedError  # every vendor says how: threads rest on it, and none can do without

    async def followups(self, ticket: Ticket) -> Sequence[Scheduled] | None:
        """What the helpdesk itself will do later; ``None`` where it does not have or tell that."""
        return None

    def download(self, ticket: Ticket, file: Attached) -> AsyncIterator[bytes]:
        """The bytes of a file on a ticket, a piece at a time.

        Raises, when it is read: NotSupported for a file that cannot be had, and as any read.
        """
        raise NotSupported(f"{self.vendor} does not give out files.")

    def mirror_lacks(self) -> str | None:
        """What of a ticket and its threads will not reach the other as this is configured; ``None`` if all will."""
        return None

    async def search(self, query: str, filters: Filters, *, page: int = 1) -> Page:
        """Tickets in which the words occur."""
        raise NotImplementedError  # every vendor can be read

    async def list(self, filters: Filters, *, page: int = 1) -> Page:
        """Tickets, the latest changed first."""
        raise NotImplementedError  # every vendor can be read

    async def entries(self, name: ListName) -> Entries | None:
        """One of its lists, fresh; ``None`` where it does not have or does not tell it."""
        raise NotImplementedError  # every vendor says

    async def closing_status(self) -> Named:
        """The status that ``close`` sets. Raises InvalidFields where several would do and none is configured."""
        raise NotImplementedError  # every vendor says

    async def name_of(self, email: str) -> str | None:
        """What the helpdesk calls the contact with that address; ``None`` where it does not know or tell."""
        return None

    async def staff_by_email(self, email: str) -> Staff | None:
        """The account with that e-mail address, if there is one."""
        raise NotImplementedError  # every vendor says

    async def verify(self) -> None:
        """Raise what is wrong with the address or the credentials; for readiness and ``doctor``."""
        raise NotImplementedError  # every vendor can be asked

    async def close(self) -> None:
        """Let go of connections."""
