"""The rules for tables and charts."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.playground.blockkit import problems
from bot.playground.blockkit.objects import BLOCK_ID, RAW_NUMBER, RAW_TEXT
from bot.playground.blockkit.problems import BLOCKS, INFERRED, SLACKBLOCKS, At, Problem
from bot.playground.blockkit.richtext import RICH_TEXT
from bot.playground.blockkit.rules import (
    Choice,
    Flag,
    Items,
    Number,
    Rule,
    Shape,
    String,
    may,
    need,
    one_of,
)

ID = {"block_id": may(BLOCK_ID)}
HOME_DOUBTED = frozenset[problems.Surface]({"home"})
MESSAGE_ONLY = frozenset[problems.Surface]({"message"})
CELL = one_of(RAW_TEXT, RAW_NUMBER, RICH_TEXT)


class _Column(Rule):
    """The settings of a column, or null for one that has none."""

    shape = Shape(
        "",
        BLOCKS + "table-block",
        {"align": may(Choice(("left", "center", "right"))), "is_wrapped": may(Flag())},
    )

    def check(self, value: object, at: At) -> Iterator[Problem]:
        if value is None:
            yield at.under(INFERRED + "a column may be skipped").warning(problems.must_provide("an object"))
        else:
            yield from self.shape.check(value, at)


TABLE = Shape(
    "table",
    BLOCKS + "table-block",
    ID
    | {
        "rows": need(Items(Items(CELL, most=20), most=100, least=1)),
        "column_settings": may(Items(_Column(), most=20)),
    },
    surfaces=MESSAGE_ONLY,
    doubted=HOME_DOUBTED,
)


def characters(value: Any) -> int:
    """How many code points of text there are in ``value``, however deep."""
    total, waiting = 0, [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Mapping):
            total += len(here["text"]) if isinstance(here.get("text"), str) else 0
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here
    return total


DATA_TABLE_TEXT = 20_000


def _rectangular(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    rows = value.get("rows")
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], list):
        return
    width = len(rows[0])
    for index, row in enumerate(rows):
        if isinstance(row, list) and len(row) != width:
            yield (at / "rows" / index).error("must have the same number of cells as the first row")
    for index, cell in enumerate(rows[0]):
        if isinstance(cell, Mapping) and cell.get("type") == "rich_text":
            yield (at / "rows" / 0 / index / "type").error(problems.unsupported("rich_text"))
    named = value.get("row_header_column_index")
    if isinstance(named, int) and named >= width > 0:
        yield (at / "row_header_column_index").error(problems.too_great(width - 1))
    if characters(rows) > DATA_TABLE_TEXT:
        yield (at / "rows").error(problems.too_long(DATA_TABLE_TEXT))


DATA_TABLE = Shape(
    "data_table",
    f"{BLOCKS}data-table-block; {SLACKBLOCKS} data_table",
    ID
    | {
        "rows": need(Items(Items(CELL, most=20, least=1), most=201, least=2)),
        "caption": need(String(least=1)),
        "page_size": may(Number(least=1, most=100)),
        "row_header_column_index": may(Number(least=0)),
    },
    (_rectangular,),
    surfaces=MESSAGE_ONLY,
    doubted=HOME_DOUBTED,
)

CHART_SOURCE = f"{BLOCKS}data-visualization-block; {SLACKBLOCKS} data_visualization"


def _positive(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    size = value.get("value")
    if isinstance(size, (int, float)) and not isinstance(size, bool) and size <= 0:
        yield (at / "value").error("must be greater than 0")


_SEGMENT = Shape(
    "", CHART_SOURCE, {"label": need(String(20, least=1)), "value": need(Number(whole=False))}, (_positive,)
)
_POINT = Shape("", CHART_SOURCE, {"label": need(String(20, least=1)), "value": need(Number(whole=False))})
_SERIES = Shape("", CHART_SOURCE, {"name": need(String(20, least=1)), "data": need(Items(_POINT, most=20, least=1))})
_AXIS = Shape(
    "",
    CHART_SOURCE,
    {
        "categories": need(Items(String(20, least=1), most=20, least=1)),
        "x_label": may(String(50)),
        "y_label": may(String(50)),
    },
)


def _series_fit(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    """Every series has a name of its own and one point for each category."""
    series, axis = value.get("series"), value.get("axis_config")
    if not isinstance(series, list) or not isinstance(axis, Mapping) or not isinstance(axis.get("categories"), list):
        return
    wanted = _words(axis["categories"])
    if len(set(wanted)) != len(wanted):
        yield (at / "axis_config" / "categories").error("must contain unique items")
    names: set[str] = set()
    for index, one in enumerate(series):
        if not isinstance(one, Mapping):
            continue
        name, data = one.get("name"), one.get("data")
        if isinstance(name, str) and name in names:
            yield (at / "series" / index / "name").error(problems.taken("name", name))
        elif isinstance(name, str):
            names.add(name)
        points = data if isinstance(data, list) else []
        if _words(point.get("label") for point in points if isinstance(point, Mapping)) != wanted:
            yield (at / "series" / index / "data").error("must have one point for each category")


def _words(values: Iterable[object]) -> list[str]:
    return sorted(value for value in values if isinstance(value, str))


_PIE = Shape("pie", CHART_SOURCE, {"segments": need(Items(_SEGMENT, most=12, least=1))})
_AXES = {"series": need(Items(_SERIES, most=12, least=1)), "axis_config": need(_AXIS)}
_CHARTS = one_of(_PIE, *(Shape(kind, CHART_SOURCE, _AXES, (_series_fit,)) for kind in ("bar", "area", "line")))
DATA_VISUALIZATION = Shape(
    "data_visualization",
    CHART_SOURCE,
    ID | {"title": need(String(50, least=1)), "chart": need(_CHARTS)},
    surfaces=MESSAGE_ONLY,
    doubted=HOME_DOUBTED,
)
