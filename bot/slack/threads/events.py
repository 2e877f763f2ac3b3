"""From Slack's message events to what was said, changed or deleted in a thread.

Told apart by an allow-list (docs.slack.dev/reference/events/message): what is not known to be somebody saying something
is nothing at all.
"""

from collections.abc import Mapping
from typing import Any

from bot.mirror.links import Thread
from bot.mirror.messages import Removed, Said
from bot.slack.emoji import spelled
from bot.slack.payloads import NOBODY, after_name, begins_with_name
from bot.slack.threads.commands import addressed_line

SAID = frozenset({None, "", "file_share", "thread_broadcast", "me_message"})
"""Subtypes that are a person saying something."""
PAGE = 15
"""Messages that one call of ``conversations.replies`` gives an app from outside the Marketplace
(docs.slack.dev/apis/web-api/rate-limits)."""


def read(body: Mapping[str, Any], *, me: str | None) -> Said | Removed | None:
    """What the event tells of a reply in a thread; ``me`` is the bot's own user, where that is known."""
    event: Mapping[str, Any] = body["event"]
    team = str(body.get("team_id") or event.get("team") or "")
    channel = str(event.get("channel") or "")
    ours = me or str((body.get("authorizations") or [{}])[0].get("user_id") or "")
    match event.get("subtype"):
        case "message_changed":
            return _changed(event, team, channel, ours)
        case "message_deleted":
            return _deleted(event, team, channel, ours)
        case _:
            return _said(event, team, channel, ours)


def read_reply(message: Mapping[str, Any], *, team: str, channel: str, me: str) -> Said | None:
    """The same for a message as ``conversations.replies`` gives it."""
    return _said(message, team, channel, me)


def _said(message: Mapping[str, Any], team: str, channel: str, me: str) -> Said | None:
    if message.get("subtype") not in SAID or not _by_person(message, me) or not _in_thread(message) or not channel:
        return None
    text = spelled(message)
    if begins_with_name(text, me):  # said to the bot, not on the ticket
        return None
    return Said(
        team=team,
        thread=Thread(channel=channel, ts=str(message["thread_ts"])),
        ts=str(message["ts"]),
        user=str(message["user"]),
        text=text,
        files=tuple(file for file in message.get("files") or () if isinstance(file, dict)),
    )


def _changed(event: Mapping[str, Any], team: str, channel: str, me: str) -> Said | None:
    """An edit by a person: an unfurled link or a file's preview changes neither words nor files."""
    message, before = event.get("message") or {}, event.get("previous_message") or {}
    said = _said(message, team, channel, "")
    same = (message.get("text") or "") == (before.get("text") or "") and _files(message) == _files(before)
    if said is None or same:
        return None
    edited = str((message.get("edited") or {}).get("ts") or event.get("event_ts") or event.get("ts") or "")
    return said.model_copy(update={"edited": edited, "text": _to_the_bot(said.text, me)})


def _to_the_bot(text: str, me: str) -> str:
    """What an edit says, in the words of a thread: said to the bot by name it is a ``!command``, or nothing."""
    said = after_name(text, me) if begins_with_name(text, me) else None
    if said is None:
        return text
    line = addressed_line(said)
    return f"!{line.verb} {line.rest}" if line is not None else ""


def _deleted(event: Mapping[str, Any], team: str, channel: str, me: str) -> Removed | None:
    before = event.get("previous_message") or {}
    if before.get("subtype") not in SAID or not _by_person(before, me) or not _in_thread(before):
        return None
    return Removed(
        team=team,
        thread=Thread(channel=channel, ts=str(before["thread_ts"])),
        ts=str(event.get("deleted_ts") or before.get("ts") or ""),
        user=str(before["user"]),
    )


def _by_person(message: Mapping[str, Any], me: str) -> bool:
    return not message.get("bot_id") and str(message.get("user") or "") not in {*NOBODY, me}


def _in_thread(message: Mapping[str, Any]) -> bool:
    return bool(message.get("thread_ts")) and message.get("thread_ts") != message.get("ts")


def _files(message: Mapping[str, Any]) -> set[str]:
    return {str(file.get("id")) for file in message.get("files") or () if isinstance(file, dict)}
