"""``tickets/forward``: a new ticket with somebody else, and a mail to them with the whole history."""

import sqlite3

from bot.playground.helpdesks.exchange import Answer
from bot.playground.helpdesks.sirportly import shapes
from bot.playground.helpdesks.sirportly.books import BLANK, Books
from bot.playground.helpdesks.sirportly.call import Call
from bot.playground.helpdesks.sirportly.contacts import find_or_add
from bot.playground.helpdesks.sirportly.posting import send_mail
from bot.playground.helpdesks.sirportly.tickets import add_ticket, row_of
from bot.playground.helpdesks.sirportly.updates import outgoing_address


def forward(call: Call) -> Answer:
    """``tickets/forward``.

    As in the vendor's example the new ticket starts without updates. The history in the mail is complete, private
    notes included: "it's complete update history" is what the page says.
    """
    books, original = call.books, call.ticket()
    call.require("contact_name", "contact_method_data", "outgoing")
    status = call.status()
    if status is None:
        call.wrong("status_id", BLANK)
    if not call.filled("message"):
        call.wrong("base", "You must enter a message")
    priority = call.one_of(tuple(books.catalogue.priorities), "priority")
    sender = call.owner or call.user()
    outgoing = outgoing_address(call)
    call.settle()
    assert status is not None
    assert outgoing is not None
    method = find_or_add(books, "email", call.text("contact_method_data"), call.text("contact_name"))
    subject = call.text("subject").strip() or f"Fwd: {original['subject']}"
    key = add_ticket(
        books,
        {
            "subject": subject,
            "status_id": status.id,
            "priority_id": priority.id if priority else original["priority_id"],
            "department_id": original["department_id"],
            "team_id": original["team_id"],
            "user_id": sender.id if sender else None,
            "contact_id": method["contact_id"],
            "contact_method_id": method["id"],
        },
    )
    by = sender.id if sender else None
    books.store.run("INSERT INTO forwards VALUES (?, ?)", (key, original["reference"]))
    books.note(key, f"Forwarded from {original['reference']}", by)
    books.note(original["id"], f"Forwarded to {method['data']}", by)
    send_mail(
        books,
        key,
        sender=outgoing,
        recipients=[method["data"]],
        subject=subject,
        body=f"{call.text('message')}\n\n{_history(books, original)}",
        kind="forward",
    )
    misprinted = "contactcontact_method" if books.settings.misprint else "contact_method"
    ticket = shapes.ticket(books, row_of(books, key), method_key=misprinted)
    return Answer.json({**ticket, "original_ticket": original["reference"]}, 201)


def _history(books: Books, original: sqlite3.Row) -> str:
    updates = books.store.all("SELECT * FROM updates WHERE ticket_id = ? ORDER BY posted_at, id", (original["id"],))
    return "\n\n".join(f"--- {each['posted_at'][:16]}\n{each['message']}" for each in updates)
