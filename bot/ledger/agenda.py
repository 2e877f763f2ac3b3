"""Which lanes to look at, and when: a worker's memory, which may forget nothing but can be rebuilt by a scan."""

import asyncio
import contextlib
import heapq
import time
from collections.abc import Collection, Sequence

_LONGEST_SLEEP = 60.0
_SHORTEST_SLEEP = 0.001


class Agenda:
    """Lanes that may have something to do, in the order in which that became known."""

    def __init__(self) -> None:
        self._lanes: dict[str, None] = {}
        self._later: list[tuple[float, str]] = []
        self._times: dict[str, float] = {}
        self._event = asyncio.Event()
        self._scan_at = 0.0

    def wake(self, lanes: Sequence[str]) -> None:
        """Look at these soon; an empty name stands for all there are."""
        for lane in lanes:
            if lane:
                self._lanes[lane] = None
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
        taken: list[str] = []
        for lane in self._lanes:
            if len(taken) >= room:
                break
            if lane not in busy:
                taken.append(lane)
        for lane in taken:
            del self._lanes[lane]
        return taken

    def _due(self, now: float) -> None:
        while self._later and self._later[0][0] <= now:
            when, lane = heapq.heappop(self._later)
            if self._times.get(lane) == when:
                del self._times[lane]
            self._lanes[lane] = None

    async def wait(self) -> None:
        """Until there may be something to take."""
        sleep = min(self._scan_at - time.monotonic(), _LONGEST_SLEEP)
        if self._later:
            sleep = min(sleep, self._later[0][0] - time.time())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(sleep, _SHORTEST_SLEEP)):
                await self._event.wait()
        self._event.clear()
