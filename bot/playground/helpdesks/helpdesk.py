"""What the two local helpdesks have in common: data, a clock, faults, and a log of requests."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar

from pydantic import BaseModel
from starlette.routing import Route

from bot.playground.helpdesks.clock import Clock
from bot.playground.helpdesks.exchange import Answer, Incoming, Logged, RequestLog
from bot.playground.helpdesks.faults import Fault, Faults
from bot.playground.helpdesks.store import Store


class NoSuchTicketError(LookupError):
    """A view was asked for a ticket that does not exist."""


class Helpdesk(ABC):
    """One vendor's server, apart from HTTP itself."""

    name: ClassVar[str]
    settings: BaseModel

    def __init__(self, store: Store) -> None:
        self.store = store
        self.faults = Faults()
        self.log = RequestLog()
        self.clock = Clock(timedelta(seconds=store.kept("clock", 0)))

    @abstractmethod
    async def answer(self, incoming: Incoming, logged: Logged) -> Answer:
        """Do what the vendor's documents say about a request, and note its parameters in the log."""

    @abstractmethod
    def failure(self, status: int, text: str) -> Answer:
        """A refusal in the vendor's own shape."""

    @abstractmethod
    def seed(self) -> None:
        """Fill the empty store with the data a fresh helpdesk starts with."""

    @abstractmethod
    def secrets(self) -> Iterable[str]:
        """What must not be shown in the log of requests."""

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """Everything that is stored, private updates and sent mail included, as JSON."""

    @abstractmethod
    def tickets(self) -> list[dict[str, Any]]:
        """The tickets in short, newest activity first, for a page that lists them."""

    @abstractmethod
    def ticket(self, reference: str) -> dict[str, Any]:
        """One ticket with its conversation, for a page. Raises NoSuchTicketError."""

    @abstractmethod
    def reply(self, reference: str, reply: "Reply") -> dict[str, Any]:
        """Answer a ticket as a person at a screen would. Raises NoSuchTicketError, or ValueError."""

    def routes(self) -> list[Route]:
        """Pages and control paths that only this vendor has."""
        return []

    def configure(self, changes: dict[str, Any]) -> None:
        """Change some of the settings. Raises pydantic's ValidationError for a name or value that is none."""
        self.settings = type(self.settings).model_validate({**self.settings.model_dump(), **changes})

    def advance(self, by: timedelta) -> None:
        """Set the clock forward and do what has become due."""
        self.clock.advance(by)
        self.store.keep("clock", self.clock.offset.total_seconds())
        self.tick()

    def tick(self) -> None:
        """Do what has become due."""
        return

    def reset(self) -> None:
        """Back to the seeded data, the real time, no faults, an empty log and the settings of the start."""
        self.store.clear()
        self.clock.offset = timedelta(0)
        self.faults.clear()
        self.log.clear()
        self.settings = self.initial_settings
        self.open()

    def open(self) -> None:
        """Seed the store unless it already holds data."""
        if not self.store.kept("seeded", default=False):
            with self.store.transaction():
                self.seed()
                self.store.keep("seeded", value=True)

    async def started(self) -> None:
        """Called once when the server is up."""
        return

    async def stopped(self) -> None:
        """Called once when the server goes down."""
        return

    @property
    @abstractmethod
    def initial_settings(self) -> BaseModel:
        """The settings the server was started with."""

    def expired(self, fault: Fault | None) -> bool:
        """Whether this request's credentials are to be refused, however good they are."""
        return fault is not None and fault.kind == "expired"


class Reply(BaseModel):
    """What a person answers at a screen: as the customer who wrote in, or as staff."""

    model_config = {"extra": "forbid", "populate_by_name": True}

    author: str = "customer"
    """``customer``, ``staff`` (the ticket's assignee, or the first person of the list) or a username or e-mail."""
    message: str
    private: bool = False
