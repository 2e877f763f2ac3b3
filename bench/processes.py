"""The processes of a measurement, each pinned to a core."""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MEASURED_CORE, OTHER_CORE = 0, (os.cpu_count() or 1) - 1
EVERY_CORE = -1

CONFIG = """
default_helpdesk = "support"
[helpdesks.support]
kind = "sirportly"
outgoing = "support@example.com"
timeout = 30
create = { status = "New", priority = "Normal", department = "3", team = "1st Line Support" }
"""

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A process that listens."""

    address: str
    pid: int
    seconds_to_start: float
    """From its beginning to the line that says where it listens."""

    @property
    def port(self) -> int:
        return int(self.address.rsplit(":", 1)[1])

    def cpu(self) -> float:
        """Seconds of processor time that it has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """Megabytes of memory that it holds now."""
        return int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf(
            "SC_PAGE_SIZE"
        ) / 2**20  # fmt: skip


@dataclass(frozen=True)
class Running:
    """The bot with what is around it."""

    bots: tuple[Server, ...]
    desk: str
    slack: str
    directory: Path

    def slow(self, seconds: float | None) -> None:
        """Let the helpdesk take that long for each call from now on; ``None``: it is down."""
        post(f"{self.desk}/control/faults", None, method="DELETE")
        if seconds is None:
            post(f"{self.desk}/control/faults", {"kind": "drop", "times": None})
        elif seconds:
            post(f"{self.desk}/control/faults", {"kind": "slow", "seconds": seconds, "times": None})


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@contextmanager
def started(command: list[str], *, core: int, **environment: str) -> Iterator[Server]:
    """One process, until the block ends, once it takes connections."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        text=True,
        preexec_fn=None if core == EVERY_CORE else lambda: os.sched_setaffinity(0, {core}),
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"listen\w* on (http://\S+)", line):
                _wait(found[1])
                yield Server(found[1], process.pid, time.perf_counter() - began)
                return
        raise RuntimeError(f"{command} did not start")
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout:
            process.stdout.close()


@contextmanager
def running(*arguments: str, core: int, **environment: str) -> Iterator[str]:
    """One Python module as a process; gives the address that it listens on."""
    with started([sys.executable, "-m", *arguments], core=core, **environment) as server:
        yield server.address


def _wait(address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.01)


@contextmanager
def workspace(secret: str) -> Iterator[str]:
    """The local Slack."""
    arguments = ["--port", "0", "--manifest", str(ROOT / "manifest.json"), "--speed", "off"]
    with running(
        "bot.playground", *arguments, "--signing-secret", secret, "--bot-token", "xoxb-bench", core=OTHER_CORE
    ) as address:
        yield address


@contextmanager
def one_bot(
    secret: str,
    directory: str,
    *,
    desk: str,
    slack: str,
    database_url: str | None = None,
    core: int = MEASURED_CORE,
    config: str = CONFIG,
) -> Iterator[Server]:
    """``ticketbot serve``, with its state in that directory."""
    path = Path(directory) / "ticketbot.toml"
    path.write_text(config, encoding="utf-8")
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": secret,
        "SLACK_API_URL": f"{slack}/api/",
        "SIRPORTLY_URL": desk,
        "SIRPORTLY_TOKEN": "demo-token",
        "SIRPORTLY_SECRET": "demo-secret",
        "TICKETBOT_CONFIG": str(path),
        "TICKETBOT_STATE_DIR": directory,
        **({"DATABASE_URL": database_url} if database_url else {}),
    }
    with started([sys.executable, "-m", "bot", "serve", "--port", "0"], core=core, **environment) as server:
        yield server


@contextmanager
def everything(secret: str, *, database_url: str | None = None, directory: str | None = None) -> Iterator[Running]:
    """The bot with its ledger on, a local helpdesk and a local Slack."""
    with (
        tempfile.TemporaryDirectory(prefix="ticketbot-bench-") as temporary,
        running("bot.playground.helpdesks", "sirportly", "--port", "0", core=OTHER_CORE) as desk,
        workspace(secret) as slack,
        one_bot(secret, directory or temporary, desk=desk, slack=slack, database_url=database_url) as server,
    ):
        ready(server.address)
        yield Running((server,), desk, slack, Path(directory or temporary))


@contextmanager
def bot(secret: str, *, helpdesk_seconds: float | None, database_url: str | None = None) -> Iterator[tuple[str, str]]:
    """The bot, and a helpdesk that takes that long per call; their two addresses.

    ``None`` for the seconds is a helpdesk that is down.
    """
    with everything(secret, database_url=database_url) as whole:
        whole.slow(helpdesk_seconds)
        yield whole.bots[0].address, whole.desk


def ready(address: str, *, within: float = 30) -> float:
    """Wait until the bot says that it is ready; how many seconds that took."""
    began = time.perf_counter()
    while time.perf_counter() - began < within:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return time.perf_counter() - began
        except OSError:
            time.sleep(0.01)
    raise RuntimeError(f"{address} is not ready after {within} s")


def get(url: str) -> Any:
    """The JSON that is there."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def post(url: str, body: object, *, method: str = "POST") -> None:
    """Send JSON there."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json"}, method=method)
    urllib.request.urlopen(request, timeout=5).close()
