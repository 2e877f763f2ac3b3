"""Threads outside of channels, replies that are sent to the channel too, and people who come and go: both ways."""

import pytest

from tests.e2e.stack import Stack, until
from tests.e2e.threads import opened, settled

MORE = """
[threads]
wait = 0.3
undo = 0
active = 1
idle = 1
"""
PLACES = {"a direct message with the bot": ["U0BOT"], "a group of people and the bot": ["U0PRIYA", "U0BOT"]}


@pytest.mark.parametrize("people", PLACES.values(), ids=PLACES)
def test_both_ways_under_a_card(stack: Stack, people: list[str]) -> None:
    """Replies go to the ticket, answers come into the thread, notes of others do not."""
    body = {"as": "U0ADAM", "users": people}
    channel = stack.http.post(f"{stack.workspace}/ui/open", json=body).json()["channel"]
    thread = opened(stack, channel["id"])

    noted, replied = thread.say("looks like the fuser"), thread.say("reply: We are on it")
    note, reply = thread.update("looks like the fuser", private=True), thread.update("We are on it", private=False)
    thread.answer("xyzzy between us", "priya", private=True)
    thread.answer("Somebody is on the way", "priya")
    until(lambda: any("Somebody is on the way" in each for each in thread.replies()))
    thread.stamped(noted, "lock")
    thread.stamped(replied, "earth_africa")
    settled(stack)

    assert (note["username"], reply["username"]) == ("adam", "adam")
    assert not any("xyzzy" in each for each in thread.replies())


def test_sent_to_the_channel_too(stack: Stack) -> None:
    """It counts once; who joins or leaves meanwhile says nothing."""
    thread = opened(stack, "C0GENERAL")
    for what in ("leave", "join"):
        body = {"as": "U0PRIYA", "channel": "C0GENERAL"}
        stack.http.post(f"{stack.workspace}/ui/{what}", json=body).raise_for_status()
    said = thread.say("everybody should know", broadcast=True)
    thread.update("everybody should know", private=True)
    thread.stamped(said, "lock")
    settled(stack)

    assert thread.count("everybody should know") == 1
    assert not any("joined" in each["message"] or "left" in each["message"] for each in thread.updates())
