"""The grammar's top: which reader may start at which word, until every word is read or one is not."""

from collections.abc import Callable
from datetime import timedelta

from bot.when import amounts, clocks, days, working, zones
from bot.when.calendars import last_of, nth_weekday, span_start
from bot.when.errors import quoted, refusal
from bot.when.reading import Clock, Day, Reading

Reader = Callable[[Reading, int], int]

_SIGNS = frozenset({",", "-", ".", "!", "?", ";", ":", "(", ")", "@", '"', "/", "~"})


def read(r: Reading) -> None:
    """Fill the reading from all of its tokens, or refuse, naming the word that could not be read."""
    i, end = 0, len(r.tokens)
    while i < end:
        for reader in _READERS.get(r.kinds[i], ()):
            if j := reader(r, i):
                i = j
                break
        else:
            raise _unread(r, i)


def _unread(r: Reading, i: int) -> Exception:
    token = r.tokens[i]
    unknown = next((one for one in r.tokens if one.kind in {"unknown", "other"}), None)
    if unknown is None:
        for one in r.tokens:
            if code := _NEVER.get(one.kind):
                return refusal(code, quoted(r.text))
        if token.kind in {"and", "or", "to"} and 0 < i < len(r.tokens) - 1:
            return refusal("range", quoted(r.text))
    token = unknown or token
    return refusal("unreadable", f"{quoted(token.text)} in {quoted(r.text)}" if len(r.tokens) > 1 else quoted(r.text))


_NEVER = {
    "recurring": "recurring",
    "vague": "vague",
    "backward": "past",
    "range": "range",
    "to": "range",
    "or": "range",
    "before": "range",
}


def _refuse(code: str) -> Reader:
    def reader(r: Reading, _i: int) -> int:
        unknown = next((token for token in r.tokens if token.kind in {"unknown", "other"}), None)
        if unknown is not None:
            raise refusal("unreadable", f"{quoted(unknown.text)} in {quoted(r.text)}")
        raise refusal(code, quoted(r.text))

    return reader


def _first(*readers: Reader) -> Reader:
    def reader(r: Reading, i: int) -> int:
        for one in readers:
            if j := one(r, i):
                return j
        return 0

    return reader


def _dash(r: Reading, i: int) -> int:
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


def _comma(r: Reading, i: int) -> int:
    return i + 1 if i else 0


def _closing(r: Reading, i: int) -> int:
    """Marks that may end a phrase."""
    return i + 1 if i and i + 1 == len(r.tokens) else 0


def _plus(r: Reading, i: int) -> int:
    """“next tuesday + 10 days”, “now + 40 minutes”, “+3h”."""
    if r.steps:
        return 0
    j = amounts.offset(r, i + 1)
    if j and (r.day or r.weekday or r.clock):
        r.anchored = True
    return j


def _now(r: Reading, i: int) -> int:
    if r.kinds[i + 1] in {"+", "plus"}:
        r.from_now = True
        return _plus(r, i + 1)
    raise refusal("past", quoted(r.text))


def _in(r: Reading, i: int) -> int:
    """“in 2 hours”, “in the morning”, “in march”, “in the next 3 days”, “in a week on friday”."""
    j = r.after_the(i + 1)
    kind = r.kinds[j]
    if kind in {"part", "meridiem"} or kind.startswith("edge-"):
        return clocks.part(r, j) or _edge(r, j)
    if kind == "month":
        return days.month(r, j)
    if kind == "num" and r.name(j) == "digits" and len(r.word(j)) == 4 and 1900 < r.value(j) < 2200:
        if r.kinds[j + 1] in {"unit", "working"}:
            return amounts.offset(r, j)
        r.set_day(Day("span", r.today.replace(year=r.value(j), month=1, day=1), "year"))
        return j + 1
    if kind in {"next", "coming", "following"}:
        return _next(r, j)
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


def _after(r: Reading, i: int) -> int:
    """“after 5 days”, “after 4pm”, “after lunch”, “after work”."""
    j = r.after_the(i + 1)
    if r.name(j) == "lunch":
        r.set_part("after lunch")
        return j + 1
    if r.word(j) in {"work", "hours"}:
        r.set_part("after work")
        return j + 1
    return amounts.offset(r, j) or _at(r, i)


def _before(r: Reading, i: int) -> int:
    """“before 4pm” is taken as 4pm, with a warning; so is “from 4pm”."""
    if any(kind in {"to", "range", "-", "and", "or"} for kind in r.kinds[i:]) or "-" in r.text:
        raise refusal("range", quoted(r.text))
    if j := clocks.clock(r, i + 1, at=True):
        r.warn(f"“{r.word(i)}” was read as “at”.")
        return j
    return 0


def _yesterday(r: Reading, i: int) -> int:
    """“2 weeks after yesterday”: the only yesterday that leads ahead."""
    if not r.word(i).startswith("y") or not r.steps or not r.anchored or r.direction < 0:
        return 0
    r.fix_in(-1)
    return i + 1


def _past(r: Reading, i: int) -> int:
    if r.kinds[i + 1] in {"unit", "num", "weekday-name", "weekend", "month", "quarter", "vague", "a"}:
        return _refuse("past")(r, i)
    return 0


def _for(r: Reading, i: int) -> int:
    """“for 2 hours” (as one snoozes), “for friday”, “for 9am”; an amount from a date on is a range."""
    j = _in(r, i)
    if j and r.steps and r.anchored:
        raise refusal("range", quoted(r.text))
    return j or _on(r, i) or _at(r, i)


def _at(r: Reading, i: int) -> int:
    """“at 9”, “by noon”, “at the end of the week”, “at night”."""
    j = i + 1
    while r.kinds[j] in {"filler", "the", "@", "~"}:
        j += 1
    if r.kinds[j] in {"weekday-name", "day", "month", "next", "iso", "triple", "ord"} and r.word(i) == "by":
        return j
    return clocks.clock(r, j, at=True) or clocks.part(r, j) or _edge(r, j) or (j if r.kinds[j] in _AT else 0)


_AT = frozenset({"weekend", "tonight", "eod", "eow", "eom", "eoy", "working", "last"})


def _on(r: Reading, i: int) -> int:
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


def _the(r: Reading, i: int) -> int:
    """“the 27th”, “the day after tomorrow”, “the end of may”, “the last friday of march”, “the friday after next”."""
    j = i + 1
    kind = r.kinds[j]
    if kind in {"num", "ord"}:
        return days.number(r, j, on=True)
    if kind in {"unit", "quarter"}:
        return _unit(r, j) or _after_next(r, j)
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
    if found := days.relative_span(r, i):
        r.set_day(Day("span", found[2], found[1]))
        return found[0]
    return 0


def _unit(r: Reading, i: int) -> int:
    """“day after tomorrow”, “day before friday”, “week after next”, “week on monday”, “month end”."""
    following = r.kinds[i + 1]
    if following in {"after", "before", "from", "on"} and not (following == "after" and r.kinds[i + 2] == "next"):
        r.steps.append((r.value(i), r.name(i)))
        r.anchored = True
        r.direction = -1 if following == "before" else 1
        return i + 2
    if following == "edge-end" and r.name(i) in {"day", "week", "month", "year"}:
        return _end_of(r, i, r.name(i), span_start(r.today, r.name(i), 0) if r.name(i) != "day" else r.today, i + 2)
    if (
        following == "of"
        and r.name(i) == "week"
        and r.kinds[r.after_the(i + 2)] in {"month", "ord", "num", "iso", "pair"}
    ):
        r.warn("“week of” was read as that day.")
        return i + 2
    return _after_next(r, i)


def _next(r: Reading, i: int) -> int:
    """“next friday”, “next 2 weeks”, “next week”, “this evening”, “the following day”, “next working day”."""
    mode, j = r.kinds[i], i + 1
    kind = r.kinds[j]
    if kind == "past" and mode == "this":
        return _past(r, j)
    if kind == "feast":
        return days.feast(r, j)
    if kind == "weekday-name":
        return days.weekday(r, j, mode=mode)
    if kind == "part":
        r.fix_in(0 if mode == "this" else 1)
        return clocks.part(r, j)
    if kind == "month":
        return days.month(r, j)
    if kind == "weekend":
        return _weekend(r, j, shift=1 if mode in {"next", "following"} else 0)
    if kind == "working" or kind == "weekday":
        if mode == "this" or not (found := amounts.unit(r, j)):
            return 0
        if found[2] == "workhour":
            r.steps.append((1, "workhour"))
        else:
            r.fix(working.days(r.policy, r.now.replace(tzinfo=None), 1).date())
        return found[0]
    if found_span := days.relative_span(r, i):
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


def _weekend(r: Reading, i: int, *, shift: int = 0) -> int:
    monday = span_start(r.today, "week", shift)
    if shift == 0 and r.today.weekday() >= 5:
        monday += timedelta(days=7)
        r.warn("It is the weekend now: the next one was taken.")
    r.set_day(Day("span", monday + timedelta(days=5), "weekend"))
    return i + 1


def _last(r: Reading, i: int) -> int:
    """“last friday of march”, “last day of the month”, “last thing friday”; any other “last” is past."""
    if j := days.nth_span(r, i):
        return j
    if r.kinds[i + 1] == "thing":
        r.soft = r.policy.working_until
        return i + 2
    if r.kinds[i + 1] == "working" and (j := days.working_day(r, i)):
        return j
    if r.kinds[i + 1] == "weekday-name" and (j := days.nth(r, i, take=True)):
        return j
    if r.kinds[i + 1] == "unit" and r.name(i + 1) == "day" and r.kinds[i + 2] in {"of", "in"}:
        if found := days.span(r, i + 3):
            r.fix(last_of(found[2], found[1]))
            return found[0]
    return _refuse("past")(r, i)


def _edge(r: Reading, i: int) -> int:
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
    if found := days.span(r, j):
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
        return _end_of(r, i, "day", r.today, i + 2)
    if kind in {"business", "working"} or (kind == "unit" and r.name(i) == "day"):
        r.soft = r.policy.working_until
        j = i + 1
        return j + (kind == "working" and r.name(j) == "day")
    if found := days.span(r, i):
        return _end_of(r, i, found[1], found[2], found[0])
    return 0


def _end_of(r: Reading, _i: int, unit: str, first: object, j: int) -> int:
    from datetime import date

    assert isinstance(first, date)
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


def _abbreviated(unit: str) -> Reader:
    def reader(r: Reading, i: int) -> int:
        return _end_of(r, i, unit, r.today if unit == "day" else span_start(r.today, unit, 0), i + 1)

    return reader


def _thing(r: Reading, i: int) -> int:
    """“first thing monday”."""
    if r.value(i) != 1 or r.kinds[i + 1] != "thing":
        return 0
    r.soft = r.policy.working_from
    j = i + 2
    return j + (r.kinds[j] in {"on", "in"} and r.kinds[j + 1] not in {"the", "part"})


def _noon(r: Reading, i: int) -> int:
    return clocks.clock(r, i)


def _weekday(r: Reading, i: int) -> int:
    if r.kinds[i + 1] == "of" or (r.kinds[i + 1] == "in" and r.kinds[i + 2] in {"next", "the"}):
        if r.weekday is None and days.relative_span(r, i + 2):
            r.set_weekday(r.value(i), "")
            return i + 2
    return days.weekday(r, i)


def _filler(r: Reading, i: int) -> int:
    if r.kinds[i + 1] in {"num", "pair"}:
        return _at(r, i) or amounts.offset(r, i + 1)
    return i + 1 if len(r.tokens) > 1 else 0


_AMOUNT: tuple[Reader, ...] = (clocks.clock, amounts.offset)
_READERS: dict[str, tuple[Reader, ...]] = {
    "num": (days.trailing_year, days.number, clocks.clock, amounts.offset),
    "ord": (_thing, days.number),
    "clock": (clocks.clock,),
    "iso": (days.iso,),
    "packed": (days.iso,),
    "triple": (days.triple,),
    "pair": (_first(clocks.clock, amounts.offset), days.pair),
    "month": (days.month,),
    "weekday-name": (_weekday,),
    "day": (days.day,),
    "part": (clocks.part,),
    "meridiem": (clocks.part,),
    "tonight": (clocks.part,),
    "noon": (clocks.clock,),
    "midnight": (clocks.clock,),
    "a": _AMOUNT,
    "half": _AMOUNT,
    "quarter": (*_AMOUNT, _unit),
    "another": (amounts.offset,),
    "next": (_next,),
    "this": (_next,),
    "coming": (_next,),
    "following": (_next,),
    "unit": (_unit,),
    "weekend": (_weekend,),
    "edge-end": (_edge,),
    "edge-start": (_edge,),
    "edge-middle": (_edge,),
    "edge-early": (_edge,),
    "edge-late": (_edge,),
    "eod": (_abbreviated("day"),),
    "eow": (_abbreviated("week"),),
    "eom": (_abbreviated("month"),),
    "eoy": (_abbreviated("year"),),
    "on": (_on,),
    "at": (_at,),
    "by": (_at,),
    "@": (_at,),
    "in": (_in,),
    "for": (_for,),
    "after": (_after,),
    "before": (_before,),
    "from": (_before,),
    "past": (_past,),
    "feast": (days.feast, zones.zone),
    "q": (days.q,),
    "the": (_the,),
    "plus": (_plus,),
    "+": (zones.numeric, _plus),
    "now": (_now,),
    "filler": (_filler,),
    ",": (_comma,),
    "-": (zones.numeric, _dash),
    ".": (_closing,),
    "!": (_closing,),
    "?": (_closing,),
    ";": (_closing,),
    "recurring": (_refuse("recurring"),),
    "vague": (_refuse("vague"),),
    "later": (_refuse("vague"),),
    "backward": (_yesterday, _refuse("past")),
    "last": (_last,),
    "unknown": (zones.zone,),
    "iana": (zones.zone,),
    "local": (zones.zone,),
    "(": (zones.zone,),
    "range": (_refuse("range"),),
}
