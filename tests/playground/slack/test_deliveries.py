"""How the app is called: signed, in time, again when it fails."""

import threading
import time

import pytest

from tests.playground.slack.recorder import Received, Recorder, Reply
from tests.playground.slack.workspace import Workspace, playing, without


def test_everything_is_signed(slack: Workspace, app: Recorder) -> None:
    """slack_sdk's own verifier accepts commands, events and interactions alike."""
    slack.ui("command", channel="C0SUPPORT", text="/ticket create it")
    slack.ui("post", channel="C0SUPPORT", text="hello")
    slack.ui("shortcut", callback_id="new_ticket")
    slack.idle()
    assert {each.kind for each in app.received} == {"command", "message", "shortcut"}
    assert all(each.signed for each in app.received)


def test_an_event_is_sent_four_times_at_most(slack: Workspace, app: Recorder) -> None:
    """At once, then after nothing, a minute and five; with the same event_id, a number and a reason."""
    app.answering = lambda _: Reply(status=500)
    with playing(app.url, speed="real") as real:
        real.ui("post", channel="C0SUPPORT", text="hello")
        for times, seconds in ((2, 61), (3, 301), (4, 3600)):
            app.wait("message", times)
            _noted(real, times)
            assert len(app.received) == times
            real.control("clock/advance", seconds=seconds)
        real.idle()
    assert [each.headers.get("x-slack-retry-num") for each in app.received] == [None, "1", "2", "3"]
    assert {each.headers.get("x-slack-retry-reason") for each in app.received[1:]} == {"http_error"}
    assert len({each.body["event_id"] for each in app.received}) == 1


def _noted(slack: Workspace, times: int) -> None:
    """Wait until the workspace knows how that delivery went, and so waits for the time of the next."""
    deadline = time.monotonic() + 10
    while len(slack.log(kind="event")) < times:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_app_can_refuse_redelivery(slack: Workspace, app: Recorder) -> None:
    app.answering = lambda _: Reply(status=500, headers={"X-Slack-No-Retry": "1"})
    slack.ui("post", channel="C0SUPPORT", text="hello")
    slack.idle()
    assert len(app.received) == 1


def test_no_retry_means_nothing_on_success(slack: Workspace, app: Recorder) -> None:
    app.answering = lambda _: Reply(headers={"X-Slack-No-Retry": "1"})
    slack.ui("post", channel="C0SUPPORT", text="hello")
    slack.idle()
    assert len(app.received) == 1


def test_a_late_event_comes_again_while_the_first_call_still_runs(slack: Workspace, app: Recorder) -> None:
    app.answering = lambda each: None if "x-slack-retry-num" in each.headers else Reply(seconds=1.0)
    started = time.monotonic()
    slack.ui("post", channel="C0SUPPORT", text="hello")
    app.wait("message")
    slack.control("clock/advance", seconds=3.1)
    again = app.wait("message", 2)[1]
    assert again.headers["x-slack-retry-reason"] == "http_timeout"
    assert again.at - started < 0.9


def test_an_acknowledgement_that_is_lost_brings_the_event_again(slack: Workspace, app: Recorder) -> None:
    """The app has had it, and gets it once more, with the headers that say so."""
    slack.control("fault", delivery="event", lose_answer=True)
    slack.ui("post", channel="C0SUPPORT", text="hello")
    first, again = app.wait("message", 2)
    assert again.headers["x-slack-retry-reason"] == "http_timeout"
    assert first.body["event_id"] == again.body["event_id"]
    slack.idle()
    assert [(entry["retry"], entry["error"]) for entry in slack.log(kind="event")] == [(0, "http_timeout"), (1, None)]


def test_a_command_whose_answer_is_lost_is_not_repeated(slack: Workspace, app: Recorder) -> None:
    """The person is told of a time-out, whatever the app did."""
    slack.control("fault", delivery="command", lose_answer=True)
    answer = slack.ui("command", channel="C0SUPPORT", text="/ticket x")
    assert answer["result"] == "operation_timeout"
    assert len(app.received) == 1


def test_a_closed_port_is_a_failed_connection() -> None:
    with playing("http://127.0.0.1:9/slack/events") as slack:
        assert slack.ui("command", channel="C0SUPPORT", text="/ticket x")["result"] == "dispatch_failed"
        slack.ui("post", channel="C0SUPPORT", text="hello")
        time.sleep(0.05)
        assert slack.log(kind="event")[0]["error"] == "connection_failed"


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_a_command_that_is_refused_is_a_failed_dispatch(slack: Workspace, app: Recorder, status: int) -> None:
    app.answering = lambda _: Reply(status=status)
    answer = slack.ui("command", channel="C0SUPPORT", text="/ticket x")
    assert answer["result"] == "dispatch_failed"
    assert answer["notice"] == '`/ticket` failed with the error "dispatch_failed"'
    assert len(app.received) == 1, "commands are never delivered twice"


def test_a_late_command_is_an_operation_timeout(app: Recorder) -> None:
    app.answering = lambda _: Reply("too late", seconds=0.6)
    with playing(app.url, ack_seconds=0.2) as slack:
        answer = slack.ui("command", channel="C0SUPPORT", text="/ticket x")
        assert answer["notice"] == '`/ticket` failed with the error "operation_timeout"'
        time.sleep(0.6)
        assert not slack.state()["ephemerals"], "a late answer is not shown"


FAULTS = [
    ({"delivery": "event", "repeat": 3}, ["hello", "hello", "hello", "there"]),
    ({"delivery": "event", "reorder": True}, ["there", "hello"]),
    ({"delivery": "event", "delay": 0.3}, ["there", "hello"]),
    ({"delivery": "event", "name": "message", "repeat": 2, "times": 2}, ["hello", "hello", "there", "there"]),
    ({"delivery": "event", "name": "reaction_added", "repeat": 2}, ["hello", "there"]),
    ({"delivery": "command", "repeat": 2}, ["hello", "there"]),
]


@pytest.mark.parametrize(("fault", "expected"), FAULTS, ids=lambda each: str(each) if isinstance(each, dict) else "")
def test_faults_of_delivery(slack: Workspace, app: Recorder, fault: dict[str, object], expected: list[str]) -> None:
    slack.control("fault", **fault)
    slack.ui("post", channel="C0SUPPORT", text="hello")
    time.sleep(0.05)
    slack.ui("post", channel="C0SUPPORT", text="there")
    slack.idle()
    assert [each.body["event"]["text"] for each in app.received] == expected


def test_a_dropped_event_is_delivered_again(slack: Workspace, app: Recorder) -> None:
    slack.control("fault", delivery="event", drop=True)
    slack.ui("post", channel="C0SUPPORT", text="hello")
    slack.idle()
    assert [each.headers.get("x-slack-retry-num") for each in app.received] == ["1"]


def test_the_ssl_probe(slack: Workspace, app: Recorder) -> None:
    assert slack.control("ssl_check")["result"] == "acknowledged"
    assert app.received[0].body == {"ssl_check": "1", "token": ""}


@pytest.mark.parametrize(
    ("answer", "verified"),
    [("json", True), ("text", True), ("something else", False), (None, False)],
)
def test_the_challenge(slack: Workspace, app: Recorder, answer: str | None, *, verified: bool) -> None:
    def answering(each: Received) -> Reply:
        challenge = each.body["challenge"]
        return Reply({"json": {"challenge": challenge}, "text": challenge}.get(str(answer), answer))

    app.answering = answering
    assert slack.control("url_verification")["verified"] == verified
    assert app.received[0].signed


def test_a_reset_ends_what_is_under_way(slack: Workspace, app: Recorder) -> None:
    app.answering = lambda _: Reply(seconds=1.0)
    answers: list[str] = []
    waiting = threading.Thread(
        target=lambda: answers.append(slack.ui("command", channel="C0SUPPORT", text="/ticket x")["result"]), daemon=True
    )
    waiting.start()
    app.wait("command")
    slack.control("reset")
    waiting.join(5)
    assert answers == ["dispatch_failed"]
    assert slack.get("/control/state").json()["pending"] == 0


def test_nothing_is_delivered_without_a_subscription(app: Recorder) -> None:
    def fail(each: Received) -> Reply:
        raise AssertionError(each)

    app.answering = fail
    with playing(app.url, manifest=without(events=("message.channels",))) as slack:
        slack.ui("post", channel="C0SUPPORT", text="hello")
        slack.idle()
    with playing(app.url, manifest=without(scopes=("channels:history",))) as slack:
        slack.ui("post", channel="C0SUPPORT", text="hello")
        slack.idle()
    assert app.received == []
