"""Whole messages, views and answers that Slack refuses, with the code of its answer."""

from typing import Any

import pytest

from bot.playground.blockkit import Problem, validate_message, validate_options, validate_view
from tests.playground.blockkit.payloads import (
    asked,
    cell,
    data_table,
    group,
    home,
    message,
    modal,
    mrkdwn,
    option,
    options,
    pie,
    plain,
    plan,
    section,
    table,
    task,
    typed,
    without,
)

MARKDOWN = {"type": "markdown", "text": "x" * 6_001}
LONG = section(text=mrkdwn("x" * 2_700))

MESSAGES: dict[str, tuple[Any, str, str, str]] = {
    "no text at all": ({}, "/text", "no_text", "no_text"),
    "text and blocks empty": ({"text": "", "blocks": []}, "/text", "no_text", "no_text"),
    "text a number": ({"text": 1}, "/text", "must provide a string", "invalid_arguments"),
    "blocks an object": ({"blocks": section()}, "/blocks", "must provide an array", "invalid_blocks_format"),
    "blocks a string": ({"blocks": "[]"}, "/blocks", "must provide an array", "invalid_blocks_format"),
    "51 blocks": (message(*[section()] * 51), "/blocks", "no more than 50 items allowed", "invalid_blocks"),
    "one block_id twice": (
        message(section(block_id="a"), {"type": "divider", "block_id": "a"}),
        "/blocks/1/block_id",
        '`block_id` "a" already exists',
        "invalid_blocks",
    ),
    "one block_id in blocks and attachment": (
        message(section(block_id="a"), attachments=[{"blocks": [section(block_id="a")]}]),
        "/attachments/0/blocks/0/block_id",
        '`block_id` "a" already exists',
        "invalid_blocks",
    ),
    "markdown in all": (message(MARKDOWN, MARKDOWN), "/blocks", "must be less than 12001 characters", "invalid_blocks"),
    "two tables": (
        message(table([cell()]), table([cell()])),
        "/blocks/1",
        "only_one_table_allowed",
        "invalid_attachments",
    ),
    "a table in the attachment too": (
        message(table([cell()]), attachments=[{"blocks": [table([cell()])]}]),
        "/attachments/0/blocks/0",
        "only_one_table_allowed",
        "invalid_attachments",
    ),
    "two data tables with too much": (
        message(*[data_table([cell("x" * 9_999)], [cell("yy")])] * 2),
        "/blocks/1/rows",
        "must be less than 20001 characters",
        "invalid_blocks",
    ),
    "three charts": (
        message(*[pie(("all", 1))] * 3),
        "/blocks/2",
        "no more than 2 items allowed",
        "invalid_blocks",
    ),
    "13500 characters": (message(*[LONG] * 5), "/blocks", "msg_blocks_too_long", "msg_blocks_too_long"),
    "101 attachments": (
        {"attachments": [{"text": "x"}] * 101},
        "/attachments",
        "no more than 100 items allowed",
        "too_many_attachments",
    ),
    "attachments an object": (
        {"attachments": {}, "text": "x"},
        "/attachments",
        "must provide an array",
        "invalid_attachments",
    ),
    "attachment a string": ({"attachments": ["x"]}, "/attachments/0", "must provide an object", "invalid_attachments"),
    "attachment with a bad block": (
        {"attachments": [{"blocks": [{"type": "section"}]}]},
        "/attachments/0/blocks/0/type",
        "must define either `text` or `fields`",
        "invalid_attachments",
    ),
    "metadata a string": (message(metadata="x"), "/metadata", "must provide an object", "invalid_metadata_format"),
    "metadata without payload": (
        message(metadata={"event_type": "ticket"}),
        "/metadata",
        "missing required field: event_payload",
        "invalid_metadata_format",
    ),
    "metadata without type": (
        message(metadata={"event_payload": {}}),
        "/metadata",
        "missing required field: event_type",
        "invalid_metadata_format",
    ),
    "metadata payload a list": (
        message(metadata={"event_type": "ticket", "event_payload": []}),
        "/metadata/event_payload",
        "must provide an object",
        "invalid_metadata_format",
    ),
    "markdown_text beside blocks": (
        message(section(), markdown_text="hi"),
        "/markdown_text",
        "markdown_text_conflict",
        "markdown_text_conflict",
    ),
    "a file input": (
        message(asked({"type": "file_input"})),
        "/blocks/0/element/type",
        "unsupported type: file_input",
        "invalid_blocks",
    ),
    "payload a list": ([], "", "must provide an object", "invalid_arguments"),
}

NO_SUBMIT = "must define `submit` to use an `input` block in modals"
MODALS: dict[str, tuple[Any, str, str]] = {
    "a string": ("view", "/view", "must provide an object"),
    "without type": (without(modal(), "type"), "/view", "missing required field: type"),
    "a home tab": (home(), "/view/type", "unsupported type: home"),
    "without title": (without(modal(), "title"), "/view", "missing required field: title"),
    "title 25": (modal(title=plain("x" * 25)), "/view/title/text", "must be less than 25 characters"),
    "title of 25 emoji": (modal(title=plain("😀" * 25)), "/view/title/text", "must be less than 25 characters"),
    "title of mrkdwn": (modal(title=mrkdwn()), "/view/title/type", "unsupported type: mrkdwn"),
    "title empty": (modal(title=plain("")), "/view/title/text", "must be more than 0 characters"),
    "title a string": (modal(title="Ticket"), "/view/title", "must provide an object"),
    "submit 25": (modal(submit=plain("x" * 25)), "/view/submit/text", "must be less than 25 characters"),
    "submit null": (modal(submit=None), "/view/submit", "must provide an object"),
    "close 25": (modal(close=plain("x" * 25)), "/view/close/text", "must be less than 25 characters"),
    "without blocks": (without(modal(), "blocks"), "/view", "missing required field: blocks"),
    "blocks a string": (modal(blocks="[]"), "/view/blocks", "must provide an array"),
    "101 blocks": (modal(*[section()] * 101), "/view/blocks", "no more than 100 items allowed"),
    "private_metadata 3001": (
        modal(private_metadata="x" * 3_001),
        "/view/private_metadata",
        "must be less than 3001 characters",
    ),
    "private_metadata an object": (modal(private_metadata={}), "/view/private_metadata", "must provide a string"),
    "callback_id 256": (modal(callback_id="x" * 256), "/view/callback_id", "must be less than 256 characters"),
    "external_id 256": (modal(external_id="x" * 256), "/view/external_id", "must be less than 256 characters"),
    "submit_disabled": (modal(submit_disabled=False), "/view", "invalid additional property: submit_disabled"),
    "sent back as it came": (modal(id="V1", hash="1.a"), "/view", "invalid additional property: hash"),
    "notify_on_close as text": (modal(notify_on_close="true"), "/view/notify_on_close", "must provide a boolean"),
    "input without submit": (
        without(modal(section(), section(), asked()), "submit"),
        "/view/blocks/2/input",
        NO_SUBMIT,
    ),
    "label 2001": (
        modal(asked(label=plain("x" * 2_001))),
        "/view/blocks/0/label/text",
        "must be less than 2001 characters",
    ),
    "label of mrkdwn": (modal(asked(label=mrkdwn())), "/view/blocks/0/label/type", "unsupported type: mrkdwn"),
    "hint 2001": (
        modal(asked(hint=plain("x" * 2_001))),
        "/view/blocks/0/hint/text",
        "must be less than 2001 characters",
    ),
    "input without element": (
        modal(without(asked(), "element")),
        "/view/blocks/0",
        "missing required field: element",
    ),
    "input with placeholder": (
        modal(asked(placeholder=plain())),
        "/view/blocks/0",
        "invalid additional property: placeholder",
    ),
    "optional null": (modal(asked(optional=None)), "/view/blocks/0/optional", "must provide a boolean"),
    "alert 201": (
        modal({"type": "alert", "text": plain("x" * 201)}),
        "/view/blocks/0/text/text",
        "must be less than 201 characters",
    ),
    "alert of a new level": (
        modal({"type": "alert", "text": plain(), "level": "fatal"}),
        "/view/blocks/0/level",
        "must be a valid enum value",
    ),
    "two with the focus": (
        modal(asked(typed(focus_on_load=True)), asked(typed(focus_on_load=True))),
        "/view/blocks/1/element/focus_on_load",
        "only one element can have `focus_on_load`",
    ),
    "one block_id twice": (
        modal(asked(block_id="a"), asked(block_id="a")),
        "/view/blocks/1/block_id",
        '`block_id` "a" already exists',
    ),
    "markdown": (modal({"type": "markdown", "text": "x"}), "/view/blocks/0/type", "unsupported type: markdown"),
    "table": (modal(table([cell()])), "/view/blocks/0/type", "unsupported type: table"),
    "plan": (modal(plan(task())), "/view/blocks/0/type", "unsupported type: plan"),
    "context_actions": (
        modal({"type": "context_actions", "elements": []}),
        "/view/blocks/0/type",
        "unsupported type: context_actions",
    ),
    "file": (
        modal({"type": "file", "source": "remote", "external_id": "x"}),
        "/view/blocks/0/type",
        "unsupported type: file",
    ),
}

HOMES: dict[str, tuple[Any, str, str]] = {
    "a modal": (modal(), "/view/type", "unsupported type: modal"),
    "with a title": (home(title=plain()), "/view", "invalid additional property: title"),
    "101 blocks": (home(*[section()] * 101), "/view/blocks", "no more than 100 items allowed"),
    "alert": (home({"type": "alert", "text": plain()}), "/view/blocks/0/type", "unsupported type: alert"),
    "markdown": (home({"type": "markdown", "text": "x"}), "/view/blocks/0/type", "unsupported type: markdown"),
    "file input": (home(asked({"type": "file_input"})), "/view/blocks/0/element/type", "unsupported type: file_input"),
    "task card": (home(task()), "/view/blocks/0/type", "unsupported type: task_card"),
}

ANSWERS: dict[str, tuple[Any, str, str]] = {
    "a list": (options(1), "", "must provide an object"),
    "nothing": ({}, "", "must define either `options` or `option_groups`"),
    "both": ({"options": [], "option_groups": []}, "", "must define either `options` or `option_groups`"),
    "101 options": ({"options": options(101)}, "/options", "no more than 100 items allowed"),
    "101 groups": ({"option_groups": [group(option())] * 101}, "/option_groups", "no more than 100 items allowed"),
    "option text 76": ({"options": [option(text="x" * 76)]}, "/options/0/text/text", "must be less than 76 characters"),
    "option of mrkdwn": (
        {"options": [{"text": mrkdwn(), "value": "v"}]},
        "/options/0/text/type",
        "unsupported type: mrkdwn",
    ),
    "option value a number": ({"options": [{**option(), "value": 7}]}, "/options/0/value", "must provide a string"),
}


def errors(found: list[Problem]) -> list[tuple[str, str, str]]:
    return [(problem.pointer, problem.text, problem.code) for problem in found if problem.severity == "error"]


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_that_slack_refuses(name: str) -> None:
    payload, *expected = MESSAGES[name]
    assert tuple(expected) in errors(validate_message(payload))


@pytest.mark.parametrize("name", MODALS)
def test_a_modal_that_slack_refuses(name: str) -> None:
    view, *expected = MODALS[name]
    assert (*expected, "invalid_arguments") in errors(validate_view(view, kind="modal"))


@pytest.mark.parametrize("name", HOMES)
def test_a_home_tab_that_slack_refuses(name: str) -> None:
    view, *expected = HOMES[name]
    assert (*expected, "invalid_arguments") in errors(validate_view(view, kind="home"))


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_with_options_that_slack_does_not_show(name: str) -> None:
    answer, *expected = ANSWERS[name]
    assert (*expected, "invalid_arguments") in errors(validate_options(answer))


def test_a_view_of_more_than_250_kb() -> None:
    """Every part is within its own limit, the whole is not."""
    view = modal(*[section(fields=[plain("x" * 2_000)] * 10)] * 13)
    assert errors(validate_view(view, kind="modal")) == [("/view", "view_too_large", "view_too_large")]
