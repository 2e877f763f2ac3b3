"""Opening, migrating, owning and steering."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from bot.ledger import (
    Claim,
    Entry,
    Later,
    Ledger,
    LedgerError,
    OwnedElsewhere,
    ReadOnly,
    Settlement,
    WrongSchema,
    maintenance,
    migrating,
    steer,
)
from bot.ledger.opening import database_url
from bot.ledger.schema import HEAD
from bot.ledger.steering import socket_path
from bot.ledger.tables import is_compared, metadata
from tests.ledger.conftest import eventually, new, working


def engine_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


async def test_migrating_gives_the_tables_that_the_code_believes_in(ledger: Ledger, url: str) -> None:
    engine = create_engine(engine_url(url))
    with engine.connect() as connection:
        assert migrating.current(connection) == HEAD
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_compared})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_head_that_the_code_names_is_the_head_of_the_history() -> None:
    history = ScriptDirectory(str(Path(migrating.__file__).parent / "migrations"))
    assert history.get_heads() == [HEAD]


def test_every_step_can_be_taken_back_and_forth(url: str) -> None:
    postgres = url.startswith("postgresql")

    def made() -> tuple[bool, bool, bool]:
        engine = create_engine(engine_url(url))
        with engine.connect() as connection:
            looked = inspect(connection)
            tables = looked.get_table_names()
            indexes = {each["name"] for table in tables for each in looked.get_indexes(table)}
        engine.dispose()
        return "entries" in tables, "entries_history" in indexes, "kept_prefix" in indexes

    migrating.upgrade(database_url(url))
    assert made() == (True, True, postgres)
    migrating.downgrade(database_url(url))
    assert made() == (True, True, False)
    migrating.downgrade(database_url(url))
    assert made() == (True, False, False)
    migrating.downgrade(database_url(url))
    assert made() == (False, False, False)
    migrating.upgrade(database_url(url))
    assert made() == (True, True, postgres)


async def test_many_processes_may_start_on_an_empty_database_at_once(postgres_url: str, tmp_path: Path) -> None:
    ledgers = await asyncio.gather(*[Ledger.open(postgres_url, state_dir=tmp_path) for _ in range(4)])
    recorded = await asyncio.gather(*[ledger.record([new("k")]) for ledger in ledgers])
    assert sum(its[0].new for its in recorded) == 1
    for ledger in ledgers:
        await ledger.close()


async def test_a_ledger_of_a_newer_version_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    await (await Ledger.open(sqlite_url, state_dir=tmp_path)).close()
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(WrongSchema, match="9999"):
        await Ledger.open(sqlite_url, state_dir=tmp_path)


REFUSED = {
    "mysql://host/db": "not in mysql",
    "sqlite://": "names no file",
    "sqlite:///": "names no file",
    "sqlite:///:memory:": "names no file",
    "nonsense": "cannot be read",
    "sqlite:////proc": "is a directory",
    "sqlite:////proc/nope/ledger.db": "no ledger can be kept in /proc/nope",
    "sqlite:////dev/null/ledger.db": "no ledger can be kept in /dev/null: it is not a directory",
    "sqlite:////dev/null/below/ledger.db": "no ledger can be kept in /dev/null/below",
}


@pytest.mark.parametrize(("url", "why"), REFUSED.items(), ids=list(REFUSED))
async def test_other_databases_and_places_are_refused(url: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=why):
        await Ledger.open(url, state_dir=tmp_path)


@pytest.mark.parametrize("url", ["sqlite:////proc", "sqlite:////proc/nope/ledger.db", "sqlite:////dev/null/ledger.db"])
async def test_a_ledger_that_cannot_be_is_not_steered_either(url: str, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"no ledger at|is a directory"):
        await steer(url, tmp_path, "retry", id=1)


async def test_a_lock_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """As on a full disk."""
    (tmp_path / "ledger.db.owner").symlink_to("/dev/full")
    with pytest.raises(LedgerError, match=r"owner cannot be written"):
        await Ledger.open(f"sqlite:///{tmp_path}/ledger.db", state_dir=tmp_path)


async def test_where_nobody_can_be_listened_to_it_is_told(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="listened to"):
        await Ledger.open(sqlite_url, state_dir=Path("/dev/null"))
    await (await Ledger.open(sqlite_url, state_dir=tmp_path)).close()  # what was opened is closed again


async def test_the_ledger_is_for_its_owner_alone(tmp_path: Path) -> None:
    """What is new is made so; of what is there the files are, and a directory that others chose is left alone."""
    database = tmp_path / "state" / "ledger.db"
    before = os.umask(0o022)
    try:
        ledger = await Ledger.open(f"sqlite:///{database}", state_dir=database.parent)
    finally:
        os.umask(before)
    await ledger.record([new("k")])
    assert _modes(database) == {"state": 0o700, "ledger.db": 0o600, "ledger.db-wal": 0o600, "ledger.db-shm": 0o600}
    for file in (database.parent, database, Path(f"{database}-wal"), Path(f"{database}-shm")):
        file.chmod(0o755 if file.is_dir() else 0o644)
    looking = await Ledger.open(f"sqlite:///{database}", state_dir=database.parent, owner=False)
    await ledger.close()  # while somebody looks all files stay

    again = await Ledger.open(f"sqlite:///{database}", state_dir=database.parent)
    await again.record([new("m")])
    assert _modes(database) == {"state": 0o755, "ledger.db": 0o600, "ledger.db-wal": 0o600, "ledger.db-shm": 0o600}
    await looking.close()
    await again.close()


def _modes(database: Path) -> dict[str, int]:
    files = (database.parent, database, Path(f"{database}-wal"), Path(f"{database}-shm"))
    return {file.name: file.stat().st_mode & 0o777 for file in files}


async def test_an_upgraded_ledger_is_for_its_owner_alone(tmp_path: Path) -> None:
    database = tmp_path / "state" / "ledger.db"
    await asyncio.to_thread(maintenance.upgrade, f"sqlite:///{database}")
    assert (database.parent.stat().st_mode & 0o777, database.stat().st_mode & 0o777) == (0o700, 0o600)


async def test_what_is_only_looked_at_or_steered_is_not_made(url: str, tmp_path: Path) -> None:
    """Nor are tables made again that a downgrade took away."""

    async def look() -> None:
        await (await Ledger.open(url, state_dir=tmp_path, owner=False)).close()

    async def discard() -> None:
        await steer(url, tmp_path, "discard", id=1, by="op")

    for work in (look, discard):
        with pytest.raises(LedgerError, match=r"there is no ledger .* yet"):
            await work()
        assert not await asyncio.to_thread(os.listdir, tmp_path)
    await asyncio.to_thread(maintenance.upgrade, url)
    old = await asyncio.to_thread(maintenance.downgrade, url)
    await look()
    with pytest.raises(WrongSchema, match="ledger upgrade"):
        await discard()
    assert await asyncio.to_thread(maintenance.schema, url) == old
    while (await asyncio.to_thread(maintenance.schema, url)).has is not None:
        await asyncio.to_thread(maintenance.downgrade, url, lose_everything=True)
    for work in (look, discard):
        with pytest.raises(LedgerError, match=r"there is no ledger .* yet"):
            await work()
    assert (await asyncio.to_thread(maintenance.schema, url)).has is None


async def test_what_is_not_there_is_not_downgraded(tmp_path: Path) -> None:
    """And nothing is made for it."""
    with pytest.raises(LedgerError, match="no schema to take back"):
        await asyncio.to_thread(maintenance.downgrade, f"sqlite:///{tmp_path}/state/ledger.db")
    assert not await asyncio.to_thread(os.listdir, tmp_path)


async def test_postgres_scheme_is_accepted(postgres_url: str, tmp_path: Path) -> None:
    ledger = await Ledger.open(postgres_url.replace("postgresql://", "postgres://"), state_dir=tmp_path)
    assert (await ledger.record([new("k")]))[0].new
    await ledger.close()


async def test_an_unreachable_postgres_says_so(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="PostgreSQL cannot be reached"):
        await Ledger.open(f"postgresql:///db?host={tmp_path}", state_dir=tmp_path)


async def test_a_second_owner_of_the_file_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    ledger = await Ledger.open(sqlite_url, state_dir=tmp_path)
    with pytest.raises(OwnedElsewhere, match=f"pid {os.getpid()}"):
        await Ledger.open(sqlite_url, state_dir=tmp_path / "elsewhere")
    program = (
        "import asyncio, pathlib, sys; from bot.ledger import Ledger;"
        "asyncio.run(Ledger.open(sys.argv[1], state_dir=pathlib.Path(sys.argv[2])))"
    )
    ran = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", program, sqlite_url, str(tmp_path)], capture_output=True, text=True
    )
    assert "OwnedElsewhere" in ran.stderr
    assert (await ledger.record([new("k")]))[0].new, "the owner is not disturbed"
    await ledger.close()
    await (await Ledger.open(sqlite_url, state_dir=tmp_path)).close()


async def test_others_can_look_but_not_touch(sqlite_url: str, tmp_path: Path) -> None:
    owner = await Ledger.open(sqlite_url, state_dir=tmp_path)
    reader = await Ledger.open(sqlite_url, state_dir=tmp_path, owner=False)
    await owner.record([new("k")])
    assert [entry.key for entry in await reader.find()] == ["k"]
    with pytest.raises(ReadOnly):
        await reader.record([new("m")])
    await reader.close()
    await owner.close()


async def _stuck(entry: Entry, claim: Claim) -> Settlement:
    return Later(at=datetime.now(UTC) + timedelta(hours=1), note={})


async def test_steering_goes_through_the_owner(sqlite_url: str, tmp_path: Path) -> None:
    ledger = await Ledger.open(sqlite_url, state_dir=tmp_path)
    assert ledger.steering is not None

    async def resync(*, ticket: str) -> dict[str, str]:
        return {"resynced": ticket}

    ledger.steering.verbs["resync"] = resync
    [its] = await ledger.record([new("k")])
    async with working(ledger, _stuck):
        await eventually(lambda: ledger.find(lane="AB-1", states=["waiting"]))
        assert await steer(sqlite_url, tmp_path, "resync", ticket="AB-1") == {"resynced": "AB-1"}
        assert await steer(sqlite_url, tmp_path, "retry", id=its.id) is True

        async def discarded() -> bool:
            return await steer(sqlite_url, tmp_path, "discard", id=its.id, by="op") is True

        await eventually(discarded)
        assert await steer(sqlite_url, tmp_path, "answer", id=its.id, verdict="done", by="op") is False
        with pytest.raises(LedgerError, match="cannot do that"):
            await steer(sqlite_url, tmp_path, "explode")
        with pytest.raises(LedgerError, match="TypeError"):
            await steer(sqlite_url, tmp_path, "retry", nonsense=1)
    entry = await ledger.get(its.id)
    assert entry is not None
    assert entry.state == "discarded"
    await ledger.close()


async def test_steering_does_it_itself_where_nobody_owns_the_ledger(url: str, tmp_path: Path) -> None:
    ledger = await Ledger.open(url, state_dir=tmp_path)
    [its] = await ledger.record([new("k")])
    await ledger.close()
    assert await steer(url, tmp_path, "discard", id=its.id, by="op") is True
    with pytest.raises(LedgerError, match="needs the bot to be running"):
        await steer(url, tmp_path, "resync", ticket="AB-1")


async def test_the_socket_is_the_owners_alone_and_survives_nonsense(sqlite_url: str, tmp_path: Path) -> None:
    ledger = await Ledger.open(sqlite_url, state_dir=tmp_path)
    path = socket_path(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    reader, writer = await asyncio.open_unix_connection(path)
    for nonsense in (b"\n", b"[]\n", b'{"verb": 1}\n', b"\xff\xfe\n"):
        writer.write(nonsense)
        assert "error" in json.loads(await reader.readline())
    await ledger.close()  # with a client still there
    assert await reader.readline() == b""
    writer.close()
    assert not path.exists()


async def test_a_state_directory_with_a_long_path_still_has_its_socket(sqlite_url: str, tmp_path: Path) -> None:
    deep = tmp_path / ("deep-" * 20)
    ledger = await Ledger.open(sqlite_url, state_dir=deep)
    [its] = await ledger.record([new("k")])
    assert await steer(sqlite_url, deep, "discard", id=its.id, by="op") is True
    await ledger.close()
