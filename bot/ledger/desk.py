"""The thread that works on a SQLite connection.

The writing one puts everything that is waiting into one transaction, so that sixty-four entries cost one fsync. It is
``BEGIN IMMEDIATE``: a deferred transaction that reads first and then finds the file changed fails, or loses an update.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from bot.ledger.batches import Batches
from bot.ledger.errors import LedgerError, NotRecorded, Unreachable
from bot.ledger.statements import Statement
from bot.ledger.store import Operation, Params, Row, Steps

T = TypeVar("T")

_LARGEST_GROUP = 256
_MOST_ROWS = 64
"""For one statement; a value each of thirteen columns is far below SQLite's limit on parameters, 32,766."""


@dataclass(slots=True, eq=False)
class _Job:
    operation: Operation[Any]
    future: asyncio.Future[Any]
    committing: bool = False
    abandoned: bool = False
    result: Any = None
    error: BaseException | None = None


class Desk:
    """A thread that runs operations over one connection; ``writes``: in transactions, as many in one as wait.

    ``wrote`` is called in that thread after a commit.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        writes: bool,
        name: str,
        wrote: Callable[[], None] = lambda: None,
    ) -> None:
        self._connection = connection
        self._writes = writes
        self._wrote = wrote
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[_Job] = deque()
        self._under_way = False
        """A group is with the thread, or about to be."""
        self._timer: asyncio.TimerHandle | None = None
        """When what waits is handed in for lack of company."""
        self._groups: queue.SimpleQueue[list[_Job] | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def run(self, operation: Operation[T], *, within: float | None, wait: float = 0) -> T:
        """Have it done; `NotRecorded` after so many seconds, and then it is not done later either.

        It may ``wait`` that long for company, if it is alone.
        """
        if self._closed:
            raise LedgerError("the ledger is closed")
        future: asyncio.Future[T] = self._loop.create_future()
        job = _Job(operation, future)
        self._waiting.append(job)
        if not self._under_way and not wait:
            self._under_way = True
            self._loop.call_soon(self._hand_in)  # not at once: what else is ready comes along
        elif not self._under_way and self._timer is None:
            self._timer = self._loop.call_later(wait, self._hand_in)
        if within is None:
            return await future
        timer = self._loop.call_later(within, self._abandon, job, within)
        try:
            return await future
        finally:
            timer.cancel()

    async def close(self) -> None:
        """Finish what was handed in."""
        self._closed = True
        self._groups.put(list(self._waiting))
        self._waiting.clear()
        self._groups.put(None)
        await asyncio.to_thread(self._thread.join)
        self._connection.close()

    @staticmethod
    def _abandon(job: _Job, within: float) -> None:
        job.abandoned = True
        if not job.future.done():
            job.future.set_exception(NotRecorded(f"the database took longer than {within:g} s", maybe=job.committing))

    def _hand_in(self) -> None:
        """Give the thread what waits, as one group; one at a time, so that the next can grow meanwhile."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        group = [self._waiting.popleft() for _ in range(min(len(self._waiting), _LARGEST_GROUP))]
        self._under_way = bool(group)
        if group:
            self._groups.put(group)

    def _work(self) -> None:
        while (group := self._groups.get()) is not None:
            (self._write if self._writes else self._read)(group)
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._hand_over, group)

    def _hand_over(self, group: list[_Job]) -> None:
        self._hand_in()
        for job in group:
            if job.future.done():
                continue
            if job.error is None:
                job.future.set_result(job.result)
            else:
                job.future.set_exception(job.error)

    def _read(self, group: list[_Job]) -> None:
        for job in group:
            try:
                (job.result,) = in_step(self._connection, [job.operation()])
            except BaseException as error:
                job.error = Unreachable(f"SQLite: {error}") if isinstance(error, sqlite3.Error) else error

    def _write(self, group: list[_Job]) -> None:
        try:
            self._transact(group)
        except BaseException as error:
            if len(group) == 1:
                group[0].error = _explain(error)
                return
            for job in group:  # one of them fails, or all do: each by itself shows which
                self._write([job])

    def _transact(self, group: list[_Job]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            ran = [job for job in group if not job.abandoned]
            for job, result in zip(ran, in_step(self._connection, [job.operation() for job in ran]), strict=True):
                job.result = result
            if any(job.abandoned for job in ran):
                raise NotRecorded("nobody waits for it any more")
            for job in ran:
                job.committing = True
            self._connection.execute("COMMIT")
            self._wrote()
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise


def _explain(error: BaseException) -> BaseException:
    return NotRecorded(f"SQLite: {error}") if isinstance(error, sqlite3.Error) else error


def in_step(connection: sqlite3.Connection, operations: Sequence[Steps[Any]]) -> list[Any]:
    """Run these side by side to their ends, and return what they return.

    Each goes on by itself until it comes to a statement that takes many rows, where it waits for the others.
    """
    results: list[Any] = [None] * len(operations)
    answers: list[tuple[int, list[Row] | None]] = [(place, None) for place in range(len(operations))]
    while answers:
        batches = Batches()
        for place, rows in answers:
            steps = operations[place]
            try:
                statement, params = next(steps) if rows is None else steps.send(rows)
                while not statement.many:
                    statement, params = steps.send(_run(connection, statement.sqlite, params))
                batches.add(place, statement, params)
            except StopIteration as stop:
                results[place] = stop.value
        answers = [answer for statement, batch in batches for answer in _many(connection, statement, batch.rows)]
    return results


def _many(
    connection: sqlite3.Connection, statement: Statement, rows: Sequence[Params]
) -> Iterator[tuple[int, list[Row]]]:
    """The answer for each row: none where its statement gave none."""
    name = statement.distinct[0]
    start = 0
    while start < len(rows):
        part = rows[start : start + _power_of_two(len(rows) - start)]
        start += len(part)
        if len(part) == 1:
            yield part[0]["place"], _run(connection, statement.sqlite, part[0])
            continue
        answers: dict[Any, list[Row]] = {row[name]: [] for row in part}
        values = [row[column] for row in part for column in statement.columns]
        for first, *rest in _run(connection, _text(statement, len(part)), values):
            answers[first].append(tuple(rest))
        for row in part:
            yield row["place"], answers[row[name]]


def _power_of_two(count: int) -> int:
    """The largest that is not more: so there are few texts, and SQLite has them prepared."""
    return min(1 << (count.bit_length() - 1), _MOST_ROWS)


@cache
def _text(statement: Statement, rows: int) -> str:
    row = f"({', '.join('?' * len(statement.columns))})"
    return statement.many.replace(":rows", ", ".join([row] * rows))


def _run(connection: sqlite3.Connection, text: str, params: Params | Sequence[Any]) -> list[Row]:
    return connection.execute(text, params).fetchall() if text else []
