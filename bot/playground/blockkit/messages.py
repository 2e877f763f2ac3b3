"""Judges the arguments of ``chat.postMessage`` and its relatives."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.playground.blockkit import problems, surface
from bot.playground.blockkit.blocks import ALL, ATTACHED
from bot.playground.blockkit.problems import DOCS, TYPES, At, Problem
from bot.playground.blockkit.rules import Items, Shape, String, need

POST = DOCS + "methods/chat.postMessage"
TEXT_ADVISED, TEXT_CUT = 4_000, 40_000
MARKDOWN_ARGUMENT = String(12_000, least=1)
MESSAGE_BLOCKS = Items(ALL, most=50)
ATTACHMENTS = 100


class _Anything(String):
    """A JSON object whose content is the app's own affair."""

    def check(self, value: object, at: At) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield at.error(problems.must_provide("an object"))


METADATA = Shape("", DOCS + "metadata", {"event_type": need(String(least=1)), "event_payload": need(_Anything())})


def validate_message(payload: Mapping[str, Any]) -> list[Problem]:
    """Say what Slack would refuse in a message's arguments (``text``, ``blocks``, ``attachments``, ``metadata`` …).

    JSON that came as a string must have been decoded; a null argument counts as one that was left out. Arguments that
    do not shape the message (``channel``, ``thread_ts`` …) are not looked at.
    """
    at = At("", "message", "invalid_blocks", POST)
    arguments: object = payload
    if not isinstance(arguments, Mapping):
        return [at.error(problems.must_provide("an object"), code="invalid_arguments")]
    given = {name: value for name, value in payload.items() if value is not None}
    return [
        *_text(given, at),
        *_blocks(given.get("blocks", []), at / "blocks"),
        *_attachments(given.get("attachments", []), at / "attachments"),
        *_together(given, at),
        *_metadata(given.get("metadata", {}), at / "metadata"),
    ]


def _text(given: Mapping[str, Any], at: At) -> Iterator[Problem]:
    text, markdown = given.get("text", ""), given.get("markdown_text")
    if not isinstance(text, str):
        yield (at / "text").error(problems.must_provide("a string"), code="invalid_arguments")
    elif len(text) > TEXT_CUT:
        yield (at / "text").warning(f"is cut after {TEXT_CUT} characters", code="msg_too_long")
    elif len(text) > TEXT_ADVISED:
        yield (at / "text").warning(problems.too_long(TEXT_ADVISED), code="msg_too_long")
    if markdown is not None:
        place = at / "markdown_text"
        for problem in MARKDOWN_ARGUMENT.check(markdown, place):
            yield place.error(problem.text, code="invalid_arguments")
        if given.get("text") or given.get("blocks"):
            yield place.error("markdown_text_conflict", code="markdown_text_conflict")
    if not any(given.get(name) for name in ("text", "blocks", "attachments", "markdown_text")):
        yield (at / "text").error("no_text", code="no_text")


def _blocks(blocks: object, at: At) -> Iterator[Problem]:
    if isinstance(blocks, list):
        yield from MESSAGE_BLOCKS.check(blocks, at)
    else:
        yield at.error(problems.must_provide("an array"), code="invalid_blocks_format")


def _attachments(attachments: object, at: At) -> Iterator[Problem]:
    at = At(at.pointer, at.surface, "invalid_attachments", f"{DOCS}messaging/attachments; {TYPES} MessageAttachment")
    if not isinstance(attachments, list):
        yield at.error(problems.must_provide("an array"))
        return
    if len(attachments) > ATTACHMENTS:
        yield at.under(POST).error(problems.too_many(ATTACHMENTS), code="too_many_attachments")
    for index, attachment in enumerate(attachments):
        if not isinstance(attachment, Mapping):
            yield (at / index).error(problems.must_provide("an object"))
        elif "blocks" in attachment:
            yield from ATTACHED.check(attachment["blocks"], at / index / "blocks")


def _together(given: Mapping[str, Any], at: At) -> Iterator[Problem]:
    """What the message's own blocks and those of its attachments have to share."""
    own = surface.placed(given.get("blocks"), at / "blocks")
    attachments = given.get("attachments")
    attached = [
        block
        for index, attachment in enumerate(attachments if isinstance(attachments, list) else ())
        if isinstance(attachment, Mapping)
        for block in surface.placed(attachment.get("blocks"), at / "attachments" / index / "blocks")
    ]
    everything = own + attached
    yield from surface.own_block_ids(everything)
    yield from surface.one_table(everything)
    yield from surface.markdown_in_all(everything, at / "blocks")
    yield from surface.not_too_long(everything, at / "blocks")


def _metadata(metadata: object, at: At) -> Iterator[Problem]:
    """``{}`` is how an update takes metadata away; beside the event, work objects bring ``entities``."""
    at = At(at.pointer, at.surface, "invalid_metadata_format", METADATA.source)
    if not isinstance(metadata, Mapping):
        yield at.error(problems.must_provide("an object"))
    elif metadata and ("entities" not in metadata or "event_type" in metadata):
        yield from METADATA.check({name: value for name, value in metadata.items() if name != "entities"}, at)
