"""The clocks on the two ways out say how each request ended, and how long a pause was asked for."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from prometheus_client import REGISTRY
from slack_sdk.errors import SlackApiError

from bot.app import Bot
from bot.app.measured import MeasuredClient, MeasuredTransport
from bot.config import load
from bot.ledger import Ledger


def _value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


# A status, what it is called, whether it counts as somebody's fault, and the pause that it asks for.
ENDS = {
    "done": (200, "ok", 0, 0),
    "sent elsewhere": (302, "ok", 0, 0),
    "refused": (422, "refused", 0, 0),
    "a pause": (429, "rate-limited", 1, 7),
    "broken": (503, "broken", 1, 0),
    "nobody there": (None, "no-answer", 1, 0),
}


@pytest.mark.parametrize(("status", "result", "faults", "paused"), ENDS.values(), ids=list(ENDS))
async def test_a_helpdesks_requests_are_counted_by_how_they_end(
    status: int | None, result: str, faults: int, paused: int
) -> None:
    """And what the helpdesk says passes through unchanged."""

    def answer(_: httpx.Request) -> httpx.Response:
        if status is None:
            raise httpx.ConnectError("nobody")
        return httpx.Response(status, headers={"retry-after": "7"} if status == 429 else {})

    transport = MeasuredTransport("desk", httpx.MockTransport(answer))

    def counted() -> list[float]:
        return [
            _value("ticketbot_helpdesk_request_seconds_count", helpdesk="desk", result=result),
            _value("ticketbot_errors_total", party="desk", kind=result),
            _value("ticketbot_rate_limited_seconds_total", party="desk"),
        ]

    before = counted()

    try:
        response = await transport.handle_async_request(httpx.Request("POST", "http://desk.example/"))
        assert response.status_code == status
    except httpx.ConnectError:
        assert status is None

    assert [round(late - early) for early, late in zip(before, counted(), strict=True)] == [1, faults, paused]


class _Slack(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        method = self.path.rpartition("/")[2]
        status, body, headers = {
            "auth.test": (200, {"ok": True}, {}),
            "chat.postMessage": (200, {"ok": False, "error": "channel_not_found"}, {}),
            "users.info": (429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "3"}),
        }[method]
        content = json.dumps(body).encode()
        self.send_response_only(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Not here."""


@pytest.fixture
def slack() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Slack)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/"
    server.shutdown()
    server.server_close()
    thread.join()


CALLS = {
    "auth.test": ("ok", None, 0),
    "chat.postMessage": ("refused", "channel_not_found", 0),
    "users.info": ("rate-limited", "ratelimited", 3),
}


@pytest.mark.parametrize(
    ("method", "result", "code", "paused"), [(m, *each) for m, each in CALLS.items()], ids=list(CALLS)
)
async def test_calls_to_slack_are_counted_by_method(
    slack: str, method: str, result: str, code: str | None, paused: int
) -> None:
    """With Slack's own code for what is refused."""
    client = MeasuredClient(token="xoxb-1", base_url=slack)
    pauses = _value("ticketbot_rate_limited_seconds_total", party="slack")
    errors = _value("ticketbot_errors_total", party="slack", kind=code or "")
    calls = _value("ticketbot_slack_request_seconds_count", method=method, result=result)

    if code is None:
        await client.api_call(method, json={})
    else:
        with pytest.raises(SlackApiError, match=code):
            await client.api_call(method, json={})

    assert _value("ticketbot_slack_request_seconds_count", method=method, result=result) == calls + 1
    assert _value("ticketbot_errors_total", party="slack", kind=code or "") == errors + (code is not None)
    assert _value("ticketbot_rate_limited_seconds_total", party="slack") == pauses + paused


async def test_numbers_are_told_while_the_ledger_is_away(tmp_path: Path) -> None:
    """That is when they are wanted."""
    bot = Bot(
        load(
            {
                "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SIRPORTLY_URL": "https://a.example",
                "SIRPORTLY_TOKEN": "t", "SIRPORTLY_SECRET": "s", "TICKETBOT_STATE_DIR": str(tmp_path),
            }
        )
    )  # fmt: skip
    ledger = await Ledger.open(f"sqlite:///{tmp_path}/ledger.db", state_dir=tmp_path)
    bot._ledger = ledger
    await bot._gauges()
    assert _value("ticketbot_ready", part="ledger") == 1
    assert REGISTRY.get_sample_value("ticketbot_oldest_waiting_seconds", {"kind": "action"}) == 0

    await ledger.close()
    await bot._gauges()

    assert _value("ticketbot_ready", part="ledger") == 0
    assert REGISTRY.get_sample_value("ticketbot_oldest_waiting_seconds", {"kind": "action"}) is None, "not a stale one"
