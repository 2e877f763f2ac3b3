"""The bodies of deliveries. No key in them is one that Slack's published payload shapes lack.

Source: the payload samples of slackapi/java-slack-sdk; block_suggestion and the global shortcut have none there, and
follow docs.slack.dev/reference/interaction-payloads.
"""

from typing import Any

from bot.playground.ids import new_id
from bot.playground.shapes import JSON, words
from bot.playground.store import APP, BOT, BOT_USER, TEAM, TEAM_DOMAIN, Channel, Person, View

VERIFICATION_TOKEN = "playground-verification-token"

_IN_CHANGED = words(
    """client_msg_id type subtype user team bot_id bot_profile edited text blocks attachments upload
    display_as_bot thread_ts parent_user_id hidden is_locked subscribed ts user_team source_team is_starred
    reply_count reply_users_count latest_reply last_read"""
)
_PLAIN = words(
    """client_msg_id type team channel user bot_id bot_profile text blocks attachments metadata ts
    parent_user_id thread_ts event_ts channel_type edited"""
)
EVENT_KEYS: dict[str, frozenset[str]] = {
    "message": _PLAIN,
    "message/bot_message": words(
        """type subtype bot_id username icons channel text blocks attachments thread_ts ts event_ts channel_type"""
    ),
    "message/file_share": words(
        """type subtype text blocks attachments files upload display_as_bot user parent_user_id ts thread_ts
    channel event_ts channel_type"""
    ),
    "message/thread_broadcast": words(
        """client_msg_id type subtype channel user root text blocks attachments ts thread_ts event_ts channel_type"""
    ),
    "app_mention": words(
        """type client_msg_id user username app_id bot_id bot_profile subtype text blocks upload display_as_bot ts
    team channel user_team source_team user_profile edited event_ts thread_ts"""
    ),
}
"""Which keys of a message each kind of event carries; a subtype that is not listed has those of ``message``."""

_ROOT = words(
    """text user parent_user_id username team bot_id type subtype thread_ts icons bot_profile edited
    reply_count reply_users_count latest_reply subscribed ts"""
)
_IN_ACTION = words(
    """type subtype team channel user username text blocks attachments ts thread_ts reactions app_id bot_id
    bot_profile icons files upload parent_user_id client_msg_id edited is_locked reply_count reply_users
    reply_users_count latest_reply subscribed metadata"""
)


def only(keys: frozenset[str], source: JSON) -> JSON:
    """``source`` without what is not in ``keys``."""
    return {key: value for key, value in source.items() if key in keys}


def event_callback(event: JSON, now: float, *, shared: bool) -> JSON:
    """The envelope that an event comes in."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(now),
        "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}],
        "is_ext_shared_channel": shared,
        "event_context": "4-" + new_id("E").lower(),
    }


def message_event(message: JSON, channel: Channel, root: JSON | None) -> JSON:
    """A new message; a broadcast reply carries its thread's ``root``."""
    subtype = message.get("subtype")
    kind = f"message/{subtype}" if subtype and f"message/{subtype}" in EVENT_KEYS else "message"
    event = only(EVENT_KEYS[kind] | {"subtype"} if subtype else EVENT_KEYS[kind], message)
    if kind == "message/thread_broadcast" and root is not None:
        event["root"] = only(_ROOT, root)
    if "metadata" in event:
        # The published shape of an event names the type only; what it carries is read with include_all_metadata.
        event["metadata"] = only(frozenset({"event_type"}), event["metadata"])
    return {**event, "channel": channel.id, "event_ts": message["ts"], "channel_type": channel_type(channel)}


def mention_event(message: JSON, channel: Channel) -> JSON:
    """The app was mentioned; comes besides the message's own event."""
    event = only(EVENT_KEYS["app_mention"], message)
    return {**event, "type": "app_mention", "channel": channel.id, "event_ts": message["ts"]}


def changed_event(new: JSON, old: JSON, channel: Channel, stamp: str) -> JSON:
    """A message was edited, updated or unfurled."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": only(_IN_CHANGED, new),
        "previous_message": only(_IN_CHANGED, old),
        "channel": channel.id,
        "hidden": True,
        "ts": stamp,
        "event_ts": stamp,
        "channel_type": channel_type(channel),
    }


def deleted_event(old: JSON, channel: Channel, stamp: str) -> JSON:
    """A message was deleted."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": only(_IN_CHANGED, old),
        "channel": channel.id,
        "hidden": True,
        "deleted_ts": old["ts"],
        "ts": stamp,
        "event_ts": stamp,
        "channel_type": channel_type(channel),
    }


def channel_type(channel: Channel) -> str:
    """``channel``, ``group``, ``im`` or ``mpim``."""
    return {"public": "channel", "private": "group"}.get(channel.kind, channel.kind)


def channel_name(channel: Channel) -> str:
    """What a payload calls the channel; private ones do not tell their name."""
    return {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)


def slash_command(
    command: str, text: str, person: Person, channel: Channel, trigger: str, response_url: str
) -> dict[str, str]:
    """The form fields of a slash command, all of them strings."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def interaction(kind: str, person: Person, **parts: Any) -> JSON:
    """What every interaction has, and its own ``parts``; those that are ``None`` are left out."""
    user = {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team}
    if kind in ("message_action", "shortcut"):
        del user["name" if kind == "shortcut" else "username"]
    body: JSON = {
        "type": kind,
        "team": {"id": TEAM, "domain": TEAM_DOMAIN},
        "user": user,
        "token": VERIFICATION_TOKEN,
        "is_enterprise_install": False,
    }
    if kind not in ("message_action", "shortcut"):
        body["api_app_id"] = APP
    return body | {key: value for key, value in parts.items() if value is not None}


def message_in_action(message: JSON) -> JSON:
    """A message as block_actions and message_action carry it."""
    return only(_IN_ACTION, message)


def view_payload(view: View, *, full: bool, state: JSON) -> JSON:
    """A view as interactions and events carry it; what it does not have is left out, or (``full``) null."""
    content = view.content
    body: JSON = {
        "id": view.id,
        "team_id": TEAM,
        "type": content["type"],
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "external_id": content.get("external_id", ""),
        "state": {"values": state},
        "hash": view.hash,
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "root_view_id": view.root,
        "app_id": APP,
        "app_installed_team_id": TEAM,
        "bot_id": BOT,
    }
    for part in ("title", "submit", "close"):
        if part in content:
            body[part] = content[part]
    if view.previous:
        body["previous_view_id"] = view.previous
    if "submit_disabled" in content:
        body["submit_disabled"] = content["submit_disabled"]
    if full:
        empty = dict.fromkeys(("title", "submit", "close", "previous_view_id"))
        return {**empty, **body, "blocks": content["blocks"]}
    return body


def completed(body: JSON) -> JSON:
    """An interaction with what Slack sends beyond its published payload shapes."""
    more: JSON = {"enterprise": None}
    if body["type"] == "view_submission":
        more["response_urls"] = []
    return {**more, **body}
