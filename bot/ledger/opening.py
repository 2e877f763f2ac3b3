"""From a database URL to a store that is ready.

SQLAlchemy is loaded where a database has to be migrated, or its URL is an unusual one: it is a third of a second and
twenty megabytes, and everything else is done without it.
"""

import asyncio
import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from bot.ledger.errors import LedgerError
from bot.ledger.schema import HEAD
from bot.ledger.sqlite import OwnerLock, SqliteStore
from bot.ledger.store import Store

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_SQLITE = re.compile(r"sqlite:///(?P<file>[^?#]+)")
_POSTGRES = re.compile(r"(?:postgres|postgresql)(?:\+\w+)?://(?P<rest>\S+)")
_VERSION = "SELECT version_num FROM alembic_version"


def database_url(url: str) -> "URL":
    """The URL, with the spellings that platforms use brought to one; raises `LedgerError`."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise LedgerError("the database URL cannot be read; it looks like sqlite:///file or postgresql://…") from error
    backend = parsed.drivername.partition("+")[0]
    if backend in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql")
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.set(drivername="sqlite")
    raise LedgerError(f"the ledger lives in a SQLite file or in PostgreSQL, not in {backend}")


async def open_store(url: str, *, owner: bool) -> Store:
    """Open, migrate where that is this process's business, and hand over."""
    if (found := _SQLITE.fullmatch(url)) and found["file"] != ":memory:":
        return await _open_sqlite(Path(found["file"]), owner=owner)
    if found := _POSTGRES.fullmatch(url):
        return await _open_postgres(f"postgresql://{found['rest']}")
    parsed = database_url(url)
    if parsed.drivername == "sqlite":
        return await _open_sqlite(Path(parsed.database or ""), owner=owner)
    return await _open_postgres(parsed.render_as_string(hide_password=False))


async def _open_postgres(conninfo: str) -> Store:
    from bot.ledger.postgres import PostgresStore  # a company with a SQLite file need not load it

    store = await PostgresStore.open(conninfo)
    try:
        if not await store.has_schema(HEAD):
            await asyncio.to_thread(_upgrade, conninfo)
    except BaseException:
        await store.close()
        raise
    return store


def _upgrade(url: str) -> None:
    from bot.ledger import migrating

    migrating.upgrade(database_url(url))


def _is_current(database: Path) -> bool:
    """Whether the file has the latest schema."""
    try:
        connection = sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True)
    except sqlite3.Error:
        return False
    try:
        return connection.execute(_VERSION).fetchall() == [(HEAD,)]
    except sqlite3.Error:
        return False
    finally:
        connection.close()


async def _open_sqlite(database: Path, *, owner: bool) -> Store:
    if not owner:
        if not await asyncio.to_thread(database.exists):
            raise LedgerError(f"there is no ledger at {database} yet")
        return SqliteStore(database, None)
    lock = await asyncio.to_thread(OwnerLock, database)
    try:
        if not await asyncio.to_thread(_is_current, database):
            await asyncio.to_thread(_upgrade, f"sqlite:///{database}")
        return SqliteStore(database, lock)
    except BaseException:
        lock.release()
        raise
