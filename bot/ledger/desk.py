"""The thread that works on a SQLite connection.

The writing one puts everything that is waiting into one transaction, so that sixty-four entries cost one fsync. It is
``BEGIN IMMEDIATE``: a deferred transaction that reads first and then finds the file changed fails, or loses an update.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.ledger.errors import LedgerError, NotRecorded, Unreachable
from bot.ledger.store import Operation, Steps

T = TypeVar("T")

_LARGEST_GROUP = 256


@dataclass(slots=True, eq=False)
class _Job:
    operation: Operation[Any]
    future: asyncio.Future[Any]
    committing: bool = False
    abandoned: bool = False
    result: Any = None
    error: BaseException | None = None


class Desk:
    """A thread that runs operations over one connection; ``writes``: in transactions, as many in one as wait."""

    def __init__(self, connection: sqlite3.Connection, *, writes: bool, name: str) -> None:
        self._connection = connection
        self._writes = writes
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def run(self, operation: Operation[T], *, within: float | None) -> T:
        """Have it done; `NotRecorded` after so many seconds, and then it is not done later either."""
        if self._closed:
            raise LedgerError("the ledger is closed")
        future: asyncio.Future[T] = self._loop.create_future()
        job = _Job(operation, future)
        self._queue.put(job)
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
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        self._connection.close()

    @staticmethod
    def _abandon(job: _Job, within: float) -> None:
        job.abandoned = True
        if not job.future.done():
            job.future.set_exception(NotRecorded(f"the database took longer than {within:g} s", maybe=job.committing))

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            group, last = [first], False
            with contextlib.suppress(queue.Empty):
                while len(group) < _LARGEST_GROUP:
                    job = self._queue.get_nowait()
                    if job is None:
                        last = True
                        break
                    group.append(job)
            (self._write if self._writes else self._read)(group)
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(_hand_over, group)
            if last:
                return

    def _read(self, group: list[_Job]) -> None:
        for job in group:
            try:
                job.result = self._step(job.operation())
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
            for job in ran:
                job.result = self._step(job.operation())
            if any(job.abandoned for job in ran):
                raise NotRecorded("nobody waits for it any more")
            for job in ran:
                job.committing = True
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _step(self, steps: Steps[Any]) -> Any:
        try:
            statement, params = next(steps)
            while True:
                rows = self._connection.execute(statement.sqlite, params).fetchall() if statement.sqlite else []
                statement, params = steps.send(rows)
        except StopIteration as stop:
            return stop.value


def _explain(error: BaseException) -> BaseException:
    return NotRecorded(f"SQLite: {error}") if isinstance(error, sqlite3.Error) else error


def _hand_over(group: list[_Job]) -> None:
    for job in group:
        if job.future.done():
            continue
        if job.error is None:
            job.future.set_result(job.result)
        else:
            job.future.set_exception(job.error)
