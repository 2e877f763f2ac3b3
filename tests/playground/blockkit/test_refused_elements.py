"""Elements and composition objects that Slack refuses, in the place they are made for."""

from typing import Any

import pytest

from bot.playground.blockkit import validate_message, validate_view
from tests.playground.blockkit.payloads import (
    actions,
    asked,
    button,
    confirm,
    group,
    message,
    modal,
    mrkdwn,
    option,
    options,
    plain,
    rich,
    select,
    typed,
    without,
)

OVERFLOW = {"type": "overflow", "action_id": "more", "options": options(2)}
RADIO = {"type": "radio_buttons", "action_id": "one", "options": options(2)}
CHECKBOXES = {"type": "checkboxes", "action_id": "some", "options": options(2)}
CONVERSATIONS = {"type": "conversations_select", "action_id": "where"}
MULTI = {"type": "multi_static_select", "action_id": "several", "options": options(3)}
STRANGER = option("stranger")

PRESSED: dict[str, tuple[Any, str, str]] = {
    "button without text": (without(button(), "text"), "", "missing required field: text"),
    "button 76": (button(text=plain("x" * 76)), "/text/text", "must be less than 76 characters"),
    "button of mrkdwn": (button(text=mrkdwn()), "/text/type", "unsupported type: mrkdwn"),
    "button value 2001": (button(value="x" * 2_001), "/value", "must be less than 2001 characters"),
    "button value a number": (button(value=7), "/value", "must provide a string"),
    "button style unknown": (button(style="warning"), "/style", "must be a valid enum value"),
    "button style null": (button(style=None), "/style", "must provide a string"),
    "button url 3001": (button(url="https://example.org/" + "x" * 2_981), "/url", "must be less than 3001 characters"),
    "button url of javascript": (button(url="javascript:alert(1)"), "/url", "invalid url"),
    "button url without scheme": (button(url="example.org"), "/url", "invalid url"),
    "button url with a space": (button(url="https://example.org/a b"), "/url", "invalid url"),
    "button url empty": (button(url=""), "/url", "invalid url"),
    "button label 76": (
        button(accessibility_label="x" * 76),
        "/accessibility_label",
        "must be less than 76 characters",
    ),
    "button action_id 256": (button(action_id="x" * 256), "/action_id", "must be less than 256 characters"),
    "button action_id empty": (button(action_id=""), "/action_id", "must be more than 0 characters"),
    "button with options": (button(options=[]), "", "invalid additional property: options"),
    "button prompt shown but not there": (
        button(agent_prompt_display="Ask"),
        "",
        "missing required field: agent_prompt",
    ),
    "confirm without text": (button(confirm=without(confirm(), "text")), "/confirm", "missing required field: text"),
    "confirm title 101": (
        button(confirm=confirm(title=plain("x" * 101))),
        "/confirm/title/text",
        "must be less than 101 characters",
    ),
    "confirm text 301": (
        button(confirm=confirm(text=mrkdwn("x" * 301))),
        "/confirm/text/text",
        "must be less than 301 characters",
    ),
    "confirm yes 31": (
        button(confirm=confirm(confirm=plain("x" * 31))),
        "/confirm/confirm/text",
        "must be less than 31 characters",
    ),
    "confirm no 31": (
        button(confirm=confirm(deny=plain("x" * 31))),
        "/confirm/deny/text",
        "must be less than 31 characters",
    ),
    "confirm title of mrkdwn": (
        button(confirm=confirm(title=mrkdwn())),
        "/confirm/title/type",
        "unsupported type: mrkdwn",
    ),
    "confirm style": (button(confirm=confirm(style="default")), "/confirm/style", "must be a valid enum value"),
    "workflow button without workflow": (
        {"type": "workflow_button", "action_id": "run", "text": plain()},
        "",
        "missing required field: workflow",
    ),
    "overflow of 6": ({**OVERFLOW, "options": options(6)}, "/options", "no more than 5 items allowed"),
    "overflow of 0": ({**OVERFLOW, "options": []}, "/options", "no less than 1 items allowed"),
    "overflow option of mrkdwn": (
        {**OVERFLOW, "options": [{"text": mrkdwn(), "value": "v"}]},
        "/options/0/text/type",
        "unsupported type: mrkdwn",
    ),
    "overflow option to a file": (
        {**OVERFLOW, "options": [option(url="file:///etc/passwd")]},
        "/options/0/url",
        "invalid url",
    ),
    "select of 0": (select(options=[]), "/options", "no less than 1 items allowed"),
    "select of 101": (select(options=options(101)), "/options", "no more than 100 items allowed"),
    "select of nothing": (without(select(), "options"), "", "must define either `options` or `option_groups`"),
    "select of both": (
        select(option_groups=[group(option())]),
        "",
        "must define either `options` or `option_groups`",
    ),
    "select of 101 groups": (
        without(select(option_groups=[group(option())] * 101), "options"),
        "/option_groups",
        "no more than 100 items allowed",
    ),
    "group of 0": (
        without(select(option_groups=[group()]), "options"),
        "/option_groups/0/options",
        "no less than 1 items allowed",
    ),
    "group of 101": (
        without(select(option_groups=[group(*options(101))]), "options"),
        "/option_groups/0/options",
        "no more than 100 items allowed",
    ),
    "group label 76": (
        without(select(option_groups=[group(option(), label="x" * 76)]), "options"),
        "/option_groups/0/label/text",
        "must be less than 76 characters",
    ),
    "option text 76": (
        select(options=[option(text="x" * 76)]),
        "/options/0/text/text",
        "must be less than 76 characters",
    ),
    "option text empty": (select(options=[option(text="")]), "/options/0/text/text", "must be more than 0 characters"),
    "option value 151": (select(options=[option("x" * 151)]), "/options/0/value", "must be less than 151 characters"),
    "option without value": (select(options=[{"text": plain()}]), "/options/0", "missing required field: value"),
    "option description 76": (
        select(options=[option(description=plain("x" * 76))]),
        "/options/0/description/text",
        "must be less than 76 characters",
    ),
    "option with url in a select": (
        select(options=[option(url="https://example.org")]),
        "/options/0",
        "invalid additional property: url",
    ),
    "select placeholder 151": (
        select(placeholder=plain("x" * 151)),
        "/placeholder/text",
        "must be less than 151 characters",
    ),
    "select initial null": (select(initial_option=None), "/initial_option", "must provide an object"),
    "select initial a stranger": (
        select(initial_option=STRANGER),
        "/initial_option",
        "must match one of the provided options",
    ),
    "select initial with another text": (
        select(initial_option=option("0", "other")),
        "/initial_option",
        "must match one of the provided options",
    ),
    "select with a query length": (select(min_query_length=1), "", "invalid additional property: min_query_length"),
    "multi select of 0 to choose": (
        {**MULTI, "max_selected_items": 0},
        "/max_selected_items",
        "must be greater than 0",
    ),
    "multi select initial a stranger": (
        {**MULTI, "initial_options": [option("0"), STRANGER]},
        "/initial_options/1",
        "must match one of the provided options",
    ),
    "multi select with one initial": (
        {**MULTI, "initial_option": option("0")},
        "",
        "invalid additional property: initial_option",
    ),
    "external select with options": (
        {"type": "external_select", "action_id": "find", "options": options(1)},
        "",
        "invalid additional property: options",
    ),
    "external select below zero": (
        {"type": "external_select", "action_id": "find", "min_query_length": -1},
        "/min_query_length",
        "must be greater than -1",
    ),
    "filter of nothing": (
        {**CONVERSATIONS, "filter": {}},
        "/filter",
        "must define `include`, `exclude_external_shared_channels` or `exclude_bot_users`",
    ),
    "filter including none": (
        {**CONVERSATIONS, "filter": {"include": []}},
        "/filter/include",
        "no less than 1 items allowed",
    ),
    "filter of channels": (
        {**CONVERSATIONS, "filter": {"include": ["channel"]}},
        "/filter/include/0",
        "must be a valid enum value",
    ),
    "users select with a list": (
        {"type": "users_select", "action_id": "who", "initial_user": ["U1"]},
        "/initial_user",
        "must provide a string",
    ),
    "radio of 11": ({**RADIO, "options": options(11)}, "/options", "no more than 10 items allowed"),
    "radio of 0": ({**RADIO, "options": []}, "/options", "no less than 1 items allowed"),
    "radio with a placeholder": ({**RADIO, "placeholder": plain()}, "", "invalid additional property: placeholder"),
    "checkboxes of 11": ({**CHECKBOXES, "options": options(11)}, "/options", "no more than 10 items allowed"),
    "checkboxes initial a stranger": (
        {**CHECKBOXES, "initial_options": [STRANGER]},
        "/initial_options/0",
        "must match one of the provided options",
    ),
    "date written the German way": (
        {"type": "datepicker", "action_id": "day", "initial_date": "01.02.2026"},
        "/initial_date",
        "must be a valid date",
    ),
    "date that does not exist": (
        {"type": "datepicker", "action_id": "day", "initial_date": "2026-02-30"},
        "/initial_date",
        "must be a valid date",
    ),
    "time of 24:00": (
        {"type": "timepicker", "action_id": "hour", "initial_time": "24:00"},
        "/initial_time",
        "must be a valid time",
    ),
    "instant in milliseconds": (
        {"type": "datetimepicker", "action_id": "when", "initial_date_time": 1_628_633_820_000},
        "/initial_date_time",
        "must be less than 10000000000",
    ),
}

TYPED: dict[str, tuple[Any, str, str]] = {
    "input least 3001": (typed(min_length=3_001), "/min_length", "must be less than 3001"),
    "input least below zero": (typed(min_length=-1), "/min_length", "must be greater than -1"),
    "input most 3001": (typed(max_length=3_001), "/max_length", "must be less than 3001"),
    "input most 0": (typed(max_length=0), "/max_length", "must be greater than 0"),
    "input most as text": (typed(max_length="10"), "/max_length", "must provide an integer"),
    "input least above most": (typed(min_length=5, max_length=4), "/min_length", "must be less than `max_length`"),
    "input placeholder 151": (
        typed(placeholder=plain("x" * 151)),
        "/placeholder/text",
        "must be less than 151 characters",
    ),
    "input multiline as text": (typed(multiline="true"), "/multiline", "must provide a boolean"),
    "input initial null": (typed(initial_value=None), "/initial_value", "must provide a string"),
    "input with confirm": (typed(confirm=confirm()), "", "invalid additional property: confirm"),
    "dispatch on nothing": (
        typed(dispatch_action_config={"trigger_actions_on": []}),
        "/dispatch_action_config/trigger_actions_on",
        "no less than 1 items allowed",
    ),
    "dispatch on blur": (
        typed(dispatch_action_config={"trigger_actions_on": ["on_blur"]}),
        "/dispatch_action_config/trigger_actions_on/0",
        "must be a valid enum value",
    ),
    "number of unsaid kind": (
        {"type": "number_input", "action_id": "n"},
        "",
        "missing required field: is_decimal_allowed",
    ),
    "number bound not a string": (
        {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": 1},
        "/min_value",
        "must provide a string",
    ),
    "number bounds crossed": (
        {"type": "number_input", "action_id": "n", "is_decimal_allowed": True, "min_value": "2.5", "max_value": "2.4"},
        "/min_value",
        "must be less than `max_value`",
    ),
    "files 11": ({"type": "file_input", "action_id": "f", "max_files": 11}, "/max_files", "must be less than 11"),
    "files 0": ({"type": "file_input", "action_id": "f", "max_files": 0}, "/max_files", "must be greater than 0"),
    "rich input of 101 lines": (
        {"type": "rich_text_input", "action_id": "r", "max_lines": 101},
        "/max_lines",
        "must be less than 101",
    ),
    "rich input of plain text": (
        {"type": "rich_text_input", "action_id": "r", "initial_value": "word"},
        "/initial_value",
        "must provide an object",
    ),
    "rich input of a leaf": (
        {"type": "rich_text_input", "action_id": "r", "initial_value": rich({"type": "text", "text": "x"})},
        "/initial_value/elements/0/type",
        "unsupported type: text",
    ),
    "element a button": (button(), "/type", "unsupported type: button"),
    "element an overflow menu": (OVERFLOW, "/type", "unsupported type: overflow"),
    "element unknown": ({"type": "slider"}, "/type", "unsupported type: slider"),
}


@pytest.mark.parametrize("name", PRESSED)
def test_an_element_that_slack_refuses_in_an_actions_block(name: str) -> None:
    element, pointer, text = PRESSED[name]
    found = [(p.pointer, p.text, p.code) for p in validate_message(message(actions(element))) if p.severity == "error"]
    assert (f"/blocks/0/elements/0{pointer}", text, "invalid_blocks") in found


@pytest.mark.parametrize("name", TYPED)
def test_an_element_that_slack_refuses_in_an_input_block(name: str) -> None:
    element, pointer, text = TYPED[name]
    found = [p for p in validate_view(modal(asked(element)), kind="modal") if p.severity == "error"]
    assert (f"/view/blocks/0/element{pointer}", text, "invalid_arguments") in [
        (p.pointer, p.text, p.code) for p in found
    ]
    assert found[0].rendered == "[ERROR] failed to match all allowed schemas [json-pointer:/view]"
