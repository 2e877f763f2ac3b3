"""Faults, the clock, the log and the views: the control API of both helpdesks."""

import time
from typing import Any

import httpx
import pytest

from tests.playground.helpdesks.desks import ACCOUNT, REFRESH, Sirportly, SocialBoards

TICKET = {"ticket": "AB-123456"}


def posts(desk: Sirportly, message: str) -> int:
    """How many updates say ``message``."""
    return sum(each["message"] == message for each in desk.state()["updates"])


ANSWERS: dict[str, tuple[dict[str, Any], int, int]] = {
    "503": ({"kind": "unavailable"}, 503, 0),
    "503 after the work": ({"kind": "unavailable", "after": True}, 503, 1),
    "a page of HTML": ({"kind": "html"}, 500, 0),
    "a page of HTML after the work": ({"kind": "html", "after": True}, 500, 1),
    "too many": ({"kind": "rate_limit", "retry_after": 7}, 429, 0),
    "bare true": ({"kind": "literal", "value": True}, 200, 0),
    "bad credentials": ({"kind": "expired"}, 403, 0),
    "refused": ({"kind": "refused", "value": {"message": ["is too long"]}}, 422, 0),
}


@pytest.mark.parametrize(("fault", "status", "written"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_goes_wrong_once(desk: Sirportly, fault: dict[str, Any], status: int, written: int) -> None:
    desk.fault(**fault)
    response = desk.call("tickets/post_update", **TICKET, message="x")
    assert (response.status_code, posts(desk, "x")) == (status, written)
    assert response.headers.get("retry-after") == ("7" if status == 429 else None)
    assert response.headers["content-type"].startswith("text/html") is (status == 500)
    assert desk.call("tickets/post_update", **TICKET, message="x").status_code == 201
    assert desk.requests()[0]["fault"] == fault["kind"]


@pytest.mark.parametrize(("kind", "written"), [("lost", 1), ("drop", 0)])
def test_the_connection_is_closed_without_an_answer(desk: Sirportly, kind: str, written: int) -> None:
    desk.fault(kind)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        desk.call("tickets/post_update", **TICKET, message="x")
    assert posts(desk, "x") == written
    assert desk.requests()[0]["status"] is None
    assert desk.call("tickets/post_update", **TICKET, message="x").status_code == 201


@pytest.mark.parametrize(("after", "written"), [(False, 0), (True, 1)])
def test_slow_before_or_after_the_work(desk: Sirportly, after: bool, written: int) -> None:
    desk.fault("slow", seconds=0.5, after=after)
    with pytest.raises(httpx.ReadTimeout):
        desk.post("/api/v2/tickets/post_update", data={**TICKET, "message": "x"}, headers=ACCOUNT, timeout=0.2)
    assert posts(desk, "x") == written
    time.sleep(0.6)
    assert posts(desk, "x") == 1


def test_a_fault_hits_its_path_as_often_as_told(desk: Sirportly) -> None:
    desk.fault("unavailable", path="*/POST_update", times=2)
    assert desk.call("tickets/ticket", **TICKET).status_code == 200
    statuses = [desk.call("tickets/post_update", **TICKET, message="x").status_code for _ in range(3)]
    assert statuses == [503, 503, 201]
    desk.fault("unavailable", times=None, method="GET")
    assert [desk.get("/api/v2/objects/statuses", headers=ACCOUNT).status_code for _ in range(3)] == [503] * 3
    assert desk.call("objects/statuses").status_code == 200
    assert [each["kind"] for each in desk.get("/control/faults").json()] == ["unavailable"]
    assert desk.delete("/control/faults").json() == []
    assert desk.get("/api/v2/objects/statuses", headers=ACCOUNT).status_code == 200


def test_the_dialect_of_one_request(desk: Sirportly) -> None:
    desk.fault("dialect", value="customer")
    assert ["customer" in desk.done("tickets/ticket", **TICKET) for _ in range(2)] == [True, False]


def test_socialboards_faults(boards: SocialBoards) -> None:
    boards.fault("error_code", code=17)
    answer = boards.get("/Teammates")
    assert (answer.status_code, answer.json()["errorCode"]) == (200, 17)
    boards.fault("expired")
    assert [boards.get("/Teammates").status_code for _ in range(2)] == [401, 200]
    boards.fault("expired")
    boards.fault("rotated")
    answer = boards.post("/token", data=REFRESH)
    assert [boards.get("/Teammates").status_code for _ in range(2)] == [401, 200]
    assert answer.json()["refresh_token"] != "demo-refresh"
    assert boards.post("/token", data=REFRESH).json() == {"error": "invalid_grant"}


REFUSED: dict[str, tuple[str, str, Any, int]] = {
    "a fault that is none": ("POST", "faults", {"kind": "earthquake"}, 422),
    "a dialect that is none": ("POST", "faults", {"kind": "dialect", "value": "klingon"}, 422),
    "a fault with more": ("POST", "faults", {"kind": "drop", "x": 1}, 422),
    "a clock set back": ("POST", "clock", {"seconds": -1}, 422),
    "a setting that is none": ("POST", "settings", {"colour": "red"}, 422),
    "a zone that is none": ("POST", "settings", {"zone": "Mars/Olympus"}, 422),
    "a ticket that is none": ("GET", "tickets/ZZ-000000", None, 404),
    "an answer to it": ("POST", "tickets/ZZ-000000/answer", {"message": "x"}, 404),
    "an empty answer": ("POST", "tickets/AB-123456/answer", {"message": " "}, 422),
    "an answer by nobody": ("POST", "tickets/AB-123456/answer", {"message": "x", "author": "nobody"}, 422),
    "a customer's note": ("POST", "tickets/AB-123456/answer", {"message": "x", "private": True}, 422),
}


@pytest.mark.parametrize(("method", "path", "body", "status"), REFUSED.values(), ids=REFUSED)
def test_control_refuses(desk: Sirportly, method: str, path: str, body: Any, status: int) -> None:
    response = desk.request(method, f"/control/{path}", json=body)
    assert (response.status_code, list(response.json())) == (status, ["error"])


@pytest.mark.parametrize(("name", "value"), [("Host", "evil.example"), ("Origin", "https://evil.example")])
def test_control_is_for_this_machine(desk: Sirportly, name: str, value: str) -> None:
    for path in ("/control/state", "/staff/tickets/AB-123456"):
        assert desk.get(path, headers={name: value}).status_code == 403
    assert desk.get("/control/state", headers={"Origin": "http://localhost:8000"}).status_code == 200


def test_the_log_keeps_what_was_sent_but_no_secret(desk: Sirportly) -> None:
    sent = {**TICKET, "message": "æ & demo-secret"}
    desk.post("/api/v2/tickets/post_update?subject=S", data=sent, headers=ACCOUNT)
    desk.call("objects/statuses")
    (entry,) = desk.requests("post_update")
    assert entry["params"] == {"subject": "S", "ticket": "AB-123456", "message": "æ & ***"}
    assert entry["content_type"] == "application/x-www-form-urlencoded"
    assert entry["body"] == "ticket=AB-123456&message=%C3%A6+%26+***"
    assert (entry["headers"]["x-auth-token"], entry["status"], entry["query"]) == ("***", 201, "subject=S")
    assert 0 < entry["milliseconds"] < 1000
    later = desk.get("/control/requests", params={"since": entry["id"]}).json()
    assert [each["path"] for each in later] == ["/api/v2/objects/statuses"]
    assert "demo-" not in str(desk.requests())


def test_bodies_that_are_not_text_are_kept_too(desk: Sirportly) -> None:
    desk.post("/api/v2/tickets/add_attachment", files={"file": ("a.bin", b"\xff\xfe")}, headers=ACCOUNT)
    (entry,) = desk.requests()
    assert (entry["body_encoding"], entry["params"]) == ("base64", {"file": {"file": "a.bin"}})


ANSWERED = {
    "the customer": ({"author": "customer"}, "customer", "Dana Novak", 0),
    "whoever is assigned": ({"author": "staff"}, "staff", "Adam Cooke", 1),
    "somebody by name": ({"author": "priya"}, "staff", "Priya Raman", 1),
    "a note": ({"author": "charlie", "private": True}, "staff", "Charlie Smurthwaite", 0),
}


@pytest.mark.parametrize(("body", "kind", "name", "mails"), ANSWERED.values(), ids=ANSWERED)
def test_answer_as(desk: Sirportly, body: dict[str, Any], kind: str, name: str, mails: int) -> None:
    response = desk.post("/control/tickets/ab-123456/answer", json={"message": "from a screen", **body})
    said = response.json()
    assert (response.status_code, said["author_kind"], said["author"]) == (201, kind, name)
    assert said["private"] is body.get("private", False)
    assert len(desk.state()["outbox"]) == mails
    last = desk.done("ticket_updates/all", **TICKET)[-1]
    assert (last["id"], last["message"]) == (said["id"], "from a screen")
    assert desk.get("/control/tickets").json()[0]["reference"] == "AB-123456"


def test_answer_on_socialboards(boards: SocialBoards) -> None:
    boards.post("/control/tickets/4484632/answer", json={"author": "customer", "message": "still no"})
    assert boards.done("GET", "/tickets/4484632")["status"] == "open"
    staff = boards.post("/control/tickets/4484632/answer", json={"author": "staff", "message": "look"}).json()
    assert (staff["email"], boards.done("GET", "/tickets/4484632")["status"]) == ("priya@example.com", "pending")
    shown = boards.get("/control/tickets/4484632").json()
    assert [each["message"] for each in shown["updates"][-2:]] == ["still no", "look"]


def test_pages_escape_what_people_wrote(desk: Sirportly, boards: SocialBoards) -> None:
    script = "<script>alert(1)</script>"
    desk.done("tickets/post_update", **TICKET, message=script)
    boards.post("/control/tickets/4484632/answer", json={"author": "customer", "message": script})
    for page in (desk.get("/staff/tickets/AB-123456"), boards.get("/inbox/4484632")):
        assert page.status_code == 200
        assert "&lt;script&gt;" in page.text
        assert "<script>" not in page.text


def test_reset_forgets_everything(desk: Sirportly) -> None:
    before = desk.state()
    desk.done("tickets/post_update", **TICKET, message="x")
    desk.settings(dialect="customer")
    desk.fault("drop", times=None)
    desk.advance(86_400)
    desk.post("/control/reset")
    after = desk.state()
    assert [each["reference"] for each in after["tickets"]] == [each["reference"] for each in before["tickets"]]
    assert len(after["updates"]) == len(before["updates"])
    assert (after["settings"], desk.requests(), desk.get("/control/faults").json()) == (before["settings"], [], [])
    assert desk.get("/control/clock").json()["advanced_by_seconds"] == 0
