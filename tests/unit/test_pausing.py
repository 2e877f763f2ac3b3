"""A helpdesk that asks for a pause gets one: from every request, of every process."""

from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.pausing import LONGEST, UNSAID, Pauses, PausingTransport
from bot.ledger import Ledger


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class Desk(httpx.AsyncBaseTransport):
    """Counts what comes, and refuses it while it is asked to."""

    def __init__(self) -> None:
        self.refuses: dict[str, str] | None = None
        self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.refuses is None:
            return httpx.Response(200, request=request)
        return httpx.Response(429, headers=self.refuses, request=request)


async def _ask(transport: httpx.AsyncBaseTransport) -> tuple[int, str | None]:
    answer = await transport.handle_async_request(httpx.Request("POST", "http://desk.example/"))
    return answer.status_code, answer.headers.get("retry-after")


# What the answer says, and for how many seconds the other requests wait.
SAID = {
    "seconds": ({"retry-after": "7"}, 7.0),
    "nothing": ({}, UNSAID),
    "a day": ({"retry-after": "86400"}, LONGEST),
    "no time": ({"retry-after": "0"}, 0.0),
}


@pytest.mark.parametrize(("headers", "waits"), SAID.values(), ids=list(SAID))
async def test_nothing_is_sent_until_it_is_over(headers: dict[str, str], waits: float) -> None:
    """Meanwhile everybody is answered as the first one was, with what is left."""
    clock, desk = Clock(), Desk()
    transport = PausingTransport(Pauses("desk", clock=clock), desk)
    desk.refuses = headers
    assert await _ask(transport) == (429, headers.get("retry-after"))
    desk.refuses = None

    if waits:
        clock.now += waits - 0.5
        assert await _ask(transport) == (429, "1")
        assert desk.asked == 1
        clock.now += 0.5
    assert await _ask(transport) == (200, None)
    assert desk.asked == 2


@given(st.lists(st.tuples(st.floats(0, 90), st.floats(0, 200)), max_size=12))
async def test_no_pause_is_shortened_by_another(asked: list[tuple[float, float]]) -> None:
    """Of several that were asked for, the one that ends last counts."""
    clock = Clock()
    pauses = Pauses("desk", clock=clock)
    end = clock.now
    for after, seconds in asked:
        clock.now += after
        await pauses.begin(seconds)
        end = max(end, clock.now + min(seconds, LONGEST))
        assert await pauses.left() == max(0.0, end - clock.now)


async def test_other_processes_hear_of_it(postgres_url: str, tmp_path: Path) -> None:
    """Two with a ledger each, over one database: within a second the other sends nothing either; other desks go on."""
    clock = Clock()
    ledgers = [await Ledger.open(postgres_url, state_dir=tmp_path) for _ in range(2)]
    desks = [Desk(), Desk()]
    first, second = (
        PausingTransport(Pauses("desk", ledger=ledger, clock=clock), desk)
        for ledger, desk in zip(ledgers, desks, strict=True)
    )
    elsewhere = PausingTransport(Pauses("other", ledger=ledgers[1], clock=clock), Desk())
    assert await _ask(second) == (200, None)

    desks[0].refuses = {"retry-after": "9"}
    assert await _ask(first) == (429, "9")
    clock.now += 1
    assert await _ask(second) == (429, "8")
    assert await _ask(elsewhere) == (200, None)
    clock.now += 8
    assert await _ask(second) == (200, None)

    assert desks[1].asked == 2
    for ledger in ledgers:
        await ledger.close()


async def test_without_its_ledger_it_goes_on(postgres_url: str, tmp_path: Path) -> None:
    """Who cannot look whether there is a pause asks the helpdesk, and keeps what it says."""
    clock, desk = Clock(), Desk()
    ledger = await Ledger.open(postgres_url, state_dir=tmp_path)
    transport = PausingTransport(Pauses("desk", ledger=ledger, clock=clock), desk)
    await ledger.close()

    assert await _ask(transport) == (200, None)
    desk.refuses = {"retry-after": "5"}
    assert await _ask(transport) == (429, "5")
    desk.refuses = None
    clock.now += 2
    assert await _ask(transport) == (429, "3")
