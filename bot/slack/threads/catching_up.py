"""A thread read again from its link on: what was said meanwhile and never heard goes to the ticket now.

Slack gives up delivering an event after about an hour (docs.slack.dev/apis/events-api), and a bot can be away for
longer than that.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ledger import Claim, Entry, Ledger, Settle, Settlement
from bot.mirror.links import Link, Links, Thread
from bot.mirror.messages import Said
from bot.slack.refusals import PASSING, UNANSWERED, code_of, next_try, pause_of
from bot.slack.threads.commands import banged, mistyped
from bot.slack.threads.events import PAGE, read_reply
from bot.slack.threads.hearing import Hearing
from bot.slack.threads.mirrored import GONE

log = structlog.get_logger()

_PATIENCE = timedelta(hours=1)


class CatchUp:
    """Reads threads again.

    Args:
        client: The Web API, with the bot's token.
        ledger: Knows what was heard.
        links: Which thread is whose ticket's.
        hearing: Records what was not.
        back: How far back is looked: not longer than the ledger keeps what was heard.
    """

    def __init__(
        self, client: AsyncWebClient, ledger: Ledger, links: Links, hearing: Hearing, *, back: timedelta
    ) -> None:
        self._client = client
        self._ledger = ledger
        self._links = links
        self._hearing = hearing
        self._back = back

    async def perform(self, entry: Entry, claim: Claim) -> Settlement:  # noqa: ARG002 - all of it can be repeated
        """Read one thread to its end, and go on where it was interrupted."""
        thread = Thread(channel=entry.origin["channel"], ts=entry.origin["thread"])
        progress: dict[str, Any] = {"taken": 0, "left": 0, "heard": 0} | dict(entry.progress)
        link = await self._links.of_thread(thread)
        if link is None:
            return _settled("not linked")
        try:
            who = await self._client.auth_test()
            while True:
                query = {"cursor": progress["cursor"]} if progress.get("cursor") else {}
                since = max(link.since, (entry.received_at - self._back).timestamp())
                answer = await self._client.conversations_replies(
                    channel=thread.channel, ts=thread.ts, oldest=f"{since:.6f}", limit=PAGE, **query
                )
                for message in answer.get("messages") or ():
                    said = read_reply(message, team=str(who["team_id"]), channel=thread.channel, me=str(who["user_id"]))
                    if said is not None and float(said.ts) >= since:
                        progress[await self._take(said, message, link)] += 1
                progress["cursor"] = (answer.get("response_metadata") or {}).get("next_cursor")
                if not progress["cursor"] or not answer.get("has_more"):
                    return _settled("read", taken=progress["taken"], left=progress["left"])
        except SlackApiError as error:
            code = code_of(error)
            if code not in PASSING:
                log.info("thread.not_read", code=code)
                return _settled("failed", error=code)
            return _later(entry, progress, pause_of(error))
        except UNANSWERED:
            return _later(entry, progress)

    async def _take(self, said: Said, message: Mapping[str, Any], link: Link) -> str:
        """Hear one message that may have been heard: which of the counts it belongs to."""
        edited = str((message.get("edited") or {}).get("ts") or "") or None
        if await self._ledger.live(said.key) is not None:
            if edited:  # whether that is newer than what the ticket has is for the hearing to say
                await self._hearing.edited(said.model_copy(update={"edited": edited}), link)
            return "heard"
        if await self._is_settled(said, edited):
            return "heard"
        line = banged(said.text)
        if (line is not None and line.to is None) or mistyped(said.text) is not None:
            return "left"  # a command from long ago would surprise people more than none
        await self._hearing.said(said.model_copy(update={"edited": edited}), link)
        return "taken" if await self._is_settled(said, edited) else "left"

    async def _is_settled(self, said: Said, edited: str | None) -> bool:
        """Whether it was heard and is over: refused, taken back, or asked about."""
        return (
            bool(await self._ledger.find(key=said.key, limit=1))
            or await self._ledger.kept(GONE, said.place) is not None
            or any([await self._ledger.live(f"{said.key}:ask:{each}") for each in {"", edited or ""}])
        )


def _later(entry: Entry, progress: dict[str, Any], wait: timedelta | None = None) -> Settlement:
    later = next_try(entry, "slack", patience=_PATIENCE, wait=wait, progress=progress)
    return later or _settled("failed", error="Slack is away")


def _settled(how: str, **more: Any) -> Settle:
    return Settle(
        state="failed" if how == "failed" else "done", outcome={"how": how, "taken": 0, "left": 0} | dict(more)
    )
