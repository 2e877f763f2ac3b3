"""Whatever is sent, a local helpdesk answers in its own words: never with a failure of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.playground.helpdesks.sirportly.desk import PATHS
from tests.playground.helpdesks.desks import Sirportly, SocialBoards

NAMES = """
    ticket status priority sla brand department team user subject message tag_list submitted_at contact posted_at
    contact_method contact_method_type contact_method_data contact_name additional_contact_methods actor run_at
    time_type time_length macro reply private_note outgoing attachments private author_name author_email page per_page
    sort_by order query filter spql update attachment limit types custom[plan] custom[ raw conditions[status]
    skip_contact_lookup source_contact destination_contact method_type data name
"""
WORDS = """
    AB-123456 adam 1 -1 0 3 9999999999999999999999 ² ٣ new support@example.com 2031-01-01 hour day asc desc % _ ' \" \\
    1e9 true email SELECT
"""
PHRASES = ("", " ", "\x00", "2031-02-30 10:00", "9999-12-31 23:59", "SELECT tickets.id FROM tickets WHERE tickets.id =")
SAID = st.sampled_from([*WORDS.split(), *PHRASES])
VALUES = st.one_of(SAID, SAID, st.text(max_size=20))
CALLS = st.tuples(
    st.sampled_from(sorted(set(PATHS) - {"tickets/permanently_delete", "contacts/merge"})),
    st.dictionaries(st.sampled_from(NAMES.split()), VALUES, max_size=8),
    st.booleans(),
)
PATIENT = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


@pytest.fixture
def broken_into(desk: Sirportly) -> Iterator[Sirportly]:
    yield desk
    assert desk.call("tickets/ticket", ticket="AB-123456").status_code == 200


@PATIENT
@given(CALLS)
def test_sirportly(broken_into: Sirportly, made: tuple[str, dict[str, str], bool]) -> None:
    method, params, about_a_ticket = made
    sent = {**params, "ticket": "AB-123456"} if about_a_ticket else params
    response = broken_into.call(method, **sent)
    assert response.status_code in (200, 201, 404, 409, 422)
    if response.status_code > 201:
        assert {"error", "errors"} & set(response.json())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
KEYS = """
    title message isHtml creator assigneeId previousAssigneeId categoryId cc customFields sentiment tags id skip
    attachments from to orderBy take status ticketIds author isDraft parentReplyId action_types
"""
FIELDS = st.dictionaries(st.sampled_from(KEYS.split()), JSON, max_size=6)
REQUESTS = st.sampled_from(
    [
        ("POST", "/tickets"),
        ("POST", "/tickets/list"),
        *(
            (verb, f"/tickets/4484631/{name}")
            for verb, name in (
                ("POST", "replies"),
                ("POST", "notes"),
                ("PATCH", "Assignee"),
                ("PATCH", "category"),
                ("PATCH", "status"),
                ("PUT", "tags"),
                ("POST", "log?take=9999999999999999999999"),
            )
        ),
        ("GET", "/tickets/99999999999999999999999"),
        ("GET", "/Teammates?group=99999999999999999999999"),
    ]
)


@PATIENT
@given(REQUESTS, FIELDS | JSON)
def test_socialboards(boards: SocialBoards, asked: tuple[str, str], body: Any) -> None:
    response = boards.request(*asked, json=body)
    assert response.status_code in (200, 400, 404, 409)
    assert set(response.json()) == {"data", "errorCode", "errorText"}
