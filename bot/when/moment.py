"""What was understood: an instant, how it was said, and what should be confirmed."""

from datetime import datetime
from typing import Literal, NamedTuple

Unit = Literal["minute", "hour", "day", "week", "month", "year"]


class Offset(NamedTuple):
    """A plain whole amount of one unit, counted from now: what helpdesks call “in 3 days”."""

    amount: int
    unit: Unit


class Moment(NamedTuple):
    """One instant in the future.

    ``at`` is aware, in the person's zone or in the zone they named. ``offset`` is set when the phrase was one plain
    whole amount of one unit from now and nothing else. ``date_only`` says that no time was given and the policy's was
    taken. Every entry of ``warnings`` is a sentence about a choice that somebody should confirm.
    """

    at: datetime
    offset: Offset | None = None
    date_only: bool = False
    warnings: tuple[str, ...] = ()
