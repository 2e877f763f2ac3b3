"""No delivery has a key that the published samples lack, and the types agree."""

import pytest

from tests.playground.slack.recorder import Received, Recorder, Reply
from tests.playground.slack.shapes import differences, sample_for
from tests.playground.slack.test_python_clients import CARD, FORM
from tests.playground.slack.workspace import BOT_TOKEN, Workspace
from tests.shared import needs_shared

pytestmark = needs_shared


def everything(slack: Workspace, app: Recorder) -> None:
    """Make the workspace deliver one of everything that it can."""

    def answering(each: Received) -> Reply | None:
        if each.kind == "block_suggestion":
            return Reply({"options": []})
        if each.kind == "view_submission":
            return Reply({"response_action": "errors", "errors": {"subject": "no"}})
        if each.kind == "shortcut":
            slack.done("views.open", trigger_id=each.body["trigger_id"], view={**FORM, "notify_on_close": True})
        return None

    app.answering = answering
    for channel in ("C0SUPPORT", "C0TRIAGE", "D0ADAM", "C0SHARED"):
        slack.ui("command", channel=channel, text="/ticket create <b> @priya")
        own = slack.ui("post", channel=channel, text="hi @testbot see https://tickets.example/7 & <b>")["message"]
        slack.ui("post", channel=channel, text="a reply", thread_ts=own["ts"])
        slack.ui("post", channel=channel, text="seen", thread_ts=own["ts"], broadcast=True)
        slack.ui("edit", channel=channel, ts=own["ts"], text="edited @testbot")
        slack.ui("react", channel=channel, ts=own["ts"], name="eyes", on=True)
        slack.ui("react", channel=channel, ts=own["ts"], name="eyes", on=False)
        card = slack.done(
            "chat.postMessage",
            channel=channel,
            text="card",
            blocks=CARD,
            thread_ts=own["ts"],
            metadata={"event_type": "ticket", "event_payload": {"id": 7}},
        )
        slack.done("chat.postMessage", channel=channel, text="custom", username="Robot", icon_emoji=":robot_face:")
        slack.done("chat.postMessage", channel=channel, text="all", thread_ts=own["ts"], reply_broadcast=True)
        where = {"type": "message", "channel": channel, "ts": card["ts"]}
        slack.ui("action", container=where, block_id="card", action_id="close", value={})
        slack.ui("shortcut", callback_id="from_message", channel=channel, ts=card["ts"])
        slack.ui("shortcut", callback_id="from_message", channel=channel, ts=own["ts"])
        slack.done("chat.update", channel=channel, ts=card["ts"], text="changed")
        slack.done("chat.delete", channel=channel, ts=card["ts"])
        slack.done("chat.postEphemeral", channel=channel, user="U0ADAM", text="psst", blocks=CARD)
        ephemeral = slack.state()["ephemerals"][channel][-1]
        where = {"type": "ephemeral", "channel": channel, "id": ephemeral["id"]}
        slack.ui("action", container=where, block_id="card", action_id="close", value={})
        slack.ui("delete", channel=channel, ts=own["ts"])
        given = slack.post("/ui/upload", data={"as": "U0ADAM"}, files={"file": ("a.txt", b"x")}).json()["files"]
        shared = slack.ui("post", channel=channel, text="file", files=[given[0]["id"]])["message"]
        slack.ui("shortcut", callback_id="from_message", channel=channel, ts=shared["ts"])
        slack.ui("delete", channel=channel, ts=shared["ts"])
    slack.ui("shortcut", callback_id="new_ticket")
    view = slack.state()["modals"][0]
    where = {"type": "view", "view_id": view["id"]}
    slack.ui("suggest", container=where, block_id="customer", action_id="search", query="jo")
    slack.ui("submit", view_id=view["id"], values={"subject": {"text": {"value": "x"}}})
    slack.ui("close", view_id=view["id"])
    slack.ui("home", tab="home")
    slack.done("views.publish", user_id="U0ADAM", view={"type": "home", "blocks": CARD})
    slack.ui("home", tab="home")
    home = {"type": "view", "view_id": slack.state()["home"]["id"]}
    slack.ui("action", container=home, block_id="card", action_id="close", value={})
    slack.ui("invite", channel="C0SUPPORT", users=["U0EVE"])
    slack.ui("archive", channel="C0TRIAGE")
    slack.idle()


def test_no_delivery_has_more_than_the_samples(slack: Workspace, app: Recorder) -> None:
    everything(slack, app)
    wrong: list[str] = []
    seen: set[str] = set()
    for each in app.received:
        like = sample_for(each.kind, each.body)
        subtype = each.body["event"].get("subtype", "") if "event" in each.body else ""
        if like is None:
            assert each.kind in (
                "shortcut",
                "block_suggestion",
                "member_joined_channel",
                "group_archive",
            ) or subtype in (
                "channel_join",
                "tombstone",
            ), each
            continue
        if each.kind == "command":
            assert all(isinstance(value, str) for value in each.body.values())
            like = dict.fromkeys(like, "")
        seen.add(f"{each.kind} {subtype}".strip())
        wrong += [f"{each.kind} {subtype} {found}" for found in differences(each.body, like)]
    assert wrong == []
    assert seen >= {
        "command",
        "message",
        "message bot_message",
        "message file_share",
        "message thread_broadcast",
        "message message_changed",
        "message message_deleted",
        "app_mention",
        "app_home_opened",
        "link_shared",
        "reaction_added",
        "reaction_removed",
        "block_actions",
        "message_action",
        "view_submission",
        "view_closed",
    }


def test_shapes_without_a_sample(slack: Workspace, app: Recorder) -> None:
    """The global shortcut and block_suggestion, after Slack's own reference."""
    everything(slack, app)
    assert set(app.of("shortcut")[0].body) == {
        *("type", "token", "action_ts", "team", "user", "is_enterprise_install", "callback_id", "trigger_id")
    }
    assert set(app.of("block_suggestion")[0].body) == {
        *("type", "token", "team", "user", "is_enterprise_install", "api_app_id", "container", "view"),
        *("block_id", "action_id", "value"),
    }


def test_no_token_is_ever_sent_or_logged(slack: Workspace, app: Recorder) -> None:
    everything(slack, app)
    slack.post("/api/auth.test", data={"token": BOT_TOKEN})
    assert BOT_TOKEN not in str([each.body for each in app.received])
    assert BOT_TOKEN not in slack.get("/control/log").text


@pytest.mark.parametrize("kind", ["block_actions", "message_action"])
def test_an_action_says_where_it_happened(slack: Workspace, app: Recorder, kind: str) -> None:
    everything(slack, app)
    in_messages = [each.body for each in app.of(kind) if "channel" in each.body]
    assert in_messages
    for body in in_messages:
        assert body["response_url"].startswith(str(slack.base_url))
        if body.get("container", {}).get("is_ephemeral"):
            assert "message" not in body
        else:
            assert body["message"]["ts"] == body.get("message_ts", body.get("container", {}).get("message_ts"))
