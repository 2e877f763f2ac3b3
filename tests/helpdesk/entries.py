"""A ledger in a dictionary: just enough of one for journals to be real."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from bot.helpdesk.journal import StepJournal


class Clock:
    """The real time, and a way to let it pass."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.ahead += timedelta(seconds=seconds)


@dataclass
class Entry:
    """One entry: what its journal keeps from attempt to attempt."""

    book: "Book"
    marker: str
    progress: dict[str, Any] = field(default_factory=dict)
    holds: tuple[str, ...] = ()
    saves: int = 0

    def attempt(self, verdict: Literal["again"] | None = None) -> StepJournal:
        """The journal of the next attempt."""
        return StepJournal(
            progress=self.progress,
            save=self._save,
            held=self._held,
            settle_after=self.book.settle_after,
            marker=self.marker,
            clock=self.book.clock,
            verdict=verdict,
        )

    def settle(self, journal: StepJournal) -> None:
        """The entry is done: what it holds is known to all."""
        self.progress, self.holds = dict(journal.progress), journal.holds

    async def _save(self, progress: dict[str, Any], holds: Sequence[str]) -> None:
        self.progress, self.holds = {step: dict(kept) for step, kept in progress.items()}, tuple(holds)
        self.saves += 1

    async def _held(self, ids: Sequence[str]) -> set[str]:
        others = (each for each in self.book.entries if each is not self)
        return {held for other in others for held in other.holds} & set(ids)


@dataclass
class Book:
    """The entries of one test."""

    settle_after: float = 25.0
    clock: Clock = field(default_factory=Clock)
    entries: list[Entry] = field(default_factory=list)

    def entry(self) -> Entry:
        """A new entry, with a marker of its own."""
        entry = Entry(self, f"tb-test{len(self.entries) + 1:04d}")
        self.entries.append(entry)
        return entry
