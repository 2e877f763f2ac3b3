"""Forms end to end: opened from everywhere, judged in place, never losing what was typed."""

import json
import statistics
import time
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.e2e.modal import Person
from tests.e2e.stack import Stack, text_of, until

TICKET = "AB-123456"


@pytest.fixture(autouse=True)
def _fresh(stack: Stack) -> None:
    """An empty workspace and nothing that goes wrong; the helpdesks' ids have to stay what the ledger knows."""
    for url in (stack.support, stack.social):
        stack.http.delete(f"{url}/control/faults")
        stack.http.delete(f"{url}/control/requests")
    stack.http.post(f"{stack.workspace}/control/reset")


@pytest.fixture
def adam(stack: Stack) -> Person:
    """Somebody with an account, in #support."""
    return Person(stack)


def _tickets(stack: Stack, subject: str, desk: str = "support") -> list[dict[str, Any]]:
    return [each for each in stack.desk(desk)["tickets"] if each["subject"] == subject]


def _updates(stack: Stack, words: str) -> list[dict[str, Any]]:
    return [each for each in stack.desk()["updates"] if words in each["message"]]


def _initial(person: Person, block: str) -> Any:
    element = person.block(block)["element"]
    chosen = element.get("initial_option")
    return chosen["text"]["text"] if chosen else element.get("initial_value") or element.get("initial_user")


OPENS = {
    "alone": ("/ticket", "New ticket", {}),
    "create": ("/ticket create", "New ticket", {}),
    "create with fields": (
        '/ticket create priority:high assign:charlie tags:a,b custom.plan:Team -- It burns.',
        "New ticket",
        {"priority": "High", "assignee": "Charlie Smurthwaite", "tags": "a, b", "custom.plan": "Team",
         "message": "It burns."},
    ),
    "create with a wrong name": ("/ticket create priority:hgih", "New ticket", {"priority": "hgih"}),
    "reply": (f"/ticket reply {TICKET}", "Reply on ticket", {"message": None}),
    "reply without a ticket": ("/ticket reply", "Reply on ticket", {"ticket": None}),
    "note": (f"/ticket note {TICKET}", "Note on ticket", {"visibility": "🔒 Internal note"}),
    "update": (f"/ticket update {TICKET}", "Update ticket", {"status": None}),
    "assign": (f"/ticket assign {TICKET}", "Update ticket", {"assignee": None}),
    "close": ("/ticket close", "Close ticket", {"ticket": None}),
    "followup": (f"/ticket followup {TICKET} priority:raise -- ring",
                 "Follow up", {"priority": "raise", "note": "ring"}),
    "forward": (f"/ticket forward {TICKET} jo@acme.example", "Forward ticket", {"to": "jo@acme.example"}),
    "forward without anybody": (f"/ticket forward {TICKET}", "Forward ticket", {"to": None}),
}  # fmt: skip


@pytest.mark.parametrize(("line", "title", "filled"), OPENS.values(), ids=OPENS)
def test_what_says_too_little_opens_the_form(adam: Person, line: str, title: str, filled: dict[str, Any]) -> None:
    """Filled with what was typed; nothing is said to anybody."""
    assert adam.types(line)["result"] == "acknowledged"

    adam.view(title)
    assert {block: _initial(adam, block) for block in filled} == filled
    assert adam.stack.private() == []


def test_what_the_bot_can_judge_is_said_under_its_fields_at_once(stack: Stack, adam: Person) -> None:
    """All of it, and then it works; nothing is recorded meanwhile."""
    before = len(stack.entries())
    adam.types(f"/ticket followup {TICKET}")
    adam.more()

    answer = adam.sends(when="when pigs fly", assignee="me")
    assert set(answer["errors"]) == {"when"}
    assert len(stack.entries()) == before

    answer = adam.sends(when="in 2 hours", note="ring them")
    assert answer["result"] == "closed"
    assert len(stack.desk()["followups"]) == 1


def test_errors_on_two_fields_and_then_success(stack: Stack, adam: Person) -> None:
    """The bot's own errors stand together under their fields."""
    adam.types("/ticket create")
    adam.more()

    answer = adam.sends(subject="Till 4", contact="nobody", tags="till", html="")
    assert set(answer["errors"]) == {"contact"}
    answer = adam.sends(subject="Till 4", contact="jo@acme.example")
    assert answer["result"] == "closed"
    until(lambda: _tickets(stack, "Till 4"))


def test_what_the_helpdesk_refuses_comes_back_under_its_field(stack: Stack, adam: Person) -> None:
    """Within two seconds, and no message repeats it."""
    adam.types("/ticket create priority:hgih status:Nope")
    answer = adam.sends(subject="Wrong names")

    assert answer["result"] == "errors"
    assert set(answer["errors"]) == {"priority", "status"}
    assert "High" in answer["errors"]["priority"]
    assert _tickets(stack, "Wrong names") == []
    time.sleep(3.5)
    assert stack.private() == []


GUARDED: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "create": ("create", {"subject": "Guarded", "html": "<p>x</p>"}, {"html"}),
    "create, and a wrong name": ("create status:Nope", {"subject": "Guarded", "html": "<p>x</p>"}, {"html", "status"}),
    "create, and a wrong address": (
        "create", {"subject": "Guarded", "html": "<p>x</p>", "contact": "nobody"}, {"html", "contact"}
    ),
    "update": (f"update {TICKET}", {"status": "New", "updated_at": "2026-01-05 09:30"}, {"updated_at"}),
    "reply": (
        f"reply {TICKET}",
        {"message": "guarded", "posted_at": "2026-01-05 09:30", "author": "jo@acme.example", "parse_variables": "Yes",
         "authenticated": "Yes"},
        {"posted_at", "author", "parse_variables", "authenticated"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("line", "said", "wrong"), GUARDED.values(), ids=GUARDED)
def test_what_is_not_permitted_is_said_under_its_fields(
    stack: Stack, adam: Person, line: str, said: dict[str, Any], wrong: set[str]
) -> None:
    """Together with all else that is wrong."""
    adam.types(f"/ticket {line}")
    adam.more()

    answer = adam.sends(**said)

    assert set(answer["errors"]) == wrong
    assert sum("impersonate" in text for text in answer["errors"].values()) == len(wrong - {"status", "contact"})
    assert (_tickets(stack, "Guarded"), _updates(stack, "guarded")) == ([], [])


def test_a_ticket_that_is_not_there(adam: Person) -> None:
    """The error is about the ticket, and can be put right in place."""
    adam.types("/ticket reply")
    assert "ticket" in adam.sends(ticket="nonsense", message="hello")["errors"]
    answer = adam.sends(ticket="ZZ-999999", message="hello")
    assert "ZZ-999999" in text_of(answer["errors"])
    assert adam.sends(ticket=TICKET, message="hello there")["result"] == "closed"


def test_a_slow_refusal_can_be_fixed_and_sent_again(stack: Stack) -> None:
    """The form says that it is under way; the refusal comes in private, with everything typed kept."""
    priya = Person(stack, "U0PRIYA")  # whose account has not been asked for before
    stack.fault(kind="drop", path="*/users/info", times=3)
    priya.types("/ticket create priority:hgih")
    answer = priya.sends(subject="Slow one", message="with all its words")
    assert answer["result"] == "updated"
    assert "under way" in text_of(answer["stack"][-1]["blocks"])

    priya.presses(priya.told("hgih", "Fix and send again"), "form.fix")
    priya.view("New ticket")
    assert (_initial(priya, "subject"), _initial(priya, "message")) == ("Slow one", "with all its words")
    assert "did you mean" in text_of(priya.view()["blocks"])
    assert priya.sends(priority="High")["result"] == "closed"
    until(lambda: _tickets(stack, "Slow one"))


def test_fix_and_send_again_after_a_refused_command(stack: Stack, adam: Person) -> None:
    """The button opens the form with all that was typed; used, it is used up."""
    adam.types(f"/ticket update {TICKET} status:Resloved priority:low tags:a,b -- because")
    told = adam.told("Resloved", "Fix and send again", "Try:", "status:Resolved")

    adam.presses(told, "form.fix")
    adam.view("Update ticket")
    shown = {block: _initial(adam, block) for block in ("status", "priority", "tags", "note")}
    assert shown == {"status": "Resloved", "priority": "Low", "tags": "a, b", "note": "because"}
    assert "Resolved" in text_of(adam.view()["blocks"])

    assert adam.sends(status="Resolved")["result"] == "closed"
    until(lambda: _updates(stack, "because"))
    adam.presses(told, "form.fix")
    until(lambda: any("sent already" in text_of(message) for message in stack.private()))


@pytest.mark.parametrize("way", ["command", "form"])
def test_what_was_done_is_not_asked_for_again(stack: Stack, way: str) -> None:
    """A note goes first; where what follows is refused, the form for the rest has no note in it."""
    adam = Person(stack, channel="C0SOCIAL")
    ref = str(stack.desk("social")["tickets"][0]["reference"])
    note = f"a note by {way}"
    stack.fault("social", kind="error_code", path="*/status", times=1)
    if way == "command":
        adam.types(f"/ticket update {ref} status:completed -- {note}")
    else:
        adam.types(f"/ticket update {ref}")
        answer = adam.sends(status="completed", note=note)
        assert "Part of this is done" in text_of(answer["stack"][-1]["blocks"])
    adam.presses(adam.told("done already", "Fix and send again", channel="C0SOCIAL"), "form.fix")

    adam.view("Update ticket")
    assert (_initial(adam, "note"), _initial(adam, "status")) == (None, "completed")
    assert adam.sends()["result"] == "closed"
    until(lambda: any(each["reference"] == ref and each["closed"] for each in stack.desk("social")["tickets"]))
    assert sum(note in each["message"] for each in stack.desk("social")["updates"]) == 1


@pytest.mark.parametrize(("way", "seen"), [("command", "🌍 Answer to the customer"), ("form", "🔒 Internal note")])
def test_a_first_message_that_is_refused_is_not_typed_twice(stack: Stack, adam: Person, way: str, seen: str) -> None:
    """The ticket is open by then: the words go there, and no second one is opened."""
    subject, words = f"Half open by {way}", f"It burns & smokes,\nsays {way}"
    stack.fault(kind="refused", path="*/post_update", value={"message": ["must not burn"]})
    if way == "command":
        adam.types(f"/ticket create {subject}\n{words}")
    else:
        adam.types("/ticket create")
        files = [adam.uploads("smoke.txt", b"smoke")]
        answer = adam.sends(subject=subject, message=words, attachments=files)
        assert "Part of this is done" in text_of(answer["stack"][-1]["blocks"])
    (ticket,) = until(lambda: _tickets(stack, subject)) or []
    ref = ticket["reference"]
    told = adam.told(ref, "message: must not burn", "Fix and send again")
    shown = json.dumps(told["blocks"])
    assert json.dumps(words)[1:-1] in shown
    assert f"reply {ref}" in shown.replace("support:", "")
    assert not any("must not burn" in text_of(message) for message in stack.messages())

    adam.presses(told, "form.fix")
    adam.view("Note on ticket")
    assert _initial(adam, "message") == words
    assert _initial(adam, "visibility") == "🔒 Internal note"
    assert "must not burn" in text_of(adam.view()["blocks"])
    assert adam.sends(visibility=seen)["result"] == "closed"
    until(lambda: len(_updates(stack, f"says {way}")) == 1)
    (update,) = _updates(stack, f"says {way}")
    assert [each["name"] for each in update["attachments"]] == (["smoke.txt"] if way == "form" else [])
    assert (update["ticket"], bool(update["private"])) == (ref, way == "form")
    assert len(_tickets(stack, subject)) == 1


def test_a_sentence_that_cannot_be_read_can_be_fixed_too(adam: Person) -> None:
    """Also where the words never became a command."""
    adam.types(f"/ticket followup {TICKET} tomorrow 9am statsu:open -- ring")
    adam.presses(adam.told("statsu", "Fix and send again"), "form.fix")

    adam.view("Follow up")
    assert _initial(adam, "note") == "ring"


def test_a_draft_is_its_owners(stack: Stack, adam: Person) -> None:
    """Somebody else's press opens nothing."""
    adam.types(f"/ticket update {TICKET} status:Resloved")
    told = adam.told("Fix and send again")
    (token,) = [
        element["value"] for block in told["blocks"] for element in block.get("elements", [])
        if element.get("action_id") == "form.fix"
    ]  # fmt: skip
    body = {
        "type": "block_actions", "user": {"id": "U0PRIYA"}, "team": {"id": "T0PLAY"}, "trigger_id": "1.2.3",
        "channel": {"id": "C0SUPPORT"}, "response_url": "",
        "actions": [{"type": "button", "action_id": "form.fix", "block_id": "b", "value": token, "action_ts": "1.2"}],
    }  # fmt: skip
    before = len(stack.calls("views.open"))

    assert stack.signed(urlencode({"payload": json.dumps(body)})).status_code == 200
    assert len(stack.calls("views.open")) == before


def test_an_expired_trigger_gives_a_button(stack: Stack, adam: Person) -> None:
    """Nothing that was typed is lost."""
    stack.command("create priority:high -- kept words", trigger_id="1.expired")

    told = adam.told("could not be opened", "Open form")
    adam.presses(told, "form.open")
    adam.view("New ticket")
    assert (_initial(adam, "priority"), _initial(adam, "message")) == ("High", "kept words")


def test_sent_twice_is_done_once(stack: Stack) -> None:
    """The same submission of the same view is one action."""
    values = {
        "subject": {"form.text": {"type": "plain_text_input", "value": "Only once"}},
        "message": {"form.lines": {"type": "plain_text_input", "value": "really"}},
    }
    meta = json.dumps({"verb": "create", "helpdesk": "support", "channel": "C0SUPPORT"})
    body = {
        "type": "view_submission", "team": {"id": "T0PLAY"}, "user": {"id": "U0ADAM", "username": "adam"},
        "view": {"id": "V0TWICE", "type": "modal", "callback_id": "form",
                 "private_metadata": meta, "state": {"values": values}},
    }  # fmt: skip
    for _ in range(3):
        answer = stack.signed(urlencode({"payload": json.dumps(body)}))
        assert (answer.status_code, answer.text) == (200, "")

    assert len(_tickets(stack, "Only once")) == 1
    assert len(_updates(stack, "really")) == 1


def test_department_narrows_team_and_custom_fields(adam: Person) -> None:
    """Teams of other departments go, the department's custom fields come; what was typed stays."""
    adam.types("/ticket create -- typed before")
    assert "custom.server" not in adam.names()
    every = [option["text"]["text"] for option in adam.block("team")["element"]["options"]]

    adam.chooses("department", "Technical Support (Codebase)")

    adam.block("custom.server")
    teams = [option["text"]["text"] for option in adam.block("team")["element"]["options"]]
    assert set(teams) < set(every)
    assert _initial(adam, "message") == "typed before"


def test_who_sees_it_decides_what_the_form_is_called(stack: Stack, adam: Person) -> None:
    """What was typed stays, and it goes where the form says."""
    adam.types(f"/ticket note {TICKET}")
    adam.view("Note on ticket")
    adam.chooses("visibility", "🌍 Answer to the customer")
    adam.view("Reply on ticket")
    adam.chooses("visibility", "🔒 Internal note")

    adam.view("Note on ticket")
    assert adam.sends(message="seen by us alone")["result"] == "closed"
    (note,) = until(lambda: _updates(stack, "seen by us alone")) or []
    assert note["private"]


def test_words_for_a_moment_are_echoed_in_the_persons_zone(stack: Stack) -> None:
    """Priya reads hers in Kolkata."""
    priya = Person(stack, "U0PRIYA")
    priya.types(f"/ticket followup {TICKET} -- ring")

    priya.writes("when", "tomorrow 9am")
    assert "at 09:00 (Asia/Kolkata" in priya.block("when")["hint"]["text"]
    priya.writes("when", "yesterday")
    assert "⚠️" in priya.block("when")["hint"]["text"]
    assert priya.sends(when="tomorrow 9am", when__at=int(time.time()) + 9000)["errors"].keys() == {"when"}


def test_new_ticket_from_anywhere_answers_in_a_direct_message(stack: Stack, adam: Person) -> None:
    """The global shortcut has no channel: the form asks for one, and the default is the person alone."""
    assert adam.takes("new_ticket")["result"] == "acknowledged"
    adam.view("New ticket")
    assert adam.sends(subject="From anywhere")["result"] == "closed"

    direct = next(each for each in adam.state()["channels"] if each["kind"] == "im" and each.get("user") == "U0BOT")
    until(lambda: any("From anywhere" in text_of(message) for message in stack.messages(direct["id"])))
    assert not any("From anywhere" in text_of(message) for message in stack.messages())


def test_new_ticket_in_a_channel_of_choice(stack: Stack, adam: Person) -> None:
    """The channel that was chosen gets the card."""
    adam.takes("new_ticket")
    assert adam.sends(subject="For general", channel="C0GENERAL")["result"] == "closed"
    until(lambda: any("For general" in text_of(message) for message in stack.messages("C0GENERAL")))


def test_a_ticket_from_a_message(stack: Stack, adam: Person) -> None:
    """Words, author, file and address of the message are filled in and arrive."""
    sam = Person(stack, "U0SAM")
    ts = sam.posts("The screen flickers\nsince nine", [sam.uploads("photo.txt", b"flicker")])

    adam.takes("ticket_from_message", ts)
    adam.view("New ticket")
    assert _initial(adam, "subject") == "The screen flickers"
    assert _initial(adam, "contact.person") == "U0SAM"
    assert "/archives/C0SUPPORT/p" in _initial(adam, "message")
    adam.block("attachments.kept")
    assert adam.sends()["result"] in {"closed", "updated"}

    (ticket,) = until(lambda: _tickets(stack, "The screen flickers"))
    assert ticket["contact"]["address"] == "sam@example.com"
    update = until(lambda: _updates(stack, "since nine"))[0]
    assert [each.get("name") or each.get("filename") for each in update["attachments"]] == ["photo.txt"]


def test_a_message_goes_to_a_ticket_that_exists(stack: Stack, adam: Person) -> None:
    """As an internal note; nothing new is opened."""
    ts = Person(stack, "U0SAM").posts("It happened again")
    before = len(stack.desk()["tickets"])

    adam.takes("ticket_from_message", ts)
    assert adam.sends(ticket=TICKET)["result"] == "closed"

    (note,) = _updates(stack, "It happened again")
    assert (note["private"], note["ticket"], len(stack.desk()["tickets"])) == (True, TICKET, before)


SHORTCUTS = {
    "reply_on_ticket": ("Reply on ticket", "message", False),
    "add_note": ("Note on ticket", "message", True),
}


@pytest.mark.parametrize(("name", "row"), SHORTCUTS.items(), ids=SHORTCUTS)
def test_shortcuts_on_a_message_about_a_ticket(
    stack: Stack, adam: Person, name: str, row: tuple[str, str, bool]
) -> None:
    """The reference is found in the message, its words are what is said."""
    title, field, private = row
    ts = Person(stack, "U0SAM").posts(f"about {TICKET}: look at {name}")

    adam.takes(name, ts)
    adam.view(title)
    assert _initial(adam, "ticket") == TICKET
    assert name in _initial(adam, field)
    assert adam.sends()["result"] == "closed"
    assert [each["private"] for each in _updates(stack, name)] == [private]


@pytest.mark.parametrize(("name", "title"), [("follow_up", "Follow up"), ("forward_ticket", "Forward ticket")])
def test_follow_up_and_forward_from_a_message(stack: Stack, adam: Person, name: str, title: str) -> None:
    """They open with the ticket as well."""
    adam.takes(name, Person(stack, "U0SAM").posts(f"see #{TICKET}"))

    adam.view(title)
    assert _initial(adam, "ticket") == TICKET


def test_a_shortcut_in_the_thread_of_a_card_knows_its_ticket(stack: Stack, adam: Person) -> None:
    """What is said below a card is about its ticket, without a reference in it."""
    adam.types("/ticket create Thread of its own")
    card = until(lambda: [each for each in stack.messages() if "Thread of its own" in text_of(each)])[0]
    (ticket,) = _tickets(stack, "Thread of its own")
    time.sleep(1)  # where the card is is recorded after it is seen
    ts = Person(stack, "U0SAM").posts("it works again", thread_ts=card["ts"])

    adam.takes("reply_on_ticket", ts)
    until(lambda: "ticket" not in adam.names() and ticket["reference"] in text_of(adam.view()["blocks"]))
    assert adam.sends()["result"] in {"closed", "updated"}  # what is said in the thread itself may come first
    said = until(lambda: [each for each in _updates(stack, "it works again") if not each["private"]])
    assert [each["ticket"] for each in said] == [ticket["reference"]]


def test_what_a_helpdesk_lacks_is_not_shown(stack: Stack) -> None:
    """SocialBoards has no departments, and cannot forward."""
    social = Person(stack, channel="C0SOCIAL")
    ticket = stack.desk("social")["tickets"][0]["id"]
    social.types("/ticket create")
    social.view("New ticket")
    assert not {"department", "team", "priority", "sla"} & set(social.names())
    social.more()
    assert {"sentiment", "source", "cc"} <= set(social.names())

    social.types(f"/ticket forward {ticket}")
    assert "cannot forward" in text_of(social.view("Forward")["blocks"])


def test_another_helpdesk_is_another_form(adam: Person) -> None:
    """Its fields come, what was typed in words stays."""
    adam.types("/ticket create -- stays")
    adam.chooses("helpdesk", "social")

    assert "department" not in adam.names()
    assert _initial(adam, "message") == "stays"


def test_views_open_comes_before_a_helpdesk_that_does_not_answer(stack: Stack, adam: Person) -> None:
    """The form is there although nothing behind it moves: within 150 ms of the command, in the middle of nine."""
    for desk in ("support", "social"):
        stack.fault(desk, kind="slow", seconds=10, times=None)
    took = []
    for number in range(9):
        began = time.time()
        adam.types(f"/ticket create -- number {number}")
        took.append(until(lambda: stack.calls("views.open"))[-1]["at"] - began)

    adam.view("New ticket")
    assert len(stack.calls("views.open")) == 9
    assert statistics.median(took) < 0.15


def test_text_in_a_form_notifies_nobody(stack: Stack, adam: Person) -> None:
    """What looks like a broadcast is text, from the form to the channel."""
    adam.types(f"/ticket reply {TICKET}")
    adam.sends(message="look <!channel> <@U0SAM> @here")

    until(stack.messages)
    said = text_of(stack.messages()[-1]["text"])
    assert "<!channel" not in said
    assert "<@U0SAM" not in said


def test_what_is_said_without_a_channel_is_a_direct_message(stack: Stack, adam: Person) -> None:
    """What is under way, and the card in the end."""
    stack.fault(kind="slow", path="*/tickets/submit", seconds=3)
    adam.takes("new_ticket")
    adam.more()
    assert adam.sends(subject="Held up", sla="Standard Response")["result"] == "updated"
    direct = next(each for each in adam.state()["channels"] if each["kind"] == "im" and each.get("user") == "U0BOT")
    until(lambda: any("under way" in text_of(message) for message in stack.messages(direct["id"])))
    until(lambda: any("Held up" in text_of(message) for message in stack.messages(direct["id"])))
