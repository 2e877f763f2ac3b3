"""Tickets of the local Sirportly: submit, update, follow-ups, forward, macros, lists and queries."""

import time
from typing import Any

import pytest

from tests.playground.helpdesks.desks import Sirportly
from tests.playground.helpdesks.test_sirportly_refusals import FORWARD, LATER, NEW, TICKET


def ticket(desk: Sirportly, reference: str = "AB-123456") -> dict[str, Any]:
    """The ticket in short, as the helpdesk keeps it."""
    return dict(desk.get(f"/control/tickets/{reference}").json())


SUBMIT: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "names, whatever their case": ({}, {"status": "New", "priority": "Normal", "team": "1st Line Support"}),
    "ids": ({"status": "5", "priority": "1"}, {"status": "On hold", "priority": "Urgent"}),
    "department by name with brand": (
        {"brand": "codebase", "department": "billing"},
        {"department": "Billing", "team": "Accounts"},
    ),
    "team and user": ({"team": "2nd line support", "user": "priya"}, {"team": "2nd Line Support", "user": "priya"}),
    "tags": ({"tag_list": "slack-1, vip  git"}, {"tags": ["git", "slack-1", "vip"]}),
    "custom fields": ({"custom[plan]": "Team"}, {"custom_fields": {"plan": "Team"}}),
    "a known address": (
        {"contact_method_data": "DANA@northwind.example", "contact_name": "Somebody Else"},
        {"contact": {"name": "Dana Novak", "address": "dana@northwind.example"}},
    ),
    "an existing contact": (
        {"contact": "3", "contact_method_type": "", "contact_method_data": "", "contact_name": ""},
        {"contact": {"name": "Inès Moreau", "address": "ines@moreau.example"}},
    ),
    "a telephone": (
        {"contact_method_type": "telephone", "contact_method_data": "+47 22 00 00 00"},
        {"contact": {"name": "New Person", "address": "+47 22 00 00 00"}},
    ),
    "no content, even if sent": ({"message": "hello"}, {"update_count": 0}),
}


@pytest.mark.parametrize(("params", "expected"), SUBMIT.values(), ids=SUBMIT)
def test_submit(desk: Sirportly, params: dict[str, str], expected: dict[str, Any]) -> None:
    made = desk.call("tickets/submit", **{**NEW, **params})
    assert made.status_code == 201
    kept = ticket(desk, made.json()["reference"])
    assert {name: kept[name] for name in expected} == expected


def test_sla_sets_the_due_times(desk: Sirportly) -> None:
    made = desk.done("tickets/submit", **NEW, sla="premium", submitted_at="2026-05-01 10:00")
    assert made["submitted_at"] == "2026-05-01T10:00:00+00:00"
    assert (made["reply_due_at"], made["resolution_due_at"]) == (
        "2026-05-01T10:15:00+00:00", "2026-05-01T14:00:00+00:00",
    )  # fmt: skip


UPDATE: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "status": ({"status": "on hold"}, {"status": "On hold"}),
    "priority": ({"priority": "low"}, {"priority": "Low"}),
    "sla": ({"sla": "premium"}, {"sla": "Premium"}),
    "team, and who is not in it": ({"team": "2nd Line Support"}, {"team": "2nd Line Support", "user": "adam"}),
    "user": ({"user": "charlie"}, {"user": "charlie"}),
    "nobody": ({"user": ""}, {"user": None}),
    "department": ({"department": "4"}, {"department": "Billing", "team": "Accounts", "user": None}),
    "subject": ({"subject": "Solved"}, {"subject": "Solved"}),
    "tags replace": ({"tag_list": "one"}, {"tags": ["one"]}),
    "no tags": ({"tag_list": ""}, {"tags": []}),
    "custom fields are kept": (
        {"custom[plan]": "Free"},
        {"custom_fields": {"account_name": "northwind", "server": "node-4", "plan": "Free"}},
    ),
    "updated_at": ({"updated_at": "2026-03-04 05:06"}, {"updated_at": "2026-03-04T05:06:00.000000+00:00"}),
    "reply_due_at": ({"reply_due_at": "2031-03-04 05:06"}, {"reply_due_at": "2031-03-04T05:06:00.000000+00:00"}),
    "no reply_due_at": ({"reply_due_at": ""}, {"reply_due_at": None}),
    "contact method by id": (
        {"contact_method": "4"},
        {"contact": {"name": "Inès Moreau", "address": "ines@moreau.example"}},
    ),
    "contact method by address": (
        {"contact_method_data": "eve@example.com", "contact_name": "Eve"},
        {"contact": {"name": "Eve", "address": "eve@example.com"}},
    ),
    "additional recipients": (
        {"additional_contact_methods": "a@x.example,b@x.example"},
        {"additional_recipients": ["a@x.example", "b@x.example"]},
    ),
    "nothing": ({}, {"status": "Waiting for Staff", "priority": "High", "tags": ["git", "push"]}),
}


@pytest.mark.parametrize(("params", "expected"), UPDATE.values(), ids=UPDATE)
def test_update(desk: Sirportly, params: dict[str, str], expected: dict[str, Any]) -> None:
    changed = desk.call("tickets/update", **TICKET, **params)
    assert (changed.status_code, "tags" in changed.json()) == (200, False)
    kept = ticket(desk)
    assert {name: kept[name] for name in expected} == expected


LENGTHS = {"minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
DONE: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "status": ({"status": "resolved"}, {"status": "Resolved"}),
    "priority": ({"priority": "low"}, {"priority": "Low"}),
    "raise": ({"priority": "-1"}, {"priority": "Urgent"}),
    "lower": ({"priority": "-2"}, {"priority": "Normal"}),
    "team": ({"team": "2nd line support"}, {"team": "2nd Line Support"}),
    "escalate": ({"team": "-1"}, {"team": "2nd Line Support"}),
    "de-escalate at the first line": ({"team": "-2"}, {"team": "1st Line Support"}),
    "user": ({"user": "charlie"}, {"user": "charlie"}),
    "macro": ({"macro": "park"}, {"status": "On hold"}),
}


@pytest.mark.parametrize(("params", "expected"), DONE.values(), ids=DONE)
def test_a_followup_is_executed_when_due(desk: Sirportly, params: dict[str, str], expected: dict[str, Any]) -> None:
    before = {name: ticket(desk)[name] for name in expected}
    assert desk.call("tickets/add_followup", **LATER, **params).status_code == 201
    desk.advance(7100)
    assert {name: ticket(desk)[name] for name in expected} == before
    assert len(desk.done("tickets/followups", **TICKET)) == 1
    desk.advance(200)
    assert {name: ticket(desk)[name] for name in expected} == expected
    assert desk.done("tickets/followups", **TICKET) == []


@pytest.mark.parametrize(("name", "private"), [("reply", False), ("private_note", True)])
def test_a_followup_says_something(desk: Sirportly, name: str, private: bool) -> None:
    planned = desk.done("tickets/add_followup", **LATER, **{name: "later words"})
    assert {each: planned[each] for each in ("reply", "private_note")} == {
        "reply": None, "private_note": None, name: "later words",
    }  # fmt: skip
    assert planned["actor"]["username"] == "adam"
    desk.advance(7300)
    desk.advance(7300)
    said = [each for each in desk.state()["updates"] if each["message"] == "later words"]
    assert [(each["private"], each["username"]) for each in said] == [(private, "adam")]
    assert desk.state()["outbox"] == []


@pytest.mark.parametrize(("unit", "seconds"), LENGTHS.items())
def test_lengths(desk: Sirportly, unit: str, seconds: int) -> None:
    desk.call("tickets/add_followup", **{**LATER, "time_type": unit, "time_length": "3"}, status="resolved")
    desk.advance(3 * seconds - 5)
    assert ticket(desk)["status"] == "Waiting for Staff"
    desk.advance(10)
    assert ticket(desk)["status"] == "Resolved"


def test_a_followup_runs_by_itself(desk: Sirportly) -> None:
    """Nobody asks for it: the server's own clock is enough."""
    desk.done("tickets/add_followup", **{**LATER, "time_type": "minute", "time_length": "1"}, reply="by itself")
    desk.advance(59.5)
    ends = time.monotonic() + 10
    while not [each for each in desk.state()["updates"] if each["message"] == "by itself"]:
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_run_at_is_echoed(desk: Sirportly) -> None:
    planned = desk.done("tickets/add_followup", **TICKET, actor="1", run_at="2031-02-03 15:42", team="-1")
    assert planned["run_at"] == "2031-02-03T15:42:00+00:00"
    assert {planned[name] for name in ("status", "priority", "team", "user", "macro")} == {None}
    desk.settings(followups="all")
    desk.advance(20 * 366 * 86_400)
    assert len(desk.done("tickets/followups", **TICKET)) == 1


def test_forward(desk: Sirportly) -> None:
    response = desk.call("tickets/forward", **FORWARD, user="charlie", priority="low")
    made = response.json()
    assert response.status_code == 201
    assert (made["subject"], made["original_ticket"]) == ("Fwd: Cannot push to our repository", "AB-123456")
    assert (made["update_count"], made["user"]["username"], made["priority"]["name"]) == (0, "charlie", "Low")
    assert made["contact"]["name"] == "Vendor"
    (mail,) = desk.state()["outbox"]
    assert (mail["kind"], mail["from"], mail["to"]) == ("forward", "support@example.com", ["vendor@example.com"])
    assert mail["body"].startswith("please look\n\n")
    assert "Which repository is it?" in mail["body"]
    assert ticket(desk)["update_count"] == 4


def test_forward_can_be_misprinted(desk: Sirportly) -> None:
    desk.settings(misprint=True)
    made = desk.done("tickets/forward", **FORWARD)
    assert "contactcontact_method" in made
    assert "contact_method" not in made


def test_macro(desk: Sirportly) -> None:
    ran = desk.done("tickets/macro", **TICKET, macro="chase customer")
    assert ran["macro"]["name"] == "Chase customer"
    assert ran["ticket"]["status"]["name"] == "Waiting for Customer"
    assert [each["private"] for each in ran["updates"]] == [None]
    assert desk.done("tickets/macro", **TICKET, macro="2")["updates"][0]["private"] is True


SPQL: dict[str, tuple[str, list[str], list[list[Any]]]] = {
    "by tag": (
        'SELECT tickets.reference,statuses.name FROM tickets WHERE ticket_tags.tag="push" AND statuses.name!="Resolved"'
        " ORDER BY tickets.submitted_at DESC LIMIT 1",
        ["tickets.reference", "statuses.name"],
        [["AB-123456", "Waiting for Staff"]],
    ),
    "by nothing that is there": ("SELECT tickets.id FROM tickets WHERE ticket_tags.tag='none'", ["tickets.id"], []),
    "brackets": (
        "SELECT tickets.reference FROM tickets WHERE brand.id = 2 AND (contact.id = '1' OR contact.id = '3')"
        " ORDER BY tickets.reference",
        ["tickets.reference"],
        [["AB-123456"], ["QK-204817"], ["ZD-881230"]],
    ),
    "count": (
        "SELECT COUNT, status.name FROM tickets GROUP BY status.name ORDER BY status.name LIMIT 2",
        ["COUNT", "status.name"],
        [[2, "New"], [1, "On hold"]],
    ),
    "ago": ("SELECT COUNT FROM tickets WHERE tickets.submitted_at > 2.hours.ago", ["COUNT"], [[1]]),
    "limit": (
        "SELECT tickets.reference FROM tickets ORDER BY tickets.id LIMIT 1",
        ["tickets.reference"],
        [["AB-123456"]],
    ),
}
BAD_SPQL = {
    "column in SELECT": ("SELECT tickets.asd FROM tickets", ["Invalid column 'tickets.asd' requested in SELECT"]),
    "column in WHERE": (
        "SELECT tickets.id FROM tickets WHERE x.y = 1",
        ["Invalid column 'x.y' requested in WHERE"],
    ),
    "table": ("SELECT tickets.id FROM people", ["Invalid FROM table specified"]),
    "nothing": ("", None),
    "no end": ("SELECT tickets.id FROM tickets WHERE", None),
    "another statement": ("SELECT tickets.id FROM tickets; DROP TABLE tickets", None),
    "a limit that is none": ("SELECT tickets.id FROM tickets LIMIT x", None),
    "a time that is none": ("SELECT tickets.id FROM tickets WHERE tickets.updated_at > 'soon'", None),
}


@pytest.mark.parametrize(("query", "fields", "results"), SPQL.values(), ids=SPQL)
def test_spql(desk: Sirportly, query: str, fields: list[str], results: list[list[Any]]) -> None:
    assert desk.done("tickets/spql", spql=query) == {"query": query, "fields": fields, "results": results}


@pytest.mark.parametrize(("query", "errors"), BAD_SPQL.values(), ids=BAD_SPQL)
def test_spql_says_what_is_wrong_in_a_list(desk: Sirportly, query: str, errors: list[str] | None) -> None:
    response = desk.call("tickets/spql", spql=query)
    said = response.json()["errors"]
    assert (response.status_code, isinstance(said, list)) == (422, True)
    assert errors is None or said == errors


def test_spql_finds_what_has_changed_since(desk: Sirportly) -> None:
    desk.advance(60)
    since = desk.get("/control/clock").json()["now"][:19].replace("T", " ")
    query = f'SELECT tickets.reference FROM tickets WHERE tickets.updated_at >= "{since}"'
    assert desk.done("tickets/spql", spql=query)["results"] == []
    desk.done("tickets/post_update", ticket="TR-550912", message="x")
    assert desk.done("tickets/spql", spql=query)["results"] == [["TR-550912"]]


def test_lists_and_searches(desk: Sirportly) -> None:
    page = desk.done("tickets/all", per_page="2", page="2", sort_by="reference", order="desc")
    assert [each["reference"] for each in page["records"]] == ["QK-204817", "LF-616004"]
    assert page["pagination"] == {"page": 2, "offset": 2, "per_page": 2, "pages": 3, "total_records": 6}
    theirs = desk.done("tickets/contact", contact="Kofi Mensah", sort_by="reference")
    assert [each["reference"] for each in theirs["records"]] == ["HG-730055", "TR-550912"]
    branded = desk.done("tickets/contact", contact="4", brand="deploy")
    assert [each["reference"] for each in branded["records"]] == ["HG-730055"]
    assert desk.call("tickets/all", sort_by="auth_code").status_code == 422
    found = desk.done("tickets/search", query="PUSH")
    assert [each["ticket"]["reference"] for each in found["records"]] == ["AB-123456", "TR-550912"]
    assert "Cannot {{{push}}} to our repository" in found["records"][0]["highlights"]
    closed = desk.done("tickets/filter", filter="closed tickets")
    assert [each["reference"] for each in closed["records"]] == ["ZD-881230"]
    events = desk.done("tickets/log_events", **TICKET)
    assert [each["id"] for each in events["records"]] == sorted(
        (each["id"] for each in events["records"]), reverse=True
    )


def test_the_chain_of_legal_choices(desk: Sirportly) -> None:
    """Department, its path, the path's teams, a team's people: how a client can offer only what will be accepted."""
    department = next(each for each in desk.done("objects/departments", brand="Codebase") if each["id"] == 3)
    paths = {each["id"]: each for each in desk.done("objects/escalation_paths")}
    teams = {each["id"]: each for each in desk.done("objects/teams")}
    path = paths[department["escalation_path"]["id"]]
    assert [each["name"] for each in path["teams"]] == ["1st Line Support", "2nd Line Support"]
    for team in path["teams"]:
        for user in teams[team["id"]]["users"]:
            desk.done("tickets/update", **TICKET, team=str(team["id"]), user=user["username"])


def test_people_and_contacts(desk: Sirportly) -> None:
    for name in ("adam", "1", "ADAM@example.com"):
        shown = desk.done("users/info", user=name)
        assert (shown["username"], [each["id"] for each in shown["teams"]]) == ("adam", [2, 3])
    assert desk.done("users/all")["pagination"]["total_records"] == len(desk.done("objects/users")) == 6
    made = desk.done("contacts/create", name="Mia Berg", company="Tailspin")
    desk.done("contacts/add_contact_method", contact=str(made["id"]), method_type="email", data="mia@example.com")
    (found,) = desk.done("contacts/search", query="tailspin")
    assert (found["contact"]["name"], found["method"]["data"]) == ("Mia Berg", "mia@example.com")
    assert desk.done("contacts/search", query="nobody here") == []
    assert desk.done("contacts/info", contact="mia berg")["id"] == made["id"]
    merged = desk.done("contacts/merge", source_contact=str(made["id"]), destination_contact="1")
    assert merged == {"status": "merged"}
    assert desk.call("contacts/info", contact="Mia Berg").status_code == 404
    addresses = desk.done("objects/email_addresses", department="3")
    assert [(each["address"], each["allow_outbound"]) for each in addresses["department"]] == [
        ("support@example.com", True), ("incoming@example.com", False),
    ]  # fmt: skip
    assert "server" not in [each["system_name"] for each in desk.done("objects/custom_fields", department="4")]


def test_a_deleted_ticket_is_gone(desk: Sirportly) -> None:
    assert desk.done("tickets/permanently_delete", **TICKET) is True
    assert desk.call("tickets/ticket", **TICKET).status_code == 404
