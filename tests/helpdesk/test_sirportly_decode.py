"""What Sirportly answers, shape by shape, with literals."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.errors import (
    AuthenticationFailed,
    HelpdeskError,
    InvalidFields,
    OutcomeUnknown,
    RateLimited,
    UnexpectedResponse,
    UserError,
)
from bot.helpdesk.http import Answer
from bot.helpdesk.sirportly.decode import Missing, Refused, as_list, decode, is_staff, moment, ticket_view, update_view

HTML = b"<html><h1>Forbidden</h1></html>"

REASONS: list[tuple[int, bytes, dict[str, str]]] = [
    (422, b'{"errors": {"run_at": ["must be greater than now"]}}', {"when": "must be greater than now"}),
    (
        422,
        b'{"errors": {"priority_id": ["can\'t be blank"], "status_id": ["can\'t be blank"]}}',
        {"priority": "can't be blank", "status": "can't be blank"},
    ),
    (422, b'{"errors": {"base": ["You must enter a message"]}}', {"": "You must enter a message"}),
    (422, b'{"errors": {"user_id": ["must be within the team"]}}', {"assignee": "must be within the team"}),
    (422, b'{"errors": {"contact_method_data": ["is invalid"]}}', {"contact": "is invalid"}),
    (422, b'{"errors": {"subject": ["is odd", "is long"]}}', {"subject": "is odd; is long"}),
    (422, b'{"errors": {"time_type": ["a"], "time_length": ["b"]}}', {"when": "a; b"}),
    (422, b'{"errors": {"tag_list": "too many"}}', {"tags": "too many"}),
    (
        422,
        b'{"errors": ["Invalid column \'tickets.asd\' requested in SELECT"]}',
        {"": "Invalid column 'tickets.asd' requested in SELECT"},
    ),
    (422, b'{"error": "No."}', {"": "No."}),
    (200, b'{"errors": {"status_id": ["can\'t be blank"]}}', {"status": "can't be blank"}),
    (200, b'{"error": "No."}', {"": "No."}),
]


@pytest.mark.parametrize(("status", "body", "reasons"), REASONS)
def test_a_refusal_comes_under_our_field_names(status: int, body: bytes, reasons: dict[str, str]) -> None:
    with pytest.raises(InvalidFields) as caught:
        decode(Answer(status, body), writes=True)
    assert dict(caught.value.reasons) == reasons


OTHERS: list[tuple[int, bytes, type[Exception], str]] = [
    (401, b'{"error": "who?"}', AuthenticationFailed, "who?"),
    (403, b'{"error": "no access to that method"}', AuthenticationFailed, "no access to that method"),
    (403, HTML, AuthenticationFailed, "HTTP 403"),
    (403, b"", AuthenticationFailed, "403"),
    (404, b'{"error": "not found"}', Missing, "not found"),
    (404, HTML, UnexpectedResponse, "404"),
    (409, b'{"errors": ["in use"]}', Refused, "not allow"),
    (400, HTML, UnexpectedResponse, "400"),
    (414, HTML, UnexpectedResponse, "414"),
    (302, b"", UnexpectedResponse, "302"),
    (429, b"", RateLimited, "429"),
    (500, b'{"error": "x"}', OutcomeUnknown, "500"),
    (503, HTML, OutcomeUnknown, "503"),
    (200, HTML, OutcomeUnknown, "200"),
]


@pytest.mark.parametrize(("status", "body", "error", "says"), OTHERS)
def test_every_other_refusal_is_one_of_ours(status: int, body: bytes, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        decode(Answer(status, body), writes=True)
    assert type(caught.value) is error
    assert isinstance(caught.value, HelpdeskError | UserError)


@pytest.mark.parametrize(
    ("body", "value"), [(b"true", True), (b"false", False), (b"[]", []), (b'{"id": 1}', {"id": 1}), (b"null", None)]
)
def test_a_success_may_be_any_json(body: bytes, value: Any) -> None:
    assert decode(Answer(201, body), writes=True) == value


@pytest.mark.parametrize("value", [True, False, None, "x", {"a": 1}])
def test_a_list_that_is_none_is_to_be_asked_for_again(value: Any) -> None:
    with pytest.raises(HelpdeskError):
        as_list(value)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2012-02-03T15:42:06+00:00", datetime(2012, 2, 3, 15, 42, 6, tzinfo=UTC)),
        ("2013-03-14T17:10:17Z", datetime(2013, 3, 14, 17, 10, 17, tzinfo=UTC)),
        ("2012-02-03T15:42:06", datetime(2012, 2, 3, 15, 42, 6, tzinfo=UTC)),
        ("2012-02-03T16:42:06+01:00", datetime(2012, 2, 3, 15, 42, 6, tzinfo=UTC)),
        (None, None),
        ("soon", None),
        (17, None),
    ],
)
def test_their_times(text: Any, at: datetime | None) -> None:
    assert moment(text) == at


PAGE_UPDATE = {"id": 13, "message": "Blah", "private": None, "posted_at": "2012-02-03T12:13:46+00:00"}
USER = {"id": 1, "username": "adam", "first_name": "Adam", "last_name": "Cooke", "email_address": "adam@atechmedia.com"}
CUSTOMER = {"type": "Customer", "id": 4, "reference": "", "name": "Dave", "abbreviated_name": "D", "pin": "703133"}
OLD_CONTACT = {"id": 4, "name": "Dave", "company": None, "pin": "703133"}

AUTHORS: list[tuple[Any, str | None, bool]] = [
    (USER, "Adam Cooke", True),
    ({**USER, "type": "User"}, "Adam Cooke", True),
    (CUSTOMER, "Dave", False),
    (OLD_CONTACT, "Dave", False),
    (None, None, False),
]


@pytest.mark.parametrize(("author", "name", "staff"), AUTHORS)
def test_staff_and_contacts_are_told_apart_in_both_dialects(author: Any, name: str | None, staff: bool) -> None:
    view = update_view({**PAGE_UPDATE, "author": author})
    assert (view.author, view.by_staff, view.private) == (name, staff, False)
    assert is_staff(author) is staff


METHOD = {"id": 1, "method_type": "email", "data": "adam@atechmedia.com"}


@pytest.mark.parametrize(
    "keys",
    [
        ("contact", "contact_method"),
        ("customer", "customer_contact_method"),
        ("contact", "contactcontact_method"),
    ],
)
def test_a_ticket_is_read_in_every_spelling(keys: tuple[str, str]) -> None:
    contact, method = keys
    record = {
        "reference": "LF-616004",
        "subject": "Example API Ticket",
        "submitted_at": "2012-02-03T12:00:12+00:00",
        "update_count": 0,
        "user": None,
        "sla": None,
        "status": {"id": 2, "name": "Waiting for Staff", "colour": "00a9da", "status_type": 0},
        contact: {"id": 1, "name": "Adam Cooke", "company": "aTech Media", "pin": "484836"},
        method: METHOD,
    }
    view = ticket_view(record, helpdesk="support")
    assert (view.contact, view.contact_address) == ("Adam Cooke", "adam@atechmedia.com")
    assert (view.status, view.status_kind, view.assignee, view.tags) == ("Waiting for Staff", "open", None, None)


def test_a_reduced_ticket_is_read_as_far_as_it_goes() -> None:
    view = ticket_view({"reference": "LF-616004", "status": {"id": 1, "name": "New"}}, helpdesk="support")
    assert (view.status, view.status_kind, view.subject) == ("New", None, "")
