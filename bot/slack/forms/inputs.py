"""Input blocks, within Slack's limits whatever is put into them (docs.slack.dev/reference/block-kit/blocks).

What an element keeps survives an update of the view only under the same ``block_id`` and ``action_id``: these are made
from what the field is and never drawn at random.
"""

from collections.abc import Sequence
from typing import Any

from bot.slack.blocks import Block, plain
from bot.slack.forms.entered import MOST_TEXT, pieces
from bot.slack.forms.lists import MOST_LABEL, MOST_OPTIONS, Option
from bot.slack.text import clip

_MOST_ID = 255
_MOST_HINT = 300
_MOST_NAME = 150
FORM = "form."
"""How every ``action_id`` of a form begins."""


def entry(
    block_id: str, label: str, element: Block, *, optional: bool = True, hint: str = "", dispatch: bool = False
) -> Block:
    """A labelled input."""
    block: Block = {
        "type": "input",
        "block_id": clip(block_id, _MOST_ID),
        "label": plain(label, _MOST_NAME),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, _MOST_HINT)
    if dispatch:
        block["dispatch_action"] = True
    return block


def text(
    block_id: str,
    label: str,
    value: Any,
    *,
    lines: bool = False,
    optional: bool = True,
    hint: str = "",
    dispatch: bool = False,
) -> list[Block]:
    """A text, in as many inputs as it takes to hold what is there already."""
    blocks = []
    for number, piece in enumerate(pieces(value if isinstance(value, str) else "")):
        element: Block = {
            "type": "plain_text_input",
            "action_id": f"{FORM}{'lines' if lines else 'text'}",
            "multiline": lines,
            "max_length": MOST_TEXT,
        }
        if piece:
            element["initial_value"] = piece
        if dispatch:
            element["dispatch_action_config"] = {"trigger_actions_on": ["on_enter_pressed"]}
        first = number == 0
        blocks.append(
            entry(
                block_id if first else f"{block_id}+{number}",
                label if first else f"{label}, continued",
                element,
                optional=optional or not first,
                hint=hint if first else "",
                dispatch=dispatch and first,
            )
        )
    return blocks


def menu(
    options: Sequence[Option] | None, chosen: Option | None, *, placeholder: str, scope: str = "", most: int
) -> Block:
    """A menu; one that asks for its options letter by letter where they are more than ``most``, or not known."""
    shown = list(options or ())
    if chosen is not None and options is not None:
        same = next((each for each in shown if each.value == chosen.value), None)
        if same is None:
            shown.insert(0, chosen)
        chosen = same or chosen
    static = options is not None and 0 < len(shown) <= min(most, MOST_OPTIONS)
    element: Block = {
        "type": "static_select" if static else "external_select",
        "action_id": clip(f"{FORM}{'static' if static else 'external'}{scope and '.'}{scope}", _MOST_ID),
        "placeholder": plain(placeholder, _MOST_NAME),
    }
    if static:
        element["options"] = [option(each) for each in shown]
    else:
        element["min_query_length"] = 0
    if chosen is not None:
        element["initial_option"] = option(chosen)
    return element


def option(each: Option) -> Block:
    """One option."""
    return {"text": plain(" ".join(each.text.split()), MOST_LABEL), "value": clip(each.value, MOST_LABEL)}


def radio(options: Sequence[Option], chosen: Option | None) -> Block:
    """One of a few, all in sight."""
    shown = [option(each) for each in options]
    element: Block = {"type": "radio_buttons", "action_id": f"{FORM}radio", "options": shown}
    return element | ({"initial_option": option(chosen)} if chosen is not None else {})


def ticks(options: Sequence[Option], chosen: Sequence[str]) -> Block:
    """Boxes to tick."""
    shown = [option(each) for each in options[:10]]
    element: Block = {"type": "checkboxes", "action_id": f"{FORM}ticks", "options": shown}
    if initial := [each for each in shown if each["value"] in chosen]:
        element["initial_options"] = initial
    return element


def moment(at: Any) -> Block:
    """A date and a time, in the zone of whoever looks."""
    element: Block = {"type": "datetimepicker", "action_id": f"{FORM}at"}
    if isinstance(at, dict) and 1_000_000_000 <= int(at.get("at", 0)) <= 9_999_999_999:
        element["initial_date_time"] = int(at["at"])
    return element


def person(chosen: Any) -> Block:
    """Somebody in Slack."""
    element: Block = {"type": "users_select", "action_id": f"{FORM}person"}
    return element | ({"initial_user": chosen["user"]} if isinstance(chosen, dict) and chosen.get("user") else {})


def channel(chosen: Any) -> Block:
    """A place in Slack."""
    element: Block = {"type": "conversations_select", "action_id": f"{FORM}channel"}
    found = chosen.get("channel") if isinstance(chosen, dict) else None
    return element | ({"initial_conversation": found} if found else {})


def files() -> Block:
    """Files to take along."""
    return {"type": "file_input", "action_id": f"{FORM}files", "max_files": 10}
