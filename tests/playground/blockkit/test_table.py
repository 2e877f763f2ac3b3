"""The table of rules says where each rule was read, and stands on its own."""

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.playground import blockkit
from bot.playground.blockkit.blocks import ALL
from bot.playground.blockkit.problems import DOCS, INFERRED, SLACKBLOCKS, TYPES
from bot.playground.blockkit.rules import Field, Items, OneOf, Rule, Shape
from bot.playground.blockkit.views import HOME, MODAL
from tests.playground.blockkit.test_slackblocks import PLACED

FOLDER = Path(blockkit.__file__).parent
KNOWN = (DOCS, TYPES, SLACKBLOCKS, INFERRED)


def _rules(rule: Rule) -> Iterator[Rule | Field]:
    yield rule
    match rule:
        case Shape():
            for field in rule.fields.values():
                yield field
                yield from _rules(field.rule)
        case OneOf():
            for shape in rule.shapes.values():
                yield from _rules(shape)
        case Items():
            yield from _rules(rule.item)


def test_every_rule_has_a_source() -> None:
    """A rule without one of its own is judged under that of the shape it is in."""
    rules = [*_rules(MODAL), *_rules(HOME), *_rules(ALL)]
    shapes = [rule for rule in rules if isinstance(rule, Shape)]
    assert len({shape.kind for shape in shapes}) > 60
    assert all(shape.source.startswith(KNOWN) for shape in shapes)
    own = [source for rule in rules if isinstance(source := getattr(rule, "source", ""), str) and source]
    assert all(source.startswith(KNOWN) for source in own)
    assert all(rule.source for rule in rules if isinstance(rule, Field) and rule.needed == "perhaps")


def test_the_table_has_every_block_and_somewhere_to_place_it() -> None:
    assert set(ALL.shapes) == set(PLACED)
    assert all(shape.surfaces or shape.doubted for shape in ALL.shapes.values())


def test_the_judge_needs_nothing_but_itself() -> None:
    """It is read by the playground, which is no part of the bot; what it imports decides who can use it."""
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot"):
                assert (node.module or "").startswith("bot.playground.blockkit"), path.name
