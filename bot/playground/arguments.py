"""The arguments of a Web API call: strings in a form, anything in JSON; read by what they should be."""

import json
from typing import Any

from bot.playground.errors import SlackError, invalid_arguments
from bot.playground.shapes import JSON

_TRUE, _FALSE = frozenset({"1", "true", "True"}), frozenset({"0", "false", "False", ""})


class Arguments:
    """What was given, without the token. An empty string counts as not given, as in Slack's forms."""

    def __init__(self, given: JSON) -> None:
        self.given = given

    def has(self, name: str) -> bool:
        """Whether there is anything under ``name``."""
        return self.given.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers are taken as their digits."""
        value = self.given.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise invalid_arguments(f"must be a string: {name}")
        return str(value)

    def maybe(self, name: str) -> str | None:
        """A string, or ``None`` when there is none."""
        return self.text(name) or None

    def required(self, name: str) -> str:
        """A string that must be there."""
        if not self.has(name):
            raise invalid_arguments(f"missing required field: {name}")
        return self.text(name)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A yes or no."""
        value = self.given.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        if str(value) in _TRUE:
            return True
        if str(value) in _FALSE:
            return False
        raise invalid_arguments(f"must be a boolean: {name}")

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        value = self.given.get(name)
        if value is None or value == "":
            return default
        try:
            return int(str(value))
        except ValueError:
            raise invalid_arguments(f"must be an integer: {name}") from None

    def parsed(self, name: str, *, error: SlackError | None = None) -> Any:
        """A list or an object: as it is in JSON, or as JSON in a form's string. ``None`` when there is none."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise error or invalid_arguments(f"must be valid JSON: {name}") from None

    def listed(self, name: str) -> list[str]:
        """Several strings: a JSON list, or separated by commas."""
        value = self.given.get(name)
        if value is None or value == "":
            return []
        if isinstance(value, str) and value.startswith("["):
            value = self.parsed(name)
        if isinstance(value, list):
            return [str(each) for each in value]
        return [each.strip() for each in str(value).split(",") if each.strip()]
