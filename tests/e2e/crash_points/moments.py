"""Moments at which the bot is killed; `tests.e2e.crashing` names them."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.stack import Stack, until

ON_BOTH = pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.exhaustive)])


def around(*effects: str) -> tuple[str, ...]:
    """Right before and right after each."""
    return tuple(f"{edge} {effect}" for effect in effects for edge in ("before", "after"))


def each(*rows: tuple[object, ...]) -> list[Any]:
    """As parameters, of which the last is the moment; dying right before is left to `make exhaustive`."""
    return [
        pytest.param(*row, marks=[pytest.mark.exhaustive] if str(row[-1]).startswith("before") else []) for row in rows
    ]


def arm(stack: Stack, moment: str) -> Path:
    """Have the bot, once it is up, die there the next time that it comes there; the file is gone when it has."""
    until(lambda: stack._ready(f"{stack.bot_url}/readyz"), within=40)
    at = stack.directory / "at"
    at.write_text(moment, encoding="utf-8")
    return at


def over(stack: Stack) -> bool:
    """Whether no action and no message waits."""
    try:
        text = stack.http.get(f"{stack.bot_url}/metrics").text
    except httpx.HTTPError:
        return False
    waiting = [line for line in text.splitlines() if line.startswith("ticketbot_entries{") and '"waiting"' in line]
    return "ticketbot_ready" in text and not any(
        float(line.rsplit(" ", 1)[1]) for line in waiting if '"action"' in line or '"delivery"' in line
    )
