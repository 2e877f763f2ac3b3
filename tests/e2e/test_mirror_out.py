"""What happens on a ticket appears in its thread: once, in order, as its author, and only what may be seen there."""

import re
from subprocess import CalledProcessError
from typing import Any

import pytest

from tests.e2e.reading import in_channel
from tests.e2e.stack import Stack, until
from tests.e2e.threads import TicketThread, answer, api, linked, opened, settled

REF = "AB-123456"
JSON = dict[str, Any]
MORE = """
[threads]
wait = 0.2
undo = 0
active = 1
idle = 1
[channels.C0SUPPORT]
internal = true
[channels.C0TRIAGE]
shows = ["replies"]
"""


@pytest.fixture
def card(stack: Stack) -> TicketThread:
    """The thread of a new ticket's card."""
    return opened(stack)


def _said(thread: TicketThread) -> list[str]:
    """The foreign words in a thread, in order."""
    blocks = [block for each in thread.messages() for block in each.get("blocks", ())]
    parts = [part for block in blocks if block["type"] == "rich_text" for part in block["elements"]]
    return ["".join(element.get("text", "") for element in part["elements"]) for part in parts]


def test_a_customers_answer_appears_once_and_in_order(stack: Stack, card: TicketThread) -> None:
    """As the customer, in the thread, and in their words."""
    for number in range(4):
        card.answer(f"answer {number} <!channel> *not bold*")

    last = card.hears("answer 3")
    settled(stack)

    assert re.findall(r"answer (\d) <", " ".join(_said(card))) == list("0123")
    assert "(customer)" in last["username"]
    assert any("<!channel> *not bold*" in each for each in _said(card))
    assert "<!channel>" not in last["text"]


def test_what_staff_write_and_change_appears(stack: Stack, card: TicketThread) -> None:
    """Replies, notes where they may be seen, and properties in one line; the card follows."""
    card.answer("We are on our way", "priya")
    card.answer("careful, VIP", "priya", private=True)
    api(stack, "tickets/update", ticket=card.ref, status="On hold", priority="Low")

    reply, note = card.hears("We are on our way"), card.hears("careful, VIP")
    changed = card.hears("status: New → On hold", "priority: Normal → Low")
    in_channel(stack, card.ref, "*Status:* On hold")

    assert "Priya" in reply["username"]
    assert "internal" in note["username"]
    assert changed["ts"] > note["ts"]
    assert card.heard("→ On hold") == 1


def test_the_thread_of_another_channel_gets_what_it_wants(stack: Stack) -> None:
    """No note where they are not shown, nothing but replies where only those are wanted."""
    quiet = opened(stack, "C0TRIAGE")
    api(stack, "tickets/update", ticket=quiet.ref, priority="Low")
    quiet.answer("xyzzy secret", "priya", private=True)
    quiet.answer("staff words", "priya")
    quiet.answer("customer words")

    quiet.hears("customer words")
    settled(stack)

    assert not any(quiet.heard(word) for word in ("xyzzy", "staff words", "→ Low"))


def test_a_file_comes_along(stack: Stack, card: TicketThread) -> None:
    """Below the message that it belongs to, with its name and its bytes."""
    card.attach("Here it is", ("fuser.png", b"\x89PNG" + bytes(70_000), "image/png"))

    said = card.hears("Here it is")
    file = card.hears("fuser.png", "files-pri")
    settled(stack)

    assert file["ts"] > said["ts"]
    assert file["files"][0]["size"] == 70_004
    assert sum(bool(each.get("files")) for each in card.messages()) == 1


def test_nobody_hears_their_own_words_again(stack: Stack, card: TicketThread) -> None:
    """What is said in the thread goes to the ticket and does not come back; another thread of the ticket hears it."""
    other = linked(stack, "C0GENERAL", card.ref)
    card.say("reply: From the thread itself")
    card.update("From the thread itself")
    card.answer("From the customer")

    card.hears("From the customer")
    other.hears("From the thread itself")
    other.hears("From the customer")
    settled(stack)

    assert card.heard("From the thread itself") == 1, "their own message, and no echo of it"
    assert other.heard("From the thread itself") == 1


def test_what_a_command_did_is_not_told_twice(stack: Stack, card: TicketThread) -> None:
    """Its result is in the channel already."""
    stack.say(f"/ticket update {card.ref} status:resolved")
    stack.say(f"/ticket reply {card.ref} Solved by a command")
    card.hears("Solved by a command")
    card.answer("Thank you")
    card.hears("Thank you")
    settled(stack)

    assert card.heard("Solved by a command") == 1
    assert not card.heard("New → ")


def test_an_outage_of_the_helpdesk_loses_nothing(stack: Stack, card: TicketThread) -> None:
    """What was written meanwhile appears when it is back, in order."""
    stack.fault(kind="unavailable", path="*/spql", times=4)
    stack.fault(kind="drop", path="*/tickets/ticket", times=2)
    for number in range(3):
        card.answer(f"meanwhile {number}")

    card.hears("meanwhile 2", within=60)
    stack.heal()

    assert [each for each in "012" if card.heard(f"meanwhile {each}") == 1] == list("012")


def test_a_death_loses_and_doubles_nothing(stack: Stack, card: TicketThread) -> None:
    """Killed again and again while a ticket is written on."""
    for number in range(6):
        card.answer(f"after death {number}.")
        if number % 2:
            assert stack.bot is not None
            stack.bot.kill()
            stack.start_bot()

    card.hears("after death 5.")
    settled(stack)

    assert re.findall(r"after death (\d)", " ".join(_said(card))) == list("012345")


def test_the_other_helpdesk(stack: Stack) -> None:
    """The same with SocialBoards."""
    thread = opened(stack, "C0SOCIAL", desk="social")
    thread.answer("It has come!", desk="social")
    thread.answer("Good to hear", "staff", desk="social")

    thread.hears("It has come!")
    thread.hears("Good to hear")
    settled(stack)
    assert thread.heard("It has come!") == 1


LOST = {
    "Slack away for a while": {"method": "*", "status": 503, "times": 3},
    "asked to slow down": {"method": "chat.postMessage", "ratelimited": 1, "times": 2},
    "the answer to a post is lost": {"method": "chat.postMessage", "lose_answer": True, "times": 1},
    "the answer to an upload is lost": {"method": "files.completeUploadExternal", "lose_answer": True, "times": 1},
    "the upload fails once": {"method": "files.getUploadURLExternal", "error": "internal_error", "times": 1},
}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_slack_may_fail(stack: Stack, card: TicketThread, fault: JSON) -> None:
    """Everything appears once, when it can."""
    stack.http.post(f"{stack.workspace}/control/fault", json=fault).raise_for_status()
    card.attach("With a log", ("log.txt", b"x" * 2000, "text/plain"))
    card.answer("and one more word")

    card.hears("and one more word", within=60)
    settled(stack, within=60)
    stack.http.delete(f"{stack.workspace}/control/fault")

    assert [card.heard(words) for words in ("With a log", "and one more word")] == [1, 1]
    assert sum(bool(each.get("files")) for each in card.messages()) == 1


def test_what_cannot_come_along_is_said(stack: Stack, card: TicketThread) -> None:
    """A file that Slack does not take, for one: it is on the ticket."""
    card.attach("Run this", ("setup.exe", b"MZ" * 100, "application/x-msdownload"))
    card.hears("setup.exe", "could not be brought along", card.ref)


def test_another_organisation_hears_that_something_came(stack: Stack) -> None:
    """And no word of it, no name, no file."""
    shared = opened(stack, "C0SHARED")
    shared.answer("my secret number is 42")
    shared.answer("not for you", "priya", private=True)
    shared.hears("the customer replied on", shared.ref)
    settled(stack)
    assert not any(shared.heard(word) for word in ("secret", "not for you"))


def test_a_forward_is_heard_in_the_same_thread(stack: Stack, card: TicketThread) -> None:
    """The ticket that it creates; what is said in the thread stays with the first."""
    stack.say(f"/ticket forward {card.ref} jo@acme.example please have a look")
    card.hears("forwarded")
    new = next(each["reference"] for each in stack.desk()["tickets"] if each["original_ticket"] == card.ref)
    until(lambda: _linked(stack, new))
    answer(stack, new, "We looked into it")
    card.hears("We looked into it", new)

    card.say("note: stays here")
    card.update("stays here")


def _linked(stack: Stack, ref: str) -> bool:
    try:
        return "compared" in stack.cli("resync", ref, "--json")
    except CalledProcessError:
        return False


def test_an_operator_can_have_everything_compared(stack: Stack, card: TicketThread) -> None:
    """It says what it did; what is there is not told again."""
    card.answer("once only")
    card.hears("once only")
    settled(stack)

    said = stack.cli("resync", f"support:{card.ref}")

    assert "updates compared, nothing was missing" in said
    with pytest.raises(CalledProcessError) as refused:
        stack.cli("resync", "ZZ-000000")
    assert (refused.value.returncode, refused.value.output) == (2, "")
    assert refused.value.stderr.endswith("ZZ-000000 is not linked to any thread.\n")
    settled(stack)
    assert card.heard("once only") == 1
