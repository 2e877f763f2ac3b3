"""What a page and tests see of the local SocialBoards, notes and drafts and all."""

import json
import sqlite3
from typing import Any

from bot.playground.helpdesks.clock import stamp
from bot.playground.helpdesks.exchange import RefusedError
from bot.playground.helpdesks.helpdesk import NoSuchTicketError, Reply
from bot.playground.helpdesks.socialboards import shapes
from bot.playground.helpdesks.socialboards.books import Books
from bot.playground.helpdesks.socialboards.community import CATEGORIES, CUSTOM_FIELDS
from bot.playground.helpdesks.socialboards.people import member
from bot.playground.helpdesks.socialboards.replies import add_note, add_reply
from bot.playground.helpdesks.socialboards.tickets import set_status


def state(books: Books) -> dict[str, Any]:
    """Everything stored, by kind."""
    store = books.store
    return {
        "now": stamp(books.now),
        "settings": books.settings.model_dump(mode="json"),
        "tickets": [ticket(books, row) for row in store.all("SELECT * FROM tickets ORDER BY id")],
        "updates": [each for row in store.all("SELECT id FROM tickets ORDER BY id") for each in _updates(books, row)],
        "outbox": _mails(books),
        "teammates": [shapes.user(books, row["id"]) for row in store.all("SELECT id FROM users WHERE status = 'team'")],
        "categories": [each.full() for each in CATEGORIES if each.parent is None],
        "custom_fields": [{"id": key, "name": name} for key, name in CUSTOM_FIELDS.items()],
        "notifications": [
            {**dict(row), "payload": json.loads(row["payload"])}
            for row in store.all("SELECT * FROM notifications ORDER BY id")
        ],
    }


def tickets(books: Books) -> list[dict[str, Any]]:
    """Tickets in short, latest activity first."""
    return [ticket(books, row) for row in books.store.all("SELECT * FROM tickets ORDER BY active_at DESC, id DESC")]


def ticket(books: Books, row: sqlite3.Row) -> dict[str, Any]:
    """A ticket in short, under the same names as the other helpdesk's where they mean the same."""
    shown = shapes.ticket(books, row)
    author, assignee = shown["author"], shown["lockedBy"]
    return {
        "id": row["id"],
        "reference": str(row["id"]),
        "subject": row["title"],
        "message": row["message"],
        "html_message": row["html_message"],
        "status": row["status"],
        "closed": row["status"] == "completed",
        "category": shown["category"],
        "user": assignee["email"] if assignee else None,
        "assignee_id": row["assignee_id"],
        "contact": {"name": author["name"], "address": author["email"]},
        "cc": json.loads(row["cc"]),
        "tags": shown["tags"],
        "custom_fields": shown["customFields"],
        "sentiment": row["sentiment"],
        "source_name": row["source_name"],
        "attachments": shown["attachments"],
        "submitted_at": row["created_at"],
        "updated_at": row["active_at"],
        "link": f"/inbox/{row['id']}",
    }


def conversation(books: Books, reference: str) -> dict[str, Any]:
    """A ticket with what was said about it. Raises NoSuchTicketError."""
    row = _row(books, reference)
    log = books.store.all("SELECT * FROM log WHERE ticket_id = ? ORDER BY id", (row["id"],))
    return {
        **ticket(books, row),
        "updates": _updates(books, row),
        "outbox": [each for each in _mails(books) if each["ticket"] == reference],
        "log": [{"at": each["at"], "description": each["text"]} for each in log],
    }


def _row(books: Books, reference: str) -> sqlite3.Row:
    key = int(reference) if reference.isascii() and reference.isdigit() else -1
    row = books.store.one("SELECT * FROM tickets WHERE id = ?", (key,))
    if row is None:
        raise NoSuchTicketError(reference)
    return row


def _updates(books: Books, ticket_row: sqlite3.Row) -> list[dict[str, Any]]:
    """Replies, drafts and notes in the order they were written."""
    found = [
        _update(books, row, draft=bool(row["draft"]), private=False, by_team=bool(row["by_team"]))
        for row in books.store.all("SELECT * FROM replies WHERE ticket_id = ?", (ticket_row["id"],))
    ] + [
        _update(books, row, draft=False, private=True, by_team=True)
        for row in books.store.all("SELECT * FROM notes WHERE ticket_id = ?", (ticket_row["id"],))
    ]
    return sorted(found, key=lambda each: (each["posted_at"], each["id"]))


def _update(books: Books, row: sqlite3.Row, *, draft: bool, private: bool, by_team: bool) -> dict[str, Any]:
    author = shapes.user(books, row["author_id"]) or {}
    return {
        "id": row["id"],
        "ticket": str(row["ticket_id"]),
        "author_kind": "staff" if by_team else "customer",
        "author": author.get("name"),
        "email": author.get("email"),
        "message": row["message"],
        "html_message": None if private else row["html_message"],
        "private": private,
        "draft": draft,
        "posted_at": row["created_at"],
        "attachments": json.loads(row["attachments"]),
    }


def _mails(books: Books) -> list[dict[str, Any]]:
    return [
        {
            "id": row["id"],
            "ticket": str(row["ticket_id"]),
            "reply_id": row["reply_id"],
            "to": json.loads(row["recipients"]),
            "subject": row["subject"],
            "body": row["body"],
            "sent_at": row["sent_at"],
        }
        for row in books.store.all("SELECT * FROM mails ORDER BY id")
    ]


def reply(books: Books, reference: str, answer: Reply) -> dict[str, Any]:
    """Post what a person typed at a screen. A client's answer opens the ticket again, which is inferred."""
    row = _row(books, reference)
    if not answer.message.strip():
        raise ValueError("the message is empty")
    messages = shapes.both_messages(answer.message, is_html=False)
    if answer.author == "customer":
        if answer.private:
            raise ValueError("a customer cannot write a private note")
        made = add_reply(books, row, row["author_id"], messages, by_team=False)
        set_status(books, row, "open", row["author_id"])
        return _update(books, made, draft=False, private=False, by_team=False)
    author = _member(books, row, answer.author)
    if answer.private:
        made = add_note(books, row, author, answer.message)
        return _update(books, made, draft=False, private=True, by_team=True)
    made = add_reply(books, row, author, messages, by_team=True)
    if books.settings.reply_status:
        set_status(books, row, books.settings.reply_status, author)
    return _update(books, made, draft=False, private=False, by_team=True)


def _member(books: Books, row: sqlite3.Row, author: str) -> str:
    if author == "staff":
        first = books.store.one("SELECT id FROM users WHERE status = 'team' AND role = 'admin' ORDER BY name")
        assert first is not None
        return str(row["assignee_id"] or first["id"])
    try:
        return str(member(books, author)["id"])
    except RefusedError:
        raise ValueError(f"no teammate {author!r}") from None
