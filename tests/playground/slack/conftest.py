"""One app and one workspace for all tests; every test begins with a reset."""

from collections.abc import Iterator

import pytest

from tests.playground.slack.recorder import Recorder, recording
from tests.playground.slack.workspace import Workspace, playing


@pytest.fixture(scope="session")
def session_app() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


@pytest.fixture(scope="session")
def session_slack(session_app: Recorder) -> Iterator[Workspace]:
    with playing(session_app.url) as workspace:
        yield workspace


@pytest.fixture
def app(session_app: Recorder) -> Recorder:
    """The app that deliveries go to."""
    session_app.reset()
    return session_app


@pytest.fixture
def slack(session_slack: Workspace, app: Recorder) -> Workspace:
    """The workspace, as new."""
    session_slack.control("reset")
    return session_slack
