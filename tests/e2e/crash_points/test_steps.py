"""Killed exactly between two effects, wherever there are two: afterwards it happened once, and people were told.

The moments are named by `tests.e2e.crashing`. One stack for all of them; only the bot is started again.
"""

import itertools
import time
from dataclasses import dataclass

import httpx
import pytest

from tests.e2e.crash_points.moments import ON_BOTH, arm, around, each, over
from tests.e2e.reading import press, told
from tests.e2e.stack import Stack, text_of, until
from tests.e2e.threads import linked

TICKET = "AB-123456"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Case:
    """What is asked, and the moments at which the process dies on the way; the moments are tried one by one."""

    line: str
    moments: tuple[str, ...]
    channel: str = "C0SUPPORT"
    updates: int = 1
    """How often the mark is on tickets afterwards."""


CASES = {
    "reply": Case(
        f"reply {TICKET} {{mark}}",
        around(
            "commit record action",
            "commit save reply",
            "POST tickets/post_update",
            "commit settle receipt",
            "commit save posting",
            "chat.postMessage",
            "commit settle ts",
        ),
    ),
    "create": Case(
        "create {mark} -- {mark}",
        around(
            "commit save submit",
            "POST tickets/submit",
            "commit save message",
            "POST tickets/post_update",
            "commit settle receipt",
            "chat.postMessage",
            "commit settle keeping card*",
            "commit settle keeping link*",
        ),
    ),
    "update": Case(
        f"update {TICKET} priority:high -- {{mark}}",
        around("commit save note", "POST tickets/post_update", "commit save update", "POST tickets/update"),
    ),
    "note": Case(f"note {TICKET} {{mark}}", around("POST tickets/post_update", "commit settle receipt")),
    "followup": Case(
        f"followup {TICKET} in 3 days -- {{mark}}",
        around("commit save followup", "POST tickets/add_followup", "commit settle receipt"),
        updates=0,
    ),
    "create elsewhere": Case(
        "create {mark}", around("commit save create", "POST /tickets", "commit settle receipt"), "C0SOCIAL", updates=1
    ),
    "reply elsewhere": Case("reply 4484631 {mark}", around("commit save reply", "POST /tickets/*/replies"), "C0SOCIAL"),
    "tags elsewhere": Case(
        "update 4484631 tags:t{number}", around("commit save tags", "PUT /tickets/*/tags"), "C0SOCIAL", updates=0
    ),
    "everything elsewhere": Case(
        "update 4484631 assignee:{person} category:{category} status:pending tags:u{number}",
        around(
            "commit save assignee",
            "PATCH /tickets/*/Assignee",
            "commit save category",
            "PATCH /tickets/*/category",
            "commit save status",
            "PATCH /tickets/*/status",
        ),
        "C0SOCIAL",
        updates=0,
    ),
}


def _more(database: str, name: str, moment: str) -> bool:
    """Whether it is left to `make exhaustive`: dying right before an effect, and all but one case on PostgreSQL.

    What differs there is how the ledger commits and gives lanes back, and every one of its moments is in that case.
    """
    return moment.startswith("before") or (database == "postgresql" and name != "reply")


ROWS = [
    pytest.param(
        database,
        name,
        moment,
        id=f"{database}: {name}: {moment}",
        marks=[pytest.mark.exhaustive] if _more(database, name, moment) else [],
    )
    for database in ("sqlite", "postgresql")
    for name, case in CASES.items()
    for moment in case.moments
]
QUESTIONS = [
    (f"forward {TICKET} jo@acme.example {{mark}}", "POST tickets/forward", "C0SUPPORT"),
    ("note 4484631 {mark}", "POST /tickets/*/notes", "C0SOCIAL"),
]


def _ask(stack: Stack, line: str, mark: str, **more: str) -> None:
    """Until it is acknowledged."""

    def taken() -> bool:
        try:
            answer = stack.command(line.format(mark=mark, **_chosen(mark)), trigger_id=mark, **more)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200 and not answer.text

    until(taken, within=40)


def _chosen(mark: str) -> dict[str, str]:
    """What changes with every case."""
    number = mark.strip("«crash »")
    person, category = [("priya", "Sales"), ("charlie", "Technical")][int(number) % 2]
    return {"number": number, "person": person, "category": category}


def _shown(stack: Stack, channel: str) -> int:
    """How many messages of the bot's there are."""
    return sum("bot_id" in each for each in stack.messages(channel))


def _happened(stack: Stack, mark: str) -> list[int]:
    """How often it is in a ticket's subject, in an update, in a follow-up."""
    desks = [stack.desk(), stack.desk("social")]
    return [
        sum(mark in each["subject"] for desk in desks for each in desk["tickets"]),
        sum(mark in each["message"] for desk in desks for each in desk["updates"]),
        sum(mark in str(each) for each in desks[0]["followups"]),
    ]


@pytest.mark.slow
@pytest.mark.xdist_group("crashes")
@pytest.mark.parametrize(("database", "name", "moment"), ROWS)
def test_it_happens_once_and_is_told(stack: Stack, name: str, moment: str) -> None:
    """Killed there, started again: once in the helpdesk, once in the channel."""
    case = CASES[name]
    mark = f"«crash {next(_numbers)}»"
    before = _shown(stack, case.channel)
    at = arm(stack, moment)

    _ask(stack, case.line, mark, channel=case.channel)

    until(lambda: not at.exists(), within=30)  # it came there, and died
    until(lambda: _shown(stack, case.channel) > before and over(stack), within=40)
    creates, follows = name.startswith("create"), name == "followup"
    assert _happened(stack, mark) == [int(creates), 0 if name == "create elsewhere" else case.updates, int(follows)]
    assert _shown(stack, case.channel) == before + 1


@pytest.mark.slow
@pytest.mark.xdist_group("crashes")
@ON_BOTH
@pytest.mark.parametrize("edge", ["before", "after"])
@pytest.mark.parametrize(("line", "effect", "channel"), QUESTIONS, ids=["forward", "note elsewhere"])
def test_where_nothing_can_tell_a_person_is_asked(
    stack: Stack, line: str, effect: str, channel: str, edge: str
) -> None:
    """And what they say is done, once."""
    mark = f"«crash {next(_numbers)}»"
    at = arm(stack, f"{edge} {effect}")

    _ask(stack, line, mark, channel=channel)

    until(lambda: not at.exists(), within=30)
    doubt = told(stack, "not certain", mark.strip("«»"), channel=channel)
    done = "forward" in line or _happened(stack, mark)[1]
    count = sum(ticket["original_ticket"] == TICKET for ticket in stack.desk()["tickets"])
    assert bool(done) or edge == "before"
    press(stack, doubt, "Send it again" if edge == "before" else "It was done")
    until(lambda: over(stack), within=40)
    if "forward" in line:
        after = sum(ticket["original_ticket"] == TICKET for ticket in stack.desk()["tickets"])
        assert after == count + (edge == "before")
    else:
        assert _happened(stack, mark)[1] == 1


TOLD = {
    "by an ephemeral message": (
        False,
        around("commit save ephemeral", "chat.postEphemeral", "commit settle way"),
    ),
    "by the response_url": (True, around("commit save responded", "response_url", "commit settle way")),
}


@pytest.mark.slow
@pytest.mark.xdist_group("crashes")
@ON_BOTH
@pytest.mark.parametrize(
    ("through_slack", "moment"), each(*((way, moment) for way, moments in TOLD.values() for moment in moments))
)
def test_a_person_hears_of_a_problem(stack: Stack, *, through_slack: bool, moment: str) -> None:
    """At least once, by the next way where nobody knows whether the first one worked; nobody else does."""
    mark = f"«crash {next(_numbers)}»"
    at = arm(stack, moment)
    before = _shown(stack, "C0SUPPORT")

    if through_slack:
        stack.say(f"/ticket note {TICKET} {mark}", person="U0SAM")
    else:
        _ask(stack, f"note {TICKET} {{mark}}", mark, user="U0SAM")

    until(lambda: not at.exists(), within=30)
    until(lambda: mark in text_of(stack._state("U0SAM")), within=40)
    until(lambda: over(stack), within=40)
    assert _happened(stack, mark) == [0, 0, 0]
    assert _shown(stack, "C0SUPPORT") == before


@pytest.mark.slow
@pytest.mark.xdist_group("crashes")
@ON_BOTH
@pytest.mark.parametrize("moment", each(*((each,) for each in around("POST /token", "commit keep_all tokens"))))
def test_a_token_that_was_being_renewed(stack: Stack, moment: str) -> None:
    """It is renewed by whoever comes next, and soon: nobody waits for the dead."""
    mark = f"«crash {next(_numbers)}»"
    at = arm(stack, moment)
    stack.fault("social", kind="expired", times=1, path="*/replies")
    began = time.monotonic()

    _ask(stack, "reply 4484631 {mark}", mark, channel="C0SOCIAL")

    until(lambda: not at.exists(), within=30)
    until(lambda: _happened(stack, mark)[1] == 1, within=60)
    until(lambda: over(stack), within=40)
    assert _happened(stack, mark)[1] == 1
    assert time.monotonic() - began < 60


@pytest.mark.slow
@pytest.mark.xdist_group("crashes")
@ON_BOTH
@pytest.mark.parametrize(
    "moment", each(*((each,) for each in around("reactions.add", "commit settle keeping stamped")))
)
def test_what_is_said_in_a_thread(stack: Stack, moment: str) -> None:
    """Once on the ticket, and stamped."""
    mark = f"«crash {next(_numbers)}»"
    thread = linked(stack, "C0SUPPORT", "LF-616004")
    at = arm(stack, moment)

    ts = thread.say(f"said {mark}")

    until(lambda: not at.exists(), within=30)
    thread.stamped(ts, "lock")
    assert thread.count(mark) == 1


@pytest.mark.slow
@pytest.mark.xdist_group("crashes")
@ON_BOTH
def test_nothing_is_doubled_later(stack: Stack) -> None:
    """After all of them: what was asked is there once, and nothing waits."""
    until(lambda: over(stack), within=40)
    updates = [each["message"] for desk in ("support", "social") for each in stack.desk(desk)["updates"]]
    marked = [each for each in updates if "«crash" in each]
    assert sorted(marked) == sorted(set(marked))
