"""The local SocialBoards: what it does, and what it refuses."""

import re
from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.playground.helpdesks.desks import REFRESH, SocialBoards

ADAM, PRIYA, OLGA = (
    "31aee6af-3e38-40d9-98b1-aa2b9238f24d",
    "43b8adc7-755d-2be3-afb1-b6a462631977",
    "9d2f61c4-6a0e-4c77-8a55-1b7f0a2f9c11",
)
OPEN, PENDING = 4484631, 4484632
CREATE = {"title": "New car", "message": "<p>Hello</p>", "creator": {"name": "Bill", "email": "bill@example.com"}}
REPLY = {"author": {"email": "adam@example.com"}, "message": "Here you are", "isHtml": False}


def kept(boards: SocialBoards, key: int = OPEN) -> dict[str, Any]:
    """The ticket as the API gives it."""
    return dict(boards.done("GET", f"/tickets/{key}"))


CREATED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "html by default": ({}, {"message": "Hello", "htmlMessage": "<p>Hello</p>", "status": "open"}),
    "text": ({"isHtml": False}, {"message": "<p>Hello</p>", "htmlMessage": "&lt;p&gt;Hello&lt;/p&gt;"}),
    "category": ({"categoryId": 15598}, {"category": {"id": 15598, "name": "Quotes"}}),
    "uncategorised": ({"categoryId": None}, {"category": None}),
    "tags": ({"tags": ["a", "b"]}, {"tags": ["a", "b"]}),
    "sentiment": ({"sentiment": "complaint"}, {"sentiment": "complaint"}),
    "sourceName": ({"sourceName": "Slack #help"}, {"sourceName": "Slack #help"}),
    "custom fields": (
        {"customFields": [{"id": 42623, "value": "Oslo"}]},
        {"customFields": [{"id": 42623, "value": "Oslo"}]},
    ),
    "attachments": (
        {"attachments": [{"url": "https://files.example.com/a.png", "name": "a.png"}]},
        {"attachments": [{"isContentPart": False, "name": "a.png", "url": "https://files.example.com/a.png"}]},
    ),
    "an unknown field": ({"colour": "red"}, {"title": "New car"}),
}


@pytest.mark.parametrize(("body", "expected"), CREATED.values(), ids=CREATED)
def test_create(boards: SocialBoards, body: dict[str, Any], expected: dict[str, Any]) -> None:
    key = boards.done("POST", "/tickets", {**CREATE, **body})
    assert isinstance(key, int)
    made = kept(boards, key)
    assert {name: made[name] for name in expected} == expected


def test_create_for_somebody(boards: SocialBoards) -> None:
    made = kept(boards, boards.done("POST", "/tickets", {**CREATE, "assigneeId": PRIYA.upper()}))
    assert (made["lockedBy"]["id"], made["lockedBy"]["status"], made["properties"]["isLocked"]) == (PRIYA, "team", True)


def test_a_creator_is_known_again(boards: SocialBoards) -> None:
    creators = (
        {"email": "Bill@example.com"},
        {"name": "Other", "email": "bill@EXAMPLE.com"},
        {"customIdentifier": " U1 "},
        {"customIdentifier": "u1"},
    )
    authors = [
        kept(boards, boards.done("POST", "/tickets", {**CREATE, "creator": each}))["author"]["id"] for each in creators
    ]
    assert authors[0] == authors[1] != authors[2] == authors[3]


LISTS: dict[str, tuple[dict[str, Any], list[int]]] = {
    "all, newest first": ({}, [4484634, 4484631, 4484632, 4484633]),
    "latest activity first": ({"orderBy": "last_thread_activity_desc"}, [4484634, 4484631, 4484632, 4484633]),
    "status": ({"status": "open"}, [4484634, 4484631]),
    "category": ({"categoryId": 23446}, [4484632]),
    "without category": ({"categoryId": None}, [4484634, 4484633]),
    "ids": ({"ticketIds": [4484633, 1]}, [4484633]),
    "no ids": ({"ticketIds": []}, []),
    "skip and take": ({"skip": 1, "take": 2}, [4484631, 4484632]),
    "source": ({"source": "facebook"}, []),
    "before": ({"to": "2020-01-01T00:00:00.1234567+02:00"}, []),
    "after": ({"from": "2020-01-01T00:00:00+02:00", "status": "pending"}, [4484632]),
    "custom field": ({"customFields": [{"key": 42623, "value": "Oslo"}]}, []),
}


@pytest.mark.parametrize(("body", "ids"), LISTS.values(), ids=LISTS)
def test_list(boards: SocialBoards, body: dict[str, Any], ids: list[int]) -> None:
    assert [each["id"] for each in boards.done("POST", "/tickets/list", body)] == ids


def test_list_finds_by_custom_field_and_gives_fifty_at_most(boards: SocialBoards) -> None:
    for number in range(52):
        fields = [{"id": 42624, "value": str(number)}]
        last = boards.done("POST", "/tickets", {**CREATE, "customFields": fields})
    found = boards.done("POST", "/tickets/list", {"customFields": [{"key": 42624, "value": "51"}]})
    assert [each["id"] for each in found] == [last]
    assert [len(boards.done("POST", "/tickets/list", body)) for body in ({"take": 100}, {})] == [50, 25]


def test_times_have_seven_digits_and_an_offset(boards: SocialBoards) -> None:
    time = kept(boards)["creationTime"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+01:00", time)
    boards.settings(offset_minutes=-210)
    moved = kept(boards)["creationTime"]
    assert moved.endswith("-03:30")
    assert datetime.fromisoformat(moved) == datetime.fromisoformat(time)


REPLIES: dict[str, tuple[dict[str, Any], str, int, int]] = {
    "a reply": ({}, "pending", 1, 1),
    "without touching the status": ({"suppressTicketStatusAutoupdate": True}, "open", 1, 1),
    "and done": ({"isTicketNeededToBeCompleted": True}, "completed", 1, 1),
    "a draft": ({"isDraft": True}, "open", 0, 0),
    "a draft that would be the last": ({"isDraft": True, "isTicketNeededToBeCompleted": True}, "open", 0, 0),
}


@pytest.mark.parametrize(("body", "status", "count", "mails"), REPLIES.values(), ids=REPLIES)
def test_reply(boards: SocialBoards, body: dict[str, Any], status: str, count: int, mails: int) -> None:
    key = boards.done("POST", "/tickets", {**CREATE, "cc": ["ann@example.com"]})
    reply = boards.done("POST", f"/tickets/{key}/replies", {**REPLY, **body})
    assert (reply["ticketId"], reply["message"], reply["author"]["id"]) == (key, "Here you are", ADAM)
    ticket = kept(boards, key)
    assert (ticket["status"], ticket["replyCount"], ticket["properties"]["hasDraft"]) == (status, count, not count)
    outbox = [each for each in boards.state()["outbox"] if each["ticket"] == str(key)]
    assert [each["to"] for each in outbox] == [["bill@example.com", "ann@example.com"]] * mails
    assert [each["id"] for each in boards.done("GET", f"/tickets/{key}/replies")] == [reply["id"]]


def test_a_reply_to_a_reply(boards: SocialBoards) -> None:
    first = boards.done("POST", f"/tickets/{OPEN}/replies", REPLY)
    second = boards.done("POST", f"/tickets/{OPEN}/replies", {**REPLY, "parentReplyId": first["id"]})
    assert (second["parentReplyId"], first["level"], second["level"]) == (first["id"], 0, 1)


def test_a_note_is_seen_by_the_team_alone(boards: SocialBoards) -> None:
    note = boards.done("POST", f"/tickets/{OPEN}/notes", {"author": REPLY["author"], "message": "hush"})
    assert note["author"]["status"] == "team"
    assert boards.done("GET", f"/tickets/{OPEN}/replies") == []
    state = boards.state()
    assert [each["private"] for each in state["updates"] if each["message"] == "hush"] == [True]
    assert not [each for each in state["outbox"] if each["body"] == "hush"]


def test_assignee_is_checked_against_the_previous_one(boards: SocialBoards) -> None:
    path = f"/tickets/{PENDING}/Assignee"
    stale = boards.patch(path, json={"assigneeId": ADAM, "previousAssigneeId": ADAM})
    assert stale.json()["errorCode"] != -1
    assert kept(boards, PENDING)["lockedBy"]["id"] == PRIYA
    assert boards.done("PATCH", path, {"assigneeId": None, "previousAssigneeId": PRIYA}) == {}
    assert kept(boards, PENDING)["lockedBy"] is None
    boards.done("PATCH", path, {"assigneeId": ADAM, "previousAssigneeId": "null"})
    assert kept(boards, PENDING)["lockedBy"]["id"] == ADAM


def test_category_status_and_tags(boards: SocialBoards) -> None:
    boards.done("PATCH", f"/tickets/{OPEN}/category", {"id": 23445})
    assert kept(boards)["category"] == {"id": 23445, "name": "Technical"}
    for body in ({"id": None}, {}, None):
        boards.done("PATCH", f"/tickets/{OPEN}/category", {"id": 23445})
        assert boards.done("PATCH", f"/tickets/{OPEN}/category", body) == {}
        assert kept(boards)["category"] is None
    boards.done("PATCH", f"/tickets/{OPEN}/status", {"status": "completed"})
    boards.done("PUT", f"/tickets/{OPEN}/tags", ["x"])
    assert (kept(boards)["status"], kept(boards)["tags"]) == ("completed", ["x"])
    assert boards.done("GET", "/categories/15597")["children"][0]["id"] == 15598


def test_log(boards: SocialBoards) -> None:
    boards.done("PATCH", f"/tickets/{OPEN}/status", {"status": "pending"})
    boards.done("PATCH", f"/tickets/{OPEN}/Assignee", {"assigneeId": PRIYA, "previousAssigneeId": ADAM})
    path = f"/tickets/{OPEN}/log"
    every = [each["actionType"] for each in boards.done("POST", path, {"action_types": []})]
    assert every == ["ticket_created", "ticket_status_changed", "ticket_assigned_to_user"]
    assert [each["actionType"] for each in boards.done("POST", f"{path}?skip=1&take=1")] == every[1:2]
    only = boards.done("POST", path, {"action_types": ["ticket_assigned_to_user"]})
    assert [each["includedItems"]["users"][0]["id"] for each in only] == [PRIYA]


def test_teammates(boards: SocialBoards) -> None:
    shown = boards.done("GET", "/Teammates")
    assert [set(each) for each in shown] == [{"name", "email", "role"}] * 4
    assert len(boards.done("GET", "/Teammates?group=2")) == 2
    boards.settings(teammate_ids=True)
    assert {each["id"] for each in boards.done("GET", "/Teammates")} >= {ADAM, PRIYA, OLGA}


@pytest.mark.parametrize("path", ["/TICKETS/{}/assignee", "/tickets/{}/ASSIGNEE", "/Tickets/{}/Assignee/"])
def test_case_of_paths_is_ignored(boards: SocialBoards, path: str) -> None:
    boards.done("PATCH", path.format(OPEN), {"assigneeId": None, "previousAssigneeId": ADAM})
    assert len(boards.done("GET", "/teammates")) == 4


REFUSED: dict[str, tuple[str, str, Any]] = {
    "ticket that is not": ("GET", "/tickets/1", None),
    "path that is not": ("GET", "/tickets", None),
    "verb that is not": ("POST", f"/tickets/{OPEN}/status", {"status": "open"}),
    "nothing to create": ("POST", "/tickets", {"creator": CREATE["creator"]}),
    "nobody to create for": ("POST", "/tickets", {"title": "x"}),
    "wrong type": ("POST", "/tickets", {**CREATE, "categoryId": "15597"}),
    "wrong sentiment": ("POST", "/tickets", {**CREATE, "sentiment": "angry"}),
    "category that is not": ("POST", "/tickets", {**CREATE, "categoryId": 1}),
    "category that cannot be chosen": ("POST", "/tickets", {**CREATE, "categoryId": 23447}),
    "custom field that is not": ("POST", "/tickets", {**CREATE, "customFields": [{"id": 1, "value": "x"}]}),
    "custom field by key": ("POST", "/tickets", {**CREATE, "customFields": [{"key": 42623, "value": "x"}]}),
    "image that is no address": ("POST", "/tickets", {**CREATE, "creator": {"name": "x", "image": "me.png"}}),
    "assignee that is not": ("POST", "/tickets", {**CREATE, "assigneeId": "0" * 36}),
    "assignee who may only read": ("POST", "/tickets", {**CREATE, "assigneeId": OLGA}),
    "order that is not": ("POST", "/tickets/list", {"orderBy": "title"}),
    "time without offset": ("POST", "/tickets/list", {"from": "2026-01-01T00:00:00"}),
    "time that is none": ("POST", "/tickets/list", {"to": "yesterday"}),
    "list without a list": ("POST", "/tickets/list", {"ticketIds": 1}),
    "reply by a client": ("POST", f"/tickets/{OPEN}/replies", {**REPLY, "author": {"email": "bill_smith@example.com"}}),
    "reply by a reader": (
        "POST",
        f"/tickets/{OPEN}/replies",
        {**REPLY, "author": {"email": "olga@example.com"}},
    ),
    "reply without author": ("POST", f"/tickets/{OPEN}/replies", {"message": "x"}),
    "empty reply": ("POST", f"/tickets/{OPEN}/replies", {**REPLY, "message": " "}),
    "reply to a reply that is not": ("POST", f"/tickets/{OPEN}/replies", {**REPLY, "parentReplyId": 1}),
    "empty note": ("POST", f"/tickets/{OPEN}/notes", {"author": REPLY["author"], "message": ""}),
    "assignee without the previous one": ("PATCH", f"/tickets/{OPEN}/Assignee", {"assigneeId": ADAM}),
    "status that is not": ("PATCH", f"/tickets/{OPEN}/status", {"status": "closed"}),
    "tags that are no list": ("PUT", f"/tickets/{OPEN}/tags", {"tags": ["x"]}),
    "take that is none": ("POST", f"/tickets/{OPEN}/log?take=all", {}),
}


@pytest.mark.parametrize(("method", "path", "body"), REFUSED.values(), ids=REFUSED)
def test_refuses_in_the_envelope_and_changes_nothing(boards: SocialBoards, method: str, path: str, body: Any) -> None:
    before = boards.state()
    response = boards.request(method, path, json=body)
    answer = response.json()
    assert response.status_code in (400, 404)
    assert set(answer) == {"data", "errorCode", "errorText"}
    assert (answer["data"], answer["errorCode"] == -1) == (None, False)
    assert {**boards.state(), "now": None} == {**before, "now": None}


def test_bodies_are_json(boards: SocialBoards) -> None:
    assert boards.post("/tickets", data={"title": "x"}).status_code == 415
    broken = boards.post("/tickets", content="{", headers={"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["errorCode"] == -1) == (400, False)


TOKENS = {
    "another grant": {**REFRESH, "grant_type": "password"},
    "the misspelling of an older page": {"grand_type": "refresh_token", **dict(list(REFRESH.items())[1:])},
    "another client": {**REFRESH, "client_id": "other"},
    "another token": {**REFRESH, "refresh_token": "other"},
}


@pytest.mark.parametrize("form", TOKENS.values(), ids=TOKENS)
def test_no_token_for(boards: SocialBoards, form: dict[str, str]) -> None:
    response = boards.post("/token", data=form)
    assert (response.status_code, list(response.json())) == (400, ["error"])


def test_access_tokens_expire(boards: SocialBoards) -> None:
    boards.advance(3590)
    assert len(boards.done("GET", "/Teammates")) == 4
    boards.advance(20)
    expired = boards.get("/Teammates")
    assert (expired.status_code, expired.json()["errorCode"] == -1) == (401, False)
    boards.sign_in()
    assert len(boards.done("GET", "/Teammates")) == 4
    boards.post("/control/expire")
    assert boards.get("/Teammates").status_code == 401


def test_unsigned_requests_are_refused(boards: SocialBoards, socialboards_address: str) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": boards.headers["Authorization"][7:]}):
        assert httpx.get(f"{socialboards_address}/Teammates", headers=headers).status_code == 401


def test_refresh_tokens_rotate_when_told_to(boards: SocialBoards) -> None:
    assert boards.post("/token", data=REFRESH).json()["refresh_token"] == "demo-refresh"
    boards.settings(rotate=True, expires_in=60)
    answer = boards.post("/token", data=REFRESH).json()
    assert (answer["expires_in"], answer["token_type"]) == (60, "bearer")
    assert boards.post("/token", data=REFRESH).status_code == 400
    again = boards.post("/token", data={**REFRESH, "refresh_token": answer["refresh_token"]})
    assert again.status_code == 200
    shown = str(boards.requests("/token"))
    assert "demo-refresh" not in shown
    assert answer["refresh_token"] not in shown
