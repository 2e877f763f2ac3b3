"""What Slack sends, validated once at the door; only what is read is modelled, the rest may change as it likes."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict


class _Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SlashCommand(_Payload):
    """A slash command (docs.slack.dev/interactivity/implementing-slash-commands)."""

    team_id: str = ""
    channel_id: str
    channel_name: str = ""
    user_id: str
    user_name: str = ""
    command: str
    text: str = ""
    trigger_id: str = ""
    response_url: str = ""


class ButtonPress(_Payload):
    """One press of a button of the bot's (docs.slack.dev/reference/interaction-payloads/block_actions-payload)."""

    user_id: str
    channel_id: str = ""
    action_id: str
    value: str
    action_ts: str
    response_url: str = ""

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> "ButtonPress":
        """The first action of the payload: buttons come one at a time."""
        action = body["actions"][0]
        return cls(
            user_id=body["user"]["id"],
            channel_id=(body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id") or "",
            action_id=action["action_id"],
            value=action.get("value") or "",
            action_ts=action.get("action_ts") or "",
            response_url=body.get("response_url") or "",
        )
