"""Both local helpdesks, running; adapters that talk to them over real HTTP; and a judge of every request."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio

from bot.helpdesk.sirportly import CreateDefaults, ForwardDefaults, Sirportly, SirportlySettings
from bot.helpdesk.socialboards import UNCONFIRMED, SocialBoards, SocialBoardsSettings
from tests.helpdesk.entries import Book
from tests.helpdesk.local import Local, running
from tests.helpdesk.openapi import Judge
from tests.helpdesk.people import GUIDS

TIMEOUT = 5.0

Desk = Callable[..., Any]


@pytest.fixture(scope="session")
def sirportly_process() -> Iterator[Local]:
    with running("sirportly") as local:
        yield local


@pytest.fixture(scope="session")
def socialboards_process() -> Iterator[Local]:
    with running("socialboards") as local:
        yield local


@pytest.fixture(scope="session")
def sirportly_judge() -> Judge:
    return Judge("sirportly")


@pytest.fixture(scope="session")
def socialboards_judge() -> Judge:
    return Judge("socialboards")


@pytest.fixture
def sirportly(sirportly_process: Local, sirportly_judge: Judge) -> Iterator[Local]:
    """The local Sirportly as seeded. Afterwards every request it got is held against the vendor's description."""
    sirportly_process.reset()
    yield sirportly_process
    sirportly_judge.judge(sirportly_process.requests())


@pytest.fixture
def socialboards(socialboards_process: Local, socialboards_judge: Judge) -> Iterator[Local]:
    """The local SocialBoards as seeded, and judged as Sirportly is."""
    socialboards_process.reset()
    yield socialboards_process
    socialboards_judge.judge(socialboards_process.requests())


@pytest.fixture
def book() -> Book:
    return Book()


def sirportly_settings(url: str, **changes: Any) -> SirportlySettings:
    """Settings for the local Sirportly, with some changed. An application makes it a user token."""
    credentials = "demo-user-" if "application" in changes else "demo-"
    given: dict[str, Any] = {
        "url": url,
        "token": f"{credentials}token",
        "secret": f"{credentials}secret",
        "timeout": TIMEOUT,
        "create": CreateDefaults(status="New", priority="Normal", department="3", team="1st Line Support"),
        "forward": ForwardDefaults(status="New"),
    }
    return SirportlySettings(**{**given, **changes})


def socialboards_settings(url: str, **changes: Any) -> SocialBoardsSettings:
    """Settings for the local SocialBoards, with some changed."""
    given: dict[str, Any] = {
        "url": url,
        "client_id": "demo-client",
        "refresh_token": "demo-refresh",
        "timeout": TIMEOUT,
        "people": GUIDS,
        "custom_fields": {"City": 42623},
        "categories": {"Sales": 15597, "Technical": 23445},
        "unconfirmed": UNCONFIRMED,
    }
    return SocialBoardsSettings(**{**given, **changes})


@pytest_asyncio.fixture
async def sirportly_desk(sirportly: Local, book: Book) -> AsyncIterator[Desk]:
    """Makes adapters for the local Sirportly, each with settings of its own."""
    made: list[Sirportly] = []

    def desk(*, fetch: Any = None, transport: Any = None, **changes: Any) -> Sirportly:
        settings = sirportly_settings(**{"url": sirportly.url, **changes})
        made.append(Sirportly("support", settings, fetch=fetch, transport=transport, clock=book.clock))
        return made[-1]

    yield desk
    for each in made:
        await each.close()


@pytest_asyncio.fixture
async def socialboards_desk(socialboards: Local, book: Book) -> AsyncIterator[Desk]:
    """Makes adapters for the local SocialBoards."""
    made: list[SocialBoards] = []

    def desk(*, tokens: Any = None, transport: Any = None, **changes: Any) -> SocialBoards:
        settings = socialboards_settings(**{"url": socialboards.url, **changes})
        made.append(SocialBoards("social", settings, tokens=tokens, transport=transport, clock=book.clock))
        return made[-1]

    yield desk
    for each in made:
        await each.close()
