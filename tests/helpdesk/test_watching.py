"""What has changed in a helpdesk, and the files of its tickets: what the mirror reads."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.actions import Ticket
from bot.errors import NotSupported, Unavailable
from bot.outcomes import Attached
from tests.helpdesk.conftest import sirportly_settings
from tests.helpdesk.local import Local

Desk = Callable[..., Any]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def _answer(local: Local, ref: str, message: str, **more: Any) -> None:
    sent = {"author": "customer", "message": message, **more}
    httpx.post(f"{local.url}/control/tickets/{ref}/answer", json=sent).raise_for_status()


async def test_sirportly_tells_by_query(sirportly: Local, sirportly_desk: Desk) -> None:
    """One request; the latest first; a ticket's mark changes with it; what is older than asked for is left out."""
    desk = sirportly_desk()
    before = await desk.changed(LONG_AGO)
    sirportly.advance(90)
    _answer(sirportly, "AB-123456", "Still broken")

    after = await desk.changed(LONG_AGO)
    lately = await desk.changed(after.until - timedelta(seconds=30))

    marks = {each.ref: each.mark for each in before.tickets}
    assert after.tickets[0].ref == "AB-123456"
    assert after.tickets[0].mark != marks["AB-123456"]
    assert [each.ref for each in lately.tickets] == ["AB-123456"]
    assert (after.requests, after.cut) == (1, False)
    assert {each["path"] for each in sirportly.requests()} == {"/api/v2/tickets/spql"}


@pytest.mark.parametrize("changed", ["answer", "status"])
async def test_sirportly_compares_where_it_may_not_query(sirportly: Local, sirportly_desk: Desk, changed: str) -> None:
    """A user token without the reporting interface: the first pages, each ticket with a digest of what is shown."""
    sirportly.settings(reporting=False)
    desk = sirportly_desk(application="demo-application")
    before = {each.ref: each.mark for each in (await desk.changed(LONG_AGO)).tickets}
    if changed == "answer":
        _answer(sirportly, "AB-123456", "Still broken")
    else:
        _call(sirportly, "update", {"ticket": "AB-123456", "status": "Resolved"})

    told = await desk.changed(LONG_AGO)

    assert [each.ref for each in told.tickets if before[each.ref] != each.mark] == ["AB-123456"]
    assert told.until is None
    assert len([each for each in sirportly.requests() if each["path"].endswith("spql")]) == 1, "refused, so not again"


async def test_socialboards_tells_what_is_shown(socialboards: Local, socialboards_desk: Desk) -> None:
    """An answer, a status, an assignee: each is another mark."""
    desk = socialboards_desk()
    ref = socialboards.state()["tickets"][0]["reference"]

    async def mark() -> str:
        told = await desk.changed(LONG_AGO)
        return next(str(each.mark) for each in told.tickets if each.ref == ref)

    first = await mark()
    _answer(socialboards, ref, "Anybody there?")
    second = await mark()
    await desk._client.write("PATCH", f"/tickets/{ref}/status", {"status": "completed"})
    third = await mark()

    assert len({first, second, third}) == 3


async def test_socialboards_tells_of_those_wanted(socialboards: Local, socialboards_desk: Desk) -> None:
    """Also of a ticket that is far down in the order of activity."""
    refs = [each["reference"] for each in socialboards.state()["tickets"]]

    told = await socialboards_desk().changed(datetime.now(UTC) + timedelta(days=1), among=[*refs, "999"])

    assert set(refs) <= {each.ref for each in told.tickets}
    assert "999" not in {each.ref for each in told.tickets}


def test_what_the_mirror_lacks_is_said(sirportly_desk: Desk, socialboards_desk: Desk) -> None:
    """Before somebody relies on it."""
    assert sirportly_desk().mirror_lacks() is None
    assert socialboards_desk().mirror_lacks() is None
    assert '["replies"]' in socialboards_desk(unconfirmed=frozenset({"notes"})).mirror_lacks()
    assert '["notes"]' in socialboards_desk(unconfirmed=frozenset({"replies"})).mirror_lacks()
    assert '["notes", "replies"]' in socialboards_desk(unconfirmed=frozenset()).mirror_lacks()


async def test_a_file_comes_as_it_went(sirportly: Local, sirportly_desk: Desk) -> None:
    """Its name, type and size are with the update; its bytes come in pieces."""
    desk = sirportly_desk()
    content = bytes(range(256)) * 4096
    ticket = Ticket(helpdesk="support", ref="AB-123456")
    file = await _attach(sirportly, ticket.ref, "till photo.png", content)

    update = (await desk.show(ticket, updates=True)).updates[-1]
    pieces = [piece async for piece in desk.download(ticket, update.attachments[0])]

    assert update.attachments == (
        Attached(id=file, name="till photo.png", size=len(content), content_type="image/png"),
    )
    assert len(pieces) > 1
    assert hashlib.sha256(b"".join(pieces)).digest() == hashlib.sha256(content).digest()


async def test_a_file_that_is_gone_is_said(sirportly: Local, sirportly_desk: Desk) -> None:
    """And one that cannot be had now is asked for again."""
    desk, ticket = sirportly_desk(), Ticket(helpdesk="support", ref="AB-123456")
    with pytest.raises(NotSupported):
        [piece async for piece in desk.download(ticket, Attached(id="999", name="gone.txt"))]
    sirportly.fault("unavailable", "*/tickets/attachment", times=1)
    with pytest.raises(Unavailable):
        [piece async for piece in desk.download(ticket, Attached(id="999", name="gone.txt"))]


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://files.example.com.evil.example/x",
        "https://someone@files.example.com/x",
        "https://files.example.com:8443/x",
        "http://files.example.com/x",
        "file:///etc/passwd",
        "http://[::1",
    ],
)
async def test_files_are_not_fetched_from_anywhere(socialboards_desk: Desk, address: str) -> None:
    """Whoever writes in names the address: the bot does not go where only it can go."""
    desk = socialboards_desk(attachment_hosts=("files.example.com",))
    with pytest.raises(NotSupported):
        [
            piece
            async for piece in desk.download(
                Ticket(helpdesk="social", ref="1"), Attached(id="1", name="x", address=address)
            )
        ]


async def test_follow_ups_are_told_without_their_texts(sirportly: Local, sirportly_desk: Desk) -> None:
    """What they will do, by whom and when."""
    parameters = {
        "ticket": "AB-123456", "actor": "adam", "time_type": "day", "time_length": "2",
        "status": "Resolved", "private_note": "ring them first",
    }  # fmt: skip
    _call(sirportly, "add_followup", parameters)

    (told,) = await sirportly_desk().followups(Ticket(helpdesk="support", ref="AB-123456"))

    assert told.by is not None
    assert told.does == ("status: Resolved", "leave a note")
    assert "ring" not in told.model_dump_json()


async def _attach(local: Local, ref: str, name: str, content: bytes) -> str:
    settings = sirportly_settings(local.url)
    headers = {"x-auth-token": settings.token, "x-auth-secret": settings.secret}
    async with httpx.AsyncClient(base_url=f"{local.url}/api/v2/tickets", headers=headers) as client:
        sent = await client.post("/add_attachment", files={"file": (name, content, "image/png")})
        made = sent.raise_for_status().json()
        posted = {"ticket": ref, "message": "See the photo", "contact": "1", "attachments": made["temporary_token"]}
        (await client.post("/post_update", data=posted)).raise_for_status()
    return str(made["id"])


def _call(sirportly: Local, method: str, parameters: dict[str, str]) -> None:
    headers = {"x-auth-token": "demo-token", "x-auth-secret": "demo-secret"}
    httpx.post(f"{sirportly.url}/api/v2/tickets/{method}", data=parameters, headers=headers).raise_for_status()
