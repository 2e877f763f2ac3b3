"""One server of each kind for all tests; every test begins with fresh data."""

from collections.abc import Iterator

import pytest

from bot.playground.helpdesks import create_sirportly, create_socialboards
from tests.playground.helpdesks.desks import Sirportly, SocialBoards, served


@pytest.fixture(scope="session")
def sirportly_address() -> Iterator[str]:
    with served(create_sirportly()) as address:
        yield address


@pytest.fixture(scope="session")
def socialboards_address() -> Iterator[str]:
    with served(create_socialboards()) as address:
        yield address


@pytest.fixture
def desk(sirportly_address: str) -> Iterator[Sirportly]:
    with Sirportly(base_url=sirportly_address) as client:
        assert client.post("/control/reset").status_code == 200
        yield client


@pytest.fixture
def boards(socialboards_address: str) -> Iterator[SocialBoards]:
    with SocialBoards(base_url=socialboards_address) as client:
        assert client.post("/control/reset").status_code == 200
        client.sign_in()
        yield client
