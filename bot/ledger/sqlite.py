"""The ledger in a SQLite file that one process owns.

``synchronous=FULL``, because in WAL mode anything less may lose the last commits with the power
(https://www.sqlite.org/pragma.html#pragma_synchronous).
"""

import asyncio
import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from bot.ledger import operations
from bot.ledger.checkpoints import LARGEST_LOG, Checkpoints
from bot.ledger.desk import Desk
from bot.ledger.entries import Entry
from bot.ledger.errors import ClaimLost, LedgerError, OwnedElsewhere, ReadOnly
from bot.ledger.store import COMPANY, Claims, Operation, Store, Wake

T = TypeVar("T")

_OLDEST = (3, 35, 0)  # RETURNING; https://www.sqlite.org/lang_returning.html
_PATIENCE = 10.0
"""Seconds for what a worker writes; it tries again after that."""


class OwnerLock:
    """The right to write the file, held for as long as this process lives."""

    def __init__(self, database: Path) -> None:
        """Take it; raises `OwnedElsewhere`, or `LedgerError` where the lock cannot be made."""
        try:
            database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(f"{database}.owner", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except FileExistsError as error:
            raise LedgerError(f"no ledger can be kept in {database.parent}: it is not a directory") from error
        except OSError as error:
            raise LedgerError(f"no ledger can be kept in {database.parent}: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._file, os.pwrite(self._file, str(os.getpid()).encode(), 0))
        except BlockingIOError as error:
            owner = os.read(self._file, 32).decode(errors="replace").strip()
            os.close(self._file)
            raise OwnedElsewhere(f"{database} is owned by another process (pid {owner or 'unknown'})") from error
        except OSError as error:
            os.close(self._file)
            raise LedgerError(f"{database}.owner cannot be written: {error.strerror}") from error

    def release(self) -> None:
        """Let another process own the file. The lock file stays: removing it would let two own it."""
        os.close(self._file)


def is_there(database: Path) -> bool:
    """Whether there is such a file; raises `LedgerError` where we may not even look, or there is a directory."""
    try:
        if not database.is_dir():
            return database.exists()
    except OSError as error:
        raise LedgerError(f"{database} cannot be looked at: {error.strerror}") from error
    raise LedgerError(f"{database} is a directory, and not a ledger's file")


def make_private(database: Path) -> None:
    """Make the file, or see to it that what is there is for this user alone; with the lock held.

    SQLite gives what it keeps beside it the same mode (findCreateFileMode in its os_unix.c). Raises `LedgerError`
    where there is no file and none can be made; a file whose mode is not ours to change stays as it is.
    """
    try:
        # A file that is there must not be opened: closing it would take away the locks that SQLite has on it here.
        os.close(os.open(database, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        for file in (database, Path(f"{database}-wal"), Path(f"{database}-shm")):
            with contextlib.suppress(OSError):
                if file.is_file() and (mode := file.stat().st_mode & 0o777) & 0o077:
                    file.chmod(mode & 0o700)
    except OSError as error:
        raise LedgerError(f"{database} cannot be made: {error.strerror}") from error


def version_in(connection: sqlite3.Connection) -> str | None:
    """The migration that a file has; None where it has no tables yet."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def connect(database: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection in autocommit, for one thread at a time."""
    if sqlite3.sqlite_version_info < _OLDEST:
        raise LedgerError(f"SQLite {sqlite3.sqlite_version} is too old; {'.'.join(map(str, _OLDEST))} is needed")
    uri = f"{database.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=5, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    if not read_only:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
    return connection


class SqliteStore(Store):
    """A SQLite file, and the threads that work on it."""

    dialect = "sqlite"
    poll = 10.0

    def __init__(self, database: Path, lock: OwnerLock | None) -> None:
        self._lock = lock
        self._writer: Desk | None = None
        self._checkpoints: Checkpoints | None = None
        if lock is not None:
            self._checkpoints = Checkpoints(connect(database))
            writing = connect(database)
            writing.execute(f"PRAGMA wal_autocheckpoint={LARGEST_LOG}")
            self._writer = Desk(writing, writes=True, name="ledger-writer", wrote=self._checkpoints.written)
        self._reader = Desk(connect(database, read_only=True), writes=False, name="ledger-reader")
        self._searcher = Desk(connect(database, read_only=True), writes=False, name="ledger-searcher")
        self.busy: set[str] = set()
        self.wakes: list[Wake] = []

    async def write(self, operation: Operation[T], *, within: float, wait: float = 0) -> T:
        if self._writer is None:
            raise ReadOnly("this process only looks at the ledger; its owner has to be asked")
        return await self._writer.run(operation, within=within, wait=wait)

    async def read(self, operation: Operation[T], *, slow: bool = False) -> T:
        return await (self._searcher if slow else self._reader).run(operation, within=None)

    async def claims(self, wake: Wake) -> Claims:
        if self._writer is None:
            raise ReadOnly("only the owner of the ledger works on it")
        return SqliteClaims(self, wake)

    def woken(self, lanes: Sequence[str]) -> None:
        for wake in self.wakes:
            wake(lanes)

    async def close(self) -> None:
        for desk in (self._writer, self._reader, self._searcher):
            if desk is not None:
                await desk.close()
        if self._checkpoints is not None:
            await asyncio.to_thread(self._checkpoints.close)
        if self._lock is not None:
            self._lock.release()


class SqliteClaims(Claims):
    """Lanes in the hands of a worker of the one process that owns the file: claiming writes nothing."""

    def __init__(self, store: SqliteStore, wake: Wake) -> None:
        self._store = store
        self._wake = wake
        self._mine: set[str] = set()
        self._epoch = 0
        store.wakes.append(wake)

    @property
    def epoch(self) -> int:
        return self._epoch

    async def claim(self, lanes: Sequence[str], now: float) -> dict[str, tuple[Entry | None, float | None]]:
        free = [lane for lane in lanes if lane not in self._store.busy]
        self._store.busy.update(free)
        self._mine.update(free)
        try:
            return await self._store.read(lambda: operations.heads(free, now))
        except BaseException:
            await self.release(free)
            raise

    async def release(self, lanes: Sequence[str]) -> None:
        self._store.busy.difference_update(lanes)
        self._mine.difference_update(lanes)

    async def run(self, operation: Operation[T], *, epoch: int) -> T:
        if epoch != self._epoch:
            raise ClaimLost("the worker has stopped")
        return await self._store.write(operation, within=_PATIENCE, wait=COMPANY)

    async def close(self) -> None:
        self._epoch += 1
        self._store.wakes.remove(self._wake)
        await self.release(list(self._mine))
