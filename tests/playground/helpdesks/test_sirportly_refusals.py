"""What the local Sirportly refuses, and with which status and shape: part by part from the vendor's pages."""

from typing import Any

import pytest

from tests.playground.helpdesks.desks import ACCOUNT, PERSON, Sirportly

TICKET = {"ticket": "AB-123456"}
NEW = {
    "subject": "Disk full",
    "status": "new",
    "priority": "normal",
    "department": "3",
    "contact_method_type": "email",
    "contact_method_data": "new@example.com",
    "contact_name": "New Person",
}
FORWARD = {
    **TICKET,
    "contact_name": "Vendor",
    "contact_method_data": "vendor@example.com",
    "outgoing": "support@example.com",
    "status": "new",
    "message": "please look",
}
LATER = {**TICKET, "actor": "adam", "time_type": "hour", "time_length": "2"}
BLANK = ["can't be blank"]

INVALID = {
    "blank message": ("tickets/post_update", {**TICKET, "message": " \n"}, {"base": ["You must enter a message"]}),
    "no message": ("tickets/post_update", TICKET, {"base": ["You must enter a message"]}),
    "blank status and priority": (
        "tickets/update",
        {**TICKET, "status": "", "priority": ""},
        {"status_id": BLANK, "priority_id": BLANK},
    ),
    "past run_at": (
        "tickets/add_followup",
        {**TICKET, "actor": "adam", "run_at": "2012-02-03 15:42"},
        {"run_at": ["must be greater than now"]},
    ),
    "length of nothing": (
        "tickets/add_followup",
        {**LATER, "time_length": "0"},
        {"run_at": ["must be greater than now"]},
    ),
    "no time": ("tickets/add_followup", {**TICKET, "actor": "adam"}, {"run_at": BLANK}),
    "no actor": ("tickets/add_followup", {**LATER, "actor": ""}, {"actor_id": BLANK}),
    "forward without status": ("tickets/forward", {**FORWARD, "status": ""}, {"status_id": BLANK}),
    "submit without references": (
        "tickets/submit",
        {**NEW, "status": "", "priority": "", "department": ""},
        {"status_id": BLANK, "priority_id": BLANK, "department_id": BLANK},
    ),
}
INVALID_AT = {
    "submit without subject": ("tickets/submit", {**NEW, "subject": ""}, "subject"),
    "submit without contact": ("tickets/submit", {**NEW, "contact_method_data": ""}, "contact_method_data"),
    "submit by carrier pigeon": ("tickets/submit", {**NEW, "contact_method_type": "pigeon"}, "contact_method_type"),
    "submit to a team off the path": ("tickets/submit", {**NEW, "team": "Accounts"}, "team_id"),
    "submit to a person off the team": ("tickets/submit", {**NEW, "user": "tomas"}, "user_id"),
    "update to a team off the path": ("tickets/update", {**TICKET, "team": "Sales"}, "team_id"),
    "update to a person off the team": ("tickets/update", {**TICKET, "user": "sofia"}, "user_id"),
    "update to another kind of method": (
        "tickets/update",
        {**TICKET, "contact_method": "2"},
        "contact_method_id",
    ),
    "update to no subject": ("tickets/update", {**TICKET, "subject": ""}, "subject"),
    "follow-up for a team off the path": ("tickets/add_followup", {**LATER, "team": "Sales"}, "team_id"),
    "follow-up for a person off the team": ("tickets/add_followup", {**LATER, "user": "sofia"}, "user_id"),
    "follow-up in three fortnights": ("tickets/add_followup", {**LATER, "time_type": "fortnight"}, "time_type"),
    "follow-up in some hours": ("tickets/add_followup", {**LATER, "time_length": "some"}, "time_length"),
    "a time that is none": ("tickets/add_followup", {**TICKET, "actor": "adam", "run_at": "tomorrow"}, "run_at"),
    "a time in another form": ("tickets/update", {**TICKET, "reply_due_at": "2030-01-01T10:00:00Z"}, "reply_due_at"),
    "two authors": ("tickets/post_update", {**TICKET, "message": "x", "user": "adam", "contact": "1"}, "base"),
    "mail from where none may leave": (
        "tickets/post_update",
        {**TICKET, "message": "x", "user": "adam", "outgoing": "incoming@example.com"},
        "outgoing",
    ),
    "forward to nobody": ("tickets/forward", {**FORWARD, "contact_method_data": ""}, "contact_method_data"),
    "forward from nowhere": ("tickets/forward", {**FORWARD, "outgoing": ""}, "outgoing"),
    "forward without a word": ("tickets/forward", {**FORWARD, "message": ""}, "base"),
    "upload of nothing": ("tickets/add_attachment", {}, "file"),
    "a contact without a name": ("contacts/create", {"company": "Contoso"}, "name"),
    "a search for very little": ("contacts/search", {"query": "abc"}, "query"),
}
ABSENT = {
    "ticket": ("tickets/ticket", {"ticket": "ZZ-000000"}),
    "no ticket": ("tickets/ticket", {}),
    "status": ("tickets/update", {**TICKET, "status": "Lost"}),
    "priority": ("tickets/update", {**TICKET, "priority": "9"}),
    "a step, which only follow-ups take": ("tickets/update", {**TICKET, "priority": "-1"}),
    "sla": ("tickets/update", {**TICKET, "sla": "Gold"}),
    "team": ("tickets/update", {**TICKET, "team": "3rd Line"}),
    "user": ("tickets/update", {**TICKET, "user": "nobody"}),
    "department by name, on update": ("tickets/update", {**TICKET, "department": "Billing"}),
    "department by name without its brand": ("tickets/submit", {**NEW, "department": "Billing"}),
    "department of another brand": ("tickets/submit", {**NEW, "brand": "Deploy", "department": "Billing"}),
    "custom field": ("tickets/update", {**TICKET, "custom[shoe_size]": "43"}),
    "contact method": ("tickets/update", {**TICKET, "contact_method": "999"}),
    "author": ("tickets/post_update", {**TICKET, "message": "x", "user": "nobody"}),
    "contact": ("tickets/post_update", {**TICKET, "message": "x", "contact": "Nobody At All"}),
    "macro": ("tickets/post_update", {**TICKET, "message": "x", "user": "adam", "macro": "Dance"}),
    "outgoing address": ("tickets/post_update", {**TICKET, "message": "x", "user": "adam", "outgoing": "me@x.example"}),
    "temporary file": ("tickets/post_update", {**TICKET, "message": "x", "attachments": "no-such-token"}),
    "actor": ("tickets/add_followup", {**LATER, "actor": "nobody"}),
    "macro of a follow-up": ("tickets/add_followup", {**LATER, "macro": "Dance"}),
    "status of a forward": ("tickets/forward", {**FORWARD, "status": "Lost"}),
    "update": ("ticket_updates/info", {**TICKET, "update": "9999"}),
    "attachment": ("tickets/attachment", {**TICKET, "attachment": "9999"}),
    "filter": ("tickets/filter", {"filter": "None such"}),
    "person": ("users/info", {"user": "nobody@example.com"}),
    "method": ("tickets/explode", TICKET),
}


@pytest.mark.parametrize(("method", "params", "errors"), INVALID.values(), ids=INVALID)
def test_refuses_in_the_documented_words(desk: Sirportly, method: str, params: dict[str, str], errors: Any) -> None:
    response = desk.call(method, **params)
    assert (response.status_code, response.json()) == (422, {"errors": errors})


@pytest.mark.parametrize(("method", "params", "attribute"), INVALID_AT.values(), ids=INVALID_AT)
def test_refuses_by_attribute(desk: Sirportly, method: str, params: dict[str, str], attribute: str) -> None:
    response = desk.call(method, **params)
    assert response.status_code == 422
    assert list(response.json()["errors"]) == [attribute]


@pytest.mark.parametrize(("method", "params"), ABSENT.values(), ids=ABSENT)
def test_says_what_does_not_exist(desk: Sirportly, method: str, params: dict[str, str]) -> None:
    response = desk.call(method, **params)
    assert response.status_code == 404
    assert isinstance(response.json()["error"], str)


@pytest.mark.parametrize(
    ("method", "params"),
    [row[:2] for row in (*INVALID.values(), *INVALID_AT.values(), *ABSENT.values())],
    ids=[*INVALID, *INVALID_AT, *(f"absent {name}" for name in ABSENT)],
)
def test_a_refused_call_changes_nothing(desk: Sirportly, method: str, params: dict[str, str]) -> None:
    before = desk.state()
    desk.call(method, **params)
    assert {**desk.state(), "now": None} == {**before, "now": None}


HEADERS = {
    "nothing": {},
    "wrong secret": {**ACCOUNT, "X-Auth-Secret": "guess"},
    "no secret": {"X-Auth-Token": "demo-token"},
    "wrong token": {**ACCOUNT, "X-Auth-Token": "guess"},
    "a person's token without the application": {name: PERSON[name] for name in list(PERSON)[:2]},
    "a person's token with another application": {**PERSON, "X-Auth-Application": "other"},
    "a person's token with the account's secret": {**PERSON, "X-Auth-Secret": "demo-secret"},
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_refuses_bad_credentials(desk: Sirportly, headers: dict[str, str]) -> None:
    response = desk.post("/api/v2/tickets/post_update", data={**TICKET, "message": "x"}, headers=headers)
    assert response.status_code == 403
    assert list(response.json()) == ["error"]
    assert not [each for each in desk.state()["updates"] if each["message"] == "x"]


@pytest.mark.parametrize(("method", "params"), [("tickets/contact", {"contact": "1"}), ("contacts/merge", {})])
def test_some_methods_are_for_account_tokens_only(desk: Sirportly, method: str, params: dict[str, str]) -> None:
    assert desk.call_as_priya(method, **params).status_code == 403


def test_a_person_without_reporting_may_not_query(desk: Sirportly) -> None:
    query = "SELECT tickets.id FROM tickets"
    assert desk.call_as_priya("tickets/spql", spql=query).status_code == 200
    desk.settings(reporting=False)
    assert desk.call_as_priya("tickets/spql", spql=query).status_code == 403
    assert desk.call("tickets/spql", spql=query).status_code == 200


def test_a_long_query_string_is_too_long(desk: Sirportly) -> None:
    response = desk.get("/api/v2/tickets/post_update", params={**TICKET, "message": "x" * 9000}, headers=ACCOUNT)
    assert response.status_code == 414
    assert response.headers["content-type"].startswith("text/html")
    assert desk.call("tickets/post_update", **TICKET, message="x" * 9000).status_code == 201


def test_a_json_body_is_ignored(desk: Sirportly) -> None:
    response = desk.post("/api/v2/tickets/post_update", json={**TICKET, "message": "x"}, headers=ACCOUNT)
    assert response.status_code == 404
    both = desk.post("/api/v2/tickets/post_update", params=TICKET, json={"message": "x"}, headers=ACCOUNT)
    assert both.json() == {"errors": {"base": ["You must enter a message"]}}
