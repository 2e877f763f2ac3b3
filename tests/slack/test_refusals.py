"""What is made of Slack's refusals, as they come through its own library."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ledger import Ledger, NewEntry
from bot.slack.refusals import OWN_FAILURES, PASSING, RATE_LIMITED, code_of, next_try, pause_of

ANSWERS: dict[str, tuple[dict[str, Any], str, timedelta | None]] = {
    "a refusal": ({"text": '{"ok": false, "error": "not_in_channel"}', "content_type": "application/json"},
                  "not_in_channel", None),
    "too many calls": ({"status": 429, "text": '{"ok": false, "error": "ratelimited"}', "headers": {"Retry-After": "7"},
                        "content_type": "application/json"}, RATE_LIMITED, timedelta(seconds=7)),
    "too many calls, in a word": ({"status": 429, "text": "slow down", "headers": {"Retry-After": "7"}},
                                  RATE_LIMITED, timedelta(seconds=7)),
    "a page of a proxy": ({"status": 502, "text": "<h1>Bad gateway</h1>", "content_type": "text/html"},
                          "internal_error", None),
    "words of a proxy": ({"status": 503, "text": "no healthy upstream"}, "internal_error", None),
    "half an answer": ({"text": '{"ok": tr', "content_type": "application/json"}, "internal_error", None),
}  # fmt: skip


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    """A Slack that answers as it is asked to: the channel says how."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(**ANSWERS[(await request.json())["channel"]][0])

    app = web.Application()
    app.router.add_post("/api/chat.postMessage", answer)
    running = TestServer(app)
    await running.start_server()
    yield running
    await running.close()


@pytest.mark.parametrize("name", ANSWERS)
async def test_every_refusal_has_a_code(server: TestServer, name: str) -> None:
    """Whatever has none of Slack's counts as its own failure, which passes."""
    client = AsyncWebClient("xoxb-1", base_url=str(server.make_url("/api/")), retry_handlers=[])

    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=name, text="hello")

    assert (code_of(refused.value), pause_of(refused.value)) == ANSWERS[name][1:]
    assert (code_of(refused.value) in PASSING) is (name != "a refusal")
    assert RATE_LIMITED not in OWN_FAILURES, "nothing of it was done"


async def test_patience_ends(tmp_path: Path) -> None:
    """Until then it is tried again after the pause that was asked for, or one of our own."""
    ledger = await Ledger.open(f"sqlite:///{tmp_path}/ledger.db", state_dir=tmp_path)
    now = datetime.now(UTC)
    (its,) = await ledger.record([NewEntry(key="1", lane="1", kind="stamp", body={}, received_at=now)])
    entry = await ledger.get(its.id)
    await ledger.close()
    assert entry is not None

    asked = next_try(entry, "slack", patience=timedelta(hours=1), wait=timedelta(seconds=90))
    own = next_try(entry, "slack", patience=timedelta(hours=1))

    assert asked is not None
    assert own is not None
    assert now + timedelta(seconds=90) <= asked.at
    assert now < own.at < asked.at
    assert next_try(entry, "slack", patience=timedelta()) is None
