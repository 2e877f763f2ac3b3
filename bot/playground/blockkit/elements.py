"""The rules for block elements: buttons, menus, pickers and inputs."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.playground.blockkit import problems
from bot.playground.blockkit.objects import (
    ACTION_ID,
    CONFIRM,
    DISPATCH_CONFIG,
    EITHER,
    FILTER,
    GROUP,
    IMAGE,
    LINK_OPTION,
    MARKED_OPTION,
    OPTION,
    STYLE,
    WEB,
    WORKFLOW,
    plain,
)
from bot.playground.blockkit.problems import ELEMENTS, INFERRED, SLACKBLOCKS, TYPES, At, Problem
from bot.playground.blockkit.richtext import RICH_TEXT
from bot.playground.blockkit.rules import (
    Check,
    Choice,
    Field,
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

ID = {"action_id": may(ACTION_ID)}
CONFIRMED = ID | {"confirm": may(CONFIRM)}
FOCUSED = {"focus_on_load": may(Flag())}
HINTED = {"placeholder": may(plain(150))}
DISPATCHED = {"dispatch_action_config": may(DISPATCH_CONFIG)}
LABEL = may(String(75))
SELECTABLE = {"max_selected_items": may(Number(least=1))}
QUERIED = {"min_query_length": may(Number(least=0))}
MENU = ELEMENTS + "select-menu-element"
MULTI_MENU = ELEMENTS + "multi-select-menu-element"


_Key = tuple[tuple[str, str | bool], ...]


def _key(option: Mapping[str, Any]) -> _Key:
    """What makes an option itself, with the defaults of its texts written out."""
    parts: list[tuple[str, object]] = [("value", option.get("value")), ("url", option.get("url"))]
    for name in ("text", "description"):
        if isinstance(words := option.get(name), Mapping):
            default = {"emoji": True} if words.get("type") == "plain_text" else {"verbatim": False}
            parts += [(f"{name}.{key}", part) for key, part in {**default, **words}.items()]
    return tuple(sorted((name, part) for name, part in parts if isinstance(part, str | bool)))


def _offered(value: Mapping[str, Any]) -> set[_Key]:
    groups = value.get("option_groups")
    lists = [value.get("options")]
    if isinstance(groups, list):
        lists += [group.get("options") for group in groups if isinstance(group, Mapping)]
    options = [option for each in lists if isinstance(each, list) for option in each]
    return {_key(option) for option in options if isinstance(option, Mapping)}


def _initial_is_offered(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    """What is chosen at first has to be one of the options, to the letter."""
    one, several = value.get("initial_option"), value.get("initial_options")
    chosen = {at / "initial_option": one} if isinstance(one, Mapping) else {}
    if isinstance(several, list):
        chosen |= {
            at / "initial_options" / n: option for n, option in enumerate(several) if isinstance(option, Mapping)
        }
    if chosen:
        offered = _offered(value)
        for place, option in chosen.items():
            if _key(option) not in offered:
                yield place.error(_NOT_OFFERED)


_NOT_OFFERED = "must match one of the provided options"
"""Inferred: the rule is in the documents, the words of the answer are not."""


def _options_or_groups(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    if ("options" in value) == ("option_groups" in value):
        yield at.under(f"{MENU}; wording {EITHER}").error("must define either `options` or `option_groups`")


def _not_more_than_selectable(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    most = value.get("max_selected_items")
    for name in ("initial_options", "initial_users", "initial_conversations", "initial_channels"):
        chosen = value.get(name)
        if isinstance(chosen, list) and isinstance(most, int) and 1 <= most < len(chosen):
            yield (at / name).under(INFERRED + "max_selected_items").warning(problems.too_many(most))


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


def _element(kind: str, page: str, *fields: Mapping[str, Field], checks: tuple[Check, ...] = ()) -> Shape:
    source = page if page.startswith("https:") else ELEMENTS + page
    return Shape(kind, source, {name: entry for group in fields for name, entry in group.items()}, checks)


def _menus(
    kind: str, initial: str, *fields: Mapping[str, Field], checks: tuple[Check, ...] = ()
) -> tuple[Shape, Shape]:
    """The menu that takes one and the menu that takes several, which differ only in how they begin."""
    one = OPTION if initial == "option" else String()
    single = _element(
        kind,
        MENU,
        CONFIRMED | FOCUSED | HINTED | {f"initial_{initial}": may(one)},
        *fields,
        checks=checks,
    )
    several = _element(
        f"multi_{kind}",
        MULTI_MENU,
        CONFIRMED | FOCUSED | HINTED | SELECTABLE | {f"initial_{initial}s": may(Items(one))},
        *({name: entry for name, entry in group.items() if name != "response_url_enabled"} for group in fields),
        checks=(*checks, _not_more_than_selectable),
    )
    return single, several


OPTIONS = {
    "options": may(Items(OPTION, most=100, least=1)),
    "option_groups": may(Items(GROUP, most=100, least=1)),
}
RESPONSE_URL = {"response_url_enabled": may(Flag())}
CURRENT = {"default_to_current_conversation": may(Flag()), "filter": may(FILTER)}
STATIC_SELECT, MULTI_STATIC_SELECT = _menus(
    "static_select", "option", OPTIONS, checks=(_options_or_groups, _initial_is_offered)
)
EXTERNAL_SELECT, MULTI_EXTERNAL_SELECT = _menus("external_select", "option", QUERIED)
USERS_SELECT, MULTI_USERS_SELECT = _menus("users_select", "user")
CONVERSATIONS_SELECT, MULTI_CONVERSATIONS_SELECT = _menus("conversations_select", "conversation", CURRENT, RESPONSE_URL)
CHANNELS_SELECT, MULTI_CHANNELS_SELECT = _menus("channels_select", "channel", RESPONSE_URL)
SELECTS = (STATIC_SELECT, EXTERNAL_SELECT, USERS_SELECT, CONVERSATIONS_SELECT, CHANNELS_SELECT)
MULTI_SELECTS = (
    MULTI_STATIC_SELECT,
    MULTI_EXTERNAL_SELECT,
    MULTI_USERS_SELECT,
    MULTI_CONVERSATIONS_SELECT,
    MULTI_CHANNELS_SELECT,
)

BUTTON = _element(
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
WORKFLOW_BUTTON = _element(
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
OVERFLOW = _element(
    "overflow", "overflow-menu-element", CONFIRMED, {"options": need(Items(LINK_OPTION, most=5, least=1))}
)
CHECKBOXES = _element(
    "checkboxes",
    "checkboxes-element",
    CONFIRMED | FOCUSED,
    {"options": need(Items(MARKED_OPTION, most=10, least=1)), "initial_options": may(Items(MARKED_OPTION, least=1))},
    checks=(_initial_is_offered,),
)
RADIO_BUTTONS = _element(
    "radio_buttons",
    "radio-button-group-element",
    CONFIRMED | FOCUSED,
    {"options": need(Items(MARKED_OPTION, most=10, least=1)), "initial_option": may(MARKED_OPTION)},
    checks=(_initial_is_offered,),
)
DATEPICKER = _element("datepicker", "date-picker-element", CONFIRMED | FOCUSED | HINTED, {"initial_date": may(DATE)})
TIMEPICKER = _element(
    "timepicker",
    "time-picker-element",
    CONFIRMED | FOCUSED | HINTED,
    {"initial_time": may(TIME), "timezone": may(String())},
)
DATETIMEPICKER = _element(
    "datetimepicker",
    "datetime-picker-element",
    CONFIRMED | FOCUSED,
    {"initial_date_time": may(Number(least=1_000_000_000, most=9_999_999_999))},
)

TYPED = ID | FOCUSED | HINTED | DISPATCHED
PLAIN_TEXT_INPUT = _element(
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
EMAIL_INPUT = _element("email_text_input", "email-input-element", TYPED, {"initial_value": may(String())})
URL_INPUT = _element("url_text_input", "url-input-element", TYPED, {"initial_value": may(String())})
NUMBER_INPUT = _element(
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
RICH_TEXT_INPUT = _element(
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
FEEDBACK_BUTTONS = _element(
    "feedback_buttons",
    _FEEDBACK_SOURCE,
    ID,
    {"positive_button": need(_FEEDBACK), "negative_button": need(_FEEDBACK)},
)
ICON_BUTTON = _element(
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
URL_SOURCE = _element("url", "url-source-element", {"url": need(WEB), "text": need(String())})

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
