"""What the workspace holds: people, channels with their messages, files, views."""

from dataclasses import dataclass, field

from bot.playground.shapes import JSON

TEAM, TEAM_NAME, TEAM_DOMAIN = "T0PLAY", "Acme", "acme"
PARTNER = "T0PARTNER"
APP, BOT, BOT_USER = "A0PLAY", "B0BOT", "U0BOT"
SLACKBOT = "USLACKBOT"


@dataclass
class Person:
    """Somebody, or something, that can write messages."""

    id: str
    name: str
    real_name: str
    email: str = ""
    team: str = TEAM
    tz: str = "Europe/London"
    color: str = "9f69e7"
    note: str = ""
    is_admin: bool = False
    is_bot: bool = False
    deleted: bool = False
    updated: int = 1_700_000_000

    @property
    def playable(self) -> bool:
        """Whether the page can act as them."""
        return not self.is_bot and self.id != SLACKBOT

    @property
    def display_name(self) -> str:
        """What others call them."""
        return self.real_name if self.is_bot else self.real_name.split()[0]


@dataclass
class Channel:
    """A place for messages; ``kind`` is ``public``, ``private``, ``im`` or ``mpim``."""

    id: str
    name: str
    kind: str
    members: list[str]
    created: int = 1_700_000_000
    creator: str = "U0ADAM"
    topic: str = ""
    purpose: str = ""
    is_archived: bool = False
    is_general: bool = False
    shared_with: str | None = None
    messages: dict[str, JSON] = field(default_factory=dict)
    pins: list[str] = field(default_factory=list)

    @property
    def is_direct(self) -> bool:
        """Whether it is a direct message, of two or more."""
        return self.kind in ("im", "mpim")

    def thread(self, ts: str) -> list[JSON]:
        """The parent ``ts`` and its replies, oldest first; empty when there is no such message."""
        return [each for each in self.messages.values() if each["ts"] == ts or each.get("thread_ts") == ts]

    def top_level(self) -> list[JSON]:
        """What the channel itself shows, oldest first: no replies but those that were broadcast."""
        return [each for each in self.messages.values() if not is_hidden_reply(each)]


def is_hidden_reply(message: JSON) -> bool:
    """Whether a message shows in its thread only."""
    thread = message.get("thread_ts")
    return thread is not None and thread != message["ts"] and message.get("subtype") != "thread_broadcast"


@dataclass
class Ephemeral:
    """A message that one person sees until they reload."""

    id: str
    user: str
    channel: str
    message: JSON


@dataclass
class File:
    """An uploaded file; ``shown_in`` are the channels that it was shared to."""

    __pydantic_config__ = {"ser_json_bytes": "base64", "val_json_bytes": "base64"}

    id: str
    name: str
    title: str
    mimetype: str
    user: str
    created: int
    content: bytes = b""
    uploaded: bool = False
    completed: bool = False
    deleted: bool = False
    length: int = 0
    shown_in: list[str] = field(default_factory=list)


@dataclass
class View:
    """A modal or Home view as it is now, with what the person filled in so far."""

    id: str
    user: str
    content: JSON
    hash: str
    root: str
    previous: str | None = None
    values: dict[str, dict[str, JSON]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    banner: str | None = None


@dataclass
class Group:
    """A user group."""

    id: str
    handle: str
    name: str
    users: list[str]


@dataclass
class Workspace:
    """All of it. Modal stacks and Home views are kept per person."""

    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    ephemerals: dict[str, Ephemeral] = field(default_factory=dict)
    modals: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    scheduled: dict[str, JSON] = field(default_factory=dict)
    bookmarks: dict[str, list[JSON]] = field(default_factory=dict)

    def direct(self, members: set[str]) -> Channel | None:
        """The direct message between exactly these people."""
        return next((c for c in self.channels.values() if c.is_direct and set(c.members) == members), None)

    def visible(self, person: str) -> list[Channel]:
        """The channels that ``person`` can see: their own, and public ones of their organisation."""
        team = self.people[person].team
        return [
            channel
            for channel in self.channels.values()
            if person in channel.members or (channel.kind == "public" and team == TEAM and channel.shared_with is None)
        ]

    def audience(self, channel: Channel) -> list[str]:
        """Whose pages show the channel."""
        if channel.kind == "public" and channel.shared_with is None:
            return [person.id for person in self.people.values() if person.team == TEAM]
        return channel.members

    def view(self, view_id: str) -> View | None:
        """The open modal or Home view of that id."""
        stacks = [view for stack in self.modals.values() for view in stack]
        return next((view for view in [*stacks, *self.homes.values()] if view.id == view_id), None)
