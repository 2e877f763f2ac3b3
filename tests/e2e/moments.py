"""Moments at which the bot is killed, and stacks whose bot dies there; `tests.e2e.crashing` names the moments."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import database_on
from tests.e2e.stack import Stack, until

Stacks = Callable[[str], Stack]
"""The stack of a database."""
ON_BOTH = pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.exhaustive)])
NAMED = """
people = { priya = "43b8adc7-755d-2be3-afb1-b6a462631977", charlie = "0da5a9e8-90ef-403f-873c-e20e4d298558" }
categories = { Sales = 15597, Technical = 23445 }
""".strip()


def around(*effects: str) -> tuple[str, ...]:
    """Right before and right after each."""
    return tuple(f"{edge} {effect}" for effect in effects for edge in ("before", "after"))


def each(*rows: tuple[object, ...]) -> list[Any]:
    """As parameters, of which the last is the moment; dying right before is left to `make exhaustive`."""
    return [
        pytest.param(*row, marks=[pytest.mark.exhaustive] if str(row[-1]).startswith("before") else []) for row in rows
    ]


def dying(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stacks]:
    """A bot that dies where the file ``at`` says; one for each database, since no helpdesk gives out an id twice."""
    with ExitStack() as until_the_end:
        running: dict[str, Stack] = {}

        def on(database: str) -> Stack:
            if database not in running:
                url = None
                if database == "postgresql":
                    url = until_the_end.enter_context(database_on(request.getfixturevalue("postgres")))
                more = "[threads]\nwait = 0.1\nundo = 0\n"
                place = tmp_path_factory.mktemp(database)
                stack = Stack(place, database_url=url, settle_after=1.2, timeout=1, more=more)
                stack.patch_config("unconfirmed =", f"{NAMED}\nunconfirmed =")
                until_the_end.callback(stack.stop)
                running[database] = stack.quick_to_die().start()
            return running[database]

        yield on


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
