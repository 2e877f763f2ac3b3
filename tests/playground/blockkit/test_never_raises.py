"""Whatever JSON arrives, the answer is a list of problems."""

import json
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.blockkit import Problem, refused, validate_message, validate_options, validate_view
from bot.playground.blockkit.blocks import ALL
from bot.playground.blockkit.elements import IN_ACTIONS, IN_INPUT, IN_SECTION
from bot.playground.blockkit.richtext import LEAVES, PARTS

SHAPES = {
    shape.kind: shape
    for shapes in (ALL.shapes.values(), IN_ACTIONS, IN_INPUT, IN_SECTION, LEAVES.shapes.values(), PARTS.shapes.values())
    for shape in shapes
}
NAMES = st.sampled_from(sorted({"type", "emoji", *(name for shape in SHAPES.values() for name in shape.fields)}))
KINDS = st.sampled_from([*sorted(SHAPES), "plain_text", "mrkdwn", "modal", "home", "raw_text", "raw_number"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | KINDS


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects with the names and types that the rules know, so that random ones get past the first rule."""
    known = st.dictionaries(NAMES, inner, max_size=6)
    typed = st.builds(lambda value, kind: {**value, "type": kind}, known, KINDS)
    return st.lists(inner, max_size=4) | known | typed | st.dictionaries(st.text(max_size=3), inner, max_size=2)


JSON = st.recursive(SCALARS, _objects, max_leaves=25)
MESSAGES = st.fixed_dictionaries(
    {},
    optional={
        "text": JSON,
        "blocks": JSON | st.lists(JSON, max_size=4),
        "attachments": JSON | st.lists(st.fixed_dictionaries({"blocks": st.lists(JSON, max_size=3)}), max_size=2),
        "metadata": JSON,
        "markdown_text": JSON,
    },
)
VIEWS = st.builds(lambda value, blocks: {**value, "blocks": blocks}, st.dictionaries(NAMES, JSON), st.lists(JSON))


def _well_formed(problems: list[Problem], start: str) -> None:
    for problem in problems:
        assert problem.pointer.startswith(start)
        assert problem.text
        assert problem.code
        assert problem.source
        assert problem.severity in ("error", "warning")


@settings(deadline=None, max_examples=120)
@given(MESSAGES | JSON)
def test_any_message(payload: Any) -> None:
    _well_formed(validate_message(payload), "")


@settings(deadline=None, max_examples=120)
@given(VIEWS | JSON)
def test_any_view(view: Any) -> None:
    _well_formed(validate_view(view, kind="modal"), "/view")
    _well_formed(validate_view(view, kind="home"), "/view")


@settings(deadline=None, max_examples=80)
@given(st.fixed_dictionaries({"options": JSON}) | st.fixed_dictionaries({"option_groups": JSON}) | JSON)
def test_any_answer(answer: Any) -> None:
    _well_formed(validate_options(answer), "")


def _deep() -> Any:
    deep: Any = []
    for _ in range(sys.getrecursionlimit() * 2):
        deep = [deep]
    return deep


def _nested() -> Any:
    nested: Any = {"type": "divider"}
    for _ in range(sys.getrecursionlimit() * 2):
        nested = {"type": "container", "title": {"type": "plain_text", "text": "x"}, "child_blocks": [nested]}
    return nested


def _strange(**more: Any) -> Any:
    return {"text": {"type": "plain_text", "text": _deep()}, "value": _deep(), **more}


DEEP: dict[str, Any] = {
    "text": {"type": "section", "text": _deep()},
    "block": _deep(),
    "container": _nested(),
    "options": {
        "type": "actions",
        "elements": [{"type": "static_select", "options": [_strange()], "initial_option": _strange()}],
    },
    "chart": {
        "type": "data_visualization",
        "title": "x",
        "chart": {
            "type": "bar",
            "series": [{"name": _deep(), "data": [{"label": _deep(), "value": _deep()}]}],
            "axis_config": {"categories": [_deep(), _deep()]},
        },
    },
}


@pytest.mark.parametrize("name", DEEP)
def test_json_deeper_than_the_stack(name: str) -> None:
    assert refused(validate_message({"blocks": [DEEP[name]], "metadata": {"event_payload": _deep()}}))
    assert refused(validate_view({"type": "modal", "blocks": [DEEP[name]], "title": _deep()}, kind="modal"))
    assert refused(validate_options({"options": [_strange(description=_deep())]}))


def test_half_of_a_pair_of_surrogates() -> None:
    """JSON can escape one half of a character beyond the BMP; Python then holds what UTF-8 cannot write."""
    title = {"type": "plain_text", "text": json.loads('"\\ud83d"')}
    assert validate_view({"type": "modal", "title": title, "blocks": []}, kind="modal")
