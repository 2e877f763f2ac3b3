"""Messages, before they go anywhere: a text that says it all, and blocks that say it better."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.blocks import Block, code, context, section
from bot.slack.text import clip, escape

_MOST_BOXED = 2500
_MOST_TEXT = 38_000
"""Slack cuts a message's text at 40,000 characters."""


@dataclass(frozen=True)
class Message:
    """What is shown; ``text`` is what screen readers and notifications read."""

    text: str
    blocks: tuple[Block, ...] = ()

    def arguments(self) -> dict[str, Any]:
        """As arguments of a Web API method, or a ``response_url``'s body."""
        body: dict[str, Any] = {"text": self.text}
        return body | ({"blocks": list(self.blocks[:50])} if self.blocks else {})


def say(text: str, *more: Block) -> Message:
    """Our own words in mrkdwn, and what stands below them."""
    return Message(text=clip(text, 3900), blocks=(section(text), *more))


def give_back(text: str, typed: str, *more: Block) -> Message:
    """Say something about what was typed, and give it back whole."""
    if len(typed) <= _MOST_BOXED:
        return Message(text=clip(f"{text}\n{escape(typed)}", 3900), blocks=(section(text), code(typed), *more))
    kept = escape(typed).replace("```", "`\u2060``")
    return Message(text=f"{text}\n```\n{clip(kept, _MOST_TEXT - len(text))}\n```")


def noted(message: Mapping[str, Any], note: str) -> dict[str, Any]:
    """A message as it is sent, with small print below its blocks."""
    blocks = message.get("blocks")
    return {**message, "blocks": [*blocks[:49], context(note)]} if blocks and note else dict(message)
