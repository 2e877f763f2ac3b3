"""The whole thing, started once per module; and both databases."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.stack import RUNNING, Stack

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=8_000)


@pytest.fixture(scope="module", autouse=True)
def _nothing_left() -> Iterator[None]:
    """What a failed test leaves running would slow down all that come after it."""
    yield
    while RUNNING:
        RUNNING[-1].stop()


@pytest.fixture(scope="module")
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running whole on SQLite; a module's ``MORE`` is what it adds to the configuration."""
    running = Stack(tmp_path_factory.mktemp("stack"), more=getattr(request.module, "MORE", "")).start()
    yield running
    running.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """Where the ledger is: nowhere in particular (a SQLite file), or a database on PostgreSQL."""
    if request.param == "sqlite":
        return None
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="package")
def chromium() -> str:
    """The system's Chromium; the tests are skipped where there is none."""
    found = os.environ.get("TICKETBOT_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        pytest.skip("no Chromium: install one, or name it in TICKETBOT_CHROMIUM")
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for the tests of a module: while its driver runs, nothing else in this process can run a loop."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()
