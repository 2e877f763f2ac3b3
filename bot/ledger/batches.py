"""Rows of many operations, for one run of a statement that takes many.

Each run costs PostgreSQL a round trip, and SQLite a turn of the interpreter's lock, which the event loop wants too.
"""

from collections.abc import Iterator
from typing import Any

from bot.ledger.statements import Statement
from bot.ledger.store import Params


class Batch:
    """Rows for one run, each with its ``place``."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self._taken: set[tuple[str, Any]] = set()

    def take(self, statement: Statement, place: int, params: Params) -> bool:
        """Add a row, unless one that is here already has to be done before it."""
        names = {(name, params[name]) for name in statement.distinct if params[name] is not None}
        if not names.isdisjoint(self._taken):
            return False
        self._taken |= names
        self.rows.append({**params, "place": place})
        return True


class Batches:
    """The rows of a round, by statement."""

    def __init__(self) -> None:
        self._batches: dict[int, tuple[Statement, list[Batch]]] = {}

    def add(self, place: int, statement: Statement, params: Params) -> None:
        """One operation's row."""
        _, batches = self._batches.setdefault(id(statement), (statement, []))
        if not any(batch.take(statement, place, params) for batch in batches):
            batches.append(Batch())
            batches[-1].take(statement, place, params)

    def __iter__(self) -> Iterator[tuple[Statement, Batch]]:
        """In the order in which they have to run; those whose answers nobody waits for come first."""
        for statement, batches in sorted(self._batches.values(), key=lambda batched: batched[0].returns):
            for batch in batches:
                yield statement, batch
