"""Block Kit, as far as this bot speaks it: plain dictionaries that are within Slack's limits by construction.

Limits: docs.slack.dev/reference/block-kit. Builders cut, they never raise. Text that is passed as ``mrkdwn`` is our own
or has been through :mod:`bot.slack.text`.
"""

from collections.abc import Sequence
from typing import Any

from bot.slack.text import MOST_TEXT, clip

Block = dict[str, Any]


def mrkdwn(text: str, most: int = MOST_TEXT) -> Block:
    """A text object that is marked up, and in which nothing else is turned into links or mentions."""
    return {"type": "mrkdwn", "text": clip(text, most) or " ", "verbatim": True}


def plain(text: str, most: int = MOST_TEXT) -> Block:
    """A text object that is shown as it is."""
    return {"type": "plain_text", "text": clip(text, most) or " ", "emoji": False}


def section(text: str, *, fields: Sequence[str] = ()) -> Block:
    """A paragraph, with up to ten short fields below."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    if fields:
        block["fields"] = [mrkdwn(field, 2000) for field in fields[:10]]
    return block


def context(*texts: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts[:10]]}


def code(text: str, most: int = 2500) -> Block:
    """Foreign text in a box, letter by letter: nothing in it can be markup."""
    return {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": clip(text, most) or " "}]}
        ],
    }


def button(text: str, action_id: str, value: str, *, style: str | None = None) -> Block:
    """A button; ``style`` is primary or danger."""
    element: Block = {"type": "button", "text": plain(text, 75), "action_id": action_id, "value": clip(value, 2000)}
    return element | ({"style": style} if style else {})


def actions(*elements: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements[:25])}
