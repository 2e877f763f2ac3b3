"""Every phrase of two tables means what people mean: ours, judged by hand, and the sampled suites where present."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.when import Moment, WhenError, understand

NOW = datetime.fromisoformat("2026-11-24T10:15+00:00")
LONDON = ZoneInfo("Europe/London")
HELDOUT = Path(__file__).with_name("heldout.txt")
SAMPLED = Path(__file__).resolve().parents[3] / "shared" / "test-data" / "followup-times.jsonl"


def ours() -> Iterator[tuple[str, str]]:
    for line in HELDOUT.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            phrase, _, meaning = line.rpartition("|")
            yield phrase.strip(), meaning.strip()


def sampled() -> list[dict[str, Any]]:
    if not SAMPLED.exists():
        return []
    return [json.loads(line) for line in SAMPLED.read_text(encoding="utf-8").splitlines()]


def attempt(text: str, now: datetime, tz: str) -> Moment | None:
    try:
        return understand(text, now=now, tz=tz)
    except WhenError:
        return None


@pytest.mark.parametrize(("phrase", "meaning"), list(ours()))
def test_ours(phrase: str, meaning: str) -> None:
    """A day, a minute, a warning or a refusal, as judged before it was tried."""
    moment = attempt(phrase, NOW, "Europe/London")
    if meaning == "refuse":
        assert moment is None
    elif meaning == "warn":
        assert moment is None or moment.warnings
    else:
        assert moment is not None
        at = moment.at.astimezone(LONDON)
        assert at.strftime("%Y-%m-%dT%H:%M" if "T" in meaning else "%Y-%m-%d") == meaning


@pytest.mark.skipif(not SAMPLED.exists(), reason="the sampled suites are not beside this checkout")
@pytest.mark.parametrize("row", sampled(), ids=lambda row: row["id"])
def test_sampled(row: dict[str, Any]) -> None:
    """Accepts are right by their grain, rejects are refused, what is ambiguous is refused or carries a warning."""
    moment = attempt(row["text"], datetime.fromisoformat(row["reference"]), row["tz"])
    if row["kind"] == "reject":
        assert moment is None
        return
    if row["kind"] == "ambiguous":
        assert moment is None or moment.warnings
        return
    assert moment is not None
    if row["grain"] == "minute":
        assert moment.at.replace(second=0) == datetime.fromisoformat(row["expected"])
    elif row["grain"] == "day":
        assert moment.at.date().isoformat() == row["expected"]
    else:
        start, end = (datetime.fromisoformat(edge) for edge in row["window"])
        assert start <= moment.at < end


@pytest.mark.parametrize("day", ["2026-11-25", "2026-11-28", "2026-11-29"], ids=["wednesday", "saturday", "sunday"])
@pytest.mark.parametrize("phrase", ["after the weekend", "the day after the weekend", "monday after the weekend"])
def test_the_weekend_is_over_on_monday(phrase: str, day: str) -> None:
    """Of this week, also where it has begun; nothing is left to ask."""
    moment = understand(phrase, now=datetime.fromisoformat(f"{day}T10:00+00:00"), tz="Europe/London")

    assert moment.at.isoformat() == "2026-11-30T09:00:00+00:00"
    assert not moment.warnings


NOT_AHEAD = {
    # what is typed: the code, what is named
    "in -5 minutes": ("past", "“in -5 minutes” is not in the future, and a follow-up has to be."),
    "in minus 2 hours please": ("past", "“in minus 2 hours please” is not in the future"),
    "-1h30m": ("past", "“-1h30m” is not in the future"),
    "in -5": ("past", "“in -5” is not in the future"),
    "in 2-5 minutes": ("unreadable", "I could not read “in 2-5 minutes”."),
    "tomorrow in 2-5 minutes": ("unreadable", "I could not read “in 2-5 minutes” in “tomorrow in 2-5 minutes”."),
    "in -5 apples": ("unreadable", "I could not read “apples” in “in -5 apples”."),
}


@pytest.mark.parametrize(("phrase", "code", "says"), [(phrase, *rest) for phrase, rest in NOT_AHEAD.items()])
def test_what_is_wrong_is_named_as_a_whole(phrase: str, code: str, says: str) -> None:
    """Not the little word that it begins with."""
    with pytest.raises(WhenError) as caught:
        understand(phrase, now=NOW, tz="Europe/London")

    assert caught.value.code == code
    assert caught.value.message.startswith(says)
