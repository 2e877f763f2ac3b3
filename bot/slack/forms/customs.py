"""Custom fields: those of the chosen department, each with the input that its type asks for."""

import re
from typing import Any

from bot.helpdesk import CustomField
from bot.slack.blocks import Block, context
from bot.slack.forms import inputs
from bot.slack.forms.entered import Entered
from bot.slack.forms.lists import Lists, Option, id_value, matched, short
from bot.slack.text import counted

PREFIX = "custom."


def custom_blocks(lists: Lists, entered: Entered, department: str | None, *, most: int, room: int) -> list[Block]:
    """The inputs, ``room`` blocks at most; what was filled in comes first."""
    given = {name.removeprefix(PREFIX): value for name, value in entered.items() if name.startswith(PREFIX)}
    blocks: list[Block] = []
    shown: set[str] = set()
    for name, value in given.items():
        field = lists.custom_called(name) or CustomField(id=name, name=name, system_name=name)
        if field.system_name not in shown:
            shown.add(field.system_name)
            blocks += _blocks(field, value, most)
    unique = {each.system_name: each for each in lists.custom(department)}
    left = [each for name, each in unique.items() if name not in shown]
    for number, each in enumerate(left):
        drawn = _blocks(each, None, most)
        if len(blocks) + len(drawn) >= room:
            rest = counted(len(left) - number, "more custom field is", "more custom fields are")
            return [*blocks, context(f"{rest} not shown; `custom.NAME:value` in a command sets them.")]
        blocks += drawn
    return blocks


def _blocks(each: CustomField, value: Any, most: int) -> list[Block]:
    block = f"{PREFIX}{short(each.system_name)}"
    said = value["text"] if isinstance(value, dict) else value
    if each.values:
        options = options_of(each)
        chosen = _chosen(options, value)
        element = inputs.menu(options, chosen, placeholder=f"{each.name}…", most=most)
        return [inputs.entry(block, each.name, element)]
    match each.kind:
        case "date" if said is None or re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(said)):
            element = {"type": "datepicker", "action_id": f"{inputs.FORM}date"}
            return [inputs.entry(block, each.name, element | ({"initial_date": said} if said else {}))]
        case "number" | "integer" | "decimal" if said is None or re.fullmatch(r"-?\d+(\.\d+)?", str(said)):
            element = {
                "type": "number_input",
                "action_id": f"{inputs.FORM}number",
                "is_decimal_allowed": each.kind != "integer",
            }
            return [inputs.entry(block, each.name, element | ({"initial_value": said} if said else {}))]
        case "checkbox" | "boolean":
            yes_no = [Option("^1", "Yes"), Option("^0", "No")]
            element = inputs.menu(yes_no, _chosen(yes_no, value), placeholder=each.name, most=most or 2)
            return [inputs.entry(block, each.name, element)]
    return inputs.text(block, each.name, said, lines=each.kind in {"text", "textarea", "multiline"})


def options_of(each: CustomField) -> list[Option]:
    """What can be chosen for a custom field."""
    return list({id_value(text): Option(id_value(text), text) for text in each.values}.values())


def value_of(each: CustomField | None, value: Any) -> str | None:
    """What was entered, as the helpdesk takes it; the word none empties the field."""
    if isinstance(value, dict):
        chosen = str(value["value"])
        full = matched(options_of(each), value) if each else None
        value = full.text if full else chosen[1:] if chosen.startswith(("^", "=")) else value["text"]
    return None if value.strip().lower() == "none" else value


def _chosen(options: list[Option], value: Any) -> Option | None:
    if value is None:
        return None
    said = value if isinstance(value, dict) else {"value": f"={value}", "text": value}
    return matched(options, said) or Option(said["value"], said["text"])
