"""Lists of tickets: ``all``, ``contact``, ``filter``, ``search``, and ``log_events`` of one."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from bot.playground.helpdesks.exchange import Answer
from bot.playground.helpdesks.sirportly import shapes
from bot.playground.helpdesks.sirportly.books import BLANK, Books, forbidden, invalid, shown_time, shown_time_z
from bot.playground.helpdesks.sirportly.call import Call
from bot.playground.helpdesks.sirportly.contacts import find_contact

SORTS = (
    "updated_at",
    "created_at",
    "reference",
    "subject",
    "last_update_posted_at",
    "reply_due_at",
    "resolution_due_at",
    "first_response_time",
    "first_resolution_time",
    "resolution_time",
)
EVENTS_PER_PAGE = 20
MOST_PER_PAGE = 100


def all_tickets(call: Call) -> Answer:
    """``tickets/all``."""
    per_page = min(MOST_PER_PAGE, call.number("per_page", shapes.PAGE))
    return _page(call, "1 = 1", (), per_page=per_page)


def of_contact(call: Call) -> Answer:
    """``tickets/contact``: account tokens only."""
    if call.owner is not None:
        raise forbidden("tickets/contact is for account tokens only")
    contact = find_contact(call.books, call.text("contact").strip())
    brand = call.one_of(tuple(call.books.catalogue.brands), "brand")
    departments = [each.id for each in call.books.catalogue.departments if brand in (None, each.brand)]
    where = f"contact_id = ? AND department_id IN ({', '.join(map(str, departments))})"
    return _page(call, where, (contact["id"],))


def _page(call: Call, where: str, values: Sequence[Any], *, per_page: int = shapes.PAGE) -> Answer:
    sort, order = call.text("sort_by").strip() or "created_at", call.text("order").strip().lower() or "asc"
    if sort not in SORTS:
        call.wrong("sort_by", "is not included in the list")
    if order not in ("asc", "desc"):
        call.wrong("order", "is not included in the list")
    call.settle()
    page = call.number("page", 1)
    rows, total = _rows(call.books, where, values, f"{sort} {order}, id {order}", page, per_page)
    records = [shapes.ticket(call.books, row) for row in rows]
    return Answer.json({"pagination": shapes.pagination(page, total, per_page), "records": records})


def _rows(
    books: Books, where: str, values: Sequence[Any], order: str, page: int, per_page: int
) -> tuple[list[sqlite3.Row], int]:
    total = books.store.count(f"SELECT count(*) FROM tickets WHERE {where}", values)
    rows = books.store.all(
        f"SELECT * FROM tickets WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
        (*values, per_page, (page - 1) * per_page),
    )
    return rows, total


def by_filter(call: Call) -> Answer:
    """``tickets/filter``: a saved list; ``raw=1`` gives whole tickets."""
    books = call.books
    chosen = call.one_of(tuple(books.catalogue.filters), "filter")
    if chosen is None:
        raise invalid({"filter_id": [BLANK]})
    statuses = [str(each.id) for each in books.catalogue.statuses if each.status_type in chosen.status_types]
    page = call.number("page", 1)
    rows, total = _rows(
        books, f"status_id IN ({', '.join(statuses)})", (), "updated_at DESC, id DESC", page, shapes.PAGE
    )
    if call.flag("raw"):
        records: list[Any] = [shapes.ticket(books, row) for row in rows]
    else:
        records = [{"reference": row["reference"], "cols": [row["reference"], row["subject"]]} for row in rows]
    summary = {
        **chosen.json(),
        "order": "desc",
        "sort": "updated_at",
        "conditions": {"all": [{"var": "status_type", "operator": "in", "data": list(chosen.status_types)}], "any": []},
        "cols": ["reference", "subject"],
    }
    return Answer.json({"filter": summary, "records": records, "pagination": shapes.pagination(page, total)})


def search(call: Call) -> Answer:
    """``tickets/search``: subjects, messages and contact names; matches are wrapped in triple braces."""
    books, query = call.books, call.text("query").strip()
    if not query:
        raise invalid({"query": [BLANK]})
    like = "%" + query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    where = (
        "subject LIKE ? ESCAPE '\\' OR reference LIKE ? ESCAPE '\\'"
        " OR contact_id IN (SELECT id FROM contacts WHERE name LIKE ? ESCAPE '\\')"
        " OR id IN (SELECT ticket_id FROM updates WHERE message LIKE ? ESCAPE '\\')"
    )
    page = call.number("page", 1)
    rows, total = _rows(books, where, (like,) * 4, "updated_at DESC, id DESC", page, shapes.PAGE)
    records = [{"ticket": _reduced(books, row), "highlights": _highlights(books, row, query)} for row in rows]
    return Answer.json({"query": query, "records": records, "pagination": shapes.pagination(page, total)})


def _reduced(books: Books, row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "reference": row["reference"],
        "subject": row["subject"],
        "submitted_at": shown_time(row["submitted_at"]),
        "last_respondant": row["last_respondant"],
        "last_update_posted_at": shown_time(row["last_update_posted_at"]),
        "department": books.catalogue.json("departments", row["department_id"]),
        "status": books.catalogue.json("statuses", row["status_id"]),
    }


def _highlights(books: Books, row: sqlite3.Row, query: str) -> list[str]:
    messages = books.store.all("SELECT message FROM updates WHERE ticket_id = ? ORDER BY id", (row["id"],))
    found = []
    for text in (row["subject"], *(each["message"] for each in messages)):
        place = text.lower().find(query.lower())
        if place >= 0:
            end = place + len(query)
            found.append(f"{text[max(0, place - 40) : place]}{{{{{{{text[place:end]}}}}}}}{text[end : end + 40]}")
    return found


def log_events(call: Call) -> Answer:
    """``tickets/log_events``, newest first (inferred)."""
    books, ticket, page = call.books, call.ticket(), call.number("page", 1)
    total = books.store.count("SELECT count(*) FROM log_events WHERE ticket_id = ?", (ticket["id"],))
    rows = books.store.all(
        "SELECT * FROM log_events WHERE ticket_id = ? ORDER BY id DESC LIMIT ? OFFSET ?",
        (ticket["id"], EVENTS_PER_PAGE, (page - 1) * EVENTS_PER_PAGE),
    )
    records = [
        {
            "id": row["id"],
            "description": row["description"],
            "user": books.catalogue.json("users", row["user_id"]),
            "timestamp": shown_time_z(row["timestamp"]),
        }
        for row in rows
    ]
    return Answer.json({"pagination": shapes.pagination(page, total, EVENTS_PER_PAGE), "records": records})
