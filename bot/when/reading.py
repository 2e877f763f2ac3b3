"""What has been read of a phrase so far: one place for a day, one for a time, one for what is counted from them."""

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal, NamedTuple, NoReturn

from bot.when.errors import quoted, refusal
from bot.when.policy import PARTS, Policy
from bot.when.tokens import Token

Amount = int | float
Step = tuple[Amount, str]


_EDGES = {"early morning": "early", "late afternoon": "late"}
"""What “early monday” and “late monday” were read as, before the part of the day came: “early monday evening”."""


class Clock:
    """A time of day as said. ``form``: “sure” as written, “am”/“pm”, “noon”/“midnight”, or “bare” without any of it."""

    __slots__ = ("form", "hour", "minute", "second", "shift")

    def __init__(self, hour: int, minute: int = 0, second: int = 0, *, form: str, shift: int = 0) -> None:
        self.hour, self.minute, self.second, self.form, self.shift = hour, minute, second, form, shift


class Day(NamedTuple):
    """A day as said: ``fixed`` (known), ``yearless``, ``monthless``, or the first of a ``span`` of days."""

    kind: Literal["fixed", "yearless", "monthless", "span"]
    date: date
    unit: str = ""
    relative: bool = False
    said: str = ""


class Reading:
    """The slots that readers fill. A slot filled twice means two moments, and is refused."""

    __slots__ = (
        "anchored",
        "back",
        "clock",
        "day",
        "direction",
        "from_now",
        "kinds",
        "now",
        "part",
        "policy",
        "range_sign",
        "soft",
        "steps",
        "text",
        "tokens",
        "warnings",
        "weekday",
        "zone",
        "zone_check",
    )

    def __init__(self, text: str, tokens: list[Token], *, now: datetime, policy: Policy, back: bool = False) -> None:
        self.text = text
        self.back = back
        self.tokens = tokens
        self.kinds = [token.kind for token in tokens]
        self.kinds += ("", "", "", "", "")
        self.now = now
        self.policy = policy
        self.day: Day | None = None
        self.weekday: tuple[int, str] | None = None
        self.clock: Clock | None = None
        self.part: str | None = None
        self.soft: time | None = None
        self.zone: tzinfo | None = None
        self.zone_check: tuple[str, str, int] | None = None
        self.steps: list[Step] = []
        self.direction = 1
        self.anchored = False
        self.from_now = False
        self.range_sign = False
        self.warnings: list[str] = []

    @property
    def today(self) -> date:
        return self.now.date()

    def warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def name(self, i: int) -> str:
        """The canonical name of the token at ``i``, or nothing after the last."""
        return self.tokens[i].name if i < len(self.tokens) else ""

    def word(self, i: int) -> str:
        """The token at ``i`` as it was typed, or nothing after the last."""
        return self.tokens[i].text if i < len(self.tokens) else ""

    def value(self, i: int) -> int:
        return self.tokens[i].value if i < len(self.tokens) else 0

    def glued(self, i: int) -> bool:
        return i < len(self.tokens) and self.tokens[i].glued

    def after_the(self, i: int) -> int:
        """``i``, or the place after a “the” that stands there."""
        return i + 1 if self.kinds[i] == "the" else i

    def set_day(self, day: Day) -> None:
        if self.day is not None:
            self.clash("two dates")
        self.day = day

    def fix(self, when: date, *, relative: bool = False) -> None:
        """Take a day that is known for certain."""
        self.set_day(Day("fixed", when, relative=relative))

    def fix_in(self, days: int) -> None:
        """Take the day so many days from today."""
        try:
            self.fix(self.today + timedelta(days=days), relative=True)
        except OverflowError:
            raise refusal("impossible", "such a day") from None

    def set_clock(self, clock: Clock) -> None:
        if self.clock is not None:
            self.clash("two times")
        if not (0 <= clock.hour <= 24 and 0 <= clock.minute < 60 and 0 <= clock.second < 60):
            self.impossible("time")
        if clock.form in {"am", "pm"} and not 1 <= clock.hour <= 12:
            self.impossible("time")
        if clock.hour == 24 and (clock.minute or clock.second):
            self.impossible("time")
        self.clock = clock

    def set_part(self, part: str) -> None:
        if self.part is not None and self.part != part:
            edged = f"{_EDGES.get(self.part, '')} {part}"
            if edged in PARTS:
                part = edged
            elif {self.part, part} == {"evening", "night"}:
                part = "evening"
            else:
                self.clash("two parts of the day")
        self.part = part

    def set_weekday(self, number: int, mode: str) -> None:
        if self.weekday is not None:
            self.clash("two days")
        self.weekday = (number, mode)

    def clash(self, what: str) -> NoReturn:
        """Refuse a second filling of one slot: a range where a sign of one was read."""
        if self.range_sign:
            raise refusal("range", quoted(self.text))
        raise refusal("ambiguous", f"{quoted(self.text)} names {what}, so it")

    def refuse(self, code: str) -> NoReturn:
        """Refuse the phrase for a word in it; an unknown word elsewhere is named instead."""
        unknown = next((token for token in self.tokens if token.kind in {"unknown", "other"}), None)
        if unknown is not None:
            raise refusal("unreadable", f"{quoted(unknown.text)} in {quoted(self.text)}")
        raise refusal(code, quoted(self.text))

    def impossible(self, what: str) -> NoReturn:
        raise refusal("impossible", f"such {what} as {quoted(self.text)}")
