"""Ticket cards end to end: one message for each ticket and channel, kept current while it is looked at."""

import itertools
import re
from functools import partial
from typing import Any

import pytest

from tests.e2e.reading import in_channel, press, reset, told
from tests.e2e.stack import Stack, text_of, until

TICKET = "AB-123456"


@pytest.fixture(autouse=True)
def _fresh(stack: Stack) -> None:
    reset(stack)


_numbers = itertools.count(1)


def _created(stack: Stack, **where: str) -> tuple[str, dict[str, Any]]:
    """A new ticket's reference, and its card with everything that the helpdesk filled in."""
    subject = f"Till {next(_numbers)} dead"  # the same words again at once would be asked about
    stack.say(f'/ticket create "{subject}" tags:till,leeds', **where)
    channel = where.get("channel", "C0SUPPORT")
    card = in_channel(stack, "created by", "Normal", "Assigned to", channel=channel)
    return next(each["reference"] for each in stack.desk()["tickets"] if each["subject"] == subject), card


def _settled(stack: Stack) -> None:
    until(lambda: not {each["state"] for each in stack.entries("--all")} & {"waiting", "running"})


def _cards(stack: Stack, channel: str = "C0SUPPORT") -> list[dict[str, Any]]:
    return [each for each in stack.messages(channel) if "Assigned to" in text_of(each)]


def test_a_new_ticket_gets_a_card(stack: Stack) -> None:
    """With what was said, what the helpdesk made of it, and the buttons."""
    ref, card = _created(stack)

    assert all(word in text_of(card) for word in (ref, "dead", "Normal", "1st Line Support", "till, leeds"))
    assert all(word in text_of(card) for word in ("Assign to me", "Close", "Adam Archer"))
    assert len(_cards(stack)) == 1


def test_a_card_changes_while_it_is_looked_at(stack: Stack) -> None:
    """It shows what was done elsewhere: properties, the bot's own copy of tags, the next follow-up."""
    ref, card = _created(stack)

    stack.say(f'/ticket update {ref} status:"on hold" priority:low tags:other', channel="C0TRIAGE")
    changed = in_channel(stack, "Low", "On hold", "*Tags:* other")
    stack.say(f"/ticket followup {ref} in 2 hours -- ring back", channel="C0TRIAGE")
    in_channel(stack, ref, "*Follow-up:*")

    assert changed["ts"] == card["ts"]
    assert len(_cards(stack)) == 1
    assert "ring back" not in text_of(stack.messages())  # type: ignore[arg-type]  # a list has words as well


def test_results_go_to_the_thread_of_the_card(stack: Stack) -> None:
    """The channel has one message for a ticket, and its story is below it."""
    ref, card = _created(stack)

    stack.say(f"/ticket reply {ref} On our way")

    assert in_channel(stack, "answered by")["thread_ts"] == card["ts"]


def test_many_changes_are_few_updates(stack: Stack) -> None:
    """A burst of ten is shown by fewer than ten updates, and the last one wins."""
    ref, _ = _created(stack)
    before = len(stack.calls("chat.update"))

    for number in range(9):
        stack.command(f"update {ref} subject:number{number}")
    stack.command(f"update {ref} subject:thelast")

    in_channel(stack, "thelast", "Assigned to")
    assert len(stack.calls("chat.update")) - before < 8


def test_what_changes_nothing_is_not_sent(stack: Stack) -> None:
    """A note is nowhere on the card, so the card is not touched."""
    ref, _ = _created(stack)
    before = len(stack.calls("chat.update"))

    stack.say(f"/ticket note {ref} xyzzy")
    in_channel(stack, "internal note")
    _settled(stack)

    assert len(stack.calls("chat.update")) == before


def test_assign_to_me_and_close(stack: Stack) -> None:
    """They are done as by a command, by whoever pressed; the card follows."""
    ref, card = _created(stack)

    press(stack, card, "Assign to me")
    assigned = in_channel(stack, "*Assigned to:* Adam")
    in_channel(stack, "assigned by")
    press(stack, assigned, "Close")
    closed = in_channel(stack, "*Status:* Resolved")

    ticket = next(each for each in stack.desk()["tickets"] if each["reference"] == ref)
    assert (ticket["user"], ticket["status"]) == ("adam", "Resolved")
    assert closed["ts"] == card["ts"]
    assert '"Close"' not in text_of(closed)


@pytest.mark.parametrize("label", ["Reply", "Note", "Update", "Follow up", "Forward"])
def test_the_other_buttons_open_a_form(stack: Stack, label: str) -> None:
    """About that ticket."""
    ref, card = _created(stack)

    press(stack, card, label)
    (form,) = until(lambda: stack.http.get(f"{stack.workspace}/ui/state", params={"as": "U0ADAM"}).json()["modals"])

    assert ref in text_of(form)


def test_a_double_click_does_one_thing(stack: Stack) -> None:
    """Twice by one person is once; nothing is said about the second."""
    ref, card = _created(stack)

    for _ in range(3):
        press(stack, card, "Assign to me")
    in_channel(stack, "assigned by")
    _settled(stack)

    assert sum("assigned by" in text_of(each) for each in stack.messages()) == 1
    assert sum((each["action"], each["ticket"]) == ("assign", ref) for each in stack.entries()) == 1


def test_somebody_without_an_account_presses(stack: Stack) -> None:
    """They are told why not, alone; the card stays as it is for everybody."""
    _, card = _created(stack)

    press(stack, card, "Assign to me", person="U0SAM")

    told(stack, "no account", person="U0SAM")
    assert [each["ts"] for each in _cards(stack)] == [card["ts"]]


def test_a_card_that_was_deleted_comes_back(stack: Stack) -> None:
    """As a new message, once, when something happens next; and that one is kept current."""
    ref, card = _created(stack)
    removed = stack.http.post(
        f"{stack.workspace}/api/chat.delete",
        headers={"Authorization": "Bearer xoxb-e2e"},
        json={"channel": "C0SUPPORT", "ts": card["ts"]},
    ).json()
    assert removed["ok"], removed

    stack.say(f"/ticket update {ref} priority:low")
    again = in_channel(stack, "Low", "Assigned to")
    stack.say(f"/ticket update {ref} priority:high")
    in_channel(stack, "High", "Assigned to")

    assert again["ts"] != card["ts"]
    assert [each["ts"] for each in _cards(stack)] == [again["ts"]]


def test_a_card_whose_posting_got_no_answer_is_not_posted_twice(stack: Stack) -> None:
    """It is looked for by its metadata first."""
    stack.http.post(f"{stack.workspace}/control/fault", json={"method": "chat.postMessage", "lose_answer": True})

    _created(stack)

    assert len(_cards(stack)) == 1


def test_updates_wait_where_slack_says_so(stack: Stack) -> None:
    """A limit or a failure of Slack's delays the card; it is current in the end."""
    ref, _ = _created(stack)
    stack.http.post(f"{stack.workspace}/control/fault", json={"method": "chat.update", "ratelimited": 1})
    stack.http.post(f"{stack.workspace}/control/fault", json={"method": "chat.update", "error": "fatal_error"})

    stack.say(f"/ticket update {ref} priority:low")

    in_channel(stack, "*Priority:* Low")


def test_a_card_in_a_shared_channel_has_no_customer_data(stack: Stack) -> None:
    """Neither the subject nor the customer, at first and after a change."""
    stack.say('/ticket create "Confidential matter" contact:secret@acme.example', channel="C0SHARED")
    in_channel(stack, "Assigned to", "Normal", channel="C0SHARED")
    ref = next(each["reference"] for each in stack.desk()["tickets"] if each["subject"] == "Confidential matter")
    stack.say(f"/ticket update {ref} priority:low", channel="C0SHARED")

    card = in_channel(stack, "*Priority:* Low", channel="C0SHARED")
    assert not any(word in text_of(card) for word in ("Confidential", "secret@"))


def test_people_of_another_organisation_get_no_form(stack: Stack) -> None:
    """A form lists staff and customers: whoever is not of ours is told so alone, and nothing is opened."""
    stack.say('/ticket create "Shared matter"', channel="C0SHARED")
    card = in_channel(stack, "Assigned to", "Normal", channel="C0SHARED")
    before = len(stack.calls("views.open"))

    for number, label in enumerate(("Reply", "Update", "Forward"), 1):
        press(stack, card, label, person="U0EVE")
        until(partial(_refused, stack, number))

    assert len(stack.calls("views.open")) == before
    assert stack.messages("C0SHARED", "U0EVE") == [card]
    press(stack, card, "Reply")
    until(lambda: len(stack.calls("views.open")) == before + 1)


def _refused(stack: Stack, times: int) -> bool:
    told = [each for each in stack.private("C0SHARED", "U0EVE") if "of the organisation that runs" in text_of(each)]
    return len(told) == times


def test_what_a_person_says_was_done_is_on_the_card(stack: Stack) -> None:
    """The helpdesk could not tell: the card shows the ticket as it is once somebody has looked."""
    ref, card = _created(stack)
    stack.fault(kind="lost", times=1, path="*/forward")
    stack.say(f"/ticket forward {ref} jo@acme.example over to you")
    doubt = told(stack, "not certain")
    ticket = next(each for each in stack.desk()["tickets"] if each["reference"] == ref)
    assert ticket["priority"] == "Normal"
    changed = {"X-Auth-Token": "demo-token", "X-Auth-Secret": "demo-secret"}
    stack.http.post(
        f"{stack.support}/api/v2/tickets/update", data={"ticket": ref, "priority": "Low"}, headers=changed
    ).raise_for_status()

    press(stack, doubt, "It was done")

    assert in_channel(stack, ref, "*Priority:* Low")["ts"] == card["ts"]


def test_view_is_shared_once(stack: Stack) -> None:
    """The answer is the asker's alone, Share posts the card; asked for again it says where the card is."""
    stack.say(f"/ticket view {TICKET}")
    viewed = told(stack, TICKET, "Waiting for Staff", "Share")
    assert stack.messages() == []

    press(stack, viewed, "Share")
    press(stack, viewed, "Share")
    card = in_channel(stack, TICKET, "Waiting for Staff")
    stack.say(f"/ticket view {TICKET}", person="U0PRIYA")
    press(stack, told(stack, TICKET, "Share", person="U0PRIYA"), "Share", person="U0PRIYA")
    told(stack, "here", "already", person="U0PRIYA")

    assert [each["ts"] for each in _cards(stack)] == [card["ts"]]
    assert "Share" not in text_of(card)


def test_two_people_share_at_once(stack: Stack) -> None:
    """Still one card."""
    ref, _ = _created(stack, channel="C0TRIAGE")
    views = {}
    for person in ("U0ADAM", "U0PRIYA"):
        stack.say(f"/ticket view {ref}", person=person)
        views[person] = told(stack, ref, "Share", person=person)
    for person, viewed in views.items():
        press(stack, viewed, "Share", person=person)

    in_channel(stack, ref, "Assigned to")
    _settled(stack)
    assert len(_cards(stack)) == 1


def _paged(message: dict[str, Any]) -> list[str]:
    return re.findall(r"Paged number \d+", text_of(message))


def _subjects(stack: Stack) -> list[str]:
    return _paged(stack.private(person="U0PRIYA")[0])


def test_a_list_pages_for_the_asker_alone(stack: Stack) -> None:
    """Next and Previous change the asker's own answer, and View shows a ticket beside it."""
    for number in range(12):
        stack.command(f"create Paged number {number} -- x")
    until(lambda: sum("Paged" in each["subject"] for each in stack.desk()["tickets"]) == 12)
    stack.say("/ticket list", person="U0PRIYA")
    first = told(stack, "Next", person="U0PRIYA")

    press(stack, first, "Next", person="U0PRIYA")
    second = told(stack, "Previous", person="U0PRIYA")
    press(stack, second, "Previous", person="U0PRIYA")
    until(lambda: _subjects(stack) == _paged(first))
    press(stack, told(stack, "Next", person="U0PRIYA"), "View", person="U0PRIYA")
    told(stack, "Share", "Paged", person="U0PRIYA")

    assert second["id"] == first["id"]
    assert not set(_paged(second)) & set(_paged(first))
    assert all("Previous" not in text_of(each) for each in stack.messages())
    assert stack.private(person="U0SAM") == []


def test_a_bot_that_was_killed_brings_cards_up_to_date(stack: Stack) -> None:
    """What was recorded is done by the next one."""
    ref, card = _created(stack)
    assert stack.bot is not None
    stack.command(f"update {ref} priority:low")
    until(lambda: next(each for each in stack.desk()["tickets"] if each["reference"] == ref)["priority"] == "Low")
    stack.bot.kill()
    stack.start_bot()

    assert in_channel(stack, "*Priority:* Low")["ts"] == card["ts"]


def test_text_on_a_card_can_notify_nobody(stack: Stack) -> None:
    """Whatever somebody calls their ticket."""
    stack.say('/ticket create "<!channel> &lt;!here&gt; @everyone *x* `y`" tags:<!here>')

    card = in_channel(stack, "created by", "Normal")
    assert "<!" not in text_of(card).replace("<!date^", "")
