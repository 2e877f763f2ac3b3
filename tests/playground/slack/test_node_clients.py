"""Slack's own JavaScript clients, unmodified: ``@slack/web-api`` and ``@slack/bolt`` over HTTP and Socket Mode.

They are found where Node looks for them: in a ``node_modules`` above this file, or in the directory that ``NODE_PATH``
names.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.playground.slack.recorder import SECRET
from tests.playground.slack.served import listener
from tests.playground.slack.test_python_clients import until, use
from tests.playground.slack.workspace import APP_TOKEN, BOT_TOKEN, Workspace, playing

HERE = Path(__file__).parent / "clients"
NODE = shutil.which("node")


def _missing() -> str | None:
    if NODE is None:
        return "Node is not installed"
    script = "require.resolve('@slack/bolt'); require.resolve('@slack/web-api')"
    found = subprocess.run([NODE, "-e", script], cwd=HERE, capture_output=True, check=False)
    if found.returncode:
        return "@slack/bolt and @slack/web-api are not installed (npm install --no-save @slack/bolt @slack/web-api)"
    return None


REASON = _missing()
pytestmark = pytest.mark.skipif(REASON is not None, reason=str(REASON))


@contextmanager
def running(script: str, slack: Workspace, **extra: str) -> Iterator[subprocess.Popen[str]]:
    environment = {
        **os.environ,
        "SLACK_API_URL": f"{slack.base_url}/api/",
        "BOT_TOKEN": BOT_TOKEN,
        "APP_TOKEN": APP_TOKEN,
        "SIGNING_SECRET": SECRET,
        **extra,
    }
    assert NODE is not None
    with subprocess.Popen([NODE, script], cwd=HERE, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_web_api() -> None:
    with playing() as slack:
        slack.control("fault", method="chat.update", status=503)
        with running("web.cjs", slack) as process:
            seen = json.loads(line(process))
        assert seen["user"] == "U0BOT"
        assert seen["members"][:3] == ["U0ADAM", "U0PRIYA", "U0SAM"]
        assert seen["refusal"]["platform"]
        assert seen["refusal"]["error"] == "invalid_blocks"
        assert seen["refusal"]["why"] == ["[ERROR] unsupported type: nope [json-pointer:/blocks/0/type]"]
        assert slack.texts() == ["bye", ""]


def test_bolt_over_http() -> None:
    with listener() as free:
        port = free.getsockname()[1]
    with (
        playing(f"http://127.0.0.1:{port}/slack/events") as slack,
        running("app.cjs", slack, PORT=str(port)) as process,
    ):
        assert line(process).startswith("ready")
        use(slack)


def test_bolt_over_socket_mode() -> None:
    with playing(socket=True) as slack, running("app.cjs", slack, SOCKET="1") as process:
        assert line(process).startswith("ready")
        until(slack, lambda: slack.state()["app"]["connections"])
        use(slack)
