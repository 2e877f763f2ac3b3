"""Judges modals and Home tabs, and the answers to a menu that asks for its options."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from bot.playground.blockkit import problems, surface
from bot.playground.blockkit.blocks import ALL
from bot.playground.blockkit.objects import GROUP, OPTION, plain
from bot.playground.blockkit.problems import DOCS, INFERRED, SLACKBLOCKS, TYPES, At, Problem
from bot.playground.blockkit.rules import Flag, Items, Shape, String, may, need

VIEW_BYTES = 250_000
_COMMON = {
    "blocks": need(Items(ALL, most=100, doubt=1)),
    "private_metadata": may(String(3_000)),
    "callback_id": may(String(255)),
    "external_id": may(String(255, source=DOCS + "methods/views.open; " + SLACKBLOCKS)),
}
MODAL = Shape(
    "modal",
    DOCS + "views/modal-views",
    {
        "title": need(plain(24)),
        "submit": may(plain(24)),
        "close": may(plain(24)),
        "clear_on_close": may(Flag()),
        "notify_on_close": may(Flag()),
    }
    | _COMMON,
)
HOME = Shape("home", DOCS + "views/home-tab-views", _COMMON)


def validate_view(view: Mapping[str, Any], *, kind: Literal["modal", "home"]) -> list[Problem]:
    """Say what Slack would refuse in a whole view that is given where one of this ``kind`` belongs."""
    at = At("/view", kind, "invalid_arguments", TYPES + " View")
    given: object = view
    if not isinstance(given, Mapping):
        return [at.error(problems.must_provide("an object"))]
    found = [*(MODAL if kind == "modal" else HOME).check(view, at), *_together(view, at)]
    if problems.refused(found):
        found.insert(0, at.under("java-slack-sdk#302").error(problems.NO_MATCH))
    return [*found, *_size(view, at)]


def _together(view: Mapping[str, Any], at: At) -> Iterator[Problem]:
    blocks = surface.placed(view.get("blocks"), at / "blocks")
    yield from surface.own_block_ids(blocks)
    yield from surface.one_focus(blocks)
    if at.surface == "modal" and "submit" not in view:
        yield from surface.submit_for_inputs(blocks)


def _size(view: Mapping[str, Any], at: At) -> Iterator[Problem]:
    """The view as compact JSON, in bytes; how Slack counts is not documented."""
    at = at.under(DOCS + "methods/views.open: 250 kB")
    try:
        size = len(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))
    except RecursionError:
        size = VIEW_BYTES + 1
    if size > VIEW_BYTES:
        yield at.error("view_too_large", code="view_too_large")


ANSWER = {"options": Items(OPTION, most=100), "option_groups": Items(GROUP, most=100)}


def validate_options(answer: object) -> list[Problem]:
    """Say what Slack would not show of the answer to a ``block_suggestion``; pointers begin with ``/options…``."""
    source = DOCS + "block-kit/block-elements/select-menu-element"
    at = At("", "modal", "invalid_arguments", source)
    if not isinstance(answer, Mapping):
        return [at.error(problems.must_provide("an object"))]
    found: list[Problem] = []
    if ("options" in answer) == ("option_groups" in answer):
        found.append(at.error("must define either `options` or `option_groups`"))
    for name, value in answer.items():
        if name in ANSWER:
            found += ANSWER[name].check(value, at / name)
        else:
            found.append(at.under(INFERRED + "as in views").warning(problems.unexpected(str(name))))
    return found
