"""What is filled in: ``state.values``, from what a person entered and what the elements started with.

Source: docs.slack.dev/reference/interaction-payloads/view-interactions-payload. An untouched input is there, empty.
"""

from typing import Any

from bot.playground.messages import elements
from bot.playground.shapes import JSON

Values = dict[str, dict[str, JSON]]

_EMPTY: dict[str, tuple[str, Any]] = {
    "plain_text_input": ("value", None),
    "email_text_input": ("value", None),
    "url_text_input": ("value", None),
    "number_input": ("value", None),
    "rich_text_input": ("rich_text_value", None),
    "static_select": ("selected_option", None),
    "external_select": ("selected_option", None),
    "radio_buttons": ("selected_option", None),
    "multi_static_select": ("selected_options", []),
    "multi_external_select": ("selected_options", []),
    "checkboxes": ("selected_options", []),
    "users_select": ("selected_user", None),
    "conversations_select": ("selected_conversation", None),
    "channels_select": ("selected_channel", None),
    "multi_users_select": ("selected_users", []),
    "multi_conversations_select": ("selected_conversations", []),
    "multi_channels_select": ("selected_channels", []),
    "datepicker": ("selected_date", None),
    "timepicker": ("selected_time", None),
    "datetimepicker": ("selected_date_time", None),
    "file_input": ("files", []),
}
"""Where each element keeps its value, and what is there when it has none. Buttons and overflow menus keep nothing."""


def value_key(element_type: str) -> str | None:
    """The key that an element of this type keeps its value under."""
    found = _EMPTY.get(element_type)
    return found[0] if found else None


def state_values(blocks: list[JSON], given: Values) -> Values:
    """The values of every element that keeps one."""
    values: Values = {}
    for block in blocks:
        for element in elements(block):
            kind = element.get("type", "")
            if kind in _EMPTY:
                entered = given.get(block["block_id"], {}).get(element["action_id"])
                value = initial(element) if entered is None else {"type": kind, **entered}
                values.setdefault(block["block_id"], {})[element["action_id"]] = value
    return values


def initial(element: JSON) -> JSON:
    """What an element holds before anybody touched it."""
    kind = element["type"]
    key, empty = _EMPTY[kind]
    start = element.get("initial_" + key.removeprefix("selected_"), empty)
    return {"type": kind, key: start}


def accepted(element: JSON, entered: JSON) -> JSON:
    """What the page says was entered, reduced to what this element keeps."""
    key, empty = _EMPTY[element["type"]]
    if key == "rich_text_value" and "value" in entered:
        text = entered["value"] or ""
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
        return {key: {"type": "rich_text", "elements": [section]} if text else None}
    value = entered.get(key, empty)
    return {key: None if value == "" else value}


def find(blocks: list[JSON], block_id: str, action_id: str) -> JSON | None:
    """The element of that block and action."""
    for block in blocks:
        if block.get("block_id") == block_id:
            return next((each for each in elements(block) if each.get("action_id") == action_id), None)
    return None
