"""What a team decides about phrases that have two readings: the table in docs/times.md."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Literal, NamedTuple

PARTS: Mapping[str, time] = MappingProxyType(
    {
        "early morning": time(8),
        "morning": time(9),
        "mid-morning": time(10),
        "late morning": time(11),
        "lunch": time(12),
        "early afternoon": time(13),
        "after lunch": time(13, 30),
        "afternoon": time(14),
        "mid-afternoon": time(15),
        "late afternoon": time(15, 30),
        "early evening": time(17),
        "after work": time(17, 30),
        "evening": time(18),
        "night": time(20),
        "late evening": time(21),
        "late night": time(22),
    }
)
"""When each part of the day starts, where a phrase names no hour."""


class Policy(NamedTuple):
    """How phrases with a choice in them are read.

    ``order``: which number of 03/04 is the day; “refuse” asks instead. Unless ``order_sure``, it comes with a warning.
    ``afternoon_hours``: hours without am/pm that mean the afternoon; the others mean the morning. An hour in
    ``sure_hours`` is taken without a warning. ``default_time``: the time of a date without one. ``parts``: when parts
    of the day start; names left out keep their usual start. ``holidays``: dates, or a function of a date; ``country``
    (an ISO code, with an optional subdivision: “GB-SCT”) adds its public holidays, with the ``holidays`` package.
    ``keep_to_hours`` moves every instant outside working hours into the next ones, with a warning. ``margin``: how far
    ahead an instant must be; ``furthest``: how far ahead it may be.
    """

    order: Literal["day-month", "month-day", "refuse"] = "day-month"
    order_sure: bool = False
    afternoon_hours: frozenset[int] = frozenset(range(1, 7))
    sure_hours: frozenset[int] = frozenset()
    default_time: time = time(9)
    parts: Mapping[str, time] = PARTS
    working_days: frozenset[int] = frozenset(range(5))
    working_from: time = time(9)
    working_until: time = time(17)
    holidays: Collection[date] | Callable[[date], bool] = frozenset()
    country: str | None = None
    keep_to_hours: bool = False
    margin: timedelta = timedelta(0)
    furthest: timedelta = timedelta(days=36525)

    def check(self) -> None:
        """Raise ``ValueError`` where no day or no hour would be left to work in."""
        if not self.working_days or self.working_from >= self.working_until:
            raise ValueError("a policy needs at least one working day, and working hours that end after they start")
        if not self.working_days <= set(range(7)):
            raise ValueError("working days are numbers from 0 (Monday) to 6 (Sunday)")

    def start_of(self, part: str) -> time:
        """When a part of the day starts."""
        return self.parts.get(part) or PARTS[part]


DEFAULT = Policy()
