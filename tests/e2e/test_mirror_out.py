"""What happens on a ticket appears in its thread: once, in order, as its author, and only what may be seen there."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from tests.e2e.reading import in_channel
from tests.e2e.stack import Stack, text_of, until
from tests.e2e.threads import TicketThread, linked, settled

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


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Looking often."""
    running = Stack(tmp_path_factory.mktemp("mirror"), more=MORE).start()
    yield running
    running.stop()


@pytest.fixture
def card(stack: Stack) -> TicketThread:
    """The thread of a new ticket's card."""
    return opened(stack)


def opened(stack: Stack, channel: str = "C0SUPPORT") -> TicketThread:
    """A new ticket and the thread under its card, once it has been looked at."""
    subject = f"Till {len(stack.desk()['tickets'])} dead"
    stack.say(f'/ticket create "{subject}" -- it will not start', channel=channel)
    ref = until(lambda: next((t["reference"] for t in stack.desk()["tickets"] if t["subject"] == subject), ""))
    root = in_channel(stack, ref, "created by", channel=channel)
    until(lambda: _known(stack, ref))
    return TicketThread(stack, ref, root["ts"], channel)


def _known(stack: Stack, ref: str, helpdesk: str = "support") -> bool:
    """Whether a ticket has been looked at since it has a thread."""
    query = "SELECT count(*) FROM entries WHERE lane = ? AND state = 'done'"
    with closing(sqlite3.connect(stack.directory / "state" / "ticketbot.sqlite3")) as database:
        return bool(database.execute(query, (f"look:{helpdesk}:{ref}",)).fetchone()[0])


def answer(
    stack: Stack, ref: str, message: str, author: str = "customer", *, desk: str = "support", **more: Any
) -> None:
    """Somebody writes on a ticket at a screen of the helpdesk."""
    url = stack.support if desk == "support" else stack.social
    sent = {"author": author, "message": message, **more}
    httpx.post(f"{url}/control/tickets/{ref}/answer", json=sent).raise_for_status()


def api(stack: Stack, method: str, **parameters: Any) -> JSON:
    """Somebody uses Sirportly beside the bot."""
    headers = {"x-auth-token": "demo-token", "x-auth-secret": "demo-secret"}
    files = parameters.pop("files", None)
    sent = httpx.post(f"{stack.support}/api/v2/{method}", data=parameters, files=files, headers=headers)
    made: JSON = sent.raise_for_status().json()
    return made


def in_thread(thread: TicketThread, *words: str, within: float = 20) -> JSON:
    """The first message in the thread with all of the words, once there is one."""

    def found() -> JSON | None:
        every = thread._messages("U0ADAM")
        return next((each for each in every if all(word in text_of(each) for word in words)), None)

    message = until(found, within=within)
    assert message is not None
    return message


def count(thread: TicketThread, word: str) -> int:
    return sum(word in each for each in thread.replies())


def _said(thread: TicketThread) -> list[str]:
    """The foreign words in a thread, in order."""
    blocks = [block for each in thread._messages("U0ADAM") for block in each.get("blocks", ())]
    parts = [part for block in blocks if block["type"] == "rich_text" for part in block["elements"]]
    return ["".join(element.get("text", "") for element in part["elements"]) for part in parts]


def test_a_customers_answer_appears_once_and_in_order(stack: Stack, card: TicketThread) -> None:
    """As the customer, in the thread, and in their words."""
    for number in range(4):
        answer(stack, card.ref, f"answer {number} <!channel> *not bold*")

    last = in_thread(card, "answer 3")
    settled(stack)

    assert re.findall(r"answer (\d) <", " ".join(_said(card))) == list("0123")
    assert "(customer)" in last["username"]
    assert any("<!channel> *not bold*" in each for each in _said(card))
    assert "<!channel>" not in last["text"]


def test_what_staff_write_and_change_appears(stack: Stack, card: TicketThread) -> None:
    """Replies, notes where they may be seen, and properties in one line; the card follows."""
    answer(stack, card.ref, "We are on our way", "priya")
    answer(stack, card.ref, "careful, VIP", "priya", private=True)
    api(stack, "tickets/update", ticket=card.ref, status="On hold", priority="Low")

    reply, note = in_thread(card, "We are on our way"), in_thread(card, "careful, VIP")
    changed = in_thread(card, "status: New → On hold", "priority: Normal → Low")
    in_channel(stack, card.ref, "*Status:* On hold")

    assert "Priya" in reply["username"]
    assert "internal" in note["username"]
    assert changed["ts"] > note["ts"]
    assert count(card, "→ On hold") == 1


def test_the_thread_of_another_channel_gets_what_it_wants(stack: Stack) -> None:
    """No note where they are not shown, nothing but replies where only those are wanted."""
    quiet = opened(stack, "C0TRIAGE")
    api(stack, "tickets/update", ticket=quiet.ref, priority="Low")
    answer(stack, quiet.ref, "xyzzy secret", "priya", private=True)
    answer(stack, quiet.ref, "staff words", "priya")
    answer(stack, quiet.ref, "customer words")

    in_thread(quiet, "customer words")
    settled(stack)

    assert not any(count(quiet, word) for word in ("xyzzy", "staff words", "→ Low"))


def test_a_file_comes_along(stack: Stack, card: TicketThread) -> None:
    """Below the message that it belongs to, with its name and its bytes."""
    made = api(stack, "tickets/add_attachment", files={"file": ("fuser.png", b"\x89PNG" + bytes(70_000), "image/png")})
    contact = stack.desk()["contacts"][0]["id"]
    api(
        stack,
        "tickets/post_update",
        ticket=card.ref,
        message="Here it is",
        contact=contact,
        attachments=made["temporary_token"],
    )

    said = in_thread(card, "Here it is")
    file = in_thread(card, "fuser.png", "files-pri")
    settled(stack)

    assert file["ts"] > said["ts"]
    assert file["files"][0]["size"] == 70_004
    assert sum(bool(each.get("files")) for each in card._messages("U0ADAM")) == 1


def test_nobody_hears_their_own_words_again(stack: Stack, card: TicketThread) -> None:
    """What is said in the thread goes to the ticket and does not come back; another thread of the ticket hears it."""
    other = linked(stack, "C0GENERAL", card.ref)
    card.say("reply: From the thread itself")
    card.update("From the thread itself")
    answer(stack, card.ref, "From the customer")

    in_thread(card, "From the customer")
    in_thread(other, "From the thread itself")
    in_thread(other, "From the customer")
    settled(stack)

    assert count(card, "From the thread itself") == 1, "their own message, and no echo of it"
    assert count(other, "From the thread itself") == 1


def test_what_a_command_did_is_not_told_twice(stack: Stack, card: TicketThread) -> None:
    """Its result is in the channel already."""
    stack.say(f"/ticket update {card.ref} status:resolved")
    stack.say(f"/ticket reply {card.ref} Solved by a command")
    in_thread(card, "Solved by a command")
    answer(stack, card.ref, "Thank you")
    in_thread(card, "Thank you")
    settled(stack)

    assert count(card, "Solved by a command") == 1
    assert not count(card, "New → ")


def test_an_outage_of_the_helpdesk_loses_nothing(stack: Stack, card: TicketThread) -> None:
    """What was written meanwhile appears when it is back, in order."""
    stack.fault(kind="unavailable", path="*/spql", times=4)
    stack.fault(kind="drop", path="*/tickets/ticket", times=2)
    for number in range(3):
        answer(stack, card.ref, f"meanwhile {number}")

    in_thread(card, "meanwhile 2", within=60)
    stack.heal()

    assert [each for each in "012" if count(card, f"meanwhile {each}") == 1] == list("012")


def test_a_death_loses_and_doubles_nothing(stack: Stack, card: TicketThread) -> None:
    """Killed again and again while a ticket is written on."""
    for number in range(6):
        answer(stack, card.ref, f"after death {number}.")
        if number % 2:
            assert stack.bot is not None
            stack.bot.kill()
            stack.start_bot()

    in_thread(card, "after death 5.")
    settled(stack)

    assert re.findall(r"after death (\d)", " ".join(_said(card))) == list("012345")


def test_the_other_helpdesk(stack: Stack) -> None:
    """The same with SocialBoards."""
    stack.say('/ticket create "Where is my parcel" -- it is late', channel="C0SOCIAL")
    root = in_channel(stack, "Where is my parcel", "created by", channel="C0SOCIAL")
    ref = next(each["reference"] for each in stack.desk("social")["tickets"] if each["subject"] == "Where is my parcel")
    thread = TicketThread(stack, ref, root["ts"], "C0SOCIAL")
    until(lambda: _known(stack, ref, "social"))

    answer(stack, ref, "It has come!", desk="social")
    answer(stack, ref, "Good to hear", "staff", desk="social")

    in_thread(thread, "It has come!")
    in_thread(thread, "Good to hear")
    settled(stack)
    assert count(thread, "It has come!") == 1


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
    made = api(stack, "tickets/add_attachment", files={"file": ("log.txt", b"x" * 2000, "text/plain")})
    contact = stack.desk()["contacts"][0]["id"]
    stack.http.post(f"{stack.workspace}/control/fault", json=fault).raise_for_status()
    api(
        stack,
        "tickets/post_update",
        ticket=card.ref,
        message="With a log",
        contact=contact,
        attachments=made["temporary_token"],
    )
    answer(stack, card.ref, "and one more word")

    in_thread(card, "and one more word", within=60)
    settled(stack, within=60)
    stack.http.delete(f"{stack.workspace}/control/fault")

    assert [count(card, words) for words in ("With a log", "and one more word")] == [1, 1]
    assert sum(bool(each.get("files")) for each in card._messages("U0ADAM")) == 1


def test_what_cannot_come_along_is_said(stack: Stack, card: TicketThread) -> None:
    """A file that Slack does not take, for one: it is on the ticket."""
    made = api(stack, "tickets/add_attachment", files={"file": ("setup.exe", b"MZ" * 100, "application/x-msdownload")})
    contact = stack.desk()["contacts"][0]["id"]
    sent = {"ticket": card.ref, "message": "Run this", "contact": contact, "attachments": made["temporary_token"]}
    api(stack, "tickets/post_update", **sent)
    in_thread(card, "setup.exe", "could not be brought along", card.ref)


def test_another_organisation_hears_that_something_came(stack: Stack) -> None:
    """And no word of it, no name, no file."""
    shared = opened(stack, "C0SHARED")
    answer(stack, shared.ref, "my secret number is 42")
    answer(stack, shared.ref, "not for you", "priya", private=True)
    in_thread(shared, "the customer replied on", shared.ref)
    settled(stack)
    assert not any(count(shared, word) for word in ("secret", "not for you"))


def test_a_forward_is_heard_in_the_same_thread(stack: Stack, card: TicketThread) -> None:
    """The ticket that it creates; what is said in the thread stays with the first."""
    stack.say(f"/ticket forward {card.ref} jo@acme.example please have a look")
    in_thread(card, "forwarded")
    new = next(each["reference"] for each in stack.desk()["tickets"] if each["original_ticket"] == card.ref)
    until(lambda: _linked(stack, new))
    answer(stack, new, "We looked into it")
    in_thread(card, "We looked into it", new)

    card.say("note: stays here")
    card.update("stays here")


def _linked(stack: Stack, ref: str) -> bool:
    return "compared" in stack.cli("resync", ref, "--json")


def test_an_operator_can_have_everything_compared(stack: Stack, card: TicketThread) -> None:
    """It says what it did; what is there is not told again."""
    answer(stack, card.ref, "once only")
    in_thread(card, "once only")
    settled(stack)

    said = stack.cli("resync", card.ref)

    assert "updates compared, nothing was missing" in said
    assert stack.cli("resync", "ZZ-000000") == ""
    settled(stack)
    assert count(card, "once only") == 1
