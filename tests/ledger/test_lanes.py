"""Entries of a lane run one at a time, in order, whatever happens to them."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.ledger import Ask, Claim, ClaimLost, Entry, Later, Ledger, Settle, Settlement, Worker
from tests.ledger.conftest import done, eventually, new, settled, working


def soon(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def all_settled(ledger: Ledger) -> bool:
    return not await ledger.find(states=["waiting", "unsure"], limit=1)


async def test_lanes_keep_their_order_under_concurrency_and_retries(ledger: Ledger) -> None:
    """Twenty lanes of ten entries; a third of the tries end in «later»; recorded while others run."""
    dice = random.Random(7)
    ran: dict[str, list[str]] = defaultdict(list)
    inside: set[str] = set()

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        assert entry.lane not in inside, "two of a lane at once"
        inside.add(entry.lane)
        await claim.save({"sent": entry.attempts})
        await asyncio.sleep(dice.random() * 0.002)
        inside.remove(entry.lane)
        if dice.random() < 0.33:
            return Later(at=soon(0.01), note={"error": "busy"})
        ran[entry.lane].append(entry.key)
        return done()

    async with working(ledger, perform, concurrency=16):
        for number in range(10):
            await asyncio.gather(*[ledger.record([new(f"{lane}-{number}", f"L{lane}")]) for lane in range(20)])
        await eventually(lambda: all_settled(ledger))
    assert len(ran) == 20
    for lane, keys in ran.items():
        assert keys == [f"{lane[1:]}-{number}" for number in range(10)]


async def test_one_call_keeps_its_order_and_a_position_beats_it(ledger: Ledger) -> None:
    """Mirrored messages pass Slack's ts: they arrive out of order and wait a moment for each other."""
    ran: list[str] = []

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        ran.append(entry.key)
        return done()

    await ledger.record([new(key) for key in "abc"])
    wait = soon(0.3)
    await ledger.record([new("late", "thread", position=1700000002.5, not_before=wait)])
    await ledger.record([new("early", "thread", position=1700000001.5, not_before=wait)])
    async with working(ledger, perform):
        await eventually(lambda: all_settled(ledger))
    assert [key for key in ran if key in "abc"] == ["a", "b", "c"]
    assert [key for key in ran if key not in "abc"] == ["early", "late"]


async def test_a_clock_that_steps_back_does_not_reorder_a_lane(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    await ledger.record([new("first")])
    monkeypatch.setattr("bot.ledger.ledger.time.time", lambda: 1_000_000_000.0)
    await ledger.record([new("second")])
    monkeypatch.undo()
    ran: list[str] = []

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        ran.append(entry.key)
        return done()

    async with working(ledger, perform):
        await eventually(lambda: all_settled(ledger))
    assert ran == ["first", "second"]


@pytest.mark.parametrize(("tried", "attempts"), [(True, 4), (False, 1)])
async def test_to_have_been_told_to_wait_is_no_attempt(ledger: Ledger, tried: bool, attempts: int) -> None:
    """So that it does not wait longer the next time because of it."""
    times = 0

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        nonlocal times
        times += 1
        return done() if times == 4 else Later(at=soon(0.01), note={"reason": "pause"}, tried=tried)

    async with working(ledger, perform):
        (recorded,) = await ledger.record([new("a")])
        assert (await settled(ledger, recorded.id)).attempts == attempts


async def test_a_waiting_retry_holds_its_lane_and_only_its_lane(ledger: Ledger) -> None:
    ran: list[str] = []

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        ran.append(entry.key)
        if entry.key == "stuck":
            return Later(at=soon(3600), note={"error": "helpdesk is down"}, then=(new("told", "deliveries"),))
        return done()

    stuck, behind, beside = await ledger.record([new("stuck"), new("behind"), new("beside", "AB-2")])
    async with working(ledger, perform):
        await settled(ledger, beside.id)
        entry = await ledger.get(stuck.id)
        assert entry is not None
        assert (entry.state, entry.attempts, entry.note) == ("waiting", 1, {"error": "helpdesk is down"})
        assert "behind" not in ran
        await eventually(lambda: ledger.find(key="told", states=["done"]))
        assert await ledger.discard(stuck.id, by="U1")
        await settled(ledger, behind.id)
    assert ran.count("stuck") == 1


async def test_try_now_runs_it_at_once(ledger: Ledger) -> None:
    async def perform(entry: Entry, claim: Claim) -> Settlement:
        if entry.attempts == 0:
            return Later(at=soon(3600), note={}, progress={"step": 1})
        assert entry.progress == {"step": 1}
        return done()

    [its] = await ledger.record([new("k")])

    async def waits() -> bool:
        entry = await ledger.get(its.id)
        return entry is not None and entry.attempts == 1

    async with working(ledger, perform):
        await eventually(waits)
        assert await ledger.retry(its.id)
        entry = await settled(ledger, its.id)
    assert (entry.state, entry.attempts) == ("done", 2)


async def test_a_scheduled_entry_neither_runs_early_nor_holds_its_lane(ledger: Ledger) -> None:
    ran: list[str] = []

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        ran.append(entry.key)
        return done()

    due = soon(0.5)
    followup, never, reply = await ledger.record([new("followup", due=due), new("never", due=soon(3600)), new("reply")])
    async with working(ledger, perform):
        await settled(ledger, reply.id)
        assert ran == ["reply"]
        entry = await settled(ledger, followup.id)
        assert entry.settled_at is not None
        assert entry.settled_at >= due
        assert not await ledger.retry(never.id), "it is not late, so there is nothing to try again"
    assert ran == ["reply", "followup"]


async def test_an_unsure_entry_holds_its_lane_until_a_person_answers(ledger: Ledger) -> None:
    seen: list[tuple[str, Any]] = []

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        seen.append((entry.key, entry.note))
        if entry.key == "forward" and entry.note is None:
            return Ask(outcome={"state": "unsure"}, until=soon(3600), progress={"sent": True})
        return done()

    forward, behind = await ledger.record([new("forward"), new("behind")])

    async def unsure() -> bool:
        entry = await ledger.get(forward.id)
        return entry is not None and entry.state == "unsure"

    async with working(ledger, perform):
        await eventually(unsure)
        assert not await ledger.answer(behind.id, "done", by="U1")
        assert await ledger.answer(forward.id, "again", by="U1")
        assert not await ledger.answer(forward.id, "done", by="U2"), "answered once is enough"
        await settled(ledger, behind.id)
    assert seen == [("forward", None), ("forward", {"verdict": "again", "by": "U1"}), ("behind", None)]


async def test_an_answer_done_settles_it_with_what_follows(ledger: Ledger) -> None:
    async def perform(entry: Entry, claim: Claim) -> Settlement:
        return done() if entry.kind == "delivery" else Ask(outcome={"what": "forward"}, until=soon(3600))

    [its] = await ledger.record([new("forward")])
    async with working(ledger, {"action": perform, "delivery": perform}):
        await eventually(lambda: ledger.find(states=["unsure"]))
        assert await ledger.answer(its.id, "done", by="U1", then=[new("tell", "C1", kind="delivery")])
        entry = await settled(ledger, its.id)
        assert entry.state == "done"
        assert entry.outcome == {"what": "forward"}
        assert entry.note == {"verdict": "done", "by": "U1"}
        await eventually(lambda: ledger.find(key="tell", states=["done"]))


async def test_a_question_that_nobody_answers_ends_as_unknown(ledger: Ledger) -> None:
    async def perform(entry: Entry, claim: Claim) -> Settlement:
        return Ask(outcome={"what": "forward"}, until=soon(0.2)) if entry.key == "forward" else done()

    def expired(entry: Entry) -> Settle:
        return Settle(state="unknown", outcome={"state": "unknown"}, then=(new("tell", "C1"),))

    forward, behind = await ledger.record([new("forward"), new("behind")])
    async with working(ledger, perform, on_expired=expired):
        entry = await settled(ledger, forward.id)
        assert (entry.state, entry.outcome) == ("unknown", {"state": "unknown"})
        assert (await settled(ledger, behind.id)).state == "done"
        await eventually(lambda: ledger.find(key="tell", states=["done"]))


async def test_a_create_gives_its_threads_lane_to_the_ticket(ledger: Ledger) -> None:
    """What waited for the ticket in the thread runs in the ticket's lane, in order with what is there."""
    ran: list[tuple[str, str]] = []
    started = asyncio.Event()
    go_on = asyncio.Event()

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        ran.append((entry.lane, entry.key))
        if entry.key == "create":
            started.set()
            await go_on.wait()
            return Settle(state="done", outcome={}, relane="AB-1")
        return done()

    await ledger.record([new("create", "thread"), new("reply", "thread"), new("note", "thread", due=soon(0.5))])
    async with working(ledger, perform):
        await started.wait()
        [other] = await ledger.record([new("other", "thread-2")])
        await settled(ledger, other.id)
        go_on.set()
        await eventually(lambda: all_settled(ledger))
    assert ran == [("thread", "create"), ("thread-2", "other"), ("AB-1", "reply"), ("AB-1", "note")]


async def test_a_perform_that_raises_is_a_bug_and_frees_its_lane(ledger: Ledger) -> None:
    async def perform(entry: Entry, claim: Claim) -> Settlement:
        if entry.key == "bug":
            raise KeyError("oops")
        return done()

    bug, behind = await ledger.record([new("bug"), new("behind")])
    async with working(ledger, perform):
        await settled(ledger, behind.id)
        entry = await settled(ledger, bug.id)
    assert entry.state == "failed"
    assert entry.outcome is not None
    assert entry.outcome["reason"] == "bug"
    assert len(entry.outcome["incident"]) == 8


async def test_a_stop_leaves_what_runs_waiting_with_its_progress(ledger: Ledger) -> None:
    saved = asyncio.Event()

    async def stuck(entry: Entry, claim: Claim) -> Settlement:
        await claim.save({"step": "sent"})
        saved.set()
        await asyncio.Event().wait()
        raise AssertionError

    [its] = await ledger.record([new("k")])
    async with working(ledger, stuck):
        await saved.wait()
        entry = await ledger.get(its.id)
        assert entry is not None
        assert entry.state == "running"
        assert not await ledger.discard(its.id, by="U1"), "something may be on its way"

    async def finish(entry: Entry, claim: Claim) -> Settlement:
        return done(found=entry.progress)

    async with working(ledger, finish):
        entry = await settled(ledger, its.id)
    assert entry.outcome == {"state": "done", "found": {"step": "sent"}}


async def test_a_stop_lets_a_running_step_finish(ledger: Ledger) -> None:
    started = asyncio.Event()

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        started.set()
        await asyncio.sleep(0.2)
        return done()

    first, second = await ledger.record([new("first"), new("second")])
    async with working(ledger, perform) as worker:
        await started.wait()
        await worker.stop(grace=20)
    states = [entry.state for its in (first, second) if (entry := await ledger.get(its.id))]
    assert states == ["done", "waiting"]


async def test_what_was_discarded_before_anything_was_sent_is_not_sent(ledger: Ledger) -> None:
    looked, go_on = asyncio.Event(), asyncio.Event()
    lost: list[str] = []

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        looked.set()
        await go_on.wait()
        try:
            await claim.save({"about": "to send"})
        except ClaimLost:
            lost.append(entry.key)
            raise
        return done()

    [its] = await ledger.record([new("k")])
    async with working(ledger, perform) as worker:
        await looked.wait()
        assert await ledger.discard(its.id, by="U1")
        go_on.set()
        await worker.stop(grace=20)
    entry = await ledger.get(its.id)
    assert entry is not None
    assert (entry.state, entry.note) == ("discarded", {"discarded_by": "U1"})
    assert lost == ["k"]


async def test_a_kind_that_nobody_here_knows_is_left_for_who_does(ledger: Ledger) -> None:
    async def perform(entry: Entry, claim: Claim) -> Settlement:
        return done()

    future, known = await ledger.record([new("future", kind="holo-call"), new("known", "AB-2")])
    async with working(ledger, perform):
        await settled(ledger, known.id)
    entry = await ledger.get(future.id)
    assert entry is not None
    assert entry.state == "waiting"


async def test_what_can_wait_comes_after_the_rest_and_is_not_starved(ledger: Ledger) -> None:
    """A crowd of cards does not hold an action up, and a crowd of actions does not hold a card up for ever."""
    ran: list[str] = []

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        ran.append(entry.key)
        return done()

    await ledger.record([new(f"card-{number}", f"card:{number}") for number in range(40)])
    await ledger.record([new(f"action-{number}", f"AB-{number}") for number in range(40)])
    async with working(ledger, perform, concurrency=1, behind=("card:",)):
        await eventually(lambda: all_settled(ledger))
    first = Counter(key.split("-")[0] for key in ran[:45])
    assert first == {"action": 40, "card": 5}
    assert len(ran) == 80


async def test_what_can_wait_leaves_room_for_what_cannot(ledger: Ledger) -> None:
    """However many looks hang at a helpdesk that does not answer, there is room for somebody's action."""
    hanging = asyncio.Event()

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        if entry.lane.startswith("look:"):
            await hanging.wait()
        return done()

    await ledger.record([new(f"look-{number}", f"look:{number}") for number in range(20)])
    async with working(ledger, perform, concurrency=8, behind=("look:",)) as worker:
        await eventually(lambda: _equal(worker, 4))
        (recorded,) = await ledger.record([new("action")])
        assert (await settled(ledger, recorded.id)).state == "done"
        await eventually(lambda: _equal(worker, 4))
        hanging.set()
        await eventually(lambda: all_settled(ledger))


async def _equal(worker: Worker, busy: int) -> bool:
    return worker.busy == busy


async def test_lanes_that_others_work_on_do_not_hide_the_rest(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """More lanes than a worker looks at in one go turn out to be nothing for it: it goes on to the next at once."""
    hanging = asyncio.Event()
    ran: list[str] = []

    async def hang(entry: Entry, claim: Claim) -> Settlement:
        await hanging.wait()
        return done()

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        ran.append(entry.key)
        return done()

    await ledger.record([new(f"theirs-{number}", f"A-{number:02}") for number in range(20)])
    async with working(ledger, hang, concurrency=20) as worker:
        await eventually(lambda: _equal(worker, 20))
        await ledger.record([new(f"ours-{number}", f"B-{number:02}") for number in range(20)])
        monkeypatch.setattr(ledger.store, "poll", 3600.0)  # no second scan helps
        async with working(ledger, perform, concurrency=2):
            await eventually(_has(ran, 20))
        hanging.set()
        await eventually(lambda: all_settled(ledger))


def _has(ran: list[str], number: int) -> Callable[[], Awaitable[bool]]:
    async def probe() -> bool:
        return len(ran) == number

    return probe
