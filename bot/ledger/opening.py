"""From a database URL to a store that is ready."""

import asyncio
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.ledger import migrating
from bot.ledger.errors import LedgerError
from bot.ledger.sqlite import OwnerLock, SqliteStore
from bot.ledger.store import Store


def database_url(url: str) -> URL:
    """The URL, with the spellings that platforms use brought to one; raises `LedgerError`."""
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
    parsed = database_url(url)
    if parsed.drivername == "sqlite":
        return await _open_sqlite(Path(parsed.database or ""), owner=owner)
    from bot.ledger.postgres import PostgresStore  # a company with a SQLite file need not load it

    store = await PostgresStore.open(parsed.render_as_string(hide_password=False))
    try:
        await asyncio.to_thread(migrating.upgrade, parsed)
    except BaseException:
        await store.close()
        raise
    return store


async def _open_sqlite(database: Path, *, owner: bool) -> Store:
    if not owner:
        if not await asyncio.to_thread(database.exists):
            raise LedgerError(f"there is no ledger at {database} yet")
        return SqliteStore(database, None)
    lock = await asyncio.to_thread(OwnerLock, database)
    try:
        await asyncio.to_thread(migrating.upgrade, URL.create("sqlite", database=str(database)))
        return SqliteStore(database, lock)
    except BaseException:
        lock.release()
        raise
