"""Ends, starts and middles: “end of the week”, “eod”, “mid march”, “first thing”, “last friday of may”, “weekend”."""

from collections.abc import Callable
from datetime import date, timedelta

from bot.when import clocks, spans
from bot.when.calendars import last_of, span_start
from bot.when.reading import Day, Reading
from bot.when.steps import SECONDS


def edge(r: Reading, i: int) -> int:
    """“end of the week”, “start of next month”, “mid march”, “early next week”, “end of day”, “late tonight”."""
    edge = r.kinds[i]
    if not edge.startswith("edge-"):
        return 0
    if j := clocks.part(r, i):
        return j
    j = i + 1
    j += r.kinds[j] in {"of", "-", "in", "on"}
    j = r.after_the(j)
    if edge == "edge-end":
        return _end(r, j)
    if edge == "edge-start" and (r.kinds[j] in {"business", "working", "day", "weekday-name"} or r.name(j) == "day"):
        r.soft = r.policy.working_from
        return j if r.kinds[j] in {"day", "weekday-name"} else j + 1 + (r.kinds[j + 1] == "unit")
    if edge in {"edge-early", "edge-late"} and r.kinds[j] in {"day", "weekday-name"}:
        r.set_part("early morning" if edge == "edge-early" else "late afternoon")
        return j
    if found := spans.span(r, j):
        j, unit, first = found
        last = last_of(first, unit)
        length = (last - first).days + 1
        ahead = {
            "edge-middle": length // 2 if unit != "week" else 2,
            "edge-late": length * 3 // 4 if unit != "week" else 3,
        }
        when = first + timedelta(days=ahead.get(edge, 0))
        if when < r.today and first <= r.today:
            when += last - first + timedelta(days=1)
            r.warn(f"This {unit}'s has passed: the next one was taken.")
        r.fix(when)
        return j
    return 0


def _end(r: Reading, i: int) -> int:
    """What “end of” is the end of."""
    kind = r.kinds[i]
    if kind in {"day", "weekday-name"}:
        r.soft = r.policy.working_until
        return i
    if kind == "this" and r.name(i + 1) == "day":
        return end_of(r, "day", r.today, i + 2)
    if kind in {"business", "working"} or (kind == "unit" and r.name(i) == "day"):
        r.soft = r.policy.working_until
        j = i + 1
        return j + (kind == "working" and r.name(j) == "day")
    if found := spans.span(r, i):
        return end_of(r, found[1], found[2], found[0])
    return 0


def end_of(r: Reading, unit: str, first: date, j: int) -> int:
    """Take the last day of a span, or today, at the end of working hours."""
    r.soft = r.policy.working_until
    if unit == "day":
        return j
    last = last_of(first, unit)
    if unit == "week":
        last = first + timedelta(days=max(r.policy.working_days))
        if last < r.today:
            last = first + timedelta(days=6)
    r.fix(last)
    return j


def last(r: Reading, i: int) -> int:
    """“last friday of march”, “last day of the month”, “last thing friday”; any other “last” is past."""
    if j := spans.nth_span(r, i):
        return j
    if r.kinds[i + 1] == "thing":
        r.soft = r.policy.working_until
        return i + 2
    if r.kinds[i + 1] == "working" and (j := spans.working_day(r, i)):
        return j
    if r.kinds[i + 1] == "weekday-name" and (j := spans.nth(r, i, take=True)):
        return j
    day_of = r.kinds[i + 1] == "unit" and r.name(i + 1) == "day" and r.kinds[i + 2] in {"of", "in"}
    if day_of and (found := spans.span(r, i + 3)):
        r.fix(last_of(found[2], found[1]))
        return found[0]
    return r.refuse("past")


def weekend(r: Reading, i: int, *, shift: int = 0) -> int:
    """The Saturday of this week, or ``shift`` weeks on; what is counted after it is counted from the Sunday."""
    monday = span_start(r.today, "week", shift)
    if r.anchored and r.steps and r.direction > 0:
        if any(unit in SECONDS or unit == "workhour" for _, unit in r.steps):
            return r.refuse("vague")  # after which hour of which day?
        if any(unit in {"week", "month", "year"} for _, unit in r.steps):
            r.warn("It was counted from the Sunday.")
        r.set_day(Day("span", monday + timedelta(days=6), "weekend"))
        return i + 1
    if shift == 0 and r.today.weekday() >= 5:
        monday += timedelta(days=7)
        r.warn("It is the weekend now: the next one was taken.")
    r.set_day(Day("span", monday + timedelta(days=5), "weekend"))
    return i + 1


def abbreviated(unit: str) -> Callable[[Reading, int], int]:
    """“eod”, “eow”, “eom”, “eoy”."""

    def reader(r: Reading, i: int) -> int:
        return end_of(r, unit, r.today if unit == "day" else span_start(r.today, unit, 0), i + 1)

    return reader


def thing(r: Reading, i: int) -> int:
    """“first thing monday”."""
    if r.value(i) != 1 or r.kinds[i + 1] != "thing":
        return 0
    r.soft = r.policy.working_from
    j = i + 2
    return j + (r.kinds[j] in {"on", "in"} and r.kinds[j + 1] not in {"the", "part"})
