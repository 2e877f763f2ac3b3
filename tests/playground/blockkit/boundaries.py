"""The boundary cases of PyPI ``slackblocks``: for each of its limits, how to build something of a given size.

Keyed by the name of the limit in its registry. ``at`` is the JSON pointer of what grows, ``reported`` where the problem
is told when that is another place. Built with slackblocks itself, so that it is its idea of the format that is judged.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import slackblocks as sb

Json = dict[str, Any]
Make = Callable[[int], Json]
URL = "https://example.org/"


@dataclass(frozen=True)
class Boundary:
    make: Make
    at: str
    reported: str = ""


def told(*blocks: Any, **more: Any) -> Json:
    return sb.Message("C1", "fallback", list(blocks), **more).to_dict()  # type: ignore[no-any-return, unused-ignore]


def modal(*blocks: Any, **more: Any) -> Json:
    return sb.ModalView(**{"title": "Ticket", "submit": "Send", "blocks": list(blocks) or [section()]} | more).to_dict()  # type: ignore[no-any-return, unused-ignore]


def section() -> Any:
    return sb.SectionBlock("word")


def acting(make: Callable[[int], Any], field: str) -> Boundary:
    return Boundary(lambda n: told(sb.ActionsBlock([make(n)])), f"/blocks/0/elements/0/{field}")


def asking(make: Callable[[int], Any], field: str) -> Boundary:
    return Boundary(lambda n: modal(sb.InputBlock("Label", make(n))), f"/view/blocks/0/element/{field}")


def placed(make: Callable[[int], Any], field: str, reported: str = "") -> Boundary:
    return Boundary(lambda n: told(make(n)), f"/blocks/0/{field}", reported and f"/blocks/0/{reported}")


def viewed(field: str, at: str = "") -> Boundary:
    return Boundary(lambda n: modal(**{field: "x" * n}), f"/view/{at or field}")


def x(n: int) -> str:
    return "x" * n


def url(n: int) -> str:
    return URL + "x" * (n - len(URL))


def options(n: int) -> list[Any]:
    return [sb.Option(sb.PlainText(f"word {i}"), str(i)) for i in range(n)]


def buttons(n: int) -> list[Any]:
    return [sb.Button("Press", action_id=f"press {i}") for i in range(n)]


def confirmed(**more: Any) -> Any:
    words: Json = {"title": "Sure?", "text": "Really?", "confirm": "Yes", "deny": "No"} | more
    return sb.Button("Press", action_id="a", confirm=sb.ConfirmationDialogue(**words))


def choosing(**more: Any) -> Any:
    return sb.StaticSelectMenu(**{"placeholder": "Choose", "action_id": "a", "options": options(1)} | more)


def grouped(groups: list[Any]) -> Any:
    return sb.StaticSelectMenu(placeholder="Choose", action_id="a", option_groups=groups)


def feedback(**more: Any) -> Any:
    good, bad = (sb.FeedbackButton(**{"text": "Word", "value": "v"} | extra) for extra in (more, {}))
    return sb.ContextActionsBlock([sb.FeedbackButtons(good, bad, action_id="f")])


def icon(**more: Any) -> Any:
    return sb.ContextActionsBlock([sb.IconButton(**{"text": "Delete", "icon": "trash", "action_id": "i"} | more)])


def workflow_button(**more: Any) -> Any:
    words: Json = {"text": "Run", "action_id": "w", "workflow": sb.Workflow(sb.Trigger(URL, []))}
    return sb.WorkflowButton(**words | more)


def image(**more: Any) -> Any:
    return sb.Image(**{"alt_text": "a cat", "image_url": URL} | more)


def picture(**more: Any) -> Any:
    return sb.ImageBlock(**{"alt_text": "a cat", "image_url": URL} | more)


def video(**more: Any) -> Any:
    words = {"alt_text": "a talk", "thumbnail_url": URL, "title": "A talk", "video_url": URL}
    return sb.VideoBlock(**words | more)


def cells(count: int, text: str = "word") -> list[Any]:
    return [sb.RawText(text) for _ in range(count)]


def data(rows: list[Any], **more: Any) -> Any:
    return sb.DataTableBlock(rows, **{"caption": "numbers"} | more)


def line(**more: Any) -> Any:
    return sb.RichTextBlock([sb.RichTextList("bullet", [sb.RichTextSection([sb.RichText("word")])], **more)])


def several(n: int) -> Any:
    return sb.UserMultiSelectMenu(placeholder="Who", action_id="a", max_selected_items=n)


def querying(n: int) -> Any:
    return sb.ExternalSelectMenu(placeholder="Find", action_id="a", min_query_length=n)


def dispatching(n: int) -> Any:
    when = (["on_enter_pressed", "on_character_entered"] * 2)[:n]
    return sb.PlainTextInput("a", dispatch_action_config=sb.DispatchActionConfiguration(when))


def filtering(n: int) -> Any:
    kinds: Any = ["im", "mpim"][:n]
    return sb.ConversationSelectMenu(placeholder="Where", action_id="a", filter=sb.ConversationFilter(include=kinds))


def pie(title: str = "Share", label: str = "all", segments: int = 1, value: int = 1) -> Any:
    return sb.DataVisualizationBlock(title, sb.PieChart([sb.ChartSegment(label, value) for _ in range(segments)]))


def bars(name: str = "open", label: str = "Mon", **axis: Any) -> Any:
    series = sb.DataSeries(name, [sb.DataPoint(label, 1)])
    return sb.DataVisualizationBlock("Counts", sb.BarChart([series], sb.AxisConfig([label], **axis)))


def counts(series: int = 1, categories: int = 1) -> Any:
    names = [f"day {i}" for i in range(categories)]
    each = [sb.DataSeries(f"series {i}", [sb.DataPoint(name, 1) for name in names]) for i in range(series)]
    return sb.DataVisualizationBlock("Counts", sb.LineChart(each, sb.AxisConfig(names)))


def tasks(n: int) -> list[Any]:
    return [sb.TaskCardBlock(f"t{i}", "Look", status="complete") for i in range(n)]


def card(**more: Any) -> Any:
    return sb.CardBlock(**{"title": "Card"} | more)


def container(**more: Any) -> Any:
    return sb.ContainerBlock(**{"child_blocks": [section()], "title": "Box"} | more)
