"""``ticketbot demo``: a local Slack, both local helpdesks and the bot itself, each a process of its own.

The bot is started through its command line, as anybody would start it: nothing of it is imported here.
"""

import contextlib
import json
import secrets
import shutil
import signal
import socket as sockets
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.playground.processes import Child, NotStarted, bare_environment, wait_until_ready
from bot.playground.terminal import Terminal

CONFIG = """\
command = "/ticket"
default_helpdesk = "support"
timezone = "Europe/London"

[helpdesks.support]
kind = "sirportly"
outgoing = "support@example.com"
create = {{ status = "New", priority = "Normal", department = "3", team = "1st Line Support" }}
forward = {{ status = "New" }}

[helpdesks.social]
kind = "socialboards"
unconfirmed = ["notes", "status", "tags", "replies", "ticket"]
people = {people}
categories = {categories}
custom_fields = {custom_fields}

[channels.C0SOCIAL]
helpdesk = "social"
"""


def run(*, socket: bool = False, port: int = 8300, terminal: bool = True) -> int:
    """Run everything until Ctrl-C; the exit status."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    if port and _taken(port):
        return _fail(f"Port {port} is taken. Is a demo running already? Another port: ticketbot demo --port 0")
    directory = Path(tempfile.mkdtemp(prefix="ticketbot-demo-"))
    try:
        with _running(directory, socket=socket, port=port, stopped=stopped) as (address, alive):
            if address is None:
                return 0
            _say(f"\n  Ready: {address}   (Ctrl-C stops everything)\n")
            if terminal and sys.stdin.isatty():
                Terminal(address).start(stopped)
            while not stopped.wait(0.5):
                if gone := alive():
                    return _fail(f"{gone} has stopped by itself; its log: {directory / gone}.log")
            _say("\nStopping.")
    except NotStarted as error:
        return _fail(str(error))
    shutil.rmtree(directory, ignore_errors=True)
    return 0


@contextlib.contextmanager
def _running(
    directory: Path, *, socket: bool, port: int, stopped: threading.Event
) -> Iterator[tuple[str | None, Callable[[], str | None]]]:
    children: list[Child] = []
    environment = bare_environment()

    def start(name: str, *arguments: str, **more: str) -> Child:
        _say(f"  starting {name} …")
        child = Child(name, arguments, environment | more, directory)
        children.append(child)
        return child

    began = time.monotonic()
    try:
        # All at once, as far as it goes: most of the time of each goes into its own imports.
        bot_port, page_port, *ports = _free_ports(4)
        page_port = port or page_port
        address = f"http://127.0.0.1:{page_port}"
        urls = {name: f"http://127.0.0.1:{number}" for name, number in zip(("social", "support"), ports, strict=True)}
        secret, token, app_token = (
            secrets.token_hex(16),
            f"xoxb-{secrets.token_hex(12)}",
            f"xapp-1-{secrets.token_hex(12)}",
        )
        social = start("socialboards", "bot.playground.helpdesks", "socialboards", "--port", str(ports[0]))
        support = start("sirportly", "bot.playground.helpdesks", "sirportly", "--port", str(ports[1]))
        playground = start(
            "playground", "bot.playground", "--port", str(page_port), "--manifest", str(manifest()),
            "--signing-secret", secret, "--bot-token", token, "--app-token", app_token,
            "--request-url", f"http://127.0.0.1:{bot_port}/slack/events",
            *(["--socket"] if socket else []),
            *(part for name, url in urls.items() for part in ("--helpdesk", f"{name}={url}")),
        )  # fmt: skip
        social.address()
        config = directory / "ticketbot.toml"
        config.write_text(CONFIG.format(**_tables(urls["social"])), encoding="utf-8")
        bot = start(
            "bot", "bot", "serve", "--port", str(bot_port),
            SLACK_API_URL=f"{address}/api/",
            SLACK_BOT_TOKEN=token,
            **({"SLACK_APP_TOKEN": app_token} if socket else {"SLACK_SIGNING_SECRET": secret}),
            SIRPORTLY_URL=urls["support"], SIRPORTLY_TOKEN="demo-token", SIRPORTLY_SECRET="demo-secret",
            SOCIALBOARDS_URL=urls["social"], SOCIALBOARDS_CLIENT_ID="demo-client",
            SOCIALBOARDS_REFRESH_TOKEN="demo-refresh",
            TICKETBOT_CONFIG=str(config), TICKETBOT_STATE_DIR=str(directory / "state"),
        )  # fmt: skip
        for child in (support, playground):
            child.address()
        wait_until_ready(f"http://127.0.0.1:{bot_port}/readyz", bot)
        _say(f"  all up after {time.monotonic() - began:.1f} s")
        yield (None if stopped.is_set() else address), lambda: next((c.name for c in children if not c.running), None)
    finally:
        for child in reversed(children):
            child.stop()


def _tables(social: str) -> dict[str, str]:
    """Identifiers that SocialBoards documents no way to ask for; a team writes them into its configuration."""
    with urllib.request.urlopen(f"{social}/control/state", timeout=10) as answer:
        state = json.load(answer)
    people = {each["email"]: each["id"] for each in state["teammates"]}
    categories = {each["name"]: each["id"] for each in state["categories"]}
    fields = {each["name"]: each["id"] for each in state["custom_fields"]}
    tables = {"people": people, "categories": categories, "custom_fields": fields}
    return {
        name: "{ " + ", ".join(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in table.items()) + " }"
        for name, table in tables.items()
    }


def manifest() -> Path:
    """The bot's own manifest: beside the package in a checkout, inside it when installed."""
    here = Path(__file__).resolve().parent
    beside = here.parents[1] / "manifest.json"
    return beside if beside.is_file() else here / "manifest.json"


def _free_ports(many: int) -> list[int]:
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(sockets.socket()) for _ in range(many)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def _taken(port: int) -> bool:
    with sockets.socket() as probe:
        probe.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _fail(text: str) -> int:
    sys.stderr.write(text + "\n")
    return 1
