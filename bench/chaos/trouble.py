"""What goes wrong meanwhile: something always, and every few seconds something more."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.stack import Stack

ALWAYS: tuple[dict[str, Any], ...] = (
    {"kind": "unavailable", "every": 23},
    {"kind": "lost", "every": 29},
    {"kind": "html", "every": 31, "after": True},
    {"kind": "html", "every": 37},
    {"kind": "unavailable", "every": 41, "after": True},
    {"kind": "rate_limit", "every": 43, "retry_after": 1},
    {"kind": "drop", "every": 47},
    {"kind": "slow", "every": 53, "seconds": 1.5, "after": True},
)
"""At both helpdesks, of every so many requests one: refused, done and not answered, a page of HTML, asked to slow down,
a connection that closes, an answer that comes after nobody waits for it any more."""
IN_SLACK: tuple[dict[str, Any], ...] = (
    {"method": "chat.postMessage", "lose_answer": True, "times": 2},
    {"method": "chat.postMessage", "hang_up": True, "times": 2},
    {"method": "chat.postMessage", "error": "fatal_error", "times": 2},
    {"method": "chat.postMessage", "ratelimited": 1, "times": 3},
    {"method": "*", "status": 503, "times": 5},
    {"method": "*", "status": 503, "text": "no upstream", "times": 5},
    {"method": "*", "delay": 1.5, "times": 5},
    {"method": "chat.update", "lose_answer": True, "times": 2},
    {"method": "users.info", "status": 503, "times": 3},
)
_FURTHEST = 150.0
"""Seconds that a helpdesk's clock is set forward in all; the bot allows for five minutes."""


@dataclass
class Trouble:
    """Makes it."""

    stack: Stack
    chance: random.Random
    server: Any = None
    """The PostgreSQL server, where there is one."""
    happened: Counter[str] = field(default_factory=Counter)
    _ahead: dict[str, float] = field(default_factory=dict)

    def always(self) -> None:
        """What goes wrong all the time."""
        for desk in ("support", "social"):
            self.stack.heal(desk)
            for fault in ALWAYS:
                self.stack.fault(desk, times=None, **fault)

    def one(self) -> None:
        """One thing more, drawn from the seed."""
        kinds: dict[str, tuple[int, Callable[[], None]]] = {
            "killed": (5, self._kill),
            "stopped and started": (2, self._restart),
            "helpdesk away": (2, self._away),
            "helpdesk slower than its time-out": (2, self._slow),
            "Slack failing": (6, self._slack),
            "database stopped" if self.server else "database full": (3, self._database),
            "clock moved": (2, self._clock),
        }
        (name,) = self.chance.choices(list(kinds), weights=[weight for weight, _ in kinds.values()])
        kinds[name][1]()
        self.happened[name] += 1

    def over(self) -> None:
        """Nothing goes wrong any more."""
        for desk in ("support", "social"):
            self.stack.heal(desk)
        self.stack.http.delete(f"{self.stack.workspace}/control/fault")

    def _kill(self) -> None:
        assert self.stack.bot is not None
        self.stack.bot.kill()
        self.stack.start_bot()

    def _restart(self) -> None:
        assert self.stack.bot is not None
        self.stack.bot.stop()
        self.stack.start_bot()

    def _away(self) -> None:
        desk = self.chance.choice(["support", "social"])
        self.stack.heal(desk)
        self.stack.fault(desk, kind="drop", times=None)
        time.sleep(self.chance.uniform(0.5, 2))
        self.always()

    def _slow(self) -> None:
        desk = self.chance.choice(["support", "social"])
        self.stack.fault(desk, kind="slow", seconds=1.5, after=self.chance.random() < 0.5, times=20)

    def _slack(self) -> None:
        fault = self.chance.choice(IN_SLACK)
        self.stack.http.post(f"{self.stack.workspace}/control/fault", json=fault).raise_for_status()

    def _database(self) -> None:
        if self.server is not None:
            self.server.stop()
            time.sleep(self.chance.uniform(0, 2))
            self.server.start()
            return
        assert self.stack.bot is not None
        os.kill(self.stack.bot.pid, signal.SIGUSR1)
        time.sleep(self.chance.uniform(0.5, 3))
        os.kill(self.stack.bot.pid, signal.SIGUSR2)

    def _clock(self) -> None:
        desk = self.chance.choice(["support", "social"])
        seconds = self.chance.uniform(1, 10)
        if self._ahead.get(desk, 0) + seconds < _FURTHEST:
            self._ahead[desk] = self._ahead.get(desk, 0) + seconds
            url = self.stack.support if desk == "support" else self.stack.social
            self.stack.http.post(f"{url}/control/clock", json={"seconds": seconds}).raise_for_status()
