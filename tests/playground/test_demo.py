"""``ticketbot demo``: everything comes up together and ends together, whatever ends it."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = {"bot.playground.helpdesks", "bot.playground", "bot"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("demo"),
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc"),
]


def until(what: Callable[[], object], *, within: float = 40) -> None:
    """Wait for something to be true."""
    end = time.monotonic() + within
    while not what():
        assert time.monotonic() < end, f"not within {within} s"
        time.sleep(0.05)


class Demo:
    """A running demo."""

    def __init__(self, directory: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(directory)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo", "--port", "0"],
            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, start_new_session=True,
        )  # fmt: skip
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        until(lambda: self.address or self.process.poll() is not None)
        assert self.address, "".join(self.said)
        self.children = _children(self.process.pid)

    @property
    def address(self) -> str | None:
        """Where the page is."""
        found = re.search(r"Ready: (http://\S+)", "".join(self.said))
        return found[1] if found else None

    def end(self) -> None:
        """Whatever is left of it."""
        for pid in (self.process.pid, *self.children):
            if _runs(pid):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join(5)
        if self.process.stdout:
            self.process.stdout.close()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.said.append(line)


def _children(parent: int) -> dict[int, str]:
    """Process ids of the parts, with the module that each runs."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(state[1]) == parent:
                found[int(entry.name)] = (entry / "cmdline").read_text()
        except (OSError, IndexError):
            continue
    return {pid: line.split("\0")[3] for pid, line in found.items()}


def _runs(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def place() -> Iterator[Path]:
    """Where it keeps its files: a short path, as a Unix socket is among them."""
    with tempfile.TemporaryDirectory(prefix="demo-", ignore_cleanup_errors=True) as directory:
        yield Path(directory)


@pytest.fixture
def demo(place: Path) -> Iterator[Demo]:
    """One that is ready."""
    running = Demo(place)
    yield running
    running.end()


def test_killed_it_leaves_nothing_behind(demo: Demo) -> None:
    """``kill -9`` of the supervisor, which can tell nobody any more."""
    assert set(demo.children.values()) == PARTS
    assert len(demo.children) == 4

    demo.process.kill()
    until(lambda: not any(map(_runs, demo.children)))
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{demo.address}/healthz", timeout=2)


def test_stopped_it_stops_everything_and_tidies_up(demo: Demo, place: Path) -> None:
    """Ctrl-C."""
    with urllib.request.urlopen(f"{demo.address}/healthz", timeout=5) as answer:
        assert answer.status == 200

    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(30) == 0
    assert not any(map(_runs, demo.children))
    assert list(place.iterdir()) == []


def test_a_port_that_is_taken_is_one_clear_line() -> None:
    """Nothing is started then."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "bot", "demo", "--port", str(number)],
            cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert f"Port {number} is taken" in done.stderr


def test_the_package_carries_the_apps_manifest() -> None:
    """An installed one has no checkout around it."""
    assert (ROOT / "bot" / "playground" / "manifest.json").read_bytes() == (ROOT / "manifest.json").read_bytes()
