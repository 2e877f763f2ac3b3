"""The people and tickets a fresh community starts with."""

import json
from datetime import timedelta

from bot.playground.helpdesks.clock import stamp
from bot.playground.helpdesks.socialboards.bodies import Creator
from bot.playground.helpdesks.socialboards.books import Books
from bot.playground.helpdesks.socialboards.community import TEAMMATES
from bot.playground.helpdesks.socialboards.people import client
from bot.playground.helpdesks.socialboards.replies import add_note, add_reply
from bot.playground.helpdesks.socialboards.tickets import find

FIRST_TICKET, FIRST_REPLY, FIRST_NOTE = 4_484_631, 156_372_820, 718_030
TICKETS = (
    (
        "New car price list.",
        "Hello I want to buy a new car, how can I get a price list?",
        "Bill Smith",
        "bill_smith@example.com",
        "question",
        15597,
        "open",
        0,
        5,
    ),
    (
        "Cannot log in",
        "The app says my password is wrong, but it is not.",
        "Ann Berge",
        "ann.berge@example.com",
        "complaint",
        23446,
        "pending",
        1,
        26,
    ),
    (
        "Thank you",
        "Your team was quick and kind.",
        "Kofi Mensah",
        "kofi@fabrikam.example",
        "praise",
        None,
        "completed",
        None,
        90,
    ),
    (
        "Opening hours",
        "Are you open on Sunday?",
        "Inès Moreau",
        "ines@moreau.example",
        "question",
        None,
        "open",
        None,
        2,
    ),
)
"""Title, message, name, e-mail, sentiment, category, status, assignee among the team, and age in hours."""


def sow(books: Books) -> None:
    """Put the team, and the tickets of the start, into an empty store."""
    for each in TEAMMATES:
        row = {"id": each.id, "name": each.name, "email": each.email, "role": each.role, "image": ""}
        books.store.insert("users", {**row, "status": "team", "groups": json.dumps(each.groups)})
    for number, (title, message, name, email, sentiment, category, status, assignee, hours) in enumerate(TICKETS):
        then = Books(books.store, books.settings, books.now - timedelta(hours=hours))
        author = client(then, Creator(name=name, email=email))
        books.store.insert(
            "tickets",
            {
                "id": FIRST_TICKET + number,
                "title": title,
                "message": message,
                "html_message": message,
                "author_id": author,
                "category_id": category,
                "assignee_id": TEAMMATES[assignee].id if assignee is not None else None,
                "created_at": stamp(then.now),
                "active_at": stamp(then.now),
                "sentiment": sentiment,
                "source": "web",
                "source_name": None,
                "status": status,
                "tags": "[]",
                "cc": "[]",
                "custom_fields": "[]",
                "attachments": "[]",
            },
        )
        then.note(FIRST_TICKET + number, "ticket_created", "Ticket was created", author)
    _conversation(Books(books.store, books.settings, books.now - timedelta(hours=20)))


def _conversation(books: Books) -> None:
    """The second ticket has an answer and a note; their ids set where the numbers go on from."""
    ticket, priya = find(books, FIRST_TICKET + 1), TEAMMATES[1]
    text = "We have sent you a link to set a new one."
    reply = add_reply(books, ticket, priya.id, (text, text), by_team=True)
    books.store.run("UPDATE replies SET id = ? WHERE id = ?", (FIRST_REPLY, reply["id"]))
    books.store.run("UPDATE mails SET reply_id = ? WHERE reply_id = ?", (FIRST_REPLY, reply["id"]))
    note = add_note(books, ticket, priya.id, "Third case this week, see the release notes.")
    books.store.run("UPDATE notes SET id = ? WHERE id = ?", (FIRST_NOTE, note["id"]))
