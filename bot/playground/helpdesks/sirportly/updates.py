"""``tickets/post_update`` and ``ticket_updates/*``."""

import sqlite3

from bot.playground.helpdesks.exchange import Answer
from bot.playground.helpdesks.sirportly import shapes
from bot.playground.helpdesks.sirportly.attachments import link, temporary
from bot.playground.helpdesks.sirportly.books import Books, missing
from bot.playground.helpdesks.sirportly.call import Call, row_id
from bot.playground.helpdesks.sirportly.catalogue import User
from bot.playground.helpdesks.sirportly.contacts import find_contact, find_or_add
from bot.playground.helpdesks.sirportly.macros import run_macro
from bot.playground.helpdesks.sirportly.posting import Draft, post, with_variables
from bot.playground.helpdesks.sirportly.tickets import row_of

Author = tuple[User | None, int | None, str | None, str | None]
"""Member of staff, contact, name and address: whoever an update is by. Four times None is System."""


def post_update(call: Call) -> Answer:
    """``tickets/post_update``.

    ``private``, ``macro`` and ``outgoing`` have no effect unless a member of staff is the author. So a note without a
    ``user`` is public: each rule is documented, what they come to together is inferred.
    """
    books, ticket = call.books, call.ticket()
    user, contact, name, address = _author(call)
    message = call.text("message")
    if not message.strip():
        call.wrong("base", "You must enter a message")
    posted_at = call.time("posted_at")
    macro = call.one_of(tuple(books.catalogue.macros), "macro") if user else None
    outgoing = outgoing_address(call) if user else None
    files = temporary(call)
    call.settle()
    if user and call.flag("parse_ticket_variables"):
        message = with_variables(books, ticket, user, message)
    key = post(
        books,
        ticket,
        Draft(
            message=message,
            user=user,
            contact=contact,
            subject=call.text("subject").strip() or None,
            private=call.flag("private") if user else None,
            posted_at=posted_at,
            html_body=call.text("html_body") or None,
            html_safe=call.text("html_safe").strip() == "1",
            from_name=name,
            from_address=address,
            authenticated=call.flag("authenticated"),
            outgoing=outgoing,
        ),
    )
    link(books, files, key)
    if macro is not None:
        run_macro(books, row_of(books, ticket["id"]), macro, user)
    return Answer.json(shapes.posted(books, _row(books, key)), 201)


def _author(call: Call) -> Author:
    """Whoever the update is by. With a person's token it is always that person."""
    if call.owner is not None:
        return call.owner, None, None, None
    user = call.user()
    if user is not None and call.filled("contact"):
        call.wrong("base", "The author is either a user or a contact, not both")
    if user is not None:
        return user, None, None, None
    if call.filled("contact"):
        return None, find_contact(call.books, call.text("contact").strip())["id"], None, None
    name, address = call.text("author_name").strip() or None, call.text("author_email").strip() or None
    if call.flag("skip_contact_lookup"):
        return None, None, name, address
    if name and address:
        return None, find_or_add(call.books, "email", address, name)["contact_id"], name, address
    return None, None, None, None


def outgoing_address(call: Call) -> str | None:
    """The configured address a mail is to leave from: 404 for one that is not, 422 for one that may not send."""
    if not call.filled("outgoing"):
        return None
    wanted = call.text("outgoing").strip().casefold()
    found = next((each for each in call.books.catalogue.addresses if each.address.casefold() == wanted), None)
    if found is None:
        raise missing("outgoing address", call.text("outgoing"))
    if not found.allow_outbound:
        call.wrong("outgoing", "is not allowed to send")
    return found.address


def _row(books: Books, key: int) -> sqlite3.Row:
    row = books.store.one("SELECT * FROM updates WHERE id = ?", (key,))
    assert row is not None
    return row


def _update(call: Call) -> sqlite3.Row:
    """The update the call is about, which must be of the ticket the call is about."""
    ticket = call.ticket()
    key = call.text("update").strip()
    row = call.books.store.one("SELECT * FROM updates WHERE ticket_id = ? AND id = ?", (ticket["id"], row_id(key)))
    if row is None:
        raise missing("update", key)
    return row


def all_updates(call: Call) -> Answer:
    """``ticket_updates/all``, oldest first (inferred from a client that reverses it)."""
    return Answer.json(shapes.updates(call.books, call.ticket()["id"]))


def info(call: Call) -> Answer:
    """``ticket_updates/info``."""
    return Answer.json(shapes.update(call.books, _update(call)))


def pin(call: Call) -> Answer:
    """``ticket_updates/pin``: a pinned update is private."""
    return _change(call, {"pinned": 1, "private": 1})


def unpin(call: Call) -> Answer:
    """``ticket_updates/unpin``: it stays private, as nothing says that it is shown again."""
    return _change(call, {"pinned": 0})


def _change(call: Call, changes: dict[str, int]) -> Answer:
    key = _update(call)["id"]
    call.books.store.change("updates", key, changes)
    return Answer.json(shapes.update(call.books, _row(call.books, key)))


def destroy(call: Call) -> Answer:
    """``ticket_updates/destroy``: removes, or with ``privatise`` hides, what was not sent out or is a private note.

    409 for anything else. The body is not documented; a bare ``true`` is one of the forms the vendor is known to use.
    """
    row = _update(call)
    if row["sent"] and not row["private"]:
        return Answer.json({"errors": {"base": ["(local helpdesk) this update has been sent"]}}, 409)
    if call.flag("privatise"):
        call.books.store.change("updates", row["id"], {"private": 1})
    else:
        call.books.store.run("DELETE FROM updates WHERE id = ?", (row["id"],))
        call.books.store.run("DELETE FROM attachments WHERE update_id = ?", (row["id"],))
        call.books.store.run("UPDATE tickets SET update_count = update_count - 1 WHERE id = ?", (row["ticket_id"],))
    return Answer.json(value=True)
