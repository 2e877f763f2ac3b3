"""What an operator discards: whose it was gets their words back, and nobody gets anybody else's."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.ledger import Entry
from bot.slack.discarded import given_back
from bot.slack.messages import Message
from tests.slack.drawing import check_message

ORIGIN = {"surface": "command", "channel": "C0SUPPORT", "user": "U0ADAM"}
FORM = {"verb": "create", "helpdesk": "support"}
DRAFT = {"user": "U0ADAM", "form": FORM, "entered": {"subject": "Till 4", "message": "It burns"}, "errors": {}}
COMMAND = {"action": "reply", "ref": "AB-1", "text": "sesame"}
THREAD = {"surface": "thread", "thread": "1.0"}

GIVEN: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], str, bool]] = {
    "a command": ({"command": COMMAND, "typed": "reply AB-1 sesame"}, {}, {}, "reply AB-1 sesame", True),
    "a command in a thread of a ticket": (
        {"command": COMMAND, "typed": "reply AB-1 sesame"}, {"ticket": "AB-1"}, {}, "!reply sesame", True
    ),
    "a form": ({"form": {}, "draft": DRAFT, "typed": "create Till 4"}, {}, {}, "create Till 4\nIt burns", True),
    "what was begun": (
        {"command": COMMAND, "typed": "reply AB-1 sesame"}, {}, {"reply": {"sent": "x"}}, "reply AB-1 sesame", False
    ),
    "a follow-up of the bot's": ({"followup": {}, "typed": "followup AB-1 fri"}, {}, {}, "followup AB-1 fri", False),
    "a message in a thread": ({"form": {}, "thread": {"as": "message"}, "typed": "hello"}, THREAD, {}, "hello", False),
}  # fmt: skip


def entry(body: dict[str, Any], origin: dict[str, Any], progress: dict[str, Any]) -> Entry:
    """An action that waits."""
    return Entry(
        id=7,
        key="k",
        lane="support:AB-1",
        kind="action",
        state="waiting",
        body={"marker": "tb-1", "helpdesk": "support", **body},
        origin={**ORIGIN, **origin},
        person="U0ADAM",
        attempts=1,
        received_at=(now := datetime.now(UTC)),
        due=None,
        not_before=None,
        position=7,
        progress=progress,
        outcome=None,
        note=None,
        told=True,
        updated_at=now,
        settled_at=None,
    )


@pytest.mark.parametrize(("body", "origin", "progress", "words", "again"), GIVEN.values(), ids=GIVEN)
def test_the_words_come_back(
    body: dict[str, Any], origin: dict[str, Any], progress: dict[str, Any], words: str, again: bool
) -> None:
    """All of them; with a way to send them again, unless they may have arrived."""
    (told,), drafts = given_back(entry(body, origin, progress))

    assert (told.body["way"], told.body["user"]) == ("person", "U0ADAM")
    check_message(Message(text=told.body["message"]["text"], blocks=tuple(told.body["message"]["blocks"])))
    assert json.dumps(words)[1:-1] in json.dumps(told.body["message"]["blocks"])
    assert ("form.fix" in json.dumps(told.body)) is again
    assert [draft.key for draft in drafts] == (["tb-1"] if again else [])
    assert ("may have arrived" in told.body["message"]["text"]) is bool(progress)


def test_nobody_gets_what_is_not_theirs() -> None:
    """Neither what somebody brought along for another, nor what nobody asked for."""
    brought = {"form": {}, "thread": {"as": "message", "lead": "Jo wrote:"}, "typed": "Jo wrote: hello"}
    said = entry({"command": COMMAND, "typed": "reply AB-1 sesame"}, {}, {})

    for each in (entry(brought, THREAD, {}), replace(said, kind="delivery"), replace(said, origin={})):
        assert given_back(each) == ((), ())
