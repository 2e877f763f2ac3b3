"""Words for something that has happened: what they mean, what is asked about, what is refused."""

from datetime import datetime

import pytest

from bot.when import WhenError, understand, understand_past
from tests.when.test_phrases import LONDON, NOW

MEANS = {  # on Tuesday 24 November 2026 at 10:15
    "yesterday": "2026-11-23T09:00",
    "yesterday 9am": "2026-11-23T09:00",
    "9am yesterday": "2026-11-23T09:00",
    "yesterday evening": "2026-11-23T18:00",
    "yesterday at noon": "2026-11-23T12:00",
    "the day before yesterday 14:30": "2026-11-22T14:30",
    "2 hours ago": "2026-11-24T08:15",
    "an hour and a half ago": "2026-11-24T08:45",
    "20 minutes ago": "2026-11-24T09:55",
    "3 days ago": "2026-11-21T10:15",
    "3 days ago at 9am": "2026-11-21T09:00",
    "a week ago": "2026-11-17T10:15",
    "2 working days ago": "2026-11-20T10:15",
    "last friday 9am": "2026-11-20T09:00",
    "last friday": "2026-11-20T09:00",
    "past friday 14:30": "2026-11-20T14:30",
    "friday 14:30": "2026-11-20T14:30",
    "on friday at 2pm": "2026-11-20T14:00",
    "friday last week 9am": "2026-11-20T09:00",
    "last week on thursday 9am": "2026-11-19T09:00",
    "last night": "2026-11-23T20:00",
    "this morning": "2026-11-24T09:00",
    "today 9am": "2026-11-24T09:00",
    "9:30am": "2026-11-24T09:30",
    "midnight": "2026-11-24T00:00",
    "20 November 10:00": "2026-11-20T10:00",
    "December 24th at noon": "2025-12-24T12:00",
    "20 nov 2025 10:00": "2025-11-20T10:00",
    "the 20th at 10:00": "2026-11-20T10:00",
    "the 28th at 10:00": "2026-10-28T10:00",
    "last friday of october 9am": "2026-10-30T09:00",
    "2026-11-20 10:00": "2026-11-20T10:00",
    "2026-11-20T10:00:00+01:00": "2026-11-20T09:00",
    "2027-01-02 10:00": "2027-01-02T10:00",
    "last friday of november 9am": "2025-11-28T09:00",
}


@pytest.mark.parametrize(("phrase", "at"), MEANS.items(), ids=MEANS)
def test_what_has_been(phrase: str, at: str) -> None:
    """For certain: nothing to be asked about."""
    moment = understand_past(phrase, now=NOW, tz="Europe/London")

    assert moment.at.astimezone(LONDON).strftime("%Y-%m-%dT%H:%M") == at
    assert moment.warnings == ()


ASKED = {
    "last monday 9am": "two readings",
    "tuesday 9am": "Today is Tuesday",
    "yesterday 9": "no am or pm",
    "17:00": "still to come today",
    "3/4 10:00": "was read as",
}


@pytest.mark.parametrize(("phrase", "warned"), ASKED.items(), ids=ASKED)
def test_two_readings_are_asked_about(phrase: str, warned: str) -> None:
    """As they are of what is ahead."""
    moment = understand_past(phrase, now=NOW, tz="Europe/London")

    assert warned in " ".join(moment.warnings)
    assert moment.at <= NOW


@pytest.mark.parametrize(
    "phrase",
    [
        "when pigs fly",
        "",
        "last week",
        "last month",
        "soon",
        "ago",
        "every monday",
        "2 hours ago ago",
        "tomorrow 9am",
        "in 2 hours",
        "december",
        "next friday",
        "today 5pm",
    ],
)
def test_what_is_no_moment(phrase: str) -> None:
    """Refused, with examples of what has been and no word of follow-ups."""
    with pytest.raises(WhenError) as caught:
        understand_past(phrase, now=NOW, tz="Europe/London")

    assert "follow-up" not in caught.value.message
    assert "not in the future" not in caught.value.message
    assert "yesterday 9am" in caught.value.message


@pytest.mark.parametrize("phrase", ["yesterday 9am", "2 hours ago", "last friday 9am"])
def test_what_is_ahead_is_not_found_behind(phrase: str) -> None:
    """A follow-up still has to be in the future."""
    with pytest.raises(WhenError) as caught:
        understand(phrase, now=NOW, tz="Europe/London")

    assert caught.value.code == "past"


def test_clocks_that_change() -> None:
    """Days are counted on the calendar of the zone."""
    monday = datetime.fromisoformat("2026-10-26T08:00+00:00")

    assert understand_past("2 days ago", now=monday, tz="Europe/London").at.isoformat() == "2026-10-24T08:00:00+01:00"
