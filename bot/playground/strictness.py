"""What Block Kit's rules make of a message or view, as a Web API answer."""

from collections.abc import Sequence
from typing import Literal

from bot.playground.blockkit import Problem, validate_message, validate_view
from bot.playground.errors import SlackError
from bot.playground.shapes import JSON

_WITH_ERRORS = frozenset({"invalid_blocks"})


def check_message(payload: JSON) -> list[str]:
    """Refuse a message as Slack does; returns what only deserves a warning. Raises ``SlackError``."""
    problems = validate_message(payload)
    _refuse(problems)
    return [problem.rendered for problem in problems]


def check_view(view: JSON, kind: Literal["modal", "home"]) -> None:
    """Refuse a view as Slack does. Raises ``SlackError``."""
    _refuse(validate_view(view, kind=kind))


def _refuse(problems: Sequence[Problem]) -> None:
    errors = [problem for problem in problems if problem.severity == "error"]
    if not errors:
        return
    lines = [problem.rendered for problem in errors]
    code = errors[0].code
    if code in _WITH_ERRORS:
        raise SlackError(code, lines, errors=[line.removeprefix("[ERROR] ") for line in lines])
    raise SlackError(code, lines)
