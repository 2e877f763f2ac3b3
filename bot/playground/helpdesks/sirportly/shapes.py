"""Rows as the JSON that the vendor's examples print."""

import json
import sqlite3
from typing import Any

from bot.playground.helpdesks.sirportly.books import Books, shown_number, shown_time, shown_time_z

PAGE = 30


def contact(books: Books, row: sqlite3.Row) -> dict[str, Any]:
    """A contact, as the settings' dialect gives it."""
    if books.settings.dialect == "customer":
        return {"id": row["id"], "name": row["name"], "company": row["company"], "pin": row["pin"]}
    first, _, last = row["name"].partition(" ")
    return {
        "id": row["id"],
        "reference": row["reference"],
        "name": row["name"],
        "abbreviated_name": f"{first} {last[:1]}".strip(),
        "company": row["company"],
        "pin": row["pin"],
        "created_at": shown_time_z(row["created_at"]),
    }


def contact_method(row: sqlite3.Row) -> dict[str, Any]:
    """An address or number of a contact."""
    return {"id": row["id"], "method_type": row["method_type"], "data": row["data"]}


def ticket(books: Books, row: sqlite3.Row, *, method_key: str = "contact_method") -> dict[str, Any]:
    """A ticket as listings and writes give it; tags are in none of the documented shapes."""
    store, catalogue = books.store, books.catalogue
    person = store.one("SELECT * FROM contacts WHERE id = ?", (row["contact_id"],))
    method = store.one("SELECT * FROM contact_methods WHERE id = ?", (row["contact_method_id"],))
    assert person is not None
    assert method is not None
    older = books.settings.dialect == "customer"
    last = row["last_respondant"]
    return {
        "id": row["id"],
        "reference": row["reference"],
        "subject": row["subject"],
        "message_id": row["message_id"],
        "submitted_at": shown_time(row["submitted_at"]),
        "reply_due_at": shown_time(row["reply_due_at"]),
        "resolution_due_at": shown_time(row["resolution_due_at"]),
        "auth_code": row["auth_code"],
        "additional_recipients": json.loads(row["additional_recipients"] or "null"),
        "last_update_posted_at": shown_time(row["last_update_posted_at"]),
        "first_response_time": shown_number(row["first_response_time"]),
        "first_resolution_time": shown_number(row["first_resolution_time"]),
        "resolution_time": shown_number(row["resolution_time"]),
        "last_respondant": "customer" if older and last == "contact" else last,
        "update_count": row["update_count"],
        "status": catalogue.json("statuses", row["status_id"]),
        "priority": catalogue.json("priorities", row["priority_id"]),
        "department": catalogue.json("departments", row["department_id"]),
        "team": catalogue.json("teams", row["team_id"]),
        "user": catalogue.json("users", row["user_id"]),
        "sla": catalogue.json("slas", row["sla_id"]),
        "customer" if older else "contact": contact(books, person),
        "customer_contact_method" if older else method_key: contact_method(method),
    }


def full_ticket(books: Books, row: sqlite3.Row) -> dict[str, Any]:
    """A ticket with its custom fields and updates."""
    return {
        **ticket(books, row),
        "custom_fields": json.loads(row["custom_fields"]),
        "updates": updates(books, row["id"]),
    }


def updates(books: Books, ticket_id: int) -> list[dict[str, Any]]:
    """A ticket's updates, oldest first."""
    rows = books.store.all("SELECT * FROM updates WHERE ticket_id = ? ORDER BY posted_at, id", (ticket_id,))
    return [update(books, row) for row in rows]


def update(books: Books, row: sqlite3.Row) -> dict[str, Any]:
    """An update as the pages about updates give it: in the newer dialect with more in it."""
    old = posted(books, row)
    if books.settings.dialect == "customer":
        return old
    author = old["author"]
    if author is not None:
        kind = "User" if row["user_id"] is not None else "Customer"
        author = {"type": kind, **author, **({} if kind == "User" else {"mail_format": "both"})}
    return {
        **old,
        "posted_at": shown_time_z(row["posted_at"]),
        "author": author,
        "html_body": row["html_body"],
        "html_safe": bool(row["html_safe"]),
        "pinned": bool(row["pinned"]),
        "avatar_url": None,
        "stripped_content": None,
        "message_id": row["message_id"],
        "source": row["source"],
        "notification_sent": None,
        "delivered": None,
    }


def posted(books: Books, row: sqlite3.Row) -> dict[str, Any]:
    """An update as the page about posting one gives it."""
    return {
        "id": row["id"],
        "subject": row["subject"],
        "message": row["message"],
        "private": _maybe(row["private"]),
        "posted_at": shown_time(row["posted_at"]),
        "author": _author(books, row),
        "from_name": row["from_name"],
        "from_address": row["from_address"],
        "minutes_since_reply_due": shown_number(row["minutes_since_reply_due"]),
        "minutes_since_resolution_due": shown_number(row["minutes_since_resolution_due"]),
        "minutes_since_submission": shown_number(row["minutes_since_submission"]),
        "minutes_since_last_reply": shown_number(row["minutes_since_last_reply"]),
        "signature_text": None,
        "authenticated": _maybe(row["authenticated"]),
        "attachments": [
            attachment(each)
            for each in books.store.all("SELECT * FROM attachments WHERE update_id = ? ORDER BY id", (row["id"],))
        ],
    }


def _maybe(stored: int | None) -> bool | None:
    return None if stored is None else bool(stored)


def _author(books: Books, row: sqlite3.Row) -> dict[str, Any] | None:
    if row["user_id"] is not None:
        return books.catalogue.json("users", row["user_id"])
    if row["contact_id"] is not None:
        person = books.store.one("SELECT * FROM contacts WHERE id = ?", (row["contact_id"],))
        return contact(books, person) if person else None
    return None


def attachment(row: sqlite3.Row) -> dict[str, Any]:
    """An uploaded file, without its content."""
    name = row["name"]
    return {
        "id": row["id"],
        "name": name,
        "content_type": row["content_type"],
        "file_size": len(row["content"]),
        "extension": name.rpartition(".")[2].lower() if "." in name else "",
        "disposition": "inline" if row["content_type"].startswith("image/") else "attachment",
        "temporary_token": row["temporary_token"],
        "temporary_token_expires_at": shown_time_z(row["expires_at"]),
    }


def followup(books: Books, row: sqlite3.Row) -> dict[str, Any]:
    """A follow-up. A step (raise, lower, escalate, de-escalate) shows as null: how the vendor shows it is not known."""
    catalogue = books.catalogue
    return {
        "id": row["id"],
        "run_at": shown_time(row["run_at"]),
        "actor": catalogue.json("users", row["actor_id"]),
        "status": catalogue.json("statuses", row["status_id"]),
        "priority": catalogue.json("priorities", row["priority_id"]),
        "team": catalogue.json("teams", row["team_id"]),
        "user": catalogue.json("users", row["user_id"]),
        "macro": catalogue.json("macros", row["macro_id"]),
        "reply": row["reply"],
        "private_note": row["private_note"],
    }


def pagination(page: int, total: int, per_page: int = PAGE) -> dict[str, int]:
    """Where in a long list a page is."""
    return {
        "page": page,
        "offset": (page - 1) * per_page,
        "per_page": per_page,
        "pages": max(1, -(-total // per_page)),
        "total_records": total,
    }
