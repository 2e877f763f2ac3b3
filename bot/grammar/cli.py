"""What ``ticketbot parse`` prints: what a command line says, as JSON objects."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bot.errors import UsageError
from bot.grammar import parse


def answer(text: str) -> dict[str, Any]:
    """What the line says, or what is wrong with it."""
    try:
        return parse(text).said()
    except UsageError as error:
        tip = f" Try: {error.corrected}" if error.corrected else ""
        return {"error": error.code, "message": f"{error}{tip}"}


def batch(lines: Iterable[str]) -> Iterator[str]:
    """The same for JSON lines, ``{"input": …}`` each; an empty line is passed over."""
    for line in lines:
        if line.strip():
            yield json.dumps(_answer_to(line), ensure_ascii=False)


def _answer_to(line: str) -> dict[str, Any]:
    try:
        text = json.loads(line)["input"]
        if not isinstance(text, str):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        return {"error": "bad-line", "message": 'Every line is a JSON object with "input".'}
    return answer(text)
