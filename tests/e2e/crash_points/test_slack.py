"""Killed between two effects in Slack that follow what was done: cards, files, Home, and the last way to a person."""

import itertools

import pytest

from tests.e2e.crash_points.moments import ON_BOTH, arm, around, each, over
from tests.e2e.reading import in_channel
from tests.e2e.stack import Stack, text_of, until
from tests.e2e.threads import linked

pytestmark = [pytest.mark.slow, ON_BOTH]
_numbers = itertools.count(1)


@pytest.mark.parametrize("moment", each(*((at,) for at in around("chat.update", "commit settle keeping card"))))
def test_a_card_shows_the_ticket_as_it_is(stack: Stack, moment: str) -> None:
    """There is one, and it has what was changed last."""
    subject = f"Card {next(_numbers)}"
    stack.say(f'/ticket create "{subject}"')
    card = in_channel(stack, subject, "Normal", "Assigned to")
    ref = next(ticket["reference"] for ticket in stack.desk()["tickets"] if ticket["subject"] == subject)
    until(lambda: over(stack))
    at = arm(stack, moment)

    stack.say(f"/ticket update {ref} priority:high")

    until(lambda: not at.exists(), within=30)
    assert in_channel(stack, subject, "High", "Assigned to")["ts"] == card["ts"]
    until(lambda: over(stack), within=40)
    assert sum(subject in text_of(shown) and "Assigned to" in text_of(shown) for shown in stack.messages()) == 1


FILE = around("files.getUploadURLExternal", "commit save file", "files.completeUploadExternal", "commit settle file")


@pytest.mark.parametrize("moment", each(*((at,) for at in FILE)))
def test_a_file_comes_along_once(stack: Stack, moment: str) -> None:
    """Whatever of it had been sent already."""
    name = f"till-{next(_numbers)}.log"
    thread = linked(stack, "C0SUPPORT", "LF-616004")
    at = arm(stack, moment)

    thread.attach(f"With {name}", (name, b"paper jam", "text/plain"))

    until(lambda: not at.exists(), within=30)
    thread.answer(f"after {name}")
    thread.hears(f"after {name}", within=40)
    assert [file["name"] for said in thread.messages() for file in said.get("files", ())].count(name) == 1


@pytest.mark.parametrize("moment", each(*((at,) for at in around("views.publish"))))
def test_home_is_shown(stack: Stack, moment: str) -> None:
    """It had been opened, and follows what happens."""
    subject = f"Home {next(_numbers)}"
    stack.http.post(f"{stack.workspace}/ui/home", json={"as": "U0ADAM", "tab": "home"}).raise_for_status()
    until(lambda: "Assigned to me" in text_of(stack._state("U0ADAM")["home"] or {}))
    at = arm(stack, moment)

    stack.say(f'/ticket create "{subject}" assign:me')

    until(lambda: not at.exists(), within=30)
    until(lambda: subject in text_of(stack._state("U0ADAM")["home"]), within=40)


DIRECT = around("commit save direct", "chat.postMessage", "commit settle way")


@pytest.mark.parametrize("moment", each(*((at,) for at in DIRECT)))
def test_the_last_way_to_a_person(stack: Stack, moment: str) -> None:
    """Where nothing else is possible a direct message says what was wrong, and says it once."""
    mark = f"«direct {next(_numbers)}»"
    fault = {"method": "chat.postEphemeral", "error": "user_not_in_channel", "times": 3}
    stack.http.post(f"{stack.workspace}/control/fault", json=fault).raise_for_status()
    at = arm(stack, moment)

    stack.command(f"note ZZ-999999 {mark}", trigger_id=mark)

    until(lambda: not at.exists(), within=30)
    until(lambda: _direct(stack, mark) and over(stack), within=40)
    stack.http.delete(f"{stack.workspace}/control/fault").raise_for_status()
    assert _direct(stack, mark) == 1


def _direct(stack: Stack, mark: str) -> int:
    """How many direct messages of the bot's to the person say so."""
    shown = stack._state("U0ADAM")["messages"]
    return sum(mark in text_of(said) for room, said_there in shown.items() if room[0] == "D" for said in said_there)
