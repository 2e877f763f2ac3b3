"""Which events the app gets, for what people and the app itself do."""

from typing import Any

import pytest

from tests.playground.slack.recorder import Recorder
from tests.playground.slack.workspace import Workspace, playing, without


def events(slack: Workspace, app: Recorder) -> list[tuple[str, str, str]]:
    """Type, subtype and channel of every event so far."""
    slack.idle()
    found = []
    for event in app.events():
        item = event.get("item") or {}
        found.append((event["type"], event.get("subtype", ""), event.get("channel") or item.get("channel", "")))
    return found


@pytest.mark.parametrize(
    ("channel", "channel_type", "told"),
    [
        ("C0SUPPORT", "channel", True),
        ("C0SHARED", "channel", True),
        ("C0TRIAGE", "group", True),
        ("D0ADAM", "im", True),
        ("C0RANDOM", "", False),
        ("C0SECRET", "", False),
        ("D0ADAMPRIYA", "", False),
    ],
)
def test_only_from_where_the_app_is(
    slack: Workspace, app: Recorder, channel: str, channel_type: str, *, told: bool
) -> None:
    slack.ui("post", channel=channel, text="hello")
    slack.idle()
    assert [each.body["event"]["channel_type"] for each in app.received] == ([channel_type] if told else [])
    assert all(each.body["is_ext_shared_channel"] == (channel == "C0SHARED") for each in app.received)


def test_a_mention_comes_besides_its_message(slack: Workspace, app: Recorder) -> None:
    slack.ui("post", channel="C0SUPPORT", text="hey @testbot, look")
    slack.ui("post", channel="D0ADAM", text="hey @testbot")
    assert events(slack, app) == [
        ("message", "", "C0SUPPORT"),
        ("app_mention", "", "C0SUPPORT"),
        ("message", "", "D0ADAM"),
    ]
    assert len({each.body["event_id"] for each in app.received}) == 3
    assert app.events()[1]["text"] == "hey <@U0BOT>, look"


def test_what_the_app_says_comes_back(slack: Workspace, app: Recorder) -> None:
    """With its own ids, so that Bolt can drop it; it mentions nobody and unfurls nothing."""
    slack.done("chat.postMessage", channel="C0SUPPORT", text="<@U0BOT> <https://tickets.example/7>")
    assert events(slack, app) == [("message", "", "C0SUPPORT")]
    event = app.received[0].body["event"]
    assert (event["user"], event["bot_id"], event["bot_profile"]["app_id"]) == ("U0BOT", "B0BOT", "A0PLAY")


def test_subtypes(slack: Workspace, app: Recorder) -> None:
    parent = slack.ui("post", channel="C0SUPPORT", text="one")["message"]["ts"]
    reply = slack.ui("post", channel="C0SUPPORT", text="two", thread_ts=parent)["message"]
    slack.ui("post", channel="C0SUPPORT", text="three", thread_ts=parent, broadcast=True)
    slack.ui("edit", channel="C0SUPPORT", ts=parent, text="1 & 2")
    slack.ui("delete", channel="C0SUPPORT", ts=reply["ts"])
    assert events(slack, app) == [
        ("message", "", "C0SUPPORT"),
        ("message", "", "C0SUPPORT"),
        ("message", "thread_broadcast", "C0SUPPORT"),
        ("message", "message_changed", "C0SUPPORT"),
        ("message", "message_deleted", "C0SUPPORT"),
    ]
    _, second, third, changed, deleted = app.events()
    assert (second["thread_ts"], second["parent_user_id"]) == (parent, "U0ADAM")
    assert third["root"]["text"] == "one"
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("one", "1 &amp; 2")
    assert changed["message"]["edited"]["user"] == "U0ADAM"
    assert "reply_count" not in changed["previous_message"] or changed["previous_message"]["reply_count"] == 2
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (reply["ts"], "two")


def test_a_deleted_parent_leaves_a_tombstone(slack: Workspace, app: Recorder) -> None:
    parent = slack.ui("post", channel="C0SUPPORT", text="one")["message"]["ts"]
    slack.ui("post", channel="C0SUPPORT", text="two", thread_ts=parent)
    slack.ui("delete", channel="C0SUPPORT", ts=parent)
    assert slack.texts() == ["This message was deleted.", "two"]
    assert events(slack, app)[-1] == ("message", "message_changed", "C0SUPPORT")
    assert slack.api("chat.update", channel="C0SUPPORT", ts=parent, text="x")["error"] == "cant_update_message"


def test_reactions(slack: Workspace, app: Recorder) -> None:
    ts = slack.done("chat.postMessage", channel="C0SUPPORT", text="x")["ts"]
    for person in ("U0ADAM", "U0PRIYA"):
        slack.ui("react", person, channel="C0SUPPORT", ts=ts, name="eyes", on=True)
    slack.ui("react", channel="C0SUPPORT", ts=ts, name="eyes", on=True)
    slack.ui("react", channel="C0SUPPORT", ts=ts, name="eyes", on=False)
    slack.idle()
    found = [(each["user"], each["type"]) for each in app.events() if each["type"] != "message"]
    assert found == [("U0ADAM", "reaction_added"), ("U0PRIYA", "reaction_added"), ("U0ADAM", "reaction_removed")]
    assert slack.state()["messages"]["C0SUPPORT"][0]["reactions"] == [
        {"name": "eyes", "users": ["U0PRIYA"], "count": 1}
    ]


def test_links_and_unfurls(slack: Workspace, app: Recorder) -> None:
    """Also where the app is not; the unfurl changes the message."""
    url = "https://eu.tickets.example/7?a=1&b=2"
    slack.ui("post", channel="C0RANDOM", text=f"see {url} and https://other.example")
    slack.idle()
    (shared,) = (each.body["event"] for each in app.received)
    assert shared["links"] == [{"domain": "tickets.example", "url": url}]
    assert not shared["is_bot_user_member"]
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "Ticket 7"}}]
    for where in (
        {"unfurl_id": shared["unfurl_id"], "source": shared["source"]},
        {"channel": shared["channel"], "ts": shared["message_ts"]},
    ):
        slack.done("chat.unfurl", unfurls={url: {"blocks": blocks}}, **where)
    (attachment,) = slack.state()["messages"]["C0RANDOM"][0]["attachments"]
    assert (attachment["from_url"], attachment["is_app_unfurl"]) == (url, True)


def test_joining_and_leaving(slack: Workspace, app: Recorder) -> None:
    slack.done("conversations.join", channel="C0RANDOM")
    slack.done("conversations.invite", channel="C0RANDOM", users="U0EVE")
    slack.ui("kick", channel="C0RANDOM", users=["U0BOT"])
    slack.ui("post", channel="C0RANDOM", text="now we can talk")
    slack.idle()
    joined = [each for each in app.events() if each["type"] == "member_joined_channel"]
    assert [(each["user"], each.get("inviter")) for each in joined] == [("U0BOT", None), ("U0EVE", "U0BOT")]
    assert not [each for each in app.of("message") if each.body["event"]["text"] == "now we can talk"]


@pytest.mark.parametrize(
    ("event", "delivered"),
    [
        ({"type": "app_uninstalled"}, True),
        ({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BOT"]}}, True),
        ({"type": "emoji_changed"}, False),
    ],
)
def test_events_that_no_page_makes(slack: Workspace, app: Recorder, event: dict[str, Any], *, delivered: bool) -> None:
    assert slack.control("event", event=event)["delivered"] == delivered
    slack.idle()
    assert [each.body["event"] for each in app.received] == ([event] if delivered else [])


def test_mentions_need_their_scope(app: Recorder) -> None:
    with playing(app.url, manifest=without(scopes=("app_mentions:read",))) as slack:
        slack.ui("post", channel="C0SUPPORT", text="@testbot")
        assert events(slack, app) == [("message", "", "C0SUPPORT")]


def test_an_update_takes_blocks_away(slack: Workspace, app: Recorder) -> None:
    """Text without blocks removes them, and marks the message as edited; blocks do not."""
    blocks = [{"type": "divider"}]
    ts = slack.done("chat.postMessage", channel="C0SUPPORT", text="x", blocks=blocks)["ts"]
    slack.done("chat.update", channel="C0SUPPORT", ts=ts, text="y", blocks=blocks)
    assert "edited" not in slack.state()["messages"]["C0SUPPORT"][0]
    slack.done("chat.update", channel="C0SUPPORT", ts=ts, text="y")
    message = slack.state()["messages"]["C0SUPPORT"][0]
    assert "blocks" not in message
    assert message["edited"]["user"] == "U0BOT"
    assert events(slack, app)[1:] == [("message", "message_changed", "C0SUPPORT")] * 2


def test_a_scheduled_message_is_posted_when_its_time_comes(slack: Workspace, app: Recorder) -> None:
    now = int(slack.state()["clock"]["now"])
    made = slack.done("chat.scheduleMessage", channel="C0SUPPORT", text="later", post_at=now + 60)
    gone = slack.done("chat.scheduleMessage", channel="C0SUPPORT", text="never", post_at=now + 60)
    slack.done("chat.deleteScheduledMessage", channel="C0SUPPORT", scheduled_message_id=gone["scheduled_message_id"])
    waiting = slack.done("chat.scheduledMessages.list")["scheduled_messages"]
    assert [each["id"] for each in waiting] == [made["scheduled_message_id"]]
    assert slack.texts() == []
    slack.control("clock/advance", seconds=61)
    slack.idle()
    assert slack.texts() == ["later"]
