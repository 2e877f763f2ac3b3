"""An emoji on a message is a way to a ticket, once for each message and person, where that is configured."""

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.modal import Person
from tests.e2e.reading import told
from tests.e2e.stack import Stack, text_of, until


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A bot that takes :ticket: for a wish."""
    running = Stack(tmp_path_factory.mktemp("stack"))
    running.patch_config('command = "/ticket"', 'command = "/ticket"\nreaction = ":ticket:"')
    running.start()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def _fresh(stack: Stack) -> None:
    stack.http.post(f"{stack.workspace}/control/reset")


def _react(stack: Stack, ts: str, *, emoji: str = "ticket", person: str = "U0ADAM", channel: str = "C0SUPPORT") -> None:
    body = {"as": person, "channel": channel, "ts": ts, "name": emoji}
    answer = stack.http.post(f"{stack.workspace}/ui/react", json=body).json()
    assert answer["ok"], answer


def _event(stack: Stack, ts: str, *, event_id: str, user: str = "U0ADAM", **event: str) -> httpx.Response:
    """A reaction's event, as Slack sends it."""
    item = {"type": "message", "channel": "C0SUPPORT", "ts": ts}
    body = {
        "type": "event_callback",
        "team_id": "T0PLAY",
        "event_id": event_id,
        "event": {"type": "reaction_added", "user": user, "reaction": "ticket", "item": item} | event,
        "authorizations": [{"team_id": "T0PLAY", "user_id": "U0BOT", "is_bot": True}],
    }
    return stack.signed(json.dumps(body), content_type="application/json")


def _offers(stack: Stack, person: str = "U0ADAM") -> int:
    return sum("Open form" in text_of(each) for each in stack.private(person=person))


def test_a_reaction_opens_the_way_to_a_ticket(stack: Stack) -> None:
    """The form is filled as from the message's menu: words, author, file and address."""
    sam = Person(stack, "U0SAM")
    ts = sam.posts("The till beeps\nsince nine", [sam.uploads("beep.txt", b"beep")])

    _react(stack, ts)

    adam = Person(stack)
    adam.presses(told(stack, "Open form"), "form.open")
    adam.view("New ticket")
    assert adam.block("subject")["element"]["initial_value"] == "The till beeps"
    assert adam.block("contact.person")["element"]["initial_user"] == "U0SAM"
    assert "/archives/C0SUPPORT/p" in adam.block("message")["element"]["initial_value"]
    adam.block("attachments.kept")
    adam.block("ticket")
    assert adam.sends()["result"] in {"closed", "updated"}
    (ticket,) = until(lambda: [each for each in stack.desk()["tickets"] if each["subject"] == "The till beeps"])
    assert ticket["contact"]["address"] == "sam@example.com"
    assert _offers(stack, "U0SAM") == 0


def test_a_reply_in_a_thread_is_found_too(stack: Stack) -> None:
    """Replies are not in a channel's history; the offer is where they are."""
    sam = Person(stack, "U0SAM")
    root = sam.posts("the root of it")
    ts = sam.posts("deep in the thread", thread_ts=root)

    _react(stack, ts)

    offered = told(stack, "Open form")
    adam = Person(stack)
    adam.presses(offered, "form.open")
    assert offered["thread_ts"] == root
    adam.view("New ticket")
    assert adam.block("subject")["element"]["initial_value"] == "deep in the thread"


def test_once_for_each_message_and_person(stack: Stack) -> None:
    """However often it is delivered or repeated; somebody else gets their own."""
    ts = Person(stack, "U0SAM").posts("only one offer")
    for event_id in ("Ev1", "Ev1", "Ev2"):
        assert _event(stack, ts, event_id=event_id).status_code == 200
    told(stack, "Open form")
    _event(stack, ts, event_id="Ev3", reaction="ticket::skin-tone-3")
    _event(stack, ts, event_id="Ev4", user="U0PRIYA")

    told(stack, "Open form", person="U0PRIYA")
    until(lambda: not {each["state"] for each in stack.entries("--all")} & {"waiting", "running"})
    assert (_offers(stack), _offers(stack, "U0PRIYA")) == (1, 1)


def test_what_means_nothing(stack: Stack) -> None:
    """Other emoji, what the bot itself does, a message that is gone, and people of other organisations."""
    ts = Person(stack, "U0SAM").posts("left alone")
    _react(stack, ts, emoji="eyes")
    _event(stack, ts, event_id="Ev5", user="U0BOT")
    _event(stack, "1700000000.000100", event_id="Ev6")
    _event(stack, ts, event_id="Ev7", user="U0EVE")
    _event(stack, ts, event_id="Ev8", user="U0PRIYA")

    told(stack, "Open form", person="U0PRIYA")
    until(lambda: not {each["state"] for each in stack.entries("--all")} & {"waiting", "running"})
    assert (_offers(stack), _offers(stack, "U0EVE")) == (0, 0)


def test_it_outlives_an_outage_of_slacks(stack: Stack) -> None:
    """The message is fetched after the event is recorded, and again where that fails."""
    ts = Person(stack, "U0SAM").posts("fetched later")
    fault = {"method": "conversations.replies", "status": 503, "times": 2}
    stack.http.post(f"{stack.workspace}/control/fault", json=fault)

    _react(stack, ts)

    told(stack, "Open form")
