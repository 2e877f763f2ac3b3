"""Never more updates than Slack takes, however many processes there are."""

import asyncio
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ledger import Ledger
from bot.slack.cards.upkeep import PER_MINUTE
from bot.slack.pacing import Pace

TIER_3 = 50


def crowded(used: list[float]) -> int:
    """The most calls in any minute that begins with one."""
    return max(sum(start <= at < start + 60 for at in used) for start in used)


@given(st.lists(st.sampled_from([0.0, 0.1, 1.0, 1.5, 30.0]), max_size=50).map(lambda waits: [*waits, *[0.1] * 300]))
def test_no_minute_has_more_than_allowed(waits: list[float]) -> None:
    """However the changes come, each used when its turn has come."""
    now = 0.0
    pace = Pace(PER_MINUTE, clock=lambda: now)

    async def use() -> list[float]:
        nonlocal now
        used = []
        for wait in waits:
            now += wait
            used.append(max(now, await pace.reserve()))
        return used

    assert crowded(asyncio.run(use())) <= TIER_3


def test_a_turn_of_long_ago_is_good_no_more() -> None:
    """What waited while the bot was stopped does not go out all at once."""
    now = 1000.0
    pace = Pace(60, burst=5, clock=lambda: now)
    turn = asyncio.run(pace.reserve())
    assert pace.good(turn)
    now += 6
    assert not pace.good(turn)


async def test_processes_share_their_turns(postgres_url: str, tmp_path: Path) -> None:
    """Three with a ledger each, over one database: no two have the same turn, and no minute has too many."""
    now = 1_000_000.0
    ledgers = [await Ledger.open(postgres_url, state_dir=tmp_path) for _ in range(3)]
    paces = [Pace(PER_MINUTE, name="chat.update", ledger=ledger, clock=lambda: now) for ledger in ledgers]
    chance = random.Random(7)
    used: list[float] = []
    turns: list[float] = []
    for _ in range(40):
        got = await asyncio.gather(*(pace.reserve() for pace in paces for _ in range(chance.randrange(3))))
        turns += got
        used += [max(now, turn) for turn in got]
        now += chance.choice([0.0, 0.1, 1.0, 5.0])
    for ledger in ledgers:
        await ledger.close()

    assert len(set(turns)) == len(turns)
    assert crowded(used) <= TIER_3


async def test_one_process_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a file of its own there is nothing to share."""
    ledger = await Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite3'}", state_dir=tmp_path)
    pace = Pace(PER_MINUTE, name="chat.update", ledger=ledger)
    monkeypatch.setattr(ledger, "kept", None)
    monkeypatch.setattr(ledger, "compare_and_keep", None)

    assert await pace.reserve() < await pace.reserve()
    await ledger.close()
