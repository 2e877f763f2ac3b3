"""Stacks whose bot dies where it is told to."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.conftest import database_on
from tests.e2e.stack import Stack

Stacks = Callable[[str], Stack]
"""The stack of a database."""
NAMED = """
people = { priya = "43b8adc7-755d-2be3-afb1-b6a462631977", charlie = "0da5a9e8-90ef-403f-873c-e20e4d298558" }
categories = { Sales = 15597, Technical = 23445 }
""".strip()


@pytest.fixture(scope="module")
def stacks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stacks]:
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


@pytest.fixture
def stack(stacks: Stacks, database: str) -> Stack:
    """The one of this test."""
    return stacks(database)
