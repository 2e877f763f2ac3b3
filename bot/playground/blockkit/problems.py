"""What is wrong with a payload, in the words Slack itself uses."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]
Surface = Literal["message", "modal", "home"]

DOCS = "https://docs.slack.dev/reference/"
BLOCKS = DOCS + "block-kit/blocks/"
ELEMENTS = DOCS + "block-kit/block-elements/"
OBJECTS = DOCS + "block-kit/composition-objects/"
TYPES = "npm @slack/types 3.2.0"
SLACKBLOCKS = "PyPI slackblocks 3.0.0"
INFERRED = "inferred: "
"""Begins the source of a rule that nobody documents, and that follows from a neighbouring one."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that Slack refuses, or that some source says it might.

    ``pointer`` is a JSON pointer into the arguments, ``code`` the ``error`` of the answer that the problem leads to
    (``invalid_blocks``, ``view_too_large`` …), ``source`` where the rule was read. Only an ``error`` is a refusal.
    """

    pointer: str
    text: str
    severity: Severity
    code: str
    source: str

    @property
    def rendered(self) -> str:
        """The line that goes into ``response_metadata.messages``."""
        level = "ERROR" if self.severity == "error" else "WARN"
        return f"[{level}] {self.text} [json-pointer:{self.pointer}]"


@dataclass(frozen=True, slots=True)
class At:
    """The place in a payload that a rule looks at, and what a refusal there is called."""

    pointer: str
    surface: Surface
    code: str
    source: str

    def __truediv__(self, key: str | int) -> "At":
        return At(f"{self.pointer}/{key}", self.surface, self.code, self.source)

    def under(self, source: str) -> "At":
        """The same place, judged by a rule from another ``source``; an empty one keeps what it has."""
        return At(self.pointer, self.surface, self.code, source) if source and source != self.source else self

    def error(self, text: str, *, code: str = "") -> Problem:
        return Problem(self.pointer, text, "error", code or self.code, self.source)

    def warning(self, text: str, *, code: str = "") -> Problem:
        return Problem(self.pointer, text, "warning", code or self.code, self.source)


def refused(problems: Iterable[Problem]) -> bool:
    """Whether any of these makes Slack refuse the payload."""
    return any(problem.severity == "error" for problem in problems)


# Wordings. Those without a mark are quoted from Slack's answers in public issues (java-slack-sdk#302, slackblocks#36,
# together-app#4, incidentbot#328); the ones marked so are modelled on them.


def missing(field: str) -> str:
    return f"missing required field: {field}"


def unexpected(field: str) -> str:
    return f"invalid additional property: {field}"


def unsupported(kind: str) -> str:
    return f"unsupported type: {kind}"


def must_provide(what: str) -> str:
    """Also the answer to a null: leaving a field out and setting it to null are not the same to Slack."""
    return f"must provide {what}"


def too_long(most: int) -> str:
    return f"must be less than {most + 1} characters"


def too_short(least: int) -> str:
    return f"must be more than {least - 1} characters"


def too_many(most: int) -> str:
    return f"no more than {most} items allowed"


def too_few(least: int) -> str:
    """Inferred from "no more than … items allowed"."""
    return f"no less than {least} items allowed"


def too_great(most: float) -> str:
    """Inferred from the wording for characters, and from "must be greater than 1" for a file's length."""
    return f"must be less than {most + 1}"


def too_small(least: float) -> str:
    return f"must be greater than {least - 1}"


def taken(field: str, value: str) -> str:
    return f'`{field}` "{value}" already exists'


NO_MATCH = "failed to match all allowed schemas"
NOT_ALLOWED = "must be a valid enum value"
INVALID_URL = "invalid url"
