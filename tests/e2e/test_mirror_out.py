"""What happens on a ticket appears in its thread: once, in order, as its author, and only what may be seen there."""

import re
from collections.abc import Iterator
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
    root = in_channel(stack, subject, "created by", channel=channel)
    ref = next(each["reference"] for each in stack.desk()["tickets"] if each["subject"] == subject)
    until(lambda: _known(stack, ref))
    return TicketThread(stack, ref, root["ts"], channel)


def _known(stack: Stack, ref: str) -> bool:
    return any(each["lane"] == f"look:support:{ref}" and each["state"] == "done" for each in stack.entries("--all"))


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


def test_a_customers_answer_appears_once_and_in_order(stack: Stack, card: TicketThread) -> None:
    """As the customer, in the thread, and in their words."""
    for number in range(4):
        answer(stack, card.ref, f"answer {number} <!channel> *not bold*")

    last = in_thread(card, "answer 3")
    settled(stack)

    assert [re.search(r"answer (\d)", each)[1] for each in card.replies() if "answer " in each] == list("0123")  # type: ignore[index]
    assert "(customer)" in last["username"]
    texts = [
        e["text"] for b in last["blocks"] if b["type"] == "rich_text" for s in b["elements"] for e in s["elements"]
    ]
    assert "<!channel> *not bold*" in "".join(texts)
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

    assert [re.search(r"after death (\d)", each)[1] for each in card.replies() if "after death" in each] == list(
        "012345"
    )  # type: ignore[index]


def test_the_other_helpdesk(stack: Stack) -> None:
    """The same with SocialBoards."""
    stack.say('/ticket create "Where is my parcel" -- it is late', channel="C0SOCIAL")
    root = in_channel(stack, "Where is my parcel", "created by", channel="C0SOCIAL")
    ref = next(each["reference"] for each in stack.desk("social")["tickets"] if each["subject"] == "Where is my parcel")
    thread = TicketThread(stack, ref, root["ts"], "C0SOCIAL")
    until(
        lambda: any(each["lane"] == f"look:social:{ref}" and each["state"] == "done" for each in stack.entries("--all"))
    )

    answer(stack, ref, "It has come!", desk="social")
    answer(stack, ref, "Good to hear", "staff", desk="social")

    in_thread(thread, "It has come!")
    in_thread(thread, "Good to hear")
    settled(stack)
    assert count(thread, "It has come!") == 1
