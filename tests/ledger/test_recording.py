"""What is recorded is there, once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.ledger import Ledger, NewEntry, Settle
from tests.ledger.conftest import done, new, settled, working


async def test_what_is_recorded_reads_back_as_it_was(ledger: Ledger) -> None:
    at = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
    body = {"text": "Zürich \0 \ud800 <!channel> 💥", "deep": [{"n": 1.5, "none": None, "yes": True}]}
    entry = NewEntry(
        key="k",
        lane="AB-1",
        kind="action",
        body=body,
        origin={"team": "T1"},
        person="U1",
        received_at=at,
        due=at + timedelta(days=1),
        not_before=at + timedelta(days=2),
        position=1772366400.000100,
    )
    [recorded] = await ledger.record([entry])
    assert (recorded.new, recorded.state, recorded.why) == (True, "waiting", "new")
    found = await ledger.get(recorded.id)
    assert found is not None
    assert (found.body, found.origin, found.person) == (body, {"team": "T1"}, "U1")
    assert (found.received_at, found.due, found.not_before) == (at, entry.due, entry.not_before)
    assert (found.position, found.attempts, found.progress, found.outcome) == (entry.position, 0, {}, None)


async def test_what_comes_together_is_stored_as_what_comes_alone(ledger: Ledger) -> None:
    """Rows that share a statement keep their own values, to the microsecond."""
    at = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
    entries = [
        NewEntry(
            key=f"k{number}",
            lane=f"AB-{number % 3}",
            kind="action",
            body={"text": f"Zürich \0 \ud800 '\"{number}"},
            origin={"n": number},
            person=f"U{number}" if number % 2 else None,
            same=f"s{number}" if number % 5 else None,
            received_at=at + timedelta(microseconds=number),
            due=at if number % 7 == 0 else None,
            position=1772366400.000100 + number / 1_000_000 if number % 4 == 0 else None,
        )
        for number in range(75)
    ]
    answers = await asyncio.gather(*[ledger.record([entry]) for entry in entries])
    assert all(answer.new for [answer] in answers)

    for entry, [answer] in zip(entries, answers, strict=True):
        found = await ledger.get(answer.id)
        assert found is not None
        assert (found.key, found.lane, found.body, found.origin) == (entry.key, entry.lane, entry.body, entry.origin)
        assert (found.person, found.received_at, found.due) == (entry.person, entry.received_at, entry.due)
        assert entry.position is None or found.position == entry.position


async def test_a_key_is_recorded_once_however_many_bring_it_at_once(ledger: Ledger) -> None:
    answers = await asyncio.gather(*[ledger.record([new(f"k{n % 5}")]) for n in range(200)])
    assert sum(answer[0].new for answer in answers) == 5
    assert len({answer[0].id for answer in answers}) == 5
    assert {answer[0].why for answer in answers if not answer[0].new} == {"key"}
    assert len(await ledger.find()) == 5


async def test_a_key_repeated_inside_one_call_is_recorded_once(ledger: Ledger) -> None:
    first, second = await ledger.record([new("k"), new("k", "AB-2")])
    assert first.new
    assert not second.new
    assert first.id == second.id


async def test_the_same_words_within_five_seconds_are_one_entry(ledger: Ledger) -> None:
    answers = await asyncio.gather(*[ledger.record([new(f"k{n}", same="words")]) for n in range(40)])
    assert sum(answer[0].new for answer in answers) == 1
    assert {answer[0].why for answer in answers if not answer[0].new} == {"same"}
    assert {answer[0].id for answer in answers} == {answers[0][0].id}


@pytest.mark.parametrize(("seconds", "is_new"), [(4.9, False), (5.1, True)])
async def test_sameness_ends_after_five_seconds(ledger: Ledger, seconds: float, is_new: bool) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    await ledger.record([new("first", same="words", received_at=at)])
    [again] = await ledger.record([new("second", same="words", received_at=at + timedelta(seconds=seconds))])
    assert again.new is is_new


@pytest.mark.parametrize(
    ("state", "is_new"), [("done", False), ("rejected", True), ("failed", True), ("unknown", True)]
)
async def test_only_what_is_under_way_or_done_counts_as_the_same(ledger: Ledger, state: Any, is_new: bool) -> None:
    async def perform(*_: Any) -> Settle:
        return Settle(state=state, outcome={})

    at = datetime.now(UTC)
    [first] = await ledger.record([new("first", same="words", received_at=at)])
    async with working(ledger, perform):
        await settled(ledger, first.id)
    [again] = await ledger.record([new("second", same="words", received_at=at)])
    assert again.new is is_new


@pytest.mark.parametrize(
    ("state", "is_new"), [("done", False), ("unknown", False), ("rejected", True), ("failed", True)]
)
async def test_a_refused_entry_gives_its_key_up(ledger: Ledger, state: Any, is_new: bool) -> None:
    async def perform(*_: Any) -> Settle:
        return Settle(state=state, outcome={})

    [first] = await ledger.record([new("k")])
    async with working(ledger, perform):
        await settled(ledger, first.id)
    [again] = await ledger.record([new("k")])
    assert again.new is is_new
    assert (again.id == first.id) is not is_new


async def test_a_key_that_is_taken_again_stays_taken(ledger: Ledger) -> None:
    """The refused form comes back corrected under its key: the old one cannot be revived beside it."""
    [first] = await ledger.record([new("k")])
    assert await ledger.discard(first.id, by="U1")
    assert await ledger.retry(first.id), "the key is free, so it may come back"
    assert await ledger.discard(first.id, by="U1")
    [second] = await ledger.record([new("k")])
    assert second.new
    assert not await ledger.retry(first.id)


@pytest.mark.parametrize(("value", "error"), [(float("nan"), ValueError), (object(), TypeError)])
async def test_one_entry_that_cannot_be_stored_does_not_fail_its_neighbours(
    ledger: Ledger, value: object, error: type[Exception]
) -> None:
    """They share a transaction, and that is nobody's business."""
    bad = NewEntry(key="bad", lane="AB-1", kind="action", body={"n": value})
    answers = await asyncio.gather(
        *[ledger.record([new(f"k{n}")]) for n in range(20)],
        ledger.record([bad]),
        *[ledger.record([new(f"m{n}")]) for n in range(20)],
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers].count(error) == 1
    assert len(await ledger.find(limit=1000)) == 40


async def test_what_is_kept_and_what_is_recorded_come_together_or_not_at_all(ledger: Ledger) -> None:
    from bot.ledger import Kept

    await ledger.record([new("k")], keep=[Kept("drafts", "d", {"subject": "printer"})])
    assert await ledger.kept("drafts", "d") == {"subject": "printer"}
    with pytest.raises(ValueError, match="not JSON compliant"):
        await ledger.record([new("m")], keep=[Kept("drafts", "bad", float("inf"))])
    assert [entry.key for entry in await ledger.find()] == ["k"]


@pytest.mark.parametrize("field", ["key", "lane"])
@pytest.mark.parametrize("text", ["x" * 501, "nul\0"])
def test_names_that_a_database_would_refuse_are_refused_at_once(field: str, text: str) -> None:
    with pytest.raises(ValueError, match=field):
        new(**{"key": "k", field: text})


async def test_finding_by_state_kind_person_lane_and_time(ledger: Ledger) -> None:
    async def perform(*_: Any) -> Settle:
        return done()

    old = datetime(2026, 1, 1, tzinfo=UTC)
    recorded = await ledger.record(
        [
            new("a", person="U1", received_at=old),
            new("b", person="U2", lane="AB-2"),
            new("c", person="U1", kind="delivery"),
        ]
    )
    ids = [its.id for its in recorded]
    async with working(ledger, {"action": perform}):
        await settled(ledger, ids[0])
        await settled(ledger, ids[1])

    async def keys(**where: Any) -> list[str]:
        return [entry.key for entry in await ledger.find(**where)]

    assert await keys() == ["c", "b", "a"]
    assert await keys(states=["done"]) == ["b", "a"]
    assert await keys(states=["waiting", "unsure"]) == ["c"]
    assert await keys(kind="action", person="U1") == ["a"]
    assert await keys(lane="AB-2") == ["b"]
    assert await keys(since=datetime(2026, 2, 1, tzinfo=UTC)) == ["c", "b"]
    assert await keys(until=datetime(2026, 2, 1, tzinfo=UTC)) == ["a"]
    assert await keys(before_id=ids[2], limit=1) == ["b"]
    assert await keys(after_id=0, limit=2) == ["a", "b"]
    assert await keys(key="b") == ["b"]
