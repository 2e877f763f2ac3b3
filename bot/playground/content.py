"""A message's content, read from arguments: the part that posting, updating, scheduling and response URLs share."""

import copy
import json

from bot.playground.arguments import Arguments
from bot.playground.errors import SlackError
from bot.playground.shapes import JSON
from bot.playground.strictness import check_message

TEXT_CUT, TEXT_MOST = 40_000, 4_000
METADATA_BYTES = 16_000
"""A larger ``metadata`` is ``metadata_too_large``; the number is an assumption, Slack documents only the code."""


def content(args: Arguments, *, with_metadata: bool = True) -> JSON:
    """``text``, ``blocks``, ``attachments`` and ``metadata``, those that were given, checked. Raises ``SlackError``."""
    given: JSON = {}
    for name, wrong in (("blocks", "invalid_blocks_format"), ("attachments", "invalid_attachments")):
        value = args.parsed(name, error=SlackError(wrong))
        if value is not None:
            given[name] = copy.deepcopy(value)  # it gets ids that were not sent, and the journal keeps what was
    metadata = args.parsed("metadata", error=SlackError("invalid_metadata_format")) if with_metadata else None
    if metadata is not None:
        given["metadata"] = metadata
        if len(json.dumps(metadata).encode()) > METADATA_BYTES:
            raise SlackError("metadata_too_large")
    for name in ("text", "markdown_text"):
        if args.has(name):
            given[name] = args.text(name)
    given["_warnings"] = check_message(given)
    if "markdown_text" in given:
        given["text"] = given["markdown_text"]
        given["blocks"] = [{"type": "markdown", "text": given.pop("markdown_text")}]
    given["text"] = given.get("text", "")[:TEXT_CUT]
    return given


def no_longer_than(args: Arguments, most: int) -> None:
    """Raise ``msg_too_long`` for more text than ``most`` characters."""
    if len(args.text("text")) > most:
        raise SlackError("msg_too_long")


def warned(given: JSON) -> JSON:
    """Take the warnings out of ``content``'s result, as a part of the answer."""
    warnings = given.pop("_warnings", [])
    return {"response_metadata": {"messages": warnings}} if warnings else {}
