"""Tickets: create, list, read, and each property that can be changed."""

import json
import sqlite3
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from bot.playground.helpdesks.clock import stamp
from bot.playground.helpdesks.exchange import Answer, Incoming, RefusedError
from bot.playground.helpdesks.socialboards import shapes
from bot.playground.helpdesks.socialboards.bodies import (
    Assign,
    AttachmentBody,
    Categorise,
    ChangeStatus,
    CreateTicket,
    ListTickets,
    LogFilter,
    read,
    read_tags,
)
from bot.playground.helpdesks.socialboards.books import CHANGED, Books, done, failure, invalid, missing
from bot.playground.helpdesks.socialboards.community import CUSTOM_FIELDS, category
from bot.playground.helpdesks.socialboards.people import assignable, client

MOST = 50
FARTHEST = 1_000_000_000


def create(books: Books, incoming: Incoming) -> Answer:
    """``POST /tickets``: the answer is the new ticket's id alone. That a word and a creator are needed is inferred."""
    body = read(CreateTicket, incoming)
    creator = body.creator
    if not (body.title or "").strip() and not (body.message or "").strip():
        raise invalid("title: a title or a message is needed")
    if not any((each or "").strip() for each in (creator.name, creator.email, creator.custom_identifier)):
        raise invalid("creator: a name, email or customIdentifier is needed")
    _check_category(body.category_id)
    for field in body.custom_fields:
        if field.id not in CUSTOM_FIELDS:
            raise missing("custom field", field.id)
    text, html = shapes.both_messages(body.message or "", is_html=body.is_html)
    author = client(books, creator)
    key = books.store.insert(
        "tickets",
        {
            "title": body.title,
            "message": text,
            "html_message": html,
            "author_id": author,
            "category_id": body.category_id,
            "assignee_id": assignable(books, body.assignee_id) if body.assignee_id else None,
            "created_at": books.present,
            "active_at": books.present,
            "sentiment": body.sentiment,
            "source": "web",
            "source_name": body.source_name,
            "status": "open",
            "tags": json.dumps(body.tags),
            "cc": json.dumps(body.cc),
            "custom_fields": json.dumps([{"id": each.id, "value": each.value} for each in body.custom_fields]),
            "attachments": attachments(body.attachments),
        },
    )
    books.note(key, "ticket_created", "Ticket was created", author)
    return done(key)


def attachments(given: list[AttachmentBody]) -> str:
    """Files as they are stored and shown."""
    return json.dumps([{"isContentPart": False, "name": each.name, "url": each.url} for each in given])


def _check_category(key: int | None) -> None:
    chosen = category(key)
    if key is not None and chosen is None:
        raise missing("category", key)
    if chosen is not None and not chosen.can_be_chosen:
        raise invalid(f"category {key} cannot be chosen")


def find(books: Books, key: int) -> sqlite3.Row:
    """The ticket with id ``key``; 404 when there is none."""
    row = books.store.one("SELECT * FROM tickets WHERE id = ?", (key,))
    if row is None:
        raise missing("ticket", key)
    return row


def show(books: Books, _: Incoming, key: int) -> Answer:
    """``GET /tickets/{ticketId}``: inferred, the page was not readable."""
    return done(shapes.ticket(books, find(books, key)))


def listed(books: Books, incoming: Incoming) -> Answer:
    """``POST /tickets/list``. Without ``orderBy`` the newest come first, which is inferred."""
    body = read(ListTickets, incoming)
    where, values = ["1 = 1"], list[Any]()
    if "category_id" in body.model_fields_set:
        where.append("category_id IS ?")
        values.append(body.category_id)
    for column, value in (("source", body.source), ("status", body.status)):
        if value is not None:
            where.append(f"{column} = ?")
            values.append(value)
    for bound, operator in ((body.from_, ">="), (body.to, "<=")):
        if bound is not None:
            where.append(f"created_at {operator} ?")
            values.append(_time(bound))
    if body.ticket_ids is not None:
        where.append("id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(body.ticket_ids))
    for field in body.custom_fields:
        where.append(
            "EXISTS (SELECT 1 FROM json_each(custom_fields) f WHERE f.value ->> 'id' = ? AND f.value ->> 'value' = ?)"
        )
        values += [_field_id(field.key), field.value]
    order = "active_at" if body.order_by else "created_at"
    rows = books.store.all(
        f"SELECT * FROM tickets WHERE {' AND '.join(where)} ORDER BY {order} DESC, id DESC LIMIT ? OFFSET ?",
        (*values, min(MOST, body.take), body.skip),
    )
    return done([shapes.ticket(books, row) for row in rows])


def _field_id(key: int | str) -> int:
    """A custom field's id, from the id or the name: what ``key`` is, is not documented."""
    wanted = str(key).casefold()
    found = (number for number, name in CUSTOM_FIELDS.items() if wanted in (str(number), name.casefold()))
    return next(found, -1)


def _time(text: str) -> str:
    try:
        read_time = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(f"not a time: {text}") from None
    if read_time.tzinfo is None:
        raise invalid(f"a time needs its offset: {text}")
    return stamp(read_time)


def assign(books: Books, incoming: Incoming, key: int) -> Answer:
    """``PATCH /tickets/{ticketId}/Assignee``, refused when somebody else has been assigned meanwhile."""
    row, body = find(books, key), read(Assign, incoming)
    previous = None if body.previous_assignee_id in (None, "null") else str(body.previous_assignee_id).lower()
    wanted = None if body.assignee_id in (None, "null") else assignable(books, str(body.assignee_id))
    if previous != row["assignee_id"]:
        raise RefusedError(failure(409, CHANGED, "previousAssigneeId is not who is assigned now"))
    books.store.change("tickets", key, {"assignee_id": wanted})
    person = shapes.user(books, wanted)
    books.note(key, "ticket_assigned_to_user", "Ticket was assigned", wanted, users=[person] if person else [])
    return done({})


def categorise(books: Books, incoming: Incoming, key: int) -> Answer:
    """``PATCH /tickets/{ticketId}/category``: null, ``{}`` and no body take the category away."""
    find(books, key)
    wanted = read(Categorise, incoming).id
    _check_category(wanted)
    books.store.change("tickets", key, {"category_id": wanted})
    return done({})


def change_status(books: Books, incoming: Incoming, key: int) -> Answer:
    """``PATCH /tickets/{ticketId}/status``: inferred, the page was not readable."""
    set_status(books, find(books, key), read(ChangeStatus, incoming).status, None)
    return done({})


def set_status(books: Books, row: sqlite3.Row, status: str, user: str | None) -> None:
    """Give a ticket a status; when it is another one than before, log it and have it notified."""
    if row["status"] == status:
        return
    books.store.change("tickets", row["id"], {"status": status})
    books.note(row["id"], "ticket_status_changed", f"Status was changed from {row['status']} to {status}", user)
    books.status_changes.append((row["id"], row["status"]))


def tag(books: Books, incoming: Incoming, key: int) -> Answer:
    """``PUT /tickets/{ticketId}/tags`` replaces the tags: inferred, the page was not readable."""
    find(books, key)
    books.store.change("tickets", key, {"tags": json.dumps(read_tags(incoming))})
    return done({})


def log(books: Books, incoming: Incoming, key: int) -> Answer:
    """``POST /tickets/{ticketId}/log``; no action types are all of them."""
    find(books, key)
    wanted = read(LogFilter, incoming).action_types
    skip, take = window(incoming)
    rows = books.store.all(
        "SELECT * FROM log WHERE ticket_id = ? AND (? = '[]' OR action_type IN (SELECT value FROM json_each(?)))"
        " ORDER BY id LIMIT ? OFFSET ?",
        (key, json.dumps(wanted), json.dumps(wanted), take, skip),
    )
    return done([shapes.log_entry(books, row) for row in rows])


def window(incoming: Incoming) -> tuple[int, int]:
    """``skip`` and ``take`` of the query string."""
    query = parse_qs(incoming.query)
    skip, take = query.get("skip", ["0"])[-1], query.get("take", ["25"])[-1]
    if not skip.isdecimal() or not take.isdecimal():
        raise invalid("skip and take are whole numbers")
    return min(FARTHEST, int(skip)), min(MOST, int(take))
