"""The rules for block elements: buttons, menus, pickers and inputs."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.playground.blockkit import problems
from bot.playground.blockkit.menus import (
    CONFIRMED,
    FOCUSED,
    HINTED,
    ID,
    MULTI_SELECTS,
    SELECTS,
    element,
    initial_is_offered,
)
from bot.playground.blockkit.objects import (
    ACTION_ID,
    CONFIRM,
    DISPATCH_CONFIG,
    IMAGE,
    LINK_OPTION,
    MARKED_OPTION,
    STYLE,
    WEB,
    WORKFLOW,
    plain,
)
from bot.playground.blockkit.problems import ELEMENTS, INFERRED, SLACKBLOCKS, TYPES, At, Problem
from bot.playground.blockkit.richtext import RICH_TEXT
from bot.playground.blockkit.rules import (
    Choice,
    Flag,
    Items,
    Match,
    Number,
    Shape,
    String,
    Url,
    may,
    need,
    should,
)

DISPATCHED = {"dispatch_action_config": may(DISPATCH_CONFIG)}
LABEL = may(String(75))


def _dated(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


DATE = Match(_dated, "must be a valid date")
TIME = Match(lambda text: re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text) is not None, "must be a valid time")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
DECIMAL = Match(lambda text: _DECIMAL.fullmatch(text) is not None, "must be a valid number")


def _lengths_in_order(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    least, most = value.get("min_length"), value.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield (at / "min_length").under(SLACKBLOCKS + " PlainTextInput").error("must be less than `max_length`")


def _bounds_in_order(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    bounds = [value.get("min_value"), value.get("max_value")]
    if all(isinstance(bound, str) and _DECIMAL.fullmatch(bound) for bound in bounds):
        least, most = (float(str(bound)) for bound in bounds)
        if least > most:
            yield (at / "min_value").error("must be less than `max_value`")


def _lines_in_order(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    least, most = value.get("min_lines"), value.get("max_lines")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield (at / "min_lines").under(INFERRED + "min_length and max_length").warning("must be less than `max_lines`")


def _display_needs_prompt(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    if "agent_prompt_display" in value and "agent_prompt" not in value:
        yield at.error(problems.missing("agent_prompt"))


BUTTON = element(
    "button",
    "button-element",
    CONFIRMED,
    {
        "text": need(plain(75)),
        "url": may(Url()),
        "value": may(String(2_000)),
        "style": may(STYLE),
        "accessibility_label": LABEL,
        "agent_prompt": may(String(4_000, source=SLACKBLOCKS + " button.agent_prompt")),
        "agent_prompt_display": may(String(source=SLACKBLOCKS + " Button")),
    },
    checks=(_display_needs_prompt,),
)
WORKFLOW_BUTTON = element(
    "workflow_button",
    "workflow-button-element",
    {
        "action_id": should(ACTION_ID, f"{SLACKBLOCKS} WorkflowButton requires it, {TYPES} WorkflowButton does not"),
        "confirm": may(CONFIRM),
        "text": need(plain(75)),
        "workflow": need(WORKFLOW),
        "style": may(STYLE),
        "accessibility_label": LABEL,
    },
)
OVERFLOW = element(
    "overflow", "overflow-menu-element", CONFIRMED, {"options": need(Items(LINK_OPTION, most=5, least=1))}
)
CHECKBOXES = element(
    "checkboxes",
    "checkboxes-element",
    CONFIRMED | FOCUSED,
    {"options": need(Items(MARKED_OPTION, most=10, least=1)), "initial_options": may(Items(MARKED_OPTION, least=1))},
    checks=(initial_is_offered,),
)
RADIO_BUTTONS = element(
    "radio_buttons",
    "radio-button-group-element",
    CONFIRMED | FOCUSED,
    {"options": need(Items(MARKED_OPTION, most=10, least=1)), "initial_option": may(MARKED_OPTION)},
    checks=(initial_is_offered,),
)
DATEPICKER = element("datepicker", "date-picker-element", CONFIRMED | FOCUSED | HINTED, {"initial_date": may(DATE)})
TIMEPICKER = element(
    "timepicker",
    "time-picker-element",
    CONFIRMED | FOCUSED | HINTED,
    {"initial_time": may(TIME), "timezone": may(String())},
)
DATETIMEPICKER = element(
    "datetimepicker",
    "datetime-picker-element",
    CONFIRMED | FOCUSED,
    {"initial_date_time": may(Number(least=1_000_000_000, most=9_999_999_999))},
)

TYPED = ID | FOCUSED | HINTED | DISPATCHED
PLAIN_TEXT_INPUT = element(
    "plain_text_input",
    "plain-text-input-element",
    TYPED,
    {
        "initial_value": may(String()),
        "multiline": may(Flag()),
        "min_length": may(Number(least=0, most=3_000)),
        "max_length": may(Number(least=1, most=3_000)),
    },
    checks=(_lengths_in_order,),
)
EMAIL_INPUT = element("email_text_input", "email-input-element", TYPED, {"initial_value": may(String())})
URL_INPUT = element("url_text_input", "url-input-element", TYPED, {"initial_value": may(String())})
NUMBER_INPUT = element(
    "number_input",
    "number-input-element",
    TYPED,
    {
        "is_decimal_allowed": need(Flag()),
        "initial_value": may(DECIMAL),
        "min_value": may(DECIMAL),
        "max_value": may(DECIMAL),
    },
    checks=(_bounds_in_order,),
)
_LINES = Number(least=1, most=100, source=f"{TYPES} RichTextInput; {SLACKBLOCKS} rich_text_input")
RICH_TEXT_INPUT = element(
    "rich_text_input",
    "rich-text-input-element",
    TYPED,
    {"initial_value": may(RICH_TEXT), "min_lines": may(_LINES), "max_lines": may(_LINES)},
    checks=(_lines_in_order,),
)
FILE_INPUT = Shape(
    "file_input",
    ELEMENTS + "file-input-element",
    ID | {"filetypes": may(Items(String(least=1))), "max_files": may(Number(least=1, most=10))},
    surfaces=frozenset({"modal"}),
)

_FEEDBACK_SOURCE = ELEMENTS + "feedback-buttons-element"
_FEEDBACK = Shape(
    "",
    _FEEDBACK_SOURCE,
    {"text": need(plain(75)), "value": need(String(2_000)), "accessibility_label": LABEL},
)
FEEDBACK_BUTTONS = element(
    "feedback_buttons",
    _FEEDBACK_SOURCE,
    ID,
    {"positive_button": need(_FEEDBACK), "negative_button": need(_FEEDBACK)},
)
ICON_BUTTON = element(
    "icon_button",
    "icon-button-element",
    CONFIRMED,
    {
        "icon": need(Choice(("trash",))),
        "text": need(plain()),
        "value": may(String(2_000)),
        "accessibility_label": LABEL,
        "visible_to_user_ids": may(Items(String(), most=10, source=SLACKBLOCKS + " icon_button")),
    },
)
URL_SOURCE = element("url", "url-source-element", {"url": need(WEB), "text": need(String())})

PRESSED = (BUTTON, WORKFLOW_BUTTON, OVERFLOW)
CHOSEN = (CHECKBOXES, RADIO_BUTTONS, *SELECTS, *MULTI_SELECTS, DATEPICKER, TIMEPICKER)
IN_SECTION = (*PRESSED, *CHOSEN, IMAGE)
"""Source: npm @slack/types 3.2.0 SectionBlockAccessory."""
IN_ACTIONS = (*PRESSED, *CHOSEN, DATETIMEPICKER, RICH_TEXT_INPUT)
"""Source: npm @slack/types 3.2.0 ActionsBlockElement."""
IN_INPUT = (
    *CHOSEN,
    DATETIMEPICKER,
    PLAIN_TEXT_INPUT,
    EMAIL_INPUT,
    URL_INPUT,
    NUMBER_INPUT,
    RICH_TEXT_INPUT,
    FILE_INPUT,
)
"""Source: npm @slack/types 3.2.0 InputBlockElement."""
