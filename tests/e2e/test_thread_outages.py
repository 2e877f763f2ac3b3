"""An hour without the helpdesk, without Slack, or without Slack's events: nothing lost, told once, in order afterwards.

The hour is on the helpdesk's clock: were it on the workspace's too, the bot would refuse what it signs as too far from
its own time. The bot's own waiting is cut short, as an operator would.
"""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import httpx
import pytest

from tests.e2e.reading import told
from tests.e2e.stack import Stack, text_of, until
from tests.e2e.threads import TicketThread, hurry, linked, nudge, opened, settled, waiting

HOUR = 3600
MORE = """
[threads]
wait = 0.3
undo = 0
active = 1
idle = 1
[channels.C0SUPPORT]
internal = true
"""


@pytest.fixture
def thread(stack: Stack) -> Iterator[TicketThread]:
    """The thread of a new ticket, in a world that is whole again afterwards."""
    new = opened(stack)
    settled(stack)
    yield new
    stack.heal()
    stack.http.delete(f"{stack.workspace}/control/fault")


def _pass(stack: Stack) -> None:
    """An hour goes by."""
    httpx.post(f"{stack.support}/control/clock", json={"seconds": HOUR}).raise_for_status()


def _over(stack: Stack, *, within: float = 60) -> None:
    """Wait until everything is settled, with the waiting for the next try cut short."""
    end = time.monotonic() + within
    while waiting(stack):
        assert time.monotonic() < end, [each for each in stack.entries("--all") if each["state"] == "waiting"]
        nudge(stack)
        time.sleep(0.3)


def _numbers(texts: list[str], word: str) -> str:
    """The digits after a word, in order."""
    return "".join(re.findall(rf"{word} (\d)", "\n".join(texts)))


def _heard(thread: TicketThread, word: str) -> str:
    """The numbered answers in a thread, in order, each as often as it is there."""
    texts = [each for each in thread.messages() if each.get("bot_id")]
    return _numbers([str(each.get("text")) for each in texts], word)


def _hourglasses(stack: Stack, ts: str) -> int:
    calls = [each["request"] for each in stack.calls("reactions.add")]
    return sum(each["timestamp"] == ts and each["name"] == "hourglass_flowing_sand" for each in calls)


def test_an_hour_without_the_helpdesk(stack: Stack, thread: TicketThread) -> None:
    """People go on writing on both sides."""
    stack.fault(kind="unavailable", times=None)
    said = [thread.say(f"reply: {'went out' if number % 2 else 'stood still'}, said {number}") for number in range(3)]
    thread.answer("written 0")
    until(lambda: "hourglass_flowing_sand" in thread.stamps(said[0]))
    _pass(stack)
    said.append(thread.say("an hour later, said 3"))
    thread.answer("written 1")
    stack.heal()
    _over(stack)
    thread.update("said 3")
    until(lambda: _heard(thread, "written") == "01")

    texts = [each["message"] for each in thread.updates()]
    assert _numbers(texts, "said") == "0123"
    assert [_hourglasses(stack, ts) <= 1 for ts in said] == [True] * 4
    told_besides = [text_of(each) for each in stack.private() if "said" in text_of(each)]
    assert len(told_besides) == 1, "once, however much waits"
    assert "becomes 🌍 once" in told_besides[0], "which is all that is seen then"
    for ts in said[:3]:
        thread.stamped(ts, "earth_africa")
    settled(stack)
    assert _heard(thread, "written") == "01"


@dataclass
class Doubted:
    """A message that is changed, or taken away, while nobody knows whether it is on the ticket."""

    before: str
    after: str | None
    absent: list[tuple[bool, str]]
    """What comes to be on the ticket if it was not: (private, text) each."""
    written: list[tuple[bool, str]]
    """And if it was: how the texts end."""
    meanwhile: str | None = None
    """What its author is told at once."""
    it_was: str | None = None
    """And what, if it turns out to have been written."""


GONE_ALREADY = "has gone to the customer"
UNKNOWN = "not known yet whether"
DOUBTED = {
    "a reply made a note": Doubted(
        "reply: said", "note: is wrong here", [(True, "is wrong here")],
        [(False, "said"), (True, "is wrong here")], UNKNOWN, GONE_ALREADY,
    ),
    "a reply made a note, word for word": Doubted(
        "reply: said", "note: said", [(True, "said")], [(False, "said")], UNKNOWN, "same",
    ),
    "a reply, reworded": Doubted(
        "reply: said", "reply: better", [(False, "better")], [(False, "said"), (True, "better")], UNKNOWN,
    ),
    "a note made a reply": Doubted(
        "note: said", "reply: better", [(False, "better")], [(True, "said"), (True, "better")], UNKNOWN, "note already",
    ),
    "a reply, deleted": Doubted(
        "reply: said", None, [], [(False, "said"), (True, "was deleted there.")], UNKNOWN, GONE_ALREADY,
    ),
    "a note, deleted": Doubted("said", None, [], [(True, "said"), (True, "was deleted there.")], UNKNOWN),
    "a reply, emptied": Doubted(
        "reply: said", "note:", [], [(False, "said"), (True, "None of its words are left there.")], UNKNOWN,
        GONE_ALREADY,
    ),
}  # fmt: skip


@pytest.mark.parametrize("written", [False, True], ids=["absent", "written"])
def test_words_that_are_taken_back_while_nobody_knows_whether_they_went_out(stack: Stack, written: bool) -> None:
    """The newest count where nothing was written, through a kill; where it was, the ticket and the author hear so."""
    threads = {name: opened(stack) for name in DOUBTED}
    settled(stack)
    stack.fault(kind="unavailable", times=None, path="*/post_update", after=written)
    said = {name: thread.say(DOUBTED[name].before) for name, thread in threads.items()}
    until(lambda: _begun(stack) == len(said))
    stack.fault(kind="unavailable", times=None)
    told = len(stack.private())
    for name, row in DOUBTED.items():
        if row.after is None:
            threads[name].delete(said[name])
        else:
            threads[name].edit(said[name], row.after)
    expected = sum(row.meanwhile is not None for row in DOUBTED.values())
    until(lambda: sum(UNKNOWN in text_of(each) for each in stack.private()[told:]) == expected)
    sure = [text_of(each) for each in stack.private()[told:] if UNKNOWN not in text_of(each)]
    assert not any(GONE_ALREADY in each for each in sure), "nobody knows that"
    assert stack.bot is not None
    stack.bot.kill()
    stack.heal()
    stack.start_bot()
    last = time.monotonic() + 60
    while waiting(stack) and time.monotonic() < last:
        hurry(stack)
        time.sleep(0.3)

    for name, row in DOUBTED.items():
        found = [(each["private"], each["message"]) for each in threads[name].updates()[1:]]
        wanted = row.written if written else row.absent
        assert [private for private, _ in found] == [private for private, _ in wanted], (name, found)
        assert all(text.endswith(end) for (_, text), (_, end) in zip(found, wanted, strict=True)), (name, found)
    words = [each for each in stack.private()[told:] if UNKNOWN not in text_of(each)]
    for name, row in DOUBTED.items():
        about = " ".join(text_of(each) for each in words if threads[name].ref in text_of(each))
        assert (row.it_was is not None and row.it_was in about) == (written and row.it_was is not None), (name, about)


def _begun(stack: Stack) -> int:
    """How many messages may be on a ticket while nobody knows."""
    query = "SELECT count(*) FROM entries WHERE state = 'waiting' AND progress LIKE '%\"reply\"%' AND attempts > 0"
    with closing(sqlite3.connect(stack.directory / "state" / "ticketbot.sqlite3")) as database:
        count: int = database.execute(query).fetchone()[0]
        return count


def test_an_hour_without_slack(stack: Stack, thread: TicketThread) -> None:
    """Its events come, and nothing that the bot asks of it is answered."""
    stack.http.post(f"{stack.workspace}/control/fault", json={"method": "*", "status": 503, "times": 0})
    said = [thread.say(f"said {number}") for number in range(3)]
    thread.answer("written 0")
    thread.answer("written 1")
    until(lambda: _numbers([each["message"] for each in thread.updates()], "said") == "012")
    _pass(stack)
    said.append(thread.say("said 3"))
    thread.answer("written 2")
    thread.update("said 3")
    stack.http.delete(f"{stack.workspace}/control/fault")
    _over(stack)
    until(lambda: _heard(thread, "written") == "012")

    for ts in said:
        thread.stamped(ts, "lock")
    settled(stack)
    assert _heard(thread, "written") == "012"
    assert _numbers([each["message"] for each in thread.updates()], "said") == "0123"


def test_what_slack_never_told_is_found_again(stack: Stack, thread: TicketThread) -> None:
    """By comparing: each message once, in order; what was refused or taken back is left alone."""
    refused = thread.say("I have no account", person="U0SAM")
    told(stack, "account", person="U0SAM")
    thread.say("said 0")
    edited = thread.say("said 1")
    thread.update("said 1")
    assert stack.bot is not None
    stack.bot.kill()  # what Slack delivers meanwhile is lost, and comes again only after minutes
    stack.http.post(f"{stack.workspace}/control/speed", json={"speed": "real"}).raise_for_status()
    for number in range(2, 20):
        thread.say(f"number {number}.")
    thread.edit(edited, "said 9")
    thread.say("!update priority:low")
    gone = thread.say("never to be heard of")
    thread.delete(gone)
    thread.say("<@U0BOT> thank you")
    stack.http.post(f"{stack.workspace}/control/idle", json={"timeout": 2})
    stack.http.post(f"{stack.workspace}/control/speed", json={"speed": "off"}).raise_for_status()
    stack.start_bot()
    first, second = stack.cli("resync", thread.ref), stack.cli("resync", thread.ref)
    thread.update("number 19.")
    thread.update("said 9", within=30)
    settled(stack)

    texts = "\n".join(each["message"] for each in thread.updates())
    assert "18 messages of a thread in C0SUPPORT now on the way to it" in first
    assert "of a thread" not in second
    assert re.findall(r"number (\d+)\.", texts) == [str(number) for number in range(2, 20)]
    assert not any(word in texts for word in ("no account", "never to be", "thank you", "!update"))
    assert sum("account" in text_of(each) for each in stack.private(person="U0SAM")) == 1
    assert thread.stamps(refused) == {"warning"}


def test_an_unlinked_thread_hears_of_nothing_any_more(stack: Stack, thread: TicketThread) -> None:
    """Neither of its ticket nor of the one that a forward has made."""
    other = linked(stack, "C0GENERAL", thread.ref)
    stack.say(f"/ticket forward {thread.ref} jo@acme.example please have a look")
    until(lambda: len(_threads(stack, other.root)) == 2)
    other.say("<@U0BOT> unlink")
    until(lambda: not _threads(stack, other.root))

    assert len(_threads(stack, thread.root)) == 2


def _threads(stack: Stack, root: str) -> list[str]:
    """The tickets that a thread hears of."""
    query = "SELECT key FROM kept WHERE namespace = 'linked' AND key LIKE ?"
    with closing(sqlite3.connect(stack.directory / "state" / "ticketbot.sqlite3")) as database:
        return [row[0] for row in database.execute(query, (f"%/{root}",))]
