"""What is entered, read: the values that go to the helpdesk, and what is wrong, by field."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.actions import Named, Staff
from bot.actions.commands import Fields
from bot.helpdesk import CustomField, Entries, ListName
from bot.slack.forms.entered import NOTHING, of_fields, of_prefill, words
from bot.slack.forms.fields import fields_of
from bot.slack.forms.judging import judge
from bot.slack.forms.moments import Clock
from bot.slack.forms.view import Form, Shown, settled
from tests.slack.forms.desk import lists_of

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CLOCK = Clock(NOW, "Europe/London")
LONG = "x" * 90
LISTS: dict[ListName, Entries | None] = {
    "status": Entries(items=(Named(id="1", name="New"), Named(id=LONG, name="Far away"))),
    "department": Entries(items=(Named(id="3", name="Support"), Named(id="4", name="Sales"))),
    "team": Entries(
        items=(Named(id="7", name="First line"), Named(id="8", name="Sellers")),
        parents={"7": frozenset({"3"}), "8": frozenset({"4"})},
    ),
    "staff": Entries(
        staff=(
            Staff(id="11", name="Charlie S", username="charlie"),
            Staff(id="12", name="Ann B", email="ann@x.example"),
        ),
        parents={"11": frozenset({"7"}), "12": frozenset({"8"})},
    ),
    "outgoing": Entries(items=(Named(id="a@x.example", name="a@x.example"),)),
    "custom": Entries(custom=(CustomField(id="1", name="Plan", system_name="plan", values=("Free", "Team")),)),
}
PICKED = {"value": "#1", "text": "New"}
AHEAD = int(NOW.timestamp()) + 3600

ROWS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "an id is kept": ("update", {"status": PICKED}, {"status": {"id": "1", "name": "New"}}),
    "an id that has left the list": (
        "update", {"status": {"value": "#99", "text": "Old"}}, {"status": {"id": "99", "name": "Old"}}
    ),
    "words are looked up later": ("update", {"status": words("Nwe")}, {"status": {"words": "Nwe"}}),
    "emptied": ("update", {"team": NOTHING, "assignee": NOTHING}, {"team": None, "assignee": None}),
    "a step": ("followup", {"when": "tomorrow 9am", "priority": words("raise")},
               {"when": {"words": "tomorrow 9am"}, "priority": {"step": "raise"}}),
    "a picked moment": (
        "followup", {"when.at": {"at": AHEAD}},
        {"when": {"at": "2026-11-22T10:00:00+00:00",
                  "text": "Sunday 22 November 2026 at 10:00 (Europe/London, UTC+00:00)"}},
    ),
    "a moment that is over may be noted": (
        "update", {"updated_at": "2026-01-05 09:30"}, {"updated_at": {"words": "2026-01-05 09:30"}}
    ),
    "no due time": ("update", {"reply_due_at": "none"}, {"reply_due_at": None}),
    "me": ("update", {"assignee": words("me")}, {"assignee": {"who": {"me": True}}}),
    "somebody": (
        "update", {"assignee": {"value": "#11", "text": "Charlie S"}},
        {"assignee": {"id": "11", "name": "Charlie S", "username": "charlie"}},
    ),
    "somebody in Slack": (
        "update", {"assignee": {"value": "@U1", "text": "@jo"}},
        {"assignee": {"who": {"slack_user": "U1", "name": "jo"}}},
    ),
    "a list": ("update", {"tags": "a, b,\na"}, {"tags": ["a", "b"]}),
    "a list with quotes, as in a command": (
        "update", {"tags": '"wide area", say "so", “a, b”, 5" pipe\n"none"'},
        {"tags": ["wide area", 'say "so"', "a, b", '5" pipe', "none"]},
    ),
    "an empty list": ("update", {"tags": "none"}, {"tags": []}),
    "a custom choice": ("update", {"custom.plan": words("Team")}, {"custom": {"plan": "Team"}}),
    "a custom field emptied": ("update", {"custom.plan": "none"}, {"custom": {"plan": None}}),
    "a text from a list": (
        "forward", {"to": "jo@x.example", "message": "m", "outgoing": {"value": "#a@x.example", "text": "a"}},
        {"to": {"email": "jo@x.example"}, "message": "m", "outgoing": "a@x.example"},
    ),
    "a flag": ("reply", {"message": "m", "authenticated": {"value": "^no", "text": "No"}},
               {"message": "m", "authenticated": False}),
    "an author": (
        "reply", {"message": "m", "author": "jo@x.example", "author.linked": {"value": "^no", "text": "No"}},
        {"message": "m", "author": {"email": "jo@x.example", "linked": False}},
    ),
    "files that stay ticked": (
        "reply",
        {"message": "m", "carried": {"files": [{"name": "a"}, {"name": "b"}]}, "attachments.kept": {"chosen": ["^1"]}},
        {"message": "m", "attachments": [{"name": "b"}]},
    ),
    "nothing but spaces is nothing": ("update", {"note": "  ", "tags": " ", "status": words(" ")}, {}),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "entered", "values"), ROWS.values(), ids=ROWS)
async def test_what_is_entered_is_read(kind: str, entered: dict[str, Any], values: dict[str, Any]) -> None:
    """As the action's model takes it, ids untouched."""
    lists = await lists_of(LISTS)

    assert judge(fields_of(kind, lists.helpdesk), entered, lists, CLOCK) == (values, {})


WRONG: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "nothing at all": ("forward", {}, {"to", "message"}),
    "several at once": ("create", {"cc": "nobody", "contact": "me", "reply_due_at": "x"}, {"subject", "cc", "contact"}),
    "two ways to say when": ("followup", {"when": "tomorrow 9am", "when.at": {"at": AHEAD}}, {"when"}),
    "a picked moment that is over": ("followup", {"when.at": {"at": AHEAD - 7200}}, {"when.at"}),
    "a quote that nothing closes": ("update", {"tags": 'a, "b'}, {"tags"}),
    "words that nobody understands": ("followup", {"when": "when pigs fly"}, {"when"}),
    "a digest of nothing": ("update", {"status": {"value": "#~0", "text": "Old"}}, {"status"}),
    "a broadcast is nobody": ("update", {"assignee": words("<!here>")}, set()),
    "no such choice": ("create", {"subject": "s", "sentiment": words("rage")}, {"sentiment"}),
}


@pytest.mark.parametrize(("kind", "entered", "wrong"), WRONG.values(), ids=WRONG)
async def test_what_is_wrong_is_said_by_field(kind: str, entered: dict[str, Any], wrong: set[str]) -> None:
    """All of it, not the first."""
    lists = await lists_of(LISTS)

    _, errors = judge(fields_of(kind, lists.helpdesk), entered, lists, CLOCK)

    assert set(errors) == wrong


async def test_a_long_id_is_found_again() -> None:
    """A menu's value has 75 characters, an id may have more."""
    lists = await lists_of(LISTS)
    (far,) = [each for each in lists.options("status", None) or () if each.text == "Far away"]

    values, _ = judge(fields_of("update", lists.helpdesk), {"status": vars(far)}, lists, CLOCK)

    assert values == {"status": {"id": LONG, "name": "Far away"}}


async def test_department_team_person() -> None:
    """Each narrows the next, and what does not belong any more is gone."""
    lists = await lists_of(LISTS)

    def names(name: ListName, within: str | None) -> list[str]:
        return [each.text for each in lists.options(name, within) or ()]

    assert names("team", "3") == ["First line"]
    assert names("staff", "7") == ["Charlie S"]
    assert names("team", None) == ["First line", "Sellers"]
    entered = {
        "department": {"value": "#4", "text": "Sales"},
        "team": {"value": "#7", "text": "First line"},
        "assignee": {"value": "#12", "text": "Ann B"},
    }
    shown = settled(Shown(Form(verb="update", helpdesk="all"), lists, [], entered))
    assert set(shown.entered) == {"department", "assignee"}


@pytest.mark.parametrize(
    "tags",
    [["a", "b c"], ["a, b", '"c" d', 'e "f"'], ["none"], ["”x"], ["\\", 'a\\"b,', "&amp;", "<@U1>"]],
)
async def test_a_list_that_is_filled_in_is_read_as_it_was(tags: list[str]) -> None:
    """Whatever its items are."""
    lists = await lists_of(LISTS)
    entered = of_prefill({"tags": tags})

    assert judge(fields_of("update", lists.helpdesk), entered, lists, CLOCK) == ({"tags": tags}, {})
    assert of_fields(Fields(tags=tuple(tags)), "U1") == entered


def test_what_others_fill_in() -> None:
    """Words as a person would type them, for fields of any kind."""
    filled = of_prefill(
        {"subject": "s", "status": "New", "tags": ("a", "b"), "assignee": "me", "note": "", "when": NOW}
    )

    assert filled == {
        "subject": "s",
        "status": {"value": "=New", "text": "New"},
        "tags": "a, b",
        "assignee": {"value": "=me", "text": "me"},
        "when.at": {"at": int(NOW.timestamp())},
    }
