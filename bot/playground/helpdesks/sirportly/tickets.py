"""``tickets/submit``, ``tickets/update``, ``tickets/ticket``: the ticket itself."""

import json
import random
import sqlite3
from datetime import timedelta
from typing import Any
from uuid import uuid4

from bot.playground.helpdesks.clock import stamp
from bot.playground.helpdesks.exchange import Answer
from bot.playground.helpdesks.sirportly import shapes
from bot.playground.helpdesks.sirportly.books import BLANK, Books, missing
from bot.playground.helpdesks.sirportly.call import Call, row_id
from bot.playground.helpdesks.sirportly.catalogue import Department, Team
from bot.playground.helpdesks.sirportly.contacts import find_contact, find_or_add, first_method
from bot.playground.helpdesks.sirportly.posting import HOST
from bot.playground.helpdesks.sirportly.properties import set_properties

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
SUBMIT_METHOD_TYPES = ("email", "telephone")


def submit(call: Call) -> Answer:
    """``tickets/submit``: a ticket without content; ``message`` is not a documented parameter and is ignored."""
    books = call.books
    status, priority = call.status(), call.one_of(tuple(books.catalogue.priorities), "priority")
    sla = call.one_of(tuple(books.catalogue.slas), "sla", "SLA")
    department = _department(call)
    team: Team | None = None
    user = None
    if department is not None:
        team = call.team_in(department) or department.path.teams[0]
        user = call.user_in(team)
    custom = _custom(call)
    submitted = call.time("submitted_at") or books.now
    call.require("subject")
    for thing, attribute in ((status, "status_id"), (priority, "priority_id"), (department, "department_id")):
        if thing is None:
            call.wrong(attribute, BLANK)
    _check_contact(call)
    call.settle()
    assert status is not None
    assert priority is not None
    assert department is not None
    contact, method = _contact(call)
    key = add_ticket(
        books,
        {
            "subject": call.text("subject").strip(),
            "submitted_at": stamp(submitted),
            "status_id": status.id,
            "priority_id": priority.id,
            "department_id": department.id,
            "team_id": team.id if team else None,
            "user_id": user.id if user else None,
            "sla_id": sla.id if sla else None,
            "reply_due_at": _due(submitted, sla.reply_in if sla else None),
            "resolution_due_at": _due(submitted, sla.resolution_in if sla else None),
            "contact_id": contact,
            "contact_method_id": method,
            "custom_fields": json.dumps(custom),
        },
    )
    set_tags(books, key, call.text("tag_list"))
    books.note(key, "Added ticket through the API", call.owner.id if call.owner else None)
    return Answer.json(shapes.ticket(books, row_of(books, key)), 201)


def _due(submitted: Any, minutes: int | None) -> str | None:
    return None if minutes is None else stamp(submitted + timedelta(minutes=minutes))


def _department(call: Call) -> Department | None:
    """The department: an id always does, a name only together with a brand."""
    departments = tuple(call.books.catalogue.departments)
    brand = call.one_of(tuple(call.books.catalogue.brands), "brand")
    if brand is not None:
        return call.one_of(tuple(each for each in departments if each.brand == brand), "department")
    return department_by_id(call)


def department_by_id(call: Call) -> Department | None:
    """The department whose id is given; a name is not looked up."""
    if call.filled("department") and not call.text("department").strip().isdigit():
        raise missing("department", call.text("department"))
    return call.one_of(tuple(call.books.catalogue.departments), "department")


def _custom(call: Call) -> dict[str, str]:
    """``custom[name]`` parameters. An unknown name is a 404, as for everything else that is assigned (inferred)."""
    given = {name[7:-1]: value for name, value in call.params.items() if name.startswith("custom[") and name[-1] == "]"}
    known = {each.name for each in call.books.catalogue.custom_fields}
    for name in given:
        if name not in known:
            raise missing("custom field", name)
    return given


def _check_contact(call: Call) -> None:
    if call.filled("contact"):
        return
    call.require("contact_method_type", "contact_method_data", "contact_name")
    if call.filled("contact_method_type") and call.text("contact_method_type") not in SUBMIT_METHOD_TYPES:
        call.wrong("contact_method_type", "is not included in the list")


def _contact(call: Call) -> tuple[int, int]:
    if not call.filled("contact"):
        method = find_or_add(
            call.books, call.text("contact_method_type"), call.text("contact_method_data"), call.text("contact_name")
        )
        return method["contact_id"], method["id"]
    contact = find_contact(call.books, call.text("contact").strip())
    first = first_method(call.books, contact["id"])
    if first is None:
        raise missing("contact method of contact", call.text("contact"))
    return contact["id"], first["id"]


def add_ticket(books: Books, columns: dict[str, Any], *, reference: str = "") -> int:
    """Store a ticket, with a free reference unless one is given; gives its id."""
    row = {
        "reference": reference or _free_reference(books),
        "message_id": f"{uuid4()}@{HOST}",
        "auth_code": "".join(random.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=12)),
        "submitted_at": books.present,
        "created_at": books.present,
        "updated_at": books.present,
        "source_type": "Api",
    }
    return books.store.insert("tickets", {**row, **columns})


def _free_reference(books: Books) -> str:
    while True:
        made = f"{''.join(random.choices(LETTERS, k=2))}-{random.randrange(100_000, 1_000_000)}"
        if not books.store.one("SELECT 1 FROM tickets WHERE reference = ?", (made,)):
            return made


def row_of(books: Books, key: int) -> sqlite3.Row:
    """The ticket with id ``key``, as it is now."""
    row = books.store.one("SELECT * FROM tickets WHERE id = ?", (key,))
    assert row is not None
    return row


def set_tags(books: Books, ticket: int, tag_list: str) -> None:
    """Replace a ticket's tags by those of a list separated by spaces or commas."""
    books.store.run("DELETE FROM ticket_tags WHERE ticket_id = ?", (ticket,))
    for tag in tag_list.replace(",", " ").split():
        books.store.run("INSERT OR IGNORE INTO ticket_tags VALUES (?, ?)", (ticket, tag))


def update(call: Call) -> Answer:
    """``tickets/update``: what is sent is changed; what is sent empty is cleared, or refused where it must be set."""
    books, ticket = call.books, call.ticket()
    changes: dict[str, Any] = {}
    _references(call, ticket, changes)
    if call.given("subject"):
        call.require("subject")
        changes["subject"] = call.text("subject").strip()
    for name in ("updated_at", "reply_due_at", "resolution_due_at"):
        if call.given(name):
            at = call.time(name)
            if at is not None or name != "updated_at":
                changes[name] = stamp(at) if at else None
    if custom := _custom(call):
        changes["custom_fields"] = json.dumps({**json.loads(ticket["custom_fields"]), **custom})
    if call.given("additional_contact_methods"):
        given = [each.strip() for each in call.text("additional_contact_methods").split(",") if each.strip()]
        changes["additional_recipients"] = json.dumps(given)
    _new_contact(call, ticket, changes)
    call.settle()
    if call.given("tag_list"):
        set_tags(books, ticket["id"], call.text("tag_list"))
    by = call.owner.id if call.owner else None
    set_properties(books, ticket, changes, by=by, why="Changed ticket properties through the API")
    return Answer.json(shapes.ticket(books, row_of(books, ticket["id"])))


def _references(call: Call, ticket: sqlite3.Row, changes: dict[str, Any]) -> None:
    catalogue = call.books.catalogue
    for name, thing in (("status", call.status()), ("priority", call.one_of(tuple(catalogue.priorities), "priority"))):
        if thing is not None:
            changes[f"{name}_id"] = thing.id
        elif call.given(name):
            call.wrong(f"{name}_id", BLANK)
    if call.given("sla"):
        sla = call.one_of(tuple(catalogue.slas), "sla", "SLA")
        changes["sla_id"] = sla.id if sla else None
    department = catalogue.department(ticket["department_id"])
    if call.given("department"):
        asked = department_by_id(call)
        if asked is None:
            call.wrong("department_id", BLANK)
        else:
            department = asked
            changes["department_id"] = asked.id
    team = catalogue.team(ticket["team_id"])
    if team not in department.path.teams:
        team = department.path.teams[0]
    if call.given("team"):
        team = call.team_in(department)
        changes["team_id"] = team.id if team else None
    if call.given("user"):
        user = call.user_in(team)
        changes["user_id"] = user.id if user else None


def _new_contact(call: Call, ticket: sqlite3.Row, changes: dict[str, Any]) -> None:
    """Another contact method: by id, or found or made from ``contact_method_data`` and ``contact_name``."""
    store = call.books.store
    current = store.one("SELECT * FROM contact_methods WHERE id = ?", (ticket["contact_method_id"],))
    assert current is not None
    if call.filled("contact_method"):
        key = call.text("contact_method").strip()
        method = store.one("SELECT * FROM contact_methods WHERE id = ?", (row_id(key),))
        if method is None:
            raise missing("contact method", key)
        if method["method_type"] != current["method_type"]:
            call.wrong("contact_method_id", "must have the same type as the current method")
    elif call.filled("contact_method_data"):
        method = find_or_add(
            call.books, current["method_type"], call.text("contact_method_data"), call.text("contact_name")
        )
    else:
        return
    changes.update(contact_id=method["contact_id"], contact_method_id=method["id"])


def show(call: Call) -> Answer:
    """``tickets/ticket``. Clients name the ticket ``ticket`` or ``reference``; ``timers`` has no documented shape."""
    ticket = call.ticket("reference")
    if call.flag("mark_as_read"):
        call.books.note(ticket["id"], "Marked as read", call.owner.id if call.owner else None)
    return Answer.json(shapes.full_ticket(call.books, ticket))


def permanently_delete(call: Call) -> Answer:
    """``tickets/permanently_delete``: the ticket and all that hangs on it; the answer is a bare ``true`` (inferred)."""
    key = call.ticket()["id"]
    call.books.store.run(
        "DELETE FROM attachments WHERE update_id IN (SELECT id FROM updates WHERE ticket_id = ?)", (key,)
    )
    for table in ("updates", "followups", "ticket_tags", "log_events", "forwards"):
        call.books.store.run(f"DELETE FROM {table} WHERE ticket_id = ?", (key,))
    call.books.store.run("DELETE FROM tickets WHERE id = ?", (key,))
    return Answer.json(value=True)
