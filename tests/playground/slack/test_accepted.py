"""What is just within Slack's limits is accepted."""

import json
from typing import Any

import pytest

from tests.playground.slack.recorder import Recorder
from tests.playground.slack.refusals import M, S, actions, button, field, modal, option, plain, section, select
from tests.playground.slack.workspace import Workspace

MESSAGES: list[tuple[str, dict[str, Any]]] = [
    ("text of 4,000", {"text": "x" * 4_000}),
    ("text of 40,000", {"text": "x" * 40_000}),
    ("text of 40,001, which is cut", {"text": "x" * 40_001}),
    ("blocks without text", {"blocks": [section()]}),
    ("50 blocks", {"blocks": [section()] * 50}),
    ("a text of 3,000", {"blocks": [section("x" * 3_000)]}),
    ("a text of 1", {"blocks": [section("x")]}),
    ("10 fields", {"blocks": [{"type": "section", "fields": [plain("x")] * 10}]}),
    ("a field of 2,000", {"blocks": [{"type": "section", "fields": [plain("x" * 2_000)]}]}),
    ("a header of 150", {"blocks": [{"type": "header", "text": plain("x" * 150)}]}),
    ("25 elements", {"blocks": [actions(*(button(action_id=str(n)) for n in range(25)))]}),
    ("10 context elements", {"blocks": [{"type": "context", "elements": [plain("x")] * 10}]}),
    ("a divider", {"blocks": [{"type": "divider"}]}),
    ("an image", {"blocks": [{"type": "image", "image_url": "https://a.example/a.png", "alt_text": "a"}]}),
    (
        "an image with a title",
        {"blocks": [{"type": "image", "image_url": "https://a.example/a.png", "alt_text": "a", "title": plain("t")}]},
    ),
    ("a label of 75", {"blocks": [actions(button(text=plain("x" * 75)))]}),
    ("a value of 2,000", {"blocks": [actions(button(value="x" * 2_000))]}),
    ("a url of 3,000", {"blocks": [actions(button(url="https://a.example/" + "x" * 2_982))]}),
    ("a primary button", {"blocks": [actions(button(style="primary"))]}),
    ("a danger button", {"blocks": [actions(button(style="danger"))]}),
    ("an action_id of 255", {"blocks": [actions(button(action_id="x" * 255))]}),
    ("a block_id of 255", {"blocks": [section(block_id="x" * 255)]}),
    ("the same action_id in two blocks", {"blocks": [actions(button()), actions(button())]}),
    ("100 options", {"blocks": [actions(select(options=[option(str(n)) for n in range(100)]))]}),
    ("an option label of 75", {"blocks": [actions(select(options=[option(text="x" * 75)]))]}),
    ("an option value of 150", {"blocks": [actions(select(options=[option("x" * 150)]))]}),
    ("a placeholder of 150", {"blocks": [actions(select(placeholder=plain("x" * 150)))]}),
    ("an initial option", {"blocks": [actions(select(initial_option=option()))]}),
    (
        "5 in an overflow menu",
        {
            "blocks": [
                section(accessory={"type": "overflow", "action_id": "o", "options": [option(str(n)) for n in range(5)]})
            ]
        },
    ),
    (
        "10 checkboxes",
        {"blocks": [actions({"type": "checkboxes", "action_id": "c", "options": [option(str(n)) for n in range(10)]})]},
    ),
    (
        "10 radio buttons",
        {
            "blocks": [
                actions({"type": "radio_buttons", "action_id": "c", "options": [option(str(n)) for n in range(10)]})
            ]
        },
    ),
    ("a date", {"blocks": [actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-11-22"})]}),
    ("a time", {"blocks": [actions({"type": "timepicker", "action_id": "d", "initial_time": "23:59"})]}),
    ("an external select", {"blocks": [actions({"type": "external_select", "action_id": "e", "min_query_length": 0})]}),
    ("a people select", {"blocks": [actions({"type": "users_select", "action_id": "u"})]}),
    ("a channel select", {"blocks": [actions({"type": "conversations_select", "action_id": "u"})]}),
    ("100 attachments", {"text": "x", "attachments": [{"text": "x"}] * 100}),
    ("blocks in an attachment", {"attachments": [{"color": "#f00", "blocks": [section()]}]}),
    ("a markdown argument", {"markdown_text": "**x**"}),
    ("a markdown argument of 12,000", {"markdown_text": "x" * 12_000}),
    ("metadata", {"text": "x", "metadata": {"event_type": "t", "event_payload": {"id": 1}}}),
    ("9,900 characters of blocks", {"blocks": [section("x" * 3_000)] * 3 + [section("x" * 900)]}),
    ("an unknown thread", {"text": "x", "thread_ts": "1700000000.000001"}),
    (
        "rich text",
        {
            "blocks": [
                {
                    "type": "rich_text",
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
                }
            ]
        },
    ),
]


@pytest.mark.parametrize("message", [each[1] for each in MESSAGES], ids=[each[0] for each in MESSAGES])
def test_accepted(slack: Workspace, message: dict[str, Any]) -> None:
    answer = slack.done(M, channel=S, **message)
    history = slack.done("conversations.history", channel=S)["messages"]
    assert [each["ts"] for each in history] == [answer["ts"]]
    assert len(history[0]["text"]) <= 40_000


def inputs(*elements: dict[str, Any]) -> dict[str, Any]:
    blocks = [field(block_id=f"b{n}", element={"action_id": "a", **each}) for n, each in enumerate(elements)]
    return modal(submit=plain("Go"), blocks=blocks)


VIEWS: list[tuple[str, dict[str, Any]]] = [
    ("a title of 24", modal(title=plain("x" * 24))),
    ("a submit of 24", modal(submit=plain("x" * 24))),
    ("a close of 24", modal(close=plain("x" * 24))),
    ("100 blocks", modal(blocks=[section()] * 100)),
    ("a callback_id of 255", modal(callback_id="x" * 255)),
    ("private_metadata of 3,000", modal(private_metadata="x" * 3_000)),
    ("an external_id of 255", modal(external_id="x" * 255)),
    ("a label of 2,000", modal(submit=plain("Go"), blocks=[field(label=plain("x" * 2_000))])),
    ("lengths of 3,000", inputs({"type": "plain_text_input", "min_length": 3_000, "max_length": 3_000})),
    ("an e-mail address", inputs({"type": "email_text_input"})),
    ("a link", inputs({"type": "url_text_input"})),
    ("a number", inputs({"type": "number_input", "is_decimal_allowed": True})),
    ("files", inputs({"type": "file_input", "max_files": 10})),
    ("rich text", inputs({"type": "rich_text_input"})),
    ("a date and time", inputs({"type": "datetimepicker"})),
    ("many people", inputs({"type": "multi_users_select"})),
    ("many options", inputs({"type": "multi_static_select", "options": [option()]})),
    ("every menu", inputs(*({"type": each} for each in ("users_select", "channels_select", "conversations_select")))),
    ("both flags", modal(clear_on_close=True, notify_on_close=True)),
]


@pytest.mark.parametrize("view", [each[1] for each in VIEWS], ids=[each[0] for each in VIEWS])
def test_accepted_views(slack: Workspace, app: Recorder, view: dict[str, Any]) -> None:
    slack.ui("shortcut", callback_id="new_ticket")
    slack.done("views.open", trigger_id=app.of("shortcut")[0].body["trigger_id"], view=view)
    assert len(slack.state()["modals"]) == 1


def test_bookmarks_and_pins(slack: Workspace) -> None:
    mark = slack.done("bookmarks.add", channel_id=S, title="x", type="link", link="https://a.example")["bookmark"]
    slack.done("bookmarks.edit", channel_id=S, bookmark_id=mark["id"], title="y")
    assert [each["title"] for each in slack.done("bookmarks.list", channel_id=S)["bookmarks"]] == ["y"]
    slack.done("bookmarks.remove", channel_id=S, bookmark_id=mark["id"])
    assert slack.done("bookmarks.list", channel_id=S)["bookmarks"] == []
    ts = slack.done(M, channel=S, text="pinned")["ts"]
    slack.done("pins.add", channel=S, timestamp=ts)
    assert [each["message"]["text"] for each in slack.done("pins.list", channel=S)["items"]] == ["pinned"]
    slack.done("pins.remove", channel=S, timestamp=ts)
    assert slack.done("pins.list", channel=S)["items"] == []


def test_putting_somebody_out(slack: Workspace) -> None:
    slack.done("conversations.kick", channel=S, user="U0SAM")
    assert slack.done("conversations.members", channel=S)["members"] == ["U0ADAM", "U0PRIYA", "U0BOT"]
    slack.done("conversations.unarchive", channel="C0ARCHIVE")
    slack.done(M, channel="C0ARCHIVE", text="open again")


def test_there_are_enough_of_them() -> None:
    assert len(MESSAGES) + len(VIEWS) >= 60


CALLS: list[tuple[str, dict[str, Any]]] = [
    ("conversations.create", {"name": "x" * 80}),
    ("conversations.list", {"limit": 1_000, "types": "public_channel,private_channel,mpim,im"}),
    ("conversations.history", {"channel": S, "limit": 999}),
    ("conversations.open", {"users": "U0ADAM,U0PRIYA,U0SAM"}),
    ("conversations.setTopic", {"channel": S, "topic": "x" * 250}),
    ("conversations.setPurpose", {"channel": S, "purpose": "x" * 250}),
    ("pins.list", {"channel": S}),
    ("conversations.join", {"channel": "C0RANDOM"}),
    ("conversations.invite", {"channel": S, "users": ["U0EVE"]}),
    ("users.lookupByEmail", {"email": "ADAM@example.com"}),
    ("users.info", {"user": "U0EVE", "include_locale": True}),
    ("users.profile.get", {"user": "U0ADAM"}),
    ("usergroups.list", {"include_users": True}),
    ("usergroups.users.list", {"usergroup": "S0STAFF"}),
    ("team.info", {}),
    ("bots.info", {"bot": "B0BOT"}),
    ("emoji.list", {}),
    ("api.test", {"x": "y"}),
    ("blocks.validate", {"blocks": [section()]}),
    ("bookmarks.add", {"channel_id": S, "title": "x", "type": "link", "link": "https://a.example"}),
    ("files.getUploadURLExternal", {"filename": "a.txt", "length": 1}),
    ("chat.meMessage", {"channel": S, "text": "waves"}),
]


@pytest.mark.parametrize(("method", "arguments"), CALLS, ids=[each[0] for each in CALLS])
def test_accepted_calls(slack: Workspace, method: str, arguments: dict[str, Any]) -> None:
    slack.done(method, **arguments)
    form = {key: value if isinstance(value, str) else json.dumps(value) for key, value in arguments.items()}
    again = slack.post(f"/api/{method}", data=form, headers={"Authorization": "Bearer xoxb-1-2-abc"})
    assert again.json().get("error") in (None, "name_taken", "already_in_channel"), "a form means the same as JSON"
