"""The workspace's clock: real time, plus what a test moved it by."""

import asyncio
import time
from dataclasses import dataclass


@dataclass(eq=False)
class _Sleeper:
    deadline: float
    woken: asyncio.Future[None]
    timer: asyncio.TimerHandle


class Clock:
    """Tells the time in epoch seconds, and wakes sleepers early when it is moved."""

    def __init__(self) -> None:
        self.offset = 0.0
        self._sleepers: set[_Sleeper] = set()

    def now(self) -> float:
        """Epoch seconds here and now."""
        return time.time() + self.offset

    async def sleep(self, seconds: float) -> None:
        """Wait until this clock has moved on by ``seconds``, by itself or by ``advance``."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        sleeper = _Sleeper(self.now() + seconds, woken, loop.call_later(seconds, _wake, woken))
        self._sleepers.add(sleeper)
        try:
            await woken
        finally:
            sleeper.timer.cancel()
            self._sleepers.discard(sleeper)

    def advance(self, seconds: float) -> None:
        """Move the clock forward; whoever is due by then wakes now, in order of what they waited for."""
        if seconds < 0:
            raise ValueError("a clock only moves forward")
        self.offset += seconds
        self._rearm()

    def reset(self) -> None:
        """Go back to real time; sleepers keep the time that was left to them."""
        back, self.offset = self.offset, 0.0
        for sleeper in self._sleepers:
            sleeper.deadline -= back
        self._rearm()

    def _rearm(self) -> None:
        loop = asyncio.get_running_loop()
        for sleeper in sorted(self._sleepers, key=lambda each: each.deadline):
            sleeper.timer.cancel()
            left = sleeper.deadline - self.now()
            if left <= 0:
                _wake(sleeper.woken)
            else:
                sleeper.timer = loop.call_later(left, _wake, sleeper.woken)


def _wake(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)
