"""What a team can change, what a working day is, and how clocks that change are answered."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.when import DEFAULT, Moment, Offset, Policy, WhenError, echo, understand
from tests.when.test_phrases import NOW

FRIDAY = datetime.fromisoformat("2026-12-18T16:00+00:00")


def said(phrase: str, policy: Policy = DEFAULT, *, now: datetime = NOW, tz: str = "Europe/London") -> Moment:
    return understand(phrase, now=now, tz=tz, policy=policy)


def at(phrase: str, policy: Policy = DEFAULT, *, now: datetime = NOW, tz: str = "Europe/London") -> str:
    return said(phrase, policy, now=now, tz=tz).at.strftime("%a %Y-%m-%d %H:%M")


def code(phrase: str, policy: Policy = DEFAULT, *, now: datetime = NOW, tz: str = "Europe/London") -> str:
    with pytest.raises(WhenError) as caught:
        said(phrase, policy, now=now, tz=tz)
    return caught.value.code


def test_which_number_is_the_day() -> None:
    assert at("03/04") == "Sat 2027-04-03 09:00"
    assert said("03/04").warnings
    assert at("03/04", Policy(order="month-day")) == "Thu 2027-03-04 09:00"
    assert said("03/04", Policy(order="month-day", order_sure=True)).warnings == ()
    assert code("03/04", Policy(order="refuse")) == "ambiguous"
    assert said("25/12", Policy(order="refuse")).warnings == ()
    assert said("5/5", Policy(order="refuse")).warnings == ()


def test_hours_without_am_or_pm() -> None:
    assert at("tomorrow at 4") == "Wed 2026-11-25 16:00"
    assert at("tomorrow at 7") == "Wed 2026-11-25 07:00"
    assert said("tomorrow at 9").warnings
    assert said("tomorrow at 9", Policy(sure_hours=frozenset({9}))).warnings == ()
    assert at("tomorrow at 7", Policy(afternoon_hours=frozenset(range(1, 8)))) == "Wed 2026-11-25 19:00"
    assert said("tomorrow at 09:00").warnings == ()
    assert said("tomorrow at 17").warnings == ()


def test_default_time_and_parts_of_the_day() -> None:
    policy = Policy(default_time=time(8, 30), parts={"evening": time(19)})
    assert at("tomorrow", policy) == "Wed 2026-11-25 08:30"
    assert at("tomorrow evening", policy) == "Wed 2026-11-25 19:00"
    assert at("tomorrow afternoon", policy) == "Wed 2026-11-25 14:00"
    assert at("late morning tomorrow", policy) == "Wed 2026-11-25 11:00"


def test_working_days_know_weekends_and_holidays() -> None:
    christmas = frozenset({date(2026, 12, 25), date(2026, 12, 28)})
    assert at("3 working days", now=FRIDAY) == "Wed 2026-12-23 16:00"
    assert at("5 working days", now=FRIDAY) == "Fri 2026-12-25 16:00"
    assert at("5 working days", Policy(holidays=christmas), now=FRIDAY) == "Tue 2026-12-29 16:00"
    assert at("5 working days", Policy(holidays=christmas.__contains__), now=FRIDAY) == "Tue 2026-12-29 16:00"
    assert at("next business day", now=FRIDAY) == "Mon 2026-12-21 09:00"
    assert at("next business day", Policy(working_days=frozenset({6})), now=FRIDAY) == "Sun 2026-12-20 09:00"
    assert at("2 working days before christmas", now=FRIDAY) == "Wed 2026-12-23 09:00"
    assert said("3 working days").offset is None


def test_a_countrys_holidays() -> None:
    pytest.importorskip("holidays", reason="the optional holidays package is not installed")
    assert at("5 working days", Policy(country="GB-ENG"), now=FRIDAY) == "Tue 2026-12-29 16:00"
    assert at("5 working days", Policy(country="US"), now=FRIDAY) == "Mon 2026-12-28 16:00"


def test_working_hours_count_only_while_people_work() -> None:
    assert at("in 2 working hours", now=FRIDAY) == "Mon 2026-12-21 10:00"
    assert at("in 1 working hour", now=FRIDAY) == "Fri 2026-12-18 17:00"
    assert at("in 8 working hours", now=FRIDAY) == "Mon 2026-12-21 16:00"
    assert at("in 2 working hours", now=datetime.fromisoformat("2026-12-19T12:00+00:00")) == "Mon 2026-12-21 11:00"


def test_keeping_to_hours() -> None:
    policy = Policy(keep_to_hours=True)
    moment = said("in 3 hours", policy, now=FRIDAY)
    assert moment.at.isoformat() == "2026-12-21T09:00:00+00:00"
    assert moment.offset is None
    assert moment.warnings
    assert said("monday 10am", policy, now=FRIDAY).warnings == ()


def test_margin_and_furthest() -> None:
    policy = Policy(margin=timedelta(minutes=2), furthest=timedelta(days=400))
    assert code("in 1 minute", policy) == "past"
    assert at("in 2 minutes", policy) == "Tue 2026-11-24 10:17"
    assert code("in 2 years", policy) == "impossible"
    assert code("in 200 years") == "impossible"


@pytest.mark.parametrize(
    "policy", [Policy(working_days=frozenset()), Policy(working_until=time(8)), Policy(working_days=frozenset({9}))]
)
def test_a_policy_without_work_is_an_error_of_whoever_set_it_up(policy: Policy) -> None:
    with pytest.raises(ValueError, match="working"):
        said("tomorrow", policy)


def test_no_working_day_ever_is_refused_and_ends() -> None:
    assert code("3 working days", Policy(holidays=lambda _: True)) == "impossible"


OFFSETS = [
    ("in 2 hours", (2, "hour")), ("90m", (90, "minute")), ("3 days from now", (3, "day")), ("a week", (1, "week")),
    ("six months later", (6, "month")), ("1 yr", (1, "year")), ("a fortnight", (2, "week")), ("next hour", (1, "hour")),
    ("half an hour", None), ("1.5 hours", None), ("1h 30m", None), ("tomorrow", None), ("2 days from tomorrow", None),
    ("30 seconds", None), ("in 2 days at 9am", None), ("3 working days", None), ("2 hours after noon", None),
]  # fmt: skip


@pytest.mark.parametrize(("phrase", "offset"), OFFSETS)
def test_an_offset_is_one_whole_amount_of_one_unit_from_now(phrase: str, offset: tuple[int, str] | None) -> None:
    found = said(phrase).offset
    assert (found and tuple(found)) == offset
    assert found is None or isinstance(found, Offset)


def test_hours_are_absolute_and_days_are_calendar_steps() -> None:
    """The night of 28 March 2027 is 23 hours long in London."""
    eve = datetime.fromisoformat("2027-03-27T12:00+00:00")
    assert at("in 24 hours", now=eve) == "Sun 2027-03-28 13:00"
    assert at("in 1 day", now=eve) == "Sun 2027-03-28 12:00"
    assert at("in 1 month", now=datetime.fromisoformat("2027-01-31T12:00+00:00")) == "Sun 2027-02-28 12:00"


CHANGES = [
    ("2027-03-28 01:30", "Europe/London", "2027-03-28T02:00:00+01:00"),
    ("2027-10-03 02:15", "Australia/Lord_Howe", "2027-10-03T02:30:00+11:00"),
    ("2027-10-31 01:30", "Europe/London", "2027-10-31T01:30:00+01:00"),
    ("2027-04-04 01:45", "Australia/Lord_Howe", "2027-04-04T01:45:00+11:00"),
    ("2027-11-07 01:30", "America/New_York", "2027-11-07T01:30:00-04:00"),
]


@pytest.mark.parametrize(("phrase", "zone", "expected"), CHANGES)
def test_clocks_that_change(phrase: str, zone: str, expected: str) -> None:
    """A skipped time moves to the end of the gap, a repeated one is the first, and both say so."""
    moment = said(phrase, tz=zone)
    assert moment.at.isoformat() == expected
    assert "clocks" in moment.warnings[0]


def test_a_whole_day_that_a_zone_skipped() -> None:
    """Samoa went from 29 to 31 December 2011."""
    before = datetime.fromisoformat("2011-12-29T12:00-10:00")
    moment = said("tomorrow noon", now=before, tz="Pacific/Apia")
    assert moment.at.isoformat() == "2011-12-31T00:00:00+14:00"
    assert moment.warnings


def test_zones() -> None:
    assert said("9pm ET").at.astimezone(UTC).hour == 2
    assert said("9am CET tomorrow").at.isoformat() == "2026-11-25T09:00:00+01:00"
    assert said("1 july 9am EST").warnings
    assert said("1 july 9am EDT").warnings == ()
    assert said("9am IST tomorrow", tz="Asia/Kolkata").warnings == ()
    assert said("9am IST tomorrow").warnings
    assert said("5pm america/port-au-prince tomorrow").at.hour == 17
    assert code("9am Europe/Atlantis") == "unknown-zone"
    assert code("tomorrow", tz="Mars/Olympus") == "unknown-zone"
    assert code("tomorrow", tz="../../etc/passwd") == "unknown-zone"
    assert code("tomorrow", tz="") == "unknown-zone"


MESSAGES = [
    ("", "empty"), ("   ", "empty"), ("yesterday", "past"), ("two days ago", "past"), ("today at 9am", "past"),
    ("now", "past"), ("soon", "vague"), ("asap", "vague"), ("in a few days", "vague"), ("this week", "vague"),
    ("every monday", "recurring"), ("daily", "recurring"), ("on mondays", "recurring"), ("once a week", "recurring"),
    ("monday to friday", "range"), ("9-11am", "range"), ("8 to 10 pm", "range"), ("1 or 2 days", "range"),
    ("July 13-15", "range"), ("from 9 to 5", "range"), ("until noon", "range"), ("25:00", "impossible"),
    ("14pm", "impossible"), ("30 feb", "impossible"), ("tuesday, 10 january", "ambiguous"), ("25", "unreadable"),
    ("tomorrow friday", "ambiguous"), ("tomorrow blarg", "unreadable"), ("3 30", "unreadable"),
    ("end of the", "unreadable"),
]  # fmt: skip


@pytest.mark.parametrize(("phrase", "expected"), MESSAGES)
def test_each_refusal_has_its_own_code(phrase: str, expected: str) -> None:
    assert code(phrase) == expected


def test_the_unread_word_is_named_with_examples() -> None:
    with pytest.raises(WhenError, match=r"“blarg” in “tomorrow blarg”.*tomorrow 9am"):
        said("Tomorrow blarg")


def test_naive_moments_are_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="aware"):
        said("tomorrow", now=datetime(2026, 11, 24))  # noqa: DTZ001 - what the test is about
    with pytest.raises(ValueError, match="zone"):
        echo(datetime(2026, 11, 24), tz="Etc/UTC")  # noqa: DTZ001


def test_the_echo_names_the_readers_zone() -> None:
    moment = said("tomorrow 9am")
    assert echo(moment, tz="Europe/London") == "Wednesday 25 November 2026 at 09:00 (Europe/London, UTC+00:00)"
    assert echo(moment.at, tz="Asia/Kolkata") == "Wednesday 25 November 2026 at 14:30 (Asia/Kolkata, UTC+05:30)"
