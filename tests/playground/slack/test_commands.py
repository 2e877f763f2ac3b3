"""Slash commands, what may be answered to them, and response URLs."""

from typing import Any

import pytest

from tests.playground.slack.recorder import Recorder, Reply
from tests.playground.slack.test_python_clients import CARD
from tests.playground.slack.workspace import MANIFEST, Workspace, playing, without


def test_text_is_escaped_where_the_manifest_says_so(slack: Workspace, app: Recorder) -> None:
    typed = "tell @priya in #support & #triage <b> https://a.example/?x=1&y=2 a@b.example @nobody @here @staff"
    slack.ui("command", channel="C0SUPPORT", text=f"/ticket {typed}")
    slack.ui("command", channel="C0SUPPORT", text=f"/raw {typed}")
    escaped, raw = (each.body["text"] for each in app.of("command"))
    assert raw == typed
    assert escaped == (
        "tell <@U0PRIYA|priya> in <#C0SUPPORT|support> &amp; <#C0TRIAGE|> &lt;b&gt; <https://a.example/?x=1&amp;y=2> "
        "<mailto:a@b.example|a@b.example> @nobody <!here> <!subteam^S0STAFF|@staff>"
    )


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("C0SUPPORT", "support"),
        ("C0TRIAGE", "privategroup"),
        ("D0ADAM", "directmessage"),
        ("D0ADAMPRIYA", "directmessage"),
    ],
)
def test_commands_work_where_the_bot_is_not(slack: Workspace, app: Recorder, channel: str, name: str) -> None:
    slack.ui("command", channel=channel, text="/ticket x")
    assert app.received[0].body["channel_name"] == name


def test_commands_that_are_none(slack: Workspace, app: Recorder) -> None:
    assert slack.refused("command", channel="C0SUPPORT", text="/tickets x") == "invalid_command"
    assert slack.refused("command", channel="C0SUPPORT", text="/ticket x", thread_ts="1.1") == "not_in_thread"
    assert slack.refused("command", channel="C0ARCHIVE", text="/ticket x") == "is_archived"
    assert slack.refused("command", "U0SAM", channel="C0SECRET", text="/ticket x") == "unknown_channel"
    assert slack.refused("command", "U0EVE", channel="C0SUPPORT", text="/ticket x") == "unknown_channel"
    assert app.received == []
    with playing(app.url, manifest=without(scopes=("commands",))) as bare:
        assert bare.refused("command", channel="C0SUPPORT", text="/ticket x") == "invalid_command"


def test_undeclared_shortcuts_and_interactivity(app: Recorder) -> None:
    settings = {**MANIFEST["settings"], "interactivity": {"is_enabled": False}}
    with playing(app.url, manifest={**MANIFEST, "settings": settings}) as slack:
        card = slack.done("chat.postMessage", channel="C0SUPPORT", text="x", blocks=CARD)
        where = {"type": "message", "channel": "C0SUPPORT", "ts": card["ts"]}
        assert slack.refused("action", container=where, block_id="card", action_id="close") == "not_interactive"
        assert slack.refused("shortcut", callback_id="nope") == "unknown_shortcut"
        assert slack.refused("shortcut", callback_id="from_message") == "unknown_shortcut", (
            "a message shortcut needs one"
        )


ANSWERS: list[tuple[Any, list[str], list[str]]] = [
    ("only you", ["only you"], []),
    ({"text": "only you"}, ["only you"], []),
    ({"text": "all", "response_type": "in_channel"}, [], ["all"]),
    ({"text": "x", "blocks": CARD}, ["x"], []),
    (None, [], []),
    ("", [], []),
    ({}, [], []),
]


@pytest.mark.parametrize(("answer", "whispered", "posted"), ANSWERS)
def test_answers_to_a_command(
    slack: Workspace, app: Recorder, answer: Any, whispered: list[str], posted: list[str]
) -> None:
    app.answering = lambda each: Reply(answer) if each.kind == "command" else None
    assert slack.ui("command", channel="C0RANDOM", text="/ticket x")["result"] == "acknowledged"
    assert [each["text"] for each in slack.state()["ephemerals"].get("C0RANDOM", [])] == whispered
    assert slack.texts("C0RANDOM") == posted
    assert not slack.state("U0PRIYA")["ephemerals"]


def test_a_refused_answer_to_a_command(slack: Workspace, app: Recorder) -> None:
    app.answering = lambda _: Reply({"text": "x", "blocks": [{"type": "nope"}]})
    answer = slack.ui("command", channel="C0SUPPORT", text="/ticket x")
    assert answer["notice"] == '`/ticket` failed with the error "invalid_blocks"'


def response_url(slack: Workspace, app: Recorder, channel: str = "C0SUPPORT") -> str:
    slack.ui("command", channel=channel, text="/ticket x")
    url: str = app.of("command")[-1].body["response_url"]
    return url


def test_a_response_url_works_five_times(slack: Workspace, app: Recorder) -> None:
    url = response_url(slack, app, "C0RANDOM")
    answers = [slack.post(url, json={"text": "x", "response_type": "in_channel"}) for _ in range(6)]
    assert [each.status_code for each in answers] == [200] * 5 + [404]
    assert answers[5].json() == {"ok": False, "error": "used_url"}
    assert slack.texts("C0RANDOM") == ["x"] * 5, "also where the app is not a member"


def test_a_response_url_works_for_half_an_hour(slack: Workspace, app: Recorder) -> None:
    url = response_url(slack, app)
    slack.control("clock/advance", seconds=1799)
    assert slack.post(url, json={"text": "x"}).status_code == 200
    slack.control("clock/advance", seconds=2)
    assert slack.post(url, json={"text": "x"}).json()["error"] == "expired_url"
    assert slack.post(f"{slack.base_url}/response/T0PLAY/1/x", json={"text": "x"}).status_code == 404


REFUSED: list[tuple[Any, str]] = [
    ({}, "no_text"),
    ({"text": ""}, "no_text"),
    ([], "invalid_payload"),
    ("text", "invalid_payload"),
    ({"blocks": [{"type": "nope"}]}, "invalid_blocks"),
    ({"blocks": "nope"}, "invalid_blocks_format"),
    ({"delete_original": True}, "message_not_found"),
]


@pytest.mark.parametrize(("body", "error"), REFUSED)
def test_what_a_response_url_refuses(slack: Workspace, app: Recorder, body: Any, error: str) -> None:
    assert slack.post(response_url(slack, app), json=body).json()["error"] == error


def pressed(slack: Workspace, app: Recorder, where: dict[str, Any]) -> str:
    slack.ui("action", container=where, block_id="card", action_id="close", value={})
    url: str = app.of("block_actions")[-1].body["response_url"]
    return url


def test_replacing_and_deleting_the_original(slack: Workspace, app: Recorder) -> None:
    card = slack.done("chat.postMessage", channel="C0SUPPORT", text="card", blocks=CARD)
    url = pressed(slack, app, {"type": "message", "channel": "C0SUPPORT", "ts": card["ts"]})
    slack.post(url, json={"text": "more"})
    slack.post(url, json={"text": "new", "replace_original": True})
    assert slack.texts() == ["new"]
    assert [each["text"] for each in slack.state()["ephemerals"]["C0SUPPORT"]] == ["more"]
    slack.post(url, json={"text": "below", "thread_ts": card["ts"], "response_type": "in_channel"})
    assert slack.state()["messages"]["C0SUPPORT"][1]["thread_ts"] == card["ts"]
    lone = slack.done("chat.postMessage", channel="C0SUPPORT", text="lone", blocks=CARD)
    url = pressed(slack, app, {"type": "message", "channel": "C0SUPPORT", "ts": lone["ts"]})
    slack.post(url, json={"delete_original": True})
    assert "lone" not in slack.texts()


def test_an_ephemeral_message_is_shown_in_a_thread_that_has_a_reply(slack: Workspace) -> None:
    """«Ephemeral messages in threads are only shown if there is already an active thread» (chat.postEphemeral)."""
    root = slack.done("chat.postMessage", channel="C0SUPPORT", text="root")["ts"]
    where = {"channel": "C0SUPPORT", "user": "U0ADAM", "thread_ts": root}
    slack.done("chat.postEphemeral", **where, text="before")
    slack.done("chat.postMessage", channel="C0SUPPORT", thread_ts=root, text="a reply")
    slack.done("chat.postEphemeral", **where, text="after")

    assert [each["text"] for each in slack.state()["ephemerals"]["C0SUPPORT"]] == ["after"]


def test_ephemeral_messages_change_through_their_response_url_only(slack: Workspace, app: Recorder) -> None:
    slack.done("chat.postEphemeral", channel="C0SUPPORT", user="U0ADAM", text="psst", blocks=CARD)
    ephemeral = slack.state()["ephemerals"]["C0SUPPORT"][0]
    where = {"type": "ephemeral", "channel": "C0SUPPORT", "id": ephemeral["id"]}
    assert slack.api("chat.update", channel="C0SUPPORT", ts=ephemeral["ts"], text="x")["error"] == "message_not_found"
    url = pressed(slack, app, where)
    slack.post(url, json={"text": "new", "replace_original": True, "response_type": "in_channel"})
    assert [each["text"] for each in slack.state()["ephemerals"]["C0SUPPORT"]] == ["new"]
    assert slack.texts() == [], "an ephemeral message cannot become one for everybody"
    slack.post(url, json={"delete_original": True})
    assert not slack.state()["ephemerals"]
    assert slack.refused("action", container=where, block_id="card", action_id="close") == "unknown_container"
