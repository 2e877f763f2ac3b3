"""One process among those that a test runs."""

import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tests.e2e.nursery import POSSIBLE, Child, inherited, nursery

T = TypeVar("T")


def until(what: Callable[[], T], *, within: float = 20.0, every: float = 0.05) -> T:
    """What ``what`` returns as soon as that is true."""
    end = time.monotonic() + within
    while True:
        found = what()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not within {within} s; the last answer was {found!r}")
        time.sleep(every)


class Process:
    """One part: ``python -m`` with these arguments, there, with this environment and little else.

    It is a child of the `nursery`, which is quicker, unless it is to be ``fresh``: an interpreter of its own.
    """

    def __init__(
        self, name: str, arguments: list[str], directory: Path, *, fresh: bool = False, **environment: str
    ) -> None:
        self.log = directory / f"{name}.log"
        self.log.touch()
        self._process = begun(arguments, directory, self.log, {**inherited(), **environment}, fresh=fresh)
        self._address: str | None = None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def address(self) -> str:
        def known() -> str | None:
            assert self._process.poll() is None, self.log.read_text(encoding="utf-8")[-3000:]
            return self._address

        return str(until(known, within=40))

    def kill(self) -> None:
        """SIGKILL: no goodbye."""
        self._process.kill()
        self._process.wait()
        self._close()

    def stop(self) -> int:
        """SIGTERM, and wait."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self._close()
        return status

    def wait(self, within: float = 20) -> int:
        status = self._process.wait(within)
        self._close()
        return status

    def _close(self) -> None:
        self._reader.join(2)
        if self._process.stdout:
            self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if found := re.search(r"listen\w* on (http://\S+)", line):
                self._address = found[1]


def output(arguments: list[str], directory: Path, environment: dict[str, str], *, fresh: bool = False) -> str:
    """What such a process writes to standard output until it ends; raises `subprocess.CalledProcessError`."""
    log = directory / "command.log"
    process = begun(arguments, directory, log, environment, fresh=fresh)
    assert process.stdout is not None
    with process.stdout:
        written = process.stdout.read()
    if status := process.wait(20):
        raise subprocess.CalledProcessError(status, arguments, written, log.read_text(encoding="utf-8"))
    return written


def begun(
    arguments: list[str], directory: Path, log: Path, environment: dict[str, str], *, fresh: bool
) -> "subprocess.Popen[str] | Child":
    """A process that has begun, with its standard output to be read."""
    if POSSIBLE and not fresh:
        module, *more = arguments
        return nursery().start(module, more, directory=directory, log=log, environment=environment)
    with log.open("a", encoding="utf-8") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
            cwd=directory,
            text=True,
        )
