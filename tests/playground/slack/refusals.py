"""Requests that Slack refuses: the method, its arguments, the documented code.

``{own}``, ``{theirs}`` and ``{gone}`` stand for the timestamps of a message of the app, of a person's, and of
none; ``{file}`` for a file that was announced and never sent.
"""

from typing import Any

S, M = "C0SUPPORT", "chat.postMessage"
Row = tuple[str, dict[str, Any], str]


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def option(value: str = "1", text: str = "One") -> dict[str, Any]:
    return {"text": plain(text), "value": value}


def select(**more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "s", "placeholder": plain("Choose"), "options": [option()], **more}


def modal(**more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("Title"), "blocks": [section()], **more}


def field(**more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "t"}
    return {"type": "input", "block_id": "f", "label": plain("Label"), "element": element, **more}


BLOCKS: list[tuple[str, list[Any]]] = [
    ("51 blocks", [section()] * 51),
    ("an unknown block", [{"type": "nope"}]),
    ("a block without a type", [{}]),
    ("not a block", ["section"]),
    ("an empty section", [{"type": "section"}]),
    ("an empty text", [section("")]),
    ("a text of 3,001", [section("x" * 3_001)]),
    ("11 fields", [{"type": "section", "fields": [plain("x")] * 11}]),
    ("a field of 2,001", [{"type": "section", "fields": [plain("x" * 2_001)]}]),
    ("a header of 151", [{"type": "header", "text": plain("x" * 151)}]),
    ("a header in mrkdwn", [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]),
    ("26 elements", [actions(*(button(action_id=str(n)) for n in range(26)))]),
    ("11 context elements", [{"type": "context", "elements": [plain("x")] * 11}]),
    ("an image without alt_text", [{"type": "image", "image_url": "https://a.example/a.png"}]),
    ("an image without a source", [{"type": "image", "alt_text": "x"}]),
    ("a button label of 76", [actions(button(text=plain("x" * 76)))]),
    ("a button value of 2,001", [actions(button(value="x" * 2_001))]),
    ("a button url of 3,001", [actions(button(url="https://a.example/" + "x" * 3_000))]),
    ("a button of an unknown style", [actions(button(style="loud"))]),
    ("a button label in mrkdwn", [actions(button(text={"type": "mrkdwn", "text": "x"}))]),
    ("an action_id of 256", [actions(button(action_id="x" * 256))]),
    ("a block_id of 256", [section(block_id="x" * 256)]),
    ("a block_id twice", [section(block_id="a"), section(block_id="a")]),
    ("an action_id twice", [actions(button(), button())]),
    ("101 options", [actions(select(options=[option(str(n)) for n in range(101)]))]),
    ("no options", [actions(select(options=[]))]),
    ("an option label of 76", [actions(select(options=[option(text="x" * 76)]))]),
    ("an option value of 151", [actions(select(options=[option("x" * 151)]))]),
    ("a placeholder of 151", [actions(select(placeholder=plain("x" * 151)))]),
    ("an initial option that is none", [actions(select(initial_option=option("9")))]),
    (
        "6 in an overflow menu",
        [section(accessory={"type": "overflow", "action_id": "o", "options": [option(str(n)) for n in range(6)]})],
    ),
    (
        "a confirm title of 101",
        [
            actions(
                button(
                    confirm={"title": plain("x" * 101), "text": plain("x"), "confirm": plain("y"), "deny": plain("n")}
                )
            )
        ],
    ),
    ("a date that is none", [actions({"type": "datepicker", "action_id": "d", "initial_date": "22.11.2026"})]),
    (
        "11 checkboxes",
        [actions({"type": "checkboxes", "action_id": "c", "options": [option(str(n)) for n in range(11)]})],
    ),
    ("an unknown property", [section(colour="red")]),
]
"""What no message may contain; each is ``invalid_blocks``."""

VIEWS: list[tuple[str, Any]] = [
    ("no title", {"type": "modal", "blocks": [section()]}),
    ("a title of 25", modal(title=plain("x" * 25))),
    ("a title in mrkdwn", modal(title={"type": "mrkdwn", "text": "x"})),
    ("a submit of 25", modal(submit=plain("x" * 25))),
    ("a close of 25", modal(close=plain("x" * 25))),
    ("no blocks", {"type": "modal", "title": plain("x")}),
    ("101 blocks", modal(blocks=[section()] * 101)),
    ("an input without a submit", modal(blocks=[field()])),
    ("a label of 2,001", modal(submit=plain("Go"), blocks=[field(label=plain("x" * 2_001))])),
    ("a callback_id of 256", modal(callback_id="x" * 256)),
    ("private_metadata of 3,001", modal(private_metadata="x" * 3_001)),
    ("an external_id of 256", modal(external_id="x" * 256)),
    ("an unknown property", modal(colour="red")),
    ("an unknown type", modal(type="window")),
    ("a home view", {"type": "home", "blocks": [section()]}),
    ("a block for messages only", modal(blocks=[{"type": "markdown", "text": "x"}])),
    (
        "a max_length of 3,001",
        modal(
            submit=plain("Go"),
            blocks=[field(element={"type": "plain_text_input", "action_id": "t", "max_length": 3_001})],
        ),
    ),
    ("no object", "modal"),
]
"""What no modal may be; each is ``invalid_arguments``."""

CHAT: list[Row] = [
    (M, {}, "invalid_arguments"),
    (M, {"channel": S}, "no_text"),
    (M, {"channel": S, "text": ""}, "no_text"),
    (M, {"channel": "C0NOPE", "text": "x"}, "channel_not_found"),
    (M, {"channel": "C0SECRET", "text": "x"}, "channel_not_found"),
    (M, {"channel": "D0ADAMPRIYA", "text": "x"}, "channel_not_found"),
    (M, {"channel": "#nope", "text": "x"}, "channel_not_found"),
    (M, {"channel": "C0RANDOM", "text": "x"}, "not_in_channel"),
    (M, {"channel": "C0ARCHIVE", "text": "x"}, "is_archived"),
    (M, {"channel": S, "text": "x", "blocks": "nope"}, "invalid_blocks_format"),
    (M, {"channel": S, "text": "x", "blocks": {}}, "invalid_blocks_format"),
    (M, {"channel": S, "text": "x", "attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
    (M, {"channel": S, "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
    (M, {"channel": S, "text": "x", "metadata": "nope"}, "invalid_metadata_format"),
    (M, {"channel": S, "text": "x", "metadata": {"event_payload": {}}}, "invalid_metadata_format"),
    (
        M,
        {"channel": S, "text": "x", "metadata": {"event_type": "t", "event_payload": {"x": "x" * 20_000}}},
        "metadata_too_large",
    ),
    (M, {"channel": S, "text": "x", "thread_ts": "yesterday"}, "invalid_arguments"),
    (M, {"channel": S, "blocks": [section("x" * 3_000)] * 5}, "msg_blocks_too_long"),
    ("chat.postEphemeral", {"channel": S, "text": "x"}, "invalid_arguments"),
    ("chat.postEphemeral", {"channel": S, "user": "U0EVE", "text": "x"}, "user_not_in_channel"),
    ("chat.postEphemeral", {"channel": "C0RANDOM", "user": "U0ADAM", "text": "x"}, "not_in_channel"),
    ("chat.postEphemeral", {"channel": "C0ARCHIVE", "user": "U0ADAM", "text": "x"}, "is_archived"),
    ("chat.postEphemeral", {"channel": S, "user": "U0ADAM", "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postEphemeral", {"channel": S, "user": "U0ADAM"}, "no_text"),
    ("chat.update", {"channel": S, "text": "x"}, "invalid_arguments"),
    ("chat.update", {"channel": S, "ts": "{own}"}, "no_text"),
    ("chat.update", {"channel": S, "ts": "{own}", "text": "x" * 4_001}, "msg_too_long"),
    ("chat.update", {"channel": S, "ts": "{own}", "blocks": "nope"}, "invalid_blocks_format"),
    ("chat.update", {"channel": S, "ts": "{theirs}", "text": "x"}, "cant_update_message"),
    ("chat.update", {"channel": S, "ts": "{gone}", "text": "x"}, "message_not_found"),
    ("chat.update", {"channel": "U0ADAM", "ts": "{own}", "text": "x"}, "channel_not_found"),
    ("chat.update", {"channel": "support", "ts": "{own}", "text": "x"}, "channel_not_found"),
    ("chat.delete", {"channel": S, "ts": "{theirs}"}, "cant_delete_message"),
    ("chat.delete", {"channel": S, "ts": "{gone}"}, "message_not_found"),
    ("chat.delete", {"channel": "C0NOPE", "ts": "{own}"}, "channel_not_found"),
    ("chat.getPermalink", {"channel": S, "message_ts": "{gone}"}, "message_not_found"),
    ("chat.getPermalink", {"channel": "C0SECRET", "message_ts": "{own}"}, "channel_not_found"),
    ("chat.scheduleMessage", {"channel": S, "text": "x", "post_at": 1}, "time_in_past"),
    ("chat.scheduleMessage", {"channel": S, "text": "x", "post_at": 9_999_999_999}, "time_too_far"),
    ("chat.scheduleMessage", {"channel": S, "text": "x"}, "invalid_time"),
    ("chat.deleteScheduledMessage", {"channel": S, "scheduled_message_id": "Q0"}, "invalid_scheduled_message_id"),
    ("chat.unfurl", {"channel": S, "ts": "{theirs}"}, "missing_unfurls"),
    ("chat.unfurl", {"ts": "{theirs}", "unfurls": {}}, "missing_channel"),
    ("chat.unfurl", {"channel": S, "unfurls": {}}, "missing_ts"),
    ("chat.unfurl", {"channel": S, "ts": "{gone}", "unfurls": {}}, "cannot_find_message"),
    ("chat.unfurl", {"channel": S, "ts": "{theirs}", "unfurls": {"https://other.example": {}}}, "cannot_unfurl_url"),
    ("chat.unfurl", {"channel": S, "ts": "{theirs}", "unfurls": "nope"}, "invalid_unfurls_format"),
    ("chat.unfurl", {"unfurl_id": "x", "unfurls": {}}, "missing_source"),
    ("chat.unfurl", {"unfurl_id": "x", "source": "nope", "unfurls": {}}, "invalid_source"),
]

PLACES: list[Row] = [
    ("conversations.list", {"types": "nope"}, "invalid_types"),
    ("conversations.list", {"limit": 1_001}, "invalid_limit"),
    ("conversations.list", {"limit": "many"}, "invalid_limit"),
    ("conversations.list", {"cursor": "nope"}, "invalid_cursor"),
    ("conversations.info", {"channel": "C0NOPE"}, "channel_not_found"),
    ("conversations.info", {"channel": "C0SECRET"}, "channel_not_found"),
    ("conversations.info", {}, "invalid_arguments"),
    ("conversations.members", {"channel": "C0SECRET"}, "channel_not_found"),
    ("conversations.members", {"channel": S, "cursor": "nope"}, "invalid_cursor"),
    ("conversations.history", {"channel": "C0RANDOM"}, "not_in_channel"),
    ("conversations.history", {"channel": "C0NOPE"}, "channel_not_found"),
    ("conversations.history", {"channel": S, "oldest": "nope"}, "invalid_ts_oldest"),
    ("conversations.history", {"channel": S, "latest": "nope"}, "invalid_ts_latest"),
    ("conversations.history", {"channel": S, "cursor": "nope"}, "invalid_cursor"),
    ("conversations.replies", {"channel": S, "ts": "{gone}"}, "thread_not_found"),
    ("conversations.replies", {"channel": "C0RANDOM", "ts": "{own}"}, "channel_not_found"),
    ("conversations.history", {"channel": S, "limit": 1_000}, "invalid_arguments"),
    ("users.list", {"limit": "many"}, "invalid_arguments"),
    ("conversations.replies", {"channel": "C0NOPE", "ts": "{own}"}, "channel_not_found"),
    ("conversations.open", {}, "users_list_not_supplied"),
    ("conversations.open", {"users": "U0NOPE"}, "user_not_found"),
    ("conversations.open", {"users": ",".join(f"U{n}" for n in range(9))}, "too_many_users"),
    ("conversations.open", {"users": "U0BOT"}, "not_enough_users"),
    ("conversations.open", {"channel": S}, "method_not_supported_for_channel_type"),
    ("conversations.join", {"channel": "C0TRIAGE"}, "method_not_supported_for_channel_type"),
    ("conversations.join", {"channel": "C0SECRET"}, "channel_not_found"),
    ("conversations.join", {"channel": "C0ARCHIVE"}, "is_archived"),
    ("conversations.invite", {"channel": S, "users": "U0ADAM"}, "already_in_channel"),
    ("conversations.invite", {"channel": S, "users": "U0BOT"}, "cant_invite_self"),
    ("conversations.invite", {"channel": S, "users": "U0NOPE"}, "user_not_found"),
    ("conversations.invite", {"channel": S}, "no_user"),
    ("conversations.invite", {"channel": "C0RANDOM", "users": "U0SAM"}, "not_in_channel"),
    ("conversations.create", {}, "invalid_name_required"),
    ("conversations.create", {"name": "support"}, "name_taken"),
    ("conversations.create", {"name": "x" * 81}, "invalid_name_maxlength"),
    ("conversations.create", {"name": "No Good!"}, "invalid_name_specials"),
    ("conversations.create", {"name": "---"}, "invalid_name_punctuation"),
    ("conversations.archive", {"channel": "C0ARCHIVE"}, "already_archived"),
    ("conversations.archive", {"channel": "C0GENERAL"}, "cant_archive_general"),
    ("conversations.archive", {"channel": "C0RANDOM"}, "not_in_channel"),
    ("conversations.setTopic", {"channel": S, "topic": "x" * 251}, "too_long"),
    ("conversations.setTopic", {"channel": "C0RANDOM", "topic": "x"}, "not_in_channel"),
    ("conversations.setPurpose", {"channel": "C0ARCHIVE", "purpose": "x"}, "is_archived"),
    ("conversations.kick", {"channel": S, "user": "U0BOT"}, "cant_kick_self"),
    ("conversations.kick", {"channel": S, "user": "U0EVE"}, "not_in_channel"),
    ("conversations.kick", {"channel": "C0GENERAL", "user": "U0SAM"}, "cant_kick_from_general"),
    ("conversations.unarchive", {"channel": S}, "not_archived"),
    ("bookmarks.remove", {"channel_id": S, "bookmark_id": "Bk0"}, "not_found"),
    ("bookmarks.edit", {"channel_id": S, "bookmark_id": "Bk0"}, "not_found"),
    ("pins.list", {"channel": "C0SECRET"}, "channel_not_found"),
    ("conversations.leave", {"channel": "D0ADAM"}, "method_not_supported_for_channel_type"),
    (
        "bookmarks.add",
        {"channel_id": S, "title": "x", "type": "nope", "link": "https://a.example"},
        "invalid_bookmark_type",
    ),
    ("bookmarks.add", {"channel_id": S, "title": "x", "type": "link", "link": "nope"}, "invalid_link"),
]

REST: list[Row] = [
    ("nope.nope", {}, "unknown_method"),
    ("files.upload", {}, "unknown_method"),
    ("users.info", {"user": "U0NOPE"}, "user_not_found"),
    ("users.info", {}, "invalid_arguments"),
    ("users.lookupByEmail", {"email": "nobody@example.com"}, "users_not_found"),
    ("users.lookupByEmail", {"email": "eve@partner.example"}, "users_not_found"),
    ("users.list", {"cursor": "nope"}, "invalid_cursor"),
    ("users.profile.get", {"user": "U0NOPE"}, "user_not_found"),
    ("users.conversations", {"types": "nope"}, "invalid_types"),
    ("team.info", {"team": "T0NOPE"}, "team_not_found"),
    ("bots.info", {"bot": "B0NOPE"}, "bot_not_found"),
    ("reactions.add", {"name": "eyes"}, "no_item_specified"),
    ("reactions.add", {"channel": S, "timestamp": "nope", "name": "eyes"}, "bad_timestamp"),
    ("reactions.add", {"channel": S, "timestamp": "{gone}", "name": "eyes"}, "message_not_found"),
    ("reactions.add", {"channel": S, "timestamp": "{own}", "name": "n o"}, "invalid_name"),
    ("reactions.add", {"channel": S, "timestamp": "{own}", "name": "tada"}, "already_reacted"),
    ("reactions.add", {"channel": "C0SECRET", "timestamp": "{own}", "name": "eyes"}, "channel_not_found"),
    ("reactions.remove", {"channel": S, "timestamp": "{own}", "name": "eyes"}, "no_reaction"),
    ("reactions.get", {"channel": S}, "no_item_specified"),
    ("pins.add", {"channel": S, "timestamp": "{gone}"}, "message_not_found"),
    ("pins.add", {"channel": S, "timestamp": "{theirs}"}, "already_pinned"),
    ("files.getUploadURLExternal", {"filename": "a.txt"}, "missing_argument"),
    ("files.getUploadURLExternal", {"length": 1}, "missing_argument"),
    ("files.getUploadURLExternal", {"filename": "a.txt", "length": 0}, "invalid_arguments"),
    ("files.getUploadURLExternal", {"filename": "a.txt", "length": 10**10}, "file_upload_size_restricted"),
    ("files.getUploadURLExternal", {"filename": "a.exe", "length": 1}, "file_type_not_allowed"),
    ("files.completeUploadExternal", {}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"id": "F0NOPE"}]}, "file_not_found"),
    ("files.completeUploadExternal", {"files": [{"id": "{file}"}]}, "file_not_found"),
    ("files.info", {"file": "F0NOPE"}, "file_not_found"),
    ("files.delete", {"file": "F0NOPE"}, "file_not_found"),
    ("views.update", {"view": modal()}, "invalid_arguments"),
    ("views.update", {"view_id": "V0NOPE", "view": modal()}, "not_found"),
    ("views.open", {"view": modal()}, "invalid_arguments"),
    ("views.open", {"trigger_id": "1.2.3", "view": modal()}, "invalid_trigger_id"),
    ("views.push", {"trigger_id": "1.2.3", "view": modal()}, "invalid_trigger_id"),
    ("views.publish", {"view": {"type": "home", "blocks": []}}, "invalid_arguments"),
    ("views.publish", {"user_id": "U0ADAM", "view": modal()}, "invalid_arguments"),
    ("blocks.validate", {"blocks": [{"type": "nope"}]}, "invalid_blocks"),
    ("blocks.validate", {"view": {"type": "modal"}}, "invalid_view"),
    ("assistant.threads.setStatus", {"channel_id": S, "thread_ts": "{gone}"}, "invalid_thread_ts"),
    ("apps.connections.open", {}, "not_allowed_token_type"),
]
