"""The grammar's top: which reader may start at which word, until every word is read or one is not."""

from collections.abc import Callable

from bot.when import amounts, back, clocks, dates, days, edges, joints, spans, zones
from bot.when.errors import quoted, refusal
from bot.when.reading import Reading

Reader = Callable[[Reading, int], int]


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
    if end and r.kinds[end - 1] in _DANGLING:
        raise _unread(r, end - 1)


_DANGLING = frozenset(
    {"on", "at", "in", "by", "of", "the", "from", "after", "before", "past", "for", "to", "and", "-", "a"}
)
"""Words that promise another one; a phrase that ends in one is unfinished."""


def _counts_back(r: Reading) -> bool:
    """Whether the phrase begins with less than nothing: “in -5 minutes”, “minus two hours”."""
    i = 0
    while r.kinds[i] in _BEFORE_AMOUNTS:
        i += 1
    if r.kinds[i] not in {"-", "minus"}:
        return False
    return amounts.steps(r, i + 1) is not None or (i > 0 and r.kinds[i + 1] == "num" and i + 2 == len(r.tokens))


_BEFORE_AMOUNTS = frozenset({"in", "for", "after", "the", "filler", "~"})


def _unread(r: Reading, i: int) -> Exception:
    if _counts_back(r):
        return refusal("past", quoted(r.text))
    token = r.tokens[i]
    unknown = next((one for one in r.tokens if one.kind in {"unknown", "other"}), None)
    if unknown is None:
        for one in r.tokens:
            if code := _NEVER.get(one.kind):
                return refusal(code, quoted(r.text))
        if token.kind in {"and", "or", "to"} and 0 < i < len(r.tokens) - 1:
            return refusal("range", quoted(r.text))
    # A word that is known begins something that is none, such as “in 2-5 minutes”: all of that is named.
    what = unknown.text if unknown is not None else r.text[token.start :]
    return refusal("unreadable", quoted(r.text) if what == r.text else f"{quoted(what)} in {quoted(r.text)}")


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
        r.refuse(code)

    return reader


def _first(*readers: Reader) -> Reader:
    def reader(r: Reading, i: int) -> int:
        for one in readers:
            if j := one(r, i):
                return j
        return 0

    return reader


def _comma(_r: Reading, i: int) -> int:
    return i + 1 if i else 0


def _closing(r: Reading, i: int) -> int:
    """Marks that may end a phrase."""
    return i + 1 if i and i + 1 == len(r.tokens) else 0


_AMOUNT: tuple[Reader, ...] = (clocks.clock, amounts.offset)


_READERS: dict[str, tuple[Reader, ...]] = {
    "num": (dates.trailing_year, days.number, clocks.clock, amounts.offset),
    "ord": (joints.ordinal, days.number),
    "clock": (clocks.clock,),
    "iso": (dates.iso,),
    "packed": (dates.iso,),
    "triple": (dates.triple,),
    "pair": (_first(clocks.clock, amounts.offset), dates.pair),
    "month": (dates.month,),
    "weekday-name": (joints.weekday,),
    "day": (days.day,),
    "part": (clocks.part,),
    "meridiem": (clocks.part,),
    "tonight": (clocks.part,),
    "noon": (clocks.clock,),
    "midnight": (clocks.clock,),
    "a": _AMOUNT,
    "half": _AMOUNT,
    "quarter": (*_AMOUNT, joints.unit),
    "another": (amounts.offset,),
    "next": (joints.next_,),
    "this": (joints.next_,),
    "coming": (joints.next_,),
    "following": (joints.next_,),
    "unit": (joints.unit,),
    "weekend": (edges.weekend,),
    "edge-end": (edges.edge,),
    "edge-start": (edges.edge,),
    "edge-middle": (edges.edge,),
    "edge-early": (edges.edge,),
    "edge-late": (edges.edge,),
    "eod": (edges.abbreviated("day"),),
    "eow": (edges.abbreviated("week"),),
    "eom": (edges.abbreviated("month"),),
    "eoy": (edges.abbreviated("year"),),
    "on": (joints.on,),
    "at": (joints.at,),
    "by": (joints.at,),
    "@": (joints.at,),
    "in": (joints.in_,),
    "for": (joints.for_,),
    "after": (joints.after,),
    "before": (joints.before,),
    "from": (joints.before,),
    "past": (back.last, joints.past),
    "feast": (dates.feast, zones.zone),
    "q": (spans.q,),
    "the": (joints.the,),
    "plus": (joints.plus,),
    "minus": (joints.minus,),
    "over": (joints.over,),
    "+": (zones.numeric, joints.plus),
    "now": (joints.now,),
    "filler": (joints.filler,),
    ",": (_comma,),
    "-": (zones.numeric, joints.dash),
    ".": (_closing,),
    "!": (_closing,),
    "?": (_closing,),
    ";": (_closing,),
    "recurring": (_refuse("recurring"),),
    "vague": (_refuse("vague"),),
    "later": (_refuse("vague"),),
    "backward": (back.ago, joints.yesterday, _refuse("past")),
    "last": (back.last, edges.last),
    "unknown": (zones.zone,),
    "iana": (zones.zone,),
    "local": (zones.zone,),
    "(": (zones.zone,),
    "range": (_refuse("range"),),
}
