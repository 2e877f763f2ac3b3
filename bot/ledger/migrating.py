"""Brings a database to the schema of this version, or one step back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from bot.ledger.errors import LedgerError, WrongSchema
from bot.ledger.schema import HEAD

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x7469636B6574  # "ticket": one process migrates, the others wait for it


def upgrade(url: URL) -> None:
    """Migrate to the latest schema, one process at a time.

    Raises `WrongSchema` if it is newer than this version, and `LedgerError` if the database does not let us.
    """
    try:
        with _connect(url) as connection:
            if current(connection) != HEAD:
                _run(connection, "upgrade", "head")
    except DatabaseError as error:
        raise LedgerError(f"the ledger's tables cannot be made: {error.orig}") from error


def downgrade(url: URL) -> None:
    """Take the last migration back."""
    with _connect(url) as connection:
        _run(connection, "downgrade", "-1")


def before(revision: str) -> str | None:
    """The migration before one, if there is any. Raises `WrongSchema` for one that this version does not know."""
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    try:
        script = ScriptDirectory(str(_MIGRATIONS)).get_revision(revision)
    except CommandError as error:
        raise WrongSchema(f"the ledger's schema is not one that this version knows: {error}") from error
    return None if script is None else str(script.down_revision) if script.down_revision else None


def current(connection: Connection) -> str | None:
    """The migration that the database has."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


@contextmanager
def _connect(url: URL) -> Iterator[Connection]:
    driver = "postgresql+psycopg" if url.drivername == "postgresql" else url.drivername
    engine = create_engine(url.set(drivername=driver), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            if url.drivername == "postgresql":
                connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
                connection.commit()
            yield connection  # closing the connection gives the lock back
    finally:
        engine.dispose()


def _run(connection: Connection, command: str, target: str) -> None:
    from alembic import command as alembic
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    step: Callable[[Config, str], None] = getattr(alembic, command)
    try:
        step(config, target)
    except CommandError as error:
        raise WrongSchema(f"the ledger's schema is not one that this version knows: {error}") from error
    connection.commit()
