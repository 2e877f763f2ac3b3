"""The words in which the table of rules is written: what a value may be, and how a wrong one is reported."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from bot.playground.blockkit import problems
from bot.playground.blockkit.problems import At, Problem, Surface

SURFACES: frozenset[Surface] = frozenset({"message", "modal", "home"})


class Rule(ABC):
    """What a value must be."""

    @abstractmethod
    def check(self, value: object, at: At) -> Iterator[Problem]:
        """Report what is wrong with ``value``."""


@dataclass(frozen=True)
class String(Rule):
    """A string of ``least`` to ``most`` code points.

    Beyond ``doubt`` it is only warned about, because ``doubtful``, another source than the rule's own, has less.
    """

    most: int | None = None
    least: int = 0
    doubt: int | None = None
    doubtful: str = ""
    source: str = ""

    def check(self, value: object, at: At) -> Iterator[Problem]:
        at = at.under(self.source)
        if not isinstance(value, str):
            yield at.error(problems.must_provide("a string"))
        elif len(value) < self.least:
            yield at.error(problems.too_short(self.least))
        elif self.most is not None and len(value) > self.most:
            yield at.error(problems.too_long(self.most))
        elif self.doubt is not None and len(value) > self.doubt:
            yield at.under(self.doubtful).warning(problems.too_long(self.doubt))


@dataclass(frozen=True)
class Url(Rule):
    """An absolute address; schemes outside ``known`` but not dangerous are only warned about unless ``strict``."""

    most: int | None = 3_000
    known: frozenset[str] = frozenset({"http", "https", "mailto", "slack"})
    strict: bool = False
    source: str = ""

    def check(self, value: object, at: At) -> Iterator[Problem]:
        at = at.under(self.source)
        if not isinstance(value, str):
            yield at.error(problems.must_provide("a string"))
            return
        if self.most is not None and len(value) > self.most:
            yield at.error(problems.too_long(self.most))
        scheme = _scheme(value)
        if not scheme or scheme in _DANGEROUS or (self.strict and scheme not in self.known):
            yield at.error(problems.INVALID_URL)
        elif scheme not in self.known:
            yield at.under(problems.INFERRED + "no page lists the schemes").warning(problems.INVALID_URL)


_DANGEROUS = frozenset({"javascript", "data", "vbscript", "file", "blob"})
_BLANK = re.compile(r"[\s\x00-\x1f]")


def _scheme(value: str) -> str:
    """The scheme of ``value``, empty when it is no absolute address."""
    if _BLANK.search(value):
        return ""
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme in ("http", "https") and not host:
        return ""
    return parts.scheme if parts.netloc or parts.path else ""


@dataclass(frozen=True)
class Match(Rule):
    """A string that ``accepts`` says yes to; ``wording`` is what is said of another."""

    accepts: Callable[[str], bool]
    wording: str
    source: str = ""

    def check(self, value: object, at: At) -> Iterator[Problem]:
        at = at.under(self.source)
        if not isinstance(value, str):
            yield at.error(problems.must_provide("a string"))
        elif not self.accepts(value):
            yield at.error(self.wording)


@dataclass(frozen=True)
class Number(Rule):
    """A number from ``least`` to ``most``, ``whole`` unless said otherwise; true and false are none."""

    least: int | None = None
    most: int | None = None
    whole: bool = True
    source: str = ""

    def check(self, value: object, at: At) -> Iterator[Problem]:
        at = at.under(self.source)
        if isinstance(value, bool) or not isinstance(value, int if self.whole else (int, float)):
            yield at.error(problems.must_provide("an integer" if self.whole else "a number"))
        elif self.least is not None and value < self.least:
            yield at.error(problems.too_small(self.least))
        elif self.most is not None and value > self.most:
            yield at.error(problems.too_great(self.most))


@dataclass(frozen=True)
class Flag(Rule):
    """True or false."""

    def check(self, value: object, at: At) -> Iterator[Problem]:
        if not isinstance(value, bool):
            yield at.error(problems.must_provide("a boolean"))


@dataclass(frozen=True)
class Choice(Rule):
    """One of a few strings."""

    values: tuple[str, ...]

    def check(self, value: object, at: At) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield at.error(problems.must_provide("a string"))
        elif value not in self.values:
            yield at.error(problems.NOT_ALLOWED)


@dataclass(frozen=True)
class Items(Rule):
    """A list of ``least`` to ``most`` things; fewer than ``doubt`` are only warned about."""

    item: Rule
    most: int | None = None
    least: int = 0
    doubt: int = 0
    source: str = ""

    def check(self, value: object, at: At) -> Iterator[Problem]:
        at = at.under(self.source)
        if not isinstance(value, list):
            yield at.error(problems.must_provide("an array"))
            return
        if len(value) < self.least:
            yield at.error(problems.too_few(self.least))
        elif len(value) < self.doubt:
            yield at.warning(problems.too_few(self.doubt))
        if self.most is not None and len(value) > self.most:
            yield at.error(problems.too_many(self.most))
        for index, item in enumerate(value):
            yield from self.item.check(item, at / index)


@dataclass(frozen=True)
class Field:
    """A property of an object, and whether it has to be there."""

    rule: Rule
    needed: Literal["yes", "no", "perhaps"] = "no"
    source: str = ""
    """Set where the sources differ about it."""


def need(rule: Rule) -> Field:
    """A property that has to be there."""
    return Field(rule, "yes")


def may(rule: Rule) -> Field:
    """A property that can be left out."""
    return Field(rule)


def should(rule: Rule, source: str) -> Field:
    """A property that one source asks for and another does not: without it there is a warning."""
    return Field(rule, "perhaps", source)


Check = Callable[[Mapping[str, Any], At], Iterator[Problem]]
"""What no single property can tell: called with an object that is one, at its place."""


@dataclass(frozen=True)
class Shape(Rule):
    """An object with these properties and no others; ``kind``, if any, is what its ``type`` has to say."""

    kind: str
    source: str
    fields: Mapping[str, Field]
    checks: tuple[Check, ...] = ()
    surfaces: frozenset[Surface] = SURFACES
    doubted: frozenset[Surface] = field(default_factory=frozenset)
    """Where some sources allow it and others do not."""

    def check(self, value: object, at: At) -> Iterator[Problem]:
        at = at.under(self.source)
        if not isinstance(value, Mapping):
            yield at.error(problems.must_provide("an object"))
            return
        if self.kind:
            yield from _kind(value, {self.kind: self}, at)
        for name in value:
            if name not in self.fields and not (name == "type" and self.kind):
                yield at.error(problems.unexpected(str(name)))
        for name, entry in self.fields.items():
            if name in value:
                yield from entry.rule.check(value[name], at / name)
            elif entry.needed == "yes":
                yield at.error(problems.missing(name))
            elif entry.needed == "perhaps":
                yield at.under(entry.source).warning(problems.missing(name))
        for check in self.checks:
            yield from check(value, at)


@dataclass(frozen=True)
class OneOf(Rule):
    """An object of one of several shapes, told apart by ``type``.

    ``announced`` puts "failed to match all allowed schemas" before what is wrong inside, as Slack does for texts.
    """

    shapes: Mapping[str, Shape]
    announced: bool = False

    def check(self, value: object, at: At) -> Iterator[Problem]:
        found = list(self._inside(value, at))
        if self.announced and problems.refused(found):
            yield at.error(problems.NO_MATCH)
        yield from found

    def _inside(self, value: object, at: At) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield at.error(problems.must_provide("an object"))
            return
        yield from _kind(value, self.shapes, at)
        kind = value.get("type")
        shape = self.shapes.get(kind) if isinstance(kind, str) else None
        if shape is None:
            return
        if at.surface not in shape.surfaces:
            if at.surface in shape.doubted:
                yield (at / "type").under(shape.source).warning(problems.unsupported(shape.kind))
            else:
                yield (at / "type").under(shape.source).error(problems.unsupported(shape.kind))
                return
        yield from shape.check(value, at)


def one_of(*shapes: Shape, announced: bool = False) -> OneOf:
    """An object of one of these ``shapes``."""
    return OneOf({shape.kind: shape for shape in shapes}, announced=announced)


def _kind(value: Mapping[str, Any], allowed: Mapping[str, object], at: At) -> Iterator[Problem]:
    kind = value.get("type")
    if "type" not in value:
        yield at.error(problems.missing("type"))
    elif not isinstance(kind, str):
        yield (at / "type").error(problems.must_provide("a string"))
    elif kind not in allowed:
        yield (at / "type").error(problems.unsupported(kind))
