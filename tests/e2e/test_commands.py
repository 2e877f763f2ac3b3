"""Slash commands end to end: signed requests into the bot, real helpdesks behind it, a strict workspace in front."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.e2e.reading import press, told
from tests.e2e.stack import Stack, text_of, until

TICKET = "AB-123456"


@pytest.fixture(autouse=True)
def _fresh(stack: Stack) -> None:
    """Seeded helpdesks and an empty channel for every test."""
    for url in (stack.support, stack.social):
        stack.http.post(f"{url}/control/reset")
    stack.http.post(f"{stack.workspace}/control/reset")


def _updates(stack: Stack, desk: str = "support") -> list[dict[str, Any]]:
    return list(stack.desk(desk)["updates"])


def _ticket(stack: Stack, ref: str = TICKET) -> dict[str, Any]:
    return next(each for each in stack.desk()["tickets"] if each["reference"] == ref)


def _in_channel(stack: Stack, *words: str, channel: str = "C0SUPPORT") -> dict[str, Any]:
    def found() -> dict[str, Any] | None:
        for message in stack.messages(channel):
            if all(word in text_of(message) for word in words):
                return message
        return None

    message = until(found)
    assert message is not None
    return message


def _told(stack: Stack, *words: str, channel: str = "C0SUPPORT", person: str = "U0ADAM") -> dict[str, Any]:
    def found() -> dict[str, Any] | None:
        for message in stack.private(channel, person):
            if all(word in text_of(message) for word in words):
                return message
        return None

    message = until(found)
    assert message is not None
    return message


DONE = {
    "reply": (f"/ticket reply {TICKET} On our way", ("answered by Adam Archer", "On our way")),
    "note": (f"/ticket note {TICKET} the fuser again", ("internal note by Adam Archer",)),
    "update": (f'/ticket update {TICKET} status:"on hold" priority:low', ("status → On hold", "priority → Low")),
    "assign": (f"/ticket assign {TICKET} charlie", ("assigned by", "Charlie Smurthwaite")),
    "close": (f"/ticket close {TICKET} -- replaced the fuser", ("closed by", "Resolved")),
    "followup": (f"/ticket followup {TICKET} in 2 hours -- ring back", ("follow-up",)),
    "forward": (f"/ticket forward {TICKET} jo@acme.example over to you", ("forwarded to jo@acme.example",)),
}


@pytest.mark.parametrize(("line", "words"), DONE.values(), ids=DONE)
def test_what_was_done_is_said_in_the_channel(stack: Stack, line: str, words: tuple[str, ...]) -> None:
    """The result names the ticket and what happened, for everybody."""
    answer = stack.say(line)

    assert answer["result"] == "acknowledged"
    _in_channel(stack, TICKET, *words)


def test_create_opens_a_ticket_with_everything_said(stack: Stack) -> None:
    """Every field arrives, the message is the first update, by the person as a contact."""
    stack.say(
        '/ticket create "Till 4 dead" priority:high sla:"Standard Response" assign:charlie tags:till -- No light.'
    )

    _in_channel(stack, "Till 4 dead", "created by Adam Archer")
    ticket = next(each for each in stack.desk()["tickets"] if each["subject"] == "Till 4 dead")
    update = next(each for each in _updates(stack) if each["message"] == "No light.")
    assert (ticket["priority"], ticket["user"], ticket["sla"]) == ("High", "charlie", "Standard Response")
    assert "till" in ticket["tags"]
    assert update["ticket"] == ticket["reference"]
    assert (update["author_kind"], update["author"]) == ("customer", "Adam Archer")


def test_a_note_is_private_in_the_helpdesk_and_its_text_nowhere_in_slack(stack: Stack) -> None:
    """The helpdesk has it as private by the right person; no message in Slack has its words."""
    stack.say(f"/ticket note {TICKET} xyzzy secret")

    _in_channel(stack, "internal note")
    note = next(each for each in _updates(stack) if "xyzzy" in each["message"])
    assert note["private"] is True
    assert note["username"] == "adam"
    assert all("xyzzy" not in text_of(call["request"]) for call in stack.calls("chat.postMessage"))


def test_a_public_reply_is_mailed_to_the_customer(stack: Stack) -> None:
    """It is sent with an outgoing address, or the customer would never see it."""
    stack.say(f"/ticket reply {TICKET} Please try again")

    _in_channel(stack, "answered by")
    assert any("Please try again" in text_of(mail) for mail in stack.desk()["outbox"])


def test_text_can_notify_nobody(stack: Stack) -> None:
    """What looks like a broadcast or a mention in somebody's text is shown, not sent."""
    stack.say(f"/ticket reply {TICKET} look <!channel> &lt;!here&gt; @everyone")

    message = _in_channel(stack, "answered by")
    assert "<!" not in text_of(message)


def test_both_helpdesks(stack: Stack) -> None:
    """A channel's own helpdesk gets what is created there; a bare number finds its way from elsewhere."""
    stack.say('/ticket create "Nice people" sentiment:praise -- thank you', channel="C0SOCIAL")

    _in_channel(stack, "Nice people", channel="C0SOCIAL")
    ticket = next(each for each in stack.desk("social")["tickets"] if each["subject"] == "Nice people")
    assert ticket["sentiment"] == "praise"

    stack.say(f"/ticket reply {ticket['id']} You are welcome")
    _in_channel(stack, "answered by", "You are welcome")
    stack.say(f"/ticket forward social:{ticket['id']} jo@acme.example look")
    _told(stack, "SocialBoards cannot forward")


def test_a_followup_that_the_helpdesk_lacks_is_kept_and_run(stack: Stack) -> None:
    """SocialBoards has no follow-ups: the bot keeps it, says when, and does it at that time."""
    ticket = stack.desk("social")["tickets"][0]["id"]
    stack.say(f"/ticket followup {ticket} in 1 minute reply:pinged", channel="C0SOCIAL")

    _in_channel(stack, "follow-up", channel="C0SOCIAL")
    (kept,) = [entry for entry in stack.entries() if entry["due"]]
    assert kept["state"] == "waiting"
    stack.cli("actions", "discard", str(kept["id"]))
    assert [entry["state"] for entry in stack.entries() if entry["id"] == kept["id"]] == ["discarded"]
    _told(stack, "Whoever runs the bot has discarded this", "reply:pinged", channel="C0SOCIAL")


QUESTIONS = {
    "view": (f"/ticket view {TICKET}", (TICKET, "Waiting for Staff")),
    "bare reference": (f"/ticket {TICKET.lower()}?", (TICKET,)),
    "search": ("/ticket search repository", (TICKET,)),
    "mine": ("/ticket mine", (TICKET,)),
    "list": ("/ticket list status:open", (TICKET,)),
    "help": ("/ticket help", ("create", "followup")),
    "help on a verb": ("/ticket help create", ("priority:", "For example")),
}


@pytest.mark.parametrize(("line", "words"), QUESTIONS.values(), ids=QUESTIONS)
def test_questions_are_answered_to_the_asker_alone(stack: Stack, line: str, words: tuple[str, ...]) -> None:
    """Nobody else sees the answer, and nothing is recorded."""
    stack.say(line)

    _told(stack, *words)
    assert stack.messages() == []
    assert stack.private(person="U0PRIYA") == []


WRONG = {
    "no such ticket": ("reply ZZ-999999 hello", ("no ticket ZZ-999999", "reply ZZ-999999 hello")),
    "no such status": (f"update {TICKET} status:Resloved", ("Resloved", "Resolved")),
    "several things at once": (f"update {TICKET} status:Nope priority:Nope", ("status", "priority")),
    "a team outside the path": (f"update {TICKET} team:Accounts", ("team",)),
    "a moment in the past": (f"followup {TICKET} yesterday", ("yesterday",)),
    "a moment nobody understands": (f"followup {TICKET} when pigs fly", ("when",)),
    "an unknown helpdesk": ("view nowhere:1234", ("nowhere", "support")),
    "an unknown verb": ("dance", ("dance", "help")),
}


@pytest.mark.parametrize(("line", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_to_the_person_and_nothing_is_sent(
    stack: Stack, line: str, words: tuple[str, ...]
) -> None:
    """The person reads what is wrong and has their words back; helpdesk and channel stay as they were."""
    before = stack.desk()["updates"]
    tickets = stack.desk()["tickets"]

    stack.say(f"/ticket {line}")

    _told(stack, *words)
    assert stack.messages() == []
    assert (stack.desk()["updates"], stack.desk()["tickets"]) == (before, tickets)


def test_somebody_without_an_account(stack: Stack) -> None:
    """They can open a ticket as a contact; what needs an account is refused, with how to get one."""
    stack.say(f"/ticket note {TICKET} from sam", person="U0SAM")
    _told(stack, "no account", person="U0SAM")
    stack.say("/ticket create Screen flickers", person="U0SAM")
    _in_channel(stack, "Screen flickers", "Sam Okafor")

    assert all("from sam" not in each["message"] for each in _updates(stack))


def test_delivered_three_times_is_done_once_and_answered_once(stack: Stack) -> None:
    """The same trigger is the same command."""
    for _ in range(3):
        answer = stack.command(f"note {TICKET} only once please", trigger_id="777.1")
        assert answer.status_code == 200

    _in_channel(stack, "internal note")
    assert sum("only once please" in each["message"] for each in _updates(stack)) == 1
    assert sum("internal note" in text_of(each) for each in stack.messages()) == 1


def test_the_same_words_at_once_are_asked_about(stack: Stack) -> None:
    """Pressing return twice does not answer twice; the second one offers to do it again."""
    first = stack.command(f"reply {TICKET} twice?")
    second = stack.command(f"reply {TICKET} twice?")

    assert first.text == ""
    assert "Do it again" in second.text
    _in_channel(stack, "twice?")
    assert sum("twice?" in each["message"] for each in _updates(stack)) == 1


def test_a_double_click_on_do_it_again_does_it_once(stack: Stack) -> None:
    """Both clicks are of one message, which asked once."""
    for _ in range(2):
        stack.say(f"/ticket reply {TICKET} say that twice")
    asked = told(stack, "Do it again")

    with ThreadPoolExecutor(2) as at_once:
        list(at_once.map(lambda _: press(stack, asked, "Do it again"), range(2)))

    until(lambda: all(entry["settled_at"] for entry in stack.entries("--all") if entry["kind"] == "action"))
    assert sum("say that twice" in each["message"] for each in _updates(stack)) == 2


def test_a_message_of_sixty_kilobytes_arrives_whole(stack: Stack) -> None:
    """Long is not wrong."""
    text = "long " * 12_000
    answer = stack.command(f"note {TICKET} {text}")

    assert answer.text == ""
    until(lambda: any(each["message"] == text.strip() for each in _updates(stack)))


def test_a_long_line_that_is_wrong_is_given_back(stack: Stack) -> None:
    """Nothing typed is lost, and the answer is one that Slack takes."""
    text = "word " * 6_000
    answer = stack.command(f"nonsense {text}")

    assert answer.json()["text"].count("word") > 5_000
    assert len(answer.json()["text"]) <= 40_000


def test_no_word_of_a_command_is_special(stack: Stack) -> None:
    """Bolt takes a form with this word in it for an interaction; a command that has it arrives all the same."""
    stack.command(f"note {TICKET} the payload= of event.command is ssl_check=1 &c.")

    until(lambda: any("the payload= of" in each["message"] for each in _updates(stack)))


def _said(answer: str) -> str:
    """The words of an answer; the blocks beside them name a draft of their own."""
    return str(json.loads(answer)["text"]) if answer else ""


TWO_WAYS = {
    "help": "help create",
    "no such verb": "dance & sing",
    "no ticket": "reply hello",
    "recorded": f"note {TICKET} by two ways",
    "a question": f"view {TICKET}",
}


@pytest.mark.parametrize("text", TWO_WAYS.values(), ids=TWO_WAYS)
def test_a_command_gets_the_answer_that_bolt_would_give(stack: Stack, text: str) -> None:
    """Straight to its listener, or (as nothing that says that it is a form) through Bolt: nobody can tell which."""
    form = {"command": "/ticket", "text": text, "channel_id": "C0SUPPORT", "user_id": "U0SARAH", "team_id": "T0PLAY"}
    straight = stack.signed(urlencode(form | {"text": f"{text} 1"} if "two ways" in text else form))
    through = stack.signed(urlencode(form), content_type="text/plain")

    assert straight.headers["content-type"] == through.headers["content-type"]
    assert (straight.status_code, _said(straight.text)) == (through.status_code, _said(through.text))


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain"])
def test_half_a_command_is_answered_with_an_incident(stack: Stack, content_type: str) -> None:
    """What breaks the bot is told and given back, whichever way it came."""
    answer = stack.signed(urlencode({"command": "/ticket", "text": "note it"}), content_type=content_type)

    assert "nothing was done" in answer.json()["text"]
    assert "note it" in answer.json()["text"]


FORGED = {
    "another secret": {"secret": "somebody else's"},
    "ten minutes old": {"age": 600},
    "from the future": {"age": -600},
}


@pytest.mark.parametrize("how", FORGED.values(), ids=FORGED)
def test_what_is_not_signed_is_refused_and_not_recorded(stack: Stack, how: dict[str, Any]) -> None:
    """401, and nothing happens."""
    form = {"command": "/ticket", "text": f"note {TICKET} forged", "channel_id": "C0SUPPORT", "user_id": "U0ADAM",
            "team_id": "T0PLAY", "trigger_id": "1.2", "response_url": ""}  # fmt: skip
    before = len(stack.entries())

    answer = stack.signed(urlencode(form), **how)

    assert answer.status_code == 401
    assert len(stack.entries()) == before


MESSAGE: dict[str, Any] = {
    "type": "message",
    "channel": "C0SUPPORT",
    "user": "U0ADAM",
    "text": "odd",
    "ts": "1795355071.871073",
    "thread_ts": "1795355000.000100",
}
ODD: dict[str, dict[str, Any]] = {
    "no author": {"user": None, "subtype": "bot_message"},
    "no text": {"text": None},
    "a name that is none": {"ts": "abc"},
    "a number for a name": {"ts": 5},
    "a thread that is none": {"thread_ts": "x"},
}
BODIES: dict[str, tuple[str, int]] = {
    "not a form": ("\x00\x01nonsense", 200),
    "broken JSON": ("{broken", 400),
    "an unknown command": (urlencode({"command": "/other", "text": "x", "user_id": "U1", "channel_id": "C1"}), 200),
    **{
        f"a message with {name}": (json.dumps({"type": "event_callback", "event": MESSAGE | odd}), 200)
        for name, odd in ODD.items()
    },
    "an event nobody listens to": (json.dumps({"type": "event_callback", "event": {"type": "emoji_changed"}}), 200),
    "a button of nobody": (
        urlencode({"payload": json.dumps({"type": "block_actions", "user": {"id": "U1"}, "actions": [
            {"type": "button", "action_id": "elsewhere", "block_id": "b"}]})}), 200),
    "the address check": (json.dumps({"type": "url_verification", "challenge": "abc"}), 200),
}  # fmt: skip


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES)
def test_whatever_comes_is_answered(stack: Stack, body: str, status: int) -> None:
    """Nothing that Slack can send makes it repeat itself for ever, and nothing else breaks the bot."""
    content = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
    answer = stack.signed(body, content_type=content)

    assert answer.status_code in {status, 404 if "nonsense" in body else status}
    assert stack.http.get(f"{stack.bot_url}/healthz").status_code == 200


def test_a_channel_that_the_bot_is_not_in(stack: Stack) -> None:
    """The result comes through the response_url instead, and says how to invite the bot."""
    stack.say(f"/ticket reply {TICKET} from elsewhere", channel="C0SECRET")

    _in_channel(stack, "answered by", "invite", channel="C0SECRET")


def test_a_shared_channel_sees_no_customer_data(stack: Stack) -> None:
    """Where another organisation reads along, the result has the reference and nothing that was written."""
    stack.say(f"/ticket reply {TICKET} confidential words", channel="C0SHARED")

    message = _in_channel(stack, "answered by", channel="C0SHARED")
    assert "confidential" not in text_of(message)


def test_metrics_and_health(stack: Stack) -> None:
    """What an operator looks at is there, and has no words of anybody."""
    stack.say(f"/ticket note {TICKET} countme")
    _in_channel(stack, "internal note")

    metrics = stack.http.get(f"{stack.bot_url}/metrics").text
    assert 'ticketbot_settled_total{helpdesk="support",state="done",verb="note"}' in metrics
    assert "countme" not in metrics
    assert stack.http.get(f"{stack.bot_url}/readyz").json() == {"ready": True}
    assert stack.bot is not None
    assert "countme" not in stack.bot.log.read_text(encoding="utf-8")
