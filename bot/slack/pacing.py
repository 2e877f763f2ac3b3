"""Turns for calls that Slack takes only so many of a minute, whoever of the bot's processes makes them.

Slack counts by app and workspace, not by process (docs.slack.dev/apis/web-api/rate-limits). So the processes that share
a ledger take their turns from one row of it, some at a time; a process that has a ledger to itself counts in memory.
"""

import time
from collections import deque
from collections.abc import Callable

from bot.ledger import Ledger

NAMESPACE = "pace"
"""Under which the ledger keeps when the next turn is that nobody has taken."""
_AT_A_TIME = 4
"""Turns taken together, so that the ledger is asked once for so many calls."""


class Pace:
    """So many a minute, evenly once a first burst is used up.

    What is reserved is not asked for again: a crowd that waits does not wake all at once. A turn is good for as long as
    the burst would take to come back, so in no minute are there more calls than ``per_minute`` and ``burst`` and one.

    Args:
        per_minute: Calls.
        name: Of what is counted, the same in all processes.
        ledger: Shared by them; without it the turns are this process's own.
        burst: Calls that may come at once after a rest.
        clock: Seconds since 1970.
    """

    def __init__(
        self,
        per_minute: int,
        *,
        name: str = "",
        ledger: Ledger | None = None,
        burst: int = 8,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._step = 60 / per_minute
        self._slack = burst * self._step
        self._name = name
        self._ledger = ledger if ledger is not None and ledger.store.dialect != "sqlite" else None
        self._clock = clock
        self._next = clock() - self._slack
        self._mine: deque[float] = deque()

    async def reserve(self) -> float:
        """The moment of the next free turn, taken by this; seconds since 1970, in the past if it is free now.

        Raises `LedgerError` where the turns are shared and cannot be asked for.
        """
        while True:
            while self._mine:
                if self.good(turn := self._mine.popleft()):
                    return turn
            self._mine.extend(await self._taken())

    def good(self, turn: float) -> bool:
        """Whether a turn that was reserved can still be used; not so after a long stop."""
        return turn >= self._clock() - self._slack

    async def _taken(self) -> list[float]:
        """The next turns of all, now this process's."""
        if self._ledger is None:
            self._next = self._first(self._next)
            return [self._next]
        while True:
            kept = await self._ledger.kept(NAMESPACE, self._name)
            first = self._first(kept["last"] if kept else 0.0)
            turns = [first + number * self._step for number in range(_AT_A_TIME)]
            if await self._ledger.compare_and_keep(NAMESPACE, self._name, kept, {"last": turns[-1]}):
                return turns

    def _first(self, last: float) -> float:
        return max(last + self._step, self._clock() - self._slack)
