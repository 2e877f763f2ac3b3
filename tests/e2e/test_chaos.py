"""A short form of `bench.chaos`: everything goes wrong at once, and nothing is lost, doubled, disordered or leaked."""

import random
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from bench.chaos.deeds import Deed, Kind
from bench.chaos.people import Done, Place
from bench.chaos.run import run
from bench.chaos.verdict import World, judge
from tests.conftest import postgres_server

ACTIONS = 300


@pytest.mark.slow
@pytest.mark.xdist_group("chaos")
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.exhaustive)])
def test_nothing_is_lost_doubled_disordered_or_leaked(database: str) -> None:
    """On either database, with the seed printed to repeat a failure."""
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")  # noqa: T201
    if database == "sqlite":
        report = run(ACTIONS, seed, pause=0.02, calm=1.5)
    else:
        with postgres_server() as server:
            report = run(ACTIONS, seed, database_url=server.get_uri(), server=server, pause=0.02, calm=1.5)
    print(report)  # noqa: T201
    assert report.verdict.good, str(report)
    assert sum(report.deeds.values()) == ACTIONS
    assert report.troubles


# The judge itself: that it finds nothing wrong proves nothing unless it finds what is

REF, CHANNEL = "AB-123456", "C0SUPPORT"


def _done(number: int, kind: Kind, ts: str = "") -> Done:
    return Done(Deed(number, kind, 0, soon=True), Place(REF, CHANNEL, "1.0"), ts)


def _update(id_: int, message: str, *, private: bool = False) -> dict[str, Any]:
    return {"id": id_, "ticket": REF, "message": message, "private": private}


def _said(text: str) -> dict[str, Any]:
    return {"bot_id": "B0BOT", "text": text, "blocks": []}


def _world() -> tuple[list[Done], list[dict[str, Any]], list[dict[str, Any]]]:
    """Two answers, a note and two messages of a thread, and all of it where it belongs."""
    done = [
        _done(1, "reply"),
        _done(2, "reply"),
        _done(3, "note"),
        _done(4, "said", "10.000001"),
        _done(5, "said", "10.000002"),
    ]
    updates = [
        _update(1, "text «p-1»"),
        _update(2, "text «p-2»"),
        _update(3, "text «i-3»", private=True),
        _update(4, "said «i-4»", private=True),
        _update(5, "said «i-5»", private=True),
    ]
    shown = [
        _said(f"🌍 <x|{REF}>: answered by Adam.\n> text «p-1»"),
        _said(f"🌍 <x|{REF}>: answered by Adam.\n> text «p-2»"),
        _said(f"🔒 <x|{REF}>: internal note by Adam."),
    ]
    return done, updates, shown


WRONG = {
    "nothing": (lambda _: None, Counter()),
    "an update is lost": (lambda on: on.updates.pop(0), Counter(lost=1)),
    "an update is doubled": (lambda on: on.updates.append(_update(6, "text «i-3»", private=True)), Counter(doubled=1)),
    "a message is lost": (lambda on: on.shown.pop(0), Counter(lost=1)),
    "a message is doubled": (lambda on: on.shown.append(on.shown[0]), Counter(doubled=1)),
    "a note was not told": (lambda on: on.shown.pop(), Counter(lost=1)),
    "a note is told twice": (lambda on: on.shown.append(on.shown[2]), Counter(doubled=1)),
    "commands in the wrong order": (
        lambda on: (on.updates[0].update(id=2), on.updates[1].update(id=1)),
        Counter(disordered=1),
    ),
    "a thread in the wrong order": (
        lambda on: (on.updates[3].update(id=5), on.updates[4].update(id=4)),
        Counter(disordered=1),
    ),
    "a note that the customer sees": (lambda on: on.updates[2].update(private=False), Counter(leaked=1)),
    "a note in the channel": (lambda on: on.shown[2].update(blocks=["«i-3»"]), Counter(leaked=1)),
    "an answer kept inside": (lambda on: on.updates[0].update(private=True), Counter(lost=1)),
}


@pytest.mark.parametrize(("spoil", "expected"), WRONG.values(), ids=WRONG)
def test_the_judge_sees_it(spoil: Any, expected: Counter[str]) -> None:
    """Whatever is wrong is counted where it belongs, and nothing else is."""
    done, updates, shown = _world()
    spoil(SimpleNamespace(updates=updates, shown=shown))
    desk: dict[str, Any] = {"updates": updates, "tickets": [], "followups": [], "outbox": []}
    empty: dict[str, Any] = {"updates": [], "tickets": [], "outbox": []}

    verdict = judge(done, World(desk, empty, {CHANNEL: shown}))

    found = {name: len(getattr(verdict, name)) for name in ("lost", "doubled", "disordered", "leaked")}
    assert Counter({name: count for name, count in found.items() if count}) == expected, str(verdict)
    assert verdict.good is (not expected)
