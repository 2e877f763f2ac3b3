"""Notifications of the local SocialBoards: the challenge, what is sent, and what a bad network makes of it."""

import queue
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.playground.helpdesks import create_socialboards
from tests.playground.helpdesks.desks import SocialBoards, served

TICKET = 4484631


@dataclass
class Subscriber:
    """Somebody who wants to know: repeats the challenge if ``polite``, and keeps what it is told."""

    url: str = ""
    polite: bool = True
    told: "queue.Queue[dict[str, Any]]" = field(default_factory=queue.Queue)
    asked: list[dict[str, str]] = field(default_factory=list)

    async def receive(self, request: Request) -> Response:
        if request.method == "GET":
            self.asked.append(dict(request.query_params))
            return PlainTextResponse(request.query_params["challenge"] if self.polite else "who are you?")
        self.told.put(await request.json())
        return Response()

    def next(self) -> dict[str, Any]:
        return self.told.get(timeout=5)


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    made = Subscriber()
    app = Starlette(routes=[Route("/hook", made.receive, methods=["GET", "POST"])])
    with served(app) as address:
        made.url = f"{address}/hook"
        yield made


@pytest.fixture
def subscribed(boards: SocialBoards, subscriber: Subscriber) -> Iterator[SocialBoards]:
    asked = {"url": subscriber.url, "verify_token": "sesame"}
    assert boards.post("/control/webhook", json=asked).json() == {"url": subscriber.url}
    assert [each["verifyToken"] for each in subscriber.asked] == ["sesame"]
    yield boards
    boards.post("/control/webhook", json={"url": None})


def change(boards: SocialBoards, status: str) -> None:
    boards.done("PATCH", f"/tickets/{TICKET}/status", {"status": status})


def test_a_status_change_is_told_in_pascal_case(subscribed: SocialBoards, subscriber: Subscriber) -> None:
    change(subscribed, "pending")
    told = subscriber.next()
    assert (told["EventType"], told["TicketId"]) == ("ticket_status_change", TICKET)
    (event,) = told["Events"]
    ticket = event["Ticket"]
    assert event["PreviousTicketStatus"] == "open"
    assert (ticket["Id"], ticket["Author"]["Name"], ticket["LockedBy"]["IsBot"]) == (TICKET, "Bill Smith", False)
    assert ticket["Category"] == {"Id": 15597, "Name": "Sales", "Parents": []}
    assert "Status" not in ticket


@pytest.mark.parametrize("as_whom", ["staff", "customer"])
def test_answers_are_told_when_they_change_the_status(
    subscribed: SocialBoards, subscriber: Subscriber, as_whom: str
) -> None:
    ticket = {"staff": "4484631", "customer": "4484632"}[as_whom]
    subscribed.post(f"/control/tickets/{ticket}/answer", json={"author": as_whom, "message": "x"})
    assert subscriber.next()["TicketId"] == int(ticket)


def test_nothing_is_told_when_nothing_changes(subscribed: SocialBoards, subscriber: Subscriber) -> None:
    change(subscribed, "open")
    refused = subscribed.patch(f"/tickets/{TICKET}/status", json={"status": "closed"})
    assert refused.status_code == 400
    change(subscribed, "completed")
    assert subscriber.next()["Events"][0]["PreviousTicketStatus"] == "open"
    assert subscriber.told.empty()
    assert len(subscribed.state()["notifications"]) == 1


def test_told_twice(subscribed: SocialBoards, subscriber: Subscriber) -> None:
    subscribed.fault("webhook_twice")
    change(subscribed, "pending")
    assert subscriber.next() == subscriber.next()


def test_told_out_of_order(subscribed: SocialBoards, subscriber: Subscriber) -> None:
    subscribed.fault("webhook_late")
    change(subscribed, "pending")
    change(subscribed, "completed")
    before = [subscriber.next()["Events"][0]["PreviousTicketStatus"] for _ in range(2)]
    assert before == ["pending", "open"]


def test_who_does_not_repeat_the_challenge_is_told_nothing(boards: SocialBoards, subscriber: Subscriber) -> None:
    subscriber.polite = False
    assert boards.post("/control/webhook", json={"url": subscriber.url}).status_code == 422
    assert boards.post("/control/webhook", json={"url": "http://127.0.0.1:9/hook"}).status_code == 422
    change(boards, "pending")
    assert boards.get("/control/webhook").json() == {"url": None}
    assert subscriber.told.empty()


def test_a_subscriber_of_the_start_is_asked_until_it_answers(subscriber: Subscriber) -> None:
    with (
        served(create_socialboards(webhook_url=subscriber.url, verify_token="open")) as address,
        SocialBoards(base_url=address) as boards,
    ):
        boards.sign_in()
        while boards.get("/control/webhook").json()["url"] is None:
            pass
        assert subscriber.asked[0]["verifyToken"] == "open"
        change(boards, "pending")
        assert subscriber.next()["TicketId"] == TICKET
