"""Changing what a ticket is: shared by updates, follow-ups and macros."""

import sqlite3
from typing import Any

from bot.playground.helpdesks.clock import instant
from bot.playground.helpdesks.sirportly.books import Books
from bot.playground.helpdesks.sirportly.catalogue import Priority, Team

RAISE, LOWER = -1, -2
ESCALATE, DE_ESCALATE = -1, -2


def set_properties(books: Books, ticket: sqlite3.Row, changes: dict[str, Any], *, by: int | None, why: str) -> None:
    """Set columns of a ticket, and what follows from them, and log it under ``why``.

    A person who is not in the new team is taken off, and closing fills in the resolution times: both inferred.
    """
    following: dict[str, Any] = {"updated_at": books.present}
    catalogue = books.catalogue
    if "department_id" in changes and "team_id" not in changes:
        path = catalogue.department(changes["department_id"]).path
        if catalogue.team(ticket["team_id"]) not in path.teams:
            following["team_id"] = path.teams[0].id
    team = catalogue.team(changes.get("team_id", following.get("team_id", ticket["team_id"])))
    user = catalogue.user(ticket["user_id"])
    if user is not None and "user_id" not in changes and (team is None or user not in team.users):
        following["user_id"] = None
    if "status_id" in changes:
        following.update(_resolution(books, ticket, changes["status_id"]))
    books.store.change("tickets", ticket["id"], {**following, **changes})
    books.note(ticket["id"], why, by)


def _resolution(books: Books, ticket: sqlite3.Row, status: int) -> dict[str, Any]:
    if books.catalogue.status(status).status_type != 1:
        return {}
    minutes = round((books.now - instant(ticket["submitted_at"])).total_seconds() / 60, 2)
    first = ticket["first_resolution_time"]
    return {"resolution_time": minutes, "first_resolution_time": minutes if first is None else first}


def stepped_priority(books: Books, current: int, step: int) -> Priority:
    """The priority one step up or down; the last one stays."""
    ordered = sorted(books.catalogue.priorities, key=lambda each: each.position)
    place = next(place for place, each in enumerate(ordered) if each.id == current)
    return ordered[max(0, min(len(ordered) - 1, place + (-1 if step == RAISE else 1)))]


def stepped_team(books: Books, department: int, current: int | None, step: int) -> Team:
    """The next or previous team of the escalation path; the last one stays."""
    teams = books.catalogue.department(department).path.teams
    place = next((place for place, each in enumerate(teams) if each.id == current), 0)
    return teams[max(0, min(len(teams) - 1, place + (1 if step == ESCALATE else -1)))]
