"""A connection to PostgreSQL and the one task that uses it.

Everything that waits is run together: the operations go forward in step, each round of statements in one pipeline
(https://www.psycopg.org/psycopg3/docs/advanced/pipeline.html), all in one transaction. If one of them fails, each is
run again by itself, so that one failing does not fail the others.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg

from bot.ledger.errors import LedgerError, NotRecorded, Unreachable
from bot.ledger.rounds import Connection, in_step
from bot.ledger.store import Operation

T = TypeVar("T")

_LARGEST_GROUP = 256
_PAUSE = 0.2
"""Seconds between two attempts to connect."""
_RETRIED = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


@dataclass(slots=True, eq=False)
class Job:
    """An operation that somebody waits for."""

    operation: Operation[Any]
    future: asyncio.Future[Any]
    writes: bool
    epoch: int | None = None
    abandoned: bool = False
    committing: bool = False

    def fail(self, error: BaseException) -> None:
        if not self.future.done():
            self.future.set_exception(error)

    def succeed(self, result: Any) -> None:
        if not self.future.done():
            self.future.set_result(result)


class _Abandoned(Exception):
    """Somebody stopped waiting before the commit."""


async def connect(conninfo: str, *, timeout: int) -> Connection:
    """A connection in autocommit, which notices when the other end is gone."""
    return await psycopg.AsyncConnection.connect(
        conninfo,
        autocommit=True,
        connect_timeout=timeout,
        application_name="ticketbot",
        tcp_user_timeout=25_000,
        keepalives=1,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )


class Line:
    """Runs operations over a connection that is made when it is needed, and again when it was lost."""

    company = 0.0
    """Seconds for which the first that comes waits for others to run with."""

    def __init__(self, conninfo: str, *, name: str) -> None:
        self._conninfo = conninfo
        self._jobs: deque[Job] = deque()
        self._event = asyncio.Event()
        self._connection: Connection | None = None
        self._in_use = False
        self._closing = False
        self._task = asyncio.create_task(self._work(), name=name)

    @property
    def load(self) -> int:
        """How much waits here, what is being run included."""
        return len(self._jobs) + self._in_use

    async def run(self, operation: Operation[T], *, writes: bool, within: float | None, epoch: int | None = None) -> T:
        """Have it done; `NotRecorded` (`Unreachable` for a read) after so many seconds, and then not later either.

        With an ``epoch`` it is done in that session or not at all.
        """
        if self._closing:
            raise LedgerError("the ledger is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        job = Job(operation, future, writes=writes, epoch=epoch)
        self._enqueue(job)
        timer = None if within is None else loop.call_later(within, self._abandon, job, within)
        try:
            return await future
        finally:
            if timer is not None:
                timer.cancel()

    def _enqueue(self, job: Job) -> None:
        self._jobs.append(job)
        self._event.set()

    def _admit(self, job: Job) -> bool:
        """Whether somebody still waits for it."""
        return not job.abandoned

    @staticmethod
    def _abandon(job: Job, within: float) -> None:
        job.abandoned = True
        text = f"PostgreSQL did not answer within {within:g} s"
        job.fail(NotRecorded(text, maybe=job.committing) if job.writes else Unreachable(text))

    async def close(self) -> None:
        """Finish what was handed in, and close the connection."""
        self._closing = True
        self._event.set()
        await asyncio.wait([self._task], timeout=5)
        self._task.cancel()
        await asyncio.wait([self._task], timeout=5)
        await self._disconnect()

    async def _work(self) -> None:
        while self._jobs or not self._closing:
            if not self._jobs:
                await self._event.wait()
                self._event.clear()
                if self.company and not self._closing:
                    await asyncio.sleep(self.company)
            group = self._take()
            self._in_use = True
            try:
                await self._run([job for job in group if not job.writes])
                await self._run([job for job in group if job.writes])
            except Exception as error:  # a bug must not leave the line dead and everybody waiting
                for job in group:
                    job.fail(error)
                await self._lost()
            finally:
                self._in_use = False

    def _take(self) -> list[Job]:
        return [self._jobs.popleft() for _ in range(min(len(self._jobs), _LARGEST_GROUP))]

    async def _run(self, group: list[Job]) -> None:
        group = [job for job in group if self._admit(job)]
        if not group:
            return
        try:
            connection = await self._connected()
            await self._together(connection, group)
        except (psycopg.OperationalError, psycopg.InterfaceError, OSError) as error:
            if self._connection is not None and not (self._connection.broken or self._connection.closed):
                await self._one_by_one(group, error)
                return
            await self._lost()
            self._put_back(group, error)
            await asyncio.sleep(_PAUSE)
        except Exception as error:
            await self._one_by_one(group, error)

    async def _one_by_one(self, group: list[Job], error: BaseException) -> None:
        if len(group) > 1:
            for job in group:
                await self._run([job])
        elif isinstance(error, _RETRIED):
            self._jobs.appendleft(group[0])
        elif isinstance(error, psycopg.Error):
            group[0].fail((NotRecorded if group[0].writes else Unreachable)(f"PostgreSQL: {error}"))
        else:
            group[0].fail(error)

    def _put_back(self, group: list[Job], error: BaseException) -> None:
        """What had not come to its commit is run again over the next connection, while somebody waits for it."""
        for job in reversed(group):
            if job.committing:
                job.fail(NotRecorded(f"PostgreSQL went away during the commit: {error}", maybe=True))
            elif not job.abandoned and not self._closing:
                self._jobs.appendleft(job)
            else:
                job.fail(NotRecorded(f"PostgreSQL: {error}"))

    async def _together(self, connection: Connection, group: list[Job]) -> None:
        writes = group[0].writes
        try:
            async with connection.pipeline() as pipeline:
                if writes:
                    await connection.execute("BEGIN")
                results = await in_step(connection, [job.operation() for job in group])
                if writes:
                    if any(job.abandoned for job in group):
                        raise _Abandoned
                    for job in group:
                        job.committing = True
                    await connection.execute("COMMIT")
                await pipeline.sync()
        except BaseException:
            if not connection.closed and connection.info.transaction_status.name in ("INTRANS", "INERROR"):
                await connection.execute("ROLLBACK")
                for job in group:
                    job.committing = False
            raise
        for job, result in zip(group, results, strict=True):
            job.succeed(result)

    async def _connected(self) -> Connection:
        if self._connection is None:
            connection = await connect(self._conninfo, timeout=5)
            try:
                await self._begin(connection)
            except BaseException:
                await connection.close()
                raise
            self._connection = connection
        return self._connection

    async def _begin(self, connection: Connection) -> None:
        """Prepare a new connection."""

    async def _lost(self) -> None:
        """The connection is of no use any more."""
        await self._disconnect()

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
