"""Copying a ledger, its schema back and forth, what is kept how long, and what is left of somebody who is forgotten."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.ledger import Claim, Entry, Facts, Later, Ledger, LedgerError, OwnedElsewhere, Settle, Settlement, maintenance
from tests.ledger.conftest import done, eventually, new, settled, working


async def test_a_backup_of_a_ledger_in_use_is_whole(sqlite_url: str, tmp_path: Path) -> None:
    """Every entry that was recorded before it began is in the copy, and the copy can be opened as a ledger."""
    ledger = await Ledger.open(sqlite_url, state_dir=tmp_path)
    await ledger.record([new(f"before {n}", f"L{n}") for n in range(300)])
    stop = asyncio.Event()

    async def write() -> int:
        count = 0
        while not stop.is_set():
            await ledger.record([new(f"during {count}", "L")])
            count += 1
        return count

    writing = asyncio.create_task(write())
    copy = tmp_path / "copy.db"
    entries = await asyncio.to_thread(maintenance.backup, sqlite_url, copy)
    stop.set()
    written = await writing
    await ledger.close()

    assert 300 <= entries <= 300 + written
    assert copy.stat().st_mode & 0o777 == 0o600
    assert _left_over(tmp_path) == []
    restored = await Ledger.open(f"sqlite:///{copy}", state_dir=tmp_path / "restored")
    assert len(await restored.find(limit=1000)) == entries
    assert (await restored.record([new("after")]))[0].new
    await restored.close()


def _exists(tmp_path: Path, url: str) -> tuple[str, Path]:
    (tmp_path / "copy.db").write_text("precious")
    return url, tmp_path / "copy.db"


REFUSED: dict[str, tuple[Callable[[Path, str], tuple[str, Path]], str]] = {
    "something is there": (_exists, "is there already"),
    "no such directory": (lambda tmp_path, url: (url, tmp_path / "nowhere" / "copy.db"), "could not be made"),
    "no ledger": (lambda tmp_path, _: (f"sqlite:///{tmp_path}/none.db", tmp_path / "copy.db"), "there is no ledger"),
    "PostgreSQL": (lambda tmp_path, _: ("postgresql://me:secret@host/db", tmp_path / "copy.db"), "pg_dump"),
}


@pytest.mark.parametrize(("case", "word"), REFUSED.values(), ids=list(REFUSED))
async def test_a_backup_that_cannot_be_made_says_why(
    sqlite_url: str, tmp_path: Path, case: Callable[[Path, str], tuple[str, Path]], word: str
) -> None:
    """And it leaves nothing behind, overwrites nothing, and shows no password."""
    await (await Ledger.open(sqlite_url, state_dir=tmp_path)).close()
    url, target = case(tmp_path, sqlite_url)
    before = target.read_text() if target.exists() else None

    with pytest.raises(LedgerError, match=word) as caught:
        maintenance.backup(url, target)

    assert "secret" not in str(caught.value)
    assert (target.read_text() if target.exists() else None) == before
    assert _left_over(tmp_path) == []


def _left_over(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir() if "part" in path.name]


def test_a_damaged_file_makes_no_backup(sqlite_url: str, tmp_path: Path) -> None:
    """A copy of nonsense would be found out on the day it is needed."""
    maintenance.upgrade(sqlite_url)
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("UPDATE sqlite_schema SET rootpage = 99999 WHERE name = 'entries_state'")
    connection.close()

    with pytest.raises(LedgerError):
        maintenance.backup(sqlite_url, tmp_path / "copy.db")

    assert not (tmp_path / "copy.db").exists()


def test_the_schema_is_told_without_making_anything(url: str, tmp_path: Path) -> None:
    """Nothing there, made, and taken back."""
    assert maintenance.schema(url).has is None
    assert not (tmp_path / "ledger.db").exists()
    assert maintenance.upgrade(url).has is None
    assert maintenance.schema(url).current
    while maintenance.schema(url).has is not None:
        maintenance.downgrade(url, lose_everything=True)
    maintenance.upgrade(url)
    assert maintenance.schema(url).current


def test_the_first_migration_is_not_taken_back_by_the_way(url: str) -> None:
    """It would drop everything."""
    maintenance.upgrade(url)
    while maintenance.schema(url).has != "0001":
        maintenance.downgrade(url)

    with pytest.raises(LedgerError, match="lose-everything"):
        maintenance.downgrade(url)

    assert maintenance.schema(url).has == "0001"


async def test_a_ledger_in_use_is_not_downgraded(url: str, tmp_path: Path) -> None:
    """Its owner, or whoever is connected, would lose it under its feet."""
    ledger = await Ledger.open(url, state_dir=tmp_path)
    await ledger.record([new("k")])

    assert maintenance.owner(url) is url.startswith("sqlite")
    with pytest.raises(OwnedElsewhere if url.startswith("sqlite") else LedgerError):
        await asyncio.to_thread(maintenance.downgrade, url, lose_everything=True)

    assert (await ledger.record([new("m")]))[0].new
    await ledger.close()


async def test_messages_are_kept_shorter_than_actions(ledger: Ledger) -> None:
    """What waits is kept whatever its age."""

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        if "waits" in entry.key:
            return Later(at=datetime.now(UTC) + timedelta(hours=1), note={})
        return done()

    long_ago = datetime.now(UTC) - timedelta(days=400)
    recorded = await ledger.record(
        [
            new("action"),
            new("message", "C1", kind="delivery"),
            new("waits", "AB-9", received_at=long_ago),
            new("message waits", "C2", kind="delivery", received_at=long_ago),
        ]
    )
    async with working(ledger, {"action": perform, "delivery": perform}):
        await settled(ledger, recorded[0].id)
        await settled(ledger, recorded[1].id)

        async def both_wait() -> bool:
            return all(entry.attempts for entry in await ledger.find() if "waits" in entry.key)

        await eventually(both_wait)
    assert await ledger.prune(timedelta(days=1), messages=timedelta(hours=1)) == 0
    assert await ledger.prune(timedelta(days=1), messages=timedelta(0)) == 1
    assert sorted(entry.key for entry in await ledger.find()) == ["action", "message waits", "waits"]
    assert await ledger.prune(timedelta(0)) == 1
    assert sorted(entry.key for entry in await ledger.find()) == ["message waits", "waits"]


def _facts(entry: Entry) -> Facts | None:
    return Facts({"key": entry.key}, {}, {"state": entry.state}) if entry.kind == "action" else None


async def test_of_a_person_who_is_forgotten_facts_stay(ledger: Ledger) -> None:
    """Words, name and messages go; what is still to be done stays until it is done; others are not touched."""

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        if entry.body.get("waits"):
            return Later(at=datetime.now(UTC) + timedelta(hours=1), note={})
        if entry.body.get("fails"):
            return Settle(state="failed", outcome={"state": "failed", "said": "secret words"}, holds=("update/1",))
        return Settle(state="done", outcome={"said": "secret words"}, progress={"step": "secret words"})

    secret: dict[str, Any] = {"text": "secret words"}
    theirs = {"person": "U1", "origin": {"user": "U1"}}
    many = [new(f"more {n}", f"L{n}", body=secret, **theirs) for n in range(450)]
    recorded = await ledger.record(
        [
            new("done", "AB-1", body=secret, same="digest", **theirs),
            new("failed", "AB-2", body={**secret, "fails": True}, **theirs),
            new("message", "C1", kind="delivery", body=secret, **theirs),
            new("others", "AB-3", body=secret, person="U2"),
            new("waits", "AB-4", body={**secret, "waits": True}, **theirs),
        ]
    )
    for start in range(0, 450, 50):
        await ledger.record(many[start : start + 50])
    async with working(ledger, {"action": perform, "delivery": perform}):

        async def all_over() -> bool:
            return (await ledger.stats()).counts.get(("waiting", "action")) == 1

        await eventually(all_over)
        await settled(ledger, recorded[2].id)
    assert await ledger.forget_person("U1", _facts) == (453, 1)
    assert await ledger.forget_person("U1", _facts) == (0, 1)

    assert await ledger.get(recorded[2].id) is None
    assert not await ledger.retry(recorded[1].id), "nobody knows any more what it was to do"
    for its, state in ((recorded[0], "done"), (recorded[1], "failed")):
        entry = await ledger.get(its.id)
        assert entry is not None
        assert (entry.state, entry.person, entry.body["forgotten"]) == (state, None, True)
        assert "secret" not in repr(entry)
        assert "U1" not in repr(entry)
    others = await ledger.get(recorded[3].id)
    assert others is not None
    assert others.body == secret
    assert await ledger.discard(recorded[4].id, "operator")
    assert await ledger.forget_person("U1", _facts) == (1, 0)
