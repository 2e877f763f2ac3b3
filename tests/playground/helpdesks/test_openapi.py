"""Answers of the local helpdesks against the OpenAPI descriptions compiled from the vendors' pages.

The descriptions are judged by jsonschema, which is nobody's of ours. They are not part of this repository; without them
these tests are skipped.
"""

from functools import cache
from typing import Any

import jsonschema
import pytest
import yaml

from tests.playground.helpdesks.desks import ACCOUNT, Sirportly, SocialBoards
from tests.playground.helpdesks.test_sirportly_refusals import FORWARD, LATER, NEW, TICKET
from tests.playground.helpdesks.test_socialboards import ADAM, CREATE, OPEN, PENDING, PRIYA, REPLY
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared


@cache
def described(vendor: str) -> dict[str, Any]:
    """The vendor's OpenAPI description."""
    text = (SHARED / "helpdesk" / f"{vendor}-openapi.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def check(vendor: str, path: str, verb: str, status: int, body: Any) -> None:
    """Raise jsonschema's ValidationError unless ``body`` is what the description says about this answer."""
    document = described(vendor)
    responses = document["paths"][path][verb]["responses"]
    response = responses.get(str(status)) or responses["default"]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schema = response["content"]["application/json"]["schema"]
    jsonschema.Draft202012Validator(
        {**schema, "components": document["components"]}, format_checker=jsonschema.FormatChecker()
    ).validate(body)


SIRPORTLY: dict[str, dict[str, str]] = {
    "tickets/submit": {**NEW, "sla": "premium", "user": "adam"},
    "tickets/post_update": {**TICKET, "message": "x", "user": "adam", "private": "1"},
    "tickets/update": {**TICKET, "status": "new"},
    "tickets/add_followup": {**LATER, "status": "new", "priority": "1", "team": "2", "user": "adam", "macro": "3"},
    "tickets/followups": TICKET,
    "tickets/forward": FORWARD,
    "tickets/ticket": TICKET,
    "tickets/all": {},
    "tickets/contact": {"contact": "1"},
    "tickets/filter": {"filter": "1"},
    "tickets/search": {"query": "push"},
    "tickets/spql": {"spql": "SELECT tickets.id, status.name FROM tickets"},
    "tickets/macro": {**TICKET, "macro": "1"},
    "tickets/log_events": TICKET,
    "ticket_updates/all": TICKET,
    "ticket_updates/info": {**TICKET, "update": "1"},
    "ticket_updates/pin": {**TICKET, "update": "2"},
    "ticket_updates/unpin": {**TICKET, "update": "2"},
    **{f"objects/{name}": {} for name in ("statuses", "priorities", "brands", "teams", "escalation_paths", "slas")},
    **{f"objects/{name}": {} for name in ("filters", "users", "departments", "custom_fields")},
    "objects/email_addresses": {"department": "3"},
    "contacts/search": {"query": "northwind"},
    "contacts/info": {"contact": "1"},
    "contacts/create": {"name": "Mia"},
    "contacts/add_contact_method": {"contact": "1", "method_type": "email", "data": "d@example.com"},
    "contacts/merge": {"source_contact": "1", "destination_contact": "2"},
    "contacts/all": {},
    "users/info": {"user": "adam"},
    "users/all": {},
}


@pytest.mark.parametrize("dialect", ["contact", "customer"])
@pytest.mark.parametrize(("method", "params"), SIRPORTLY.items(), ids=SIRPORTLY)
def test_sirportly_answers(desk: Sirportly, method: str, params: dict[str, str], dialect: str) -> None:
    desk.settings(dialect=dialect)
    response = desk.call(method, **params)
    assert response.status_code in (200, 201), response.text
    check("sirportly", f"/{method}", "post", response.status_code, response.json())


def test_sirportly_uploads(desk: Sirportly) -> None:
    files = {"file": ("a.png", b"png", "image/png")}
    response = desk.post("/api/v2/tickets/add_attachment", files=files, headers=ACCOUNT)
    check("sirportly", "/tickets/add_attachment", "post", response.status_code, response.json())


@pytest.mark.parametrize(
    ("method", "params", "status"),
    [
        ("tickets/update", {**TICKET, "status": ""}, 422),
        ("tickets/spql", {"spql": "SELECT x FROM tickets"}, 422),
        ("tickets/ticket", {}, 404),
    ],
)
def test_sirportly_refusals(desk: Sirportly, method: str, params: dict[str, str], status: int) -> None:
    response = desk.call(method, **params)
    assert response.status_code == status
    check("sirportly", f"/{method}", "post", status, response.json())


SOCIALBOARDS: dict[str, tuple[str, str, Any, int]] = {
    "create": ("post", "/tickets", CREATE, 200),
    "create what cannot be": ("post", "/tickets", {}, 400),
    "list": ("post", "/tickets/list", {}, 200),
    "ticket": ("get", "/tickets/{ticketId}", None, 200),
    "reply": ("post", "/tickets/{ticketId}/replies", REPLY, 200),
    "replies": ("get", "/tickets/{ticketId}/replies", None, 200),
    "assignee": ("patch", "/tickets/{ticketId}/Assignee", {"assigneeId": ADAM, "previousAssigneeId": PRIYA}, 200),
    "stale assignee": ("patch", "/tickets/{ticketId}/Assignee", {"assigneeId": ADAM, "previousAssigneeId": ADAM}, 409),
    "category": ("patch", "/tickets/{ticketId}/category", {"id": 23445}, 200),
    "status": ("patch", "/tickets/{ticketId}/status", {"status": "open"}, 200),
    "log": ("post", "/tickets/{ticketId}/log", {}, 200),
    "note": ("post", "/tickets/{ticketId}/notes", {"author": REPLY["author"], "message": "x"}, 200),
    "tags": ("put", "/tickets/{ticketId}/tags", ["x"], 200),
    "teammates": ("get", "/Teammates", None, 200),
    "a category": ("get", "/categories/{categoryId}", None, 200),
}


@pytest.mark.parametrize(("verb", "path", "body", "status"), SOCIALBOARDS.values(), ids=SOCIALBOARDS)
def test_socialboards_answers(boards: SocialBoards, verb: str, path: str, body: Any, status: int) -> None:
    address = path.format(ticketId=PENDING, categoryId=15597)
    response = boards.request(verb.upper(), address, json=body)
    assert response.status_code == status
    check("socialboards", path, verb, status, response.json())


def test_socialboards_notifications(boards: SocialBoards) -> None:
    boards.done("PATCH", f"/tickets/{OPEN}/status", {"status": "pending"})
    (made,) = boards.state()["notifications"]
    document = described("socialboards")
    payload = {"$ref": "#/components/schemas/WebhookPayload", "components": document["components"]}
    jsonschema.Draft202012Validator(payload).validate(made["payload"])


@pytest.mark.parametrize("vendor", ["sirportly", "socialboards"])
def test_nothing_described_is_left_unchecked(vendor: str) -> None:
    """Every described path is called above, except those named here."""
    left_out = {
        "sirportly": {
            "/tickets/add_attachment",  # has its own test
            "/tickets/attachment",  # bytes
            "/tickets/permanently_delete",  # no described body
            "/ticket_updates/destroy",  # no described body
            "/objects/responses",  # a list of canned texts, which the bot has no use for: not served
        },
        "socialboards": {"/token"},
    }
    called = {f"/{method}" for method in SIRPORTLY} | {row[1] for row in SOCIALBOARDS.values()}
    assert set(described(vendor)["paths"]) - called == left_out[vendor]
