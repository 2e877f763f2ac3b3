"""Posting updates to the local Sirportly: who they are by, who sees them, what is mailed."""

from typing import Any

import pytest

from tests.playground.helpdesks.desks import ACCOUNT, Sirportly

TICKET = {"ticket": "AB-123456"}


def stored(desk: Sirportly, key: int) -> dict[str, Any]:
    """The update as the helpdesk keeps it."""
    return next(each for each in desk.state()["updates"] if each["id"] == key)


AUTHORS = {
    "a username": ({"user": "adam"}, "staff", "Adam Cooke"),
    "a username in capitals": ({"user": "ADAM"}, "staff", "Adam Cooke"),
    "a user's id": ({"user": "2"}, "staff", "Charlie Smurthwaite"),
    "a contact's name": ({"contact": "kofi mensah"}, "customer", "Kofi Mensah"),
    "a contact's id": ({"contact": "1"}, "customer", "Dana Novak"),
    "a contact's reference": ({"contact": "CO-7"}, "customer", "Bill Smith"),
    "a known address": ({"author_name": "D", "author_email": "dana@northwind.example"}, "customer", "Dana Novak"),
    "a new address": ({"author_name": "Zoe", "author_email": "zoe@example.com"}, "customer", "Zoe"),
    "nobody": ({}, "system", "System"),
}


@pytest.mark.parametrize(("params", "kind", "name"), AUTHORS.values(), ids=AUTHORS)
def test_author(desk: Sirportly, params: dict[str, str], kind: str, name: str) -> None:
    posted = desk.done("tickets/post_update", **TICKET, message="hello", **params)
    update = stored(desk, posted["id"])
    assert (update["author_kind"], update["author"]) == (kind, name)
    assert (posted["author"] is None) == (kind == "system")


def test_a_new_address_makes_a_contact_unless_told_not_to(desk: Sirportly) -> None:
    author = {"author_name": "Zoe", "author_email": "zoe@example.com"}
    before = len(desk.state()["contacts"])
    linkless = desk.done("tickets/post_update", **TICKET, message="x", skip_contact_lookup="1", **author)
    assert (linkless["author"], linkless["from_name"], linkless["from_address"]) == (None, "Zoe", "zoe@example.com")
    assert len(desk.state()["contacts"]) == before
    desk.done("tickets/post_update", **TICKET, message="x", **author)
    desk.done("tickets/post_update", **TICKET, message="x", **author)
    assert len(desk.state()["contacts"]) == before + 1


def test_a_persons_token_always_speaks_for_that_person(desk: Sirportly) -> None:
    for params in ({}, {"user": "adam"}, {"contact": "1"}):
        posted = desk.call_as_priya("tickets/post_update", **TICKET, message="x", private="1", **params).json()
        assert (posted["author"]["username"], posted["private"]) == ("priya", True)
    planned = desk.call_as_priya(
        "tickets/add_followup", **TICKET, actor="adam", time_type="hour", time_length="1"
    ).json()
    assert planned["actor"]["username"] == "priya"


PRIVACY = {
    "by staff": ({"user": "adam", "private": "1"}, True, True),
    "by staff, spelled out": ({"user": "adam", "private": "true"}, True, True),
    "by staff, no": ({"user": "adam", "private": "0"}, False, False),
    "by staff, not asked": ({"user": "adam"}, None, False),
    "by a contact": ({"contact": "1", "private": "1"}, None, False),
    "by nobody, which makes it public": ({"private": "1"}, None, False),
}


@pytest.mark.parametrize(("params", "echoed", "private"), PRIVACY.values(), ids=PRIVACY)
def test_private_counts_for_staff_only(desk: Sirportly, params: dict[str, str], echoed: Any, private: bool) -> None:
    posted = desk.done("tickets/post_update", **TICKET, message="secret", **params)
    assert posted["private"] is echoed
    assert stored(desk, posted["id"])["private"] is private


MAILED = {
    "staff with outgoing": ({"user": "adam", "outgoing": "Support@example.com"}, 1),
    "staff without": ({"user": "adam"}, 0),
    "a contact with outgoing": ({"contact": "1", "outgoing": "support@example.com"}, 0),
    "nobody with outgoing": ({"outgoing": "support@example.com"}, 0),
    "a note with outgoing": ({"user": "adam", "private": "1", "outgoing": "support@example.com"}, 0),
}


@pytest.mark.parametrize(("params", "mails"), MAILED.values(), ids=MAILED)
def test_mail_goes_out_when_staff_name_an_address(desk: Sirportly, params: dict[str, str], mails: int) -> None:
    posted = desk.done("tickets/post_update", **TICKET, message="hello", **params)
    outbox = desk.state()["outbox"]
    assert len(outbox) == mails
    for mail in outbox:
        assert mail == mail | {"from": "support@example.com", "to": ["dana@northwind.example"], "body": "hello"}
        assert (mail["ticket"], mail["update_id"]) == ("AB-123456", posted["id"])


def test_additional_recipients_get_the_mail_too(desk: Sirportly) -> None:
    changed = desk.done("tickets/update", **TICKET, additional_contact_methods="a@example.com, b@example.com")
    assert changed["additional_recipients"] == ["a@example.com", "b@example.com"]
    desk.done("tickets/post_update", **TICKET, message="hello", user="adam", outgoing="support@example.com")
    assert desk.state()["outbox"][0]["to"] == ["dana@northwind.example", "a@example.com", "b@example.com"]


def test_macro_runs_after_an_update_by_staff_only(desk: Sirportly) -> None:
    desk.done("tickets/post_update", **TICKET, message="x", contact="1", macro="Resolve")
    assert desk.get("/control/tickets/AB-123456").json()["status"] == "Waiting for Staff"
    desk.done("tickets/post_update", **TICKET, message="x", user="adam", macro="resolve")
    assert desk.get("/control/tickets/AB-123456").json()["status"] == "Resolved"


PARAMETERS = {
    "subject": ({"subject": "Another"}, "subject", "Another"),
    "no subject": ({}, "subject", "Cannot push to our repository"),
    "authenticated": ({"authenticated": "true"}, "authenticated", True),
    "not said to be authenticated": ({}, "authenticated", None),
    "posted_at": ({"posted_at": "2026-01-05 09:30"}, "posted_at", "2026-01-05T09:30:00+00:00"),
    "variables left alone": ({"message": "{{ticket.reference}}", "user": "adam"}, "message", "{{ticket.reference}}"),
    "variables": (
        {"message": "{{ticket.reference}} {{x.y}}", "user": "adam", "parse_ticket_variables": "1"},
        "message",
        "AB-123456 {{x.y}}",
    ),
    "variables of a contact": (
        {"message": "{{ticket.reference}}", "contact": "1", "parse_ticket_variables": "1"},
        "message",
        "{{ticket.reference}}",
    ),
}


@pytest.mark.parametrize(("params", "name", "value"), PARAMETERS.values(), ids=PARAMETERS)
def test_parameters(desk: Sirportly, params: dict[str, str], name: str, value: Any) -> None:
    assert desk.done("tickets/post_update", **{**TICKET, "message": "hello", **params})[name] == value


@pytest.mark.parametrize(("html_safe", "safe"), [("1", True), ("0", False), ("true", False), ("", False)])
def test_html_is_safe_when_sent_as_1(desk: Sirportly, html_safe: str, safe: bool) -> None:
    posted = desk.done("tickets/post_update", **TICKET, message="x", html_body="<b>x</b>", html_safe=html_safe)
    shown = desk.done("ticket_updates/info", **TICKET, update=str(posted["id"]))
    assert (shown["html_body"], shown["html_safe"]) == ("<b>x</b>", safe)


def test_bare_times_are_read_in_the_zone_of_the_settings(desk: Sirportly) -> None:
    desk.settings(zone="Europe/Oslo")
    posted = desk.done("tickets/post_update", **TICKET, message="x", posted_at="2026-07-05 09:30")
    assert posted["posted_at"] == "2026-07-05T07:30:00+00:00"


ENCODINGS: dict[str, dict[str, Any]] = {
    "form": {"data": {**TICKET, "message": "æøå & 100%"}},
    "multipart": {"files": {name: (None, value) for name, value in {**TICKET, "message": "æøå & 100%"}.items()}},
    "query": {"params": {**TICKET, "message": "æøå & 100%"}},
    "query and form": {"params": TICKET, "data": {"message": "æøå & 100%"}},
}


@pytest.mark.parametrize("sent", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("verb", ["POST", "PUT", "GET", "PATCH", "DELETE"])
def test_any_verb_and_encoding(desk: Sirportly, verb: str, sent: dict[str, Any]) -> None:
    response = desk.request(verb, "/api/v2/tickets/post_update", headers=ACCOUNT, **sent)
    assert (response.status_code, response.json()["message"]) == (201, "æøå & 100%")


def test_a_ticket_moves_with_its_updates(desk: Sirportly) -> None:
    before = desk.done("tickets/ticket", **TICKET)
    desk.done("tickets/post_update", **TICKET, message="x", user="adam")
    after = desk.done("tickets/ticket", reference="ab-123456")
    assert after["update_count"] == before["update_count"] + 1 == len(after["updates"])
    assert (before["last_respondant"], after["last_respondant"]) == ("contact", "user")
    assert after["last_update_posted_at"] > before["last_update_posted_at"]


def test_attachments_wait_under_a_token_that_is_used_up(desk: Sirportly) -> None:
    upload = {"file": ("notes.txt", b"hello\x00world", "text/plain")}
    response = desk.post("/api/v2/tickets/add_attachment", files=upload, headers=ACCOUNT)
    assert response.status_code == 201
    made = response.json()
    assert (made["name"], made["content_type"], made["file_size"], made["extension"]) == (
        "notes.txt", "text/plain", 11, "txt",
    )  # fmt: skip
    posted = desk.done("tickets/post_update", **TICKET, message="see", attachments=made["temporary_token"])
    assert [each["id"] for each in posted["attachments"]] == [made["id"]]
    content = desk.call("tickets/attachment", **TICKET, attachment=str(made["id"]))
    assert (content.content, content.headers["content-type"]) == (b"hello\x00world", "text/plain")
    again = desk.call("tickets/post_update", **TICKET, message="see", attachments=made["temporary_token"])
    assert again.status_code == 404


def test_temporary_tokens_expire(desk: Sirportly) -> None:
    upload = {"file": ("a.txt", b"a", "text/plain")}
    token = desk.post("/api/v2/tickets/add_attachment", files=upload, headers=ACCOUNT).json()["temporary_token"]
    desk.advance(25 * 3600)
    assert desk.call("tickets/post_update", **TICKET, message="see", attachments=token).status_code == 404


def test_pinned_updates_are_private(desk: Sirportly) -> None:
    posted = desk.done("tickets/post_update", **TICKET, message="x", user="adam")
    pinned = desk.done("ticket_updates/pin", **TICKET, update=str(posted["id"]))
    assert (pinned["pinned"], pinned["private"]) == (True, True)
    assert desk.done("ticket_updates/unpin", **TICKET, update=str(posted["id"]))["pinned"] is False


DESTROY = {
    "a note": ({"user": "adam", "private": "1"}, {}, 200, False),
    "what was not sent": ({"user": "adam"}, {}, 200, False),
    "what was sent": ({"user": "adam", "outgoing": "support@example.com"}, {}, 409, True),
    "hidden instead": ({"user": "adam"}, {"privatise": "1"}, 200, True),
}


@pytest.mark.parametrize(("post", "params", "status", "there"), DESTROY.values(), ids=DESTROY)
def test_destroy(desk: Sirportly, post: dict[str, str], params: dict[str, str], status: int, there: bool) -> None:
    posted = desk.done("tickets/post_update", **TICKET, message="x", **post)
    response = desk.call("ticket_updates/destroy", **TICKET, update=str(posted["id"]), **params)
    assert response.status_code == status
    if status == 200:
        assert response.json() is True
    left = [each for each in desk.state()["updates"] if each["id"] == posted["id"]]
    assert bool(left) is there
    assert all(each["private"] for each in left) is ("privatise" in params or not left)


def test_dialects(desk: Sirportly) -> None:
    newer = desk.done("tickets/ticket", **TICKET)
    desk.settings(dialect="customer")
    older = desk.done("tickets/ticket", **TICKET)
    assert {"contact", "contact_method"} <= set(newer)
    assert {"customer", "customer_contact_method"} <= set(older)
    assert not {"contact", "contact_method"} & set(older)
    assert (newer["last_respondant"], older["last_respondant"]) == ("contact", "customer")
    assert newer["updates"][0]["author"]["type"] == "Customer"
    assert "type" not in older["updates"][0]["author"]
