"""``tickets/add_followup`` and ``tickets/followups``, and doing what has become due."""

import logging
import sqlite3
from datetime import datetime
from typing import Any

from dateutil.relativedelta import relativedelta

from bot.playground.helpdesks.clock import instant, stamp
from bot.playground.helpdesks.exchange import Answer
from bot.playground.helpdesks.sirportly import shapes
from bot.playground.helpdesks.sirportly.books import BLANK, Books
from bot.playground.helpdesks.sirportly.call import Call
from bot.playground.helpdesks.sirportly.macros import run_macro
from bot.playground.helpdesks.sirportly.posting import Draft, post
from bot.playground.helpdesks.sirportly.properties import set_properties, stepped_priority, stepped_team
from bot.playground.helpdesks.sirportly.tickets import row_of

logger = logging.getLogger(__name__)

UNITS = ("minute", "hour", "day", "week", "month", "year")
STEPS = frozenset({"-1", "-2"})


def add_followup(call: Call) -> Answer:
    """``tickets/add_followup``.

    Month and year are calendar units here, and ``run_at`` wins over a length; neither is documented.
    """
    books, ticket = call.books, call.ticket()
    actor = call.owner or call.user("actor")
    if actor is None:
        call.wrong("actor_id", BLANK)
    run_at = _run_at(call)
    planned: dict[str, Any] = {
        "ticket_id": ticket["id"],
        "actor_id": actor.id if actor else None,
        "run_at": stamp(run_at) if run_at else None,
        "reply": call.text("reply").strip() or None,
        "private_note": call.text("private_note").strip() or None,
    }
    _plan(call, ticket, planned)
    call.settle()
    key = books.store.insert("followups", planned)
    books.note(ticket["id"], "Added a follow-up", actor.id if actor else None)
    row = books.store.one("SELECT * FROM followups WHERE id = ?", (key,))
    assert row is not None
    return Answer.json(shapes.followup(books, row), 201)


def _run_at(call: Call) -> datetime | None:
    if call.filled("run_at"):
        at = call.time("run_at")
    elif call.filled("time_type") or call.filled("time_length"):
        at = _from_now(call)
    else:
        call.wrong("run_at", BLANK)
        return None
    if at is not None and at <= call.books.now:
        call.wrong("run_at", "must be greater than now")
    return at


def _from_now(call: Call) -> datetime | None:
    unit, length = call.text("time_type").strip(), call.text("time_length").strip()
    if unit not in UNITS:
        call.wrong("time_type", "is not included in the list")
    if not length.removeprefix("-").isdecimal():
        call.wrong("time_length", "is not a number")
    if call.errors:
        return None
    try:
        return call.books.now + relativedelta(**{f"{unit}s": int(length)})  # type: ignore[arg-type]
    except (OverflowError, ValueError):
        call.wrong("time_length", "is too large")
        return None


def _plan(call: Call, ticket: sqlite3.Row, planned: dict[str, Any]) -> None:
    catalogue = call.books.catalogue
    status = call.status()
    planned["status_id"] = status.id if status else None
    if call.text("priority").strip() in STEPS:
        planned["priority_step"] = int(call.text("priority"))
    else:
        priority = call.one_of(tuple(catalogue.priorities), "priority")
        planned["priority_id"] = priority.id if priority else None
    team = catalogue.team(ticket["team_id"])
    if call.text("team").strip() in STEPS:
        planned["team_step"] = int(call.text("team"))
        team = stepped_team(call.books, ticket["department_id"], ticket["team_id"], planned["team_step"])
    elif call.filled("team"):
        team = call.team_in(catalogue.department(ticket["department_id"]))
        planned["team_id"] = team.id if team else None
    user = call.user_in(team)
    planned["user_id"] = user.id if user else None
    macro = call.one_of(tuple(catalogue.macros), "macro")
    planned["macro_id"] = macro.id if macro else None


def followups(call: Call) -> Answer:
    """``tickets/followups``: those to come, or with the setting ``followups=all`` also those done."""
    pending = " AND executed_at IS NULL" if call.books.settings.followups == "pending" else ""
    rows = call.books.store.all(
        f"SELECT * FROM followups WHERE ticket_id = ?{pending} ORDER BY run_at, id", (call.ticket()["id"],)
    )
    return Answer.json([shapes.followup(call.books, row) for row in rows])


def execute_due(books: Books) -> int:
    """Do every follow-up whose time has come, in order; gives how many there were."""
    due = books.store.all(
        "SELECT * FROM followups WHERE executed_at IS NULL AND run_at <= ? ORDER BY run_at, id", (books.present,)
    )
    for row in due:
        with books.store.transaction():
            _execute(Books(books.store, books.catalogue, books.settings, instant(row["run_at"])), row)
            books.store.change("followups", row["id"], {"executed_at": books.present})
        logger.info("follow-up executed", extra={"followup": row["id"]})
    return len(due)


def _execute(books: Books, row: sqlite3.Row) -> None:
    """Do one follow-up. What no longer fits (a person who has left the team) is left out."""
    ticket, catalogue = row_of(books, row["ticket_id"]), books.catalogue
    changes: dict[str, Any] = {name: row[name] for name in ("status_id", "priority_id") if row[name] is not None}
    if row["priority_step"] is not None:
        changes["priority_id"] = stepped_priority(books, ticket["priority_id"], row["priority_step"]).id
    path = catalogue.department(ticket["department_id"]).path
    team = catalogue.team(row["team_id"])
    if row["team_step"] is not None:
        team = stepped_team(books, ticket["department_id"], ticket["team_id"], row["team_step"])
    if team is not None and team in path.teams:
        changes["team_id"] = team.id
    current, user = catalogue.team(changes.get("team_id", ticket["team_id"])), catalogue.user(row["user_id"])
    if user is not None and current is not None and user in current.users:
        changes["user_id"] = user.id
    set_properties(books, ticket, changes, by=row["actor_id"], why="Executed a follow-up")
    actor = catalogue.user(row["actor_id"])
    for message, private in ((row["reply"], None), (row["private_note"], True)):
        if message:
            post(books, row_of(books, ticket["id"]), Draft(message, user=actor, private=private))
    macro = next((each for each in catalogue.macros if each.id == row["macro_id"]), None)
    if macro is not None:
        run_macro(books, row_of(books, ticket["id"]), macro, actor)
