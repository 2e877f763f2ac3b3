"""Rate limits, pages, and methods that fail because a test wants them to."""

import time
from typing import Any

import httpx
import pytest

from tests.playground.slack.workspace import APP_TOKEN, BOT_TOKEN, Workspace, playing

HEADERS = {"Authorization": f"Bearer {BOT_TOKEN}"}


def burst(
    slack: Workspace, method: str, most: int, token: str = BOT_TOKEN, **arguments: Any
) -> tuple[int, httpx.Response]:
    """Call until it is refused; how often it worked, and the refusal."""
    headers = {"Authorization": f"Bearer {token}"}
    for count in range(most + 1):
        response = slack.post(f"/api/{method}", json=arguments, headers=headers)
        if response.status_code == 429:
            return count, response
    raise AssertionError(f"{method} was never refused")


@pytest.mark.parametrize(
    ("method", "arguments", "allowed", "retry_after"),
    [
        ("chat.postMessage", {"channel": "C0SUPPORT", "text": "x"}, 25, 1),
        ("conversations.list", {}, 20, 3),
        ("users.lookupByEmail", {"email": "adam@example.com"}, 50, 2),
        ("users.info", {"user": "U0ADAM"}, 100, 1),
    ],
)
def test_tiers(method: str, arguments: dict[str, Any], allowed: int, retry_after: int) -> None:
    with playing(speed="real") as slack:
        count, refusal = burst(slack, method, allowed + 30, **arguments)
        assert count >= allowed
        assert refusal.json() == {"ok": False, "error": "ratelimited"}
        assert 1 <= int(refusal.headers["retry-after"]) <= retry_after
        slack.control("clock/advance", seconds=int(refusal.headers["retry-after"]))
        assert slack.api(method, **arguments)["ok"]


def test_posting_is_limited_for_each_channel() -> None:
    with playing(speed="real") as slack:
        burst(slack, "chat.postMessage", 30, channel="C0SUPPORT", text="x")
        assert slack.api("chat.postMessage", channel="C0SOCIAL", text="x")["ok"]


def test_fast_and_off() -> None:
    """A minute is a second, or nothing."""
    with playing(speed="fast") as slack:
        count, refusal = burst(slack, "apps.connections.open", 100, APP_TOKEN)
        assert count >= 10
        assert refusal.headers["retry-after"] == "1"
        slack.control("clock/advance", seconds=1)
        assert slack.api("apps.connections.open", APP_TOKEN)["ok"]
        slack.control("speed", speed="off")
        with pytest.raises(AssertionError, match="never refused"):
            burst(slack, "apps.connections.open", 30, APP_TOKEN)


def test_pages(slack: Workspace) -> None:
    for number in range(7):
        slack.done("chat.postMessage", channel="C0SUPPORT", text=str(number))
    seen: list[str] = []
    cursor = ""
    for _ in range(10):
        page = slack.done("conversations.history", channel="C0SUPPORT", limit=3, cursor=cursor)
        seen += [each["text"] for each in page["messages"]]
        cursor = page.get("response_metadata", {}).get("next_cursor", "")
        assert page["has_more"] == bool(cursor)
        if not cursor:
            break
    assert seen == list("6543210")


def test_history_bounds(slack: Workspace) -> None:
    stamps = [slack.done("chat.postMessage", channel="C0SUPPORT", text=str(n))["ts"] for n in range(3)]

    def read(**bounds: Any) -> list[str]:
        messages = slack.done("conversations.history", channel="C0SUPPORT", **bounds)["messages"]
        return [each["text"] for each in messages]

    assert read(oldest=stamps[1]) == ["2"]
    assert read(latest=stamps[1]) == ["0"]
    assert read(oldest=stamps[1], latest=stamps[1], inclusive=True) == ["1"]
    assert read(oldest=0) == ["2", "1", "0"]


def test_threads_and_metadata(slack: Workspace) -> None:
    metadata = {"event_type": "ticket", "event_payload": {"id": 7}}
    parent = slack.done("chat.postMessage", channel="C0SUPPORT", text="p", metadata=metadata)["ts"]
    reply = slack.done("chat.postMessage", channel="C0SUPPORT", text="r", thread_ts=parent)["ts"]
    slack.done("chat.postMessage", channel="C0SUPPORT", text="r2", thread_ts=reply)
    history = slack.done("conversations.history", channel="C0SUPPORT")["messages"]
    assert [(each["text"], each["reply_count"]) for each in history] == [("p", 2)], "a reply's reply is its parent's"
    assert "metadata" not in history[0]
    thread = slack.done("conversations.replies", channel="C0SUPPORT", ts=parent, include_all_metadata=True)["messages"]
    assert [each["text"] for each in thread] == ["p", "r", "r2"]
    assert thread[0]["metadata"] == metadata
    slack.done("chat.update", channel="C0SUPPORT", ts=parent, text="new")
    assert slack.state()["messages"]["C0SUPPORT"][0]["metadata"] == metadata, "kept when it is not given"
    slack.done("chat.update", channel="C0SUPPORT", ts=parent, text="new", metadata={})
    assert "metadata" not in slack.state()["messages"]["C0SUPPORT"][0], "taken away by an empty one"


FAULTS: list[tuple[dict[str, Any], int, str]] = [
    ({"error": "fatal_error"}, 200, "fatal_error"),
    ({"error": "internal_error"}, 200, "internal_error"),
    ({"error": "token_revoked"}, 200, "token_revoked"),
    ({"error": "account_inactive"}, 200, "account_inactive"),
    ({"ratelimited": 30}, 429, "ratelimited"),
    ({"status": 503}, 503, "service_unavailable"),
]


@pytest.mark.parametrize(("fault", "status", "error"), FAULTS)
def test_faults(slack: Workspace, fault: dict[str, Any], status: int, error: str) -> None:
    slack.control("fault", method="chat.postMessage", times=2, **fault)
    for _ in range(2):
        answer = slack.post("/api/chat.postMessage", json={"channel": "C0SUPPORT", "text": "x"}, headers=HEADERS)
        assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert slack.texts() == []
    slack.done("chat.postMessage", channel="C0SUPPORT", text="x")


def test_a_lost_answer(slack: Workspace) -> None:
    """What was asked is done, and nobody is told."""
    slack.control("fault", method="chat.postMessage", lose_answer=True)
    with pytest.raises(httpx.RemoteProtocolError):
        slack.api("chat.postMessage", channel="C0SUPPORT", text="x")
    assert slack.texts() == ["x"]


def test_a_slow_method(slack: Workspace) -> None:
    slack.control("fault", method="*", delay=0.3)
    started = time.monotonic()
    slack.done("auth.test")
    assert time.monotonic() - started >= 0.3
    assert slack.get("/control/state").json()["faults"] == []


@pytest.mark.parametrize("fault", [{}, {"method": "x", "delivery": "y"}, {"method": "x", "times": -1}, {"metod": "x"}])
def test_faults_that_make_no_sense(slack: Workspace, fault: dict[str, Any]) -> None:
    assert slack.post("/control/fault", json=fault).status_code == 400
    assert slack.get("/control/state").json()["faults"] == []
