"""Processes that are killed, at moments that nobody chose: nothing is lost, nothing is doubled, order is kept."""

import asyncio
import itertools
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from pathlib import Path

from bot.ledger import Ledger
from tests.ledger.conftest import eventually, new

ROOT = Path(__file__).resolve().parents[2]


async def start(url: str, state_dir: Path, run: int, *, lanes: int) -> Process:
    arguments = (url, str(state_dir), str(run), str(lanes))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.ledger.effects", *arguments, stdout=PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"started\n"
    return process


async def kill(process: Process) -> None:
    process.send_signal(signal.SIGKILL)
    await process.communicate()


async def nothing_left(url: str, state_dir: Path) -> bool:
    ledger = await Ledger.open(url, state_dir=state_dir, owner=False)
    try:
        return (await ledger.stats()).lanes_waiting == 0
    finally:
        await ledger.close()


def lines(path: Path) -> list[list[str]]:
    return [line.split() for line in path.read_text().splitlines()]


def happened(state_dir: Path) -> dict[str, list[str]]:
    """The keys by lane, in the order in which they were done."""
    effects: dict[str, list[str]] = defaultdict(list)
    for lane, key, _ in lines(state_dir / "effects"):
        if lane.startswith("L"):
            effects[lane].append(key)
    return effects


def in_order(keys: list[str]) -> bool:
    numbers = [tuple(int(part) for part in key.split("/")) for key in keys]
    return numbers == sorted(numbers)


async def test_killed_while_it_records_and_works(url: str, tmp_path: Path) -> None:
    seed = int.from_bytes(os.urandom(4), "big")
    sys.stdout.write(f"seed {seed}\n")
    dice = random.Random(seed)
    for run in itertools.count():
        process = await start(url, tmp_path, run, lanes=12)
        await asyncio.sleep(dice.uniform(0.01, 0.5))
        await kill(process)
        if run >= 3 and len(lines(tmp_path / "acknowledged")) > 50:
            break
    last = await start(url, tmp_path, 99, lanes=0)
    await eventually(lambda: nothing_left(url, tmp_path), within=60)
    await kill(last)

    effects = happened(tmp_path)
    done = [key for keys in effects.values() for key in keys]
    acknowledged = [key for (key,) in lines(tmp_path / "acknowledged")]
    assert not set(acknowledged) - set(done), "acknowledged, and lost"
    assert len(done) == len(set(done)), "done twice"
    assert all(in_order(keys) for keys in effects.values())
    ledger = await Ledger.open(url, state_dir=tmp_path)
    delivered = {entry.key for entry in await ledger.find(kind="delivery", states=["done"], limit=100_000)}
    adopted = {key for what, key, _ in lines(tmp_path / "effects") if what == "adopted"}
    assert {f"d/{key}" for key in done} - delivered <= {f"d/{key}" for key in adopted}, "a result was lost"
    assert {entry.state for entry in await ledger.find(limit=100_000)} == {"done"}
    await ledger.close()


async def test_a_killed_process_finds_its_saved_progress(url: str, tmp_path: Path) -> None:
    """Between ``save`` and the effect lies a moment; killed in it often enough, some are found in flight."""
    for run in range(8):
        process = await start(url, tmp_path, run, lanes=40)
        await asyncio.sleep(0.3)
        await kill(process)
        if run >= 1 and any(what in ("adopted", "repeated") for what, *_ in lines(tmp_path / "effects")):
            return
    raise AssertionError("no entry was ever found with the progress that a killed process had saved")


async def test_two_processes_share_the_lanes_and_one_inherits_the_others(postgres_url: str, tmp_path: Path) -> None:
    ledger = await Ledger.open(postgres_url, state_dir=tmp_path)
    first = await start(postgres_url, tmp_path, 1, lanes=0)
    second = await start(postgres_url, tmp_path, 2, lanes=0)
    for number in range(30):
        await ledger.record([new(f"{lane}/0/{number}", f"L{lane}") for lane in range(20)])
        if number == 20:
            await kill(first)

    async def all_done() -> bool:
        return (await ledger.stats()).counts.get(("done", "action")) == 600

    await eventually(all_done, within=60)
    await kill(second)
    await ledger.close()
    effects = happened(tmp_path)
    done = [key for keys in effects.values() for key in keys]
    assert sorted(done) == sorted(f"{lane}/0/{number}" for lane in range(20) for number in range(30))
    assert all(in_order(keys) for keys in effects.values())
    assert {run for what, _, run in lines(tmp_path / "effects") if what.startswith("L")} == {"1", "2"}
