"""What a form demands of what is filled in, checked before the app is asked.

Sources: docs.slack.dev/reference/block-kit/block-elements for what is checked; the sentences are this project's own.
"""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from bot.playground.messages import elements
from bot.playground.shapes import JSON
from bot.playground.values import Values, value_key

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LINK = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)


def complaints(blocks: list[JSON], values: Values) -> dict[str, str]:
    """What is wrong, by block id; empty when the form may go to the app."""
    found: dict[str, str] = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        for element in elements(block):
            value = values.get(block["block_id"], {}).get(element["action_id"], {})
            text = next(
                _wrong(element, value.get(value_key(element["type"]) or ""), optional=bool(block.get("optional"))), None
            )
            if text is not None:
                found[block["block_id"]] = text
    return found


def _wrong(element: JSON, value: object, *, optional: bool) -> Iterator[str]:
    if value in (None, "", []):
        if not optional:
            yield "Please complete this required field."
        return
    most = element.get("max_selected_items") or (
        element.get("max_files", 10) if element["type"] == "file_input" else None
    )
    if isinstance(value, list) and most is not None and len(value) > most:
        yield f"Choose no more than {most}."
    match element["type"]:
        case "plain_text_input":
            length = len(str(value))
            if length < element.get("min_length", 0):
                yield f"Enter at least {element['min_length']} characters."
            if length > element.get("max_length", 3_000):
                yield f"Enter no more than {element.get('max_length', 3_000)} characters."
        case "email_text_input" if not _EMAIL.fullmatch(str(value)):
            yield "Enter a valid e-mail address."
        case "url_text_input" if not _LINK.fullmatch(str(value)):
            yield "Enter a valid link, beginning with https://."
        case "number_input":
            yield from _number(element, str(value))


def _number(element: JSON, value: str) -> Iterator[str]:
    try:
        number = Decimal(value)
    except InvalidOperation:
        yield "Enter a number."
        return
    if not number.is_finite() or (not element.get("is_decimal_allowed") and number != number.to_integral_value()):
        yield "Enter a whole number."
    for bound, wrong in (("min_value", number.__lt__), ("max_value", number.__gt__)):
        if bound in element and wrong(Decimal(str(element[bound]))):
            yield f"Enter a number of at {'least' if bound == 'min_value' else 'most'} {element[bound]}."
