"""Many operations side by side over one connection to PostgreSQL, a round trip for each round of their statements."""

import json
from collections.abc import Sequence
from typing import Any

import psycopg

from bot.ledger.batches import Batches
from bot.ledger.statements import Statement
from bot.ledger.store import Params, Row, Steps

Connection = psycopg.AsyncConnection[tuple[Any, ...]]

_Cursor = psycopg.AsyncCursor[tuple[Any, ...]]


class _Round:
    """The statements that the operations have come to, and who waits for which answer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._batches = Batches()
        self._single: list[tuple[int, _Cursor]] = []
        self.waiting: list[int] = []

    async def add(self, place: int, statement: Statement, params: Params) -> None:
        """One operation's statement; a batched one is run at the end of the round."""
        if statement.returns:
            self.waiting.append(place)
        if statement.batched:
            self._batches.add(place, statement, params)
        elif statement.postgres:
            cursor = await _run(self._connection, statement, params)
            if statement.returns:
                self._single.append((place, cursor))

    async def answers(self) -> list[tuple[int, list[Row]]]:
        """The rows for each that waits: none where its statement gave none."""
        cursors = []
        for statement, batch in self._batches:
            cursor = await _run(self._connection, statement, {"rows": json.dumps(batch.rows)})
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
