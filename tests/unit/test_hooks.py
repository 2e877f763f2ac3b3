"""What helpdesks say is a hint: it makes a look earlier, and nobody can do more with it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette

from bot.actions import Ticket
from bot.app.hooks import BURST, DELAYS, MOST, MOST_TICKETS, Hints, routes
from bot.config import ConfigError, load
from bot.errors import UsageError
from bot.helpdesk import Helpdesk
from bot.ledger import Ledger
from bot.mirror.entries import watch
from bot.mirror.links import Link, Thread, linking

SECRET = "0123456789abcdef"
ENVIRONMENT = {
    "SLACK_BOT_TOKEN": "xoxb-x",
    "SLACK_SIGNING_SECRET": "x",
    "SIRPORTLY_URL": "https://support.example.com",
    "SIRPORTLY_TOKEN": "x",
    "SIRPORTLY_SECRET": "x",
    "SOCIALBOARDS_URL": "https://social.example.com",
    "SOCIALBOARDS_CLIENT_ID": "x",
    "SOCIALBOARDS_REFRESH_TOKEN": "x",
}
HOOKS = {
    "SIRPORTLY_HOOK_PATH": SECRET,
    "SOCIALBOARDS_HOOK_PATH": SECRET,
    "SOCIALBOARDS_VERIFY_TOKEN": "a token",
}
SOCIAL, SIRPORTLY = f"/hooks/socialboards/{SECRET}", f"/hooks/sirportly/{SECRET}"


class Said:
    """Notes what was hinted at."""

    def __init__(self) -> None:
        self.hints: list[tuple[str, str | None]] = []

    async def take(self, kind: str, ref: str | None) -> None:
        self.hints.append((kind, ref))


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
async def web(said: Said) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=routes(load(ENVIRONMENT | HOOKS), said.take))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client:
        yield client


async def test_there_is_no_address_unless_it_is_configured(said: Said) -> None:
    """And one that can be guessed is refused."""
    assert routes(load(ENVIRONMENT), said.take) == []
    with pytest.raises(ConfigError, match="SIRPORTLY_HOOK_PATH"):
        load(ENVIRONMENT | {"SIRPORTLY_HOOK_PATH": "hook"})


async def test_socialboards_asks_whether_it_is_ours(web: httpx.AsyncClient) -> None:
    """The challenge comes back as it was, to whoever shows the token."""
    good = await web.get(SOCIAL, params={"challenge": "2135675231", "verifyToken": "a token"})
    assert (good.status_code, good.text, good.headers["content-type"]) == (
        200,
        "2135675231",
        "text/plain; charset=utf-8",
    )
    for token in ("", "another", "a toke", "a tokenn"):
        assert (await web.get(SOCIAL, params={"challenge": "1", "verifyToken": token})).status_code == 403


HINTED = {
    "socialboards": (
        SOCIAL,
        json.dumps({"TicketId": 7, "Events": [{"Ticket": {"Id": 7}}, {"Ticket": {"Id": 8}}]}),
        [("socialboards", "7"), ("socialboards", "8")],
    ),
    "an older one": (SOCIAL, json.dumps({"Events": [{"Ticket": {"Id": 9}}]}), [("socialboards", "9")]),
    "a macro": (SIRPORTLY, urlencode({"ticket": '{"reference":"AB-1"}', "key": "x"}), [("sirportly", "AB-1")]),
    "AfterCommit": (SIRPORTLY, urlencode({"ticket": '{"id":13}'}), [("sirportly", None)]),
    "nothing said": (SIRPORTLY, "", [("sirportly", None)]),
    "no ticket": (SOCIAL, "{}", []),
    "not a number": (SOCIAL, '{"TicketId": "7; DROP"}', []),
    "true": (SOCIAL, '{"TicketId": true}', []),
}


@pytest.mark.parametrize(("path", "body", "hints"), HINTED.values(), ids=HINTED)
async def test_what_is_said_is_a_hint(
    web: httpx.AsyncClient, said: Said, path: str, body: str, hints: list[tuple[str, str | None]]
) -> None:
    """A kind of helpdesk and perhaps a ticket; nothing else of it is used."""
    assert (await web.post(path, content=body)).status_code == 200
    assert said.hints == hints


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/hooks/socialboards/0123456789abcdeX", "{}", 404),
        ("/hooks/sirportly/guess", "", 404),
        (SOCIAL, "not json", 400),
        (SOCIAL, "[]", 400),
        (SOCIAL, "[" * 60_000, 400),
        (SIRPORTLY, urlencode({"ticket": "not json"}), 400),
        (SIRPORTLY, b"ticket=%ff\xff", 400),
        (SOCIAL, "x" * (MOST + 1), 413),
    ],
)
async def test_what_is_no_hint_is_refused(
    web: httpx.AsyncClient, said: Said, path: str, body: Any, status: int
) -> None:
    """And does nothing."""
    assert (await web.post(path, content=body)).status_code == status
    assert said.hints == []


async def test_nobody_can_have_us_ask_without_end(web: httpx.AsyncClient, said: Said) -> None:
    """So many a second, and so many tickets in one request."""
    many = json.dumps({"Events": [{"Ticket": {"Id": number}} for number in range(500)]})
    assert (await web.post(SOCIAL, content=many)).status_code == 200
    assert len(said.hints) == MOST_TICKETS
    answers = [(await web.post(SIRPORTLY)).status_code for _ in range(int(BURST) + 30)]
    assert 429 in answers
    assert answers[0] == 200


class Desk(Helpdesk):
    """Has references like AB-1."""

    vendor = "Desk"

    def canonical(self, ref: str) -> str:
        if not ref.upper().startswith("AB-"):
            raise UsageError("no")
        return ref.upper()


async def test_a_hint_makes_two_looks(tmp_path: Path) -> None:
    """Of a ticket that is linked; of others, and of what is no reference, none."""
    ledger = await Ledger.open(f"sqlite:///{tmp_path}/l.db", state_dir=tmp_path)
    hints = Hints(load(ENVIRONMENT | HOOKS))
    await hints.take("sirportly", "AB-1")  # before anything is open
    hints.begin(ledger, {"support": Desk("support")})
    ticket = Ticket(helpdesk="support", ref="AB-1")
    await ledger.keep(*linking(Link(thread=Thread(channel="C1", ts="1.1"), ticket=ticket, since=0)))
    for ref in ("ab-1", "AB-2", "'; DROP TABLE entries"):
        await hints.take("sirportly", ref)
    looks = await ledger.find(kind="look")
    assert {each.lane for each in looks} == {"look:support:AB-1"}
    assert len(looks) == len(DELAYS)
    assert all(each.due is not None for each in looks)

    await ledger.record([watch("support")])
    await hints.take("sirportly", None)
    await hints.stop()
    await ledger.close()
