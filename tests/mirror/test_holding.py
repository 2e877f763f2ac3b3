"""How long what may be the bot's own is held back, and how often it is looked at meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.mirror.holding import Held, hold

START = datetime(2024, 1, 1, tzinfo=UTC)


def _looks(*, unsure: bool, hours: float) -> list[float]:
    """The seconds at which is looked, if every look happens when it was asked for."""
    held, at, made = Held(), START, [0.0]
    while True:
        asked = at if at > START else None
        held = hold({"update:1": unsure}, held, at, settle_after=25, asked=asked)
        if not held.again or at - START > timedelta(hours=hours):
            return made
        at = datetime.fromtimestamp(held.again, UTC)
        made.append((at - START).total_seconds())


def test_it_is_looked_at_ever_more_rarely_and_told_in_the_end() -> None:
    """While it only waits, until the bot itself has looked up what became of it."""
    made = _looks(unsure=False, hours=30)
    assert made[:8] == [0, 2, 6, 14, 30, 62, 122, 182]
    assert made[-2] < 25 + 15 * 60 <= made[-1]


def test_while_a_person_is_asked_it_is_held_for_a_day() -> None:
    """A look a minute."""
    made = _looks(unsure=True, hours=30)
    assert made[:7] == [0, 2, 6, 14, 30, 62, 122]
    assert 24 * 3600 <= made[-1] < 24 * 3600 + 60
    assert len(made) < 24 * 60 + 10


@pytest.mark.parametrize(
    ("seconds", "again"),
    [
        (0.5, 2.0),  # one is coming
        (1.9, 2.0),
        (2.0, 6.0),  # it has come
        (9.0, 13.0),  # it came late
    ],
)
def test_other_looks_meanwhile_make_no_more_of_them(seconds: float, again: float) -> None:
    """Only one is ever on its way."""
    first = hold({"a": False}, Held(), START, settle_after=25, asked=None)
    later = hold({"a": False}, first, START + timedelta(seconds=seconds), settle_after=25, asked=None)
    assert later.again - START.timestamp() == again


def test_another_text_is_looked_at_soon() -> None:
    """Even if the one before has been held for long."""
    slow = Held(since={"a": START.timestamp() - 50}, pause=60, again=START.timestamp() + 50)
    assert hold({"a": False, "b": False}, slow, START, settle_after=25, asked=None).again == START.timestamp() + 2
    near = slow.model_copy(update={"again": START.timestamp() + 1})
    assert hold({"a": False, "b": False}, near, START, settle_after=25, asked=None).again == near.again


def test_a_clock_that_is_behind_does_not_lose_it() -> None:
    """The look that was asked for came: another is asked for, though this clock says that it is still to come."""
    first = hold({"a": False}, Held(), START, settle_after=25, asked=None)
    due = datetime.fromtimestamp(first.again, UTC)
    again = hold({"a": False}, first, due - timedelta(seconds=1.5), settle_after=25, asked=due)
    assert again.again > first.again


def test_nothing_is_held_of_what_is_not_doubtful() -> None:
    """Nor remembered."""
    first = hold({"a": False}, Held(), START, settle_after=25, asked=None)
    assert hold({}, first, START, settle_after=25, asked=None) == Held()
