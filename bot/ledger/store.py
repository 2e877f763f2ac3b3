"""What the two databases have in common: operations, and who runs them.

An operation is a generator that yields statements and is sent their rows. So it is written once, without knowing
whether a thread steps through it over sqlite3 or a task over psycopg, and either of them can put many operations into
one transaction. It touches nothing but the database and may be run again from its start.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, TypeVar

from bot.ledger.entries import Entry
from bot.ledger.statements import Statement

Row = tuple[Any, ...]
Params = Mapping[str, Any]
T = TypeVar("T")
Steps = Generator[tuple[Statement, Params], Sequence[Row], T]
Operation = Callable[[], Steps[T]]

COMPANY = 0.002
"""Seconds for which what a worker writes waits to share a commit: no person waits for it."""

Wake = Callable[[Sequence[str]], None]
"""Called with the lanes that may have something to do; an empty name stands for all there are."""


class Claims(ABC):
    """One worker's exclusive hold on lanes."""

    @abstractmethod
    async def claim(self, lanes: Sequence[str], now: float) -> dict[str, tuple[Entry | None, float | None]]:
        """Take those of the lanes that nobody else has, with each one's first entry and next scheduled instant."""

    @abstractmethod
    async def release(self, lanes: Sequence[str]) -> None:
        """Give lanes back."""

    @abstractmethod
    async def run(self, operation: Operation[T], *, epoch: int) -> T:
        """Run it durably while still holding what was claimed in ``epoch``; raises `ClaimLost` otherwise."""

    @property
    @abstractmethod
    def epoch(self) -> int:
        """Counts the times that everything claimed was lost at once."""

    @abstractmethod
    async def close(self) -> None:
        """Give everything back."""


class Store(ABC):
    """A database that holds the ledger."""

    dialect: str
    poll: float
    """Seconds between two looks at everything, in case that a notification went astray."""

    @abstractmethod
    async def write(self, operation: Operation[T], *, within: float) -> T:
        """Run it in a transaction, grouped with others; durable when it returns.

        Raises `NotRecorded` where that is not possible ``within`` so many seconds.
        """

    @abstractmethod
    async def read(self, operation: Operation[T], *, slow: bool = False) -> T:
        """Run it without a transaction; ``slow`` ones do not delay the others."""

    @abstractmethod
    async def claims(self, wake: Wake) -> Claims:
        """Begin to work: ``wake`` is called when something was recorded."""

    @abstractmethod
    def woken(self, lanes: Sequence[str]) -> None:
        """Something was written in these lanes by this process."""

    @abstractmethod
    async def close(self) -> None:
        """Finish what was handed in, and close the database."""
