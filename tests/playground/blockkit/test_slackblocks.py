"""The limits agree with PyPI slackblocks, an implementation that this project did not write."""

import json
from copy import deepcopy
from typing import Any, Literal

import pytest
import slackblocks as sb
from slackblocks import _limits as limits

from bot.playground.blockkit import Problem, refused, validate_message, validate_view
from tests.playground.blockkit import payloads
from tests.playground.blockkit.boundaries import Boundary, choosing, modal, options, told, x
from tests.playground.blockkit.boundaries_least import LEAST
from tests.playground.blockkit.boundaries_most import MOST
from tests.playground.blockkit.payloads import home, message

LEFT_OUT = {"MESSAGE_CHANNEL_MIN_LENGTH": "where a message goes is no part of what it says"}
SIZES: dict[str, int] = {name: getattr(limits, name) for name in dir(limits) if name.isupper()}


def judged(payload: Any) -> list[Problem]:
    plain = json.loads(json.dumps(payload))
    return validate_view(plain, kind=plain["type"]) if "type" in plain else validate_message(plain)


def errors(problems: list[Problem]) -> list[str]:
    return [problem.rendered for problem in problems if problem.severity == "error"]


def resized(payload: Any, boundary: Boundary, step: Literal[1, -1]) -> Any:
    """The payload with what ``boundary`` points at one greater or smaller, which slackblocks would not build."""
    changed = deepcopy(payload)
    *path, last = boundary.at.removeprefix("/view").strip("/").split("/")
    here: Any = changed
    for name in path:
        here = here[int(name) if isinstance(here, list) else name]
    key: Any = int(last) if isinstance(here, list) else last
    match here[key] if isinstance(here, list) else here.get(key, 0):
        case str() as old:
            here[key] = old + "x" if step == 1 else old[:-1]
        case list() as old:
            here[key] = [*old, deepcopy(old[-1])] if step == 1 else old[:-1]
        case old:
            here[key] = old + step
    return changed


def test_every_limit_of_slackblocks_is_compared() -> None:
    assert {*MOST, *LEAST, *LEFT_OUT} == {*SIZES}
    assert len(SIZES) > 140


@pytest.mark.parametrize("name", MOST)
def test_an_upper_limit(name: str) -> None:
    """What slackblocks builds is accepted; one more, which it refuses to build, is refused."""
    boundary, most = MOST[name], SIZES[name]
    built = boundary.make(most)
    assert errors(judged(built)) == []
    with pytest.raises(sb.InvalidUsageError):
        boundary.make(most + 1)
    found = judged(resized(built, boundary, 1))
    assert (boundary.reported or boundary.at) in [p.pointer for p in found if p.severity == "error"]


@pytest.mark.parametrize("name", LEAST)
def test_a_lower_limit(name: str) -> None:
    """The same at the other end."""
    boundary, least = LEAST[name], SIZES[name]
    built = boundary.make(least)
    assert errors(judged(built)) == []
    with pytest.raises(sb.InvalidUsageError):
        boundary.make(least - 1)
    found = judged(resized(built, boundary, -1))
    assert (boundary.reported or boundary.at) in [p.pointer for p in found if p.severity == "error"]


PLACED: dict[str, Any] = {
    "actions": lambda: sb.ActionsBlock([sb.Button("Press", action_id="a")]),
    "alert": lambda: sb.AlertBlock("word"),
    "card": lambda: sb.CardBlock(title="word"),
    "carousel": lambda: sb.CarouselBlock([sb.CardBlock(title="word")]),
    "container": lambda: sb.ContainerBlock([sb.DividerBlock()], title="word"),
    "context": lambda: sb.ContextBlock([sb.Text("word")]),
    "context_actions": lambda: sb.ContextActionsBlock([sb.IconButton("Delete", "trash", action_id="a")]),
    "data_table": lambda: sb.DataTableBlock([[sb.RawText("a")]] * 2, "numbers"),
    "data_visualization": lambda: sb.DataVisualizationBlock("x", sb.PieChart([sb.ChartSegment("a", 1)])),
    "divider": sb.DividerBlock,
    "file": lambda: sb.FileBlock("x"),
    "header": lambda: sb.HeaderBlock("word"),
    "image": lambda: sb.ImageBlock("https://example.org/x.png", "a cat"),
    "input": lambda: sb.InputBlock("Label", sb.PlainTextInput("a")),
    "markdown": lambda: sb.MarkdownBlock("word"),
    "plan": lambda: sb.PlanBlock("word", [sb.TaskCardBlock("t", "Look", status="complete")]),
    "rich_text": lambda: sb.RichTextBlock([sb.RichTextSection([sb.RichText("word")])]),
    "section": lambda: sb.SectionBlock("word"),
    "table": lambda: sb.TableBlock([[sb.RawText("a")]]),
    "task_card": lambda: sb.TaskCardBlock("t", "Look", status="complete"),
    "video": lambda: sb.VideoBlock("a talk", "https://example.org/x.png", "A talk", "https://example.org/x"),
}


def at_home(*blocks: Any) -> Any:
    return sb.HomeTabView(list(blocks)).to_dict()


SURFACES: dict[str, Any] = {"message": (told, message), "modal": (modal, payloads.modal), "home": (at_home, home)}


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("kind", PLACED)
def test_a_block_belongs_where_slackblocks_lets_it_be(kind: str, surface: str) -> None:
    build, spell = SURFACES[surface]
    try:
        built = build(PLACED[kind]())
    except sb.InvalidUsageError:
        assert refused(judged(spell(PLACED[kind]()._resolve())))
    else:
        assert errors(judged(built)) == []


OURS_IS_STRICTER: dict[str, tuple[Any, str]] = {
    "npm @slack/types 3.2.0 ColorScheme: primary or danger": (
        lambda: told(sb.ActionsBlock([_styled("warning")])),
        "[ERROR] must be a valid enum value [json-pointer:/blocks/0/elements/0/style]",
    ),
    "the option has to match exactly (docs, select-menu-element)": (
        lambda: told(sb.ActionsBlock([choosing(options=options(1), initial_option=sb.Option(sb.PlainText("z"), "z"))])),
        "[ERROR] must match one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    "an input element belongs in an input block (docs, plain-text-input-element)": (
        lambda: told(sb.ActionsBlock([sb.PlainTextInput("a")])),
        "[ERROR] unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
    ),
    "action_ids are unique in a block (quoted from answers of Slack)": (
        lambda: told(sb.ActionsBlock([sb.Button("One", action_id="a"), sb.Button("Two", action_id="a")])),
        '[ERROR] `action_id` "a" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ),
    "block_ids are unique in a message (npm @slack/types 3.2.0 Block.block_id)": (
        lambda: told(sb.DividerBlock(block_id="a"), sb.DividerBlock(block_id="a")),
        '[ERROR] `block_id` "a" already exists [json-pointer:/blocks/1/block_id]',
    ),
    "one table in a message (docs, table-block)": (
        lambda: told(sb.TableBlock([[sb.RawText("a")]]), sb.TableBlock([[sb.RawText("a")]])),
        "[ERROR] only_one_table_allowed [json-pointer:/blocks/1]",
    ),
    "all blocks together (bolt-js#2509)": (
        lambda: told(*[sb.SectionBlock(x(2_700)) for _ in range(5)]),
        "[ERROR] msg_blocks_too_long [json-pointer:/blocks]",
    ),
    "raw_text has no emoji (npm @slack/types 3.2.0 RawTextElement)": (
        lambda: told(sb.TableBlock([[sb.RawText("a", emoji=True)]])),
        "[ERROR] invalid additional property: emoji [json-pointer:/blocks/0/rows/0/0]",
    ),
    "submit_disabled is for workflow steps (npm @slack/types 3.2.0 WorkflowStepView)": (
        lambda: modal(submit_disabled=True),
        "[ERROR] invalid additional property: submit_disabled [json-pointer:/view]",
    ),
    "an instant has ten digits (docs, datetime-picker-element)": (
        lambda: modal(sb.InputBlock("Label", sb.DateTimePicker("a", initial_datetime=12_345))),
        "[ERROR] must be greater than 999999999 [json-pointer:/view/blocks/0/element/initial_date_time]",
    ),
    "an address has a scheme (docs, button-element)": (
        lambda: told(sb.ActionsBlock([sb.Button("Press", action_id="a", url="example.org")])),
        "[ERROR] invalid url [json-pointer:/blocks/0/elements/0/url]",
    ),
}


def _styled(style: str) -> Any:
    button = sb.Button("Press", action_id="a")
    button.style = style
    return button


@pytest.mark.parametrize("source", OURS_IS_STRICTER)
def test_a_disagreement_with_its_source(source: str) -> None:
    """slackblocks builds these, and Slack's own documents or answers refuse them."""
    make, line = OURS_IS_STRICTER[source]
    assert line in errors(judged(make()))
