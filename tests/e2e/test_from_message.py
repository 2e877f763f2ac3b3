"""A ticket from a message: the thread under the message is the ticket's, and one message makes one ticket."""

import re
from typing import Any

import pytest

from tests.e2e.modal import Person
from tests.e2e.stack import Stack, text_of, until
from tests.e2e.threads import TicketThread, updates_of

MORE = "[threads]\nwait = 0.1\nundo = 0\n"
TICKET = "AB-123456"


@pytest.fixture(autouse=True)
def _fresh(stack: Stack) -> None:
    """An empty workspace; the helpdesks' ids have to stay what the ledger knows."""
    stack.http.post(f"{stack.workspace}/control/reset")


@pytest.fixture
def adam(stack: Stack) -> Person:
    """Somebody with an account, in #support."""
    return Person(stack)


@pytest.fixture
def priya(stack: Stack) -> Person:
    """A colleague."""
    return Person(stack, "U0PRIYA")


def _card(stack: Stack, ts: str) -> dict[str, Any]:
    """The card below a message."""

    def found() -> dict[str, Any] | None:
        below = [each for each in stack.messages() if each.get("thread_ts") == ts and each["ts"] != ts]
        return next((each for each in below if "Assigned to" in text_of(each)), None)

    card = until(found)
    assert card is not None
    return card


def _opened(stack: Stack, subject: str) -> list[str]:
    return [each["reference"] for each in stack.desk()["tickets"] if each["subject"] == subject]


def test_what_is_said_below_it_goes_to_its_ticket(stack: Stack, adam: Person) -> None:
    """The card is there, and replies are mirrored like below any card; in the channel there is no second one."""
    ts = Person(stack, "U0SAM").posts("The till is jammed")
    adam.takes("ticket_from_message", ts)
    assert adam.sends()["result"] in {"closed", "updated"}
    _card(stack, ts)
    (ref,) = _opened(stack, "The till is jammed")

    TicketThread(stack, ref, ts).say("the drawer, to be exact")

    until(lambda: any("the drawer" in each["message"] and each["private"] for each in updates_of(stack, ref)))
    assert [each["ts"] for each in stack.messages() if ref in text_of(each) and not each.get("thread_ts")] == []


def test_what_was_said_below_it_before_can_come_along(stack: Stack, adam: Person) -> None:
    """Nobody was asked where it goes, so it is offered, and comes as internal notes."""
    ts = Person(stack, "U0SAM").posts("The scanner beeps")
    thread = TicketThread(stack, "", ts)
    thread.say("since the update", person="U0SAM")
    adam.takes("ticket_from_message", ts)
    adam.sends()

    offer = adam.told("earlier replies")
    adam.presses(offer, "thread.bring")

    (ref,) = until(lambda: _opened(stack, "The scanner beeps"))
    until(lambda: any("since the update" in each["message"] and each["private"] for each in updates_of(stack, ref)))


def test_a_message_added_to_a_ticket_brings_its_thread(stack: Stack, adam: Person) -> None:
    """Its words are a note, and what is said below it from then on too; a second time says nothing more."""
    ts = Person(stack, "U0SAM").posts("It beeps again")
    for _ in range(2):
        adam.takes("ticket_from_message", ts)
        assert adam.sends(ticket=TICKET)["result"] == "closed"
    thread = TicketThread(stack, TICKET, ts)
    until(lambda: any("belongs to" in text and TICKET in text for text in thread.replies()))

    thread.say("louder than before")

    until(lambda: any("louder than before" in each["message"] for each in updates_of(stack, TICKET)))
    assert sum("belongs to" in text for text in thread.replies()) == 1
    assert not any("already" in text_of(each) for each in stack.private("C0SUPPORT", "U0ADAM"))


def test_of_two_who_take_the_same_message_the_second_is_told(stack: Stack, adam: Person, priya: Person) -> None:
    """Both had the form open; what was typed stays, and whoever means it opens another."""
    ts = Person(stack, "U0SAM").posts("The lights flicker")
    adam.takes("ticket_from_message", ts)
    priya.takes("ticket_from_message", ts)
    adam.sends()
    _card(stack, ts)
    (ref,) = _opened(stack, "The lights flicker")

    priya.sends(subject="Flickering lights")

    assert ref in str(priya.view()["blocks"])
    assert priya.block("subject")["element"]["initial_value"] == "Flickering lights"
    assert _opened(stack, "Flickering lights") == []
    priya.sends()
    until(lambda: _opened(stack, "Flickering lights"))


def test_who_comes_later_sees_that_there_is_a_ticket(stack: Stack, adam: Person, priya: Person) -> None:
    """In the form, as soon as it is open; with the reference it becomes a note on that ticket."""
    ts = Person(stack, "U0SAM").posts("The door is stuck")
    adam.takes("ticket_from_message", ts)
    adam.sends()
    _card(stack, ts)
    (ref,) = _opened(stack, "The door is stuck")

    priya.takes("ticket_from_message", ts)
    until(lambda: re.search(rf"belongs to {ref} already", str(priya.view()["blocks"])))
    assert priya.sends(ticket=ref)["result"] == "closed"

    assert _opened(stack, "The door is stuck") == [ref]


def test_a_shortcut_in_a_tickets_thread_knows_the_ticket(stack: Stack, adam: Person) -> None:
    """Whether a card or a message of somebody's is above it."""
    ts = Person(stack, "U0SAM").posts("No hot water")
    adam.takes("ticket_from_message", ts)
    adam.sends()
    _card(stack, ts)
    (ref,) = _opened(stack, "No hot water")
    reply = TicketThread(stack, ref, ts).say("on two floors", person="U0PRIYA")

    adam.takes("forward_ticket", reply)

    until(lambda: ref in str(adam.view("Forward ticket")["blocks"]))
    assert "ticket" not in adam.names()


def test_where_nothing_can_be_below_the_message_it_comes_to_the_channel(stack: Stack, adam: Person) -> None:
    """Slack refuses replies to some messages: that somebody joined, for example."""
    fault = {"method": "chat.postMessage", "error": "cannot_reply_to_message", "times": 1}
    ts = Person(stack, "U0SAM").posts("Who are you all?")
    stack.http.post(f"{stack.workspace}/control/fault", json=fault).raise_for_status()
    adam.takes("ticket_from_message", ts)
    adam.sends()

    def card() -> bool:
        shown = [each for each in stack.messages() if "Assigned to" in text_of(each)]
        return any(each.get("thread_ts") in {None, each["ts"]} for each in shown)

    until(card)
    until(
        lambda: not [entry for entry in stack.entries("--all") if entry["kind"] == "look" and not entry["settled_at"]]
    )
    assert not any("wrote to" in text_of(each) for each in stack.messages())
