"""Watching a helpdesk: everything that changes is looked at, nothing is asked more often than it has to be."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.ledger import Entry, Later, Ledger, Settle, Worker
from bot.mirror.entries import look_now, watch
from bot.mirror.links import Link, Thread, linking
from bot.mirror.watching import LATELY, OVERLAP, Pace, Watching
from tests.ledger.conftest import eventually
from tests.mirror.conftest import Mirror, Scripted

PACE = Pace(active=timedelta(seconds=3), idle=timedelta(seconds=60))
NOW = datetime(2024, 1, 1, 12, tzinfo=UTC)


class Watch:
    """The entry that watches, performed by hand."""

    def __init__(self, ledger: Ledger, desk: Scripted) -> None:
        self._ledger = ledger
        self._watching = Watching(ledger, {"support": desk}, PACE)
        self._progress: dict[str, object] = {}
        self._attempts = 0
        self.wait = timedelta(0)

    async def once(self) -> list[str]:
        """Perform it once: the tickets that are to be looked at."""
        (its,) = await self._ledger.record([watch("support")])
        entry = await self._ledger.get(its.id)
        assert entry is not None
        began = datetime.now(UTC)
        fields = {name: getattr(entry, name) for name in Entry.__slots__}
        again = Entry(**{**fields, "progress": self._progress, "attempts": self._attempts})
        end = await self._watching.perform(again, None)  # type: ignore[arg-type]
        assert isinstance(end, Later)
        self.wait = end.at - began
        self._attempts += 1
        self._progress = dict(end.progress or {})
        await self._ledger.record(list(end.then))
        return [str(each.body["ticket"]["ref"]) for each in end.then]


@pytest.fixture
async def watched(mirror: Mirror) -> Watch:
    """A helpdesk with one linked ticket."""
    await mirror.link()
    return Watch(mirror.ledger, mirror.desk)


async def test_each_state_is_looked_at_twice(mirror: Mirror, watched: Watch) -> None:
    """Once at once, once more in case it was shown before it was committed; what is not linked, never."""
    mirror.desk.change("AB-1", "ZZ-9")
    assert [await watched.once() for _ in range(4)] == [["AB-1"], ["AB-1"], [], []]
    mirror.desk.change("AB-1", "ZZ-9", mark="2")
    assert [await watched.once() for _ in range(3)] == [["AB-1"], ["AB-1"], []]
    looks = await mirror.ledger.find(kind="look")
    assert len({each.key for each in looks}) == 4


async def test_a_ticket_that_is_linked_later_is_looked_at(mirror: Mirror) -> None:
    """Its change was seen when nobody cared."""
    watched = Watch(mirror.ledger, mirror.desk)
    mirror.desk.change("AB-1")
    assert await watched.once() == []
    assert mirror.desk.asked == [], "nothing is linked, so nobody is asked"
    await mirror.link()
    assert await watched.once() == ["AB-1"]


async def test_it_goes_on_from_the_helpdesks_own_clock(mirror: Mirror, watched: Watch) -> None:
    """With an overlap, and however wrong that clock is."""
    mirror.desk.change("AB-1", until=NOW)
    await watched.once()
    mirror.desk.change(until=None)
    await watched.once()
    await watched.once()
    assert [since for since, _ in mirror.desk.asked[1:]] == [NOW - OVERLAP] * 2


async def test_it_is_asked_often_while_something_happens(mirror: Mirror) -> None:
    """And rarely otherwise."""
    watched = Watch(mirror.ledger, mirror.desk)
    await mirror.link(ago=LATELY.total_seconds() + 60)
    await watched.once()
    assert watched.wait > timedelta(seconds=55)
    mirror.desk.change("AB-1")
    await watched.once()
    await watched.once()
    await watched.once()
    assert timedelta(seconds=2) < watched.wait < timedelta(seconds=10)


async def test_requests_are_budgeted(mirror: Mirror, watched: Watch) -> None:
    """Many tickets at once are looked at one part after the other; none is forgotten."""
    refs = [f"AB-{number}" for number in range(2, 80)]
    for ref in refs:
        ticket = {"helpdesk": "support", "ref": ref}
        link = Link.model_validate({"thread": Thread(channel="C1", ts=ref), "ticket": ticket, "since": 0})
        await mirror.ledger.keep(*linking(link))
    mirror.desk.change(*refs)
    first, second = await watched.once(), await watched.once()
    assert watched.wait > timedelta(seconds=30)
    third = await watched.once()
    assert len(first) == len(second) == 30
    assert set(first + second + third) == set(refs)


async def test_a_gap_has_everything_looked_at(mirror: Mirror, watched: Watch) -> None:
    """Where more has changed than can be told, and nothing of it is known."""
    mirror.desk.change("ZZ-1", "ZZ-2", cut=True)
    assert await watched.once() == ["AB-1"]
    assert await watched.once() == [], "what is known follows on what was seen"
    mirror.desk.change("ZZ-3", "ZZ-4", cut=True)
    assert await watched.once() == ["AB-1"]


async def test_an_outage_is_waited_out(mirror: Mirror, watched: Watch) -> None:
    """Longer each time, and no change of that time is lost."""
    mirror.desk.change("ZZ-1", until=NOW)
    await watched.once()
    mirror.desk.down = True
    waits = []
    for _ in range(5):
        await watched.once()
        waits.append(watched.wait)
    assert waits[4] > timedelta(seconds=8)
    mirror.desk.down = False
    mirror.desk.change("AB-1", until=NOW + timedelta(hours=1))
    assert await watched.once() == ["AB-1"]
    assert mirror.desk.asked[-1][0] == NOW - OVERLAP


async def test_a_helpdesk_that_is_no_more_is_not_watched(mirror: Mirror) -> None:
    """And is again if it comes back: its key is free."""
    (its,) = await mirror.ledger.record([watch("gone")])
    entry = await mirror.ledger.get(its.id)
    assert entry is not None
    end = await Watching(mirror.ledger, {}, PACE).perform(entry, None)  # type: ignore[arg-type]
    assert isinstance(end, Settle)
    assert end.state == "failed"


async def test_it_is_no_backlog_and_can_be_hurried(mirror: Mirror) -> None:
    """What waits by its nature is not late; a hint has it performed now; one that broke goes on."""
    await mirror.link()
    await mirror.ledger.record([watch("support"), watch("support")])
    worker = Worker(mirror.ledger, {"watch": Watching(mirror.ledger, {"support": mirror.desk}, PACE).perform})
    await worker.start()
    try:
        await _asked(mirror, 1)
        mirror.desk.changes = None  # type: ignore[assignment]  # a bug, somewhere
        await eventually(lambda: look_now(mirror.ledger, "support"))
        await _asked(mirror, 2)
        stats = await mirror.ledger.stats()
    finally:
        await worker.stop(1)
    (entry,) = await mirror.ledger.find(kind="watch")
    assert entry.state == "waiting"
    assert (stats.oldest_waiting, stats.lanes_waiting) == (0, 0)
    assert not any(kind == "watch" for _, kind in stats.counts)
    assert not await look_now(mirror.ledger, "other")


async def _asked(mirror: Mirror, times: int) -> None:
    async def enough() -> bool:
        entries = await mirror.ledger.find(kind="watch", states={"waiting"})
        return len(mirror.desk.asked) >= times and all(each.attempts >= times for each in entries)

    await eventually(enough)
