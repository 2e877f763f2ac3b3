"""The rules for layout blocks, and the surfaces each may be placed on."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.playground.blockkit import problems
from bot.playground.blockkit.cards import CARD, CAROUSEL, PLAN, TASK_CARD
from bot.playground.blockkit.elements import FEEDBACK_BUTTONS, ICON_BUTTON, IN_ACTIONS, IN_INPUT, IN_SECTION
from bot.playground.blockkit.objects import BLOCK_ID, IMAGE, SLACK_FILE, WEB, mrkdwn, one_picture, plain, text
from bot.playground.blockkit.problems import BLOCKS, ELEMENTS, INFERRED, SLACKBLOCKS, TYPES, At, Problem
from bot.playground.blockkit.richtext import RICH_TEXT
from bot.playground.blockkit.rules import (
    Choice,
    Flag,
    Items,
    OneOf,
    Shape,
    String,
    Url,
    may,
    need,
    one_of,
)
from bot.playground.blockkit.tables import DATA_TABLE, DATA_VISUALIZATION, TABLE

ID = {"block_id": may(BLOCK_ID)}
MESSAGE_ONLY = frozenset[problems.Surface]({"message"})


def _own_action_ids(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    """Two elements of a block cannot have one action_id."""
    seen: set[str] = set()
    elements = value.get("elements")
    for index, element in enumerate(elements if isinstance(elements, list) else ()):
        name = element.get("action_id") if isinstance(element, Mapping) else None
        if isinstance(name, str) and name in seen:
            yield (at / "elements" / index / "action_id").error(problems.taken("action_id", name))
        elif isinstance(name, str):
            seen.add(name)


def _text_or_fields(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    if "text" not in value and "fields" not in value:
        yield (at / "type").error("must define either `text` or `fields`")


def _response_url_in_modals(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    if at.surface == "modal" and value.get("type") == "input":
        return
    at = at.under(ELEMENTS + "select-menu-element: only works with menus in input blocks in modals")
    for key in ("element", "accessory"):
        element = value.get(key)
        if isinstance(element, Mapping) and element.get("response_url_enabled") is True:
            yield (at / key / "response_url_enabled").warning(problems.unexpected("response_url_enabled"))


SECTION = Shape(
    "section",
    BLOCKS + "section-block",
    ID
    | {
        "text": may(text(3_000)),
        "fields": may(Items(text(2_000), most=10, least=1)),
        "accessory": may(one_of(*IN_SECTION)),
        "expand": may(Flag()),
    },
    (_text_or_fields, _response_url_in_modals),
)
ACTIONS = Shape(
    "actions",
    BLOCKS + "actions-block",
    ID | {"elements": need(Items(one_of(*IN_ACTIONS), most=25, doubt=1))},
    (_own_action_ids,),
)
CONTEXT = Shape(
    "context",
    BLOCKS + "context-block",
    ID | {"elements": need(Items(one_of(plain(), mrkdwn(), IMAGE), most=10, doubt=1))},
)
DIVIDER = Shape("divider", BLOCKS + "divider-block", ID)
HEADER = Shape("header", BLOCKS + "header-block", ID | {"text": need(plain(150))})
IMAGE_BLOCK = Shape(
    "image",
    BLOCKS + "image-block",
    ID
    | {
        "alt_text": need(String(2_000)),
        "title": may(plain(2_000)),
        "image_url": may(WEB),
        "slack_file": may(SLACK_FILE),
    },
    (one_picture,),
)
INPUT = Shape(
    "input",
    BLOCKS + "input-block",
    ID
    | {
        "label": need(plain(2_000)),
        "element": need(one_of(*IN_INPUT)),
        "hint": may(plain(2_000)),
        "optional": may(Flag()),
        "dispatch_action": may(Flag()),
    },
    (_response_url_in_modals,),
)
MARKDOWN = Shape(
    "markdown", BLOCKS + "markdown-block", ID | {"text": need(String(12_000, least=1))}, surfaces=MESSAGE_ONLY
)
FILE = Shape(
    "file",
    f"{BLOCKS}file-block and {TYPES} FileBlock: cannot be added directly; {SLACKBLOCKS} lets it be",
    ID | {"source": need(Choice(("remote",))), "external_id": need(String(least=1))},
    surfaces=frozenset(),
    doubted=MESSAGE_ONLY,
)
VIDEO = Shape(
    "video",
    BLOCKS + "video-block",
    ID
    | {
        "alt_text": need(String(2_000, least=1, source=SLACKBLOCKS + " video.alt_text")),
        "title": need(plain(200, doubt=199, doubtful=f"{TYPES} VideoBlock.title: less than 200")),
        "video_url": need(Url(known=frozenset({"https"}), strict=True)),
        "thumbnail_url": need(WEB),
        "title_url": may(Url(most=2_000, known=frozenset({"https"}), strict=True)),
        "author_name": may(String(50, doubt=49, doubtful=f"{TYPES} VideoBlock.author_name: less than 50")),
        "provider_name": may(String(50, source=SLACKBLOCKS + " video.provider_name")),
        "provider_icon_url": may(Url(most=2_000, known=frozenset({"http", "https"}), strict=True)),
        "description": may(plain(200)),
    },
)
ALERT = Shape(
    "alert",
    BLOCKS + "alert-block",
    ID
    | {
        "text": need(text(200)),
        "level": may(Choice(("default", "info", "warning", "error", "success"))),
    },
    surfaces=frozenset({"modal"}),
)
CONTEXT_ACTIONS = Shape(
    "context_actions",
    BLOCKS + "context-actions-block",
    ID | {"elements": need(Items(one_of(FEEDBACK_BUTTONS, ICON_BUTTON), most=5, least=1))},
    (_own_action_ids,),
    surfaces=MESSAGE_ONLY,
)


def _titled(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    if "title" not in value and "rich_text_title" not in value:
        yield at.error("must define either `title` or `rich_text_title`")
    collapsible = value.get("is_collapsible") is True
    if value.get("default_collapsed") is True and not collapsible:
        yield (at / "default_collapsed").error("must define `is_collapsible` to use `default_collapsed`")
    if value.get("has_header_divider") is True and collapsible:
        at = at.under(f"{SLACKBLOCKS} refuses it, {TYPES} says it has no effect")
        yield (at / "has_header_divider").warning("must not define `is_collapsible` to use `has_header_divider`")


CHILDREN = (ACTIONS, CONTEXT, DIVIDER, FILE, HEADER, IMAGE_BLOCK, INPUT, RICH_TEXT, SECTION, TABLE, VIDEO)
CONTAINER = Shape(
    "container",
    BLOCKS + "container-block",
    ID
    | {
        "title": may(plain(150)),
        "rich_text_title": may(RICH_TEXT),
        "subtitle": may(text(150)),
        "child_blocks": need(Items(one_of(*CHILDREN), most=10, least=1)),
        "width": may(Choice(("narrow", "standard", "wide", "full"))),
        "icon": may(IMAGE),
        "is_collapsible": may(Flag()),
        "default_collapsed": may(Flag()),
        "has_header_divider": may(Flag()),
    },
    (_titled,),
    surfaces=frozenset({"message", "home"}),
)

ALL: OneOf = one_of(
    ACTIONS,
    ALERT,
    CARD,
    CAROUSEL,
    CONTAINER,
    CONTEXT,
    CONTEXT_ACTIONS,
    DATA_TABLE,
    DATA_VISUALIZATION,
    DIVIDER,
    FILE,
    HEADER,
    IMAGE_BLOCK,
    INPUT,
    MARKDOWN,
    PLAN,
    RICH_TEXT,
    SECTION,
    TABLE,
    TASK_CARD,
    VIDEO,
)
ATTACHED = Items(ALL, most=50, source=INFERRED + "the limit of a message's own blocks")
