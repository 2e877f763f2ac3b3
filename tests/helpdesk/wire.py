"""Every optional field of every action: a value for it, and what the helpdesk must then be sent.

One table for both vendors, so that a field that is added to a model and to no row here fails the contract test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.actions import (
    ACTION,
    Action,
    Attachment,
    Author,
    Contact,
    Moment,
    Named,
    Recipient,
    Ticket,
)
from tests.helpdesk.people import ADAM_THERE, CHARLIE, PRIYA_THERE

DUE = datetime(2027, 1, 15, 9, 30, tzinfo=UTC)
FILE = Attachment(name="till.png", url="https://files.example/till.png", content_type="image/png")


def in_two_days() -> Moment:
    """As somebody would say it now."""
    return Moment(at=datetime.now(UTC) + timedelta(days=2), amount=2, unit="day")


def _listed(key: str, name: str) -> Named:
    return Named(id=key, name=name)


@dataclass(frozen=True)
class Row:
    """A value for a field, and what it becomes; ``also`` is what else the action needs for it to make sense."""

    value: Any
    path: str = ""
    sent: Mapping[str, Any] = field(default_factory=dict)
    also: Mapping[str, Any] = field(default_factory=dict)


Rows = Mapping[str, Mapping[str, Row]]

SIRPORTLY: Rows = {
    "create": {
        "message": Row("Smoke since nine", "post_update", {"message": "Smoke since nine"}),
        "html": Row("<b>x</b>", "post_update", {"html_body": "<b>x</b>", "html_safe": "1"}, {"message": "x"}),
        "status": Row(_listed("2", "Waiting for Staff"), "submit", {"status": "2"}),
        "priority": Row(_listed("1", "Urgent"), "submit", {"priority": "1"}),
        "sla": Row(_listed("2", "Premium"), "submit", {"sla": "2"}),
        "brand": Row(_listed("2", "Codebase"), "submit", {"brand": "2"}),
        "department": Row(_listed("2", "Technical Support"), "submit", {"department": "2"}),
        "team": Row(_listed("3", "2nd Line Support"), "submit", {"team": "3"}),
        "assignee": Row(CHARLIE, "submit", {"user": "charlie"}),
        "tags": Row(("vpn", "laptop"), "submit", {"tag_list": "vpn,laptop,tb-test0001"}),
        "custom": Row({"plan": "Team"}, "submit", {"custom[plan]": "Team"}),
        "contact": Row(
            Contact(name="Jo Bloggs", telephone="+44 20 7946 0000"),
            "submit",
            {
                "contact_method_type": "telephone",
                "contact_method_data": "+44 20 7946 0000",
                "contact_name": "Jo Bloggs",
            },
        ),
        "attachments": Row((FILE,), "add_attachment", {"filename": "till.png", "content_type": "image/png"}),
        "cc": Row(("ann@acme.example",)),
        "category": Row(_listed("15597", "Sales")),
        "sentiment": Row("question"),
        "source": Row("shop"),
    },
    "update": {
        "status": Row(_listed("3", "Waiting for Customer"), "update", {"status": "3"}),
        "priority": Row(_listed("4", "Low"), "update", {"priority": "4"}),
        "department": Row(_listed("2", "Technical Support"), "update", {"department": "2"}),
        "sla": Row(_listed("1", "Standard Response"), "update", {"sla": "1"}),
        "team": Row(_listed("3", "2nd Line Support"), "update", {"team": "3"}),
        "assignee": Row(CHARLIE, "update", {"user": "charlie"}),
        "subject": Row("Till 4 & co", "update", {"subject": "Till 4 & co"}),
        "tags": Row(("vpn", "laptop"), "update", {"tag_list": "vpn,laptop"}),
        "updated_at": Row(DUE, "update", {"updated_at": "2027-01-15 09:30"}),
        "reply_due_at": Row(DUE, "update", {"reply_due_at": "2027-01-15 09:30"}),
        "resolution_due_at": Row(DUE, "update", {"resolution_due_at": "2027-01-15 09:30"}),
        "custom": Row({"server": "node-7"}, "update", {"custom[server]": "node-7"}),
        "contact_method": Row("3", "update", {"contact_method": "3"}),
        "contact": Row(
            Contact(name="Jo Bloggs", email="jo@acme.example"),
            "update",
            {"contact_method_data": "jo@acme.example", "contact_name": "Jo Bloggs"},
        ),
        "additional_contacts": Row(
            ("ann@acme.example", "bo@acme.example"),
            "update",
            {"additional_contact_methods": "ann@acme.example,bo@acme.example"},
        ),
        "note": Row("Swapped it", "post_update", {"message": "Swapped it", "private": "1", "user": "adam"}),
        "category": Row(_listed("15597", "Sales")),
    },
    "reply": {
        "subject": Row("Re: till", "post_update", {"subject": "Re: till"}),
        "html": Row("<i>x</i>", "post_update", {"html_body": "<i>x</i>", "html_safe": "1"}),
        "posted_at": Row(datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "post_update", {"posted_at": "2026-01-02 03:04"}),
        "authenticated": Row(True, "post_update", {"authenticated": "1"}),
        "author": Row(
            Author(contact=Contact(name="Jo", email="jo@acme.example"), linked=False),
            "post_update",
            {"author_name": "Jo", "author_email": "jo@acme.example", "skip_contact_lookup": "1"},
        ),
        "attachments": Row((FILE,), "add_attachment", {"filename": "till.png", "content_type": "image/png"}),
        "macro": Row("Resolve", "post_update", {"macro": "Resolve", "user": "adam"}),
        "outgoing": Row("billing@example.com", "post_update", {"outgoing": "billing@example.com"}),
        "parse_variables": Row(True, "post_update", {"parse_ticket_variables": "1"}),
    },
    "followup": {
        "status": Row(_listed("5", "On hold"), "add_followup", {"status": "5", "actor": "adam"}),
        "priority": Row("raise", "add_followup", {"priority": "-1"}),
        "team": Row("escalate", "add_followup", {"team": "-1"}),
        "assignee": Row(CHARLIE, "add_followup", {"user": "charlie"}),
        "macro": Row("Chase customer", "add_followup", {"macro": "Chase customer"}),
        "reply": Row("Any news?", "add_followup", {"reply": "Any news?", "time_type": "day", "time_length": "2"}),
        "note": Row("Ring them", "add_followup", {"private_note": "Ring them"}),
    },
    "forward": {
        "outgoing": Row("billing@example.com", "forward", {"outgoing": "billing@example.com"}),
        "status": Row(_listed("4", "Waiting for Third Party"), "forward", {"status": "4"}),
        "subject": Row("Yours", "forward", {"subject": "Yours", "contact_name": "Jo Bloggs", "message": "Over to you"}),
        "priority": Row(_listed("2", "High"), "forward", {"priority": "2", "contact_method_data": "jo@acme.example"}),
        "sender": Row(CHARLIE, "forward", {"user": "charlie"}),
    },
}

SOCIALBOARDS: Rows = {
    "create": {
        "message": Row("Hello", "tickets", {"message": "Hello", "isHtml": False, "title": "Till"}),
        "html": Row("<b>x</b>", "tickets", {"message": "<b>x</b>", "isHtml": True}),
        "assignee": Row(PRIYA_THERE, "tickets", {"assigneeId": PRIYA_THERE.id}),
        "tags": Row(("vpn",), "tickets", {"tags": ["vpn", "tb-test0001"]}),
        "custom": Row({"City": "Oslo"}, "tickets", {"customFields": [{"id": 42623, "value": "Oslo"}]}),
        "contact": Row(
            Contact(name="Bill", email="bill@x.example", telephone="123", reference="B-1", image="https://x.example/b"),
            "tickets",
            {
                "creator": {
                    "name": "Bill",
                    "email": "bill@x.example",
                    "phoneNumber": "123",
                    "image": "https://x.example/b",
                    "customIdentifier": "B-1",
                }
            },
        ),
        "cc": Row(("ann@x.example", "bo@x.example"), "tickets", {"cc": ["ann@x.example", "bo@x.example"]}),
        "category": Row(_listed("15597", "Sales"), "tickets", {"categoryId": 15597}),
        "sentiment": Row("complaint", "tickets", {"sentiment": "complaint"}),
        "source": Row("shop", "tickets", {"sourceName": "shop"}),
        "attachments": Row((FILE,), "tickets", {"attachments": [{"url": FILE.url, "name": FILE.name}]}),
    },
    "update": {
        "status": Row(_listed("completed", "completed"), "/status", {"status": "completed"}),
        "assignee": Row(ADAM_THERE, "/assignee", {"assigneeId": ADAM_THERE.id, "previousAssigneeId": PRIYA_THERE.id}),
        "category": Row(_listed("15597", "Sales"), "/category", {"id": 15597}),
        "tags": Row(("vpn", "vip"), "/tags", {"": ["vpn", "vip"]}),
        "note": Row("Swapped it", "/notes", {"message": "Swapped it", "author": {"email": "adam@example.com"}}),
    },
    "reply": {
        "html": Row("<i>x</i>", "/replies", {"message": "<i>x</i>", "isHtml": True, "isDraft": False}),
        "attachments": Row((FILE,), "/replies", {"attachments": [{"url": FILE.url, "name": FILE.name}]}),
    },
    "followup": {"assignee": Row(PRIYA_THERE)},
    "forward": {},
}


def value_of(vendor: str, kind: str, name: str) -> Any:
    """A value for any field: where a vendor's own rows have none, the other's will do to be refused."""
    for rows in (SIRPORTLY, SOCIALBOARDS) if vendor == "sirportly" else (SOCIALBOARDS, SIRPORTLY):
        if (row := rows[kind].get(name)) is not None:
            return row.value
    raise KeyError(f"no row for {name} of {kind}")


def action(kind: str, ticket: Ticket, **fields: Any) -> Action:
    """An action of that kind with what it must have, and these fields."""
    needed: dict[str, dict[str, Any]] = {
        "create": {"helpdesk": ticket.helpdesk, "subject": "Till"},
        "update": {"ticket": ticket},
        "reply": {"ticket": ticket, "message": "Ok", "visibility": "public"},
        "followup": {"ticket": ticket, "when": in_two_days()},
        "forward": {
            "ticket": ticket,
            "to": Recipient(email="jo@acme.example", name="Jo Bloggs"),
            "message": "Over to you",
        },
    }
    return ACTION.validate_python({"kind": kind, **needed[kind], **fields})
