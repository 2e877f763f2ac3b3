"""A helpdesk that is down, slow, or answers nonsense: nothing lost, nothing doubled, and people are told."""

import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.e2e.stack import Stack, text_of, until

TICKET = "AB-123456"


@pytest.fixture(autouse=True)
def _fresh(stack: Stack) -> Iterator[None]:
    """An empty channel; the helpdesk keeps what it has, because a real one never gives out an id twice."""
    stack.http.post(f"{stack.workspace}/control/reset")
    yield
    stack.heal()


def _private(stack: Stack, *words: str) -> dict[str, Any]:
    def found() -> dict[str, Any] | None:
        return next((each for each in stack.private() if all(word in text_of(each) for word in words)), None)

    message = until(found)
    assert message is not None
    return message


def _press(stack: Stack, message: dict[str, Any], label: str) -> None:
    for block in message["blocks"]:
        for element in block.get("elements", ()):
            if element.get("type") == "button" and element["text"]["text"] == label:
                answer = stack.http.post(
                    f"{stack.workspace}/ui/action",
                    json={
                        "as": "U0ADAM",
                        "container": {"type": "ephemeral", "channel": "C0SUPPORT", "id": message["id"]},
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "value": {},
                    },
                ).json()
                assert answer["ok"], answer
                return
    raise AssertionError(f"no button {label} in {message}")


def _forwards(stack: Stack) -> int:
    return sum(ticket["original_ticket"] == TICKET for ticket in stack.desk()["tickets"])


def _count(stack: Stack, words: str) -> int:
    return sum(words in update["message"] for update in stack.desk()["updates"])


HICCUPS = {
    "dropped before the work": {"kind": "drop", "times": 2, "path": "*/post_update"},
    "answer lost after the work": {"kind": "lost", "times": 1, "path": "*/post_update"},
    "503 without the work": {"kind": "unavailable", "times": 1, "path": "*/post_update"},
    "503 after the work": {"kind": "unavailable", "times": 1, "after": True, "path": "*/post_update"},
    "a page of HTML": {"kind": "html", "times": 1, "path": "*/post_update"},
    "a page of HTML after the work": {"kind": "html", "times": 1, "after": True, "path": "*/post_update"},
    "asked to slow down": {"kind": "rate_limit", "retry_after": 1, "times": 1, "path": "*/post_update"},
    "slower than the time-out, but done": {
        "kind": "slow", "seconds": 3, "after": True, "times": 1, "path": "*/post_update"},
    "a bare true": {"kind": "literal", "value": True, "after": True, "times": 1, "path": "*/post_update"},
}  # fmt: skip


@pytest.mark.parametrize("fault", HICCUPS.values(), ids=HICCUPS)
@pytest.mark.parametrize("verb", ["reply", "note"])
def test_a_hiccup_is_waited_out_and_nothing_is_doubled(stack: Stack, verb: str, fault: dict[str, Any]) -> None:
    """Whatever happens to one request, the words are on the ticket once, and the channel hears of it once."""
    stack.fault(**fault)
    words = f"{verb} despite {sorted(fault.items())}"

    assert stack.say(f"/ticket {verb} {TICKET} {words}")["result"] == "acknowledged"

    until(lambda: any("answered by" in text_of(m) or "note by" in text_of(m) for m in stack.messages()), within=30)
    assert _count(stack, words) == 1
    assert len(stack.messages()) == 1


def test_a_pause_that_it_asks_for_is_kept_by_everything(stack: Stack) -> None:
    """One request is refused, so for as long as it was told nothing else is sent about any ticket either."""

    def requests() -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = stack.http.get(f"{stack.support}/control/requests").json()
        return listed

    stack.http.delete(f"{stack.support}/control/requests")
    stack.fault(kind="rate_limit", retry_after=2, times=1, path="*/post_update")
    stack.say(f"/ticket reply {TICKET} after the pause")
    until(lambda: any(each["status"] == 429 for each in requests()))
    stack.say("/ticket reply LF-616004 after the pause, too")

    until(lambda: _count(stack, "after the pause") == 2)
    times = [(each["status"], datetime.fromisoformat(each["at"])) for each in requests()]
    refused = next(at for status, at in times if status == 429)
    assert [status for status, _ in times].count(429) == 1
    assert min(at for _, at in times if at > refused) >= refused + timedelta(seconds=2)


CREATED = {
    "lost after submit": {"kind": "lost", "times": 1, "path": "*/submit"},
    "lost after the message": {"kind": "lost", "times": 1, "path": "*/post_update"},
    "HTML after submit": {"kind": "html", "after": True, "times": 1, "path": "*/submit"},
    "dropped submit": {"kind": "drop", "times": 1, "path": "*/submit"},
}


@pytest.mark.parametrize("fault", CREATED.values(), ids=CREATED)
def test_a_create_is_never_doubled(stack: Stack, fault: dict[str, Any]) -> None:
    """One ticket with one message, whichever of its two calls went wrong."""
    stack.fault(**fault)

    subject = f"Only one of {fault['kind']} {fault['path'][2:]}"
    stack.say(f"/ticket create {subject} -- and one message of {fault['kind']} {fault['path'][2:]}")

    until(lambda: any(f"{subject}*" in text_of(message) for message in stack.messages()), within=30)
    assert [ticket["subject"] for ticket in stack.desk()["tickets"]].count(subject) == 1
    assert _count(stack, f"and one message of {fault['kind']} {fault['path'][2:]}") == 1


def test_while_it_is_down_people_are_told_and_can_have_it_tried_again(stack: Stack) -> None:
    """It says that it is under way; «Try now» works; the result comes when it went through."""
    stack.fault(kind="drop", times=None)
    stack.say(f"/ticket reply {TICKET} patience please")
    waiting = _private(stack, "under way")

    stack.heal()
    _press(stack, waiting, "Try now")

    until(lambda: any("patience please" in text_of(message) for message in stack.messages()), within=10)
    assert _count(stack, "patience please") == 1


def test_what_waits_can_be_discarded(stack: Stack) -> None:
    """«Discard» means that it never happens."""
    stack.fault(kind="drop", times=None)
    stack.say(f"/ticket reply {TICKET} never mind this")
    waiting = _private(stack, "under way")

    _press(stack, waiting, "Discard")
    stack.heal()

    until(lambda: any(entry["state"] == "discarded" for entry in stack.entries()))
    stack.say(f"/ticket reply {TICKET} but this")
    until(lambda: _count(stack, "but this") == 1)
    assert _count(stack, "never mind this") == 0


def test_what_an_operator_discards_is_told_its_asker(stack: Stack) -> None:
    """Once, in private, with their words; what was not begun can be sent again with a press."""
    first, second = "on its way, says the operator", "in line, says the operator & goes"
    before = len(stack.messages())
    stack.fault(kind="drop", path="*/post_update", times=None)
    for words in (first, second):
        stack.say(f"/ticket reply {TICKET} {words}")
    until(lambda: _entry(stack, first)["attempts"])
    for number in (_entry(stack, second)["id"], _entry(stack, first)["id"]):
        until(partial(_is_discarded, stack, number))
    stack.heal()

    stopped = text_of(_private(stack, "Whoever runs the bot has discarded this", first))
    assert "may have arrived" in stopped
    assert "Fix and send again" not in stopped
    told = text_of(_private(stack, "Whoever runs the bot has discarded this", second, "Fix and send again"))
    assert "Nothing was sent" in told
    stack.say(f"/ticket note {TICKET} after the operator")
    until(lambda: _count(stack, "after the operator") == 1)
    assert _count(stack, second) == 0
    assert sum("has discarded" in text_of(message) for message in stack.private()) == 2
    assert not any("discarded" in text_of(message) for message in stack.messages()[before:])


def _entry(stack: Stack, words: str) -> dict[str, Any]:
    return next(entry for entry in stack.entries() if words in (entry["typed"] or ""))


def _is_discarded(stack: Stack, number: int) -> bool:
    """Whether an operator could discard it; what is being sent right now cannot be."""
    try:
        stack.cli("actions", "discard", str(number))
    except subprocess.CalledProcessError:
        return False
    return True


@pytest.mark.parametrize(("button", "sent"), [("It was done", 1), ("Send it again", 2)])
def test_a_person_decides_where_nothing_can_tell(stack: Stack, button: str, sent: int) -> None:
    """A forward whose answer was lost is not repeated by itself: two buttons."""
    before = _forwards(stack)
    stack.fault(kind="lost", times=1, path="*/forward")
    stack.say(f"/ticket forward {TICKET} jo@acme.example over to you, {button}")
    doubt = until(lambda: _private(stack, "not certain"), within=30)

    _press(stack, doubt, button)

    state = until(
        lambda: next((e for e in stack.entries() if e["state"] == "done" and button in str(e["typed"])), None)
    )
    assert state is not None
    until(lambda: _forwards(stack) - before == sent)


def test_order_is_kept_while_it_is_down(stack: Stack) -> None:
    """What was said on one ticket arrives in the order in which it was said."""
    stack.fault(kind="drop", times=3)
    for number in range(6):
        assert stack.command(f"reply {TICKET} step {number}").status_code == 200

    until(lambda: _count(stack, "step ") == 6, within=40)
    said = [update["message"] for update in stack.desk()["updates"] if update["message"].startswith("step ")]
    assert said == [f"step {number}" for number in range(6)]


def test_refused_credentials_are_no_fault_of_the_person(stack: Stack) -> None:
    """An incident id, a log line, and the words back; no library's words in the channel."""
    stack.fault(kind="expired", times=None)
    stack.say(f"/ticket reply {TICKET} who am I")
    told = _private(stack, "not your fault", "who am I")

    assert all("who am I" not in text_of(message) for message in stack.messages())
    entry = next(entry for entry in stack.entries() if entry["state"] == "failed")
    assert entry["outcome"]["incident"] in text_of(told)
    assert stack.bot is not None
    assert entry["outcome"]["incident"] in stack.bot.log.read_text(encoding="utf-8")
    stack.heal()
    stack.cli("actions", "retry", str(entry["id"]))
    until(lambda: _count(stack, "who am I") == 1)


SLACK = {
    "an answer lost": {"method": "chat.postMessage", "lose_answer": True, "times": 1},
    "no answer at all": {"method": "chat.postMessage", "hang_up": True, "times": 1},
    "an error of its own": {"method": "chat.postMessage", "error": "fatal_error", "times": 1},
    "not reachable": {"method": "chat.postMessage", "status": 503, "times": 2},
    "a proxy in plain text": {"method": "chat.postMessage", "status": 503, "text": "no upstream", "times": 2},
    "a proxy that says it is well": {"method": "chat.postMessage", "text": "welcome", "times": 1},
    "a proxy before people": {"method": "users.info", "status": 503, "text": "no upstream", "times": 2},
    "slow down": {"method": "chat.postMessage", "ratelimited": 1, "times": 1},
    "people unknown for a while": {"method": "users.info", "status": 503, "times": 2},
}


@pytest.mark.parametrize("fault", SLACK.values(), ids=SLACK)
def test_slack_has_hiccups_too(stack: Stack, fault: dict[str, Any]) -> None:
    """The result is in the channel once, whatever Slack answered meanwhile."""
    words = "heard once " + " ".join(f"{key} {value}" for key, value in sorted(fault.items()))
    stack.http.post(f"{stack.workspace}/control/fault", json=fault)

    stack.say(f"/ticket reply {TICKET} {words}")

    until(lambda: any(words in text_of(message) for message in stack.messages()), within=30)
    until(lambda: all(entry["state"] not in {"waiting", "running"} for entry in stack.entries("--all")), within=30)
    assert sum(words in text_of(message) for message in stack.messages()) == 1
    assert _count(stack, words) == 1
