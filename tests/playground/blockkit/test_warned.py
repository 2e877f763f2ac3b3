"""Where sources contradict each other: a warning, and never a refusal."""

from typing import Any

import pytest

from bot.playground.blockkit import Problem, refused, validate_message, validate_options, validate_view
from tests.playground.blockkit.payloads import (
    actions,
    button,
    cell,
    confirm,
    home,
    message,
    modal,
    mrkdwn,
    option,
    part,
    plain,
    plan,
    rich,
    said,
    section,
    select,
    table,
    task,
    typed,
    video,
    without,
)

FILE = {"type": "file", "source": "remote", "external_id": "x"}
WORKFLOW = {"trigger": {"url": "https://example.org/trigger"}}
UNNAMED = {"type": "workflow_button", "text": plain(), "workflow": WORKFLOW}

MESSAGES: dict[str, tuple[Any, str, str]] = {
    "option value 76": (
        message(actions(select(options=[option("x" * 76)]))),
        "/blocks/0/elements/0/options/0/value",
        "must be less than 76 characters",
    ),
    "confirm without a title": (
        message(actions(button(confirm=without(confirm(), "title")))),
        "/blocks/0/elements/0/confirm",
        "missing required field: title",
    ),
    "workflow button without action_id": (
        message(actions(UNNAMED)),
        "/blocks/0/elements/0",
        "missing required field: action_id",
    ),
    "video title 200": (
        message(video(title=plain("x" * 200))),
        "/blocks/0/title/text",
        "must be less than 200 characters",
    ),
    "a file": (message(FILE), "/blocks/0/type", "unsupported type: file"),
    "an unknown scheme": (
        message(actions(button(url="ftp://example.org/x"))),
        "/blocks/0/elements/0/url",
        "invalid url",
    ),
    "an empty section of rich text": (
        message(rich(part())),
        "/blocks/0/elements/0/elements",
        "no less than 1 items allowed",
    ),
    "an empty text in rich text": (
        message(rich(part(said("")))),
        "/blocks/0/elements/0/elements/0/text",
        "must be more than 0 characters",
    ),
    "actions of nothing": (message(actions()), "/blocks/0/elements", "no less than 1 items allowed"),
    "a planned task that does not say it is one": (
        message(plan(without(task(), "type"))),
        "/blocks/0/tasks/0",
        "missing required field: type",
    ),
    "a column skipped": (
        message(table([cell()], column_settings=[None])),
        "/blocks/0/column_settings/0",
        "must provide an object",
    ),
    "10500 characters": (
        message(*[section(text=mrkdwn("x" * 2_100))] * 5),
        "/blocks",
        "msg_blocks_too_long",
    ),
    "text 4001": ({"text": "x" * 4_001}, "/text", "must be less than 4001 characters"),
    "text 40001": ({"text": "x" * 40_001}, "/text", "is cut after 40000 characters"),
    "a response address in a message": (
        message(section(accessory={"type": "channels_select", "response_url_enabled": True})),
        "/blocks/0/accessory/response_url_enabled",
        "invalid additional property: response_url_enabled",
    ),
}
CARD = {"type": "card", "title": mrkdwn()}


def warnings(found: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.text) for problem in found if problem.severity == "warning"]


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_that_some_source_would_refuse(name: str) -> None:
    payload, *expected = MESSAGES[name]
    found = validate_message(payload)
    assert tuple(expected) in warnings(found)
    assert not refused(found)


def test_a_card_in_a_modal_is_listed_but_not_relied_on() -> None:
    found = validate_view(modal(CARD), kind="modal")
    assert warnings(found) == [("/view/blocks/0/type", "unsupported type: card")]
    assert found[0].rendered == "[WARN] unsupported type: card [json-pointer:/view/blocks/0/type]"


def test_a_table_in_a_home_tab_is_listed_by_one_source() -> None:
    found = validate_view(home(table([cell()])), kind="home")
    assert warnings(found) == [("/view/blocks/0/type", "unsupported type: table")]
    assert not refused(found)


def test_a_view_of_no_blocks() -> None:
    assert warnings(validate_view(modal() | {"blocks": []}, kind="modal")) == [
        ("/view/blocks", "no less than 1 items allowed")
    ]


def test_an_answer_that_says_more() -> None:
    assert warnings(validate_options({"options": [], "ok": True})) == [("", "invalid additional property: ok")]


def test_more_chosen_than_can_be_chosen() -> None:
    menu = {"type": "multi_users_select", "initial_users": ["U1", "U2"], "max_selected_items": 1}
    found = validate_message(message(actions(menu)))
    assert warnings(found) == [("/blocks/0/elements/0/initial_users", "no more than 1 items allowed")]


def test_nothing_is_said_of_an_ordinary_form() -> None:
    """The other side of warning: it means something only where the ordinary case is silent."""
    assert validate_view(modal(section(), actions(button(confirm=confirm()))), kind="modal") == []
    assert validate_view(modal({"type": "input", "label": plain(), "element": typed()}), kind="modal") == []
    assert validate_message(message(section(), actions(select(initial_option=option("0"))))) == []
