"""Many operations side by side over one connection to PostgreSQL, a round trip for each round of their statements."""

import json
from collections.abc import Sequence
from typing import Any

import psycopg

from bot.ledger.statements import Statement
from bot.ledger.store import Params, Row, Steps

Connection = psycopg.AsyncConnection[tuple[Any, ...]]

_Cursor = psycopg.AsyncCursor[tuple[Any, ...]]


class _Batch:
    """Rows for one run of a statement that takes many."""

    def __init__(self) -> None:
        self._rows: list[Params] = []
        self._taken: set[tuple[str, Any]] = set()

    def take(self, statement: Statement, place: int, params: Params) -> bool:
        """Add a row, unless one that is here already has to be done before it."""
        names = {(name, params[name]) for name in statement.distinct if params[name] is not None}
        if names & self._taken:
            return False
        self._taken |= names
        self._rows.append({**params, "place": place})
        return True

    def params(self) -> Params:
        """What the statement takes."""
        return {"rows": json.dumps(self._rows)}


class _Round:
    """The statements that the operations have come to, and who waits for which answer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._batches: dict[int, tuple[Statement, list[_Batch]]] = {}
        self._single: list[tuple[int, _Cursor]] = []
        self.waiting: list[int] = []

    async def add(self, place: int, statement: Statement, params: Params) -> None:
        """One operation's statement; a batched one is run at the end of the round."""
        if statement.returns:
            self.waiting.append(place)
        if statement.batched:
            _, batches = self._batches.setdefault(id(statement), (statement, []))
            if not any(batch.take(statement, place, params) for batch in batches):
                batches.append(_Batch())
                batches[-1].take(statement, place, params)
        elif statement.postgres:
            cursor = await _run(self._connection, statement, params)
            if statement.returns:
                self._single.append((place, cursor))

    async def answers(self) -> list[tuple[int, list[Row]]]:
        """The rows for each that waits: none where its statement gave none."""
        cursors = []
        for statement, batches in sorted(self._batches.values(), key=lambda batched: batched[0].returns):
            for batch in batches:
                cursor = await _run(self._connection, statement, batch.params())
                if statement.returns:
                    cursors.append(cursor)
        rows: dict[int, list[Row]] = {place: [] for place in self.waiting}
        for place, cursor in self._single:
            rows[place] = await cursor.fetchall()
        for cursor in cursors:
            for place, *row in await cursor.fetchall():
                rows[place].append(tuple(row))
        return list(rows.items())


async def _run(connection: Connection, statement: Statement, params: Params) -> _Cursor:
    return await connection.execute(statement.postgres.encode(), params)


async def in_step(connection: Connection, operations: Sequence[Steps[Any]]) -> list[Any]:
    """Run these to their ends, and return what they return."""
    results: list[Any] = [None] * len(operations)
    answers: list[tuple[int, list[Row] | None]] = [(place, None) for place in range(len(operations))]
    while answers:
        round_ = _Round(connection)
        for place, rows in answers:
            steps = operations[place]
            try:
                statement, params = next(steps) if rows is None else steps.send(rows)
                while not statement.returns:
                    await round_.add(place, statement, params)
                    statement, params = steps.send([])
                await round_.add(place, statement, params)
            except StopIteration as stop:
                results[place] = stop.value
        answers = list(await round_.answers())
    return results
