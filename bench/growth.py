"""What a full ledger costs: the same figures with a million settled entries and 100,000 linked threads.

    python -m bench.growth [--entries 1000000] [--seconds 2]

The SQLite file is filled by SQL and given to a bot; beside it one that begins empty. Then every statement of the ledger
is looked at by SQLite's planner, and those that go through a whole table or index are named.
"""

import argparse
import asyncio
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import uvloop

from bench.load import Measured, paced, saturate
from bench.peers import SECRET
from bench.processes import OTHER_CORE, Server, everything
from bench.tables import table
from bot.ledger import Ledger, State, statements
from bot.ledger.search import search

LINKS = 100_000
FILE = "ticketbot.sqlite3"
_AGE = 86_400 * 5
"""Seconds over which the entries are spread: none is so old that the bot deletes it while it is measured."""
_PRUNING = 15
"""Seconds for which pruning is looked at."""

_FILL = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :entries)
INSERT INTO entries (key, lane, kind, body, origin, person, same, state, attempts, position, received_at, in_flight,
                     progress, outcome, told, updated_at, settled_at)
SELECT 'old:' || n, CASE n % 2 WHEN 0 THEN 'support:AB-' || (100000 + n % 50000) ELSE 'slack:C' || (n % 500) END,
       CASE n % 2 WHEN 0 THEN 'action' ELSE 'delivery' END,
       '{"marker":"tb-old' || n || '","helpdesk":"support","command":{"action":"note","ref":"AB-100000","text":"' ||
       'words that somebody wrote some time ago, as long as such words are' || '"},"typed":"note AB-100000 words"}',
       '{"surface":"command","team":"T0PLAY","channel":"C' || (n % 500) || '","user":"U' || (n % 300) || '"}',
       'U' || (n % 300), CASE n % 2 WHEN 0 THEN 'same' || n END,
       CASE WHEN n % 50 = 0 THEN 'rejected' ELSE 'done' END, 1, at, at, 0, '{}', '{"state":"done"}', 0, at, at
FROM (SELECT n, :now - :age * (1 - 1.0 * n / :entries) AS at FROM numbers)
"""
_LINK = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :links)
INSERT INTO kept (namespace, key, value)
SELECT 'card', 'C' || (n % 500) || char(10) || 'support:AB-' || n, '{"ts":"1770000000.' || n || '"}' FROM numbers
"""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--entries", type=int, default=1_000_000)
    options.add_argument("--seconds", type=float, default=2)
    chosen = options.parse_args()
    print(report(chosen.entries, chosen.seconds))


def report(entries: int, seconds: float) -> str:
    """The tables."""
    with tempfile.TemporaryDirectory(prefix="ticketbot-bench-") as directory:
        empty, full = Path(directory) / "empty", Path(directory) / "full"
        for each in (empty, full):
            each.mkdir()
            asyncio.run(_make(each))
        filled = fill(full / FILE, entries)
        os.sched_setaffinity(0, {OTHER_CORE})
        columns = [_measure(each, seconds) for each in (empty, full)]
        pruned = asyncio.run(_prune(full))
        scans = list(whole_tables(full / FILE))
    heads = ["", "empty", f"{entries:,} entries, {LINKS:,} links"]
    rows = [[name, columns[0][name], columns[1][name]] for name in columns[0]]
    notes = [
        f"The file has {filled} MB. {pruned}",
        f"Statements that read a whole table or index: {', '.join(scans) or 'none'}.",
    ]
    return f"{table(heads, rows)}\n\n" + "\n".join(notes)


async def _make(directory: Path) -> None:
    ledger = await Ledger.open(f"sqlite:///{directory / FILE}", state_dir=directory)
    await ledger.close()


def fill(database: Path, entries: int) -> int:
    """Put so many entries and links into it; how many megabytes it has."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        connection.execute(_FILL, {"entries": entries, "now": time.time(), "age": _AGE})
        connection.execute(_LINK, {"links": LINKS})
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return database.stat().st_size >> 20


def _measure(directory: Path, seconds: float) -> dict[str, str]:
    began = time.perf_counter()
    with everything(SECRET, directory=str(directory)) as whole:
        server = whole.bots[0]
        whole.slow(3)
        started = f"{time.perf_counter() - began:.1f}"
        single, even, sixteen = uvloop.run(_load(server, seconds))
        return {
            "everything started: s": started,
            "1 connection: p50, p99 ms": _both(single),
            "50/s: p50, p99 ms": _both(even),
            "16 connections: per s": f"{sixteen.per_second:.0f}",
            "memory: MB": f"{server.memory():.0f}",
        }


async def _load(server: Server, seconds: float) -> tuple[Measured, Measured, Measured]:
    await saturate(server.port, SECRET, connections=2, seconds=0.5)
    return (
        await saturate(server.port, SECRET, connections=1, seconds=seconds),
        await paced(server.port, SECRET, per_second=50, seconds=2 * seconds),
        await saturate(server.port, SECRET, connections=16, seconds=seconds),
    )


def _both(measured: Measured) -> str:
    return f"{measured.percentile(0.5):.2f}, {measured.percentile(0.99):.2f}"


async def _prune(directory: Path) -> str:
    """Retention: deleting the older half, while somebody else writes."""
    ledger = await Ledger.open(f"sqlite:///{directory / FILE}", state_dir=directory)
    before = (await ledger.stats()).counts
    pruning = asyncio.create_task(ledger.prune(timedelta(seconds=_AGE / 2)))
    waits = []
    began = time.perf_counter()
    while not pruning.done() and time.perf_counter() - began < _PRUNING:
        at = time.perf_counter()
        await ledger.forget("nothing", "at all")
        waits.append(1000 * (time.perf_counter() - at))
        await asyncio.sleep(0.005)
    pruning.cancel()
    await asyncio.wait([pruning])
    deleted = sum(before.values()) - sum((await ledger.stats()).counts.values())
    rate = deleted / (time.perf_counter() - began)
    await ledger.close()
    waits.sort()
    return (
        f"Pruning deletes {rate:,.0f} entries/s of it; somebody else's write takes {waits[len(waits) // 2]:.1f} ms "
        f"meanwhile (99 %: {waits[len(waits) * 99 // 100]:.0f} ms)."
    )


class _Anything(dict[str, object]):
    def __missing__(self, name: str) -> None:
        return None


def _searches() -> Iterator[tuple[str, statements.Statement]]:
    """What the bot looks for while it works."""
    nothing = dict.fromkeys(["kind", "person", "lane", "key", "since", "until", "before_id"])
    states: dict[str, tuple[State, ...] | None] = {"person": ("waiting", "unsure"), "key": ("done", "unknown")}
    for name in ("lane", "person", "key"):
        found, _ = search(**{**nothing, name: "x"}, states=states.get(name), limit=1, after_id=None)
        yield f"find by {name}", found


def whole_tables(database: Path) -> Iterator[str]:
    """The statements for which SQLite goes through all of a table or index, with what it goes through."""
    with closing(sqlite3.connect(database)) as connection:
        for name, statement in [*vars(statements).items(), *_searches()]:
            if not isinstance(statement, statements.Statement) or not statement.sqlite:
                continue
            for *_, detail in connection.execute(f"EXPLAIN QUERY PLAN {statement.sqlite}", _Anything()):
                if detail.startswith(("SCAN entries", "SCAN e ", "SCAN kept", "SCAN holds")):
                    yield f"{name} ({detail})"


if __name__ == "__main__":
    main()
