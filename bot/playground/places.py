"""Making, joining and leaving conversations, whoever does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.ids import new_id
from bot.playground.shapes import JSON
from bot.playground.store import BOT_USER, TEAM, Channel

if TYPE_CHECKING:
    from bot.playground.playground import Playground


class Places:
    """Changes to conversations themselves, and who hears of them."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    def direct(self, members: list[str]) -> Channel:
        """The direct message between these people, made when there is none."""
        workspace = self._playground.workspace
        found = workspace.direct(set(members))
        if found is not None:
            return found
        kind = "im" if len(set(members)) <= 2 else "mpim"
        people = list(dict.fromkeys(members))
        name = "" if kind == "im" else "mpdm-" + "--".join(workspace.people[each].name for each in people) + "-1"
        channel = Channel(
            new_id("D" if kind == "im" else "C"), name, kind, people, int(self._playground.clock.now()), people[0]
        )
        workspace.channels[channel.id] = channel
        self.show(channel)
        return channel

    def create(self, name: str, creator: str, *, private: bool) -> Channel:
        """A new channel with its creator in it."""
        playground = self._playground
        kind = "private" if private else "public"
        channel = Channel(new_id("C"), name, kind, [creator], int(playground.clock.now()), creator)
        playground.workspace.channels[channel.id] = channel
        self.show(channel)
        if kind == "public" and playground.events.subscribed("channel_created"):
            about = {"id": channel.id, "name": name, "created": channel.created, "creator": creator}
            playground.events.emit(
                {"type": "channel_created", "channel": about, "event_ts": playground.messages.stamp()}
            )
        return channel

    def join(self, channel: Channel, user: str, *, inviter: str | None = None) -> None:
        """Somebody becomes a member, which the channel shows as a message."""
        playground = self._playground
        channel.members.append(user)
        self.show(channel)
        notice: JSON = {"subtype": "channel_join", "user": user, "text": f"<@{user}> has joined the channel"}
        if inviter:
            notice["inviter"] = inviter
        playground.messages.post(channel, notice)
        playground.events.membership(user, channel, playground.messages.stamp(), joined=True, inviter=inviter)

    def leave(self, channel: Channel, user: str) -> None:
        """Somebody is no member any more."""
        playground = self._playground
        before = list(channel.members)
        channel.members.remove(user)
        self.show(channel, before)
        stamp = playground.messages.stamp()
        if user == BOT_USER:
            playground.events.channel("left", channel, stamp, actor_id=user)
        else:
            notice = {"subtype": "channel_leave", "user": user, "text": f"<@{user}> has left the channel"}
            playground.messages.post(channel, notice)
            playground.events.membership(user, channel, stamp, joined=False)

    def archive(self, channel: Channel, user: str, *, on: bool) -> None:
        """Close a channel, or open it again."""
        channel.is_archived = on
        self.show(channel)
        kind = "archive" if on else "unarchive"
        self._playground.events.channel(kind, channel, self._playground.messages.stamp(), user=user)

    def show(self, channel: Channel, audience: list[str] | None = None) -> None:
        """Tell the pages what the channel is now."""
        people = self._playground.workspace.audience(channel)
        for person in dict.fromkeys([*people, *(audience or channel.members)]):
            self._playground.changes.publish("channel", [person], channel=self.shown(channel, person))

    def shown(self, channel: Channel, person: str) -> JSON:
        """A channel as the page gets it."""
        others = [each for each in channel.members if each != person]
        body: JSON = {
            "id": channel.id,
            "name": channel.name,
            "kind": channel.kind,
            "is_member": person in channel.members,
            "is_visible": channel in self._playground.workspace.visible(person),
            "is_archived": channel.is_archived,
            "is_ext_shared": channel.shared_with is not None,
            "bot_is_member": BOT_USER in channel.members,
            "members": list(channel.members),
            "topic": channel.topic,
            "purpose": channel.purpose,
        }
        if channel.kind == "im" and others:
            other = self._playground.workspace.people[others[0]]
            body |= {"user": other.id, "is_app": other.id == BOT_USER, "name": other.real_name}
        return body


def described(channel: Channel, num_members: bool = False) -> JSON:
    """A channel as ``conversations.info`` tells it."""
    common: JSON = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.kind == "im",
        "is_org_shared": False,
        "context_team_id": TEAM,
        "updated": channel.created * 1000,
    }
    if channel.kind == "im":
        user = next((each for each in channel.members if each != BOT_USER), BOT_USER)
        return {**common, "user": user, "is_user_deleted": False, "is_open": True, "priority": 0}
    shared = channel.shared_with is not None
    body = {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "public",
        "is_general": channel.is_general,
        "is_shared": shared,
        "is_ext_shared": shared,
        "is_pending_ext_shared": False,
        "is_member": BOT_USER in channel.members,
        "creator": channel.creator,
        "topic": {"value": channel.topic, "creator": channel.creator, "last_set": channel.created},
        "purpose": {"value": channel.purpose, "creator": channel.creator, "last_set": channel.created},
        "previous_names": [],
        "shared_team_ids": [TEAM, channel.shared_with] if shared else [TEAM],
        "unlinked": 0,
    }
    if num_members:
        body["num_members"] = len(channel.members)
    return body
