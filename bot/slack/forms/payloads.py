"""What Slack sends about forms, validated at the door; only what is read is modelled."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.slack.forms.entered import Entered, of_state


class _Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Submission(_Payload):
    """A form that was sent (docs.slack.dev/reference/interaction-payloads/view-interactions-payload)."""

    team_id: str = ""
    user_id: str
    user_name: str = ""
    view_id: str
    view_hash: str | None = None
    metadata: str
    entered: Entered
    inputs: tuple[str, ...]
    """The block ids that errors may be shown under: what keeps a value is an input here."""

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> "Submission":
        """From a ``view_submission``, or a ``block_actions`` of a view."""
        view, user = body["view"], body["user"]
        values = (view.get("state") or {}).get("values") or {}
        return cls(
            team_id=(body.get("team") or {}).get("id") or "",
            user_id=user["id"],
            user_name=user.get("username") or user.get("name") or "",
            view_id=view["id"],
            view_hash=view.get("hash"),
            metadata=view["private_metadata"],
            entered=of_state(values),
            inputs=tuple(values),
        )


class Suggestion(_Payload):
    """A menu that asks for its options (docs.slack.dev/block-kit/block-elements/select-menu-element)."""

    block_id: str
    typed: str
    metadata: str
    entered: Entered

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> "Suggestion":
        """From a ``block_suggestion``."""
        view = body["view"]
        return cls(
            block_id=body["block_id"],
            typed=body.get("value") or "",
            metadata=view["private_metadata"],
            entered=of_state((view.get("state") or {}).get("values") or {}),
        )


class Shortcut(_Payload):
    """A shortcut, global or on a message (docs.slack.dev/interactivity/implementing-shortcuts)."""

    callback_id: str
    trigger_id: str
    user_id: str
    user_team: str = ""
    """The workspace that the person belongs to."""
    domain: str = ""
    channel: str | None = None
    response_url: str = ""
    message: dict[str, Any] = {}

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> "Shortcut":
        """From a ``shortcut`` or a ``message_action``."""
        return cls(
            callback_id=body["callback_id"],
            trigger_id=body["trigger_id"],
            user_id=body["user"]["id"],
            user_team=body["user"].get("team_id") or "",
            domain=(body.get("team") or {}).get("domain") or "",
            channel=(body.get("channel") or {}).get("id"),
            response_url=body.get("response_url") or "",
            message=body.get("message") or {},
        )
