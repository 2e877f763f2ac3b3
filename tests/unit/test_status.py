"""Who sees ``/status``, and what is on it."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.app.status import Status
from bot.ledger import Claim, Entry, Later, Ledger, Settle, Settlement
from bot.mirror.entries import watch
from tests.ledger.conftest import eventually, new, settled, working

TOKEN = "correct horse"
HOME, AWAY = ("127.0.0.1", 4711), ("192.0.2.7", 4711)


def _basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anybody:{password}".encode()).decode()


# A client, its headers, and the answer without a token configured and with one.
ASKING: dict[str, tuple[tuple[str, int], dict[str, str], int, int]] = {
    "this machine": (HOME, {}, 200, 200),
    "this machine, by its other name": (HOME, {"host": "localhost:3000"}, 200, 200),
    "this machine, over IPv6": (("::1", 4711), {"host": "[::1]:3000"}, 200, 200),
    "another machine": (AWAY, {}, 404, 401),
    "a proxy that says so": (HOME, {"x-forwarded-for": "192.0.2.7"}, 404, 401),
    "a proxy that says so in the standard's words": (HOME, {"forwarded": "for=192.0.2.7"}, 404, 401),
    "a proxy that keeps the name": (HOME, {"host": "bot.example.com"}, 404, 401),
    "a page that rebinds its name": (HOME, {"host": "127.0.0.1.evil.example"}, 404, 401),
    "no name": (HOME, {"host": ""}, 404, 401),
    "another machine that lies": (AWAY, {"host": "localhost", "x-forwarded-for": "127.0.0.1"}, 404, 401),
    "a bearer": (AWAY, {"authorization": f"Bearer {TOKEN}"}, 404, 200),
    "a browser": (AWAY, {"authorization": _basic(TOKEN)}, 404, 200),
    "a wrong bearer": (AWAY, {"authorization": "Bearer correct hors"}, 404, 401),
    "a wrong password": (AWAY, {"authorization": _basic("")}, 404, 401),
    "no password": (AWAY, {"authorization": "Basic"}, 404, 401),
    "nonsense": (AWAY, {"authorization": "Basic \x7f\x7f"}, 404, 401),
    "another scheme": (AWAY, {"authorization": f"Digest {TOKEN}"}, 404, 401),
}


@pytest.mark.parametrize(("client", "headers", "closed", "opened"), ASKING.values(), ids=list(ASKING))
async def test_only_this_machine_and_the_token_see_it(
    client: tuple[str, int], headers: dict[str, str], closed: int, opened: int
) -> None:
    """Without a token nobody else learns even that there is such a page."""
    assert (await _ask(None, client, headers)).status_code == closed
    answer = await _ask(TOKEN, client, headers)
    assert answer.status_code == opened
    assert ("www-authenticate" in answer.headers) is (opened == 401)
    assert "helpdesks" not in (answer.text if opened != 200 else "")


async def test_what_a_proxy_speaks_by_default_is_not_this_machine() -> None:
    """nginx sends HTTP/1.0 and its own address's name unless it is told otherwise."""
    scope = {
        "type": "http", "method": "GET", "path": "/status", "query_string": b"", "http_version": "1.0",
        "headers": [(b"host", b"127.0.0.1:3000")], "client": HOME, "server": HOME, "scheme": "http",
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    await _app(None)(scope, receive, send)

    assert sent[0]["status"] == 404


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    opened = await Ledger.open(f"sqlite:///{tmp_path}/ledger.db", state_dir=tmp_path)
    yield opened
    await opened.close()


async def test_it_shows_what_waits_and_what_failed_and_nobodys_words(ledger: Ledger) -> None:
    """Lanes, counts, incidents; markup in what it shows stays text."""

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        outcome = {"state": "failed", "incident": "tb-incident", "reason": "<b>helpdesk", "message": "secret words"}
        return Settle("failed", outcome)

    body = {"helpdesk": "support", "command": {"action": "reply", "ref": "AB-1", "text": "secret words"}}
    (failed,) = await ledger.record([new("failed", body=body)])
    async with working(ledger, perform):
        await settled(ledger, failed.id)
    await ledger.record([new("waits", "support:<script>", body=body)])

    page = (await _ask(None, HOME, {}, ledger=ledger)).text

    assert "tb-incident" in page
    assert "support:AB-1" in page
    assert "support:&lt;script&gt;" in page
    assert "&lt;b&gt;helpdesk" in page
    assert "secret words" not in page
    assert "<script" not in page
    assert 'lang="en"' in page
    assert page.count('scope="col"') > 10


async def test_a_helpdesk_that_nobody_watches_is_shown(ledger: Ledger) -> None:
    """Until somebody does."""
    before = (await _ask(None, HOME, {}, ledger=ledger)).text
    await ledger.record([watch("support")])
    after = (await _ask(None, HOME, {}, ledger=ledger)).text

    assert ("support is not watched" in before, "is not watched" in after) == (True, False)
    assert ("all is well" in before, "all is well" in after) == (False, True)


async def test_what_is_tried_again_is_not_well(ledger: Ledger) -> None:
    """The heading says so, not the table alone."""

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        return Later(datetime.now(UTC) + timedelta(hours=1), note={})

    async def tried() -> bool:
        entry = await ledger.get(late.id)
        return entry is not None and entry.attempts > 0

    await ledger.record([watch("support")])
    (late,) = await ledger.record([new("late", body={"helpdesk": "support"})])
    async with working(ledger, perform):
        await eventually(tried)

    page = (await _ask(None, HOME, {}, ledger=ledger)).text

    assert "something has to be tried again" in page
    assert "all is well" not in page


async def test_it_says_what_is_missing() -> None:
    """While the ledger is away, too."""
    page = (await _ask(None, HOME, {}, missing={"ledger": "Unreachable", "slack": "<not> yet"})).text

    assert "something is missing" in page
    assert "Unreachable" in page
    assert "&lt;not&gt; yet" in page


async def _ask(token: str | None, client: tuple[str, int], headers: dict[str, str], **more: Any) -> httpx.Response:
    transport = httpx.ASGITransport(app=_app(token, **more), client=client)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:3000") as http:
        return await http.get("/status", headers=headers)


def _app(token: str | None, *, ledger: Ledger | None = None, missing: dict[str, str] | None = None) -> Starlette:
    async def nothing() -> dict[str, str]:
        return missing or {}

    status = Status(token, ["support"], mode="HTTP", missing=nothing, ledger=lambda: ledger)
    return Starlette(routes=[Route("/status", status.page)])
