"""Dates in figures and months: “2027-03-04”, “15/2”, “march 4”, “4 july 2028”, “dec/2018”, “christmas”."""

from datetime import date

from bot.when.calendars import numeric, safe_date
from bot.when.errors import quoted, refusal
from bot.when.reading import Day, Reading
from bot.when.words import MONTHS

CLOCKISH = frozenset({"meridiem", "oclock"})


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
    yearless(r, month, day)
    return i + 1 + closed


def _small(number: str) -> bool:
    """Whether a number could be a month: “1-2” is more likely a range or a score than a date."""
    return len(number) <= 2 and int(number) <= 12


def month(r: Reading, i: int) -> int:
    """“march 4”, “May eighth, 2010”, “Oct-2”, “August/10/2012”, “dec/2018”, “december”."""
    number = r.value(i)
    j = i + 1
    j += r.kinds[j] in {",", "-", "/", "."}
    if r.kinds[j] == "pair":
        return _month_pair(r, j, number)
    if found := year_at(r, j):
        k, year = found
        _month_span(r, number, year)
        return k
    k = r.after_the(j)
    if r.kinds[k] in {"num", "ord"} and r.kinds[k + 1] not in CLOCKISH and r.kinds[k + 1] != "unit":
        day = r.value(k)
        if not 1 <= day <= 31:
            r.impossible("date")
        return with_year(r, k + 1, number, day)
    first = date(r.today.year, number, 1)
    if first <= r.today:
        if number == r.today.month:
            r.warn(f"It is {MONTHS[number - 1]} now: next year's was taken.")
        first = first.replace(year=first.year + 1)
    i += 1
    if r.kinds[i] == "after" and r.kinds[i + 1] == "next":
        first = first.replace(year=first.year + 1)
        r.warn(f"“after next” has two readings: {MONTHS[number - 1]} {first.year} was taken.")
        i += 2
    r.set_day(Day("span", first, "month"))
    return i


def _month_pair(r: Reading, i: int, number: int) -> int:
    """What the lexer kept together after a month: “10/2012”, “25,2006”, “17.00”, and the range “3-5”."""
    text = r.word(i)
    sign = next(char for char in "/.,-" if char in text)
    left, right = (int(part) for part in text.split(sign))
    if sign == "." and len(text.partition(".")[2]) == 2:
        r.impossible("date")
    if sign == "-" and len(text.partition("-")[2]) < 4:
        raise refusal("range", quoted(r.text))
    r.fix(safe_date(r, _century(r, right), number, left))
    return i + 1


def with_year(r: Reading, i: int, month: int, day: int) -> int:
    """The year after a day and a month, if there is one."""
    j = i
    j += r.kinds[j] in {",", "-", "/", "."}
    j += r.kinds[j] in {"of", "in"}
    if found := year_at(r, j, after_day=True):
        j, year = found
        r.fix(safe_date(r, year, month, day))
        return j
    yearless(r, month, day)
    return i


def year_at(r: Reading, i: int, *, after_day: bool = False) -> tuple[int, int] | None:
    """“2027”, “'27”, “twenty twenty-seven”; after a day and a month also a plain “27”."""
    if r.kinds[i] == "'" and r.kinds[i + 1] == "num" and len(r.word(i + 1)) == 2:
        return i + 2, _century(r, r.value(i + 1))
    if r.kinds[i] != "num" or r.kinds[i + 1] in CLOCKISH or r.kinds[i + 1] == "unit":
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


def yearless(r: Reading, month: int, day: int) -> None:
    """A day and a month, whose year is found later."""
    if day > (29 if month == 2 else 30 if month in {4, 6, 9, 11} else 31) or day < 1:
        r.impossible("date")
    leap = date(2000, month, day)
    r.set_day(Day("yearless", leap))


def monthless(r: Reading, day: int) -> None:
    """A day of the month, whose month is found later."""
    if not 1 <= day <= 31:
        r.impossible("day")
    r.set_day(Day("monthless", date(2000, 1, day)))


def _month_span(r: Reading, month: int, year: int) -> None:
    if not 1 <= month <= 12:
        r.impossible("month")
    r.set_day(Day("span", safe_date(r, year, month, 1), "month"))


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
        return with_year(r, j + 2, month, day)
    two = f"{r.word(i)} {r.word(j)}"
    if two in _FEASTS:
        return with_year(r, j + 1, *_FEASTS[two])
    return with_year(r, j, *_FEASTS[r.word(i)]) if r.word(i) in _FEASTS else 0
