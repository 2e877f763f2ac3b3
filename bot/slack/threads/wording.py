"""A message's words as they go to the ticket: people, channels and groups by their names, code kept."""

import re
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.dispatch.people import Profile
from bot.errors import Unavailable
from bot.grammar.slacktext import UNIT, decode, plain

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)>")
_CHANNEL = re.compile(r"<#([CGD][A-Z0-9]+)\|?>")


class Names(Protocol):
    """What Slack can tell about who and what is mentioned, and about files."""

    async def profile(self, slack_user: str) -> Profile:
        """Who that is. Raises Unavailable."""

    async def channel_name(self, channel: str) -> str | None:
        """What a channel is called. Raises Unavailable."""

    async def file(self, file: str) -> dict[str, Any]:
        """A file as messages describe it; nothing where Slack does not give it to us. Raises Unavailable."""


async def readable(text: str, names: Names) -> str:
    """The text as a person reads it, without the markup that only Slack understands.

    A name that Slack does not tell now stays an id: what somebody wrote does not wait for it.
    """
    known: dict[str, str] = {}
    for unit in dict.fromkeys(UNIT.findall(text)):
        if name := await _name(unit, names):
            known[unit] = name
    pieces = re.split(f"({UNIT.pattern})", text)
    return "".join(known.get(piece) or plain(piece) if UNIT.fullmatch(piece) else decode(piece) for piece in pieces)


async def _name(unit: str, names: Names) -> str | None:
    try:
        if found := _PERSON.fullmatch(unit):
            name = (await names.profile(found[1])).name
            return f"@{name}" if name else None
        if found := _CHANNEL.fullmatch(unit):
            called = await names.channel_name(found[1])
            return f"#{called}" if called else None
    except Unavailable:
        return None
    return None


def late(ts: str, zone: str) -> str:
    """What stands above a message that Slack delivered after later ones."""
    at = datetime.fromtimestamp(float(ts), UTC).astimezone(ZoneInfo(zone))
    return f"(Written at {at:%H:%M:%S} {at.tzname()}, before what stands above.)\n"
