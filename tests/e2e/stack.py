"""Everything as it runs in production, each part a process of its own: helpdesks, workspace, and the bot."""

import hashlib
import hmac
import json
import os
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.e2e.nursery import ROOT
from tests.e2e.process import Process as Process
from tests.e2e.process import output
from tests.e2e.process import until as until

SECRET = "e2e-signing-secret"
TOKEN = "xoxb-e2e"
FORM = "application/x-www-form-urlencoded"
APP_TOKEN = "xapp-1-e2e"

CONFIG = """
command = "/ticket"
default_helpdesk = "support"
timezone = "Europe/London"

[helpdesks.support]
kind = "sirportly"
outgoing = "support@example.com"
timeout = {timeout}
settle_after = {settle_after}
create = {{ status = "New", priority = "Normal", department = "3", team = "1st Line Support" }}
forward = {{ status = "New" }}

[helpdesks.social]
kind = "socialboards"
timeout = {timeout}
settle_after = {settle_after}
unconfirmed = {unconfirmed}

[channels.C0SOCIAL]
helpdesk = "social"
{more}
"""


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


RUNNING: list["Stack"] = []
"""What was started and not stopped."""


@dataclass(eq=False)
class Stack:
    """A running whole. Parts are started once; the bot can be killed and started again."""

    directory: Path
    database_url: str | None = None
    settle_after: float = 2
    timeout: float = 2
    unconfirmed: tuple[str, ...] = ("notes", "status", "tags", "replies", "ticket")
    more: str = ""
    socket_mode: bool = False
    speed: str = "off"
    program: str = "bot"
    """The module that is run as the bot; tests have some that do worse."""
    fresh: bool = False
    """Whether every process is an interpreter of its own, for what is about starting or about figures."""
    environment: dict[str, str] = field(default_factory=dict)
    bot: Process | None = None
    bot_url: str = ""
    _patches: list[tuple[str, str]] = field(default_factory=list)
    _parts: list[Process] = field(default_factory=list)
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=15))
    _trigger: int = 0

    def start(self) -> "Stack":
        RUNNING.append(self)
        self.port = free_port()
        support = self._start("sirportly", ["bot.playground.helpdesks", "sirportly", "--port", "0"])
        social = self._start("socialboards", ["bot.playground.helpdesks", "socialboards", "--port", "0"])
        self.support, self.social = support.address(), social.address()
        workspace = self._start(
            "workspace",
            ["bot.playground", "--port", "0", "--manifest", str(ROOT / "manifest.json"), "--speed", self.speed,
             "--signing-secret", SECRET,
             "--bot-token", TOKEN, "--app-token", APP_TOKEN,
             "--request-url", f"http://127.0.0.1:{self.port}/slack/events",
             *(["--socket"] if self.socket_mode else []),
             "--helpdesk", f"Sirportly={self.support}", "--helpdesk", f"SocialBoards={self.social}"],
        )  # fmt: skip
        self.workspace = workspace.address()
        self.start_bot()
        return self

    def start_bot(self, *arguments: str) -> Process:
        """Start the bot and wait until it takes requests and knows who it is."""
        self.bot = self.launch_bot(*arguments)
        self.bot_url = self.bot.address()
        until(lambda: self._ready(f"{self.bot_url}/readyz"), within=40)
        return self.bot

    def launch_bot(self, *arguments: str, command: str = "serve", port: int | None = None) -> Process:
        """Start a process of the bot, and do not wait for it."""
        config = self.directory / "ticketbot.toml"
        text = CONFIG.format(
            timeout=self.timeout,
            settle_after=self.settle_after,
            unconfirmed=json.dumps(list(self.unconfirmed)),
            more=self.more,
        )
        for old, new in self._patches:
            text = text.replace(old, new)
        config.write_text(text, encoding="utf-8")
        slack = {"SLACK_APP_TOKEN": APP_TOKEN} if self.socket_mode else {"SLACK_SIGNING_SECRET": SECRET}
        database = {"DATABASE_URL": self.database_url} if self.database_url else {}
        number = self.port if port is None else port
        return Process(
            "bot",
            [self.program, command, "--port", str(number), *arguments],
            self.directory,
            fresh=self.fresh,
            SLACK_BOT_TOKEN=TOKEN,
            SLACK_API_URL=f"{self.workspace}/api/",
            SIRPORTLY_URL=self.support,
            SIRPORTLY_TOKEN="demo-token",
            SIRPORTLY_SECRET="demo-secret",
            SOCIALBOARDS_URL=self.social,
            SOCIALBOARDS_CLIENT_ID="demo-client",
            SOCIALBOARDS_REFRESH_TOKEN="demo-refresh",
            TICKETBOT_CONFIG=str(config),
            TICKETBOT_STATE_DIR=str(self.directory / "state"),
            **slack,
            **database,
            **self.environment,
        )

    def quick_to_die(self) -> "Stack":
        """Have `tests.e2e.crashing` run the bot: started again it is there at once."""
        self.program = "tests.e2e.crashing"
        self.environment["CRASH_AT"] = str(self.directory / "at")
        return self

    def kill_bot(self) -> None:
        """SIGKILL to one that is `quick_to_die`, and wait until the next one is there."""
        file = self.directory / "pid"
        killed = file.read_text(encoding="utf-8")
        os.kill(int(killed), signal.SIGKILL)
        until(lambda: file.read_text(encoding="utf-8") not in {"", killed}, within=40)
        until(lambda: self._ready(f"{self.bot_url}/readyz"), within=40)

    def stop_bot(self) -> None:
        """SIGTERM, and wait."""
        if self.bot is not None:
            self.bot.stop()

    def patch_config(self, old: str, new: str) -> None:
        """Change the configuration that the next bot is started with."""
        self._patches.append((old, new))

    def stop(self) -> None:
        RUNNING.remove(self)
        for part in [self.bot, *reversed(self._parts)]:
            if part is not None:
                part.stop()
        self.http.close()

    def _start(self, name: str, arguments: list[str]) -> Process:
        self._parts.append(Process(name, arguments, self.directory, fresh=self.fresh))
        return self._parts[-1]

    def _ready(self, url: str) -> bool:
        try:
            return self.http.get(url).status_code == 200
        except httpx.HTTPError:
            return False

    # As Slack --------------------------------------------------------------------------------------------------------

    def command(self, text: str, *, user: str = "U0ADAM", channel: str = "C0SUPPORT", **more: str) -> httpx.Response:
        """A signed slash command, straight to the bot."""
        self._trigger += 1
        form = {
            "team_id": "T0PLAY",
            "team_domain": "acme",
            "channel_id": channel,
            "channel_name": "support",
            "user_id": user,
            "user_name": user[2:].lower(),
            "command": "/ticket",
            "text": text,
            "trigger_id": f"{time.time_ns()}.{self._trigger}",
            "response_url": "",
            **more,
        }
        return self.signed(urlencode(form))

    def signed(self, body: str, *, age: float = 0, secret: str = SECRET, content_type: str = FORM) -> httpx.Response:
        """A signed request as Slack sends it."""
        return self.http.post(
            f"{self.bot_url}/slack/events",
            content=body,
            headers=sign(body, age=age, secret=secret) | {"Content-Type": content_type},
        )

    def say(self, line: str, *, person: str = "U0ADAM", channel: str = "C0SUPPORT") -> dict[str, Any]:
        """What a person types into the workspace's composer."""
        what = "command" if line.startswith("/") else "post"
        said = {"as": person, "channel": channel, "text": line}
        answer: dict[str, Any] = self.http.post(f"{self.workspace}/ui/{what}", json=said).json()
        return answer

    # What is seen ----------------------------------------------------------------------------------------------------

    def desk(self, name: str = "support") -> dict[str, Any]:
        """Everything that a local helpdesk holds."""
        url = self.support if name == "support" else self.social
        return self.http.get(f"{url}/control/state").json()  # type: ignore[no-any-return]

    def fault(self, name: str = "support", **fault: Any) -> None:
        """Have something go wrong at a helpdesk."""
        url = self.support if name == "support" else self.social
        self.http.post(f"{url}/control/faults", json=fault).raise_for_status()

    def heal(self, name: str = "support") -> None:
        url = self.support if name == "support" else self.social
        self.http.delete(f"{url}/control/faults")

    def messages(self, channel: str = "C0SUPPORT", person: str = "U0ADAM") -> list[dict[str, Any]]:
        """What is in a channel."""
        return self._state(person)["messages"].get(channel, [])  # type: ignore[no-any-return]

    def private(self, channel: str = "C0SUPPORT", person: str = "U0ADAM") -> list[dict[str, Any]]:
        """What only this person sees there."""
        return self._state(person)["ephemerals"].get(channel, [])  # type: ignore[no-any-return]

    def _state(self, person: str) -> Any:
        return self.http.get(f"{self.workspace}/ui/state", params={"as": person}).json()

    def calls(self, name: str) -> list[dict[str, Any]]:
        """The calls of one Web API method that reached the workspace."""
        entries: list[dict[str, Any]] = self.http.get(
            f"{self.workspace}/control/log", params={"kind": "api", "name": name}
        ).json()["entries"]
        return entries

    def entries(self, *arguments: str) -> list[dict[str, Any]]:
        """``ticketbot actions list --json``, beside the running bot; without what is never over."""
        lines = self.cli("actions", "list", "--json", *arguments).splitlines()
        return [each for each in map(json.loads, lines) if each["kind"] != "watch"]

    def cli(self, *arguments: str, fresh: bool = False) -> str:
        """The command line, as an operator runs it."""
        environment = {"TICKETBOT_STATE_DIR": str(self.directory / "state"), "PATH": os.environ["PATH"]}
        if self.database_url:
            environment["DATABASE_URL"] = self.database_url
        environment["PYTHONPATH"] = str(ROOT)
        return output(["bot", *arguments], self.directory, environment, fresh=fresh or self.fresh)


def sign(body: str, *, age: float = 0, secret: str = SECRET) -> dict[str, str]:
    """Slack's headers (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    stamp = str(int(time.time() - age))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }


def text_of(message: Mapping[str, Any]) -> str:
    """All the words of a message."""
    return json.dumps(message, ensure_ascii=False)
