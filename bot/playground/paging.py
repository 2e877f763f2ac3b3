"""Pages of a list, and the cursors between them."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.playground.arguments import Arguments
from bot.playground.errors import SlackError

T = TypeVar("T")
MAX = 1_000


def page(
    items: Sequence[T], args: Arguments, *, default: int = 100, most: int = MAX, wrong: str = "invalid_limit"
) -> tuple[list[T], str]:
    """The items that ``limit`` and ``cursor`` ask for, and the next cursor, empty at the end.

    Raises ``SlackError``: ``invalid_cursor``, and for a bad limit what the method calls ``wrong``.
    """
    try:
        limit = int(args.text("limit") or default)
    except ValueError:
        raise SlackError(wrong) from None
    if limit == 0:
        limit = default
    if not 1 <= limit <= most:
        raise SlackError(wrong)
    start = _offset(args.text("cursor"))
    if start > len(items):
        raise SlackError("invalid_cursor")
    end = start + limit
    return list(items[start:end]), _cursor(end) if end < len(items) else ""


def _cursor(offset: int) -> str:
    return base64.b64encode(f"next:{offset}".encode()).decode()


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor.encode(), validate=True).decode().partition(":")
        if word == "next" and number.isdigit():
            return int(number)
    except (binascii.Error, UnicodeError):
        pass
    raise SlackError("invalid_cursor")
