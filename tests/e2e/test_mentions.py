"""Talking to the bot in channels and direct messages: the same sentences, recorded before the event is acknowledged."""

import json
import sqlite3
import time
from typing import Any

import httpx
import pytest

from tests.e2e.modal import Person
from tests.e2e.reading import in_channel, reset, told
from tests.e2e.stack import Stack, text_of, until

TICKET = "AB-123456"


@pytest.fixture(autouse=True)
def _fresh(stack: Stack) -> None:
    reset(stack)


def _notes(stack: Stack, words: str) -> int:
    return sum(words in each["message"] for each in stack.desk()["updates"])


def test_a_mention_is_answered_in_its_thread(stack: Stack) -> None:
    """What was asked for is done, and the result is below the message."""
    said = stack.say(f"<@U0BOT> note {TICKET} from a mention")["message"]

    result = in_channel(stack, "internal note by Adam Archer")
    assert result["thread_ts"] == said["ts"]
    assert _notes(stack, "from a mention") == 1


def test_a_ticket_from_a_mention_has_its_card_in_the_thread(stack: Stack) -> None:
    """And the card is kept current there."""
    said = stack.say('hey <@U0BOT> create "Door stuck" -- the back one')["message"]
    card = in_channel(stack, "Door stuck", "created by", "Normal")
    ref = next(each["reference"] for each in stack.desk()["tickets"] if each["subject"] == "Door stuck")
    stack.say(f"/ticket update {ref} priority:low")
    result = in_channel(stack, "updated by")

    assert in_channel(stack, "*Priority:* Low")["ts"] == card["ts"]
    assert card["thread_ts"] == result["thread_ts"] == said["ts"]


def test_in_a_thread_the_answer_is_in_that_thread(stack: Stack) -> None:
    """Not in one of its own."""
    root = stack.say("something broke")["message"]
    body = {"as": "U0ADAM", "channel": "C0SUPPORT", "text": f"<@U0BOT> note {TICKET} deep", "thread_ts": root["ts"]}
    stack.http.post(f"{stack.workspace}/ui/post", json=body)

    assert in_channel(stack, "internal note")["thread_ts"] == root["ts"]


def test_what_is_wrong_and_questions_are_for_the_person_alone(stack: Stack) -> None:
    """Nothing of either is in the channel."""
    stack.say("<@U0BOT> reply")
    told(stack, "reply")
    stack.say(f"<@U0BOT> /ticket /ticket {TICKET}")
    told(stack, TICKET, "Share")
    stack.say("<@U0BOT>")
    told(stack, "What /ticket can do")

    assert all(each.get("user") == "U0ADAM" for each in stack.messages())


@pytest.mark.parametrize("said", ["thanks <@U0BOT>!", "<@U0BOT> :tada: 🎉"])
def test_signs_alone_ask_for_nothing(stack: Stack, said: str) -> None:
    """They are answered as the bare name is, and are no command that does not exist."""
    stack.say(said)
    told(stack, "What /ticket can do")
    assert not any("no command" in text_of(each) for each in stack.private())


LACKING = {
    "reply": (f"reply {TICKET}", "Reply on ticket", {}),
    "note": ("note", "Note on ticket", {}),
    "create": ("create priority:high -- it burns", "New ticket", {"message": "it burns"}),
    "followup": (f"followup {TICKET} -- ring them", "Follow up", {"note": "ring them"}),
}


@pytest.mark.parametrize(("line", "title", "filled"), LACKING.values(), ids=LACKING)
def test_what_says_too_little_gets_a_way_to_the_form(
    stack: Stack, line: str, title: str, filled: dict[str, str]
) -> None:
    """A mention has no trigger: a private message has a button, and the form has what was said."""
    stack.say(f"<@U0BOT> {line}")
    offered = told(stack, "Open form")
    assert "thread_ts" not in offered  # nobody would see it there: the thread has no reply yet
    adam = Person(stack)

    adam.presses(offered, "form.open")

    adam.view(title)
    assert {name: adam.block(name)["element"].get("initial_value") for name in filled} == filled
    assert adam.state()["modals"][-1]["blocks"]


def test_a_mistake_in_a_mention_can_be_put_right_in_the_form(stack: Stack) -> None:
    """Nothing has to be typed again, in a channel or in a direct message."""
    stack.say(f"<@U0BOT> followup {TICKET} tomorrow 9am statsu:open -- ring")
    adam = Person(stack)
    adam.presses(told(stack, "statsu", "Fix and send again"), "form.fix")

    adam.view("Follow up")
    assert adam.block("note")["element"]["initial_value"] == "ring"
    adam.sends(when="tomorrow 9am")
    until(lambda: any(each["private_note"] == "ring" for each in stack.desk()["followups"]))


def test_a_direct_message(stack: Stack) -> None:
    """Commands, questions and mistakes are answered by ordinary messages there."""
    for line, words in (
        (f"note {TICKET} from a direct message", ("internal note",)),
        (f"view {TICKET}", (TICKET, "Waiting for Staff")),
        ("dance", ("dance", "help")),
        ("help create", ("priority:",)),
    ):
        stack.say(line, channel="D0ADAM")
        in_channel(stack, *words, channel="D0ADAM")

    assert _notes(stack, "from a direct message") == 1
    assert stack.messages() == []


WRONG = {
    # what is said behind the bot's name, or to it alone; what to say instead
    "a word that is no command": ("hello", None),
    "a slip in a word": ("noet {ticket} x", "note {ticket} x"),
    "a slip that is found later": ("update {ticket} status:Resloved", "update {ticket} status:Resolved"),
    "a question": ("list status:Resloved", None),
}


@pytest.mark.parametrize(("line", "corrected"), WRONG.values(), ids=WRONG)
def test_what_was_said_is_shown_as_it_is_said_there(stack: Stack, line: str, corrected: str | None) -> None:
    """With the bot's name, or in a direct message alone, and the line to say instead as well."""
    line, better = line.format(ticket=TICKET), (corrected or "").format(ticket=TICKET)
    stack.say(f"<@U0BOT> {line}")
    named = told(stack, "You typed:", line)["text"]
    stack.say(line, channel="D0ADAM")
    alone = in_channel(stack, "You typed:", line, channel="D0ADAM")["text"]

    assert named.endswith(f"You typed:\n@ticketbot {line}")
    assert alone.endswith(f"You typed:\n{line}")
    assert "/ticket" not in named + alone
    assert not corrected or (f"Try: `@ticketbot {better}`" in named and f"Try: `{better}`" in alone)


def test_what_is_not_for_the_bot_is_left_alone(stack: Stack) -> None:
    """Talk in channels, edits, other bots, and what the bot itself says."""
    stack.say(f"note {TICKET} unheard talk")
    sent = stack.say("dance", channel="D0ADAM")["message"]
    in_channel(stack, "There is no command", channel="D0ADAM")
    stack.http.post(
        f"{stack.workspace}/ui/edit",
        json={"as": "U0ADAM", "channel": "D0ADAM", "ts": sent["ts"], "text": f"note {TICKET} unheard edit"},
    )
    for more in ({"bot_id": "B0OTHER"}, {"subtype": "bot_message"}, {"user": "USLACKBOT"}, {"user": "U0BOT"}):
        assert _event(stack, f"note {TICKET} unheard bot", ts=f"{time.time():.6f}", **more).status_code == 200
    assert _event(stack, f"note {TICKET} a person", ts="1700000000.000100").status_code == 200

    until(lambda: _notes(stack, "a person"))
    assert _notes(stack, "unheard") == 0


def test_reactions_mean_nothing_unless_that_is_configured(stack: Stack) -> None:
    """They are taken, and nobody hears of it."""
    said = stack.say("just talk")["message"]
    before = len(stack.entries("--all"))
    body = {"as": "U0ADAM", "channel": "C0SUPPORT", "ts": said["ts"], "name": "ticket"}
    assert stack.http.post(f"{stack.workspace}/ui/react", json=body).json()["ok"]
    stack.say(f"<@U0BOT> note {TICKET} after the reaction")

    in_channel(stack, "internal note")
    assert stack.private() == []
    assert not any("reaction" in text_of(each) for each in stack.entries("--all")[before:])


def test_delivered_again_is_done_once(stack: Stack) -> None:
    """By another event of the same message, as a mention that also comes as a message."""
    for event_id in ("Ev1", "Ev1", "Ev2"):
        _event(stack, f"note {TICKET} only once", ts="1700000000.000200", event_id=event_id)
        _event(stack, f"reply {TICKET}", ts="1700000000.000300", event_id=event_id)

    in_channel(stack, "internal note", channel="D0ADAM")
    in_channel(stack, "reply needs the text", channel="D0ADAM")
    until(lambda: not {each["state"] for each in stack.entries("--all")} & {"waiting", "running"})
    assert _notes(stack, "only once") == 1
    assert sum("needs the text" in text_of(each) for each in stack.messages("D0ADAM")) == 1


def test_what_cannot_be_recorded_is_not_acknowledged(stack: Stack) -> None:
    """So that Slack sends it again; then it is done, once."""
    database = sqlite3.connect(stack.directory / "state" / "ticketbot.sqlite3", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    try:
        refused = _event(stack, f"note {TICKET} patience", ts="1700000000.000400")
    finally:
        database.execute("ROLLBACK")
        database.close()
    again = _event(stack, f"note {TICKET} patience", ts="1700000000.000400")

    assert (refused.status_code, again.status_code) == (500, 200)
    until(lambda: _notes(stack, "patience") == 1)


def _event(stack: Stack, text: str, *, ts: str, event_id: str = "Ev0", **more: Any) -> httpx.Response:
    """A direct message's event, as Slack sends it."""
    event = {"type": "message", "channel": "D0ADAM", "channel_type": "im", "user": "U0ADAM", "text": text, "ts": ts}
    body = {
        "type": "event_callback",
        "team_id": "T0PLAY",
        "event_id": event_id,
        "event": event | more,
        "authorizations": [{"team_id": "T0PLAY", "user_id": "U0BOT", "is_bot": True}],
    }
    return stack.signed(json.dumps(body), content_type="application/json")


def test_files_are_not_lost_in_silence(stack: Stack) -> None:
    """A sentence cannot take files along; that is said, with what can."""
    uploaded = stack.http.post(
        f"{stack.workspace}/ui/upload", data={"as": "U0ADAM"}, files={"file": ("a.txt", b"hello", "text/plain")}
    ).json()
    body = {
        "as": "U0ADAM",
        "channel": "D0ADAM",
        "text": f"note {TICKET} with a file",
        "files": [each["id"] for each in uploaded["files"]],
    }
    stack.http.post(f"{stack.workspace}/ui/post", json=body)

    in_channel(stack, "Ticket from message", channel="D0ADAM")
    until(lambda: _notes(stack, "with a file") == 1)


def test_people_of_another_organisation_are_told_nothing(stack: Stack) -> None:
    """They can mention the bot where both are; no ticket is shown to them, and no card in that channel tells more."""
    social = stack.desk("social")["tickets"][0]["id"]
    for line in (f"view {TICKET}", "list", "search repository", f"view social:{social}"):
        stack.say(f"<@U0BOT> {line}", person="U0EVE", channel="C0SHARED")
        told(stack, "of this organisation alone", line, person="U0EVE", channel="C0SHARED")

    seen = text_of({"private": stack.private("C0SHARED", "U0EVE"), "channel": stack.messages("C0SHARED", "U0EVE")})
    assert "Waiting for Staff" not in seen
