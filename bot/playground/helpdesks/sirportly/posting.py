"""Putting an update on a ticket, and the mail that may go out with it; whoever asked for it."""

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from bot.playground.helpdesks.clock import instant, stamp
from bot.playground.helpdesks.sirportly.books import Books
from bot.playground.helpdesks.sirportly.catalogue import User

HOST = "sirportly.example.com"


@dataclass(frozen=True)
class Draft:
    """An update about to be posted. At most one of ``user`` and ``contact`` is set; neither means System."""

    message: str
    user: User | None = None
    contact: int | None = None
    subject: str | None = None
    private: bool | None = None
    posted_at: datetime | None = None
    html_body: str | None = None
    html_safe: bool = False
    from_name: str | None = None
    from_address: str | None = None
    authenticated: bool | None = None
    outgoing: str | None = None
    source: str | None = None


def post(books: Books, ticket: sqlite3.Row, draft: Draft) -> int:
    """Put an update on a ticket, move the ticket's own figures, send the mail if there is one; gives the update's id.

    That the ticket's figures move this way is inferred from the ticket's fields.
    """
    at = draft.posted_at or books.now
    submitted = instant(ticket["submitted_at"])
    last = ticket["last_update_posted_at"]
    mailed = bool(draft.outgoing and draft.user and not draft.private)
    key = books.store.insert(
        "updates",
        {
            "ticket_id": ticket["id"],
            "subject": draft.subject or ticket["subject"],
            "message": draft.message,
            "html_body": draft.html_body,
            "html_safe": draft.html_safe,
            "private": draft.private,
            "posted_at": stamp(at),
            "user_id": draft.user.id if draft.user else None,
            "contact_id": draft.contact,
            "from_name": draft.from_name,
            "from_address": draft.from_address,
            "minutes_since_reply_due": _minutes(ticket["reply_due_at"], at),
            "minutes_since_resolution_due": _minutes(ticket["resolution_due_at"], at),
            "minutes_since_submission": (at - submitted).total_seconds() / 60,
            "minutes_since_last_reply": (at - instant(last)).total_seconds() / 60 if last else None,
            "authenticated": draft.authenticated,
            "message_id": f"{uuid4()}@{HOST}",
            "source": draft.source,
            "sent": mailed,
        },
    )
    _move_ticket(books, ticket, draft, at)
    books.note(ticket["id"], _description(draft), draft.user.id if draft.user else None)
    if mailed:
        _mail(books, ticket, draft, key)
    return key


def _minutes(due: str | None, at: datetime) -> float | None:
    return None if due is None else (at - instant(due)).total_seconds() / 60


def _move_ticket(books: Books, ticket: sqlite3.Row, draft: Draft, at: datetime) -> None:
    changes: dict[str, object] = {
        "update_count": ticket["update_count"] + 1,
        "last_update_posted_at": stamp(at),
        "updated_at": books.present,
    }
    if draft.user:
        changes["last_respondant"] = "user"
    elif draft.contact is not None or draft.from_name or draft.from_address:
        changes["last_respondant"] = "contact"
    if draft.user and not draft.private and ticket["first_response_time"] is None:
        changes["first_response_time"] = round((at - instant(ticket["submitted_at"])).total_seconds() / 60, 2)
    books.store.change("tickets", ticket["id"], changes)


def _description(draft: Draft) -> str:
    words = len(draft.message.split())
    kind = "a private note" if draft.private else "an update"
    return f"Posted {kind} with {words} word{'' if words == 1 else 's'}"


def _mail(books: Books, ticket: sqlite3.Row, draft: Draft, update: int) -> None:
    send_mail(
        books,
        ticket["id"],
        sender=draft.outgoing or "",
        recipients=recipients(books, ticket),
        subject=draft.subject or ticket["subject"],
        body=draft.message,
        kind="update",
        update=update,
    )


def recipients(books: Books, ticket: sqlite3.Row) -> list[str]:
    """Whom a ticket's mail goes to: its contact, and the additional ones."""
    method = books.store.one("SELECT data FROM contact_methods WHERE id = ?", (ticket["contact_method_id"],))
    return [*([method["data"]] if method else []), *(json.loads(ticket["additional_recipients"] or "null") or [])]


def send_mail(
    books: Books,
    ticket: int,
    *,
    sender: str,
    recipients: Sequence[str],
    subject: str,
    body: str,
    kind: str,
    update: int | None = None,
) -> None:
    """Put a mail into the outbox, which is as far as it goes here."""
    books.store.insert(
        "mails",
        {
            "ticket_id": ticket,
            "update_id": update,
            "sender": sender,
            "recipients": json.dumps(list(recipients)),
            "subject": subject,
            "body": body,
            "kind": kind,
            "sent_at": books.present,
        },
    )


VARIABLE = re.compile(r"\{\{\s*([a-z_]+\.[a-z_]+)\s*\}\}")


def with_variables(books: Books, ticket: sqlite3.Row, user: User, message: str) -> str:
    """``message`` with ticket variables put in.

    Only that ``{{…}}`` is expanded is documented where it could be read; these few names are inferred, others stay.
    """
    contact = books.store.one("SELECT name FROM contacts WHERE id = ?", (ticket["contact_id"],))
    values = {
        "ticket.reference": ticket["reference"],
        "ticket.subject": ticket["subject"],
        "contact.name": contact["name"] if contact else "",
        "user.first_name": user.first_name,
        "user.full_name": user.full_name,
    }
    return VARIABLE.sub(lambda match: values.get(match[1], match[0]), message)
