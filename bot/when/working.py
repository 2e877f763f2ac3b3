"""Working days and working hours, which know weekends and holidays."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache

from bot.when.policy import Policy
from bot.when.reading import Amount


@lru_cache(maxsize=16)
def _public(country: str) -> Callable[[date], bool]:
    """Whether a date is a public holiday in a country, by the ``holidays`` package."""
    import holidays

    code, _, subdivision = country.partition("-")
    calendar = holidays.country_holidays(code, subdiv=subdivision or None)
    return lambda when: when in calendar


def check_country(country: str) -> None:
    """Raise ``ValueError`` where the ``holidays`` package knows no such country, or no such part of it."""
    import holidays

    try:
        _public(country)
    except (NotImplementedError, TypeError, AttributeError) as error:  # its three ways of saying that it has none such
        parts = holidays.list_supported_countries().get(country.partition("-")[0])
        if parts is None:
            raise ValueError(
                f"«{country}» is no country whose holidays are known; they look like GB, or GB-SCT"
            ) from error
        there = ", ".join(parts) or "none"
        raise ValueError(f"«{country}» names a part without holidays of its own; there are: {there}") from error


def is_working(policy: Policy, when: date) -> bool:
    """Whether people work on that day."""
    if when.weekday() not in policy.working_days:
        return False
    holidays = policy.holidays
    if holidays(when) if callable(holidays) else when in holidays:
        return False
    return policy.country is None or not _public(policy.country)(when)


_FAR = 366 * 30


def _next_working(policy: Policy, when: date, way: int) -> date:
    for _ in range(_FAR):
        when += timedelta(days=way)
        if is_working(policy, when):
            return when
    raise OverflowError("no working day")


def days(policy: Policy, wall: datetime, amount: Amount) -> datetime:
    """So many working days on (or back), at the same time of day."""
    size = amount if amount > 0 else -amount
    if size > 3000:
        raise OverflowError("too many working days")
    when = wall.date()
    way = 1 if amount > 0 else -1
    for _ in range(int(size)):
        when = _next_working(policy, when, way)
    wall = datetime.combine(when, wall.time())
    if rest := amount % 1:
        span = (policy.working_until.hour - policy.working_from.hour) * rest
        wall = hours(policy, wall, span)
    return wall


def hours(policy: Policy, wall: datetime, amount: Amount) -> datetime:
    """So many working hours on, counted only while people work."""
    if not 0 <= amount <= 5000:
        raise OverflowError("too many working hours")
    left = timedelta(seconds=round(amount * 3600))
    wall = into_hours(policy, wall)
    while True:
        until = datetime.combine(wall.date(), policy.working_until)
        if wall + left <= until:
            return wall + left
        left -= until - wall
        wall = datetime.combine(_next_working(policy, wall.date(), 1), policy.working_from)


def into_hours(policy: Policy, wall: datetime) -> datetime:
    """The same moment, or the next start of work where it lies outside working hours."""
    when = wall.date()
    if is_working(policy, when):
        if wall.time() < policy.working_from:
            return datetime.combine(when, policy.working_from)
        if wall.time() <= policy.working_until:
            return wall
    return datetime.combine(_next_working(policy, when, 1), policy.working_from)
