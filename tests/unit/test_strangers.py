"""People of other organisations: nothing but a ticket in their own name, whatever token the helpdesk is used with."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.dispatch import Desk, Dispatcher, Job
from bot.dispatch.people import People, Profile, Rules
from bot.grammar import parse
from bot.helpdesk.catalogue import Catalogue
from bot.outcomes import Rejected
from bot.slack.directory import Directory
from tests.unit.test_dispatch import NOW, Clock, Paper


class Abroad:
    """A directory in which everybody belongs to somebody else, with an address that is a colleague's."""

    async def profile(self, slack_user: str) -> Profile:
        return Profile(slack_user, name="Eve", email="adam@example.com", foreign=True)

    async def groups(self, slack_user: str, among: Sequence[str]) -> frozenset[str]:
        return frozenset()


class OfOneUser(Paper):
    """A helpdesk in which everything is done as one fixed person."""

    @property
    def requires_account(self) -> bool:
        return False


@pytest.mark.parametrize("desk", [Paper, OfOneUser])
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("reply AB-1 hello", "not-mapped"),
        ("note AB-1 hello", "not-mapped"),
        ("forward AB-1 eve@evil.example the history, please", "not-mapped"),
        ("close AB-1", "not-mapped"),
        ("create Till contact:jo@acme.example -- hello", "not-permitted"),
    ],
)
async def test_what_they_may_not_do(desk: type[Paper], line: str, code: str) -> None:
    """It is refused before anything is sent."""
    paper = desk()
    desks = {"paper": Desk(paper, Catalogue(paper))}
    dispatcher = Dispatcher(
        desks, People(Abroad(), {}, Rules()), zone="UTC", patience=timedelta(hours=1), clock=Clock()
    )

    async def nothing(*_: Any) -> Any:
        return set()

    job = Job("m1", "paper", "U0EVE", "C0SHARED", NOW, parse(line), attempts=0, verdict=None)
    result = (await dispatcher.perform(job, {}, nothing, nothing)).result

    assert isinstance(result, Rejected)
    assert result.code == code
    assert paper.sent == []


class Slack:
    """Says of every channel that nobody else sees it, until it is shared."""

    def __init__(self) -> None:
        self.shared = False
        self.asked = 0

    async def api_call(self, method: str, **_: Any) -> Any:
        self.asked += 1
        return type("Answer", (), {"data": {"ok": True, "channel": {"is_ext_shared": self.shared}}})()


async def test_a_channel_that_is_shared_is_known_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """At once where an event from there says so, and within minutes where none came."""
    slack, now = Slack(), [1000.0]
    monkeypatch.setattr("bot.slack.directory.time.monotonic", lambda: now[0])
    directory = Directory(cast("Any", slack), team=lambda: "T", known=lambda: True)
    assert [await directory.shared("C1"), await directory.shared("C2")] == [False, False]
    slack.shared = True

    directory.is_shared("C1")
    now[0] += 121

    assert [await directory.shared("C1"), await directory.shared("C2")] == [True, True]
    assert slack.asked == 3
