"""What each kind of thing cannot do without, and that nothing takes a property it does not know."""

from collections.abc import Iterator

import pytest

from bot.playground.blockkit.blocks import ALL
from bot.playground.blockkit.elements import IN_ACTIONS, IN_INPUT, IN_SECTION
from bot.playground.blockkit.problems import At
from bot.playground.blockkit.rules import Items, OneOf, Rule, Shape
from bot.playground.blockkit.views import HOME, MODAL

AT = At("", "message", "invalid_blocks", "test")

REQUIRED: dict[str, str] = {
    # blocks
    "actions": "elements",
    "alert": "text",
    "card": "",
    "carousel": "elements",
    "container": "child_blocks",
    "context": "elements",
    "context_actions": "elements",
    "data_table": "rows caption",
    "data_visualization": "title chart",
    "divider": "",
    "file": "source external_id",
    "header": "text",
    "image": "alt_text",
    "input": "label element",
    "markdown": "text",
    "plan": "title",
    "rich_text": "elements",
    "section": "",
    "table": "rows",
    "task_card": "task_id title status",
    "video": "alt_text title video_url thumbnail_url",
    # views
    "modal": "title blocks",
    "home": "blocks",
    # texts, charts
    "plain_text": "text",
    "mrkdwn": "text",
    "raw_text": "text",
    "raw_number": "value text",
    "icon": "name",
    "url": "url text",
    "pie": "segments",
    "bar": "series axis_config",
    "area": "series axis_config",
    "line": "series axis_config",
    # elements
    "button": "text",
    "workflow_button": "text workflow",
    "overflow": "options",
    "checkboxes": "options",
    "radio_buttons": "options",
    "datepicker": "",
    "timepicker": "",
    "datetimepicker": "",
    "plain_text_input": "",
    "email_text_input": "",
    "url_text_input": "",
    "number_input": "is_decimal_allowed",
    "rich_text_input": "",
    "file_input": "",
    "feedback_buttons": "positive_button negative_button",
    "icon_button": "icon text",
    **{
        prefix + kind: ""
        for prefix in ("", "multi_")
        for kind in ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
    },
    # rich text
    "rich_text_section": "elements",
    "rich_text_list": "elements style",
    "rich_text_quote": "elements",
    "rich_text_preformatted": "elements",
    "text": "text",
    "link": "url",
    "emoji": "name",
    "user": "user_id",
    "usergroup": "usergroup_id",
    "channel": "channel_id",
    "team": "team_id",
    "broadcast": "range",
    "color": "value",
    "date": "timestamp format",
}

UNTYPED: dict[str, str] = {
    "confirmation-dialog-object": "text",
    "option-object": "text value",
    "option-group-object": "label options",
    "dispatch-action-configuration-object": "",
    "conversation-filter-object": "",
    "slack-file-object": "",
    "workflow-object": "trigger",
    "trigger-object": "url",
    "input-parameter-object": "name value",
    "feedback-buttons-element": "text value",
}


def _shapes(rule: Rule) -> Iterator[Shape]:
    match rule:
        case Shape():
            yield rule
            for field in rule.fields.values():
                yield from _shapes(field.rule)
        case OneOf():
            for shape in rule.shapes.values():
                yield from _shapes(shape)
        case Items():
            yield from _shapes(rule.item)


ROOTS: tuple[Rule, ...] = (MODAL, HOME, ALL, *IN_SECTION, *IN_ACTIONS, *IN_INPUT)
SHAPES = [shape for root in ROOTS for shape in _shapes(root)]
KINDS = sorted({shape.kind for shape in SHAPES if shape.kind})
PAGES = sorted({shape.source.rpartition("/")[2] for shape in SHAPES if not shape.kind} & {*UNTYPED})


def _said(shape: Shape, **more: object) -> set[str]:
    empty = {"type": shape.kind} if shape.kind else {}
    return {problem.text for problem in shape.check(empty | more, AT) if problem.severity == "error"}


def test_the_lists_are_complete() -> None:
    assert set(KINDS) == set(REQUIRED)
    assert set(PAGES) == set(UNTYPED)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_typed_object_cannot_do_without(kind: str) -> None:
    wanted = {f"missing required field: {name}" for name in REQUIRED[kind].split()}
    for shape in (shape for shape in SHAPES if shape.kind == kind):
        assert {text for text in _said(shape) if text.startswith("missing")} == wanted


@pytest.mark.parametrize("page", PAGES)
def test_what_an_object_without_type_cannot_do_without(page: str) -> None:
    wanted = {f"missing required field: {name}" for name in UNTYPED[page].split()}
    for shape in (shape for shape in SHAPES if not shape.kind and shape.source.endswith(page)):
        assert {text for text in _said(shape) if text.startswith("missing")} == wanted


@pytest.mark.parametrize("kind", KINDS)
def test_a_property_that_nobody_knows(kind: str) -> None:
    for shape in (shape for shape in SHAPES if shape.kind == kind):
        assert "invalid additional property: colour" in _said(shape, colour="red")
        assert not {text for text in _said(shape) if text.startswith("invalid additional property")}
