"""Stamps: a reaction of the bot's that says what became of a message. One at a time, coalesced, within Slack's limits.

``reactions.add`` takes 50 calls a minute and ``reactions.remove`` 20 (docs.slack.dev/apis/web-api/rate-limits).
"""

from datetime import UTC, datetime, timedelta
from typing import Literal

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ledger import Claim, Entry, Kept, Later, Ledger, NewEntry, Settle, Settlement
from bot.slack.pacing import Pace
from bot.slack.refusals import PASSING, UNANSWERED, code_of, next_try, pause_of

log = structlog.get_logger()

KIND = "stamp"
STAMP_LANES = "stamp:"
"""How the names of their lanes begin."""
STAMPED = "stamped"
"""Under which the ledger keeps what a message carries."""

Mark = Literal["waiting", "private", "public", "failed", ""]
EMOJI: dict[str, str] = {
    "waiting": "hourglass_flowing_sand",
    "private": "lock",
    "public": "earth_africa",
    "failed": "warning",
}
_LIFE = timedelta(days=30)
_PATIENCE = timedelta(hours=24)
_THERE_ALREADY = frozenset({"already_reacted", "no_reaction"})


def stamp(key: str, channel: str, ts: str, mark: Mark) -> NewEntry:
    """Have a message carry this mark and no other; an empty one clears it."""
    return NewEntry(
        key=key, lane=f"{STAMP_LANES}{channel}:{ts}", kind=KIND, body={"channel": channel, "ts": ts, "mark": mark}
    )


class Stamps:
    """Puts stamps on messages."""

    def __init__(self, client: AsyncWebClient, ledger: Ledger) -> None:
        self._client = client
        self._ledger = ledger
        self._adding = Pace(45, name="reactions.add", ledger=ledger)
        self._removing = Pace(18, name="reactions.remove", ledger=ledger)

    async def perform(self, entry: Entry, claim: Claim) -> Settlement:  # noqa: ARG002 - a reaction can be repeated
        """Bring one message to its mark, unless a later one is waiting already."""
        body = entry.body
        if any(other.id > entry.id for other in await self._ledger.in_lane(entry.lane)):
            return _settled("superseded")
        place = f"{body['channel']}/{body['ts']}"
        now: str = await self._ledger.kept(STAMPED, place) or ""
        wanted: str = body["mark"]
        if now == wanted:
            return _settled("there")
        slots = entry.progress.get("slots")
        if not slots or not self._adding.good(min(slots)):
            slots = await self._reserve(now, wanted)
        due = datetime.fromtimestamp(max(slots), UTC)
        if due > datetime.now(UTC):
            return Later(due, note={"reason": "pace"}, progress={"slots": slots}, tried=False)
        try:
            if wanted:
                await self._call("add", body, wanted)
            if now:
                await self._call("remove", body, now)
        except SlackApiError as error:
            return self._refused(entry, error)
        except UNANSWERED:
            return self._later(entry, "slack")
        return _settled("stamped", keep=(Kept(STAMPED, place, wanted, datetime.now(UTC) + _LIFE),))

    async def _reserve(self, now: str, wanted: str) -> list[float]:
        """When it is this message's turn: seconds since 1970, one for each call."""
        adding = [await self._adding.reserve()] if wanted else []
        return [*adding, *([await self._removing.reserve()] if now else [])]

    async def _call(self, what: Literal["add", "remove"], body: dict[str, str], mark: str) -> None:
        method = self._client.reactions_add if what == "add" else self._client.reactions_remove
        try:
            await method(channel=body["channel"], timestamp=body["ts"], name=EMOJI[mark])
        except SlackApiError as error:
            if code_of(error) not in _THERE_ALREADY:
                raise

    def _refused(self, entry: Entry, error: SlackApiError) -> Settlement:
        code = code_of(error)
        if code not in PASSING:  # the message is gone, or reactions are not wanted there
            log.info("stamp.refused", code=code)
            return _settled(code)
        return self._later(entry, code, pause_of(error))

    @staticmethod
    def _later(entry: Entry, reason: str, wait: timedelta | None = None) -> Settlement:
        return next_try(entry, reason, patience=_PATIENCE, wait=wait, progress={}) or _settled(reason)


def _settled(how: str, *, keep: tuple[Kept, ...] = ()) -> Settle:
    return Settle(state="done", outcome={"state": "done", "how": how}, keep=keep)
