"""What a page and tests see of the local Sirportly, private notes and all."""

import json
import sqlite3
from typing import Any

from bot.playground.helpdesks.clock import stamp
from bot.playground.helpdesks.helpdesk import NoSuchTicketError, Reply
from bot.playground.helpdesks.page import ticket_page
from bot.playground.helpdesks.sirportly import shapes
from bot.playground.helpdesks.sirportly.books import Books
from bot.playground.helpdesks.sirportly.catalogue import User
from bot.playground.helpdesks.sirportly.posting import Draft, post


def state(books: Books) -> dict[str, Any]:
    """Everything stored, by table."""
    store = books.store
    return {
        "now": stamp(books.now),
        "settings": books.settings.model_dump(mode="json"),
        "tickets": [ticket(books, row) for row in store.all("SELECT * FROM tickets ORDER BY id")],
        "updates": [
            _update(books, row, row["reference"])
            for row in store.all(
                "SELECT u.*, t.reference FROM updates u JOIN tickets t ON t.id = u.ticket_id ORDER BY u.id"
            )
        ],
        "followups": [_followup(books, row) for row in store.all(FOLLOWUPS)],
        "outbox": [_mail(row) for row in store.all(MAILS)],
        "contacts": [dict(row) for row in store.all("SELECT * FROM contacts ORDER BY id")],
        "contact_methods": [dict(row) for row in store.all("SELECT * FROM contact_methods ORDER BY id")],
        "attachments": [
            {**shapes.attachment(row), "update_id": row["update_id"]}
            for row in store.all("SELECT * FROM attachments ORDER BY id")
        ],
    }


FOLLOWUPS = "SELECT f.*, t.reference FROM followups f JOIN tickets t ON t.id = f.ticket_id ORDER BY f.id"
MAILS = "SELECT m.*, t.reference FROM mails m LEFT JOIN tickets t ON t.id = m.ticket_id ORDER BY m.id"


def tickets(books: Books) -> list[dict[str, Any]]:
    """Tickets in short, latest activity first."""
    return [ticket(books, row) for row in books.store.all("SELECT * FROM tickets ORDER BY updated_at DESC, id DESC")]


def ticket(books: Books, row: sqlite3.Row) -> dict[str, Any]:
    """A ticket in short: names instead of objects, tags included."""
    catalogue, store = books.catalogue, books.store
    team, user = catalogue.team(row["team_id"]), catalogue.user(row["user_id"])
    method = store.one(
        "SELECT c.name, m.data FROM contact_methods m JOIN contacts c ON c.id = m.contact_id WHERE m.id = ?",
        (row["contact_method_id"],),
    )
    original = store.one("SELECT original FROM forwards WHERE ticket_id = ?", (row["id"],))
    sla = catalogue.json("slas", row["sla_id"])
    return {
        "id": row["id"],
        "reference": row["reference"],
        "subject": row["subject"],
        "status": catalogue.status(row["status_id"]).name,
        "closed": catalogue.status(row["status_id"]).status_type == 1,
        "priority": catalogue.priority(row["priority_id"]).name,
        "department": catalogue.department(row["department_id"]).name,
        "brand": catalogue.department(row["department_id"]).brand.name,
        "team": team.name if team else None,
        "user": user.name if user else None,
        "sla": sla["name"] if sla else None,
        "contact": {"name": method["name"], "address": method["data"]} if method else None,
        "additional_recipients": json.loads(row["additional_recipients"] or "[]"),
        "tags": [each["tag"] for each in store.all("SELECT tag FROM ticket_tags WHERE ticket_id = ?", (row["id"],))],
        "custom_fields": json.loads(row["custom_fields"]),
        "original_ticket": original["original"] if original else None,
        "update_count": row["update_count"],
        "submitted_at": row["submitted_at"],
        "updated_at": row["updated_at"],
        "reply_due_at": row["reply_due_at"],
        "resolution_due_at": row["resolution_due_at"],
        "link": f"/staff/tickets/{row['reference']}",
    }


def conversation(books: Books, reference: str) -> dict[str, Any]:
    """A ticket with its updates, follow-ups, sent mail and log. Raises NoSuchTicketError."""
    row, store = _row(books, reference), books.store
    updates = store.all("SELECT * FROM updates WHERE ticket_id = ? ORDER BY posted_at, id", (row["id"],))
    log = store.all("SELECT * FROM log_events WHERE ticket_id = ? ORDER BY id", (row["id"],))
    return {
        **ticket(books, row),
        "updates": [_update(books, each, row["reference"]) for each in updates],
        "followups": [_followup(books, each) for each in store.all(FOLLOWUPS) if each["ticket_id"] == row["id"]],
        "outbox": [_mail(each) for each in store.all(MAILS) if each["ticket_id"] == row["id"]],
        "log": [{"at": each["timestamp"], "description": each["description"]} for each in log],
    }


def _row(books: Books, reference: str) -> sqlite3.Row:
    row = books.store.one("SELECT * FROM tickets WHERE reference = ?", (reference.upper(),))
    if row is None:
        raise NoSuchTicketError(reference)
    return row


def _update(books: Books, row: sqlite3.Row, reference: str) -> dict[str, Any]:
    user = books.catalogue.user(row["user_id"])
    contact = books.store.one("SELECT name FROM contacts WHERE id = ?", (row["contact_id"],))
    if user is not None:
        kind, name = "staff", user.full_name
    elif contact is not None or row["from_name"] or row["from_address"]:
        kind, name = "customer", contact["name"] if contact else row["from_name"] or row["from_address"]
    else:
        kind, name = "system", "System"
    return {
        "id": row["id"],
        "ticket": reference,
        "author_kind": kind,
        "author": name,
        "username": user.name if user else None,
        "subject": row["subject"],
        "message": row["message"],
        "html_body": row["html_body"],
        "html_safe": bool(row["html_safe"]),
        "private": bool(row["private"]),
        "pinned": bool(row["pinned"]),
        "authenticated": bool(row["authenticated"]),
        "sent": bool(row["sent"]),
        "posted_at": row["posted_at"],
        "attachments": [
            {"id": each["id"], "name": each["name"]}
            for each in books.store.all(
                "SELECT id, name FROM attachments WHERE update_id = ? ORDER BY id", (row["id"],)
            )
        ],
    }


def _followup(books: Books, row: sqlite3.Row) -> dict[str, Any]:
    steps = {"priority_step": row["priority_step"], "team_step": row["team_step"]}
    shown = {**shapes.followup(books, row), **steps, "run_at": row["run_at"], "executed_at": row["executed_at"]}
    return {**shown, "ticket": row["reference"]}


def _mail(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "ticket": row["reference"],
        "update_id": row["update_id"],
        "kind": row["kind"],
        "from": row["sender"],
        "to": json.loads(row["recipients"]),
        "subject": row["subject"],
        "body": row["body"],
        "sent_at": row["sent_at"],
    }


def reply(books: Books, reference: str, answer: Reply) -> dict[str, Any]:
    """Post what a person typed at a screen: mail from the customer, or a reply or note of staff."""
    row = _row(books, reference)
    if not answer.message.strip():
        raise ValueError("the message is empty")
    if answer.author == "customer":
        if answer.private:
            raise ValueError("a customer cannot write a private note")
        draft = Draft(answer.message, contact=row["contact_id"], source="email")
    else:
        sender = next(each for each in books.catalogue.addresses if each.allow_outbound)
        user = _staff(books, row, answer.author)
        draft = Draft(answer.message, user=user, private=answer.private or None, outgoing=sender.address)
    key = post(books, row, draft)
    update = books.store.one("SELECT * FROM updates WHERE id = ?", (key,))
    assert update is not None
    return _update(books, update, row["reference"])


def _staff(books: Books, row: sqlite3.Row, author: str) -> User:
    if author == "staff":
        return books.catalogue.user(row["user_id"]) or books.catalogue.users[0]
    for user in books.catalogue.users:
        if author.casefold() in (user.name, user.email):
            return user
    raise ValueError(f"no user {author!r}")


def staff_page(books: Books, reference: str) -> str:
    """The page of one ticket. Raises NoSuchTicketError."""
    shown = conversation(books, reference)
    facts = " · ".join(str(shown[name]) for name in ("status", "priority", "department", "team", "user") if shown[name])
    return ticket_page(f"{shown['reference']} {shown['subject']}", facts, shown["updates"])
