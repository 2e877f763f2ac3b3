"""Words for something that has happened: “2 hours ago”, “yesterday 9am”, “last friday”. The latest such day counts."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.when import clocks
from bot.when.calendars import span_start
from bot.when.errors import quoted, refusal
from bot.when.local import settle
from bot.when.moment import Moment
from bot.when.reading import Day, Reading
from bot.when.words import WEEKDAYS

_AGO = frozenset({"ago", "back", "earlier"})


def ago(r: Reading, i: int) -> int:
    """“2 hours ago”, “yesterday”, “the day before yesterday”."""
    if not r.back:
        return 0
    if r.word(i).startswith("y"):
        r.fix_in(-1)
        return i + 1
    if r.word(i) not in _AGO or not r.steps or r.anchored or r.from_now or r.direction < 0:
        return 0
    r.direction = -1
    return i + 1


def last(r: Reading, i: int) -> int:
    """“last friday”, “past friday”, “last night”, “last week on friday”; of a month they are read elsewhere."""
    following = r.kinds[i + 1]
    if not r.back or r.kinds[i + 2] in {"of", "in"}:
        return 0
    if following == "weekday-name":
        r.set_weekday(r.value(i + 1), "last")
        return i + 2
    if following == "part":
        r.fix_in(-1)
        return clocks.part(r, i + 1)
    if following == "unit" and r.name(i + 1) == "week":
        r.set_day(Day("span", span_start(r.today, "week", -1), "week", said="last"))
        return i + 2 + (r.kinds[i + 2] == "on")
    return 0


def weekday(r: Reading, number: int, mode: str) -> date:
    """The latest such weekday before today; “last” of a day of this week may mean the week before."""
    monday = span_start(r.today, "week", 0)
    if mode == "this":
        return monday + timedelta(days=number)
    behind = (r.today.weekday() - number) % 7
    if behind == 0 and (r.clock is not None or r.part is not None) and not mode:
        r.warn(f"Today is {WEEKDAYS[number]}: last week's was taken.")
    when = r.today - timedelta(days=behind or 7)
    if mode == "last" and when >= monday:
        r.warn(f"“last” has two readings: {when:%A %-d %B} was taken.")
    return when


def yearless(r: Reading, day: Day) -> date:
    """The latest such date up to today."""
    for year in range(r.today.year, r.today.year - 9, -1):
        try:
            when = day.date.replace(year=year)
        except ValueError:
            continue
        if when <= r.today:
            return when
    raise refusal("impossible", f"such date as {quoted(r.text)}")


def monthless(r: Reading, number: int, weekday: int | None) -> date:
    """The latest such day of a month, on that weekday if one was named."""
    for months in range(14):
        try:
            when = span_start(r.today, "month", -months).replace(day=number)
        except ValueError:
            continue
        if when <= r.today and (weekday is None or when.weekday() == weekday):
            return when
    raise refusal("impossible", f"such day as {quoted(r.text)}")


def time_of_day(r: Reading, clock: time, zone: tzinfo) -> datetime:
    """The latest time that a clock in ``zone`` showed ``clock``."""
    today = r.now.astimezone(zone).date()
    at, warning = settle(datetime.combine(today, clock), zone)
    if at > r.now:
        r.warn(f"{clock:%H:%M} is still to come today: yesterday's was taken.")
        at, warning = settle(datetime.combine(today - timedelta(days=1), clock), zone)
    if warning:
        r.warn(warning)
    return at


def finish(r: Reading, at: datetime, *, date_only: bool) -> Moment:
    """The moment, if it has been and is not too long ago."""
    behind = r.now.astimezone(UTC) - at.astimezone(UTC)
    if behind < timedelta(0):
        raise refusal("future", quoted(r.text))
    if behind > r.policy.furthest:
        raise refusal("impossible", f"such moment as {quoted(r.text)}")
    return Moment(at, None, date_only, tuple(r.warnings))
