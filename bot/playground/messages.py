"""Posting, changing and deleting messages, whoever does it: the app, a person, or a response URL."""

from collections.abc import Iterable

from bot.playground.changes import Changes
from bot.playground.clock import Clock
from bot.playground.events import Events
from bot.playground.ids import Stamps, new_block_id
from bot.playground.shapes import JSON
from bot.playground.store import APP, BOT, BOT_USER, TEAM, Channel, Ephemeral, Workspace

TOMBSTONE = "This message was deleted."


class Messages:
    """The conversations, and everybody who has to hear about them."""

    def __init__(self, workspace: Workspace, clock: Clock, changes: Changes, events: Events) -> None:
        self._workspace, self._clock, self._changes, self._events = workspace, clock, changes, events
        self._stamps = Stamps()

    def stamp(self) -> str:
        """A timestamp that nothing else has."""
        return self._stamps.next(self._clock.now())

    def post(self, channel: Channel, message: JSON) -> JSON:
        """Put ``message`` into ``channel``; returns it with its ``ts``. A reply has ``thread_ts``, of its parent."""
        message = {"type": "message", **message, "ts": self.stamp()}
        name_blocks(message.get("blocks"))
        parent = channel.messages.get(message["thread_ts"]) if "thread_ts" in message else None
        channel.messages[message["ts"]] = message
        if parent is not None:
            if author := parent.get("user"):
                message["parent_user_id"] = author
            _count_reply(parent, message)
            self.show(channel, parent)
        self.show(channel, message)
        self._events.posted(message, channel)
        return message

    def change(self, channel: Channel, ts: str, new: JSON) -> JSON:
        """Replace the message ``ts`` by ``new``, which has the same ``ts``."""
        old = channel.messages[ts]
        name_blocks(new.get("blocks"))
        channel.messages[ts] = new
        self.show(channel, new)
        self._events.changed(new, old, channel, self.stamp())
        return new

    def delete(self, channel: Channel, ts: str) -> None:
        """Remove a message; one with replies leaves a tombstone."""
        old = channel.messages[ts]
        if old.get("reply_count"):
            kept: JSON = {
                key: old[key]
                for key in ("type", "ts", "thread_ts", "reply_count", "reply_users", "latest_reply")
                if key in old
            }
            self.change(
                channel, ts, {**kept, "subtype": "tombstone", "text": TOMBSTONE, "user": "USLACKBOT", "hidden": True}
            )
            return
        del channel.messages[ts]
        self._changes.publish("message_removed", self._workspace.audience(channel), channel=channel.id, ts=ts)
        parent = channel.messages.get(old.get("thread_ts", ""))
        if parent is not None and parent is not old:
            self._count_replies(channel, parent)
        self._events.deleted(old, channel, self.stamp())

    def _count_replies(self, channel: Channel, parent: JSON) -> None:
        replies = [each for each in channel.thread(parent["ts"]) if each["ts"] != parent["ts"]]
        users = list(dict.fromkeys(each.get("user") or each.get("bot_id", "") for each in replies))
        for key in ("reply_count", "reply_users", "reply_users_count", "latest_reply"):
            parent.pop(key, None)
        if replies:
            parent.update(
                thread_ts=parent["ts"],
                reply_count=len(replies),
                reply_users=users,
                reply_users_count=len(users),
                latest_reply=replies[-1]["ts"],
            )
        else:
            parent.pop("thread_ts", None)
        self.show(channel, parent)

    def show(self, channel: Channel, message: JSON) -> None:
        """Tell the pages of who can see the channel."""
        audience = self._workspace.audience(channel)
        self._changes.publish("message", audience, channel=channel.id, message=shown(message, channel.id))

    def whisper(self, channel: Channel, user: str, message: JSON, *, ephemeral_id: str | None = None) -> Ephemeral:
        """Show ``message`` to ``user`` only; with ``ephemeral_id`` in place of an earlier one."""
        stamp = ephemeral_id or self.stamp()
        message = {"type": "message", **message, "ts": stamp}
        name_blocks(message.get("blocks"))
        ephemeral = Ephemeral(stamp, user, channel.id, message)
        self._workspace.ephemerals[stamp] = ephemeral
        self._changes.publish("ephemeral", [user], channel=channel.id, message=shown_ephemeral(ephemeral))
        return ephemeral

    def hush(self, ephemeral_id: str) -> None:
        """Take an ephemeral message away."""
        if ephemeral := self._workspace.ephemerals.pop(ephemeral_id, None):
            self._changes.publish("ephemeral_removed", [ephemeral.user], channel=ephemeral.channel, id=ephemeral_id)

    def react(self, channel: Channel, message: JSON, user: str, name: str, *, on: bool) -> bool:
        """Add or remove a reaction; False when there was nothing to do."""
        reactions: list[JSON] = message.setdefault("reactions", [])
        found = next((each for each in reactions if each["name"] == name), None)
        if (found is not None and user in found["users"]) == on:
            return False
        if found is None:
            found = {"name": name, "users": [], "count": 0}
            reactions.append(found)
        if on:
            found["users"].append(user)
        else:
            found["users"].remove(user)
        found["count"] = len(found["users"])
        message["reactions"] = [each for each in reactions if each["count"]]
        if not message["reactions"]:
            del message["reactions"]
        self.show(channel, message)
        self._events.reacted(user, name, message, channel, self.stamp(), added=on)
        return True


def _count_reply(parent: JSON, reply: JSON) -> None:
    """Count one more reply, without looking at all the others."""
    author = reply.get("user") or reply.get("bot_id", "")
    users = parent.get("reply_users", [])
    if author not in users:
        users = [*users, author]
    parent.update(
        thread_ts=parent["ts"],
        reply_count=parent.get("reply_count", 0) + 1,
        reply_users=users,
        reply_users_count=len(users),
        latest_reply=reply["ts"],
    )


def shown(message: JSON, channel: str) -> JSON:
    """A message as the page gets it: itself, and where it is."""
    return {**message, "channel": channel, "broadcast": message.get("subtype") == "thread_broadcast"}


def shown_ephemeral(ephemeral: Ephemeral) -> JSON:
    """An ephemeral message as the page gets it."""
    return {**shown(ephemeral.message, ephemeral.channel), "is_ephemeral": True, "id": ephemeral.id}


def name_blocks(blocks: Iterable[JSON] | None) -> None:
    """Give every block and every interactive element without an id one, as Slack does."""
    for block in blocks or ():
        _spell_out(block)
        block.setdefault("block_id", new_block_id())
        for element in elements(block):
            if element.get("type") not in ("image", "mrkdwn", "plain_text"):
                element.setdefault("action_id", new_block_id())


def _spell_out(part: object) -> None:
    """Write down the defaults of text objects, as Slack does."""
    if isinstance(part, list):
        for each in part:
            _spell_out(each)
    elif isinstance(part, dict):
        match part.get("type"):
            case "plain_text":
                part.setdefault("emoji", True)
            case "mrkdwn":
                part.setdefault("verbatim", False)
            case "rich_text" | "markdown":
                return
            case _:
                for each in part.values():
                    if isinstance(each, dict | list):
                        _spell_out(each)


def elements(block: JSON) -> list[JSON]:
    """The elements of a block that a person can use."""
    if block.get("type") in ("actions", "context_actions"):
        return list(block.get("elements", ()))
    single = block.get("element") if block.get("type") == "input" else block.get("accessory")
    return [single] if isinstance(single, dict) else []


def from_app(name: str) -> JSON:
    """Who a message of the app is from."""
    return {
        "user": BOT_USER,
        "bot_id": BOT,
        "app_id": APP,
        "team": TEAM,
        "bot_profile": {
            "id": BOT,
            "app_id": APP,
            "name": name,
            "deleted": False,
            "updated": 1_700_000_000,
            "icons": {f"image_{size}": "" for size in (36, 48, 72)},
            "team_id": TEAM,
        },
    }
