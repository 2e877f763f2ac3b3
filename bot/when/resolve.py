"""From what was read to an instant: days are found, hours given am or pm, steps taken, the clocks asked."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.when import back, working
from bot.when.calendars import months_on, span_start
from bot.when.errors import quoted, refusal
from bot.when.local import settle
from bot.when.moment import Moment, Offset, Unit
from bot.when.reading import Clock, Day, Reading, Step
from bot.when.steps import SECONDS, place, step
from bot.when.words import WEEKDAYS
from bot.when.zones import named

_EXACT: dict[str, Unit] = {
    "minute": "minute",
    "hour": "hour",
    "day": "day",
    "week": "week",
    "month": "month",
    "year": "year",
}
_MORNING = frozenset({"early morning", "morning", "mid-morning", "late morning"})
_NIGHT = frozenset({"night", "late night", "late evening"})


def resolve(r: Reading) -> Moment:
    """The instant that the reading means, with what should be confirmed; raises ``WhenError``."""
    if r.steps and not r.anchored and r.day is None and r.weekday is None and r.clock is None and not _timed(r):
        return _from_now(r)
    something = r.day or r.weekday or r.clock or _timed(r)
    if not something and (r.anchored or not r.steps):
        raise refusal("unreadable", quoted(r.text))
    return _dated(r)


def _timed(r: Reading) -> bool:
    return r.part is not None or r.soft is not None


def _from_now(r: Reading) -> Moment:
    at = step(r, r.now, r.steps)
    offset = None
    if len(r.steps) == 1 and r.zone is None:
        amount, name = r.steps[0]
        if isinstance(amount, int) and amount > 0 and name in _EXACT:
            offset = Offset(amount, _EXACT[name])
    return finish(r, at, offset=offset)


def _dated(r: Reading) -> Moment:
    zone = r.zone or r.now.tzinfo
    assert zone is not None
    if r.steps and r.weekday and r.day is None and not r.anchored and all(name == "week" for _, name in r.steps):
        r.day = _week_ahead(r)
        r.steps = []
    when, steps = _day(r), r.steps
    hours = any(name in SECONDS or name == "workhour" for _, name in steps)
    if steps and when is None and not r.anchored:
        if hours:
            r.clash("an amount and a time")
        when, steps = step(r, r.now, steps).date(), []
    if steps and not r.anchored:
        if r.day is None or not r.day.relative or when != r.today or r.clock or _timed(r):
            r.clash("an amount and a date")
        return finish(r, step(r, r.now, steps))  # “today in one hour”
    if r.soft is not None and r.clock is not None and (r.weekday or r.day is None or r.day.relative):
        r.warn("Two times were named: the one in figures was taken.")
    clock = _time(r, when)
    date_only = clock is None
    if clock is None:
        clock = 0, r.now.time().replace(microsecond=0) if hours else r.policy.default_time
    if when is None:
        return finish(r, _next_time(r, *clock, steps, zone))
    if r.zone is not None and (r.weekday or (r.day and r.day.relative)) and r.now.astimezone(zone).date() != r.today:
        r.warn(f"Days were counted from yours, {r.today:%A}; in the zone you named it is another day now.")
    at = place(r, when + timedelta(days=clock[0]), clock[1], zone)
    if steps:
        return finish(r, step(r, at, steps), date_only=date_only and not hours)
    if at <= r.now and not r.back:
        at = _roll(r, at, clock[1], zone, said_time=not date_only)
    return finish(r, at, date_only=date_only)


def _next_time(r: Reading, days: int, clock: time, steps: list[Step], zone: tzinfo) -> datetime:
    """The next time that a clock in ``zone`` shows ``clock``, with the steps from there."""
    if r.back and not steps:
        return back.time_of_day(r, clock, zone)
    when = r.now.astimezone(zone).date() + timedelta(days=days)
    for ahead in range(3):
        at, warning = settle(datetime.combine(when + timedelta(days=ahead), clock), zone)
        if steps:
            at = step(r, at, steps)
        if at > r.now:
            break
    if ahead and r.soft is not None:
        r.warn(f"{clock:%H:%M} has passed today: tomorrow was taken.")
    if warning:
        r.warn(warning)
    return at


def _week_ahead(r: Reading) -> Day:
    """“in two weeks on friday”: the week that many weeks ahead, on that weekday."""
    assert r.weekday is not None
    number = r.weekday[0]
    ahead = step(r, r.now, r.steps).date()
    monday = span_start(ahead, "week", 0)
    if monday + timedelta(days=number) < ahead:
        r.warn(f"{WEEKDAYS[number]} of the week of {ahead:%-d %B} was taken.")
    return Day("span", monday, "week")


def _day(r: Reading) -> date | None:
    """The day that was named, if one was."""
    weekday = r.weekday
    if r.day is None:
        return None if weekday is None else _weekday(r, *weekday)
    day = r.day
    if day.kind == "span":
        if weekday is None:
            if day.said in {"this", "last"}:
                raise refusal("vague", quoted(r.text))
            return day.date
        if day.unit == "week":
            when = day.date + timedelta(days=weekday[0])
            if when < r.today and not r.back:
                raise refusal("past", quoted(r.text))
            return when
        r.clash("two dates")
    if day.kind == "fixed":
        if weekday is not None and day.date.weekday() != weekday[0]:
            _mismatch(r, day.date)
        return day.date
    if day.kind == "yearless":
        when = _yearless(r, day)
        if weekday is not None and when.weekday() != weekday[0]:
            _mismatch(r, when)
        return when
    return _monthless(r, day.date.day, None if weekday is None else weekday[0])


def _mismatch(r: Reading, when: date) -> None:
    raise refusal("ambiguous", f"{when:%-d %B %Y} is a {WEEKDAYS[when.weekday()]}, so {quoted(r.text)}")


def _weekday(r: Reading, number: int, mode: str) -> date:
    today = r.today
    if mode in {"next", "after-next", "following"}:
        weeks = 2 if mode == "after-next" else 1
        when = span_start(today, "week", weeks) + timedelta(days=number)
        if mode == "following" and (when - today).days > 7:
            r.warn(f"“following” was read as {WEEKDAYS[number]} of next week.")
        return when
    if r.back:
        return back.weekday(r, number, mode)
    ahead = (number - today.weekday()) % 7
    if ahead == 0:
        if r.clock is not None or mode == "this":
            r.warn(f"Today is {WEEKDAYS[number]}: next week's was taken.")
        ahead = 7
    return today + timedelta(days=ahead)


def _yearless(r: Reading, day: Day) -> date:
    """The next such date from today on."""
    if r.back:
        return back.yearless(r, day)
    for year in range(r.today.year, r.today.year + 9):
        try:
            when = day.date.replace(year=year)
        except ValueError:
            continue
        if when >= r.today:
            return when
    raise refusal("impossible", f"such date as {quoted(r.text)}")


def _monthless(r: Reading, number: int, weekday: int | None) -> date:
    """The next such day of a month, on that weekday if one was named."""
    if r.back:
        return back.monthless(r, number, weekday)
    first: date | None = None
    for months in range(14):
        start = span_start(r.today, "month", months)
        try:
            when = start.replace(day=number)
        except ValueError:
            continue
        if when < r.today or (when == r.today and r.clock is None):
            continue
        first = first or when
        if weekday is None:
            return when
        if when.weekday() == weekday:
            if when != first:
                r.warn(f"The next {WEEKDAYS[weekday]} that is day {number} of a month is far ahead.")
            return when
    raise refusal("impossible", f"such day as {quoted(r.text)}")


def _time(r: Reading, when: date | None) -> tuple[int, time] | None:
    """The days to add and the time of day, or nothing where the phrase leaves it to the policy."""
    if r.clock is not None:
        return _clock(r, r.clock, r.part, when)
    if r.part is not None:
        return 0, r.policy.start_of(r.part)
    return None if r.soft is None else (0, r.soft)


def _clock(r: Reading, clock: Clock, part: str | None, when: date | None) -> tuple[int, time]:
    hour, days, form, unsure = clock.hour, 0, clock.form, False
    if form == "midnight":
        days = 1 if (when is None or when == r.today) and not r.back else 0
        if when is not None and when != r.today:
            r.warn("“midnight” was read as the start of that day.")
    elif form in {"am", "pm"}:
        hour = hour % 12 + (12 if form == "pm" else 0)
        if part is not None:
            hour, days = _in_part(r, hour, part)
    elif part is not None and form != "noon":
        afternoon = part not in _MORNING and 0 < hour < 12 and not (part in _NIGHT and hour < 5)
        midnight = hour == 12 and (part in _MORNING or part in _NIGHT)
        hour, days = _in_part(r, 0 if midnight else hour + 12 * afternoon, part)
    elif form == "bare":
        unsure = hour not in r.policy.sure_hours
        hour = hour % 12 + (12 if hour in r.policy.afternoon_hours or hour == 12 else 0)
    minutes = hour * 60 + clock.minute + clock.shift
    days += minutes // 1440
    minutes %= 1440
    if unsure:
        r.warn(f"There was no am or pm: {minutes // 60:02}:{minutes % 60:02} was taken.")
    return days, time(minutes // 60, minutes % 60, clock.second)


def _in_part(r: Reading, hour: int, part: str) -> tuple[int, int]:
    """The hour, and the days to add; refuses an hour that is not in that part of the day."""
    if part in _NIGHT and hour < 5:
        return hour, 1
    first, last = next((hours for name, hours in _HOURS.items() if part.endswith(name)), (0, 24))
    if not first <= hour <= last:
        r.impossible("time")
    return hour, 0


_HOURS = {"morning": (0, 12), "lunch": (11, 15), "afternoon": (11, 19), "evening": (16, 24), "night": (16, 24)}
"""The hours that people call the morning, the evening; past midnight the night goes on."""


_OVER = {
    "early morning": 12,
    "morning": 12,
    "mid-morning": 12,
    "late morning": 12,
    "lunch": 14,
    "early afternoon": 18,
    "after lunch": 18,
    "afternoon": 18,
    "mid-afternoon": 18,
    "late afternoon": 18,
}
"""The hour at which a part of the day is over, where that is before midnight."""


def _roll(r: Reading, at: datetime, clock: time, zone: tzinfo, *, said_time: bool) -> datetime:
    """A moment on a day that has begun, whose time has passed: what may still be meant, or a refusal."""
    day = r.day
    when = at.date()
    if day is not None and day.kind == "yearless" and said_time and when == r.today:
        r.warn("That time has passed today: next year's was taken.")
        return place(r, months_on(at, 12).date(), clock, zone)
    if day is not None and when == r.today and not (r.clock or r.soft):
        until = place(r, when, r.policy.working_until, zone)
        later = r.now + timedelta(hours=1)
        if r.part is None and until > r.now:
            r.warn(f"{at:%H:%M} has passed today: {until:%H:%M} was taken.")
            return until
        over = _OVER.get(r.part or "", 24)
        if later.date() == when and later.hour < over:
            r.warn(f"{at:%H:%M} has passed today: an hour from now was taken.")
            return later.replace(microsecond=0)
    raise refusal("past", quoted(r.text))


def finish(r: Reading, at: datetime, *, offset: Offset | None = None, date_only: bool = False) -> Moment:
    """The moment, if it is far enough ahead and not too far."""
    if r.back:
        return back.finish(r, at, date_only=date_only)
    if r.policy.keep_to_hours:
        wall = at.replace(tzinfo=None)
        moved = working.into_hours(r.policy, wall)
        if moved != wall and at.tzinfo is not None:
            r.warn(f"{at:%a %H:%M} is outside working hours: moved to {moved:%a %H:%M}.")
            at, offset = place(r, moved.date(), moved.time(), at.tzinfo), None
    if r.zone_check is not None:
        said, place_named, minutes = r.zone_check
        there = at.astimezone(named(place_named))
        if there.utcoffset() != timedelta(minutes=minutes):
            r.warn(f"{said} is not what clocks in {place_named} show then: there it is {there:%H:%M}.")
    ahead = at.astimezone(UTC) - r.now.astimezone(UTC)
    if ahead <= timedelta(0) or ahead < r.policy.margin:
        raise refusal("past", quoted(r.text))
    if ahead > r.policy.furthest:
        raise refusal("impossible", f"follow-up as far ahead as {quoted(r.text)}")
    return Moment(at, offset, date_only, tuple(r.warnings))
