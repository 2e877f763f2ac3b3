"""Processes of the demo: started one by one, each waited for until it listens, all stopped together.

They end with the supervisor, even if that is killed: each runs on a leash (:mod:`bot.playground.leash`).
"""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

_LISTENING = re.compile(r"listen\w* on (http://\S+)")


class NotStarted(Exception):
    """A part of the demo did not come up; the text says which and why."""


class Child:
    """One process, whose output goes to a file in the demo's directory."""

    def __init__(self, name: str, arguments: Sequence[str], environment: Mapping[str, str], directory: Path) -> None:
        self.name = name
        self.log = directory / f"{name}.log"
        self._errors = self.log.open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot.playground.leash", *arguments],
            stdout=subprocess.PIPE,
            stderr=self._errors,
            stdin=subprocess.PIPE,
            env=dict(environment),
            text=True,
            start_new_session=True,  # Ctrl-C is for the supervisor, which stops them in order
        )
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def address(self, *, within: float = 30.0) -> str:
        """The address that it says it listens on.

        Raises:
            NotStarted: it ended, or said nothing in time.
        """
        until = time.monotonic() + within
        while time.monotonic() < until:
            for line in self._lines:
                if match := _LISTENING.search(line):
                    return match[1]
            if self._process.poll() is not None:
                raise NotStarted(f"{self.name} did not start: {self._last_words()}")
            time.sleep(0.02)
        raise NotStarted(f"{self.name} did not start within {within:.0f} seconds; its log is {self.log}")

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def stop(self, *, grace: float = 12.0) -> None:
        """Ask it to end, and end it when it does not."""
        if self.running:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(grace)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._reader.join(2)
        for end in (self._process.stdout, self._process.stdin):
            if end:
                end.close()
        self._errors.close()

    def _read(self) -> None:
        assert self._process.stdout is not None  # it is a pipe
        for line in self._process.stdout:
            self._lines.append(line.rstrip())

    def _last_words(self) -> str:
        self._errors.flush()
        said = self.log.read_text(encoding="utf-8").strip().splitlines()
        return said[-1] if said else f"it ended with status {self._process.returncode}"


def bare_environment() -> dict[str, str]:
    """This environment without anything that configures a bot: the demo's is its own."""
    prefixes = ("SLACK_", "SIRPORTLY_", "SOCIALBOARDS_", "TICKETBOT_")
    names = {"DATABASE_URL", "PORT", "DYNO"}
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes) and name not in names}


def wait_until_ready(url: str, child: Child, *, within: float = 30.0) -> None:
    """Wait for a 200.

    Raises:
        NotStarted: the process ended, or did not get ready in time.
    """
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        if not child.running:
            raise NotStarted(f"{child.name} ended while it was starting; its log is {child.log}")
        time.sleep(0.05)
    raise NotStarted(f"{child.name} is not ready after {within:.0f} seconds; its log is {child.log}")
