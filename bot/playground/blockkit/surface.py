"""What only a whole message or view can tell: names used twice, totals, and one of a kind."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.playground.blockkit import problems
from bot.playground.blockkit.problems import BLOCKS, ELEMENTS, INFERRED, SLACKBLOCKS, TYPES, At, Problem
from bot.playground.blockkit.tables import DATA_TABLE_TEXT, characters

Placed = tuple[At, Mapping[str, Any]]
"""A block and where it is."""


def placed(blocks: object, at: At) -> list[Placed]:
    """The blocks of a list and the children of its containers, as far as they are objects."""
    found: list[Placed] = []
    for place, block in _objects(blocks, at):
        found.append((place, block))
        if block.get("type") == "container":
            found += _objects(block.get("child_blocks"), place / "child_blocks")
    return found


def _objects(values: object, at: At) -> list[Placed]:
    given = values if isinstance(values, list) else []
    return [(at / index, value) for index, value in enumerate(given) if isinstance(value, Mapping)]


def own_block_ids(blocks: list[Placed]) -> Iterator[Problem]:
    """No two blocks of a message or view have one block_id."""
    seen: set[str] = set()
    for at, block in blocks:
        name = block.get("block_id")
        if isinstance(name, str) and name in seen:
            place = (at / "block_id").under(f"{TYPES} Block.block_id; wording {INFERRED}as for action_id")
            yield place.error(problems.taken("block_id", name))
        elif isinstance(name, str):
            seen.add(name)


def one_focus(blocks: list[Placed]) -> Iterator[Problem]:
    """At most one element has the focus when a view opens."""
    focused = [
        at / key
        for at, block in blocks
        for key in ("element", "accessory")
        if isinstance(element := block.get(key), Mapping) and element.get("focus_on_load") is True
    ]
    focused += [
        at / "elements" / index
        for at, block in blocks
        if block.get("type") == "actions" and isinstance(block.get("elements"), list)
        for index, element in enumerate(block["elements"])
        if isinstance(element, Mapping) and element.get("focus_on_load") is True
    ]
    for at in focused[1:]:
        place = (at / "focus_on_load").under(f"{ELEMENTS}: only one element; wording {INFERRED}nobody reports it")
        yield place.error("only one element can have `focus_on_load`")


MARKDOWN_TEXT = 12_000


def markdown_in_all(blocks: list[Placed], at: At) -> Iterator[Problem]:
    """The markdown blocks of a message share one limit."""
    total = sum(characters(block) for _, block in blocks if block.get("type") == "markdown")
    alone = any(characters(block) > MARKDOWN_TEXT for _, block in blocks if block.get("type") == "markdown")
    if total > MARKDOWN_TEXT and not alone:
        yield at.under(BLOCKS + "markdown-block").error(problems.too_long(MARKDOWN_TEXT))


def one_table(blocks: list[Placed]) -> Iterator[Problem]:
    """A message has one table; two data tables share the text that one may have."""
    tables = [at for at, block in blocks if block.get("type") == "table"]
    for at in tables[1:]:
        yield at.under(BLOCKS + "table-block").error("only_one_table_allowed", code="invalid_attachments")
    data = [(at, characters(block.get("rows"))) for at, block in blocks if block.get("type") == "data_table"]
    if sum(size for _, size in data) > DATA_TABLE_TEXT >= max((size for _, size in data), default=0):
        place = data[-1][0] / "rows"
        yield place.under(SLACKBLOCKS + " data_table.total_content").error(problems.too_long(DATA_TABLE_TEXT))
    charts = [at for at, block in blocks if block.get("type") == "data_visualization"]
    for at in charts[2:]:
        yield at.under(SLACKBLOCKS + " message.data_visualizations").error(problems.too_many(2))


BLOCKS_TEXT_SAFE, BLOCKS_TEXT = 10_000, 13_000
TOO_LONG_SOURCE = "bolt-js#2509 measured 13,200 characters, bolt-js#2867 was refused at 11,341; undocumented"


def not_too_long(blocks: list[Placed], at: At) -> Iterator[Problem]:
    """All text of a message's blocks together has a limit that no page states."""
    outer = [block for _, block in blocks if block.get("type") not in ("data_table", "container")]
    total = sum(map(characters, outer))
    at = at.under(TOO_LONG_SOURCE)
    if total > BLOCKS_TEXT:
        yield at.error("msg_blocks_too_long", code="msg_blocks_too_long")
    elif total > BLOCKS_TEXT_SAFE:
        yield at.warning("msg_blocks_too_long", code="msg_blocks_too_long")


def submit_for_inputs(blocks: list[Placed]) -> Iterator[Problem]:
    """A modal that asks something needs a button to answer with."""
    for at, block in blocks:
        if block.get("type") == "input":
            yield (
                (at / "input")
                .under("java-slack-sdk#302; " + TYPES + " ModalView.submit")
                .error("must define `submit` to use an `input` block in modals")
            )
