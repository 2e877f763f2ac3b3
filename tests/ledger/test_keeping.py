"""What is kept beside the entries, what entries hold in the helpdesk, and what is deleted when."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from bot.ledger import Claim, Entry, HeldElsewhere, Kept, Later, Ledger, Settle, Settlement
from bot.ledger.statements import KEPT_UNDER
from tests.ledger.conftest import done, eventually, new, settled, working


async def test_kept_things_are_there_until_they_expire_or_are_forgotten(ledger: Ledger) -> None:
    now = datetime.now(UTC)
    await ledger.keep(
        Kept("urls", "a", "https://hooks.example/a", now + timedelta(hours=1)),
        Kept("urls", "b", "https://hooks.example/b", now - timedelta(seconds=1)),
        Kept("urls", "a%", 0),
        Kept("links", "a", {"ticket": "AB-1"}),
    )
    assert await ledger.kept("urls", "a") == "https://hooks.example/a"
    assert await ledger.kept("urls", "b") is None
    assert await ledger.kept_all("urls") == {"a": "https://hooks.example/a", "a%": 0}
    assert await ledger.kept_all("urls", "a%") == {"a%": 0}
    await ledger.keep(Kept("links", "a", {"ticket": "AB-2"}))
    assert await ledger.kept("links", "a") == {"ticket": "AB-2"}
    await ledger.forget("links", "a")
    assert await ledger.kept("links", "a") is None


async def test_a_prefix_is_compared_letter_by_letter(ledger: Ledger) -> None:
    """Whatever language the database sorts in; in the order of their characters."""
    stems = [
        "a",
        "A",
        "a/",
        "a%",
        "a_",
        "a-",
        "aa",
        "ä",
        "a\u0308",
        "z",
        "é",
        "\ud7ff",
        "\ue000",
        "\uffff",
        "\U0001f600",
    ]
    stems += ["\U0010ffff", "\U0010ffff\U0010ffff", "a\U0010ffff", "b"]
    keys = {stem + end for stem in stems for end in ("", "1", "z", "\U0010ffff")}
    await ledger.keep(*[Kept("links", key, key) for key in keys], Kept("linkz", "a", 0))
    for prefix in ("", *stems, "0", "a\U0010ffff\U0010ffff"):
        assert list(await ledger.kept_all("links", prefix)) == sorted(key for key in keys if key.startswith(prefix))


async def test_an_index_finds_what_begins_alike(ledger: Ledger, url: str) -> None:
    """With thousands of links, one look at a ticket reads its own and no others."""
    await ledger.keep(*[Kept("linked", f"support/AB-{number}/C1/1.1", number) for number in range(2000)])
    assert await ledger.kept_all("linked", "support/AB-17/") == {"support/AB-17/C1/1.1": 17}
    params = {"namespace": "linked", "first": "support/AB-17/", "after": "support/AB-170", "now": 0.0}
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            plan = str(file.execute(f"EXPLAIN QUERY PLAN {KEPT_UNDER.sqlite}", params).fetchall())
        assert "(namespace=? AND key>? AND key<?)" in plan
        assert "TEMP B-TREE" not in plan
    else:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("ANALYZE kept")
            plan = str(server.execute(f"EXPLAIN {KEPT_UNDER.postgres}".encode(), params).fetchall())
        assert "Index Scan on kept_prefix" in plan
        assert "key >= 'support/AB-17/'" in plan.split("Index Cond")[1].replace("(key)::text", "key")


async def test_of_many_that_compare_and_keep_one_wins(ledger: Ledger) -> None:
    first = await asyncio.gather(*[ledger.compare_and_keep("token", "t", None, {"by": n}) for n in range(20)])
    assert first.count(True) == 1
    old = await ledger.kept("token", "t")
    second = await asyncio.gather(*[ledger.compare_and_keep("token", "t", old, {"next": n}) for n in range(20)])
    assert second.count(True) == 1
    assert not await ledger.compare_and_keep("token", "t", old, {})


async def test_an_expired_value_compares_as_nothing(ledger: Ledger) -> None:
    await ledger.keep(Kept("token", "t", 1, datetime.now(UTC) - timedelta(seconds=1)))
    assert not await ledger.compare_and_keep("token", "t", 1, 2)
    assert await ledger.compare_and_keep("token", "t", None, 2)
    assert await ledger.kept("token", "t") == 2


async def test_what_follows_comes_with_the_result(ledger: Ledger) -> None:
    """The delivery, what is kept and what is forgotten are there as soon as the entry is seen settled."""

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        return Settle(
            state="done",
            outcome={},
            then=(new("delivery", "C1", kind="delivery"), new("seen", "C1", kind="delivery")),
            keep=(Kept("links", "1.5", "AB-1"),),
            forget=(("drafts", "d"),),
        )

    await ledger.keep(Kept("drafts", "d", {}))
    its, _ = await ledger.record([new("create"), new("seen", "C1", kind="delivery")])
    async with working(ledger, perform):
        await settled(ledger, its.id)
        assert sorted(entry.key for entry in await ledger.find(kind="delivery")) == ["delivery", "seen"]
        assert await ledger.kept("links", "1.5") == "AB-1"
        assert await ledger.kept("drafts", "d") is None


async def test_a_result_that_cannot_be_written_whole_is_not_written_at_all(ledger: Ledger) -> None:
    """A delivery with a NaN in it fails; then the entry may not be settled without it either."""

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        return Settle(state="done", outcome={}, then=(new("bad", "C1", body={"n": float("nan")}),))

    [its] = await ledger.record([new("k")])
    async with working(ledger, perform, on_bug=lambda _, error: Settle("failed", {"bug": type(error).__name__})):
        entry = await settled(ledger, its.id)
    assert (entry.state, entry.outcome) == ("failed", {"bug": "ValueError"})
    assert [found.key for found in await ledger.find()] == ["k"]


async def test_only_what_no_other_entry_holds_can_be_adopted(ledger: Ledger) -> None:
    """Two replies «ok» stay two."""
    seen: dict[str, set[str]] = {}
    refused: list[str] = []

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        seen[entry.key] = await claim.held(["update/7", "update/8"])
        if entry.key == "third":
            try:
                await claim.save({"adopting": 7}, ["update/7"])
            except HeldElsewhere:
                refused.append(entry.key)
        if entry.key == "second":
            await claim.save({}, ["update/8"])
            await claim.save({}, ["update/8"])
            seen["second, later"] = await claim.held(["update/7", "update/8"])
        return Settle(state="done", outcome={}, holds=("update/7",))

    recorded = await ledger.record([new(key) for key in ("first", "second", "third")])
    async with working(ledger, perform):
        await settled(ledger, recorded[-1].id)
    assert seen == {
        "first": set(),
        "second": {"update/7"},
        "second, later": {"update/7"},
        "third": {"update/7", "update/8"},
    }
    assert refused == ["third"]


async def test_pruning_takes_what_is_long_over_and_nothing_else(ledger: Ledger) -> None:
    async def perform(entry: Entry, claim: Claim) -> Settlement:
        if entry.key == "waiting":
            return Later(at=datetime.now(UTC) + timedelta(hours=1), note={})
        return Settle(state="done", outcome={}, holds=(f"update/{entry.key}",))

    recorded = []
    for start in range(0, 1200, 100):
        recorded += await ledger.record([new(f"k{n}", f"L{n}") for n in range(start, start + 100)])
    await ledger.record([new("waiting", "other")])
    await ledger.keep(Kept("urls", "old", 1, datetime.now(UTC) - timedelta(seconds=1)), Kept("urls", "new", 1))
    async with working(ledger, perform):
        await eventually(lambda: ledger.find(states=["done"], before_id=recorded[-1].id + 1, limit=1))

        async def all_done() -> bool:
            return (await ledger.stats()).counts.get(("done", "action")) == 1200

        await eventually(all_done)
    assert await ledger.prune(timedelta(hours=1)) == 0
    assert await ledger.prune(timedelta(0)) == 1200
    assert [entry.key for entry in await ledger.find()] == ["waiting"]
    [again] = await ledger.record([new("k1")])
    assert again.new
    assert again.id > recorded[-1].id, "an id is never given again"
    adopted: set[str] = {"not asked"}

    async def ask(entry: Entry, claim: Claim) -> Settlement:
        nonlocal adopted
        adopted = await claim.held(["update/k1", "update/k2"])
        return done()

    async with working(ledger, ask):
        await settled(ledger, again.id)
    assert adopted == set()


async def test_who_waits_long_is_told_once(ledger: Ledger) -> None:
    old = datetime.now(UTC) - timedelta(minutes=5)
    its, *_ = await ledger.record(
        [
            new("old", received_at=old),
            new("new"),
            new("delivery", received_at=old, kind="delivery"),
            new("scheduled", received_at=old, due=datetime.now(UTC) + timedelta(days=1)),
        ]
    )
    assert [entry.id for entry in await ledger.overdue(timedelta(minutes=1))] == [its.id]
    told = await asyncio.gather(*[ledger.mark_told(its.id) for _ in range(5)])
    assert sorted(told, key=len) == [set()] * 4 + [{its.id}]
    assert await ledger.overdue(timedelta(minutes=1)) == []


async def test_stats_say_what_waits_and_for_how_long(ledger: Ledger) -> None:
    assert (await ledger.stats()).oldest_waiting == 0
    old = datetime.now(UTC) - timedelta(minutes=5)
    await ledger.record([new("a", received_at=old), new("b"), new("c", "AB-2", kind="delivery")])
    await ledger.record([new("d", "AB-3", received_at=old, due=datetime.now(UTC) + timedelta(days=1))])
    stats = await ledger.stats()
    assert stats.counts == {("waiting", "action"): 3, ("waiting", "delivery"): 1}
    assert stats.lanes_waiting == 2
    assert 300 <= stats.oldest_waiting < 400


async def test_keeping_refuses_a_naive_instant(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="zone"):
        await ledger.keep(Kept("urls", "a", 1, datetime(2026, 1, 1)))  # noqa: DTZ001 - that is what is refused
