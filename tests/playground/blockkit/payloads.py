"""Small well-formed pieces of Block Kit, to be spoilt by the tests one at a time."""

from typing import Any

Json = dict[str, Any]


def plain(text: str = "word", **more: Any) -> Json:
    return {"type": "plain_text", "text": text, **more}


def mrkdwn(text: str = "word", **more: Any) -> Json:
    return {"type": "mrkdwn", "text": text, **more}


def without(thing: Json, *names: str) -> Json:
    return {name: value for name, value in thing.items() if name not in names}


def option(value: str = "v", text: str = "word", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def options(count: int) -> list[Json]:
    return [option(str(number)) for number in range(count)]


def group(*members: Json, label: str = "label") -> Json:
    return {"label": plain(label), "options": list(members)}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **more}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(), "action_id": "press", **more}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "choose", "options": options(2), **more}


def typed(**more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "type", **more}


def confirm(**more: Any) -> Json:
    return {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain(), **more}


def image(**more: Any) -> Json:
    return {"type": "image", "alt_text": "a cat", "image_url": "https://example.org/cat.png", **more}


def actions(*elements: Any, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def context(*elements: Any) -> Json:
    return {"type": "context", "elements": list(elements)}


def asked(element: Any = None, **more: Any) -> Json:
    return {"type": "input", "label": plain(), "element": typed() if element is None else element, **more}


def rich(*parts: Any, **more: Any) -> Json:
    return {"type": "rich_text", "elements": list(parts), **more}


def part(*leaves: Any) -> Json:
    return {"type": "rich_text_section", "elements": list(leaves)}


def said(text: str = "word", **more: Any) -> Json:
    return {"type": "text", "text": text, **more}


def listed(*items: Any, **more: Any) -> Json:
    return {"type": "rich_text_list", "style": "bullet", "elements": list(items), **more}


def cell(text: str = "word") -> Json:
    return {"type": "raw_text", "text": text}


def table(*rows: Any, **more: Any) -> Json:
    return {"type": "table", "rows": list(rows), **more}


def data_table(*rows: Any, **more: Any) -> Json:
    return {"type": "data_table", "caption": "numbers", "rows": list(rows), **more}


def video(**more: Any) -> Json:
    return {
        "type": "video",
        "alt_text": "a talk",
        "title": plain(),
        "video_url": "https://example.org/embed/1",
        "thumbnail_url": "https://example.org/1.png",
        **more,
    }


def task(task_id: str = "t1", **more: Any) -> Json:
    return {"type": "task_card", "task_id": task_id, "title": "Look", "status": "complete", **more}


def plan(*tasks: Any, **more: Any) -> Json:
    return {"type": "plan", "title": "All of it", "tasks": list(tasks), **more}


def container(*blocks: Any, **more: Any) -> Json:
    return {"type": "container", "title": plain(), "child_blocks": list(blocks), **more}


def pie(*segments: tuple[str, float], title: str = "Share") -> Json:
    pieces = [{"label": label, "value": value} for label, value in segments]
    return {"type": "data_visualization", "title": title, "chart": {"type": "pie", "segments": pieces}}


def bars(series: dict[str, list[str]], categories: list[str]) -> Json:
    data = [{"name": name, "data": [{"label": x, "value": 1} for x in labels]} for name, labels in series.items()]
    chart = {"type": "bar", "series": data, "axis_config": {"categories": categories}}
    return {"type": "data_visualization", "title": "Counts", "chart": chart}


def message(*blocks: Any, **more: Any) -> Json:
    return {"text": "fallback", "blocks": list(blocks), **more}


def modal(*blocks: Any, **more: Any) -> Json:
    shown = list(blocks) or [section()]
    return {"type": "modal", "title": plain("Ticket"), "submit": plain("Send"), "blocks": shown, **more}


def home(*blocks: Any, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks) or [section()], **more}
