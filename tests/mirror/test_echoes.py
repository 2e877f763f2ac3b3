"""What the bot did itself is no news where it was seen; what may be its own is held back until that is known."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.ledger import Kept, Settle
from bot.outcomes import Scheduled
from tests.mirror.conftest import INTERNAL, SUPPORT, Mirror


async def test_what_the_bot_changed_is_left_out(mirror: Mirror) -> None:
    """What somebody else changed at the same time is not, nor the same field when it changes again.

    A category that was given by its number is called something else.
    """
    await mirror.link()
    await mirror.look()
    entry = await mirror.acted("a")
    set_to = {"status": {"id": "2", "name": "Resolved"}, "category": {"id": "99", "name": "99"}}
    decided = {"decided": {"kind": "update", **set_to}, "update": {"result": {}}}

    async def perform(*_: object) -> Settle:
        return Settle(state="done", outcome={}, progress=decided)

    await mirror.work(entry.id, perform)
    mirror.desk.properties |= {"status": "Resolved", "priority": "Low", "category": "Tills"}
    await mirror.look()
    mirror.desk.properties |= {"status": "New"}
    await mirror.look()
    mirror.desk.properties |= {"status": "Resolved"}
    await mirror.look()
    assert await mirror.texts() == ["priority: Normal → Low", "status: Resolved → New", "status: New → Resolved"]


async def test_what_somebody_made_of_it_is_told(mirror: Mirror) -> None:
    """The bot set one thing, and before anybody looked somebody set another."""
    await mirror.link()
    await mirror.look()
    entry = await mirror.acted("a")

    async def perform(*_: object) -> Settle:
        return Settle(state="done", outcome={}, progress={"decided": {"status": {"id": "2", "name": "Resolved"}}})

    await mirror.work(entry.id, perform)
    mirror.desk.properties |= {"status": "On hold"}
    await mirror.look()
    assert await mirror.texts() == ["status: New → On hold"]


async def test_the_bots_own_words_do_not_come_back(mirror: Mirror) -> None:
    """To the thread that they came from; other threads of the ticket hear them."""
    here, there = await mirror.link(SUPPORT, "1.1"), await mirror.link(SUPPORT, "2.2")
    elsewhere = await mirror.link(INTERNAL, "3.3")
    await mirror.look()
    said = await mirror.acted("said", origin={"channel": SUPPORT, "thread": "1.1"})
    typed = await mirror.acted("typed", origin={"channel": SUPPORT})

    async def perform(entry: object, _: object) -> Settle:
        update = "update:1" if getattr(entry, "id", 0) == said.id else "update:2"
        return Settle(state="done", outcome={}, holds=(update,))

    await mirror.work(typed.id, perform)
    mirror.desk.write("said in the thread", staff=True)
    mirror.desk.write("by a command", staff=True)
    await mirror.look()
    assert await mirror.texts(here) == []
    assert await mirror.texts(there) == ["said in the thread"]
    assert await mirror.texts(elsewhere) == ["said in the thread", "by a command"]


async def test_what_may_be_the_bots_own_is_held_back(mirror: Mirror) -> None:
    """As long as it is on its way and its id unknown; the rest goes on; in the end it is told or is known."""
    await mirror.link()
    await mirror.look()
    entry = await mirror.acted("a", body={"form": {"values": {"message": "We are  on it"}}})
    mirror.desk.write("We are on it", staff=True)
    mirror.desk.write("Anybody there?")
    await mirror.look()
    assert await mirror.texts() == ["Anybody there?"]
    again = await mirror.ledger.find(lane="look:support:AB-1", states={"waiting"})
    assert [each.due is not None for each in again] == [True]

    await mirror.ledger.discard(entry.id, "test")
    await mirror.look()
    assert await mirror.texts() == ["Anybody there?", "We are on it"]


@pytest.mark.parametrize("body", [{"command": {"action": "followup"}}, {"form": {"action": "followup", "values": {}}}])
async def test_a_follow_up_that_may_be_the_bots_own_is_held_back(mirror: Mirror, body: dict[str, Any]) -> None:
    """While the bot makes one and does not know its id; then it is known, and another is told."""
    mirror.desk.scheduled = []
    await mirror.link()
    await mirror.look()
    entry = await mirror.acted("a", body=body)
    mirror.desk.scheduled = [Scheduled(id="1", does=("note",)), Scheduled(id="2", by="Priya", does=("Resolved",))]
    await mirror.look()
    assert await mirror.texts() == []

    async def perform(*_: object) -> Settle:
        return Settle(state="done", outcome={}, holds=("followup:1",))

    await mirror.work(entry.id, perform)
    await mirror.look()
    await mirror.look()
    assert await mirror.texts() == ["Resolved"]


async def test_one_look_is_asked_for_however_often_is_looked(mirror: Mirror) -> None:
    """And what nobody ever settles is told in the end."""
    await mirror.link()
    await mirror.look()
    await mirror.acted("a", body={"form": {"values": {"message": "We are on it"}}})
    mirror.desk.write("We are on it", staff=True)
    for _ in range(4):
        await mirror.look()
    waiting = await mirror.ledger.find(lane="look:support:AB-1", states={"waiting"})
    assert len([each for each in waiting if each.due]) == 1
    assert await mirror.texts() == []

    kept = await mirror.ledger.kept("mirrored", "support/AB-1") or {}
    kept["held"]["since"]["update:1"] -= 930
    await mirror.ledger.keep(Kept("mirrored", "support/AB-1", kept))
    await mirror.look()
    await mirror.look()
    assert await mirror.texts() == ["We are on it"]


async def test_what_is_for_later_holds_nothing_back(mirror: Mirror) -> None:
    """A follow-up of next week with the same words."""
    later = datetime.now(UTC) + timedelta(days=7)
    await mirror.acted("a", body={"form": {"values": {"message": "Any news for us?"}}}, due=later)
    await mirror.link()
    await mirror.look()
    mirror.desk.write("Any news for us?")
    await mirror.look()
    assert await mirror.texts() == ["Any news for us?"]


async def test_what_came_to_nothing_hides_no_change(mirror: Mirror) -> None:
    """It was rejected, and then somebody did the same."""
    await mirror.link()
    await mirror.look()
    entry = await mirror.acted("a")

    async def perform(*_: object) -> Settle:
        return Settle(state="rejected", outcome={}, progress={"decided": {"status": {"id": "2", "name": "Resolved"}}})

    await mirror.work(entry.id, perform)
    mirror.desk.properties |= {"status": "Resolved"}
    await mirror.look()
    assert await mirror.texts() == ["status: New → Resolved"]


async def test_what_ends_during_a_look_is_no_news_in_the_next(mirror: Mirror) -> None:
    """The ticket was read before it was changed, and then the entry was over already; one that was long scheduled,
    too."""
    await mirror.link()
    soon = datetime.now(UTC) + timedelta(seconds=2)
    scheduled = await mirror.acted("scheduled", due=soon)
    await mirror.look()
    await mirror.look()
    entry = await mirror.acted("a")
    status = {"decided": {"status": {"id": "2", "name": "Resolved"}}}
    team = {"decided": {"team": {"id": "3", "name": "Second"}}}

    async def perform(done: object, _: object) -> Settle:
        mine = getattr(done, "id", 0) == scheduled.id
        return Settle(state="done", outcome={}, progress=team if mine else status)

    async def meanwhile() -> None:
        await mirror.work(entry.id, perform)

    mirror.desk.after_show = meanwhile
    await mirror.look()
    mirror.desk.after_show = None
    mirror.desk.properties |= {"status": "Resolved"}
    await mirror.look()
    await mirror.work(scheduled.id, perform)
    mirror.desk.properties |= {"team": "Second"}
    await mirror.look()
    assert await mirror.told() == []


async def test_a_word_in_common_holds_nothing_back(mirror: Mirror) -> None:
    """«reply» is in every entry that replies."""
    await mirror.link()
    await mirror.look()
    await mirror.acted("a", body={"form": {"action": "reply", "values": {"message": "ok"}}})
    mirror.desk.write("Please reply")
    mirror.desk.write("it is ok")
    await mirror.look()
    assert await mirror.texts() == ["Please reply", "it is ok"]


async def test_nobody_is_told_in_private_what_they_did(mirror: Mirror) -> None:
    """Where one person reads alone."""
    thread = await mirror.link("D0PRIYA")
    mirror.channels.partners["D0PRIYA"] = "priya@example.com"
    await mirror.look()
    mirror.desk.write("mine", staff=True, email="Priya@example.com")
    mirror.desk.write("theirs", staff=True, email="adam@example.com")
    await mirror.look()
    assert await mirror.texts(thread) == ["theirs"]
