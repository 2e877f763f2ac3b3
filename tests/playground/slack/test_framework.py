"""A bot framework that neither Slack nor this project wrote: slack-machine, whose models insist on what Slack sends.

It runs in the interpreter that ``TICKETBOT_SLACK_MACHINE`` names, else in this one where it is installed.
"""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.playground.slack.test_python_clients import until
from tests.playground.slack.workspace import APP_TOKEN, BOT_TOKEN, Workspace, playing

SCRIPT = Path(__file__).parent / "clients" / "machine_app.py"
PYTHON = os.environ.get("TICKETBOT_SLACK_MACHINE") or (sys.executable if importlib.util.find_spec("machine") else None)

pytestmark = pytest.mark.skipif(PYTHON is None, reason="slack-machine is not installed (pip install slack-machine)")


@pytest.fixture
def slack() -> Iterator[Workspace]:
    assert PYTHON is not None
    with playing(socket=True, full_payloads=True) as workspace:
        environment = {
            **os.environ,
            "SLACK_API_URL": f"{workspace.base_url}/api/",
            "APP_TOKEN": APP_TOKEN,
            "BOT_TOKEN": BOT_TOKEN,
        }
        with subprocess.Popen([PYTHON, str(SCRIPT)], env=environment, stdout=subprocess.DEVNULL) as process:
            try:
                until(workspace, lambda: workspace.state()["app"]["connections"], 20)
                yield workspace
            finally:
                process.kill()


def test_slack_machine(slack: Workspace) -> None:
    mine = slack.ui("post", channel="C0SUPPORT", text="printer on fire")["message"]
    until(slack, lambda: "heard printer on fire" in slack.texts())
    slack.ui("post", channel="C0TRIAGE", text="@testbot help")
    until(slack, lambda: "you called" in slack.texts("C0TRIAGE"))
    slack.ui("react", channel="C0SUPPORT", ts=mine["ts"], name="eyes", on=True)
    until(slack, lambda: "saw eyes" in slack.texts())
    assert slack.ui("command", channel="C0SUPPORT", text="/ticket")["result"] == "acknowledged"
    (view,) = until(slack, lambda: slack.state()["modals"])
    taken = slack.ui("submit", view_id=view["id"], values={"subject": {"text": {"value": "Toner"}}})
    assert taken["result"] == "closed"
    (card,) = until(slack, lambda: [each for each in slack.state()["messages"]["C0SUPPORT"] if each["text"] == "Toner"])
    where = {"type": "message", "channel": "C0SUPPORT", "ts": card["ts"]}
    assert slack.ui("action", container=where, block_id="card", action_id="close", value={})["result"] == "acknowledged"
    until(slack, lambda: "closed 7" in slack.texts())
