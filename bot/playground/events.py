"""Which events the app gets: those its manifest subscribes to, from places that it is a member of."""

from bot.playground import mrkdwn, payloads
from bot.playground.clock import Clock
from bot.playground.deliveries import Deliveries
from bot.playground.ids import new_id
from bot.playground.manifest import Manifest
from bot.playground.shapes import JSON
from bot.playground.store import BOT_USER, Channel, Workspace

_NEEDS = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "app_mention": "app_mentions:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "link_shared": "links:read",
    "user_change": "users:read",
    "team_join": "users:read",
    "file_shared": "files:read",
    "subteam_updated": "usergroups:read",
    "subteam_members_changed": "usergroups:read",
}
"""The scope that an event needs besides its subscription (docs.slack.dev/reference/events)."""

_MESSAGE = {"public": "message.channels", "private": "message.groups", "im": "message.im", "mpim": "message.mpim"}
_MEMBERSHIP = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}


class Events:
    """Turns what happens in the workspace into deliveries."""

    def __init__(self, manifest: Manifest, workspace: Workspace, clock: Clock, deliveries: Deliveries) -> None:
        self._manifest, self._workspace, self._clock, self._deliveries = manifest, workspace, clock, deliveries

    def subscribed(self, name: str) -> bool:
        """Whether the manifest asks for the event and has the scope for it."""
        needs = _NEEDS.get(name)
        return name in self._manifest.events and (needs is None or needs in self._manifest.scopes)

    def emit(self, event: JSON, *, channel: Channel | None = None, name: str | None = None) -> bool:
        """Deliver ``event`` if the app should get it; says whether it does."""
        if not self.subscribed(name or event["type"]):
            return False
        shared = channel is not None and channel.shared_with is not None
        self._deliveries.event(payloads.event_callback(event, self._clock.now(), shared=shared))
        return True

    def _in(self, channel: Channel, event: JSON) -> None:
        if BOT_USER in channel.members:
            told = event if channel.shared_with is None else _unread(event)
            self.emit(told, channel=channel, name=_MESSAGE[channel.kind])

    def posted(self, message: JSON, channel: Channel) -> None:
        """A message was posted: itself, a mention of the app, links that the app unfurls."""
        root = channel.messages.get(message.get("thread_ts", ""))
        self._in(channel, payloads.message_event(message, channel, root))
        text = message.get("text", "")
        if message.get("user") == BOT_USER or message.get("bot_id"):
            return
        if f"<@{BOT_USER}" in text and not channel.is_direct and BOT_USER in channel.members:
            mention = payloads.mention_event(message, channel)
            self.emit(mention if channel.shared_with is None else _unread(mention), channel=channel)
        self._links(message, channel)

    def _links(self, message: JSON, channel: Channel) -> None:
        urls = [
            (domain, url) for url in mrkdwn.links(message.get("text", "")) if (domain := self._manifest.unfurls(url))
        ]
        if not urls:
            return
        event: JSON = {
            "type": "link_shared",
            "channel": channel.id,
            "user": message["user"],
            "message_ts": message["ts"],
            "links": [{"domain": domain, "url": url} for domain, url in urls],
            "is_bot_user_member": BOT_USER in channel.members,
            "unfurl_id": f"{channel.id}.{message['ts']}.{new_id('').lower()}",
            "source": "conversations_history",
            "event_ts": message["ts"],
        }
        if "thread_ts" in message:
            event["thread_ts"] = message["thread_ts"]
        self.emit(event, channel=channel)

    def changed(self, new: JSON, old: JSON, channel: Channel, stamp: str) -> None:
        """A message is not what it was."""
        self._in(channel, payloads.changed_event(new, old, channel, stamp))

    def deleted(self, old: JSON, channel: Channel, stamp: str) -> None:
        """A message is gone."""
        self._in(channel, payloads.deleted_event(old, channel, stamp))

    def reacted(self, user: str, name: str, message: JSON, channel: Channel, stamp: str, *, added: bool) -> None:
        """A reaction came or went."""
        if BOT_USER not in channel.members:
            return
        event: JSON = {
            "type": "reaction_added" if added else "reaction_removed",
            "user": user,
            "item": {"type": "message", "channel": channel.id, "ts": message["ts"]},
            "reaction": name,
            "event_ts": stamp,
        }
        if author := message.get("user"):
            event["item_user"] = author
        self.emit(event, channel=channel)

    def membership(self, user: str, channel: Channel, stamp: str, *, joined: bool, inviter: str | None = None) -> None:
        """Somebody joined or left."""
        if BOT_USER not in channel.members and user != BOT_USER:
            return
        if _MEMBERSHIP[channel.kind] not in self._manifest.scopes:
            return
        event: JSON = {
            "type": "member_joined_channel" if joined else "member_left_channel",
            "user": user,
            "channel": channel.id,
            "channel_type": {"public": "C"}.get(channel.kind, "G"),
            "team": self._workspace.people[user].team,
            "event_ts": stamp,
        }
        if inviter:
            event["inviter"] = inviter
        self.emit(event, channel=channel)

    def channel(self, kind: str, channel: Channel, stamp: str, **parts: object) -> None:
        """Something about a channel: ``created``, ``archive``, ``unarchive``, ``rename``, ``left`` …"""
        if channel.kind == "public":
            self.emit({"type": f"channel_{kind}", "channel": channel.id, **parts, "event_ts": stamp}, channel=channel)
        elif channel.kind == "private" and kind != "created" and BOT_USER in channel.members:
            self.emit({"type": f"group_{kind}", "channel": channel.id, **parts, "event_ts": stamp}, channel=channel)


def _unread(message: JSON) -> JSON:
    """A message of a channel that is shared: its files are to be asked for, by ``files.info``.

    See "Slack Connect files" on docs.slack.dev/reference/events/message/file_share; that files of one's own people look
    like this as well is inferred.
    """
    inner: JSON = {name: _unread(message[name]) for name in ("message", "previous_message") if name in message}
    files = [
        {"id": file["id"], "mode": "file_access", "file_access": "check_file_info", "created": 0, "timestamp": 0}
        for file in message.get("files", ())
    ]
    return {**message, **inner, **({"files": files} if files else {})}
