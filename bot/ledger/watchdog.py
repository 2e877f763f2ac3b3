"""Ends a process whose event loop has stalled, because it would keep its lanes from everybody else."""

import asyncio
import faulthandler
import os
import sys
import threading
from collections.abc import Callable

_CHECKS = 10
EXIT_STATUS = 70
"""EX_SOFTWARE of sysexits.h: whoever supervises the process starts it again."""


def end_process() -> None:
    """Say where every thread is, and go at once; PostgreSQL frees the locks."""
    sys.stderr.write("ticketbot: the event loop has stalled; ending the process so that others can go on\n")
    faulthandler.dump_traceback(all_threads=True)
    os._exit(EXIT_STATUS)


class Watchdog:
    """Expects the event loop to turn at least once in so many seconds.

    It counts checks without a turn, not time: a process that was suspended, or a machine that slept, missed one check.
    """

    def __init__(self, patience: float, *, on_stall: Callable[[], None] = end_process) -> None:
        self._every = patience / _CHECKS
        self._on_stall = on_stall
        self._turns = 0
        self._stopped = threading.Event()
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_soon(self._turn)
        self._thread = threading.Thread(target=self._watch, name="ledger-watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Expect nothing any more."""
        self._timer.cancel()
        self._stopped.set()

    def _turn(self) -> None:
        self._turns += 1
        self._timer = self._loop.call_later(self._every, self._turn)

    def _watch(self) -> None:
        seen, missed = -1, 0
        while not self._stopped.wait(self._every):
            turns = self._turns
            missed = missed + 1 if turns == seen else 0
            seen = turns
            if missed >= _CHECKS:
                self._on_stall()
                return
