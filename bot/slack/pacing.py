"""Turns for calls that Slack takes only so many of a minute."""

import time
from collections.abc import Callable


class Pace:
    """So many a minute, evenly once a first burst is used up; for one process.

    What is reserved is not asked for again: a crowd that waits does not wake all at once.
    """

    def __init__(self, per_minute: int, *, burst: int = 8, clock: Callable[[], float] = time.time) -> None:
        self._step = 60 / per_minute
        self._slack = burst * self._step
        self._clock = clock
        self._next = clock() - self._slack

    def reserve(self) -> float:
        """The moment of the next free turn, taken by this; seconds since 1970, in the past if it is free now."""
        now = self._clock()
        self._next = max(self._next + self._step, now - self._slack)
        return self._next
