"""The processes of a measurement, each pinned to a core."""

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
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MEASURED_CORE, OTHER_CORE = 0, (os.cpu_count() or 1) - 1

CONFIG = """
default_helpdesk = "support"
[helpdesks.support]
kind = "sirportly"
outgoing = "support@example.com"
timeout = 30
create = { status = "New", priority = "Normal", department = "3", team = "1st Line Support" }
"""


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@contextmanager
def running(*arguments: str, core: int, **environment: str) -> Iterator[str]:
    """One process, until the block ends; gives the address that it listens on."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"listen\w* on (http://\S+)", line):
                _wait(found[1])
                yield found[1]
                return
        raise RuntimeError(f"{arguments} did not start")
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout:
            process.stdout.close()


def _wait(address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.05)


@contextmanager
def bot(secret: str, *, helpdesk_seconds: float | None, database_url: str | None = None) -> Iterator[tuple[str, str]]:
    """The bot with its ledger on, and a helpdesk that takes that long per call; their two addresses.

    ``None`` for the seconds is a helpdesk that is down.
    """
    with tempfile.TemporaryDirectory(prefix="ticketbot-bench-") as directory:
        config = Path(directory) / "ticketbot.toml"
        config.write_text(CONFIG, encoding="utf-8")
        with (
            running("bot.playground.helpdesks", "sirportly", "--port", "0", core=OTHER_CORE) as desk,
            running(
                "bot.playground", "--port", "0", "--manifest", str(ROOT / "manifest.json"), "--speed", "off",
                "--signing-secret", secret, "--bot-token", "xoxb-bench", core=OTHER_CORE,
            ) as slack,
            running(
                "bot", "serve", "--port", "0", core=MEASURED_CORE,
                SLACK_BOT_TOKEN="xoxb-bench", SLACK_SIGNING_SECRET=secret, SLACK_API_URL=f"{slack}/api/",
                SIRPORTLY_URL=desk, SIRPORTLY_TOKEN="demo-token", SIRPORTLY_SECRET="demo-secret",
                TICKETBOT_CONFIG=str(config), TICKETBOT_STATE_DIR=directory,
                **({"DATABASE_URL": database_url} if database_url else {}),
            ) as address,
        ):  # fmt: skip
            time.sleep(1.5)
            if helpdesk_seconds is None:
                _post(f"{desk}/control/faults", '{"kind": "drop", "times": null}')
            elif helpdesk_seconds:
                _post(f"{desk}/control/faults", f'{{"kind": "slow", "seconds": {helpdesk_seconds}, "times": null}}')
            yield address, desk


def _post(url: str, body: str) -> None:
    request = urllib.request.Request(url, data=body.encode(), headers={"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=5).close()
