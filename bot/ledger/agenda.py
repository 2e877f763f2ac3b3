"""Which lanes to look at, and when: a worker's memory, which may forget nothing but can be rebuilt by a scan."""

import asyncio
import contextlib
import heapq
import itertools
import time
from collections.abc import Collection, Iterator, Sequence

_LONGEST_SLEEP = 60.0
_SHORTEST_SLEEP = 0.001
_AHEAD = 8
"""So many lanes are looked at for each that can wait, where both are waiting."""


class Agenda:
    """Lanes that may have something to do, in the order in which that became known.

    Args:
        behind: How the names of lanes begin that can wait while others have something to do. A small share is theirs
            all the same, so that they wait and do not starve.
        most_behind: So many of those may be under way: a helpdesk that hangs does not fill a worker with looks.
    """

    def __init__(self, behind: tuple[str, ...] = (), *, most_behind: int = 1) -> None:
        self._behind = behind
        self._most_behind = most_behind
        self._lanes: dict[str, None] = {}
        self._lanes_behind: dict[str, None] = {}
        self._ahead = 0
        self._later: list[tuple[float, str]] = []
        self._times: dict[str, float] = {}
        self._event = asyncio.Event()
        self._scan_at = 0.0

    def wake(self, lanes: Sequence[str]) -> None:
        """Look at these soon; an empty name stands for all there are."""
        for lane in lanes:
            if lane:
                self._add(lane)
            else:
                self._scan_at = 0.0
        self._event.set()

    def at(self, when: float, lane: str) -> None:
        """Look at this lane at that time (seconds since 1970)."""
        known = self._times.get(lane)
        if known is None or when < known:
            self._times[lane] = when
            heapq.heappush(self._later, (when, lane))

    def scan_at(self, when: float) -> None:
        """Look at everything at that time (monotonic seconds)."""
        self._scan_at = when

    def scan_due(self, every: float) -> bool:
        """Whether everything is to be looked at now; if so, the next time is set."""
        now = time.monotonic()
        if now < self._scan_at:
            return False
        self._scan_at = now + every
        return True

    def nudge(self) -> None:
        """There is room again."""
        self._event.set()

    def take(self, room: int, busy: Collection[str]) -> list[str]:
        """Up to ``room`` lanes to look at now; a busy one stays until it is free."""
        self._due(time.time())
        taken = list(itertools.islice(self._in_turn(busy), room))
        for lane in taken:
            self._lanes.pop(lane, None)
            self._lanes_behind.pop(lane, None)
        return taken

    def _in_turn(self, busy: Collection[str]) -> Iterator[str]:
        lanes = (lane for lane in self._lanes if lane not in busy)
        room = max(0, self._most_behind - sum(lane.startswith(self._behind) for lane in busy))
        behind = itertools.islice((lane for lane in self._lanes_behind if lane not in busy), room)
        while True:
            if self._ahead < _AHEAD and (lane := next(lanes, "")):
                self._ahead += 1
                yield lane
            elif lane := next(behind, ""):
                self._ahead = 0
                yield lane
            elif lane := next(lanes, ""):
                yield lane
            else:
                return

    def _due(self, now: float) -> None:
        while self._later and self._later[0][0] <= now:
            when, lane = heapq.heappop(self._later)
            if self._times.get(lane) == when:
                del self._times[lane]
            self._add(lane)

    def _add(self, lane: str) -> None:
        lanes = self._lanes_behind if lane.startswith(self._behind) else self._lanes
        lanes[lane] = None

    async def wait(self) -> None:
        """Until there may be something to take."""
        sleep = min(self._scan_at - time.monotonic(), _LONGEST_SLEEP)
        if self._later:
            sleep = min(sleep, self._later[0][0] - time.time())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(sleep, _SHORTEST_SLEEP)):
                await self._event.wait()
        self._event.clear()
