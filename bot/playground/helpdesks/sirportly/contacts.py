"""``contacts/*`` and finding or making the contact that a call speaks of."""

import random
import sqlite3

from bot.playground.helpdesks.exchange import Answer
from bot.playground.helpdesks.sirportly import shapes
from bot.playground.helpdesks.sirportly.books import Books, forbidden, invalid, missing
from bot.playground.helpdesks.sirportly.call import Call, row_id

METHOD_TYPES = ("email", "telephone", "twitter", "facebook")


def add_contact(books: Books, name: str, company: str | None = None, reference: str = "") -> int:
    """Make a contact and give its id."""
    return books.store.insert(
        "contacts",
        {
            "reference": reference,
            "name": name,
            "company": company,
            "pin": f"{random.randrange(1_000_000):06}",
            "created_at": books.present,
        },
    )


def add_method(books: Books, contact: int, method_type: str, data: str) -> int:
    """Give a contact an address or number; gives the id of that."""
    row = {"contact_id": contact, "method_type": method_type, "data": data}
    return books.store.insert("contact_methods", row)


def find_contact(books: Books, reference: str) -> sqlite3.Row:
    """The contact with this reference, name or id; 404 when there is none."""
    row = books.store.one(
        "SELECT * FROM contacts WHERE id = ? OR (reference != '' AND reference = ? COLLATE NOCASE)"
        " OR name = ? COLLATE NOCASE ORDER BY id LIMIT 1",
        (row_id(reference), reference, reference),
    )
    if row is None:
        raise missing("contact", reference)
    return row


def find_method(books: Books, method_type: str, data: str) -> sqlite3.Row | None:
    """The address or number ``data`` of any contact."""
    return books.store.one(
        "SELECT * FROM contact_methods WHERE method_type = ? AND data = ?", (method_type, data.strip())
    )


def find_or_add(books: Books, method_type: str, data: str, name: str) -> sqlite3.Row:
    """The contact method ``data``; its contact is made, with ``name``, when there is none."""
    found = find_method(books, method_type, data)
    if found is not None:
        return found
    contact = add_contact(books, name.strip() or data.strip())
    add_method(books, contact, method_type, data.strip())
    row = find_method(books, method_type, data)
    assert row is not None
    return row


def first_method(books: Books, contact: int) -> sqlite3.Row | None:
    """A contact's first address or number."""
    return books.store.one("SELECT * FROM contact_methods WHERE contact_id = ? ORDER BY id LIMIT 1", (contact,))


def search(call: Call) -> Answer:
    """``contacts/search``: by name, company, address or number."""
    query = call.text("query").strip()
    if len(query) <= 3:
        raise invalid({"query": ["must be more than 3 characters"]})
    types = [each.strip() for each in call.text("types").split(",") if each.strip()] or list(METHOD_TYPES)
    like = "%" + query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = call.books.store.all(
        "SELECT m.id AS method_id, m.contact_id FROM contact_methods m JOIN contacts c ON c.id = m.contact_id"
        f" WHERE m.method_type IN ({', '.join('?' * len(types))})"
        " AND (c.name LIKE ? ESCAPE '\\' OR c.company LIKE ? ESCAPE '\\' OR m.data LIKE ? ESCAPE '\\')"
        " ORDER BY c.id, m.id LIMIT ?",
        (*types, like, like, like, min(30, call.number("limit", 30))),
    )
    found = []
    for row in rows:
        person = find_contact(call.books, str(row["contact_id"]))
        method = call.books.store.one("SELECT * FROM contact_methods WHERE id = ?", (row["method_id"],))
        first = first_method(call.books, person["id"])
        assert method is not None
        assert first is not None
        shown = {**shapes.contact_method(method), "default": first["id"] == method["id"]}
        found.append({"contact": shapes.contact(call.books, person), "method": shown})
    return Answer.json(found)


def info(call: Call) -> Answer:
    """``contacts/info``."""
    return Answer.json(shapes.contact(call.books, find_contact(call.books, call.text("contact").strip())))


def create(call: Call) -> Answer:
    """``contacts/create``."""
    call.require("name")
    call.settle()
    key = add_contact(call.books, call.text("name").strip(), call.text("company") or None)
    return Answer.json(shapes.contact(call.books, find_contact(call.books, str(key))), 201)


def add_contact_method(call: Call) -> Answer:
    """``contacts/add_contact_method``."""
    contact = find_contact(call.books, call.text("contact").strip())
    call.require("method_type", "data")
    if call.filled("method_type") and call.text("method_type") not in METHOD_TYPES:
        call.wrong("method_type", "is not included in the list")
    if call.filled("data") and find_method(call.books, call.text("method_type"), call.text("data")):
        call.wrong("data", "has already been taken")
    call.settle()
    key = add_method(call.books, contact["id"], call.text("method_type"), call.text("data").strip())
    row = call.books.store.one("SELECT * FROM contact_methods WHERE id = ?", (key,))
    assert row is not None
    return Answer.json(shapes.contact_method(row), 201)


def all_contacts(call: Call) -> Answer:
    """``contacts/all``."""
    page, total = call.number("page", 1), call.books.store.count("SELECT count(*) FROM contacts")
    rows = call.books.store.all(
        "SELECT * FROM contacts ORDER BY id LIMIT ? OFFSET ?", (shapes.PAGE, (page - 1) * shapes.PAGE)
    )
    records = [shapes.contact(call.books, row) for row in rows]
    return Answer.json({"pagination": shapes.pagination(page, total), "records": records})


def merge(call: Call) -> Answer:
    """``contacts/merge``: account tokens only; the source disappears."""
    if call.owner is not None:
        raise forbidden("contacts/merge is for account tokens only")
    source = find_contact(call.books, call.text("source_contact").strip())
    target = find_contact(call.books, call.text("destination_contact").strip())
    if source["id"] == target["id"]:
        raise invalid({"base": ["a contact cannot be merged with itself"]})
    for table in ("contact_methods", "tickets", "updates"):
        call.books.store.run(f"UPDATE {table} SET contact_id = ? WHERE contact_id = ?", (target["id"], source["id"]))
    call.books.store.run("DELETE FROM contacts WHERE id = ?", (source["id"],))
    return Answer.json({"status": "merged"})
