"""Threads outside of channels, replies that are sent to the channel too, and people who come and go: both ways."""

from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.reading import in_channel
from tests.e2e.stack import Stack, until
from tests.e2e.threads import TicketThread, settled

MORE = """
[threads]
wait = 0.3
undo = 0
active = 1
idle = 1
"""
PLACES = {"a direct message with the bot": ["U0BOT"], "a group of people and the bot": ["U0PRIYA", "U0BOT"]}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Looking often."""
    running = Stack(tmp_path_factory.mktemp("places"), more=MORE).start()
    yield running
    running.stop()


def _opened(stack: Stack, channel: str) -> TicketThread:
    subject = f"Till {len(stack.desk()['tickets'])} dead"
    stack.say(f'/ticket create "{subject}" -- it will not start', channel=channel)
    card = in_channel(stack, subject, channel=channel)
    ref = next(each["reference"] for each in stack.desk()["tickets"] if each["subject"] == subject)
    settled(stack)
    return TicketThread(stack, ref, card["ts"], card.get("channel", channel))


def _answer(stack: Stack, ref: str, message: str, author: str = "customer", *, private: bool = False) -> None:
    sent = {"author": author, "message": message, "private": private}
    httpx.post(f"{stack.support}/control/tickets/{ref}/answer", json=sent).raise_for_status()


@pytest.mark.parametrize("people", PLACES.values(), ids=PLACES)
def test_both_ways_under_a_card(stack: Stack, people: list[str]) -> None:
    """Replies go to the ticket, answers come into the thread, notes of others do not."""
    body = {"as": "U0ADAM", "users": people}
    opened = stack.http.post(f"{stack.workspace}/ui/open", json=body).json()["channel"]
    thread = _opened(stack, opened["id"])

    noted, replied = thread.say("looks like the fuser"), thread.say("reply: We are on it")
    note, reply = thread.update("looks like the fuser", private=True), thread.update("We are on it", private=False)
    _answer(stack, thread.ref, "xyzzy between us", "priya", private=True)
    _answer(stack, thread.ref, "Somebody is on the way", "priya")
    until(lambda: any("Somebody is on the way" in each for each in thread.replies()))
    thread.stamped(noted, "lock")
    thread.stamped(replied, "earth_africa")
    settled(stack)

    assert (note["username"], reply["username"]) == ("adam", "adam")
    assert not any("xyzzy" in each for each in thread.replies())


def test_sent_to_the_channel_too(stack: Stack) -> None:
    """It counts once; who joins or leaves meanwhile says nothing."""
    thread = _opened(stack, "C0GENERAL")
    for what in ("leave", "join"):
        body = {"as": "U0PRIYA", "channel": "C0GENERAL"}
        stack.http.post(f"{stack.workspace}/ui/{what}", json=body).raise_for_status()
    said = thread.say("everybody should know", broadcast=True)
    thread.update("everybody should know", private=True)
    thread.stamped(said, "lock")
    settled(stack)

    assert thread.count("everybody should know") == 1
    assert not any("joined" in each["message"] or "left" in each["message"] for each in thread.updates())
