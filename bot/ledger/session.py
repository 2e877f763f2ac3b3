"""The one connection with which a worker process claims lanes, settles entries and hears of new ones.

The lanes are session advisory locks: when the process dies, or the connection, PostgreSQL frees them by itself, without
leases or heartbeats (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS). What a worker
writes goes over the same connection, so nothing can be settled by a process that has lost its claims.
"""

import asyncio
import contextlib
import os
from collections.abc import Sequence
from typing import TypeVar

import psycopg
import structlog

from bot.ledger import operations
from bot.ledger.entries import Entry
from bot.ledger.errors import ClaimLost, Unreachable
from bot.ledger.line import Job, Line
from bot.ledger.rounds import Connection
from bot.ledger.statements import NOTIFY_CHANNEL, statement
from bot.ledger.store import COMPANY, Claims, Operation, Steps, Wake
from bot.ledger.watchdog import Watchdog

logger = structlog.get_logger(__name__)
T = TypeVar("T")

_PATIENCE = 10.0
_LOCK = statement(
    "SELECT place, pg_try_advisory_lock(key) FROM unnest(CAST(:keys AS bigint[]))"
    " WITH ORDINALITY AS wanted (key, place)"
)
_UNLOCK = statement(
    "",
    "SELECT pg_advisory_unlock(key) FROM json_to_recordset(CAST(:rows AS json)) AS held (key bigint)",
    silent=True,
)
_PROBE = statement("SELECT 1")
_FREE_SOON = """
SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;
SET idle_session_timeout = 0
"""
"""The server, too, is to notice within half a minute that we are gone; it frees the locks then."""


class Session(Line):
    """A line whose loss is told: everything claimed over it is lost with it."""

    company = COMPANY

    def __init__(self, conninfo: str, wake: Wake) -> None:
        self.epoch = 0
        self._wake = wake
        self._watched: int | None = None
        super().__init__(conninfo, name="ledger-session")

    def _admit(self, job: Job) -> bool:
        if job.epoch is not None and job.epoch != self.epoch:
            job.fail(ClaimLost("the connection that held the lane was lost"))
            return False
        return super()._admit(job)

    async def _begin(self, connection: Connection) -> None:
        await connection.execute(_FREE_SOON)
        connection.add_notify_handler(lambda notice: self._wake([notice.payload]))
        await connection.execute(f"LISTEN {NOTIFY_CHANNEL}".encode())
        self._watched = os.dup(connection.fileno())  # psycopg watches the original while it waits for an answer
        asyncio.get_running_loop().add_reader(self._watched, self._readable)
        self._wake([""])

    def _readable(self) -> None:
        if self._in_use or self._connection is None:
            return  # psycopg is reading
        try:
            self._connection.pgconn.consume_input()
            while notice := self._connection.pgconn.notifies():
                self._wake([notice.extra.decode()])
        except psycopg.OperationalError:
            self._unwatch()
            self.epoch += 1
            self.probe()

    def probe(self) -> None:
        """Use the connection, so that it is made anew if it is gone."""
        job = Job(lambda: operations.rows_of(_PROBE, {}), asyncio.get_running_loop().create_future(), writes=False)
        job.future.add_done_callback(lambda future: future.cancelled() or future.exception())  # nobody waits for it
        self._enqueue(job)

    async def _lost(self) -> None:
        self._unwatch()
        if self._connection is not None:
            self.epoch += 1
            logger.warning("ledger.session_lost")
            if not self._closing:
                self.probe()
        await super()._lost()

    async def close(self) -> None:
        self.epoch += 1
        await super().close()
        self._unwatch()

    def _unwatch(self) -> None:
        if self._watched is not None:
            asyncio.get_running_loop().remove_reader(self._watched)
            os.close(self._watched)
            self._watched = None


class PostgresClaims(Claims):
    """Lanes that this process has locked in PostgreSQL."""

    def __init__(self, session: Session, watchdog: Watchdog) -> None:
        self._session = session
        self._watchdog = watchdog
        self._releasing: set[asyncio.Task[None]] = set()

    @property
    def epoch(self) -> int:
        return self._session.epoch

    async def claim(self, lanes: Sequence[str], now: float) -> dict[str, tuple[Entry | None, float | None]]:
        epoch = self.epoch
        try:
            return await self._session.run(lambda: _claim(lanes, now), writes=False, within=_PATIENCE, epoch=epoch)
        except BaseException:
            task = asyncio.create_task(self._release(lanes, epoch))  # nobody knows how far it came
            self._releasing.add(task)
            task.add_done_callback(self._releasing.discard)
            raise

    async def release(self, lanes: Sequence[str]) -> None:
        await self._release(lanes, self.epoch)

    async def _release(self, lanes: Sequence[str], epoch: int) -> None:
        with contextlib.suppress(ClaimLost, Unreachable):  # the locks went with the connection
            await self._session.run(lambda: _unlock(lanes), writes=False, within=None, epoch=epoch)

    async def run(self, operation: Operation[T], *, epoch: int) -> T:
        return await self._session.run(operation, writes=True, within=_PATIENCE, epoch=epoch)

    async def close(self) -> None:
        self._watchdog.stop()
        await self._session.close()


def _claim(lanes: Sequence[str], now: float) -> Steps[dict[str, tuple[Entry | None, float | None]]]:
    """Lock what is free, and read it afterwards: what was read before may have been done by another meanwhile."""
    answers = yield _LOCK, {"keys": [operations.digest(lane) for lane in lanes]}
    mine = [lanes[place - 1] for place, locked in answers if locked]
    return (yield from operations.heads(mine, now)) if mine else {}


def _unlock(lanes: Sequence[str]) -> Steps[None]:
    for lane in lanes:
        yield _UNLOCK, {"key": operations.digest(lane)}
