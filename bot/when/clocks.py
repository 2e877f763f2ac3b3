"""Times of day: “9am”, “14.30”, “half past 3”, “noon”, “this evening at eight”, “end of day”."""

from bot.when.errors import quoted, refusal
from bot.when.policy import PARTS
from bot.when.reading import Clock, Reading

_DATELIKE = frozenset({"month", "weekday-name", "day", "iso", "triple", "next", "this", "the", "ord"})
_MINUTES_TO = {"to": -1, "before": -1, "past": 1, "after": 1, "til": -1, "till": -1}


def clock(r: Reading, i: int, *, at: bool = False) -> int:
    """A time in figures or words. ``at``: a preposition promised one, so that a bare hour may stand alone."""
    relative = _past_or_to(r, i, at=at)
    if relative:
        return relative
    found = _hour(r, i, at=at)
    if not found:
        return 0
    j, value = found
    r.set_clock(value)
    return j


def _past_or_to(r: Reading, i: int, *, at: bool) -> int:
    """“half past 3”, “a quarter to nine”, “twenty after 3pm”, “15 minutes past 15h”."""
    minutes = 0
    j = i + (r.kinds[i] == "a")
    if r.kinds[j] in {"half", "quarter"}:
        minutes, j = (30 if r.kinds[j] == "half" else 15), j + 1
    elif r.kinds[j] == "num" and r.value(j) == 3 and r.word(j + 1) == "quarters":
        minutes, j = 45, j + 2
    elif r.kinds[j] == "num" and 1 <= r.value(j) < 60 and j == i:
        minutes, j = r.value(j), j + 1
        if r.name(j) == "minute" and r.kinds[j] == "unit":
            j += 1
    else:
        return 0
    sign = _MINUTES_TO.get(r.word(j), 0)
    if r.kinds[j] == "num" and r.kinds[i] == "half" and r.value(j) <= 12:
        sign, j = 1, j - 1  # “half 3”, as people in Britain say half past three
    if not sign or (
        r.kinds[j + 1] == "num" and r.kinds[j + 2] in {"unit", "month", "working"} and r.word(j + 2) != "h"
    ):
        return 0
    if r.kinds[j + 1] in {"clock", "pair"}:
        if sign < 0:
            raise refusal("range", quoted(r.text))  # “8 to 10:30”
        return 0
    bare = r.name(i) in {"digits", "word", "ten"} and r.kinds[j - 1] == "num" and minutes <= 12
    if sign < 0 and bare and not (at and minutes in {5, 10}) and r.name(i) == "digits" and r.name(j + 1) == "digits":
        raise refusal("range", quoted(r.text))  # “8 to 10 pm”
    found = _hour(r, j + 1, at=True)
    if not found:
        return 0
    if sign < 0 and bare:
        r.warn(f"“{r.word(i)} to” was read as {minutes} minutes before.")
    j, value = found
    value.shift = sign * minutes
    if value.form == "sure" and 1 <= value.hour <= 12 and not value.minute and r.word(j - 1) != "h":
        value.form = "bare"
    r.set_clock(value)
    return j


def _hour(r: Reading, i: int, *, at: bool) -> tuple[int, Clock] | None:
    kind = r.kinds[i]
    if kind == "clock":
        return _meridiem(r, i + 1, _written(r.word(i)))
    if kind == "noon" or kind == "midnight":
        return i + 1, _named(kind)
    if kind == "pair":
        return _dotted(r, i, at=at)
    if kind == "num":
        return _number(r, i, at=at)
    return None


def _named(kind: str) -> Clock:
    return Clock(12 if kind == "noon" else 0, form=kind)


def _written(text: str) -> Clock:
    """A time with a colon. Two figures in the hour, or an hour past noon, leave one reading."""
    hour, minute, *rest = text.split(":")
    second = int(rest[0][:2]) if rest else 0
    sure = len(hour) == 2 or int(hour) > 12 or int(hour) == 0
    return Clock(int(hour), int(minute), second, form="sure" if sure else "bare")


def _meridiem(r: Reading, i: int, value: Clock) -> tuple[int, Clock]:
    """Read what follows the figures: am, pm, o'clock, hours, noon."""
    if r.kinds[i] == "oclock":
        i += 1
    if r.kinds[i] == "meridiem":
        if 12 < value.hour < 24 and value.minute and r.value(i):
            r.warn("“pm” was not needed after a time past noon.")
            return i + 1, value
        value.form = "pm" if r.value(i) else "am"
        if not 1 <= value.hour <= 12:
            r.impossible("time")
        return i + 1, value
    if r.kinds[i] in {"noon", "midnight"} and value.hour == 12 and not value.minute:
        return i + 1, _named(r.kinds[i])
    if r.kinds[i] == "unit" and r.word(i) in {"h", "hrs", "hours"} and value.form == "sure":
        return i + 1, value
    return i, value


def _dotted(r: Reading, i: int, *, at: bool) -> tuple[int, Clock] | None:
    """“14.30” and “7.30pm”; “7.6” and “1.12” may be dates, which are read elsewhere."""
    hour, dot, minute = r.word(i).partition(".")
    if not dot or len(minute) != 2 or len(hour) > 2 or r.kinds[i + 1] in {"unit", "working"}:
        return None
    if r.kinds[i + 1] != "meridiem" and not at and 1 <= int(minute) <= 12 and r.day is None and r.weekday is None:
        return None
    if int(minute) >= 60 or int(hour) > 24:
        return None
    return _meridiem(r, i + 1, _written(f"{hour}:{minute}"))


def _number(r: Reading, i: int, *, at: bool) -> tuple[int, Clock] | None:
    number, text, following = r.value(i), r.word(i), r.kinds[i + 1]
    digits = r.name(i) == "digits"
    if digits and len(text) == 6 and i and r.kinds[i - 1] == "t":
        return i + 1, Clock(number // 10000, number // 100 % 100, number % 100, form="sure")
    if digits and len(text) == 4 and following not in {"unit", "month"}:
        if at or text[0] == "0" or following == "meridiem" or r.day is not None:
            if not at and 1900 <= number < 2200:
                r.warn(f"{quoted(text)} was read as a time: {text[:2]}:{text[2:]}.")
            form = "bare" if number < 1300 and text[0] != "0" and following == "meridiem" else "sure"
            return _meridiem(r, i + 1, Clock(number // 100, number % 100, form=form))
        if number % 100 < 60 and number < 2400 and not 1900 <= number < 2200:
            r.warn(f"{text} was read as {text[:2]}:{text[2:]}.")
            return i + 1, Clock(number // 100, number % 100, form="sure")
        if r.kinds[i + 1] in {"day", "weekday-name", "on"} and number % 100 < 60:
            return i + 1, Clock(number // 100, number % 100, form="sure")
        return None
    if digits and len(text) == 4 and r.name(i + 1) == "hour":
        return i + 2, Clock(number // 100, number % 100, form="sure")
    if digits and len(text) == 3 and (following == "meridiem" or (at and following not in {"unit", "working"})):
        return _meridiem(r, i + 1, Clock(number // 100, number % 100, form="bare"))
    if following == "unit" and r.name(i + 1) == "hour" and (at or r.word(i + 1) == "h"):
        if number > 24:
            return None
        j, minute = i + 2, 0
        if r.kinds[j] == "num" and r.glued(j):
            minute, j = r.value(j), j + 1
        if not (at or r.day or r.weekday or (minute and r.kinds[j] in _DATELIKE)):
            return None
        return j, Clock(number, minute, form="sure")
    if following in {"unit", "month", "weekdays", "working", "weekday"} or number > 24:
        return None
    form = "bare" if 1 <= number <= 12 else "sure"
    if following == "-" and not digits and r.kinds[i + 2] == "num" and r.name(i + 2) == "ten" and r.glued(i + 2):
        form = "bare" if 1 <= number <= 12 else "sure"
        return _meridiem(r, i + 3, Clock(number, r.value(i + 2), form=form))  # “five-thirty”
    pair = following == "num" and r.value(i + 1) <= 60 and digits == (r.name(i + 1) == "digits")
    if (
        pair
        and (at or r.kinds[i + 2] == "meridiem" or (not digits and (r.day or r.kinds[i + 2] in _DATELIKE)))
        and (not digits or len(r.word(i + 1)) == 2)
    ):
        return _meridiem(r, i + 2, Clock(number, r.value(i + 1), form=form))  # “seven thirty”, “3 30 pm”
    if following == "num" and r.kinds[i + 2] not in {"unit", "month", "working"}:
        return None
    if following in {"meridiem", "oclock", "noon", "midnight"}:
        return _meridiem(r, i + 1, Clock(number, form=form))
    if following in {"in", "at"} and r.kinds[r.after_the(i + 2)] in {"part", "meridiem"}:
        return i + 1, Clock(number, form=form)
    context = at or r.day or r.weekday or r.part or r.steps or not digits
    if context or r.kinds[i + 1 + (following == ",")] in {"tonight", "part", "day", "this", "weekday-name", "next"}:
        if digits and not at and number > 12:
            r.warn(f"{quoted(text)} was read as {number}:00.")
        return i + 1, Clock(number, form=form)
    return None


def part(r: Reading, i: int) -> int:
    """A part of the day, with “early”, “late” or “mid” before it."""
    edge = r.kinds[i]
    j = i
    if edge.startswith("edge-"):
        j += 1
        j += r.kinds[j] == "-"
        j += r.kinds[j] == "in"
        j = r.after_the(j)
        if r.name(j) == "hour" and r.kinds[j + 1] == "of":
            j = r.after_the(j + 2)
    if r.kinds[j] == "tonight":
        if edge == "edge-early" or edge == "edge-middle":
            return 0
        r.fix_in(0)
        r.set_part("late night" if edge == "edge-late" else "night")
        return j + 1
    if r.kinds[j] == "meridiem" and j == i and len(r.word(i)) > 1 and (r.day or r.weekday or r.clock):
        r.set_part("afternoon" if r.value(i) else "morning")
        return i + 1
    if r.kinds[j] != "part":
        return 0
    name = r.name(j)
    if edge.startswith("edge-"):
        name = f"{ {'edge-middle': 'mid-', 'edge-early': 'early ', 'edge-late': 'late '}.get(edge, '') }{name}"
        if name not in PARTS and name not in _ALSO:
            return 0
    r.set_part(_ALSO.get(name, name))
    j += r.kinds[j + 1] == "time"
    return j + 1 + (r.kinds[j + 1] in {"of", "on"})


_ALSO = {"early night": "evening", "mid-evening": "evening", "mid-lunch": "lunch"}
