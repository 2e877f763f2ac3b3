"""``tickets/macro``, and running one wherever else it is asked for."""

import sqlite3
from typing import Any

from bot.playground.helpdesks.exchange import Answer
from bot.playground.helpdesks.sirportly import shapes
from bot.playground.helpdesks.sirportly.books import BLANK, Books, invalid
from bot.playground.helpdesks.sirportly.call import Call
from bot.playground.helpdesks.sirportly.catalogue import Macro, User, find
from bot.playground.helpdesks.sirportly.posting import Draft, post
from bot.playground.helpdesks.sirportly.properties import set_properties
from bot.playground.helpdesks.sirportly.tickets import row_of


def macro(call: Call) -> Answer:
    """``tickets/macro``: run it now; the answer holds the ticket after it and the updates it made."""
    books, ticket = call.books, call.ticket()
    asked = call.one_of(tuple(books.catalogue.macros), "macro")
    if asked is None:
        raise invalid({"macro_id": [BLANK]})
    made = run_macro(books, ticket, asked, call.owner)
    return Answer.json(
        {
            "ticket": shapes.ticket(books, row_of(books, ticket["id"])),
            "macro": asked.long_json(),
            "updates": [each for each in shapes.updates(books, ticket["id"]) if each["id"] in made],
        }
    )


def run_macro(books: Books, ticket: sqlite3.Row, macro: Macro, user: User | None) -> list[int]:
    """Do what ``macro`` says to a ticket, by ``user`` or by System; gives the ids of the updates it posted."""
    changes: dict[str, Any] = {}
    if status := find(books.catalogue.statuses, macro.status or ""):
        changes["status_id"] = status.id
    if priority := find(books.catalogue.priorities, macro.priority or ""):
        changes["priority_id"] = priority.id
    team = find(books.catalogue.teams, macro.team or "")
    if team and team in books.catalogue.department(ticket["department_id"]).path.teams:
        changes["team_id"] = team.id
    set_properties(books, ticket, changes, by=user.id if user else None, why=f"Executed macro '{macro.name}'")
    made = []
    for message, private in ((macro.reply, None), (macro.note, True)):
        if message:
            made.append(post(books, row_of(books, ticket["id"]), Draft(message, user=user, private=private)))
    return made
