"""The doctor's findings about everything that can be broken, against the local workspace and helpdesks."""

import asyncio
import os
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app.doctor import Finding, Wanted, examine
from bot.ledger import maintenance
from tests.e2e.stack import TOKEN, Stack
from tests.e2e.test_operating import environment

pytestmark = pytest.mark.xdist_group("doctor")
GOOD = """
default_helpdesk = "support"

[helpdesks.support]
kind = "sirportly"
outgoing = "support@example.com"
run_at_zone = "Europe/London"
create = { status = "New", priority = "Normal", department = "3", team = "1st Line Support" }

[helpdesks.social]
kind = "socialboards"
unconfirmed = ["notes"]

[people]
U0ADAM = "adam"
"""


class Workspaces(ThreadingHTTPServer):
    """Passes calls on to the local workspace, where the path's first part says what of the answer is changed.

    Or to the local helpdesk, where notes become public, or with the token ``page`` everything a page.
    """

    upstream: str
    helpdesk: str


class _Between(BaseHTTPRequestHandler):
    server: Workspaces

    def do_POST(self) -> None:
        _, how, path = self.path.split("/", 2)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if how == "html" or self.headers.get("x-auth-token") == "page":
            self._send(200, b"<html>Please log in to the airport's network</html>", {"content-type": "text/html"})
            return
        passed = ("authorization", "content-type", "x-auth-token", "x-auth-secret")
        headers = {name: self.headers[name] for name in passed if name in self.headers}
        if how == "api":  # the helpdesk's own: its address has no path that could say how
            answer = httpx.request(self.command, f"{self.server.helpdesk}/api/{path}", content=body, headers=headers)
            told = re.sub(rb'"private":\s*(true|1)', b'"private":false', answer.content)
            self._send(answer.status_code, told, {"content-type": "application/json"})
            return
        if (how, path.partition("?")[0]) in {("users", "api/users.info"), ("groups", "api/usergroups.list")}:
            self._send(200, b'{"ok": false, "error": "missing_scope"}', {"content-type": "application/json"})
            return
        answer = httpx.request(self.command, f"{self.server.upstream}/{path}", content=body, headers=headers)
        if how == "left":
            left = answer.content.replace(b'"deleted":false', b'"deleted":true').replace(
                b'"deleted": false', b'"deleted": true'
            )
            self._send(answer.status_code, left, {"content-type": "application/json"})
            return
        changed = {"content-type": "application/json", "x-oauth-scopes": answer.headers.get("x-oauth-scopes", "")}
        match how:
            case "narrow":
                changed["x-oauth-scopes"] = "chat:write,commands"
            case "wide":
                changed["x-oauth-scopes"] += ",admin"
            case "silent":
                del changed["x-oauth-scopes"]
            case "slow":
                changed["date"] = formatdate(time.time() + 60, usegmt=True)
            case "wrong":
                changed["date"] = formatdate(time.time() - 4000, usegmt=True)
        self._send(answer.status_code, answer.content, changed)

    do_GET = do_POST  # noqa: N815 - the library's names

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response_only(status)
        for name, value in {"date": formatdate(usegmt=True), **headers, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Not here."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    running = Stack(tmp_path_factory.mktemp("doctor")).start()
    running.stop_bot()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def between(stack: Stack) -> Iterator[str]:
    """Where the workspace is reached with other headers."""
    server = Workspaces(("127.0.0.1", 0), _Between)
    server.upstream, server.helpdesk = stack.workspace, stack.support
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def place(stack: Stack, between: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A good configuration, in a directory of its own; what its variables are."""
    for name in os.environ:
        if name.startswith(("SLACK_", "SIRPORTLY_", "SOCIALBOARDS_", "TICKETBOT_")) or name in {"DATABASE_URL", "DYNO"}:
            monkeypatch.delenv(name)
    (tmp_path / "ticketbot.toml").write_text(GOOD, encoding="utf-8")
    own = {"TICKETBOT_CONFIG": str(tmp_path / "ticketbot.toml"), "TICKETBOT_STATE_DIR": str(tmp_path / "state")}
    monkeypatch.chdir(tmp_path)
    for name, value in {**environment(stack), **own}.items():
        monkeypatch.setenv(name, value)
    return {"SUPPORT": stack.support, "BETWEEN": between, "HERE": str(tmp_path)}


async def look(wanted: Wanted | None = None, *, go_on: bool = True) -> list[Finding]:
    """What the doctor finds."""
    return [finding async for finding in examine(wanted or Wanted(), lambda _: go_on)]


async def test_of_a_good_installation_nothing_is_wrong(place: dict[str, str]) -> None:
    """Nor is there anything to look at; and the tokens that were renewed are kept for the bot."""
    found = await look()

    assert {finding.check: finding for finding in found if finding.state != "ok"} == {}
    assert {"catalogue.support", "catalogue.social", "people"} <= {finding.check for finding in found}
    assert await asyncio.to_thread(maintenance.schema, f"sqlite:///{place['HERE']}/state/ticketbot.sqlite3")


# What is changed in the variables, what in the file, and what is found: the check, its state, and a word of it.
BROKEN: dict[str, tuple[dict[str, str], tuple[str, str], str, str, str]] = {
    "no token": ({"SLACK_BOT_TOKEN": ""}, ("", ""), "slack.token", "wrong", "OAuth & Permissions"),
    "a token that is not good": ({"SLACK_BOT_TOKEN": "xoxb-old"}, ("", ""), "slack.token", "wrong", "invalid_auth"),
    "Slack away": ({"SLACK_API_URL": "http://127.0.0.1:9/api/"}, ("", ""), "slack.token", "wrong", "port 443"),
    "somebody else's page": ({"SLACK_API_URL": "BETWEEN/html/api/"}, ("", ""), "slack.token", "wrong", "Slack"),
    "lacking scopes": ({"SLACK_API_URL": "BETWEEN/narrow/api/"}, ("", ""), "slack.scopes", "wrong", "users:read"),
    "more scopes than needed": ({"SLACK_API_URL": "BETWEEN/wide/api/"}, ("", ""), "slack.scopes", "warning", "admin"),
    "no scopes told": ({"SLACK_API_URL": "BETWEEN/silent/api/"}, ("", ""), "slack.scopes", "skipped", "did not say"),
    "a clock a little off": ({"SLACK_API_URL": "BETWEEN/slow/api/"}, ("", ""), "slack.clock", "warning", "behind"),
    "a clock that is wrong": ({"SLACK_API_URL": "BETWEEN/wrong/api/"}, ("", ""), "slack.clock", "wrong", "ahead of"),
    "no signing secret": ({"SLACK_SIGNING_SECRET": ""}, ("", ""), "slack.signing_secret", "wrong", "Basic Information"),
    "an odd signing secret": ({"SLACK_SIGNING_SECRET": "x"}, ("", ""), "slack.signing_secret", "warning", "32"),
    "a bot token for Socket Mode": ({"SLACK_APP_TOKEN": TOKEN}, ("", ""), "slack.socket_mode", "wrong", "xapp-"),
    "a channel that is not": ({}, ("[people]", '[channels.C0NOWHERE]\nactions = ["note"]\n[people]'),
                              "slack.channel.C0NOWHERE", "wrong", "/invite"),
    "a user who is not": ({}, ("[people]", '[permissions]\nnote = ["U0NOBODY"]\n[people]'),
                          "slack.people.U0NOBODY", "wrong", "note in [permissions]"),
    "a user in [people] who is not": ({}, ("U0ADAM", "U0NOBODY"), "slack.people.U0NOBODY", "wrong", "Copy member ID"),
    "a user group that is not": ({}, ("[people]", '[channels.C0SUPPORT]\npeople = ["S0NONE"]\n[people]'),
                                 "slack.groups.S0NONE", "wrong", "[channels.C0SUPPORT]"),
    "no scope to look up users": ({"SLACK_API_URL": "BETWEEN/users/api/"}, ("", ""), "slack.people", "skipped",
                                  "missing_scope"),
    "no scope to look up groups": (
        {"SLACK_API_URL": "BETWEEN/groups/api/"}, ("[people]", '[permissions]\nnote = ["S0STAFF"]\n[people]'),
        "slack.groups", "skipped", "missing_scope"),
    "somebody who has left": ({"SLACK_API_URL": "BETWEEN/left/api/"}, ("", ""), "slack.people.U0ADAM", "warning",
                              "deactivated"),
    "an ellipsis in a token": ({"SIRPORTLY_TOKEN": "demo-token…"}, ("", ""), "settings", "wrong", "SIRPORTLY_TOKEN"),
    "a half configuration": ({"SIRPORTLY_SECRET": ""}, ("", ""), "settings", "wrong", "SIRPORTLY_SECRET"),
    "a file that is no TOML": ({}, ("[people]", "[people"), "settings", "wrong", "ticketbot.toml"),
    "a setting that is not": ({}, ("outgoing", "outgoign"), "settings", "wrong", "outgoign"),
    "a port that is no number": ({"PORT": "http"}, ("", ""), "settings", "wrong", "PORT"),
    "a desk away": ({"SIRPORTLY_URL": "http://127.0.0.1:9"}, ("", ""), "helpdesk.support", "wrong", "SIRPORTLY_URL"),
    "a helpdesk's page": ({"SIRPORTLY_URL": "BETWEEN", "SIRPORTLY_TOKEN": "page"}, ("", ""), "helpdesk.support",
                          "wrong", "SIRPORTLY_URL"),
    "a helpdesk with a path": ({"SIRPORTLY_URL": "BETWEEN/api/v2"}, ("", ""), "settings", "wrong", "«/api/v2»"),
    "wrong credentials": ({"SIRPORTLY_SECRET": "wrong"}, ("", ""), "helpdesk.support", "wrong", "SIRPORTLY_TOKEN"),
    "a revoked refresh token": ({"SOCIALBOARDS_REFRESH_TOKEN": "old"}, ("", ""), "helpdesk.social", "wrong",
                                "SOCIALBOARDS_REFRESH_TOKEN"),
    "a status that is not": ({}, ('"New"', '"Nwe"'), "catalogue.support.create", "wrong", "New"),
    "nothing for a new ticket": ({}, ('priority = "Normal", ', ""), "catalogue.support.create", "warning", "priority"),
    "an address that is not": ({}, ("support@example.com", "x@example.com"), "catalogue.support.outgoing", "wrong",
                               "support@example.com"),
    "no address": ({}, ('outgoing = "support@example.com"', ""), "catalogue.support.outgoing", "warning", "outgoing ="),
    "no zone": ({}, ('run_at_zone = "Europe/London"', ""), "helpdesk.support.run_at", "warning", "run_at_zone"),
    "writes looked for too early": ({}, ('outgoing = ', 'settle_after = 5\noutgoing = '),
                                    "helpdesk.support.settle_after", "warning", "settle_after"),
    "nobody by that name": ({}, ('"adam"', '"adma"'), "people", "wrong", "adma"),
    "routes that nobody has tried": ({}, ('["notes"]', "[]"), "catalogue.social.unconfirmed", "warning", "unconfirmed"),
    "no such database": ({"DATABASE_URL": "mysql://host/db"}, ("", ""), "ledger", "wrong", "mysql"),
    "a database away": ({"DATABASE_URL": "postgresql://127.0.0.1:9/db"}, ("", ""), "ledger", "wrong", "DATABASE_URL"),
    "a file that is no database": ({"DATABASE_URL": "sqlite:///HERE/ticketbot.toml"}, ("", ""), "ledger", "wrong",
                                   "backup"),
    "a place that is a file": ({"TICKETBOT_STATE_DIR": "HERE/ticketbot.toml"}, ("", ""), "ledger.place", "wrong",
                                       "TICKETBOT_STATE_DIR"),
    "a place below a file": ({"TICKETBOT_STATE_DIR": "HERE/ticketbot.toml/x"}, ("", ""), "ledger.place", "wrong",
                             "TICKETBOT_STATE_DIR"),
    "a place that cannot be made": ({"TICKETBOT_STATE_DIR": "/proc/nope"}, ("", ""), "ledger.place", "wrong",
                                    "TICKETBOT_STATE_DIR"),
    "a directory for a file": ({"DATABASE_URL": "sqlite:///HERE"}, ("", ""), "ledger", "wrong", "is a directory"),
    "no file for a ledger": ({"DATABASE_URL": "sqlite:///:memory:"}, ("", ""), "ledger", "wrong", "names no file"),
    "a disk that does not last": ({"DYNO": "web.1"}, ("", ""), "ledger", "wrong", "PostgreSQL"),
}  # fmt: skip


@pytest.mark.parametrize(("variables", "edit", "check", "state", "word"), BROKEN.values(), ids=list(BROKEN))
async def test_what_is_broken_is_found(
    place: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    edit: tuple[str, str],
    check: str,
    state: str,
    word: str,
) -> None:
    """With what to do about it; and no check breaks over it."""
    for name, value in variables.items():
        for short, long in place.items():
            value = value.replace(short, long)
        monkeypatch.setenv(name, value)
    file = Path("ticketbot.toml")
    await asyncio.to_thread(file.write_text, GOOD.replace(*edit) if edit[0] else GOOD, encoding="utf-8")

    found = await look()

    about = [finding for finding in found if finding.check == check]
    assert about, found
    assert {finding.state for finding in about} - {"ok"} == {state}, about
    assert any(word in f"{finding.says} {finding.fix}" for finding in about), about
    assert all(bool(finding.fix) is (finding.state in {"warning", "wrong"}) for finding in found), found
    assert not [finding for finding in found if "itself broke" in finding.says]
    secrets = ("demo-secret", "demo-refresh", TOKEN)
    assert not [finding for finding in found for secret in secrets if secret in f"{finding.says}{finding.fix}"]


# What is asked for, whether it is gone on with, what is changed, and what is found: the state, and a word of it.
NOTES: dict[str, tuple[Wanted, bool, dict[str, str], str, str]] = {
    "no": (Wanted("support", "AB-123456"), False, {}, "skipped", "No note was written"),
    "a private one": (Wanted("support", "AB-123456"), True, {}, "ok", "came back private"),
    "no such ticket": (Wanted("support", "AB-999999"), True, {}, "wrong", "no ticket"),
    "no ticket at all": (Wanted("support", "4711"), True, {}, "wrong", "AB-123456"),
    "nobody by that name": (Wanted("support", "AB-123456", "nobody"), True, {}, "wrong", "No note was written"),
    "a helpdesk that makes it public": (
        Wanted("support", "AB-123456"), True, {"SIRPORTLY_URL": "BETWEEN"}, "wrong", "public",
    ),
    "a helpdesk that does not show notes": (Wanted("social", "SOCIAL"), True, {}, "warning", "does not show"),
}  # fmt: skip


@pytest.mark.parametrize(("wanted", "go_on", "variables", "state", "word"), NOTES.values(), ids=list(NOTES))
async def test_a_note_that_is_not_private_is_told(
    place: dict[str, str],
    stack: Stack,
    monkeypatch: pytest.MonkeyPatch,
    wanted: Wanted,
    go_on: bool,
    variables: dict[str, str],
    state: str,
    word: str,
) -> None:
    """Or why none was written."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value.replace("BETWEEN", place["BETWEEN"]))
    if wanted.ticket == "SOCIAL":
        wanted = replace(wanted, ticket=str(stack.desk("social")["tickets"][0]["id"]))
    before = len(stack.desk()["updates"])

    found = await look(wanted, go_on=go_on)

    (note,) = [finding for finding in found if finding.check.startswith("privacy.")]
    assert (note.state, word in f"{note.says} {note.fix}") == (state, True), note
    if state == "skipped":
        assert len(stack.desk()["updates"]) == before


async def test_variables_that_cannot_be_read_are_told(place: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of them that is no text."""
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    await asyncio.to_thread(Path(".env").write_bytes, b"SLACK_BOT_TOKEN=\xff\xfe\n")

    found = await look()

    assert {finding.state for finding in found} == {"wrong", "skipped"}
    assert any(".env cannot be read" in finding.says for finding in found)


async def test_a_helpdesk_that_is_not_there_is_told(place: dict[str, str]) -> None:
    """With those there are."""
    found = await look(Wanted("suport"))

    assert [finding.fix for finding in found if finding.check == "helpdesk"] == ["There are: support, social."]


async def test_postgresql_is_looked_at(
    place: dict[str, str], postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Empty, of this version, and of a newer one."""
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    empty = await look()
    await asyncio.to_thread(maintenance.upgrade, postgres_url)
    made = await look()

    assert {finding.check: finding.state for finding in empty}["ledger.schema"] == "ok"
    assert {finding.check: finding.state for finding in made}["ledger.pooler"] == "ok"
    assert [finding for finding in (*empty, *made) if finding.state in {"wrong", "warning"}] == []
