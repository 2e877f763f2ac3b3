"""What Slack sends, validated once at the door; only what is read is modelled, the rest may change as it likes."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from bot.mirror.messages import message_key
from bot.slack.emoji import spelled

NOBODY = frozenset({"", "USLACKBOT", "USLACK"})
"""Users by whom Slack itself speaks."""


Ts = Annotated[str, Field(pattern=r"^\d+\.\d+$")]
"""A message's name in its channel: seconds since 1970, and what tells it from others of that moment."""


class _Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SlashCommand(_Payload):
    """A slash command (docs.slack.dev/interactivity/implementing-slash-commands)."""

    team_id: str = ""
    channel_id: str
    user_id: str
    user_name: str = ""
    command: str
    text: str = ""
    """What was said behind the command, however often its name was typed."""
    trigger_id: str = ""
    response_url: str = ""

    @field_validator("text")
    @classmethod
    def _once(cls, text: str, info: ValidationInfo) -> str:
        return after_command(text, info.data.get("command", ""))


class ButtonPress(_Payload):
    """One press of a button of the bot's (docs.slack.dev/reference/interaction-payloads/block_actions-payload)."""

    team_id: str = ""
    user_id: str
    user_name: str = ""
    user_team: str = ""
    """The workspace that the person belongs to; another one where a channel is shared."""
    channel_id: str = ""
    message_ts: str = ""
    thread_ts: str | None = None
    """Of the thread that the message is in, if it is in one."""
    action_id: str
    value: str
    action_ts: str
    trigger_id: str = ""
    response_url: str = ""

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> "ButtonPress":
        """The first action of the payload: buttons come one at a time."""
        action = body["actions"][0]
        container = body.get("container") or {}
        user = body["user"]
        return cls(
            team_id=(body.get("team") or {}).get("id") or user.get("team_id") or "",
            user_id=user["id"],
            user_name=user.get("username") or user.get("name") or "",
            user_team=user.get("team_id") or "",
            channel_id=(body.get("channel") or {}).get("id") or container.get("channel_id") or "",
            message_ts=container.get("message_ts") or "",
            thread_ts=(body.get("message") or {}).get("thread_ts") or container.get("thread_ts"),
            action_id=action["action_id"],
            value=action.get("value") or "",
            action_ts=action.get("action_ts") or "",
            trigger_id=body.get("trigger_id") or "",
            response_url=body.get("response_url") or "",
        )


class MessageEvent(_Payload):
    """Somebody said something (docs.slack.dev/reference/events/message, .../app_mention)."""

    type: str
    team: str = ""
    channel: str
    channel_type: str = ""
    user: str = ""
    text: str = ""
    ts: Ts
    thread_ts: Ts | None = None
    subtype: str | None = None
    bot_id: str | None = None
    files: tuple[dict[str, Any], ...] = ()
    me: str = ""
    """The bot's own user."""

    @property
    def key(self) -> str:
        """Under which the ledger has what became of it: one for all the events that a message comes as."""
        return message_key(self.team, self.channel, self.ts)

    @property
    def direct(self) -> bool:
        """Whether it was said in a direct message with the bot."""
        return self.type == "message" and self.channel_type == "im"

    @classmethod
    def read(cls, body: Mapping[str, Any], *, me: str | None) -> "MessageEvent":
        """The event in its envelope; ``me`` is the bot's user, where that is known. Raises `ValidationError`."""
        authorizations = body.get("authorizations") or [{}]
        return cls.model_validate(
            {
                **{name: value for name, value in body["event"].items() if value is not None},
                "text": spelled(body["event"]),
                "files": [file for file in body["event"].get("files") or () if isinstance(file, dict)],
                "team": body.get("team_id") or "",
                "me": me or authorizations[0].get("user_id") or "",
            }
        )


def after_command(text: str, command: str) -> str:
    """What follows the slash command's name in a text, if that begins it; people type it where it stands already."""
    while (first := text.split(maxsplit=1)) and first[0].lower() == command.lower():
        text = "".join(first[1:])
    return text


_COLON = r":(?![\w+'-]+:)"
"""One that is not the first of an emoji."""


def after_name(text: str, me: str) -> str | None:
    """What follows the bot's name in a text, if that is in it: what is said to the bot."""
    found = re.search(rf"<@{re.escape(me)}(?:\|[^<>]*)?>(?:[\s,]|{_COLON})*", text) if me else None
    return None if found is None else text[found.end() :]


def begins_with_name(text: str, me: str) -> bool:
    """Whether a text begins with the bot's name: elsewhere in a sentence it may be no more than spoken of."""
    return bool(me) and re.match(rf"\s*<@{re.escape(me)}[|>]", text) is not None
