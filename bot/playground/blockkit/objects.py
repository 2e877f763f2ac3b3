"""The rules for composition objects: texts, options, confirmations, filters."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.playground.blockkit.problems import ELEMENTS, INFERRED, OBJECTS, SLACKBLOCKS, TYPES, At, Problem
from bot.playground.blockkit.rules import (
    Choice,
    Flag,
    Items,
    Match,
    Number,
    OneOf,
    Shape,
    String,
    Url,
    may,
    need,
    one_of,
    should,
)

TEXT_OBJECT = OBJECTS + "text-object"
BLOCK_ID = String(255, source=f"{TYPES} Block.block_id")
ACTION_ID = String(255, least=1, source=f"{TYPES} Action.action_id; {SLACKBLOCKS} action_id")


def plain(most: int = 3_000, *, doubt: int | None = None, doubtful: str = "") -> Shape:
    """A plain_text object of up to ``most`` code points."""
    return Shape(
        "plain_text",
        TEXT_OBJECT,
        {"text": need(String(most, least=1, doubt=doubt, doubtful=doubtful)), "emoji": may(Flag())},
    )


def mrkdwn(most: int = 3_000) -> Shape:
    """A mrkdwn object of up to ``most`` code points."""
    return Shape(
        "mrkdwn",
        TEXT_OBJECT,
        {"text": need(String(most, least=1)), "verbatim": may(Flag())},
    )


def text(most: int = 3_000) -> OneOf:
    """A text object of either kind; Slack reports a wrong one twice, first as a failed union."""
    return one_of(plain(most), mrkdwn(most), announced=True)


OPTION_SOURCE = OBJECTS + "option-object"
VALUE = String(
    150,
    doubt=75,
    doubtful=f"{TYPES} OptionDescriptor.value says 75, the option-object page and slack_sdk say 150",
)


def _option(label: OneOf | Shape, description: OneOf | Shape, *, url: bool = False) -> Shape:
    fields = {"text": need(label), "value": need(VALUE), "description": may(description)}
    return Shape("", OPTION_SOURCE, fields | ({"url": may(Url())} if url else {}))


OPTION = _option(plain(75), plain(75))
MARKED_OPTION = _option(text(75), text(75))
"""For checkboxes and radio buttons, the only ones that show mrkdwn."""
LINK_OPTION = _option(plain(75), plain(75), url=True)
"""For overflow menus, the only ones that open an address."""

GROUP = Shape(
    "",
    OBJECTS + "option-group-object",
    {"label": need(plain(75)), "options": need(Items(OPTION, most=100, least=1))},
)

CONFIRM_SOURCE = OBJECTS + "confirmation-dialog-object"
_OPTIONAL = f"{CONFIRM_SOURCE} requires it, {TYPES} ConfirmationDialog does not"
STYLE = Choice(("primary", "danger"))
CONFIRM = Shape(
    "",
    CONFIRM_SOURCE,
    {
        "title": should(plain(100), _OPTIONAL),
        "text": need(text(300)),
        "confirm": should(plain(30), _OPTIONAL),
        "deny": should(plain(30), _OPTIONAL),
        "style": may(STYLE),
    },
)

DISPATCH_SOURCE = OBJECTS + "dispatch-action-configuration-object"
DISPATCH_CONFIG = Shape(
    "",
    DISPATCH_SOURCE,
    {
        "trigger_actions_on": should(
            Items(Choice(("on_enter_pressed", "on_character_entered")), least=1, most=2),
            f"{SLACKBLOCKS} requires it, {TYPES} DispatchActionConfig does not",
        )
    },
)


def _filters_something(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    if not value:
        yield at.error("must define `include`, `exclude_external_shared_channels` or `exclude_bot_users`")


FILTER = Shape(
    "",
    OBJECTS + "conversation-filter-object",
    {
        "include": may(Items(Choice(("im", "mpim", "private", "public")), least=1)),
        "exclude_external_shared_channels": may(Flag()),
        "exclude_bot_users": may(Flag()),
    },
    (_filters_something,),
)


def one_picture(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    """An image shows an address or a file of the workspace, never both."""
    if ("image_url" in value) == ("slack_file" in value):
        yield at.error("must define either `image_url` or `slack_file`")


def _one_file(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    if ("id" in value) == ("url" in value):
        yield at.error("must define either `id` or `url`")


_FILE_ID = re.compile(r"F[A-Z0-9]{8,}")
SLACK_FILE = Shape(
    "",
    OBJECTS + "slack-file-object",
    {
        "id": may(
            Match(lambda text: _FILE_ID.fullmatch(text) is not None, "invalid file id", SLACKBLOCKS + " SlackFile")
        ),
        "url": may(Url(most=None, known=frozenset({"https"}), strict=True)),
    },
    (_one_file,),
)
WEB = Url(known=frozenset({"http", "https"}), strict=True)
IMAGE = Shape(
    "image",
    ELEMENTS + "image-element",
    {
        "alt_text": need(String(2_000, source=SLACKBLOCKS + " image_element.alt_text")),
        "image_url": may(WEB),
        "slack_file": may(SLACK_FILE),
    },
    (one_picture,),
)

WORKFLOW = Shape(
    "",
    OBJECTS + "workflow-object",
    {
        "trigger": need(
            Shape(
                "",
                OBJECTS + "trigger-object",
                {
                    "url": need(WEB),
                    "customizable_input_parameters": may(
                        Items(
                            Shape(
                                "",
                                OBJECTS + "input-parameter-object",
                                {"name": need(String()), "value": need(String())},
                            )
                        )
                    ),
                },
            )
        )
    },
)

RAW_TEXT = Shape(
    "raw_text",
    f"{TYPES} RawTextElement",
    {"text": need(String(least=1, source=f"{TYPES} RawTextElement.text: at least one character"))},
)
RAW_NUMBER = Shape(
    "raw_number",
    f"{TYPES} RawNumberElement",
    {"value": need(Number(whole=False)), "text": need(String(least=1))},
)
EITHER = INFERRED + "modelled on section's either-or"
