"""What keeps threads and tickets the same, as operators meet it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.actions import Ticket
from bot.app.watching import lines, resync, stay, unwatched
from bot.ledger import Ledger, LedgerError
from bot.mirror.entries import watch
from bot.mirror.links import Link, Thread, linking
from tests.ledger.conftest import eventually

DESKS = ("support", "social")


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    """One in which two helpdesks are watched, and a ticket of one is linked."""
    opened = await Ledger.open(f"sqlite:///{tmp_path}/ledger.db", state_dir=tmp_path)
    await opened.record([watch(name) for name in DESKS])
    thread = Thread(channel="C0SUPPORT", ts="1700000000.000100")
    await opened.keep(*linking(Link(thread=thread, ticket=Ticket(helpdesk="support", ref="AB-123456"), since=0)))
    yield opened
    await opened.close()


NOT_THERE = {
    "NOPE-1": "NOPE-1 is not linked to any thread.",
    "AB-12345": "AB-12345 is not linked to any thread.",
    " #4711 ": "#4711 is not linked to any thread.",
    "social:AB-123456": "social:AB-123456 is not linked to any thread.",
    "nonesuch:AB-123456": "There is no helpdesk «nonesuch»; there are: social, support.",
}


@pytest.mark.parametrize(("said", "answer"), NOT_THERE.items(), ids=list(NOT_THERE))
async def test_what_is_not_linked_is_said_and_nothing_is_recorded(ledger: Ledger, said: str, answer: str) -> None:
    """An operator must not take silence for a comparison."""
    with pytest.raises(LedgerError) as refused:
        await resync(ledger, said)

    assert str(refused.value) == answer
    assert {entry.kind for entry in await ledger.find()} == {"watch"}


@pytest.mark.parametrize("said", ["AB-123456", "#ab-123456", "support:AB-123456", " support:#ab-123456", None, ""])
async def test_what_is_linked_is_found_as_people_type_it(ledger: Ledger, said: str | None) -> None:
    """And looked at; nobody works here, so it takes forever."""
    comparing = asyncio.create_task(resync(ledger, said))

    async def looks() -> list[str]:
        return [entry.lane for entry in await ledger.find(kind="look")]

    assert await eventually(looks) == ["look:support:AB-123456"]
    comparing.cancel()


def test_where_nothing_is_linked_that_is_said() -> None:
    """To people; a program gets no line."""
    assert lines([], as_json=False) == ["No ticket is linked to a thread."]
    assert lines([], as_json=True) == []


async def test_a_helpdesk_whose_watching_was_ended_is_watched_again(ledger: Ledger) -> None:
    """Without a start; the other's entry is left as it is."""
    kept, gone = [entry for name in DESKS for entry in [await ledger.live(f"watch:{name}")] if entry]
    await ledger.discard(gone.id, "test")
    assert await unwatched(ledger, DESKS) == ["social"]
    staying = asyncio.create_task(stay(ledger, DESKS, every=0.01))

    async def again() -> bool:
        return await unwatched(ledger, DESKS) == []

    assert await eventually(again)
    staying.cancel()
    entries = await ledger.find(kind="watch", states=["waiting"])
    assert kept.id in {entry.id for entry in entries}
    assert len(entries) == len(DESKS)
