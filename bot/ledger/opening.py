"""From a database URL to a store that is ready.

SQLAlchemy is loaded where a database has to be migrated, or its URL is an unusual one: it is a third of a second and
twenty megabytes, and everything else is done without it.
"""

import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from bot.ledger.errors import LedgerError, WrongSchema
from bot.ledger.schema import HEAD
from bot.ledger.sqlite import OwnerLock, SqliteStore, connect, is_there, make_private, version_in
from bot.ledger.store import Store

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_SQLITE = re.compile(r"sqlite:///(?P<file>[^?#]+)")
_POSTGRES = re.compile(r"(?:postgres|postgresql)(?:\+\w+)?://(?P<rest>\S+)")


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
    if backend == "sqlite":
        raise LedgerError(
            "the database URL names no file; it looks like sqlite:////var/lib/ticketbot/ticketbot.sqlite3"
        )
    raise LedgerError(f"the ledger lives in a SQLite file or in PostgreSQL, not in {backend}")


async def open_store(url: str, *, owner: bool, make: bool) -> Store:
    """Open, make or migrate where that is this process's business, and hand over."""
    if (found := _SQLITE.fullmatch(url)) and found["file"] != ":memory:":
        return await _open_sqlite(Path(found["file"]), owner=owner, make=make)
    if found := _POSTGRES.fullmatch(url):
        return await _open_postgres(f"postgresql://{found['rest']}", owner=owner, make=make)
    parsed = database_url(url)
    if parsed.drivername == "sqlite":
        return await _open_sqlite(Path(parsed.database or ""), owner=owner, make=make)
    return await _open_postgres(parsed.render_as_string(hide_password=False), owner=owner, make=make)


async def _open_postgres(conninfo: str, *, owner: bool, make: bool) -> Store:
    from bot.ledger.postgres import PostgresStore  # a company with a SQLite file need not load it

    store = await PostgresStore.open(conninfo)
    try:
        version = await store.version()
        if not (owner and make):
            _refuse(version, "in this PostgreSQL database", owner=owner)
        elif version != HEAD:
            await asyncio.to_thread(_upgrade, conninfo)
    except BaseException:
        await store.close()
        raise
    return store


def _upgrade(url: str) -> None:
    from bot.ledger import migrating

    migrating.upgrade(database_url(url))


def _refuse(version: str | None, where: str, *, owner: bool) -> None:
    """What is not to be made has to be there; what is to be changed has to be of this version."""
    if version is None:
        raise LedgerError(f"there is no ledger {where} yet")
    if owner and version != HEAD:
        raise WrongSchema(
            f"the ledger's schema is {version}, and this version wants {HEAD}: start the bot, or run "
            "`ticketbot ledger upgrade`, after a backup"
        )


async def _open_sqlite(database: Path, *, owner: bool, make: bool) -> Store:
    there = await asyncio.to_thread(is_there, database)
    try:
        if not (owner and make):
            version = await asyncio.to_thread(_version, database) if there else None
            _refuse(version, f"at {database}", owner=owner)
        if not owner:
            return SqliteStore(database, None)
        lock = await asyncio.to_thread(OwnerLock, database)
        try:
            if make:
                await asyncio.to_thread(_prepare, database)
            return SqliteStore(database, lock)
        except BaseException:
            lock.release()
            raise
    except sqlite3.Error as error:
        raise LedgerError(f"{database} cannot be opened: {error}") from error


def _version(database: Path) -> str | None:
    """The migration that a file has, which is only looked at; None without tables."""
    with closing(connect(database, read_only=True)) as connection:
        return version_in(connection)


def _prepare(database: Path) -> None:
    """Make the file what its owner wants it to be."""
    make_private(database)
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True)) as connection:
        version = version_in(connection)
    if version != HEAD:
        _upgrade(f"sqlite:///{database}")
