"""Amounts of time: “in 2 hours”, “90m”, “half an hour”, “a week on friday”, “3 working days”."""

from bot.when.reading import Amount, Reading, Step

_WORKING = {"day": "workday", "hour": "workhour"}
_HALF, _QUARTER = 0.5, 0.25


def offset(r: Reading, i: int) -> int:
    """Steps of time, and what they count from."""
    found = steps(r, i)
    if not found:
        return 0
    j, counted = found
    if r.steps and not r.anchored:
        r.clash("two spans of time")
    r.steps += counted
    return direction(r, j, counted)


def direction(r: Reading, i: int, counted: list[Step]) -> int:
    """Read what follows an amount: “later”, “from now”, “after next friday”, “before noon”."""
    if r.kinds[i] == "time" or (r.kinds[i] == "'" and r.kinds[i + 1] == "time"):
        i += 1 if r.kinds[i] == "time" else 2
    kind = r.kinds[i]
    if kind == "later" or (kind == "now" and r.word(i) == "now"):
        r.from_now = True
        return i + 1
    if kind in {"from", "after", "past"}:
        i += r.kinds[i + 1] == "filler" and r.kinds[i + 2] == "now"
        if r.kinds[i + 1] == "now":
            r.from_now = True
            return i + 2
        r.anchored = True
        return i + 1
    if kind == "before":
        r.anchored, r.direction = True, -1
        return i + 1
    weeks = len(counted) == 1 and counted[0][1] == "week"
    if weeks and not r.from_now:
        j = i + (kind == "on")
        if r.kinds[j] in {"weekday-name", "day", "next", "this"}:
            r.anchored = True
            return j
    return i


def steps(r: Reading, i: int) -> tuple[int, list[Step]] | None:
    """One amount with its unit or several in a row, and where they end."""
    found: list[Step] = []
    while step := _step(r, i):
        i, counted = step
        found.append(counted)
        if found[-1][1] == "hour" and r.kinds[i] == "num" and r.glued(i) and r.kinds[i + 1] != "unit":
            found.append((r.value(i), "minute"))
            i += 1
            break
        j = i
        if r.kinds[j] == ",":
            j += 1
        if r.kinds[j] in {"and", "plus"}:
            j += 1
        if not amount(r, j):
            break
        i_next = _step(r, j)
        if i_next is None:
            break
        i = j
    return (i, found) if found else None


def _step(r: Reading, i: int) -> tuple[int, Step] | None:
    counted = amount(r, i)
    if not counted:
        return None
    i, count = counted
    named = unit(r, i)
    if not named:
        return None
    i, times, name = named
    if r.kinds[i] == "and" and r.kinds[i + 1] == "a" and r.kinds[i + 2] in {"half", "quarter"}:
        if not unit(r, i + 3) and r.kinds[i + 3] not in {"of", "a"}:
            count += _HALF if r.kinds[i + 2] == "half" else _QUARTER
            i += 3
    elif r.kinds[i] == "and" and r.kinds[i + 1] == "half":
        count += _HALF
        i += 2
    return i, (_whole(count * times), name)


def amount(r: Reading, i: int) -> tuple[int, Amount] | None:
    """A number in any spelling, up to its unit."""
    kind = r.kinds[i]
    if kind == "num":
        count: Amount = r.value(i)
        i += 1
        if r.kinds[i] == "-" and r.glued(i):
            i += 1
        if r.kinds[i] == "pair" and "/" in r.word(i) and (part := _decimal(r.word(i))) is not None and part < 1:
            return i + 1, count + part
        if r.kinds[i] == "and" and r.kinds[i + 1] == "a" and r.kinds[i + 2] in {"half", "quarter"}:
            return i + 3, count + (_HALF if r.kinds[i + 2] == "half" else _QUARTER)
        if r.kinds[i] == "half":
            return i + 1, count + _HALF
        if r.word(i) == "quarters" and r.kinds[i + 1] == "of":
            return i + 2 + (r.kinds[i + 2] == "a"), count * _QUARTER
        i += r.kinds[i] == "more" or (r.name(i - 1) == "pair" and r.kinds[i] == "of")
        return i, count
    if kind == "pair":
        value = _decimal(r.word(i))
        if value is None:
            return None
        i += 1
        i += r.kinds[i] == "of"
        return i + (r.kinds[i] == "a" and value < 1), value
    if kind == "a":
        if r.kinds[i + 1] == "num" and r.name(i + 1) == "pair":
            return i + 2 + (r.kinds[i + 2] == "of"), r.value(i + 1)
        if r.kinds[i + 1] in {"half", "quarter"}:
            return _fraction(r, i + 1)
        return i + 1, 1
    if kind == "filler" and r.word(i) != "just":
        return amount(r, i + 1)
    if kind == "another":
        return amount(r, i + 1) or (i + 1, 1)
    if kind in {"half", "quarter"}:
        return _fraction(r, i)
    return None


def _fraction(r: Reading, i: int) -> tuple[int, Amount]:
    count = _HALF if r.kinds[i] == "half" else _QUARTER
    i += 1
    i += r.kinds[i] == "-"
    i += r.kinds[i] == "of"
    return i + (r.kinds[i] == "a"), count


def unit(r: Reading, i: int) -> tuple[int, int, str] | None:
    """A unit: where it ends, how many of the base unit it is, and the base unit's name."""
    kind = r.kinds[i]
    if kind == "-":
        i += 1
        kind = r.kinds[i]
    if kind == "unit":
        return i + 1, r.value(i), r.name(i)
    if kind == "working" and r.kinds[i + 1] == "unit" and r.name(i + 1) in _WORKING:
        return i + 2, 1, _WORKING[r.name(i + 1)]
    if kind == "weekday" or (kind == "recurring" and r.word(i) == "weekdays"):
        return i + 1, 1, "workday"
    if kind == "weekdays":
        return i + 1, 1, f"weekday-{r.value(i)}"
    if kind == "ord" and r.word(i) == "second":
        return i + 1, 1, "second"
    if kind == "quarter" and i and r.kinds[i - 1] in {"num", "a"}:
        return i + 1, 3, "month"
    if kind == "weekday-name" and r.word(i) in {"mon", "sec"} and r.name(i - 1) == "digits":
        return i + 1, 1, "month"
    if kind == "'" and r.kinds[i - 1] == "num" and r.glued(i):
        return i + 1, 1, "minute"
    if kind == '"' and r.kinds[i - 1] == "num" and r.glued(i):
        return i + 1, 1, "second"
    return None


def _decimal(text: str) -> float | None:
    """“1.5”, “0,5” and “3/4” as numbers; dates and years are not."""
    if "/" in text:
        over, under = text.split("/")
        return int(over) / int(under) if 0 < int(under) <= 60 and int(over) else None
    if "-" in text:
        return None
    return float(text.replace(",", "."))


def _whole(count: Amount) -> Amount:
    return int(count) if isinstance(count, float) and count.is_integer() else count
