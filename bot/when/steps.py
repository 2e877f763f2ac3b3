"""Steps from an instant: days and longer on the calendar of its zone, hours and shorter in absolute time."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.when import working
from bot.when.calendars import months_on
from bot.when.errors import quoted, refusal
from bot.when.local import settle
from bot.when.reading import Amount, Reading, Step

SECONDS = {"second": 1, "minute": 60, "hour": 3600}


def place(r: Reading, when: date, clock: time, zone: tzinfo) -> datetime:
    """A wall-clock time in a zone, with the warning where the clocks change."""
    at, warning = settle(datetime.combine(when, clock), zone)
    if warning:
        r.warn(warning)
    return at


def step(r: Reading, at: datetime, steps: list[Step]) -> datetime:
    """``at`` moved: days and longer on the calendar of its zone, hours and shorter in absolute time."""
    zone = at.tzinfo
    assert zone is not None
    wall = at.replace(tzinfo=None, microsecond=0)
    seconds: Amount = 0
    try:
        for amount, name in steps:
            amount = amount * r.direction
            if name in SECONDS:
                seconds += amount * SECONDS[name]
            elif name == "workday":
                wall = working.days(r.policy, wall, amount)
            elif name == "workhour":
                wall = working.hours(r.policy, wall, amount)
            elif name.startswith("weekday-"):
                way = 1 if amount > 0 else -1
                ahead = way * (int(name[8:]) - wall.weekday()) % 7 or 7
                wall += timedelta(days=way * (ahead + 7 * (abs(int(amount)) - 1)))
            else:
                wall, rest = _calendar(r, wall, amount, name)
                seconds += rest
        moved = at if wall == at.replace(tzinfo=None, microsecond=0) else place(r, wall.date(), wall.time(), zone)
        return (moved.astimezone(UTC) + timedelta(seconds=round(seconds))).astimezone(zone)
    except (OverflowError, ValueError) as error:
        if isinstance(error, type(refusal("past"))):
            raise
        raise refusal("impossible", f"such moment as {quoted(r.text)}") from None


def _calendar(r: Reading, wall: datetime, amount: Amount, name: str) -> tuple[datetime, Amount]:
    """Calendar steps; the fraction of one goes down to the next smaller unit."""
    whole, part = divmod(amount, 1) if isinstance(amount, float) else (amount, 0)
    seconds: Amount = 0
    if name == "year":
        wall = months_on(wall, int(whole) * 12 + round(part * 12))
    elif name == "month":
        wall = months_on(wall, int(whole)) + timedelta(days=round(part * 30))
        if part:
            r.warn("A part of a month was counted as so much of 30 days.")
    else:
        days = amount * (7 if name == "week" else 1)
        wall = wall + timedelta(days=int(days // 1))
        seconds = days % 1 * 86400
    return wall, seconds
