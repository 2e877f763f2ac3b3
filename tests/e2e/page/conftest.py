"""A playground, a helpdesk and a small app, each as its own process, and a browser in front of them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.page.manifest import MANIFEST

ROOT = Path(__file__).parents[3]
SECRETS = {"SLACK_SIGNING_SECRET": "secret-of-the-page", "SLACK_BOT_TOKEN": "xoxb-page", "SLACK_APP_TOKEN": "xapp-page"}


@dataclass(frozen=True)
class Workspace:
    """Where the playground listens."""

    url: str

    def say(self, text: str, *, person: str = "U0PRIYA", channel: str = "C0SUPPORT") -> None:
        """Write a message as somebody whose page is not open."""
        httpx.post(f"{self.url}/ui/post", json={"as": person, "channel": channel, "text": text}).raise_for_status()

    def control(self, path: str, body: dict[str, object] | None = None) -> None:
        """Ask something of the control API."""
        httpx.post(f"{self.url}/control/{path}", json=body or {}).raise_for_status()


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A Python module as a process of its own, ended with the block."""
    environment = {**os.environ, **SECRETS, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", *arguments]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=-1, stdout=-1, text=True) as running:
        try:
            yield running
        finally:
            running.terminate()


def said(running: subprocess.Popen[str]) -> str:
    """The last word of the next line that a process prints."""
    assert running.stdout is not None
    words = running.stdout.readline().split()
    assert words, "the process ended before it was ready"
    return words[-1]


@pytest.fixture(scope="package")
def running(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """All three processes."""
    manifest = tmp_path_factory.mktemp("page") / "manifest.json"
    manifest.write_text(json.dumps(MANIFEST))
    with process("tests.e2e.page.clerk") as clerk, process("bot.playground.helpdesks", "sirportly") as helpdesk:
        events = f"http://127.0.0.1:{said(clerk)}/slack/events"
        options = ["--manifest", str(manifest), "--request-url", events, "--helpdesk", f"Sirportly={said(helpdesk)}"]
        with process("bot.playground", "--port", "0", "--speed", "off", *options) as playground:
            url = said(playground)
            assert clerk.stdin is not None
            clerk.stdin.write(f"{url}/api/\n")
            clerk.stdin.flush()
            yield Workspace(url)


@pytest.fixture
def workspace(running: Workspace) -> Workspace:
    """The workspace as it is after a reset."""
    running.control("reset")
    return running


@pytest.fixture
def page(browser: Browser, workspace: Workspace) -> Iterator[Page]:
    """Adam's page on #support; a script error, or a request to anywhere else, fails the test."""
    context = browser.new_context(locale="en-GB", timezone_id="Europe/London", viewport={"width": 1280, "height": 820})
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on(
        "console",
        lambda line: (
            wrong.append(line.text) if line.type == "error" and "Failed to load resource" not in line.text else None
        ),
    )
    opened.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(workspace.url) else None)
    opened.goto(f"{workspace.url}/#/U0ADAM/talk/C0SUPPORT")
    expect(opened.get_by_role("heading", name="support", exact=True)).to_be_visible()
    yield opened
    context.close()
    assert wrong == []
