"""The disk is full, the database is gone, the connection is cut: said in time, and gone on from there."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.ledger import (
    Claim,
    ClaimLost,
    Entry,
    Ledger,
    LedgerError,
    NotRecorded,
    Settlement,
    TransactionPooler,
    Worker,
)
from bot.ledger.sqlite import SqliteStore
from tests.conftest import postgres_server
from tests.ledger.conftest import done, eventually, new, settled, working
from tests.ledger.pooler import Pooler

_TERMINATE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')
"""


@pytest.fixture
def own_postgres() -> Iterator[Any]:
    """A PostgreSQL that the test may stop."""
    with postgres_server() as server:
        yield server
        server.start()  # it tidies up what runs


async def fill(ledger: Ledger, *, pages: int | None) -> None:
    """Let the file grow to so many pages at most; none: as it likes."""
    assert isinstance(ledger.store, SqliteStore)
    writer = ledger.store._writer
    assert writer is not None
    [(count,)] = writer._connection.execute("PRAGMA page_count").fetchall()
    writer._connection.execute(f"PRAGMA max_page_count = {count + pages if pages is not None else 2**30}").fetchall()


async def test_a_full_disk_is_said_and_nothing_is_half_recorded(sqlite_url: str, tmp_path: Path) -> None:
    ledger = await Ledger.open(sqlite_url, state_dir=tmp_path)
    await ledger.record([new("before")])
    await fill(ledger, pages=4)

    async def record_many() -> None:
        for number in range(1000):
            await ledger.record([new(f"k{number}", body={"text": "x" * 500})])

    with pytest.raises(NotRecorded, match="full") as refused:
        await record_many()
    assert not refused.value.maybe
    recorded = len(await ledger.find(limit=2000))
    with pytest.raises(NotRecorded):
        await ledger.record([new("a"), new("b", body={"text": "x" * 50_000})])
    assert not await ledger.find(key="a"), "half of a call was recorded"
    await fill(ledger, pages=None)
    await ledger.record([new("after")])
    assert len(await ledger.find(limit=2000)) == recorded + 1
    await ledger.close()


async def test_what_was_done_is_settled_once_there_is_room_again(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The helpdesk has it; only writing that down failed."""
    monkeypatch.setattr("bot.ledger.worker._PAUSE", 0.05)
    ledger = await Ledger.open(sqlite_url, state_dir=tmp_path)
    times = 0
    filled = asyncio.Event()

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        nonlocal times
        times += 1
        await fill(ledger, pages=0)
        filled.set()
        return done(text="x" * 50_000)

    [its] = await ledger.record([new("k")])
    async with working(ledger, perform):
        await filled.wait()
        await asyncio.sleep(0.2)
        entry = await ledger.get(its.id)
        assert entry is not None
        assert entry.settled_at is None
        await fill(ledger, pages=None)
        entry = await settled(ledger, its.id)
    assert entry.state == "done"
    assert times == 1
    await ledger.close()


async def test_a_stopped_postgres_is_said_and_survived(own_postgres: Any, tmp_path: Path) -> None:
    ledger = await Ledger.open(own_postgres.get_uri(), state_dir=tmp_path, patience=0.5)
    ran: list[str] = []

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        ran.append(entry.key)
        return done()

    async with working(ledger, perform):
        [before] = await ledger.record([new("before")])
        await settled(ledger, before.id)
        await asyncio.to_thread(own_postgres.stop)
        async with asyncio.timeout(10):
            with pytest.raises(NotRecorded):
                await ledger.record([new("while")])
            with pytest.raises(LedgerError):
                await ledger.kept("drafts", "d")
        await asyncio.to_thread(own_postgres.start)

        async def again() -> Any:
            try:
                return await ledger.record([new("after")])
            except NotRecorded:
                return None

        [after] = await eventually(again)
        await settled(ledger, after.id)
    assert ran == ["before", "after"]
    await ledger.close()


async def test_a_frozen_postgres_is_said_in_time(own_postgres: Any, tmp_path: Path) -> None:
    """The server is there and says nothing; what was refused meanwhile does not come later."""
    ledger = await Ledger.open(own_postgres.get_uri(), state_dir=tmp_path, patience=0.5)
    await ledger.record([new("before")])
    with psycopg.connect(own_postgres.get_uri()) as connection:
        backends = [pid for (pid,) in connection.execute("SELECT pid FROM pg_stat_activity WHERE state = 'idle'")]
    backends.append(own_postgres.get_pid())
    for pid in backends:
        os.kill(pid, signal.SIGSTOP)
    try:
        async with asyncio.timeout(10):
            for number in range(3):
                with pytest.raises(NotRecorded) as refused:
                    await ledger.record([new(f"while{number}")])
                assert not refused.value.maybe
    finally:
        for pid in backends:
            os.kill(pid, signal.SIGCONT)
    await ledger.record([new("after")])
    assert [entry.key for entry in await ledger.find()] == ["after", "before"]
    await ledger.close()


async def test_a_worker_that_lost_its_connection_sends_and_settles_nothing(postgres_url: str, tmp_path: Path) -> None:
    ledger = await Ledger.open(postgres_url, state_dir=tmp_path)
    saved, cut = asyncio.Event(), asyncio.Event()
    told: list[str] = []

    async def slow(entry: Entry, claim: Claim) -> Settlement:
        if entry.key != "k":
            return done()
        await claim.save({"step": 1})
        saved.set()
        await cut.wait()
        for attempt in (claim.save({"step": 2}), claim.held(["update/1"])):
            try:
                await attempt
            except ClaimLost:
                told.append("lost")
        return done(by="the first")

    async def quick(entry: Entry, claim: Claim) -> Settlement:
        return done(by="the second")

    [its] = await ledger.record([new("k")])
    async with working(ledger, slow):
        await saved.wait()
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            assert connection.execute(_TERMINATE).fetchall() == [(True,)]
        async with working(ledger, quick):  # its own connection, as if it were another process
            entry = await settled(ledger, its.id)
        cut.set()
        [after] = await ledger.record([new("after")])
        await settled(ledger, after.id)
        assert told == ["lost", "lost"]
        assert await ledger.get(its.id) == entry
    assert entry.outcome == {"state": "done", "by": "the second"}
    assert entry.progress == {"step": 1}
    await ledger.close()


async def test_one_entry_is_never_given_to_two_workers(url: str, tmp_path: Path) -> None:
    ledger = await Ledger.open(url, state_dir=tmp_path)
    ran: list[str] = []

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        ran.append(entry.key)
        await asyncio.sleep(0.001)
        return done()

    workers = [Worker(ledger, {"action": perform}) for _ in range(3)]
    for worker in workers:
        await worker.start()
    for number in range(10):
        await ledger.record([new(f"{lane}/{number}", f"L{lane}") for lane in range(10)])

    async def all_done() -> bool:
        return (await ledger.stats()).lanes_waiting == 0

    await eventually(all_done)
    for worker in workers:
        await worker.stop(grace=5)
    assert len(ran) == len(set(ran)) == 100
    await ledger.close()


async def test_a_transaction_pooler_is_refused(postgres: Any, tmp_path: Path) -> None:
    pooler = Pooler(Path(postgres.get_postmaster_info().socket_dir) / ".s.PGSQL.5432", tmp_path)
    await pooler.start()
    try:
        with pytest.raises(TransactionPooler, match="direct address"):
            await Ledger.open(f"postgresql://postgres:@/postgres?host={tmp_path}", state_dir=tmp_path)
    finally:
        await pooler.stop()


async def test_a_loop_that_stalls_ends_its_process() -> None:
    program = """
import asyncio, time
from bot.ledger.watchdog import Watchdog
async def main():
    watchdog = Watchdog(0.5)
    await asyncio.sleep(1.5)
    print("still here", flush=True)
    time.sleep(30)
asyncio.run(main())
"""
    ran = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", program], capture_output=True, text=True, timeout=25
    )
    assert ran.returncode == 70
    assert ran.stdout == "still here\n", "a loop that turns is left alone"
    assert "stalled" in ran.stderr
    assert "time.sleep" in ran.stderr or "main" in ran.stderr


async def test_a_closed_ledger_says_so(url: str, tmp_path: Path) -> None:
    ledger = await Ledger.open(url, state_dir=tmp_path)
    await ledger.close()
    with pytest.raises(LedgerError, match="closed"):
        await ledger.record([new("k")])
