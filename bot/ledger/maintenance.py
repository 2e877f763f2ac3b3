"""What an operator does to a ledger: copy it, and take its schema forward or one step back."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from bot.ledger import migrating
from bot.ledger.errors import LedgerError, OwnedElsewhere
from bot.ledger.opening import database_url
from bot.ledger.schema import HEAD
from bot.ledger.sqlite import OwnerLock, connect, is_there, make_private, version_in

_CONNECT_TIMEOUT = 10
"""Seconds."""


@dataclass(frozen=True)
class Schema:
    """Which migration a ledger has, and which this version wants."""

    has: str | None
    wants: str = HEAD

    @property
    def current(self) -> bool:
        """Whether nothing is to be done."""
        return self.has == self.wants


def schema(url: str) -> Schema:
    """How the ledger's schema stands; nothing is changed, and no file is made. Raises `LedgerError`."""
    parsed = database_url(url)
    if parsed.drivername == "sqlite":
        return Schema(_of_file(Path(parsed.database or "")))
    engine = create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        connect_args={"connect_timeout": _CONNECT_TIMEOUT},
    )
    try:
        with engine.connect() as connection:
            return Schema(migrating.current(connection))
    except DatabaseError as error:
        raise LedgerError(f"PostgreSQL cannot be reached: {error.orig}") from error
    finally:
        engine.dispose()


def _of_file(database: Path) -> str | None:
    if not is_there(database):
        return None
    try:
        with closing(connect(database, read_only=True)) as connection:
            return version_in(connection)
    except sqlite3.Error as error:
        raise LedgerError(f"{database} cannot be read: {error}") from error


def owner(url: str) -> bool:
    """Whether a process owns the SQLite ledger right now; never one in PostgreSQL, which many use."""
    parsed = database_url(url)
    if parsed.drivername != "sqlite" or not is_there(Path(parsed.database or "")):
        return False
    try:
        OwnerLock(Path(parsed.database or "")).release()
    except OwnedElsewhere:
        return True
    except LedgerError:
        return False  # not even the lock file can be had, so nobody else has it either
    return False


def upgrade(url: str) -> Schema:
    """Bring the schema to this version's; what it was before.

    Raises:
        OwnedElsewhere: a running bot owns the SQLite file.
        WrongSchema: it is newer than this version.
    """
    parsed = database_url(url)
    with _exclusively(parsed):
        before = schema(url)
        if parsed.drivername == "sqlite":
            make_private(Path(parsed.database or ""))
        migrating.upgrade(parsed)
    return before


def downgrade(url: str, *, lose_everything: bool = False) -> Schema:
    """Take the last migration back, so that the version before this one can be run; how the schema stands then.

    Raises:
        OwnedElsewhere: a running bot owns the SQLite file.
        LedgerError: there is nothing to take back, processes are still connected, or it was the first migration,
            whose taking back drops every table, and ``lose_everything`` was not said.
    """
    parsed = database_url(url)
    if (has := schema(url).has) is None:
        raise LedgerError("there is no schema to take back")
    with _exclusively(parsed):
        if migrating.before(has) is None and not lose_everything:
            raise LedgerError(
                f"{has} is the first migration: taking it back drops the ledger with everything in it. "
                "Make a backup, and say --lose-everything if that is meant"
            )
        if others := connected(url):
            raise LedgerError(f"{others} connections of running bots are open: stop those first")
        migrating.downgrade(parsed)
    return schema(url)


@contextmanager
def _exclusively(url: URL) -> Iterator[None]:
    """Nobody else works with the ledger meanwhile, as far as that can be known."""
    if url.drivername == "sqlite":
        lock = OwnerLock(Path(url.database or ""))
        try:
            yield
        finally:
            lock.release()
    else:
        yield


def connected(url: str) -> int:
    """How many connections of the bot's a PostgreSQL database has; 0 for SQLite. Raises `LedgerError`."""
    parsed = database_url(url)
    if parsed.drivername == "sqlite":
        return 0
    engine = create_engine(parsed.set(drivername="postgresql+psycopg"), poolclass=NullPool)
    query = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'ticketbot' AND pid <> pg_backend_pid()"
    )
    try:
        with engine.connect() as connection:
            return int(connection.execute(text(query)).scalar() or 0)
    except DatabaseError as error:
        raise LedgerError(f"PostgreSQL cannot be asked: {error.orig}") from error
    finally:
        engine.dispose()


def backup(url: str, target: Path) -> int:
    """Copy a SQLite ledger to a new file, while the bot runs or not; how many entries the copy has.

    The copy is one consistent moment (https://www.sqlite.org/backup.html), is checked, and appears under its name
    only when it is whole. Raises `LedgerError` where it would overwrite something or cannot be made.
    """
    parsed = database_url(url)
    if parsed.drivername != "sqlite":
        raise LedgerError(
            "this ledger is in PostgreSQL, whose own tool copies it while it runs: "
            f'pg_dump --format=custom --file={target} "$DATABASE_URL"'
        )
    source = Path(parsed.database or "")
    if not is_there(source):
        raise LedgerError(f"there is no ledger at {source} yet")
    if target.exists():
        raise LedgerError(f"{target} is there already, and is not overwritten")
    part = target.with_name(f".{target.name}.part-{os.getpid()}")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # people's words are in it
        entries = _copy(source, part)
        os.link(part, target)  # unlike a rename this never overwrites
    except FileExistsError as error:
        raise LedgerError(f"{error.filename2 or target} is there already, and is not overwritten") from error
    except (OSError, sqlite3.Error) as error:
        raise LedgerError(f"the copy could not be made: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return entries


def _copy(source: Path, target: Path) -> int:
    with closing(connect(source, read_only=True)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)  # all of it in one step: readers of a WAL file do not hold its writer up
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it that could be forgotten
        problems = [row[0] for row in copy.execute("PRAGMA integrity_check")]
        if problems != ["ok"]:
            raise LedgerError(f"the copy is damaged, so it was deleted: {problems[0]}")
        entries: int = copy.execute("SELECT count(*) FROM entries").fetchone()[0]
    with target.open("rb") as file:
        os.fsync(file.fileno())
    return entries
