"""Days: dates in every usual form, weekdays, “the 20th of next month”, “next week”, “end of march”."""

from datetime import date, datetime, time, timedelta

from bot.when import working
from bot.when.calendars import last_of, nth_weekday, numeric, safe_date, span_start
from bot.when.errors import quoted, refusal
from bot.when.reading import Day, Reading
from bot.when.words import MONTHS, WEEKDAYS

_REL = frozenset({"next", "this", "coming", "following"})
_SHIFT = {"next": 1, "following": 1, "this": 0, "coming": 1}
_SPANS = frozenset({"week", "month", "year"})
_CLOCKISH = frozenset({"meridiem", "oclock"})


def iso(r: Reading, i: int) -> int:
    """“2027-03-04”, “2027/3/4”, “20270304”, each with a T before its time."""
    text = r.word(i)
    if r.kinds[i] == "packed":
        year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    else:
        year, month, day = (int(part) for part in text.replace("/", "-").replace(".", "-").split("-"))
    r.fix(safe_date(r, year, month, day))
    return i + 1 + (r.kinds[i + 1] == "t")


def triple(r: Reading, i: int) -> int:
    """“31/12/2027”, “12-31-27”, “31.12.27”."""
    first, second, year = (
        int(part) for part in r.word(i).replace(" ", "").replace("-", "/").replace(".", "/").split("/")
    )
    month, day = numeric(r, first, second)
    r.fix(safe_date(r, _century(r, year), month, day))
    return i + 1


def trailing_year(r: Reading, i: int) -> int:
    """The year at the end of “Mon Nov 30 17:00:00 2026”."""
    if r.day is None or r.day.kind != "yearless" or r.clock is None or r.name(i) != "digits":
        return 0
    if len(r.word(i)) != 4 or not 1900 <= r.value(i) < 2200 or r.kinds[i + 1] in {"unit", "meridiem"}:
        return 0
    r.day = Day("fixed", safe_date(r, r.value(i), r.day.date.month, r.day.date.day))
    return i + 1


def pair(r: Reading, i: int) -> int:
    """“15/2”, “4-22”, “7.6”, “12/2027”."""
    text = r.word(i)
    sign = next(char for char in "/.,-" if char in text)
    left, right = text.split(sign)
    if sign == "," or r.kinds[i + 1] in {"unit", "working", "weekdays"}:
        if sign == "-":
            raise refusal("range", quoted(r.text))
        return 0
    if sign == "-" and (r.kinds[i + 1] in {"meridiem", "month", "oclock"} or (_small(left) and _small(right))):
        raise refusal("range", quoted(r.text))
    if sign == "." and len(r.tokens) == 1 and len(right) == 1:
        raise refusal("unreadable", quoted(r.text))
    if len(right) == 4 and len(left) <= 2 and sign != ".":
        _month_span(r, int(left), int(right))
        return i + 1
    if len(left) == 4 and len(right) <= 2 and sign != ".":
        _month_span(r, int(right), int(left))
        return i + 1
    if len(left) > 2 or len(right) > 2:
        return 0
    first, second = int(left), int(right)
    if not (1 <= first <= 31 and 1 <= second <= 31 and min(first, second) <= 12):
        if sign == "-":
            raise refusal("range", quoted(r.text))
        r.impossible("date")
    closed = sign == "." and r.kinds[i + 1] == "." and r.glued(i + 1)  # “30.11.”, as written in Germany
    if sign == "." and not closed and (len(right) == 2 and second <= 12 and first <= 24):
        r.warn(f"{quoted(text)} could be a time, too; it was read as a date.")
    if sign == "-" and r.day is not None and r.day.kind in {"yearless", "span"}:
        raise refusal("range", quoted(r.text))
    month, day = (second, first) if closed and second <= 12 else numeric(r, first, second)
    _yearless(r, month, day)
    return i + 1 + closed


def _small(number: str) -> bool:
    """Whether a number could be a month: “1-2” is more likely a range or a score than a date."""
    return len(number) <= 2 and int(number) <= 12


def number(r: Reading, i: int, *, on: bool = False) -> int:
    """A day by its number: “4 july”, “the 27th”, “third day of october”, “first monday of march”.

    ``on``: “on” or “the” stood before, so that a bare number is a day of the month.
    """
    day, ordinal = r.value(i), r.kinds[i] == "ord"
    j = i + 1
    if ordinal and r.kinds[j] == "weekday-name" and nth(r, i):
        return nth(r, i, take=True)
    if ordinal and (k := working_day(r, i)):
        return k
    if ordinal and (k := nth_span(r, i)):
        return k
    if ordinal and r.name(j) == "day" and r.kinds[j] == "unit":
        j += 1
    joined = r.kinds[j] in {"of", "in", "-", "/", ",", "."} and not (r.kinds[j] == "in" and not ordinal)
    k = r.after_the(j + 1) if joined else j
    if r.kinds[k] == "month" and 1 <= day <= 31:
        return _with_year(r, k + 1, r.value(k), day)
    if 1 <= day <= 31 and (span := relative_span(r, k, of=True)) and joined:
        j, unit, first = span
        if unit == "month":
            r.fix(safe_date(r, first.year, first.month, day))
            return j
        if unit in {"year", "week"}:
            r.fix(first + timedelta(days=day - 1))
            return j
        return 0
    if (ordinal or on) and 1 <= day <= 31 and r.kinds[i + 1] not in {"unit", *_CLOCKISH}:
        _monthless(r, day)
        return i + 1
    if ordinal:
        r.impossible("day")
    return 0


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
        if found := _year(r, k):
            k, year = found
    elif (span := relative_span(r, j, of=True)) and span[1] == "month":
        k, month, year = span[0], span[2].month, span[2].year
    else:
        return 0
    if not take:
        return k
    when = nth_weekday(year or r.today.year, month, which, r.value(i + 1))
    if not year and (when is None or when < r.today):
        when = nth_weekday(r.today.year + 1, month, which, r.value(i + 1))
    if when is None:
        r.impossible("day")
    else:
        r.fix(when)
    return k


def nth_span(r: Reading, i: int) -> int:
    """“third quarter of 2028”, “first week of october”, “last weekend in july”."""
    which = r.value(i) if r.kinds[i] == "ord" else -1
    j = i + 1
    quarter = r.kinds[j] == "quarter" or (r.name(j), r.kinds[j]) == ("month", "unit")
    if quarter and (r.kinds[j] == "quarter" or r.value(j) == 3) and 1 <= which <= 4:
        return _quarter(r, j + 1, which)
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


def _quarter(r: Reading, i: int, which: int) -> int:
    """A quarter of this year or the next, or of the year that is named."""
    j = i + (r.kinds[i] in {"of", "in", ","})
    first = date(r.today.year, 3 * which - 2, 1)
    if found := _year(r, j):
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
    return _quarter(r, i + 2, r.value(i + 1))


_FEASTS = {
    "christmas": (12, 25),
    "xmas": (12, 25),
    "halloween": (10, 31),
    "boxing day": (12, 26),
    "valentine's day": (2, 14),
    "valentines day": (2, 14),
    "valentine day": (2, 14),
    "christmas eve": (12, 24),
    "xmas eve": (12, 24),
    "christmas day": (12, 25),
    "xmas day": (12, 25),
}


def feast(r: Reading, i: int) -> int:
    """“christmas”, “new year's eve”, “boxing day 2028”: the feasts whose date is the same every year."""
    j = i + 1
    if r.word(i) == "new":
        if r.name(j) != "year" or r.word(j + 1) not in {"eve", "day"}:
            return 0
        month, day = (12, 31) if r.word(j + 1) == "eve" else (1, 1)
        return _with_year(r, j + 2, month, day)
    two = f"{r.word(i)} {r.word(j)}"
    if two in _FEASTS:
        return _with_year(r, j + 1, *_FEASTS[two])
    return _with_year(r, j, *_FEASTS[r.word(i)]) if r.word(i) in _FEASTS else 0


def month(r: Reading, i: int) -> int:
    """“march 4”, “May eighth, 2010”, “Oct-2”, “August/10/2012”, “dec/2018”, “december”."""
    number = r.value(i)
    j = i + 1
    j += r.kinds[j] in {",", "-", "/", "."}
    if r.kinds[j] == "pair" and r.kinds[j - 1] in {"-", "/"} and len(r.word(j)) in {6, 7}:
        day, _, year = r.word(j).replace("-", "/").partition("/")
        if year.isdigit() and len(year) == 4:
            r.fix(safe_date(r, int(year), number, int(day)))
            return j + 1
    if r.kinds[j] == "pair" and "-" in r.word(j):
        raise refusal("range", quoted(r.text))
    if r.kinds[j] == "pair" and "," in r.word(j):
        day, _, year = r.word(j).partition(",")
        r.fix(safe_date(r, _century(r, int(year)), number, int(day)))
        return j + 1
    k = r.after_the(j)
    if found := _year(r, j):
        k, year = found
        _month_span(r, number, year)
        return k
    if r.kinds[k] in {"num", "ord"} and r.kinds[k + 1] not in _CLOCKISH and r.kinds[k + 1] != "unit":
        day = r.value(k)
        if not 1 <= day <= 31:
            r.impossible("date")
        return _with_year(r, k + 1, number, day)
    first = date(r.today.year, number, 1)
    if first <= r.today:
        if number == r.today.month:
            r.warn(f"It is {MONTHS[number - 1]} now: next year's was taken.")
        first = first.replace(year=first.year + 1)
    if r.kinds[i + 1] == "after" and r.kinds[i + 2] == "next":
        r.warn(f"“after next” has two readings: {MONTHS[number - 1]} {first.year + 1} was taken.")
        r.set_day(Day("span", first.replace(year=first.year + 1), "month"))
        return i + 3
    r.set_day(Day("span", first, "month"))
    return i + 1


def _with_year(r: Reading, i: int, month: int, day: int) -> int:
    """The year after a day and a month, if there is one."""
    j = i
    j += r.kinds[j] in {",", "-", "/", "."}
    j += r.kinds[j] in {"of", "in"}
    if found := _year(r, j, after_day=True):
        j, year = found
        r.fix(safe_date(r, year, month, day))
        return j
    _yearless(r, month, day)
    return i


def _year(r: Reading, i: int, *, after_day: bool = False) -> tuple[int, int] | None:
    """“2027”, “'27”, “twenty twenty-seven”; after a day and a month also a plain “27”."""
    if r.kinds[i] == "'" and r.kinds[i + 1] == "num" and len(r.word(i + 1)) == 2:
        return i + 2, _century(r, r.value(i + 1))
    if r.kinds[i] != "num" or r.kinds[i + 1] in _CLOCKISH or r.kinds[i + 1] == "unit":
        return None
    value, digits = r.value(i), r.name(i) == "digits"
    if digits and len(r.word(i)) == 4 and 1900 <= value < 2200:
        return i + 1, value
    if (
        not digits
        and value == 20
        and r.kinds[i + 1] == "num"
        and 10 <= r.value(i + 1) <= 99
        and r.name(i + 1) != "digits"
    ):
        return i + 2, 2000 + r.value(i + 1)
    if digits and after_day and len(r.word(i)) == 2 and 0 <= _century(r, value) - r.today.year <= 20:
        return i + 1, _century(r, value)
    return None


def _century(r: Reading, year: int) -> int:
    """A year in full: two figures are of this century, or of the last where that would be far ahead."""
    if year >= 100:
        return year
    return 2000 + year if 2000 + year <= r.today.year + 30 else 1900 + year


def _yearless(r: Reading, month: int, day: int) -> None:
    if day > (29 if month == 2 else 30 if month in {4, 6, 9, 11} else 31) or day < 1:
        r.impossible("date")
    leap = date(2000, month, day)
    r.set_day(Day("yearless", leap))


def _monthless(r: Reading, day: int) -> None:
    r.set_day(Day("monthless", date(2000, 1, day)))


def _month_span(r: Reading, month: int, year: int) -> None:
    if not 1 <= month <= 12:
        r.impossible("month")
    r.set_day(Day("span", safe_date(r, year, month, 1), "month"))


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
    if r.kinds[k] in {"num", "ord"} and r.kinds[k + 1] not in {"month", "of", "unit", "working", *_CLOCKISH}:
        if r.kinds[k] == "ord":
            return number(r, k)
        if r.kinds[k - 1] == "the" or _falls(r, day_number, r.value(k)):
            _monthless(r, r.value(k))
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
        if found := _year(r, i + 1):
            return found[0], "month", date(found[1], r.value(i), 1)
        year = r.today.year + (r.value(i) < r.today.month)
        return i + 1, "month", date(year, r.value(i), 1)
    return relative_span(r, i, of=True)
