"""What holds for any phrase, any zone and any moment."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from bot.when import WhenError, understand, understand_past
from bot.when.errors import CODES
from bot.when.tokens import LONGEST
from bot.when.words import VOCABULARY
from tests.when.test_phrases import NOW, ours

ZONES = (
    "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Apia",
    "America/St_Johns", "Africa/Casablanca", "America/Sao_Paulo", "Asia/Tehran", "Pacific/Chatham", "Etc/UTC",
    "Antarctica/Troll", "America/Asuncion", "Africa/Cairo", "Pacific/Kiritimati",
)  # fmt: skip
STYLES = (
    "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%z", "%Y%m%dT%H%M%S", "%d %B %Y %H:%M",
    "%B %d, %Y at %I:%M %p",
    "%A %d %B %Y %H:%M", "%a, %d %b %Y %H:%M:%S %z", "%H:%M on %d %b %Y", "%I:%M%p, %b %d %Y", "%d-%b-%Y %H:%M",
    "%I.%M%p %d %B %Y", "%a %b %d %H:%M:%S %Y", "%Y/%m/%d at %H:%M",
)  # fmt: skip

zones = st.sampled_from(ZONES)
instants = st.integers(min_value=1_767_225_600, max_value=2_082_758_400 - 60).map(
    lambda second: datetime.fromtimestamp(second // 60 * 60, UTC)
)
accepted = [phrase for phrase, meaning in ours() if meaning not in {"refuse", "warn"}]


@given(zones, instants, instants, st.sampled_from(STYLES))
@settings(max_examples=300, deadline=None)
def test_a_formatted_instant_comes_back(zone: str, now: datetime, then: datetime, style: str) -> None:
    """An instant written out in any style is understood as the same minute, or with a warning where clocks repeat."""
    assume(then > now)
    wall = then.astimezone(ZoneInfo(zone))
    moment = understand(wall.strftime(style), now=now, tz=zone)
    assert moment.at == then or (moment.warnings and "twice" in moment.warnings[0])


@given(
    st.sampled_from(accepted), st.integers(min_value=0, max_value=12), st.text("bcdfghjklqvxz", min_size=3, max_size=9)
)
@settings(max_examples=300, deadline=None)
def test_an_added_unknown_word_is_refused(phrase: str, place: int, word: str) -> None:
    """No word is ever skipped: one that the language does not have makes the phrase unreadable, wherever it stands."""
    assume(word not in VOCABULARY and word not in {"hkt", "gst", "jst", "kst", "brt"})
    words = phrase.split(" ")
    words.insert(min(place, len(words)), word)
    with pytest.raises(WhenError):
        understand(" ".join(words), now=NOW, tz="Europe/London")


@given(
    st.sampled_from(
        [
            "friday",
            "next friday",
            "tomorrow",
            "monday 9am",
            "next week",
            "in 3 days",
            "3 working days",
            "a week on friday",
        ]
    ),
    st.integers(min_value=1, max_value=300),
    zones,
    instants,
)
@settings(max_examples=200, deadline=None)
def test_moving_now_by_weeks_keeps_the_weekday(phrase: str, weeks: int, zone: str, now: datetime) -> None:
    """Said whole weeks later, at the same time of day, a phrase means the same weekday."""
    here = now.astimezone(ZoneInfo(zone))
    later = (here.replace(tzinfo=None) + timedelta(weeks=weeks)).replace(tzinfo=ZoneInfo(zone))
    assume(later.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == later.replace(tzinfo=None))
    first, second = understand(phrase, now=here, tz=zone), understand(phrase, now=later, tz=zone)
    assume(not first.warnings and not second.warnings)
    assert first.at.weekday() == second.at.weekday()
    assert first.at.time() == second.at.time()


PIECES = st.one_of(
    st.sampled_from(sorted(VOCABULARY)),
    st.sampled_from(
        ["3", "31", "2027", "0930", "25", "99:99", "12:30", "1/2", "29/2", "7.6", "30-40", "4-22", "2027-02-30", "9am",
         "5p",
         "1st", "31st", "99th", "+", "-", ",", "'", '"', "(", ")", "@", "utc", "+05:30", "-0800", "est", "europe/paris",
         "etc/../../x", "½", "١", "𝟗", "\x00", "o'clock", "t", "9999-12-31", "0000-00-00", "99999999999", "1e9", "🕐"]
    ),
    st.text(max_size=6),
)  # fmt: skip


SIGNS = (
    "3", "31", "2027", "0930", "25", "99:99", "12:30", "1/2", "29/2", "7.6", "30-40", "4-22",
    "9am", "5p", "1st", "31st",
    "+", "-", ",", "'", '"', "(", ")", "@", "utc", "est", "+05:30",
)  # fmt: skip


def sound(text: str, now: datetime, zone: str) -> None:
    try:
        moment = understand(text, now=now, tz=zone)
    except WhenError as error:
        refused = error
    else:
        assert moment.at > now
        assert moment.at.tzinfo is not None
        return
    assert refused.code in CODES
    assert refused.message


@given(st.lists(PIECES, max_size=9).map(" ".join), zones, instants)
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example("9999-12-31 in 3 days", "Etc/UTC", NOW)
@example("9999-12-31 23:59", "America/New_York", NOW)
def test_nothing_but_its_own_error(text: str, zone: str, now: datetime) -> None:
    """Whatever is typed is understood as something ahead, or refused with a known code."""
    sound(text, now, zone)


@given(st.lists(PIECES, max_size=9).map(" ".join), zones, instants)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example("29 february", "Etc/UTC", NOW)
def test_what_has_happened_is_behind(text: str, zone: str, now: datetime) -> None:
    """Whatever is typed is understood as something that has been, or refused with a known code."""
    try:
        moment = understand_past(text, now=now, tz=zone)
    except WhenError as error:
        refused = error
    else:
        assert moment.at <= now or datetime.fromisoformat(text.strip())
        return
    assert refused.code in CODES


@pytest.mark.slow
@pytest.mark.parametrize("strings", [15_000, pytest.param(100_000, marks=pytest.mark.exhaustive)])
def test_strings_of_its_own_words(strings: int) -> None:
    """The same for the language's own words, at random but repeatable."""
    from random import Random

    random = Random(6)
    pieces = [*VOCABULARY, *SIGNS]
    for _ in range(strings):
        sound(" ".join(random.choices(pieces, k=random.randint(1, 9))), NOW, "Europe/London")


@given(st.text(min_size=LONGEST + 1, max_size=5000))
@settings(max_examples=50)
def test_too_long_is_refused_early(text: str) -> None:
    assume(len(text.strip()) > LONGEST)
    with pytest.raises(WhenError):
        understand("9 " * 200 + text, now=NOW, tz="Etc/UTC")
