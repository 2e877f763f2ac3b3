"""Compares deliveries with the published payload samples, which are unions with placeholder values."""

import functools
import json
from collections.abc import Iterator
from typing import Any

from tests.shared import SHARED

SAMPLES = SHARED / "slack" / "payload-samples"

_OPAQUE = frozenset({"blocks", "attachments", "elements"})
"""Block Kit that came from the app or a person: the samples hold only some of its kinds."""

_EVENTS = {
    "app_home_opened": "AppHomeOpenedPayload",
    "app_mention": "AppMentionPayload",
    "app_uninstalled": "AppUninstalledPayload",
    "link_shared": "LinkSharedPayload",
    "reaction_added": "ReactionAddedPayload",
    "reaction_removed": "ReactionAddedPayload",
    "tokens_revoked": "TokensRevokedPayload",
    "user_change": "UserChangePayload",
    "message": "MessagePayload",
    "message/bot_message": "MessageBotPayload",
    "message/message_changed": "MessageChangedPayload",
    "message/message_deleted": "MessageDeletedPayload",
    "message/file_share": "MessageFileSharePayload",
    "message/thread_broadcast": "MessageThreadBroadcastPayload",
}
_INTERACTIONS = {
    "block_actions": "BlockActionPayload",
    "message_action": "MessageShortcutPayload",
    "view_submission": "ViewSubmissionPayload",
    "view_closed": "ViewClosedPayload",
}


@functools.cache
def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def sample_for(kind: str, body: dict[str, Any]) -> Any:
    """The sample of a delivery, or ``None`` where Slack's collection has none."""
    if kind == "command":
        return sample("SlashCommandPayload")
    if "event" in body:
        event = body["event"]
        name = _EVENTS.get(f"{event['type']}/{event['subtype']}" if event.get("subtype") else event["type"])
    else:
        name = _INTERACTIONS.get(kind)
    return sample(name) if name else None


def differences(body: Any, like: Any, at: str = "") -> Iterator[str]:
    """What ``body`` has that its sample lacks, and where the types disagree."""
    if isinstance(like, dict) and not like:
        return
    if type(body) is not type(like):
        yield f"{at}: {body!r} is not like {like!r}"
    elif isinstance(body, dict):
        for key, value in body.items():
            if key not in like:
                yield f"{at}/{key}: not in the sample"
            elif key not in _OPAQUE:
                yield from differences(value, like[key], f"{at}/{key}")
    elif isinstance(body, list) and like:
        for number, value in enumerate(body):
            yield from differences(value, like[0], f"{at}/{number}")
