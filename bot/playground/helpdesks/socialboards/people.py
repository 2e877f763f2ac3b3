"""Finding clients and members of the team."""

import sqlite3
from uuid import uuid4

from bot.playground.helpdesks.socialboards.bodies import Creator
from bot.playground.helpdesks.socialboards.books import Books, invalid, missing


def client(books: Books, creator: Creator) -> str:
    """The client a ticket is from, made if need be; gives the id.

    E-mail goes before ``customIdentifier``, which is trimmed and in lower case: documented for a sibling API.
    """
    identifier = (creator.custom_identifier or "").strip().lower() or None
    email = (creator.email or "").strip() or None
    for column, value in (("email", email), ("custom_identifier", identifier)):
        if value is None:
            continue
        found = books.store.one(f"SELECT id FROM users WHERE {column} = ? AND status = 'client'", (value,))
        if found is not None:
            return str(found["id"])
    key = str(uuid4())
    name = creator.name or email or identifier
    row = {"id": key, "custom_identifier": identifier, "name": name, "image": creator.image, "email": email}
    books.store.insert("users", {**row, "phone": creator.phone_number, "status": "client"})
    return key


def member(books: Books, email: str) -> sqlite3.Row:
    """The member of the team with this login; refused when there is none, or they may only read."""
    row = books.store.one("SELECT * FROM users WHERE email = ? AND status = 'team'", (email.strip(),))
    if row is None:
        raise missing("teammate", email)
    if row["role"] == "read_only_user":
        raise invalid(f"{email} may only read")
    return row


def assignable(books: Books, key: str) -> str:
    """The id of a member of the team who can be assigned: clients and read-only users cannot."""
    row = books.store.one("SELECT * FROM users WHERE id = ?", (key.lower(),))
    if row is None:
        raise missing("user", key)
    if row["status"] != "team" or row["role"] == "read_only_user":
        raise invalid(f"{row['name']} cannot be assigned")
    return str(row["id"])
