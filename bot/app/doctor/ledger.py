"""Is the database there, of the right schema, and to be written to?"""

import asyncio
import errno
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from bot.app.doctor.findings import Finding, fine, skipped, warning, wrong
from bot.config import ConfigError, Environment, database_url
from bot.ledger import LedgerError, TransactionPooler, WrongSchema, maintenance, migrating, opening

LITTLE = 200_000_000
"""Bytes of free disk below which a ledger that grows is in danger."""
NONE = 10_000_000
"""Bytes below which there is no room to speak of: the ledger's log alone may take as much."""

_ROOM = "Make room: a full disk refuses every new action."


async def examine(env: Environment) -> AsyncIterator[Finding]:
    """Everything about the ledger; nothing in it is changed."""
    try:
        url = database_url(env)
        parsed = opening.database_url(url)
    except ConfigError as error:
        yield wrong("ledger", error.problems[0], "Attach a PostgreSQL database, so that DATABASE_URL is set.")
        return
    except LedgerError as error:
        yield wrong(
            "ledger", f"DATABASE_URL: {error}.", "postgresql://user:password@host/name, or sqlite:////path/file."
        )
        return
    if parsed.drivername == "sqlite":
        yield await asyncio.to_thread(_place, Path(parsed.database or ""))
    try:
        schema = await asyncio.to_thread(maintenance.schema, url)
    except LedgerError as error:
        fix = (
            "Is it a ledger? Restore a backup, or name another file."
            if parsed.drivername == "sqlite"
            else ("Check DATABASE_URL, that the server runs, and that this machine may connect to it.")
        )
        yield wrong("ledger", f"{_first_line(error)}.", fix)
        return
    yield _schema(schema)
    if parsed.drivername == "postgresql":
        yield await _pooler(parsed.render_as_string(hide_password=False))
    elif await asyncio.to_thread(maintenance.owner, url):
        yield fine("ledger.owner", "A running bot owns it.")
    else:
        yield fine("ledger.owner", "No process owns it: the bot is not running on this machine.")


def _place(file: Path) -> Finding:
    check = "ledger.place"
    try:
        directory = next((each for each in (file.parent, *file.parent.parents) if each.exists()), Path("/"))
        _try(directory, file)
        free = shutil.disk_usage(directory).free
    except OSError as error:
        fix = "Give the bot's user the directory, or name another with TICKETBOT_STATE_DIR."
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        return wrong(check, f"{file} cannot be written: {error.strerror}.", _ROOM if full else fix)
    if free < LITTLE:
        says = f"Only {free // 1_000_000} MB are free for {file}."
        return wrong(check, says, _ROOM) if free < NONE else warning(check, says, _ROOM)
    return fine(check, f"{file} can be written.")


def _try(directory: Path, file: Path) -> None:
    """Raises OSError where the ledger's user cannot write the file, or make the directories that lack."""
    if file.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if file.exists() and not os.access(file, os.R_OK | os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    with tempfile.TemporaryFile(dir=directory):
        pass  # rights do not tell of a disk that is read-only, or of a directory in which nothing can be made


def _schema(schema: maintenance.Schema) -> Finding:
    check = "ledger.schema"
    if schema.current:
        return fine(check, f"Its schema is this version's: {schema.wants}.")
    if schema.has is None:
        says = (
            "It is empty yet: the first start makes its tables, or the doctor, where SocialBoards' tokens must be kept."
        )
        return fine(check, says)
    try:
        migrating.before(schema.has)
    except WrongSchema:
        says = f"Its schema is {schema.has}, of a newer version than this one."
        return wrong(check, says, "Run the newer version; with it, `ticketbot ledger downgrade` takes one step back.")
    says = f"Its schema is {schema.has}; this version wants {schema.wants}."
    return warning(check, says, "Start the bot, or run `ticketbot ledger upgrade`, after a backup.")


async def _pooler(conninfo: str) -> Finding:
    import psycopg

    from bot.ledger.postgres import refuse_pooler

    check = "ledger.pooler"
    try:
        await refuse_pooler(conninfo)
    except TransactionPooler:
        says = "There is a transaction pooler in between, which would give the bot's locks to others."
        return wrong(check, says, "Use the database's direct address in DATABASE_URL, or session mode.")
    except (psycopg.Error, OSError) as error:
        return skipped(check, f"Whether there is a pooler cannot be seen: {type(error).__name__}.")
    return fine(check, "Connections are direct.")


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".")
