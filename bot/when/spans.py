"""Weeks, months, quarters and years, and days found by counting in them: “first monday of march”, “q3”."""

from datetime import date, datetime, time, timedelta

from bot.when import working
from bot.when.calendars import last_of, nth_weekday, span_start
from bot.when.dates import year_at
from bot.when.reading import Day, Reading

_REL = frozenset({"next", "this", "coming", "following"})


_SHIFT = {"next": 1, "following": 1, "this": 0, "coming": 1}


_SPANS = frozenset({"week", "month", "year"})


def relative_span(r: Reading, i: int, *, of: bool = False) -> tuple[int, str, date] | None:
    """“next week”, “this month”, “the coming year”, “month after next”: where it ends, its unit and first day.

    ``of``: “of the month” stands for this one.
    """
    i = r.after_the(i)
    shift = None
    if r.kinds[i] in _REL:
        shift, i = _SHIFT[r.kinds[i]], i + 1
    if r.kinds[i] not in {"unit", "quarter"}:
        return None
    unit = "quarter" if r.kinds[i] == "quarter" or (r.name(i), r.value(i)) == ("month", 3) else r.name(i)
    if unit not in _SPANS and unit != "quarter":
        return None
    i += 1
    if r.kinds[i] == "after" and r.kinds[i + 1] == "next":
        return i + 2, unit, span_start(r.today, unit, 2)
    if shift is None:
        if not of:
            return None
        shift = 0
    return i, unit, span_start(r.today, unit, shift)


def span(r: Reading, i: int) -> tuple[int, str, date] | None:
    """What “end of” can be said of: “the month”, “next week”, “march”, “march 2028”, “the year”."""
    i = r.after_the(i)
    if r.kinds[i] == "month":
        if found := year_at(r, i + 1):
            return found[0], "month", date(found[1], r.value(i), 1)
        year = r.today.year + (r.value(i) < r.today.month)
        return i + 1, "month", date(year, r.value(i), 1)
    if r.kinds[i] == "q" and r.kinds[i + 1] == "num" and 1 <= r.value(i + 1) <= 4:
        first = date(r.today.year, 3 * r.value(i + 1) - 2, 1)
        if last_of(first, "quarter") < r.today:
            first = first.replace(year=first.year + 1)
        return i + 2, "quarter", first
    return relative_span(r, i, of=True)


def nth(r: Reading, i: int, *, take: bool = False) -> int:
    """“first wednesday of december”, “last friday of next month”, “the second tuesday in march 2028”."""
    which = r.value(i) if r.kinds[i] == "ord" else -1
    j = i + 2
    if r.kinds[j] in {"of", "in"}:
        j = r.after_the(j + 1)
    elif r.kinds[j] not in {"next", "this"}:
        return 0
    if r.kinds[j] == "month":
        month, year, k = r.value(j), 0, j + 1
        if found := year_at(r, k):
            k, year = found
    elif (span := relative_span(r, j, of=True)) and span[1] == "month":
        k, month, year = span[0], span[2].month, span[2].year
    else:
        return 0
    if not take:
        return k
    when = nth_weekday(year or r.today.year, month, which, r.value(i + 1))
    over = when is None or (when > r.today if r.back else when < r.today)
    if not year and over:
        when = nth_weekday(r.today.year + (-1 if r.back else 1), month, which, r.value(i + 1))
    if when is None:
        r.impossible("day")
    else:
        r.fix(when)
    return k


def nth_span(r: Reading, i: int) -> int:
    """“third quarter of 2028”, “first week of october”, “last weekend in july”."""
    which = r.value(i) if r.kinds[i] == "ord" else -1
    j = i + 1
    quarterly = r.kinds[j] == "quarter" or (r.name(j), r.kinds[j]) == ("month", "unit")
    if quarterly and (r.kinds[j] == "quarter" or r.value(j) == 3) and 1 <= which <= 4:
        return quarter(r, j + 1, which)
    weekend = r.kinds[j] == "weekend"
    if (not weekend and r.name(j) != "week") or r.kinds[j + 1] not in {"of", "in"} or which == 0:
        return 0
    found = span(r, j + 2)
    if not found or found[1] != "month":
        return 0
    when = nth_weekday(found[2].year, found[2].month, which, 5 if weekend else 0)
    if when is None:
        r.impossible("week")
    else:
        if not weekend:
            if which == -1 and (when + timedelta(days=6)).month != when.month:
                when -= timedelta(days=7)
            r.warn(f"Weeks of a month were counted from its first Monday: the week of {when:%-d %B} was taken.")
        r.fix(when)
    return found[0]


def working_day(r: Reading, i: int) -> int:
    """“last working day of the month”, “first business day of march”."""
    j = i + 2 if r.kinds[i + 1] == "working" and r.name(i + 2) == "day" else i + 1
    if r.kinds[j] not in {"unit", "weekday"} or (j == i + 1 and r.name(j) not in {"workday", "weekday"}):
        return 0
    found = span(r, j + 2) if r.kinds[j + 1] in {"of", "in"} else None
    if not found:
        return 0
    way = 1 if r.kinds[i] == "ord" else -1
    edge = found[2] - timedelta(days=1) if way == 1 else last_of(found[2], found[1]) + timedelta(days=1)
    steps = way * (r.value(i) if way == 1 else 1)
    r.fix(working.days(r.policy, datetime.combine(edge, time(0)), steps).date())
    return found[0]


def quarter(r: Reading, i: int, which: int) -> int:
    """A quarter of this year or the next, or of the year that is named."""
    j = i + (r.kinds[i] in {"of", "in", ","})
    first = date(r.today.year, 3 * which - 2, 1)
    if found := year_at(r, j):
        i, year = found
        first = first.replace(year=year)
    elif first <= r.today:
        first = first.replace(year=first.year + 1)
    r.set_day(Day("span", first, "quarter"))
    return i


def q(r: Reading, i: int) -> int:
    """“q3”, “Q1 2028”."""
    if r.kinds[i + 1] != "num" or not r.glued(i + 1) or not 1 <= r.value(i + 1) <= 4:
        return 0
    return quarter(r, i + 2, r.value(i + 1))
