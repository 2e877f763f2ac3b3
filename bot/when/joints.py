"""Small words and what they join: “in”, “at”, “on”, “the”, “next”, “after”, dashes and signs."""

from bot.when import amounts, clocks, dates, days, edges, spans, working
from bot.when.calendars import span_start
from bot.when.errors import quoted, refusal
from bot.when.reading import Day, Reading


def dash(r: Reading, i: int) -> int:
    """A dash between a date and a time is a pause; before an amount it counts back; else it may make a range."""
    if i == 0 or i + 1 >= len(r.tokens):
        return 0
    if (r.day or r.weekday) and amounts.steps(r, i + 1):
        r.anchored, r.direction = True, -1
        return amounts.offset(r, i + 1)
    if r.kinds[i - 1] in _TIMELIKE and r.kinds[i + 1] in _TIMELIKE:
        raise refusal("range", quoted(r.text))
    r.range_sign = True
    return i + 1


_TIMELIKE = frozenset({"pair", "clock", "num", "meridiem", "ord"})


def minus(r: Reading, i: int) -> int:
    """“friday minus 1 day”."""
    if not (r.day or r.weekday or r.clock) or not amounts.steps(r, i + 1):
        return 0
    r.anchored, r.direction = True, -1
    return amounts.offset(r, i + 1)


def over(r: Reading, i: int) -> int:
    """“over the weekend”."""
    j = r.after_the(i + 1)
    return j if r.kinds[j] == "weekend" else 0


def plus(r: Reading, i: int) -> int:
    """“next tuesday + 10 days”, “now + 40 minutes”, “+3h”."""
    if r.steps:
        return 0
    j = amounts.offset(r, i + 1)
    if j and (r.day or r.weekday or r.clock):
        r.anchored = True
    return j


def now(r: Reading, i: int) -> int:
    """“now + 40 minutes”; “now” alone is not in the future."""
    if r.kinds[i + 1] in {"+", "plus"}:
        r.from_now = True
        return plus(r, i + 1)
    raise refusal("past", quoted(r.text))


def in_(r: Reading, i: int) -> int:
    """“in 2 hours”, “in the morning”, “in march”, “in the next 3 days”, “in a week on friday”."""
    j = r.after_the(i + 1)
    kind = r.kinds[j]
    if kind in {"part", "meridiem"} or kind.startswith("edge-"):
        return clocks.part(r, j) or edges.edge(r, j)
    if kind == "month":
        return dates.month(r, j)
    if kind == "num" and r.name(j) == "digits" and len(r.word(j)) == 4 and 1900 < r.value(j) < 2200:
        if r.kinds[j + 1] in {"unit", "working"}:
            return amounts.offset(r, j)
        r.set_day(Day("span", r.today.replace(year=r.value(j), month=1, day=1), "year"))
        return j + 1
    if kind in {"next", "coming", "following"}:
        return next_(r, j)
    if kind == "unit" and r.word(i) == "within":
        r.steps.append((r.value(j), r.name(j)))
        return j + 1
    found = amounts.steps(r, j)
    if not found:
        if kind == "num" and r.name(j) == "digits" and j == i + 1 == len(r.tokens) - 1 and 1 <= r.value(j) < 60:
            r.warn(f"“in {r.word(j)}” was read as {r.word(j)} minutes.")
            r.steps.append((r.value(j), "minute"))
            return j + 1
        return 0
    k, counted = found
    if r.kinds[k] in {"on", ","} and r.kinds[k + 1] == "weekday-name":
        r.steps += counted
        return k + 1
    return amounts.offset(r, j)


def after(r: Reading, i: int) -> int:
    """“after 5 days”, “after 4pm”, “after lunch”, “after work”, “after the weekend”.

    After anything else that lasts would be a guess: a part of the day is refused, the end of something is asked about.
    """
    j = r.after_the(i + 1)
    if r.name(j) == "lunch":
        r.set_part("after lunch")
        return j + 1
    if r.word(j) in {"work", "hours"}:
        r.set_part("after work")
        return j + 1
    if r.kinds[j + (r.kinds[j] == "this")] == "weekend":
        r.fix(span_start(r.today, "week", 1))
        return j + 1 + (r.kinds[j] == "this")
    if found := amounts.offset(r, j) or clocks.clock(r, j, at=True):
        return found
    if r.kinds[j] in {"part", "tonight"} or (r.kinds[j].startswith("edge-") and r.kinds[j + 1] == "part"):
        return r.refuse("vague")
    if found := at(r, i):
        r.warn("“after” was read as “at”.")
    return found


def before(r: Reading, i: int) -> int:
    """“before 4pm” is taken as 4pm, with a warning; so is “from 4pm”."""
    if any(kind in {"to", "range", "-", "and", "or"} for kind in r.kinds[i:]) or "-" in r.text:
        raise refusal("range", quoted(r.text))
    if j := clocks.clock(r, i + 1, at=True):
        r.warn(f"“{r.word(i)}” was read as “at”.")
        return j
    return 0


def yesterday(r: Reading, i: int) -> int:
    """“2 weeks after yesterday”: the only yesterday that leads ahead."""
    if not r.word(i).startswith("y") or not r.steps or not r.anchored or r.direction < 0:
        return 0
    r.fix_in(-1)
    return i + 1


def past(r: Reading, i: int) -> int:
    """“past week”, “past friday”: gone."""
    if r.kinds[i + 1] in {"unit", "num", "weekday-name", "weekend", "month", "quarter", "vague", "a"}:
        return r.refuse("past")
    return 0


def for_(r: Reading, i: int) -> int:
    """“for 2 hours” (as one snoozes), “for friday”, “for 9am”; an amount from a date on is a range."""
    j = in_(r, i)
    if j and r.steps and r.anchored:
        raise refusal("range", quoted(r.text))
    return j or on(r, i) or at(r, i)


def at(r: Reading, i: int) -> int:
    """“at 9”, “by noon”, “at the end of the week”, “at night”."""
    j = i + 1
    while r.kinds[j] in {"filler", "the", "@", "~"}:
        j += 1
    if r.kinds[j] in {"weekday-name", "day", "month", "next", "iso", "triple", "ord"} and r.word(i) == "by":
        return j
    if r.kinds[j] == "weekend" and r.word(i) == "by":
        r.warn("“by” was read as “at”.")
    return clocks.clock(r, j, at=True) or clocks.part(r, j) or edges.edge(r, j) or (j if r.kinds[j] in _AT else 0)


_AT = frozenset({"weekend", "tonight", "eod", "eow", "eom", "eoy", "working", "last"})


def on(r: Reading, i: int) -> int:
    """“on friday”, “on the 27th”, “on 15/2”, “on 15”."""
    j = r.after_the(i + 1)
    kind = r.kinds[j]
    if kind in {"num", "ord"}:
        return days.number(r, j, on=True)
    if kind in {
        "weekday-name",
        "month",
        "iso",
        "triple",
        "packed",
        "pair",
        "next",
        "this",
        "coming",
        "following",
        "day",
        "weekend",
    }:
        return j
    if kind in {"last", "weekday", "working"} or kind.startswith("edge-"):
        return j
    return 0


def the(r: Reading, i: int) -> int:
    """“the 27th”, “the day after tomorrow”, “the end of may”, “the last friday of march”, “the friday after next”."""
    j = i + 1
    kind = r.kinds[j]
    if kind == "ord" and (k := ordinal(r, j)):
        return k
    if kind in {"num", "ord"}:
        return days.number(r, j, on=True)
    if kind in {"unit", "quarter"}:
        return unit(r, j) or _after_next(r, j)
    if kind in {
        "weekday-name",
        "weekend",
        "next",
        "coming",
        "following",
        "last",
        "edge-end",
        "edge-start",
        "edge-middle",
    }:
        return j
    return 0


def _after_next(r: Reading, i: int) -> int:
    if found := spans.relative_span(r, i):
        r.set_day(Day("span", found[2], found[1]))
        return found[0]
    return 0


def unit(r: Reading, i: int) -> int:
    """“day after tomorrow”, “day before friday”, “week after next”, “week on monday”, “month end”."""
    following = r.kinds[i + 1]
    if following in {"after", "before", "from", "on"} and not (following == "after" and r.kinds[i + 2] == "next"):
        if following != "on" and r.name(i) != "day":
            r.warn(f"“{r.word(i)} {following}” was read as exactly one {r.word(i)} from there.")
        r.steps.append((r.value(i), r.name(i)))
        r.anchored = True
        r.direction = -1 if following == "before" else 1
        return i + 2
    if following == "edge-end" and r.name(i) in {"day", "week", "month", "year"}:
        first = r.today if r.name(i) == "day" else span_start(r.today, r.name(i), 0)
        return edges.end_of(r, r.name(i), first, i + 2)
    if (
        following == "of"
        and r.name(i) == "week"
        and r.kinds[r.after_the(i + 2)] in {"month", "ord", "num", "iso", "pair"}
    ):
        r.warn("“week of” was read as that day.")
        return i + 2
    if following == "day" and r.name(i) == "week":
        r.steps.append((r.value(i), "week"))
        r.anchored = True
        return i + 1
    return _after_next(r, i)


def next_(r: Reading, i: int) -> int:
    """“next friday”, “next 2 weeks”, “next week”, “this evening”, “the following day”, “next working day”."""
    mode, j = r.kinds[i], i + 1
    kind = r.kinds[j]
    if kind == "past" and mode == "this":
        return past(r, j)
    if kind == "feast":
        return dates.feast(r, j)
    if kind == "coming" and mode == "this":
        return next_(r, j)
    if kind == "weekday-name":
        return days.weekday(r, j, mode=mode)
    if kind == "part":
        r.fix_in(0 if mode == "this" else 1)
        return clocks.part(r, j)
    if kind == "month":
        return dates.month(r, j)
    if kind == "weekend":
        return edges.weekend(r, j, shift=1 if mode in {"next", "following"} else 0)
    if kind == "working" or kind == "weekday":
        if mode == "this" or not (found := amounts.unit(r, j)):
            return 0
        if found[2] == "workhour":
            r.steps.append((1, "workhour"))
        else:
            r.fix(working.days(r.policy, r.now.replace(tzinfo=None), 1).date())
        return found[0]
    if found_span := spans.relative_span(r, i):
        k, unit, first = found_span
        if mode == "coming":
            first = span_start(r.today, unit, 1)
        r.set_day(Day("span", first, unit, said=mode))
        return k
    if mode == "this":
        return 0
    if r.kinds[j] == "unit":
        if r.name(j) == "day":
            r.fix_in(1)
        else:
            r.steps.append((r.value(j), r.name(j)))
            r.from_now = True
        return j + 1
    return amounts.offset(r, j)


def weekday(r: Reading, i: int) -> int:
    """A weekday, with the week it is of or the date it comes after."""
    of = r.kinds[i + 1] == "of" or (r.kinds[i + 1] == "in" and r.kinds[i + 2] in {"next", "the"})
    if of and r.weekday is None and spans.relative_span(r, i + 2):
        r.set_weekday(r.value(i), "")
        return i + 2
    if r.kinds[i + 1] in {"after", "before"} and r.kinds[i + 2] != "next":
        j = _weekdays_from(r, i, 1)
        if j:
            return j
    return days.weekday(r, i)


def _weekdays_from(r: Reading, i: int, count: int) -> int:
    """“the tuesday after christmas”, “the friday before 1 march”, “second monday after easter” and its like."""
    if r.steps or r.kinds[i + 2] not in {"feast", "month", "num", "ord", "the", "iso", "pair", "triple", "next", "day"}:
        return 0
    r.steps.append((count, f"weekday-{r.value(i)}"))
    r.anchored = True
    r.direction = -1 if r.kinds[i + 1] == "before" else 1
    return i + 2


def ordinal(r: Reading, i: int) -> int:
    """“first thing”, “second monday after 1 march”."""
    if r.kinds[i + 1] == "weekday-name" and r.kinds[i + 2] in {"after", "before"}:
        return _weekdays_from(r, i + 1, r.value(i))
    return edges.thing(r, i)


def filler(r: Reading, i: int) -> int:
    """A word that changes nothing: “please”, “about”, “sharp”."""
    if r.kinds[i + 1] in {"num", "pair"}:
        return at(r, i) or amounts.offset(r, i + 1)
    return i + 1 if len(r.tokens) > 1 else 0
