"""``tickets/add_attachment``, ``tickets/attachment``, and files waiting for their update."""

import mimetypes
import sqlite3
from datetime import timedelta
from uuid import uuid4

from bot.playground.helpdesks.clock import stamp
from bot.playground.helpdesks.exchange import Answer
from bot.playground.helpdesks.sirportly import shapes
from bot.playground.helpdesks.sirportly.books import BLANK, Books, invalid, missing
from bot.playground.helpdesks.sirportly.call import Call, row_id

TEMPORARY = timedelta(days=1)
"""How long a file waits for its update. The vendor gives each token an expiry and no rule for it."""


def add_attachment(call: Call) -> Answer:
    """``tickets/add_attachment``: onto an update, or to wait for one under a temporary token."""
    upload = call.files.get("file")
    if upload is None:
        raise invalid({"file": [BLANK]})
    update = _target(call)
    name = call.text("filename").strip() or upload.name or "file"
    media = call.text("content_type").strip() or upload.media or mimetypes.guess_type(name)[0]
    key = call.books.store.insert(
        "attachments",
        {
            "update_id": update,
            "name": name,
            "content_type": media or "application/octet-stream",
            "content": upload.content,
            "temporary_token": None if update else str(uuid4()),
            "expires_at": None if update else stamp(call.books.now + TEMPORARY),
        },
    )
    row = call.books.store.one("SELECT * FROM attachments WHERE id = ?", (key,))
    assert row is not None
    return Answer.json(shapes.attachment(row), 201)


def _target(call: Call) -> int | None:
    if not call.filled("ticket") and not call.filled("update"):
        return None
    key = call.text("update").strip()
    row = call.books.store.one(
        "SELECT id FROM updates WHERE ticket_id = ? AND id = ?",
        (call.ticket()["id"], row_id(key)),
    )
    if row is None:
        raise missing("update", key)
    return int(row["id"])


def temporary(call: Call) -> list[sqlite3.Row]:
    """The files whose temporary tokens the call lists; 404 for an unknown, used or expired one (inferred)."""
    found = []
    for token in (each.strip() for each in call.text("attachments").split(",")):
        if not token:
            continue
        row = call.books.store.one(
            "SELECT * FROM attachments WHERE temporary_token = ? AND expires_at > ?", (token, call.books.present)
        )
        if row is None:
            raise missing("attachment", token)
        found.append(row)
    return found


def link(books: Books, files: list[sqlite3.Row], update: int) -> None:
    """Hang waiting files onto an update; their tokens are used up."""
    for each in files:
        changes = {"update_id": update, "temporary_token": None, "expires_at": None}
        books.store.change("attachments", each["id"], changes)


def attachment(call: Call) -> Answer:
    """``tickets/attachment``: the file itself, not JSON."""
    ticket, key = call.ticket(), call.text("attachment").strip()
    row = call.books.store.one(
        "SELECT a.* FROM attachments a JOIN updates u ON u.id = a.update_id WHERE u.ticket_id = ? AND a.id = ?",
        (ticket["id"], row_id(key)),
    )
    if row is None:
        raise missing("attachment", key)
    return Answer(200, bytes(row["content"]), row["content_type"])
