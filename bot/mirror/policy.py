"""What a channel wants mirrored, and how."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Replies = Literal["private", "public", "ask", "off"]
Shown = Literal["replies", "staff", "notes", "changes", "files", "followups"]
"""What a thread can show of its ticket: the customer's replies, those of staff, internal notes, changes of properties,
attachments, follow-ups and forwards."""

EVERYTHING: frozenset[Shown] = frozenset({"replies", "staff", "notes", "changes", "files", "followups"})


@dataclass(frozen=True)
class Quiet:
    """Hours in which nothing is posted by itself, from one time of day to another."""

    start: time
    end: time
    zone: str

    def until(self, now: datetime) -> datetime | None:
        """When they end, if it is quiet now."""
        local = now.astimezone(ZoneInfo(self.zone))
        clock = local.time().replace(tzinfo=None)
        over_midnight = self.start > self.end
        inside = clock >= self.start or clock < self.end if over_midnight else self.start <= clock < self.end
        if not inside:
            return None
        day = local.date() + timedelta(days=1) if over_midnight and clock >= self.start else local.date()
        return datetime.combine(day, self.end, tzinfo=ZoneInfo(self.zone))


@dataclass(frozen=True)
class ChannelPolicy:
    """The rules of one channel; the defaults are those of a channel that nobody configured."""

    replies: Replies = "private"
    """What becomes of a message in a linked thread that does not say itself whom it is for."""
    contacts: bool = False
    """Whether somebody without an account may write to the ticket as a contact; never an internal note."""
    internal: bool = False
    """Whether internal notes of the ticket are shown here. Never in a channel that another organisation sees."""
    shows: frozenset[Shown] = EVERYTHING
    quiet: Quiet | None = None
    html: bool = False
    """Whether replies to the customer carry their formatting as HTML, where the helpdesk takes it."""


@dataclass(frozen=True)
class Policies:
    """The rules of every channel, and what is the same in all of them."""

    channels: Mapping[str, ChannelPolicy] = field(default_factory=dict)
    wait: timedelta = timedelta(seconds=2)
    """For so long a mirrored message waits for others of its thread that Slack delivers late."""
    undo: timedelta = timedelta(seconds=10)
    """For so long a reply to the customer can be taken back."""

    def of(self, channel: str) -> ChannelPolicy:
        """The rules of one channel."""
        return self.channels.get(channel, _USUAL)


_USUAL = ChannelPolicy()
