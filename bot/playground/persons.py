"""What people do in the workspace besides using the app: write, edit, react, join."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from bot.playground import mrkdwn
from bot.playground.attachments import described
from bot.playground.errors import PageError
from bot.playground.shapes import JSON
from bot.playground.store import BOT_USER, Channel, Person

if TYPE_CHECKING:
    from bot.playground.playground import Playground

TEXT_MOST = 12_000
"""What a person can write in one message; Slack's clients stop there."""


class Persons:
    """People, acting."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    def who(self, user: object) -> Person:
        """The person whom the page acts as."""
        person = self._playground.workspace.people.get(str(user))
        if person is None or not person.playable:
            raise PageError("unknown_person", "There is no such person to act as.", status=404)
        return person

    def channel(self, person: Person, channel_id: object) -> Channel:
        """A channel that they can see."""
        channel = self._playground.workspace.channels.get(str(channel_id))
        if channel is None or channel not in self._playground.workspace.visible(person.id):
            raise PageError("unknown_channel", "There is no such conversation.", status=404)
        return channel

    def message(self, channel: Channel, ts: object) -> JSON:
        """A message in it."""
        message = channel.messages.get(str(ts))
        if message is None:
            raise PageError("unknown_message", "That message is gone.", status=404)
        return message

    def writable(self, person: Person, channel: Channel) -> None:
        """Raise ``PageError`` where they cannot write."""
        if channel.is_archived:
            raise PageError("is_archived", "This channel is archived.")
        if person.id not in channel.members:
            raise PageError("not_in_channel", "Join the channel first.")
        manifest = self._playground.settings.manifest
        if (
            channel.kind == "im"
            and BOT_USER in channel.members
            and (not manifest.messages_tab or manifest.messages_read_only)
        ):
            raise PageError("messages_tab_read_only", "Sending messages to this app has been turned off.")

    def post(self, person: Person, channel: Channel, body: JSON) -> JSON:
        """Write a message, with files or in a thread."""
        self.writable(person, channel)
        typed = str(body.get("text") or "")
        files = [self._file(each) for each in body.get("files") or ()]
        if not typed.strip() and not files:
            raise PageError("no_text", "There is nothing to send.")
        if len(typed) > TEXT_MOST:
            raise PageError("msg_too_long", f"A message has at most {TEXT_MOST} characters.")
        text = mrkdwn.from_typed(typed, self._playground.workspace)
        message: JSON = {"user": person.id, "text": text, "team": person.team}
        if text:
            message["blocks"] = [mrkdwn.rich_text(text)]
        if thread := body.get("thread_ts"):
            parent = self.message(channel, thread)
            message["thread_ts"] = parent.get("thread_ts", parent["ts"])
            if body.get("broadcast"):
                message |= {"subtype": "thread_broadcast", "root": channel.messages[message["thread_ts"]]}
        if files:
            message |= {"subtype": "file_share", "files": files, "upload": False, "display_as_bot": False}
        else:
            message["client_msg_id"] = str(uuid.uuid4())
        posted = self._playground.messages.post(channel, message)
        for file in files:
            self._shared(person, channel, file["id"], posted["ts"])
        return posted

    def _file(self, file_id: object) -> JSON:
        file = self._playground.workspace.files.get(str(file_id))
        if file is None or file.deleted:
            raise PageError("unknown_file", "That file is gone.", status=404)
        return described(self._playground.settings.base_url, file)

    def _shared(self, person: Person, channel: Channel, file_id: str, ts: str) -> None:
        self._playground.workspace.files[file_id].shown_in.append(channel.id)
        if BOT_USER in channel.members:
            about = {"file_id": file_id, "user_id": person.id, "file": {"id": file_id}, "channel_id": channel.id}
            self._playground.events.emit({"type": "file_shared", **about, "event_ts": ts}, channel=channel)

    def edit(self, person: Person, channel: Channel, ts: object, typed: str) -> JSON:
        """Change one of their own messages."""
        message = self._own(person, channel, ts)
        if not typed.strip():
            raise PageError("no_text", "There is nothing to say; delete the message instead.")
        text = mrkdwn.from_typed(typed, self._playground.workspace)
        edited = {"user": person.id, "ts": self._playground.messages.stamp()}
        changed = {**message, "text": text, "blocks": [mrkdwn.rich_text(text)], "edited": edited}
        return self._playground.messages.change(channel, message["ts"], changed)

    def delete(self, person: Person, channel: Channel, ts: object) -> None:
        """Delete one of their own messages."""
        self._playground.messages.delete(channel, self._own(person, channel, ts)["ts"])

    def _own(self, person: Person, channel: Channel, ts: object) -> JSON:
        message = self.message(channel, ts)
        if message.get("user") != person.id:
            raise PageError("not_yours", "That is somebody else's message.")
        return message

    def react(self, person: Person, channel: Channel, ts: object, name: str, *, on: bool) -> JSON:
        """Add or remove a reaction."""
        self.message(channel, ts)
        self._playground.messages.react(channel, self.message(channel, ts), person.id, name.strip(":"), on=on)
        return self.message(channel, ts)

    def direct(self, person: Person, users: list[str]) -> Channel:
        """The direct message with these people."""
        if not users or any(each not in self._playground.workspace.people for each in users):
            raise PageError("unknown_person", "There is no such person.", status=404)
        return self._playground.places.direct([person.id, *users])

    def create(self, person: Person, name: str, *, private: bool) -> Channel:
        """A new channel."""
        name = name.strip().lower().replace(" ", "-")
        if not name or any(each.name == name for each in self._playground.workspace.channels.values()):
            raise PageError("name_taken", "Choose another name.")
        return self._playground.places.create(name, person.id, private=private)

    def join(self, person: Person, channel: Channel) -> None:
        """Become a member of a public channel."""
        if channel.kind != "public" or channel.is_archived:
            raise PageError("cannot_join", "Nobody can join this conversation.")
        if person.id not in channel.members:
            self._playground.places.join(channel, person.id)

    def leave(self, person: Person, channel: Channel) -> None:
        """Stop being a member."""
        if channel.is_direct or person.id not in channel.members:
            raise PageError("cannot_leave", "You cannot leave this conversation.")
        self._playground.places.leave(channel, person.id)

    def invite(self, person: Person, channel: Channel, users: list[str]) -> None:
        """Bring others, or the app, into a channel."""
        self.writable(person, channel)
        for user in users:
            if user not in self._playground.workspace.people or channel.is_direct:
                raise PageError("unknown_person", "There is nobody to invite.", status=404)
            if user not in channel.members:
                self._playground.places.join(channel, user, inviter=person.id)

    def kick(self, person: Person, channel: Channel, users: list[str]) -> None:
        """Put others, or the app, out of a channel."""
        self.writable(person, channel)
        for user in users:
            if user in channel.members and not channel.is_direct:
                self._playground.places.leave(channel, user)
