"""What a form begins with: sentences that do not parse, and messages."""

from typing import Any

import pytest

from bot.errors import UsageError
from bot.grammar import parse
from bot.slack.forms.starting import LACKING, guess, of_message, on_message, permalink

TOO_LITTLE = {
    "create": ("create", "create", None, {}),
    "new with a message": ("new -- it burns", "create", None, {"message": "it burns"}),
    "create with a key": (
        "create priority:high",
        "create",
        None,
        {"priority": {"value": "=high", "text": "high"}},
    ),
    "reply to nothing": ("reply", "reply", None, {}),
    "reply without text": ("reply ab-123456", "reply", "AB-123456", {}),
    "answer elsewhere": ("answer social:4484636", "reply", "4484636", {}),
    "assign to nobody": ("assign AB-123456", "assign", "AB-123456", {}),
    "followup without a moment": (
        "followup AB-123456 priority:raise -- ring",
        "followup",
        "AB-123456",
        {"priority": {"value": "^raise", "text": "raise"}, "note": "ring"},
    ),
    "forward to nobody": ("forward AB-123456", "forward", "AB-123456", {}),
    "forward without words": (
        'forward AB-123456 jo@acme.example name:"Jo B"',
        "forward",
        "AB-123456",
        {"to": "jo@acme.example", "to.name": "Jo B"},
    ),
    "update nothing": ("update AB-123456", "update", "AB-123456", {}),
}


@pytest.mark.parametrize(("line", "verb", "ref", "entered"), TOO_LITTLE.values(), ids=TOO_LITTLE)
def test_what_says_too_little_is_understood_as_far_as_it_goes(
    line: str, verb: str, ref: str | None, entered: dict[str, Any]
) -> None:
    """Its code is one at which the form opens, and all of it is in the form."""
    with pytest.raises(UsageError) as caught:
        parse(line)

    assert caught.value.code in LACKING
    guessed = guess(line, "U0ADAM")
    assert guessed is not None
    assert (guessed[0], guessed[1].ref if guessed[1] else None, guessed[2]) == (verb, ref, entered)


WRONG = {
    "a stray word": ("update AB-123456 waiting for staff status:new", {"note": "waiting for staff"}),
    "an unknown key": ("update AB-123456 statsu:new priority:low", {"note": "statsu:new"}),
    "a key of another verb": ("followup AB-123456 tomorrow 9am sla:x", {"when": "tomorrow 9am sla:x"}),
    "an open quotation mark": ('update AB-123456 priority:low tags:"a', {"priority": {"value": "=low", "text": "low"}}),
    "a mention": ("assign AB-123456 <@U0SAM|sam> soon", {}),
    "a broadcast": ("note <!channel>", {"message": "@channel"}),
}


@pytest.mark.parametrize(("line", "some"), WRONG.values(), ids=WRONG)
def test_nothing_that_was_typed_is_lost(line: str, some: dict[str, Any]) -> None:
    """Words that belong nowhere are where the verb has text."""
    guessed = guess(line, "U0ADAM")

    assert guessed is not None
    assert {name: guessed[2].get(name) for name in some} == some


@pytest.mark.parametrize("line", ["dance", "view AB-123456", "help", "AB-123456 hello", "<@U0SAM>"])
def test_what_is_no_action_opens_nothing(line: str) -> None:
    """Questions and unknown verbs have no form."""
    assert guess(line, "U0ADAM") is None


def test_nothing_at_all_is_a_new_ticket() -> None:
    """The bare command."""
    assert guess("  ", "U0ADAM") == ("create", None, {})


def test_a_message_becomes_a_ticket() -> None:
    """Its first line, its words, its author, its files that can be fetched, its address."""
    message = {
        "ts": "1780000000.000100", "user": "U0SAM", "text": "Till 4 &amp; 5 are dead\nsince <!here> nine",
        "files": [{"name": "a.png", "url_private": "https://files/a", "mimetype": "image/png", "size": 3},
                  {"id": "F2"}],
    }  # fmt: skip

    entered = of_message(message, address="https://acme.slack.com/archives/C1/p17")

    assert entered["subject"] == "Till 4 & 5 are dead"
    assert entered["message"].startswith(
        "Till 4 & 5 are dead\nsince @here nine\n\nhttps://acme.slack.com/archives/C1/p17"
    )
    assert entered["contact.person"] == {"user": "U0SAM"}
    assert [file["name"] for file in entered["carried"]["files"]] == ["a.png"]


def test_a_message_keeps_its_emoji() -> None:
    """As characters where Slack tells which they are: a customer cannot read its names."""
    element = {"type": "emoji", "name": "tada", "unicode": "1f389"}
    blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [element]}]}]
    message = {"ts": "1.2", "user": "U0SAM", "text": "It works :tada: :acme:", "blocks": blocks}

    assert of_message(message, address="")["subject"] == "It works \U0001f389 :acme:"


def test_a_bots_message_has_no_author_and_no_words_to_answer_with() -> None:
    """What another program said is not said by a person; only the ticket is taken."""
    message = {"ts": "1.2", "user": "U0BOT", "bot_id": "B1", "text": "🎫 <https://x/AB-123456|AB-123456> created"}

    assert "contact.person" not in of_message(message, address="")
    assert on_message("reply", message) == {"ticket": "AB-123456"}


def test_a_permalink_names_the_thread() -> None:
    """As Slack does; without a domain there is none."""
    assert permalink("acme", "C1", "2.5", "1.5").endswith("/p25?thread_ts=1.5&cid=C1")
    assert permalink("", "C1", "2.5", None) == ""
