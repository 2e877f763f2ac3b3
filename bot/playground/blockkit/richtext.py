"""The rules for rich text: the block, what it is divided into, and what these hold."""

import re
from collections.abc import Iterator

from bot.playground.blockkit import problems
from bot.playground.blockkit.objects import BLOCK_ID
from bot.playground.blockkit.problems import BLOCKS, INFERRED, SLACKBLOCKS, TYPES, At, Problem
from bot.playground.blockkit.rules import (
    Choice,
    Field,
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
)

PAGE = BLOCKS + "rich-text-block"
_LOOKS = ("bold", "italic", "strike", "code", "underline")
STYLE = Shape("", f"{TYPES} RichTextStyleable", {look: may(Flag()) for look in _LOOKS})
MENTION_STYLE = Shape(
    "",
    f"{PAGE}; {SLACKBLOCKS} RichTextUser",
    {look: may(Flag()) for look in (*_LOOKS, "highlight", "client_highlight", "unlink")},
)


def _leaf(kind: str, *, style: Shape = STYLE, **fields: Field) -> Shape:
    return Shape(kind, PAGE, {**fields, "style": may(style)})


class _Said(String):
    """A string that had better say something: no source allows or forbids an empty one."""

    def check(self, value: object, at: At) -> Iterator[Problem]:
        yield from super().check(value, at)
        if value == "":
            yield at.under(INFERRED + "text objects need a character").warning(problems.too_short(1))


TEXT = _leaf("text", text=need(_Said()))
LINK = _leaf("link", url=need(Url(most=None)), text=may(String()), unsafe=may(Flag()))
EMOJI = _leaf(
    "emoji",
    name=need(String(least=1, source=SLACKBLOCKS + " RichTextEmoji")),
    unicode=may(String()),
    url=may(String()),
    skin_tone=may(Number(least=1, most=6, source=SLACKBLOCKS + " RichTextEmoji")),
)
USER = _leaf("user", style=MENTION_STYLE, user_id=need(String(least=1)))
USERGROUP = _leaf("usergroup", style=MENTION_STYLE, usergroup_id=need(String(least=1)))
CHANNEL = _leaf("channel", style=MENTION_STYLE, channel_id=need(String(least=1)))
TEAM = _leaf("team", team_id=need(String(least=1)))
BROADCAST = _leaf("broadcast", range=need(Choice(("here", "channel", "everyone"))))
COLOR = _leaf(
    "color",
    value=need(Match(lambda text: re.fullmatch(r"#[0-9A-Fa-f]{3,8}", text) is not None, "must be a hex color")),
)
DATE = _leaf(
    "date",
    timestamp=need(Number()),
    format=need(String(least=1)),
    url=may(Url(most=None)),
    fallback=may(String()),
)
LEAVES = one_of(TEXT, LINK, EMOJI, USER, USERGROUP, CHANNEL, TEAM, BROADCAST, COLOR, DATE)

_BORDER = may(Number(least=0, most=1, source=f"{TYPES} RichTextBorderable"))
_EMPTY = f"{SLACKBLOCKS} refuses an empty section, {TYPES} does not"
SECTION = Shape("rich_text_section", PAGE, {"elements": need(Items(LEAVES, doubt=1, source=_EMPTY))})
PREFORMATTED = Shape(
    "rich_text_preformatted",
    PAGE,
    {
        "elements": need(Items(LEAVES)),
        "border": _BORDER,
        "language": may(String(source=INFERRED + "what Slack's clients send for code with a language")),
    },
)
QUOTE = Shape("rich_text_quote", PAGE, {"elements": need(Items(LEAVES)), "border": _BORDER})
LIST = Shape(
    "rich_text_list",
    PAGE,
    {
        "elements": need(Items(one_of(SECTION), doubt=1, source=_EMPTY)),
        "style": need(Choice(("bullet", "ordered"))),
        "indent": may(Number(least=0, most=8, source=f"{TYPES} RichTextList.indent")),
        "offset": may(Number(least=0)),
        "border": _BORDER,
    },
)
PARTS: OneOf = one_of(SECTION, LIST, QUOTE, PREFORMATTED)
RICH_TEXT = Shape(
    "rich_text",
    PAGE,
    {"elements": need(Items(PARTS)), "block_id": may(BLOCK_ID)},
)
