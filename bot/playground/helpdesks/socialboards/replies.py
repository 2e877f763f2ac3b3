"""Replies and notes."""

import json
import sqlite3

from bot.playground.helpdesks.exchange import Answer, Incoming
from bot.playground.helpdesks.socialboards import shapes
from bot.playground.helpdesks.socialboards.bodies import CreateNote, CreateReply, read
from bot.playground.helpdesks.socialboards.books import Books, done, invalid, missing
from bot.playground.helpdesks.socialboards.people import member
from bot.playground.helpdesks.socialboards.tickets import attachments, find, set_status, window


def create_reply(books: Books, incoming: Incoming, key: int) -> Answer:
    """``POST /tickets/{ticketId}/replies``: mailed to the client and the cc's unless it is a draft."""
    ticket, body = find(books, key), read(CreateReply, incoming)
    if not body.message.strip():
        raise invalid("message: must not be empty")
    author = member(books, body.author.email)
    status = None
    if not body.is_draft:
        status = None if body.suppress_ticket_status_autoupdate else books.settings.reply_status
        status = "completed" if body.is_ticket_needed_to_be_completed else status
    text, html = shapes.both_messages(body.message, is_html=body.is_html)
    reply = add_reply(
        books,
        ticket,
        author["id"],
        (text, html),
        by_team=True,
        draft=body.is_draft,
        parent=_parent(books, key, body.parent_reply_id),
        files=attachments(body.attachments),
    )
    if status is not None:
        set_status(books, ticket, status, author["id"])
    return done(shapes.reply(books, reply))


def _parent(books: Books, ticket: int, key: int | None) -> sqlite3.Row | None:
    if key is None:
        return None
    row = books.store.one("SELECT * FROM replies WHERE id = ? AND ticket_id = ?", (key, ticket))
    if row is None:
        raise missing("reply", key)
    return row


def add_reply(
    books: Books,
    ticket: sqlite3.Row,
    author: str,
    messages: tuple[str, str],
    *,
    by_team: bool,
    draft: bool = False,
    parent: sqlite3.Row | None = None,
    files: str = "[]",
) -> sqlite3.Row:
    """Put a reply on a ticket, and into the outbox what goes out with it."""
    to = books.store.one("SELECT email FROM users WHERE id = ?", (ticket["author_id"],))
    recipients = [to["email"]] if by_team and to and to["email"] else []
    text, html = messages
    key = books.store.insert(
        "replies",
        {
            "ticket_id": ticket["id"],
            "parent_id": parent["id"] if parent else None,
            "level": parent["level"] + 1 if parent else 0,
            "message": text,
            "html_message": html,
            "author_id": author,
            "created_at": books.present,
            "attachments": files,
            "by_team": by_team,
            "draft": draft,
            "to_emails": json.dumps(recipients),
            "cc_emails": ticket["cc"] if by_team else "[]",
        },
    )
    row = books.store.one("SELECT * FROM replies WHERE id = ?", (key,))
    assert row is not None
    if draft:
        return row
    books.store.change("tickets", ticket["id"], {"active_at": books.present})
    books.note(ticket["id"], "reply_created", "Reply was created", author)
    if by_team:
        to_all = json.dumps([*recipients, *json.loads(ticket["cc"])])
        mail = {"ticket_id": ticket["id"], "reply_id": key, "recipients": to_all, "sent_at": books.present}
        books.store.insert("mails", {**mail, "subject": ticket["title"] or "", "body": text})
    return row


def list_replies(books: Books, incoming: Incoming, key: int) -> Answer:
    """``GET /tickets/{ticketId}/replies``, oldest first: inferred, the page was not readable."""
    find(books, key)
    skip, take = window(incoming)
    rows = books.store.all("SELECT * FROM replies WHERE ticket_id = ? ORDER BY id LIMIT ? OFFSET ?", (key, take, skip))
    return done([shapes.reply(books, row) for row in rows])


def create_note(books: Books, incoming: Incoming, key: int) -> Answer:
    """``POST /tickets/{ticketId}/notes``: seen by the team alone. Inferred but for the shape of a note."""
    ticket, body = find(books, key), read(CreateNote, incoming)
    if not body.message.strip():
        raise invalid("message: must not be empty")
    author = member(books, body.author.email)
    return done(shapes.note(books, add_note(books, ticket, author["id"], body.message, attachments(body.attachments))))


def add_note(books: Books, ticket: sqlite3.Row, author: str, message: str, files: str = "[]") -> sqlite3.Row:
    """Put an internal note on a ticket."""
    row = {"ticket_id": ticket["id"], "message": message, "author_id": author, "created_at": books.present}
    key = books.store.insert("notes", {**row, "attachments": files})
    books.store.change("tickets", ticket["id"], {"active_at": books.present})
    note = books.store.one("SELECT * FROM notes WHERE id = ?", (key,))
    assert note is not None
    return note
