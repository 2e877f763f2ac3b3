"""The ledger in PostgreSQL, for several processes or machines."""

from typing import TypeVar

import psycopg
import structlog

from bot.ledger.errors import LedgerError, TransactionPooler
from bot.ledger.line import Line, connect
from bot.ledger.session import PostgresClaims, Session
from bot.ledger.store import Claims, Operation, Store, Wake
from bot.ledger.watchdog import Watchdog

logger = structlog.get_logger(__name__)
T = TypeVar("T")

_READ_PATIENCE = 5.0
_STALL = 30.0
"""Seconds without a turn of the event loop after which a worker ends itself."""


class PostgresStore(Store):
    """A database, with a line or two for each purpose; a line connects when it is first used."""

    dialect = "postgresql"
    poll = 2.0

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._writers = [Line(conninfo, name=f"ledger-writer-{number}") for number in (1, 2)]
        self._reader = Line(conninfo, name="ledger-reader")
        self._searcher = Line(conninfo, name="ledger-searcher")

    @classmethod
    async def open(cls, conninfo: str) -> "PostgresStore":
        """Connect; raises `TransactionPooler` and `LedgerError`."""
        try:
            await refuse_pooler(conninfo)
        except psycopg.OperationalError as error:
            raise LedgerError(f"PostgreSQL cannot be reached: {error}") from error
        return cls(conninfo)

    async def version(self) -> str | None:
        """The migration that the database has; None without tables."""
        async with await connect(self._conninfo, timeout=5) as connection:
            try:
                found = await (await connection.execute("SELECT version_num FROM alembic_version")).fetchone()
            except psycopg.errors.UndefinedTable:
                return None
            return None if found is None else str(found[0])

    async def write(self, operation: Operation[T], *, within: float) -> T:
        line = min(self._writers, key=lambda line: line.load)
        return await line.run(operation, writes=True, within=within)

    async def read(self, operation: Operation[T], *, slow: bool = False) -> T:
        line = self._searcher if slow else self._reader
        return await line.run(operation, writes=False, within=_READ_PATIENCE * (6 if slow else 1))

    async def claims(self, wake: Wake) -> Claims:
        session = Session(self._conninfo, wake)
        session.probe()
        return PostgresClaims(session, Watchdog(_STALL))

    def woken(self, lanes: object) -> None:
        """Nothing to do: the notification comes back to this process like to every other."""

    async def close(self) -> None:
        for line in (*self._writers, self._reader, self._searcher):
            await line.close()


async def refuse_pooler(conninfo: str) -> None:
    """Find out whether a connection of ours keeps its server process to itself; raises `TransactionPooler`.

    A pooler in transaction mode gives the process of an idle client to the next one, and with it our locks.
    """
    async with await connect(conninfo, timeout=5) as mine, await connect(conninfo, timeout=5) as other:
        before = await _server_process(mine)
        async with other.transaction():  # a pooler has to give this one a process for as long as it lasts
            if await _server_process(other) == before or await _server_process(mine) != before:
                raise TransactionPooler(
                    "there is a transaction pooler between the bot and PostgreSQL (PgBouncer or the like): it would "
                    "hand the bot's locks to others. Give DATABASE_URL the direct address, or set the pooler to "
                    "session mode"
                )
        if mine.info.backend_pid != before:
            logger.warning("ledger.pooler", hint="a pooler in session mode is in between; a direct address is better")


async def _server_process(connection: psycopg.AsyncConnection[tuple[int]]) -> int:
    row = await (await connection.execute("SELECT pg_backend_pid()", prepare=False)).fetchone()
    assert row is not None
    return row[0]
