"""Files of a ticket on their way to a thread: once, not too large, and to nobody but Slack."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError

from bot.actions import Ticket
from bot.errors import NotSupported, Unavailable
from bot.helpdesk import Helpdesk
from bot.ledger import Later, Settle
from bot.mirror.links import Thread
from bot.mirror.policy import Policies
from bot.outcomes import Attached
from bot.slack import files
from bot.slack.threads import uploading
from bot.slack.threads.uploading import Upload, Uploads
from tests.slack.tellings import Readers, running


class Desk(Helpdesk):
    """Gives out what it is told to."""

    vendor = "Desk"

    def __init__(self, *pieces: bytes, error: Exception | None = None) -> None:
        super().__init__("support")
        self._pieces = pieces
        self._error = error

    async def download(self, ticket: Ticket, file: Attached) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece
        if self._error is not None:
            raise self._error


class Slack:
    """Takes uploads, and notes what it is asked."""

    def __init__(self, *, address: str = "https://files.slack.com/upload/1", there: bool = False) -> None:
        self.asked: list[str] = []
        self._address = address
        self._there = there
        self.refusal: str | None = None

    async def files_getUploadURLExternal(self, *, filename: str, length: int) -> dict[str, str]:  # noqa: N802
        self.asked.append(f"url {filename} {length}")
        return {"upload_url": self._address, "file_id": "F1"}

    async def files_completeUploadExternal(self, **_: Any) -> None:  # noqa: N802
        self.asked.append("complete")
        if self.refusal:
            raise _error(self.refusal)

    async def files_info(self, *, file: str) -> None:
        self.asked.append(f"info {file}")
        if not self._there:
            raise _error("file_not_found")

    def post(self, address: str, *, data: Any, **_: Any) -> Any:
        self.asked.append(f"post {address}")
        return _Posted(data, self)


class _Posted:
    def __init__(self, data: Any, slack: Slack) -> None:
        self._data = data
        self._slack = slack

    async def __aenter__(self) -> Any:
        length = sum([len(piece) async for piece in self._data])
        self._slack.asked.append(f"bytes {length}")
        return SimpleNamespace(status=200)

    async def __aexit__(self, *_: object) -> None:
        return None


class _Claim:
    async def save(self, progress: Any, holds: Any = ()) -> None:
        return None

    async def held(self, ids: Any) -> set[str]:
        return set()


def _error(code: str) -> SlackApiError:
    answer = SimpleNamespace(status_code=200, headers={}, data={"ok": False, "error": code})
    return SlackApiError("no", answer)  # type: ignore[no-untyped-call]  # slack_sdk leaves it untyped


def _uploads(slack: Slack, desk: Desk, *, shared: bool = False) -> Uploads:
    return Uploads(
        cast("Any", slack),
        cast("Any", slack),
        {"support": desk},
        Readers(shared),
        Policies(),
        hosts=frozenset({"slack.com"}),
    )


async def _perform(
    slack: Slack,
    desk: Desk,
    *,
    shared: bool = False,
    size: int | None = None,
    uploads: Uploads | None = None,
    attempts: int = 0,
    **progress: Any,
) -> Any:
    job = Upload(
        ticket=Ticket(helpdesk="support", ref="AB-1"),
        url=None,
        thread=Thread(channel="C0SUPPORT", ts="1.1"),
        file=Attached(id="1", name="till.png", size=size),
    )
    uploads = uploads or _uploads(slack, desk, shared=shared)
    entry = running({})
    object.__setattr__(entry, "body", job.model_dump(mode="json"))
    object.__setattr__(entry, "progress", progress)
    object.__setattr__(entry, "attempts", attempts)
    return await uploads.perform(entry, _Claim())


class SlowDesk(Desk):
    """Gives nothing out before it is let."""

    def __init__(self, *pieces: bytes) -> None:
        super().__init__(*pieces)
        self.asked = 0
        self.let = asyncio.Event()

    async def download(self, ticket: Ticket, file: Attached) -> AsyncIterator[bytes]:
        self.asked += 1
        await self.let.wait()
        for piece in self._pieces:
            yield piece


async def test_a_file_goes_over_whole() -> None:
    """Announced with its length, sent, completed."""
    slack = Slack()
    end = await _perform(slack, Desk(b"x" * 300_000, b"y" * 7))
    assert end.state == "done"
    assert slack.asked == [
        "url till.png 300007", "post https://files.slack.com/upload/1", "bytes 300007", "complete",
    ]  # fmt: skip


async def test_one_whose_completion_got_no_answer_is_looked_for() -> None:
    """And completed only if it is not there."""
    there, gone = Slack(there=True), Slack()
    assert (await _perform(there, Desk(b"x"), file="F1", completing=1.0)).state == "done"
    assert there.asked == ["info F1"]
    assert (await _perform(gone, Desk(b"x"), file="F1", completing=1.0)).state == "done"
    assert gone.asked == ["info F1", "complete"]


@pytest.mark.parametrize("known", [True, False])
async def test_what_is_too_large_stays(monkeypatch: pytest.MonkeyPatch, known: bool) -> None:
    """Whether the helpdesk tells its size or not; the thread is told, and nothing was sent."""
    monkeypatch.setattr(uploading, "MOST", 100)
    slack = Slack()
    end = await _perform(slack, Desk(*[b"x" * 60] * 3), size=180 if known else None)
    assert "larger than" in str(end.then[0].body)
    assert slack.asked == []
    assert files.MOST > 100


async def test_what_cannot_be_had_is_said_and_what_cannot_now_is_waited_for() -> None:
    """An empty one, too: Slack takes none."""
    for desk in (Desk(error=NotSupported("It is not given out.")), Desk()):
        end = await _perform(Slack(), desk)
        assert isinstance(end, Settle)
        assert "could not be brought along" in str(end.then[0].body)
    assert isinstance(await _perform(Slack(), Desk(b"x", error=Unavailable("down"))), Later)


async def test_it_goes_to_slack_alone() -> None:
    """Whatever address is named; and not at all where another organisation sees it."""
    slack = Slack(address="https://files.slack.com.evil.example/upload")
    assert isinstance(await _perform(slack, Desk(b"x")), Later)
    assert not any("post" in each for each in slack.asked)
    slack = Slack()
    assert (await _perform(slack, Desk(b"x"), shared=True)).state == "failed"
    assert slack.asked == []


async def test_nobody_waits_for_room() -> None:
    """The worker that would wait has other lanes; and having found none is no failure that makes the next one slow."""
    slack, desk = Slack(), SlowDesk(b"x")
    uploads = _uploads(slack, desk)
    async with asyncio.timeout(20):
        first = [asyncio.create_task(_perform(slack, desk, uploads=uploads)) for _ in range(uploading.AT_ONCE)]
        while desk.asked < uploading.AT_ONCE:
            await asyncio.sleep(0)
        before = datetime.now(UTC)
        late = await _perform(slack, desk, uploads=uploads)
        assert isinstance(late, Later)
        assert late.at <= datetime.now(UTC) + timedelta(seconds=1)
        assert late.at > before
        assert not late.tried
        desk.let.set()
        assert [(await each).state for each in first] == ["done"] * uploading.AT_ONCE
        assert (await _perform(slack, desk, uploads=uploads)).state == "done"


async def test_tries_are_slower_and_slower() -> None:
    """Those that failed."""
    away = Desk(error=Unavailable("down"))
    first = await _perform(Slack(), away)
    assert first.tried
    assert first.at < datetime.now(UTC) + timedelta(seconds=2)
    tenth = await _perform(Slack(), away, attempts=9)
    assert tenth.at > datetime.now(UTC) + timedelta(seconds=120)


async def test_a_refusal_is_said() -> None:
    """In words."""
    slack = Slack()
    slack.refusal = "file_type_not_allowed"
    end = await _perform(slack, Desk(b"x"))
    assert "does not take files of this type" in str(end.then[0].body)
