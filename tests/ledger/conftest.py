"""A ledger of its own for each test, on SQLite and on a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.ledger import Entry, Ledger, NewEntry, Perform, Settle, Worker

Opening = Callable[..., Awaitable[Ledger]]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A file of its own."""
    return f"sqlite:///{tmp_path}/ledger.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Where the ledger is."""
    found: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return found


@pytest.fixture
async def ledger(url: str, tmp_path: Path) -> AsyncIterator[Ledger]:
    """An open ledger."""
    opened = await Ledger.open(url, state_dir=tmp_path)
    yield opened
    await opened.close()


def new(key: str, lane: str = "AB-1", **more: Any) -> NewEntry:
    """An entry with little to say."""
    return NewEntry(**{"key": key, "lane": lane, "kind": "action", "body": {"key": key}, **more})


@asynccontextmanager
async def working(ledger: Ledger, perform: Mapping[str, Perform] | Perform, **more: Any) -> AsyncIterator[Worker]:
    """A worker for as long as the block."""
    worker = Worker(ledger, perform if isinstance(perform, Mapping) else {"action": perform}, **more)
    await worker.start()
    try:
        yield worker
    finally:
        await worker.stop(grace=0)


async def eventually(probe: Callable[[], Awaitable[Any]], *, within: float = 20.0) -> Any:
    """What the probe gives once that is true."""
    async with asyncio.timeout(within):
        while not (found := await probe()):
            await asyncio.sleep(0.01)
    return found


async def settled(ledger: Ledger, id_: int) -> Entry:
    """The entry, once it is over."""

    async def probe() -> Entry | None:
        entry = await ledger.get(id_)
        return entry if entry is not None and entry.settled_at is not None else None

    found: Entry = await eventually(probe)
    return found


def done(**outcome: Any) -> Settle:
    """It happened."""
    return Settle(state="done", outcome={"state": "done", **outcome})
