"""``ticketbot setup``: from nothing to ``ticketbot.toml``, ``.env`` and the link that makes the Slack app.

What is there is kept: a line that is missing is shown, and added where that was agreed to; no line is ever changed.
"""

import json
import os
import re
import stat
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot.app import manifest
from bot.config.shapes import SLASH_COMMAND, sendable

T = TypeVar("T")

Ask = Callable[[str, str, bool], str]
"""A question, its default, whether the answer is a secret."""
Confirm = Callable[[str], bool]
Say = Callable[[str], None]

_NEEDED: Mapping[str, Sequence[tuple[str, str, str]]] = {
    "sirportly": (
        ("SIRPORTLY_URL", "Address of the Sirportly account", "https://api.sirportly.com"),
        ("SIRPORTLY_TOKEN", "API token (admin area, API tokens)", ""),
        ("SIRPORTLY_SECRET", "API secret", ""),
    ),
    "socialboards": (
        ("SOCIALBOARDS_URL", "Address of the SocialBoards API", "https://api.socialboards.com"),
        ("SOCIALBOARDS_CLIENT_ID", "Client id (Settings → Installation → Public API)", ""),
        ("SOCIALBOARDS_REFRESH_TOKEN", "Refresh token", ""),
    ),
}
KINDS = tuple(_NEEDED)
_NAMES = {"sirportly": "support", "socialboards": "social"}
_OPEN = frozenset({"SIRPORTLY_URL", "SOCIALBOARDS_URL", "SOCIALBOARDS_CLIENT_ID"})
"""What is no secret."""
_TOKENS = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}
_OTHERS = {
    "xoxp-": "a person's token",
    "xoxb-": "the bot's token",
    "xapp-": "an app-level token",
    "xoxe": "a token that expires, which the bot cannot renew",
}
"""What else Slack hands out, by how it begins (docs.slack.dev/authentication/tokens)."""
_LINE = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Z][A-Z0-9_]*)[ \t]*=[ \t]*(.*?)[ \t\r]*$", re.MULTILINE)
_PLAIN = re.compile(r"[\w./:@+=,?&%-]+", re.ASCII)


@dataclass(frozen=True)
class Choices:
    """What was decided on the command line."""

    directory: Path
    url: str | None = None
    """Where Slack reaches the bot; Socket Mode without one."""
    command: str = "/ticket"
    timezone: str = "UTC"
    kinds: tuple[str, ...] = ()


class NotSetUp(Exception):
    """It cannot be done; the text says why."""


class Setup:
    """One run of the dialogue."""

    def __init__(self, choices: Choices, *, ask: Ask, confirm: Confirm, say: Say, insist: bool) -> None:
        """With ``insist`` what cannot be used is asked for again; without it, that is the end."""
        self._choices = choices
        self._ask = ask
        self._insist = insist
        self._confirm = confirm
        self._say = say
        self._env = choices.directory / ".env"
        self._toml = choices.directory / "ticketbot.toml"

    def run(self) -> None:
        """Ask, write, and say what comes next. Raises `NotSetUp`."""
        there = variables(_text(self._env))
        file = _parsed(self._toml)
        command = slash_command(file.get("command", self._choices.command))
        configured = self._configured(file)
        kinds = self._choices.kinds or self._kinds(configured.values(), there)
        url = self._address(there)
        self._say_link(command, url)
        wanted = self._variables(kinds, there, socket=url is None)
        self._write_env(wanted, there)
        self._write_toml(configured, kinds, command)
        self._say_next()

    def _configured(self, file: Mapping[str, Any]) -> dict[str, str]:
        """The helpdesks that have a table, and of which kind they are."""
        tables = file.get("helpdesks", {})
        if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
            raise NotSetUp(f"{self._toml}: helpdesks are tables, such as [helpdesks.support]. Put it right first.")
        return {name: str(table.get("kind")) for name, table in tables.items()}

    def _told(self, question: str, default: str, read: Callable[[str], T], *, secret: bool = False) -> T:
        """What the answer means; who gives one that cannot be used is told why, and asked again."""
        while True:
            said = self._ask(question, default, secret).strip()
            try:
                return read(said)
            except NotSetUp as error:
                if not self._insist:
                    raise
                self._say(f"   {error}")
                default = "" if said == default else default

    def _kinds(self, configured: Collection[str], there: Mapping[str, str]) -> tuple[str, ...]:
        known = [kind for kind in KINDS if kind in configured or _NEEDED[kind][0][0] in there]
        return self._told("Helpdesks: sirportly, socialboards, or both", ",".join(known) or "sirportly", _kinds)

    def _address(self, there: Mapping[str, str]) -> str | None:
        """Where Slack calls; None for Socket Mode."""
        if self._choices.url or there.get("SLACK_APP_TOKEN"):
            return self._choices.url
        if "SLACK_SIGNING_SECRET" in there:
            return manifest.EXAMPLE
        question = "Where Slack reaches the bot, https://…; empty: Socket Mode"
        return self._told(question, "", lambda said: address(said) if said else None)

    def _say_link(self, command: str, url: str | None) -> None:
        shipped = manifest.shipped()
        self._say("1. Make the Slack app. Open this link, choose the workspace, create the app, and install it:\n")
        if shipped is None:
            self._say("   https://api.slack.com/apps → Create New App → From a manifest: paste manifest.json\n")
        else:
            own = manifest.adapted(shipped, url=url, command=command)
            self._say(f"   {manifest.link(own)}\n")
        if url is None:
            how = "It uses Socket Mode: then make an app-level token with connections:write (Basic Information)."
        elif url == manifest.EXAMPLE:
            how = f"Put your own address in place of {url} there, or run this again with --url."
        else:
            how = f"Slack will call {url}/slack/events."
        self._say(f"   {how}\n")

    def _variables(self, kinds: Sequence[str], there: Mapping[str, str], *, socket: bool) -> dict[str, str]:
        slack = [("SLACK_BOT_TOKEN", "Bot token, xoxb-… (OAuth & Permissions)", "")]
        if socket:
            slack.append(("SLACK_APP_TOKEN", "App-level token, xapp-… (Basic Information)", ""))
        else:
            slack.append(("SLACK_SIGNING_SECRET", "Signing secret (Basic Information)", ""))
        wanted: dict[str, str] = {}
        for name, question, usual in [*slack, *(each for kind in kinds for each in _NEEDED[kind])]:
            if there.get(name):
                continue
            default = os.environ.get(name) or usual
            wanted[name] = self._told(
                f"{question}; empty: later", default, partial(usable, name), secret=name not in _OPEN
            )
        return wanted

    def _write_env(self, wanted: Mapping[str, str], there: Mapping[str, str]) -> None:
        lines = [f"{name}={_quoted(value)}" for name, value in wanted.items() if value or name not in there]
        self._say(f"2. {self._env}: " + ("all variables are there already." if not lines else ""))
        if not lines:
            pass
        elif not self._env.exists():
            head = "# Secrets of the ticket bot: nobody else may read this file, and it belongs in no repository.\n"
            _create(self._env, head + "\n".join(lines) + "\n", mode=0o600)
            self._say(f"   written, with {', '.join(wanted)}.")
        else:
            self._add(self._env, lines, shown=[f"{line.partition('=')[0]}=…" for line in lines])
        if empty := [name for name, value in wanted.items() if not value]:
            self._say(f"   Still to be filled in: {', '.join(empty)}.")
        if self._env.exists() and (mode := stat.S_IMODE(self._env.stat().st_mode)) & 0o007:
            self._env.chmod(mode & 0o770)  # a group may have been let in on purpose
            self._say("   Everybody could read it; they cannot any more.")

    def _write_toml(self, configured: Mapping[str, str], kinds: Sequence[str], command: str) -> None:
        blocks = [self._block(kind, configured) for kind in kinds if kind not in configured.values()]
        self._say(f"3. {self._toml}: " + ("every helpdesk has its table already." if not blocks else ""))
        if not blocks:
            return
        if self._toml.exists():
            lines = ["", *"\n\n".join(blocks).splitlines()]
            if _is_toml("\n".join([_text(self._toml), *lines])):
                self._add(self._toml, lines)
            else:  # an inline table, for one, takes nothing more
                shown = "\n".join(f"     {line}" for line in lines[1:])
                self._say(f"   It cannot be added at the end; write it where your helpdesks are:\n{shown}")
            return
        head = [
            "# Everything but secrets; docs/configuration.md has every setting.",
            f"command = {json.dumps(command)}",
            f"default_helpdesk = {json.dumps(_NAMES[kinds[0]])}",
            f"timezone = {json.dumps(self._choices.timezone)}",
        ]
        _create(self._toml, "\n".join([*head, "", *blocks]) + "\n", mode=0o644)
        self._say("   written.")

    def _block(self, kind: str, configured: Collection[str]) -> str:
        name = _NAMES[kind] if _NAMES[kind] not in configured else kind
        lines = [f"[helpdesks.{name}]", f"kind = {json.dumps(kind)}"]
        if kind == "socialboards":
            lines.append("unconfirmed = []                   # routes that you have tried: docs/socialboards.md")
            return "\n".join(lines) + "\n"
        outgoing = self._ask("Address that public replies are sent from; empty: the department's", "", False)
        if outgoing:
            lines.append(f"outgoing = {json.dumps(outgoing)}")
        given = {}
        for key, usual in (("status", "New"), ("priority", "Normal"), ("department", ""), ("team", "")):
            if value := self._ask(f"{key.capitalize()} of a new ticket, as Sirportly calls it", usual, False):
                given[key] = value
        if given:
            lines.append(
                "create = { " + ", ".join(f"{key} = {json.dumps(value)}" for key, value in given.items()) + " }"
            )
        lines.append(f"forward = {{ status = {json.dumps(given.get('status', 'New'))} }}")
        return "\n".join(lines) + "\n"

    def _add(self, path: Path, lines: Sequence[str], *, shown: Sequence[str] | None = None) -> None:
        self._say("   It lacks:\n" + "\n".join(f"     {line}" for line in shown or lines))
        if not self._confirm(f"Add this at the end of {path}?"):
            self._say("   Not added.")
            return
        before = _text(path)
        with path.open("a", encoding="utf-8") as file:
            file.write(("" if before.endswith("\n") or not before else "\n") + "\n".join(lines) + "\n")
        self._say("   Added at the end; nothing else was changed.")

    def _say_next(self) -> None:
        where = "" if self._choices.directory == Path() else f"cd {self._choices.directory} && "
        self._say(f"\nNext: {where}ticketbot doctor   (says what is still wrong, and what to do about it)")
        self._say(f"Then: {where}ticketbot serve, and /invite the bot into a channel.")


def slash_command(command: object) -> str:
    """A slash command. Raises `NotSetUp`."""
    if not isinstance(command, str) or not re.fullmatch(SLASH_COMMAND, command):
        raise NotSetUp(f"«{command}» is no slash command; they look like /ticket.")
    return command


def _kinds(said: str) -> tuple[str, ...]:
    """The helpdesks that an answer names."""
    named = re.findall(r"\w+", said.lower())
    kinds = KINDS if "both" in named else tuple(kind for kind in KINDS if kind in named)
    if not kinds or set(named) - {*KINDS, "both", "and"}:
        raise NotSetUp(f"«{said}» is no helpdesk; there are: {', '.join(KINDS)}.")
    return kinds


def usable(name: str, value: str) -> str:
    """A variable's value, as far as it shows whether it can be one; empty means later. Raises `NotSetUp`."""
    if not value:
        return value
    if name.endswith("_URL"):
        if not re.fullmatch(r"https?://[^/?#\s]+/?", value):
            raise NotSetUp(f"{name} is the address of the host alone, without a path, such as {_example(name)}.")
        return value.rstrip("/")
    begins = _TOKENS.get(name)
    other = next((what for prefix, what in _OTHERS.items() if value.startswith(prefix) and prefix != begins), None)
    if begins and not value.startswith(begins):
        raise NotSetUp(f"{name} begins with {begins}" + (f"; this is {other}." if other else "."))
    if name == "SLACK_SIGNING_SECRET" and other:
        raise NotSetUp(f"{name} is no token, and this is {other}: Basic Information → App Credentials.")
    try:
        return sendable(value)
    except ValueError as error:
        raise NotSetUp(f"{name}: {error}.") from None


def _example(name: str) -> str:
    return next(usual for needed in _NEEDED.values() for variable, _, usual in needed if variable == name)


def address(url: str) -> str:
    """A public address, without a path. Raises `NotSetUp`."""
    if not re.fullmatch(r"https://[^/\s]+", url.rstrip("/")):
        raise NotSetUp(f"«{url}» is no address that Slack can call: https://ticketbot.example.com, without a path.")
    return url.rstrip("/")


def variables(text: str) -> dict[str, str]:
    """The variables of an ``.env`` file, without their quotes."""
    return {name: value.strip("\"'") for name, value in _LINE.findall(text)}


def _quoted(value: str) -> str:
    if not value or _PLAIN.fullmatch(value):
        return value
    if "'" in value:
        raise NotSetUp("A value with an apostrophe in it has to be written into .env by hand.")
    return f"'{value}'"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise NotSetUp(f"{path} cannot be read: {error}") from error


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise NotSetUp(f"{path} cannot be read: {error}. Put it right first.") from error


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _create(path: Path, text: str, *, mode: int) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise NotSetUp(f"{path} cannot be written: {error}") from error
