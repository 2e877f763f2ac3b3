"""Rows as the JSON that the vendor's examples print."""

import json
import sqlite3
from html import escape
from html.parser import HTMLParser
from typing import Any

from bot.playground.helpdesks.socialboards.books import Books
from bot.playground.helpdesks.socialboards.community import category


def user(books: Books, key: str | None) -> dict[str, Any] | None:
    """A client or a member of the team."""
    row = books.store.one("SELECT * FROM users WHERE id = ?", (key,))
    if row is None:
        return None
    return {
        "customIdentifier": row["custom_identifier"],
        "id": row["id"],
        "name": row["name"],
        "image": row["image"],
        "email": row["email"],
        "status": row["status"],
        "isBot": False,
    }


def ticket(books: Books, row: sqlite3.Row) -> dict[str, Any]:
    """A ticket."""
    chosen = category(row["category_id"])
    files = json.loads(row["attachments"])
    replies = books.store.one(
        "SELECT count(*) - total(draft) AS sent, total(draft) AS drafts FROM replies WHERE ticket_id = ?", (row["id"],)
    )
    assert replies is not None
    flags = ("Anonymized", "Muted", "AssignedToBot", "Deleted", "Expired", "Hidden", "Spam", "Sensitive")
    return {
        "id": row["id"],
        "title": row["title"],
        "message": row["message"],
        "htmlMessage": row["html_message"],
        "author": user(books, row["author_id"]),
        "category": chosen.short() if chosen else None,
        "creationTime": books.shown_time(row["created_at"]),
        "customFields": json.loads(row["custom_fields"]),
        "lastThreadElementCreationTime": books.shown_time(row["active_at"]),
        "lockedBy": user(books, row["assignee_id"]),
        "originalLink": None,
        "properties": {
            **{f"is{flag}": False for flag in flags},
            "hasAttachments": bool(files),
            "hasDraft": bool(replies["drafts"]),
            "isLocked": row["assignee_id"] is not None,
        },
        "replyCount": int(replies["sent"]),
        "isMuted": False,
        "sentiment": row["sentiment"],
        "source": row["source"],
        "detailedSource": f"{row['source']}_website",
        "sourceName": row["source_name"],
        "status": row["status"],
        "tags": json.loads(row["tags"]),
        "attachments": files,
    }


def reply(books: Books, row: sqlite3.Row) -> dict[str, Any]:
    """A reply, by the team or by the client."""
    return {
        "attachments": json.loads(row["attachments"]),
        "author": user(books, row["author_id"]),
        "ccEmails": json.loads(row["cc_emails"]),
        "creationTime": books.shown_time(row["created_at"]),
        "htmlMessage": row["html_message"],
        "id": row["id"],
        "level": row["level"],
        "message": row["message"],
        "parentReplyId": row["parent_id"],
        "properties": {"isByTeam": bool(row["by_team"]), "isDraft": bool(row["draft"]), "isHidden": False},
        "tags": [],
        "ticketId": row["ticket_id"],
        "toEmails": json.loads(row["to_emails"]),
    }


def note(books: Books, row: sqlite3.Row) -> dict[str, Any]:
    """An internal note."""
    return {
        "id": row["id"],
        "message": row["message"],
        "htmlMessage": None,
        "attachments": json.loads(row["attachments"]),
        "author": user(books, row["author_id"]),
        "mentionedUsers": [],
        "creationTime": books.shown_time(row["created_at"]),
    }


def log_entry(books: Books, row: sqlite3.Row) -> dict[str, Any]:
    """One line of a ticket's log."""
    return {
        "actionString": row["text"],
        "actionType": row["action_type"],
        "includedItems": json.loads(row["items"]),
        "user": user(books, row["user_id"]),
        "time": books.shown_time(row["at"]),
    }


def pascal(value: Any) -> Any:
    """JSON with its keys as notifications spell them: ``replyCount`` becomes ``ReplyCount``."""
    match value:
        case dict():
            return {name[:1].upper() + name[1:]: pascal(inner) for name, inner in value.items()}
        case list():
            return [pascal(each) for each in value]
        case _:
            return value


def both_messages(message: str, *, is_html: bool) -> tuple[str, str]:
    """A message as plain text and as HTML."""
    if not is_html:
        return message, escape(message)
    text = _Text()
    text.feed(message)
    text.close()
    return "".join(text.pieces), message


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  (html.parser's)
        if tag == "br":
            self.pieces.append("\n")
