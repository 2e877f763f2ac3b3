"""Sums with dates: firsts and lasts of weeks, months and years, the n-th weekday, which number is the month."""

from datetime import date, datetime, timedelta

from bot.when.errors import quoted, refusal
from bot.when.reading import Reading
from bot.when.words import MONTHS


def safe_date(r: Reading, year: int, month: int, day: int) -> date:
    """A date, or a refusal for the 30th of February."""
    try:
        return date(year, month, day)
    except ValueError:
        r.impossible("date")
        raise


def numeric(r: Reading, first: int, second: int) -> tuple[int, int]:
    """Month and day of two numbers, by the policy where both orders are dates."""
    if first > 12 or second > 12 or first == second:
        return (second, first) if first > 12 else (first, second)
    if r.policy.order == "refuse":
        raise refusal("ambiguous", f"{quoted(r.text)} could be {first}/{second} or {second}/{first}, so it")
    month, day = (second, first) if r.policy.order == "day-month" else (first, second)
    if not r.policy.order_sure:
        r.warn(f"{first}/{second} was read as {day} {MONTHS[month - 1]}, not {month} {MONTHS[day - 1]}.")
    return month, day


def span_start(today: date, unit: str, shift: int) -> date:
    """The first day of the week, month, quarter or year that lies ``shift`` ahead."""
    if unit == "week":
        return today + timedelta(days=7 * shift - today.weekday())
    if unit == "year":
        return date(today.year + shift, 1, 1)
    if unit == "quarter":
        months = today.year * 12 + (today.month - 1) // 3 * 3 + 3 * shift
    else:
        months = today.year * 12 + today.month - 1 + shift
    return date(months // 12, months % 12 + 1, 1)


def last_of(first: date, unit: str) -> date:
    """The last day of a span that starts on ``first``."""
    return span_start(first, unit, 1) - timedelta(days=1)


def months_on(wall: datetime, months: int) -> datetime:
    """The same day and time so many months on, or the last day of a month that is too short."""
    year, month = divmod(wall.year * 12 + wall.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    return datetime.combine(first.replace(day=min(wall.day, last_of(first, "month").day)), wall.time())


def nth_weekday(year: int, month: int, nth: int, weekday: int) -> date | None:
    """The n-th (or, with -1, the last) such weekday of a month; nothing where the month has too few."""
    length = last_of(date(year, month, 1), "month").day
    if nth == -1:
        last = date(year, month, length)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    day = 1 + (weekday - date(year, month, 1).weekday()) % 7 + 7 * (nth - 1)
    return date(year, month, day) if nth >= 1 and day <= length else None
