"""The rules for the blocks that came with agents: cards, carousels, tasks and plans."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.playground.blockkit import problems
from bot.playground.blockkit.elements import BUTTON, URL_SOURCE
from bot.playground.blockkit.objects import BLOCK_ID, IMAGE, text
from bot.playground.blockkit.problems import BLOCKS, SLACKBLOCKS, TYPES, At, Problem
from bot.playground.blockkit.richtext import RICH_TEXT
from bot.playground.blockkit.rules import Choice, Items, Shape, String, may, need, one_of, should

ID = {"block_id": may(BLOCK_ID)}


def _something_to_show(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    if not any(value.get(name) for name in ("hero_image", "title", "actions", "body")):
        yield at.error("must define one of `hero_image`, `title`, `actions` or `body`")
    if "icon" in value and "slack_icon" in value:
        yield at.under(SLACKBLOCKS + " CardBlock").error("must define either `icon` or `slack_icon`")


CARD = Shape(
    "card",
    BLOCKS + "card-block",
    ID
    | {
        "hero_image": may(IMAGE),
        "icon": may(IMAGE),
        "slack_icon": may(
            Shape("icon", SLACKBLOCKS + " SlackIcon", {"name": need(String(least=1))}),
        ),
        "title": may(text(150)),
        "subtitle": may(text(150)),
        "body": may(text(200)),
        "subtext": may(text(200)),
        "actions": may(Items(BUTTON, most=3, source=SLACKBLOCKS + " card.actions")),
    },
    (_something_to_show,),
    surfaces=frozenset({"message", "home"}),
    doubted=frozenset({"modal"}),
)
CAROUSEL = Shape(
    "carousel",
    BLOCKS + "carousel-block",
    ID | {"elements": need(Items(one_of(CARD), most=10, least=1))},
    surfaces=frozenset({"message", "home"}),
)

STATUSES = ("pending", "in_progress", "complete", "error")


def _not_pending(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    """Only a task inside a plan can wait for its turn."""
    if value.get("status") == "pending":
        yield (at / "status").error(problems.NOT_ALLOWED)


_TASK = ID | {
    "task_id": need(String(least=1)),
    "title": need(String(least=1)),
    "details": may(RICH_TEXT),
    "output": may(RICH_TEXT),
    "sources": may(Items(one_of(URL_SOURCE))),
    "status": need(Choice(STATUSES)),
}
MESSAGE_ONLY = frozenset[problems.Surface]({"message"})
TASK_SOURCE = BLOCKS + "task-card-block"
PLANNED_TASK = Shape(
    "",
    TASK_SOURCE,
    _TASK
    | {
        "type": should(
            Choice(("task_card",)), f"{TYPES} PlanBlock.tasks lets it be anything, {SLACKBLOCKS} leaves the type out"
        )
    },
)
TASK_CARD = Shape("task_card", f"{TASK_SOURCE}; {SLACKBLOCKS} _surfaces", _TASK, (_not_pending,), surfaces=MESSAGE_ONLY)


def _own_task_ids(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    seen: set[str] = set()
    tasks = value.get("tasks")
    for index, task in enumerate(tasks if isinstance(tasks, list) else ()):
        name = task.get("task_id") if isinstance(task, Mapping) else None
        if isinstance(name, str) and name in seen:
            yield (at / "tasks" / index / "task_id").under(SLACKBLOCKS).error(problems.taken("task_id", name))
        elif isinstance(name, str):
            seen.add(name)


PLAN = Shape(
    "plan",
    BLOCKS + "plan-block",
    ID
    | {
        "title": need(String(least=1, source=f"{TYPES} PlanBlock.title is a string, not a text object")),
        "tasks": may(Items(PLANNED_TASK, most=50, source=SLACKBLOCKS + " plan.tasks")),
    },
    (_own_task_ids,),
    surfaces=MESSAGE_ONLY,
)
