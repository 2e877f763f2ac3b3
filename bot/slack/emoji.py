"""Emoji as the characters that they are: a text of Slack's has ``:tada:``, and its blocks say which one that is."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_EMOJI = re.compile(r":(?P<name>[^:\s`<>]+):(?P<tone>:skin-tone-\d:)?")
"""As Slack writes one in a text (docs.slack.dev/messaging/formatting-message-text)."""
_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
"""In which nothing is an emoji."""


def spelled(message: Mapping[str, Any]) -> str:
    """The text of a message with its emoji as characters; a workspace's own keep their names.

    The elements of its rich text tell the code points, «1f642» or «1f44b-1f3fb»
    (docs.slack.dev/reference/block-kit/blocks/rich-text-block); where there are none, names stay names.
    """
    text = str(message.get("text") or "")
    if ":" not in text:
        return text
    known = {name: character for name, character in _elements(message.get("blocks")) if character}
    if not known:
        return text

    def character(found: re.Match[str]) -> str:
        return known.get(found[0].strip(":")) or known.get(found["name"]) or found[0]

    pieces = _CODE.split(text)
    return "".join(piece if number % 2 else _EMOJI.sub(character, piece) for number, piece in enumerate(pieces))


def _elements(part: Any) -> Iterator[tuple[str, str]]:
    """Every emoji somewhere in blocks: its name, and its characters if it is a standard one."""
    if isinstance(part, list):
        for each in part:
            yield from _elements(each)
    elif isinstance(part, Mapping):
        if part.get("type") == "emoji":
            tone = f"::skin-tone-{part['skin_tone']}" if part.get("skin_tone") else ""
            name = str(part.get("name") or "")
            yield name if tone and name.endswith(tone) else name + tone, _characters(part.get("unicode"))
        yield from _elements(part.get("elements"))


def _characters(points: Any) -> str:
    try:
        return "".join(chr(int(point, 16)) for point in points.split("-")) if isinstance(points, str) else ""
    except (ValueError, OverflowError):
        return ""
