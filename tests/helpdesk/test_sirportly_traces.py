"""What is taken for what was lost, and what is not: literals against the reads that find a write again."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from bot.helpdesk.sirportly.client import Client
from bot.helpdesk.sirportly.decode import ticket_view
from bot.helpdesk.sirportly.settings import SirportlySettings
from bot.helpdesk.sirportly.traces import Traces

SENT = datetime(2026, 11, 22, 12, tzinfo=UTC)
AT = (SENT + timedelta(seconds=2)).isoformat()
VIEW = partial(ticket_view, helpdesk="support")
ADAM = {"id": 1, "username": "adam", "first_name": "Adam"}


def traces(answer: Any) -> Traces:
    """Traces of a helpdesk that answers every read alike."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    return Traces(Client(SirportlySettings("http://seam.invalid", "t", "s"), fetch=None, transport=transport), VIEW)


FOLLOWUP = {"id": 17, "run_at": AT, "actor": ADAM, "status": {"id": 5, "name": "On hold"}, "reply": None}
FOLLOWUP |= {"priority": None, "team": None, "user": None, "macro": None, "private_note": "Ring them"}
ASKED = {"ticket": "AB-123456", "actor": "adam", "status": "5", "private_note": "Ring them", "time_type": "minute"}

FOLLOWUPS: list[tuple[str, dict[str, Any], dict[str, str], bool]] = [
    ("it", {}, {}, True),
    ("by name", {}, {"status": "on HOLD"}, True),
    ("line ends", {"private_note": "Ring\r\nthem"}, {"private_note": "Ring\nthem "}, True),
    ("a step, whatever it looks like", {"priority": {"id": -1}}, {"priority": "-1"}, True),
    ("another actor", {"actor": {"id": 2, "username": "charlie"}}, {}, False),
    ("another status", {"status": {"id": 6, "name": "Resolved"}}, {}, False),
    ("a status more", {}, {"status": ""}, False),
    ("another note", {"private_note": "Ring"}, {}, False),
    ("a reply more", {"reply": "Any news?"}, {}, False),
    ("an assignee more", {"user": ADAM}, {}, False),
    ("an hour off", {"run_at": (SENT + timedelta(hours=1)).isoformat()}, {}, False),
    ("a day off", {"run_at": (SENT + timedelta(days=1)).isoformat()}, {}, False),
    ("a day off, in months", {"run_at": (SENT + timedelta(days=1)).isoformat()}, {"time_type": "month"}, True),
    ("no time", {"run_at": None}, {}, False),
]


@pytest.mark.parametrize(("record", "params", "found"), [row[1:] for row in FOLLOWUPS], ids=[r[0] for r in FOLLOWUPS])
async def test_which_followup_is_it(record: dict[str, Any], params: dict[str, str], found: bool) -> None:
    given = {name: value for name, value in {**ASKED, **params}.items() if value}
    looked = await traces([{**FOLLOWUP, **record}]).followup(
        params=given, expected=SENT, now=SENT - timedelta(minutes=1)
    )
    assert [each.id for each in looked] == (["followup:17"] if found else [])


UPDATE = {"id": 13, "message": "Ok", "private": None, "posted_at": AT, "author": ADAM}
POSTED = {"ticket": "AB-123456", "message": "Ok", "user": "adam"}
CUSTOMER = {"type": "Customer", "id": 4, "reference": "NW-1", "name": "Dana"}

UPDATES: list[tuple[str, dict[str, Any], dict[str, str], bool]] = [
    ("it", {}, {}, True),
    ("by id", {}, {"user": "1"}, True),
    ("a note", {"private": True}, {"private": "1"}, True),
    ("a note that became public", {"private": False}, {"private": "1"}, True),
    ("a note is no answer", {"private": True}, {}, False),
    ("another text", {"message": "Ok."}, {}, False),
    ("another person", {"author": {**ADAM, "id": 2, "username": "charlie"}}, {}, False),
    ("a customer", {"author": CUSTOMER}, {}, False),
    ("nobody", {"author": None}, {}, False),
    ("long before", {"posted_at": (SENT - timedelta(minutes=6)).isoformat()}, {}, False),
    ("their clock is behind", {"posted_at": (SENT - timedelta(minutes=4)).isoformat()}, {}, True),
    ("long before, as asked", {"posted_at": "2020-01-01T00:00:00Z"}, {"posted_at": "2020-01-01 00:00"}, True),
    ("the contact", {"author": CUSTOMER}, {"user": "", "contact": "nw-1"}, True),
    ("another contact", {"author": {**CUSTOMER, "reference": "X"}}, {"user": "", "contact": "NW-1"}, False),
    ("staff is no contact", {}, {"user": "", "contact": "1"}, False),
    ("the token's user", {}, {"user": ""}, True),
    ("a customer, with a user token", {"author": CUSTOMER}, {"user": ""}, False),
]


@pytest.mark.parametrize(("record", "params", "found"), [row[1:] for row in UPDATES], ids=[row[0] for row in UPDATES])
async def test_which_update_is_it(record: dict[str, Any], params: dict[str, str], found: bool) -> None:
    given = {name: value for name, value in {**POSTED, **params}.items() if value}
    looked = await traces([{**UPDATE, **record}]).update(SENT, params=given)
    assert [each.id for each in looked] == (["update:13"] if found else [])


async def test_a_private_one_goes_before_a_public_one() -> None:
    both = [UPDATE, {**UPDATE, "id": 14, "private": True}]
    looked = await traces(both).update(SENT, params={**POSTED, "private": "1"})
    assert [each.id for each in looked] == ["update:14", "update:13"]


TICKET: dict[str, Any] = {"reference": "LF-616004", "subject": "Till", "submitted_at": AT}
TICKET |= {"customer": {"id": 4, "name": "Dana"}, "customer_contact_method": {"data": "dana@x.example"}}
BY_ADDRESS = {"subject": "Till", "contact_method_data": "Dana@x.example"}
BY_NUMBER = {"subject": "Till", "contact": "4"}

TICKETS: list[tuple[str, dict[str, Any], dict[str, str], bool]] = [
    ("by address", {}, BY_ADDRESS, True),
    ("by number", {}, BY_NUMBER, True),
    ("another subject", {"subject": "Tills"}, BY_ADDRESS, False),
    ("another address", {"customer_contact_method": {"data": "jo@x.example"}}, BY_ADDRESS, False),
    ("another contact", {"customer": {"id": 5}}, BY_NUMBER, False),
    ("before", {"submitted_at": (SENT - timedelta(minutes=6)).isoformat()}, BY_ADDRESS, False),
    ("no time", {"submitted_at": None}, BY_ADDRESS, False),
]


@pytest.mark.parametrize(("record", "params", "found"), [row[1:] for row in TICKETS], ids=[row[0] for row in TICKETS])
async def test_which_ticket_is_it_where_tags_cannot_be_asked_for(
    record: dict[str, Any], params: dict[str, str], found: bool
) -> None:
    whole = {**TICKET, **record}

    def closed(request: httpx.Request) -> httpx.Response:
        match request.url.path.removeprefix("/api/v2/"):
            case "tickets/all":
                return httpx.Response(200, json={"records": [whole], "pagination": {"pages": 1}})
            case "tickets/ticket":
                return httpx.Response(200, json=whole)
            case _:
                return httpx.Response(403, json={"error": "not for this token"})

    settings = SirportlySettings("http://seam.invalid", "t", "s")
    looking = Traces(Client(settings, fetch=None, transport=httpx.MockTransport(closed)), VIEW)
    looked = await looking.ticket(SENT, tag="tb-1", params=params)
    told = {"ref": "LF-616004", "contact": str(whole["customer"]["id"])}
    view = VIEW(whole).model_dump(mode="json", exclude_none=True)
    assert [each.result for each in looked] == ([told | {"view": view}] if found else [])
