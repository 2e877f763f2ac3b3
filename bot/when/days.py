"""Days by number, weekday or name: “the 27th”, “third day of october”, “friday week”, “tomorrow”."""

from datetime import timedelta

from bot.when import dates, spans
from bot.when.calendars import safe_date
from bot.when.reading import Reading
from bot.when.words import WEEKDAYS


def number(r: Reading, i: int, *, on: bool = False) -> int:
    """A day by its number: “4 july”, “the 27th”, “third day of october”, “first monday of march”.

    ``on``: “on” or “the” stood before, so that a bare number is a day of the month.
    """
    day, ordinal = r.value(i), r.kinds[i] == "ord"
    j = i + 1
    if ordinal and r.kinds[j] == "weekday-name" and spans.nth(r, i):
        return spans.nth(r, i, take=True)
    if ordinal and (k := spans.working_day(r, i)):
        return k
    if ordinal and (k := spans.nth_span(r, i)):
        return k
    if ordinal and r.name(j) == "day" and r.kinds[j] == "unit":
        j += 1
    joined = r.kinds[j] in {"of", "in", "-", "/", ",", "."} and not (r.kinds[j] == "in" and not ordinal)
    k = r.after_the(j + 1) if joined else j
    if r.kinds[k] == "month" and 1 <= day <= 31:
        return dates.with_year(r, k + 1, r.value(k), day)
    if 1 <= day <= 31 and (span := spans.relative_span(r, k, of=True)) and joined:
        j, unit, first = span
        if unit == "month":
            r.fix(safe_date(r, first.year, first.month, day))
            return j
        if unit in {"year", "week"}:
            r.fix(first + timedelta(days=day - 1))
            return j
        return 0
    if ordinal and len(r.tokens) == 1 and r.name(i) == "word":
        return 0  # “first” alone is no day
    if (ordinal or on) and 1 <= day <= 31 and r.kinds[i + 1] not in {"unit", *dates.CLOCKISH}:
        dates.monthless(r, day)
        return i + 1
    if ordinal:
        r.impossible("day")
    return 0


def weekday(r: Reading, i: int, *, mode: str = "") -> int:
    """“friday”, “friday next week”, “friday of next week”, “friday week”, “friday after next”, “friday the 13th”."""
    day_number = r.value(i)
    j = i + 1
    j += r.kinds[j] == "."
    if r.kinds[j] == "after" and r.kinds[j + 1] == "next":
        if not mode:
            r.warn(f"“after next” has two readings: {WEEKDAYS[day_number]} of the week after next was taken.")
        r.set_weekday(day_number, "after-next")
        return j + 2
    if not mode and r.kinds[j] == "unit" and r.name(j) == "week":
        r.steps.append((r.value(j), "week"))
        r.anchored = True
        j += 1
    r.set_weekday(day_number, mode)
    k = r.after_the(j + (r.kinds[j] == ","))
    if r.kinds[k] in {"num", "ord"} and r.kinds[k + 1] not in {"month", "of", "unit", "working", *dates.CLOCKISH}:
        if r.kinds[k] == "ord":
            return number(r, k)
        if r.kinds[k - 1] == "the" or _falls(r, day_number, r.value(k)):
            dates.monthless(r, r.value(k))
            return k + 1
    return j


def _falls(r: Reading, weekday: int, day: int) -> bool:
    """Whether the next such day of a month is that weekday: “friday 23”."""
    for ahead in range(40):
        when = r.today + timedelta(days=ahead)
        if when.day == day:
            return when.weekday() == weekday
    return False


def day(r: Reading, i: int) -> int:
    """“today”, “tomorrow”, “tomorrow week”."""
    r.fix_in(r.value(i))
    i += 1
    if r.kinds[i] == "unit" and r.name(i) == "week":
        r.steps.append((r.value(i), "week"))
        r.anchored = True
        i += 1
    return i
