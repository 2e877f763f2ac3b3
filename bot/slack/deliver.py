"""Delivery: from the ledger to Slack, in order per channel, within its rate limits, and never twice.

A post carries the entry's id as message metadata: one that may have happened is looked for before it is repeated, in
a channel as in a direct message. What cannot be looked for (ephemeral messages, ``response_url``) is sent at most once
in each way; whoever was being told when the process died is told in the next one.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ledger import Claim, Entry, Kept, Later, Ledger, NewEntry, Settle, Settlement
from bot.mirror.entries import catch_up, look
from bot.mirror.links import Links, following, link_of_card, linking
from bot.slack.cards.places import CARDS, key_of, posted, upkeep
from bot.slack.messages import noted
from bot.slack.outbox import Delivery
from bot.slack.refusals import NOT_DONE, OWN_FAILURES, PASSING, RATE_LIMITED, code_of, next_try, pause_of, reason_of
from bot.slack.repeats import webhook
from bot.slack.threads.orders import order
from bot.telemetry import DELIVERED

log = structlog.get_logger()

RESPONSE_URLS = "response_url"
"""Where the ledger keeps them: bearer secrets, apart from the entries."""
RESPONSE_URL_LIFE = timedelta(minutes=29)
"""They work for thirty minutes (docs.slack.dev/interactivity/handling-user-interaction)."""
RESPONSE_URL_USES = 5

_EVENT_TYPE = "ticketbot_delivery"
_PATIENCE = timedelta(hours=24)
_NO_WAY_IN = frozenset(
    {
        "not_in_channel",
        "channel_not_found",
        "is_archived",
        "restricted_action",
        "messages_tab_disabled",
        "no_permission",
    }
)
_NO_THREAD = "cannot_reply_to_message"
"""That somebody joined, for example, takes no replies: what was to go there goes to the channel."""
_AROUND = 120.0
"""Seconds around the moment of sending in which a post is looked for: Slack's clock may differ from ours."""
_ON_ITS_WAY = 3.0
"""Seconds after sending before a post is looked for: one that was sent by a process which died, or lost its claim, may
still come, and would then be there twice."""
_UNHEARD = 0.8
"""Seconds for which a message below a card waits for the card's link; later ones are read when the link is there."""


class Unclear(Exception):
    """Slack gave no answer that says whether it was done."""


class OnItsWay(Exception):
    """A post that was sent may still come; ``until`` is when it can be looked for, in seconds since 1970."""

    def __init__(self, until: float) -> None:
        super().__init__(until)
        self.until = until


class Deliverer:
    """Performs deliveries.

    Args:
        client: The Web API, with the bot's token.
        session: For ``response_url``s.
        ledger: Keeps the ``response_url``s and the places of ticket messages.
        hosts: The only hosts that a ``response_url`` may lead to, with their subdomains.
    """

    def __init__(
        self, client: AsyncWebClient, session: aiohttp.ClientSession, ledger: Ledger, *, hosts: frozenset[str]
    ) -> None:
        self._client = client
        self._session = session
        self._ledger = ledger
        self._hosts = hosts

    async def perform(self, entry: Entry, claim: Claim) -> Settlement:
        """Send it, or say when to try again."""
        delivery = Delivery.model_validate(entry.body)
        progress = dict(entry.progress)
        try:
            if delivery.way == "channel":
                return await self._to_channel(entry, delivery, claim, progress)
            return await self._to_person(entry, delivery, claim, progress)
        except OnItsWay as post:
            at = datetime.fromtimestamp(post.until, UTC)
            return Later(at=at, note={"reason": "checking"}, progress=progress, tried=False)
        except (Unclear, *NOT_DONE) as error:
            return self._later(entry, error, progress)

    def _later(self, entry: Entry, error: Exception, progress: dict[str, Any]) -> Settlement:
        code, wait = type(error).__name__, None
        if isinstance(error, SlackApiError):
            code, wait = code_of(error), pause_of(error)
            if code not in PASSING:
                log.error("delivery.refused", entry=entry.id, code=code)
                DELIVERED.labels(entry.body["way"], "refused").inc()
                return _settled("failed", error=code)
        if code != RATE_LIMITED:
            log.warning("delivery.postponed", entry=entry.id, code=code)
        later = next_try(entry, code, patience=_PATIENCE, wait=wait, progress=progress)
        return later or _settled("failed", error=code)

    # To everybody in a channel ---------------------------------------------------------------------------------------

    async def _to_channel(self, entry: Entry, delivery: Delivery, claim: Claim, progress: dict[str, Any]) -> Settlement:
        if "alone" in progress:
            delivery = delivery.model_copy(update={"thread": None})
        if "around" not in progress:
            thread = {"thread_ts": there} if (there := await self._thread(delivery)) else {}
            message = {**delivery.message, "unfurl_links": False, "unfurl_media": False, **thread}
            try:
                channel, ts = await self._once(entry.id, "posting", delivery.channel, message, claim, progress)
                return await self._posted(delivery, channel, ts, since=progress["posting"])
            except SlackApiError as error:
                if code_of(error) == _NO_THREAD and "alone" not in progress:
                    progress["alone"] = True
                    return await self._to_channel(entry, delivery, claim, progress)
                if code_of(error) not in _NO_WAY_IN and not code_of(error).startswith("restricted_action"):
                    raise
                progress["around"] = code_of(error)
                await claim.save(progress)
        return await self._around(entry, delivery, claim, progress)

    async def _thread(self, delivery: Delivery) -> str | None:
        if delivery.thread or delivery.about is None:
            return delivery.thread
        card = await self._ledger.kept(CARDS, key_of(delivery.channel, delivery.about))
        return (card.get("thread") or card["ts"]) if card else None

    async def _once(
        self, entry: int, name: str, channel: str, message: Mapping[str, Any], claim: Claim, progress: dict[str, Any]
    ) -> tuple[str, str]:
        """Post it, unless an earlier attempt did: the channel where it is, and its ``ts``.

        What is known of attempts is kept as ``name`` in the progress. Raises `OnItsWay` besides what posting raises.
        """
        if since := progress.get(name):
            if time.time() < since + _ON_ITS_WAY:
                raise OnItsWay(since + _ON_ITS_WAY)
            found = await self._find_post(channel, message.get("thread_ts"), entry, since=since)
            if found is not None:
                return channel, found
        progress[name] = time.time()
        await claim.save(progress)
        metadata = {"event_type": _EVENT_TYPE, "event_payload": {"entry": entry}}
        try:
            answer = await _decided(self._client.chat_postMessage(channel=channel, metadata=metadata, **message))
        except SlackApiError:
            del progress[name]  # it was refused, so nothing was done
            raise
        return str(answer.get("channel") or channel), str(answer.get("ts") or "")

    async def _posted(self, delivery: Delivery, posted_in: str, ts: str, *, since: float) -> Settlement:
        """What is known once it is there; ``posted_in`` is a direct message's channel where it went to a person."""
        DELIVERED.labels("channel", "sent").inc()
        channel, ticket = delivery.channel, delivery.card_of
        if ticket is None or not ts:
            return _settled("done", ts=ts)
        # What happened to the ticket while its card was not there yet has not changed the card.
        update = upkeep(f"card:posted:{channel}:{ts}", channel, ticket)
        keep = posted(channel, ticket, ts, delivery.thread, delivery.message)
        here = link_of_card(posted_in, ticket, ts, delivery.thread, at=float(ts))
        own = await Links(self._ledger).of_thread(here.thread)
        # A thread that is another ticket's stays that one's: what is said there must not change whom it reaches.
        kept = linking(here) if own is None or own.ticket == ticket else following(here)
        then = [update, look(ticket, because=f"card:{channel}:{ts}")]
        if delivery.thread and own is None and not channel.startswith("D"):
            then.append(order(f"card:{channel}:{ts}:earlier", "earlier", here.thread, delivery.user, ""))
        if time.time() - since > _UNHEARD:  # what was said below it meanwhile was heard by nobody
            then.append(catch_up(here.thread, because=f"card:{ts}"))
        return _settled("done", keep=(keep, *kept), then=tuple(then), ts=ts)

    async def _find_post(self, channel: str, thread: str | None, entry: int, *, since: float) -> str | None:
        """The ``ts`` of the post if it is there; empty where it cannot be looked for, so that it is not repeated.

        Raises:
            Unclear: Slack does not tell, now.
        """
        query: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{since - _AROUND:.6f}",
            "latest": f"{since + _AROUND:.6f}",
            "include_all_metadata": True,
            "limit": 200,
        }
        while True:
            try:
                if thread:
                    answer = await self._client.conversations_replies(ts=thread, **query)
                else:
                    answer = await self._client.conversations_history(**query)
            except SlackApiError as error:
                if code_of(error) in {"missing_scope", "not_in_channel", "channel_not_found", "thread_not_found"}:
                    log.warning("delivery.cannot_look", channel=channel, code=code_of(error))
                    return ""
                raise Unclear from error
            for message in answer.get("messages") or ():
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("entry") == entry:
                    return str(message.get("ts") or "")
            query["cursor"] = (answer.get("response_metadata") or {}).get("next_cursor")
            if not answer.get("has_more") or not query["cursor"]:
                return None

    async def _around(self, entry: Entry, delivery: Delivery, claim: Claim, progress: dict[str, Any]) -> Settlement:
        """Where the bot may not post: through the ``response_url``, else as a direct message to the person."""
        why = partial(reason_of, progress["around"], direct=delivery.channel.startswith("D"))
        here, there = (noted(delivery.message, why(each)) for each in ("this channel", f"<#{delivery.channel}>"))
        if await self._respond(delivery.answers, {"response_type": "in_channel", **here}, claim, progress):
            return _settled("done", way="response_url")
        return await self._direct(entry, delivery.model_copy(update={"message": there}), claim, progress)

    # To one person ---------------------------------------------------------------------------------------------------

    async def _to_person(self, entry: Entry, delivery: Delivery, claim: Claim, progress: dict[str, Any]) -> Settlement:
        if await self._respond(delivery.answers, {"response_type": "ephemeral", **delivery.message}, claim, progress):
            return _settled("done", way="response_url")
        if "ephemeral" not in progress:
            progress["ephemeral"] = True
            await claim.save(progress)
            try:
                thread: dict[str, Any] = {"thread_ts": delivery.thread} if delivery.thread else {}
                await _decided(
                    self._client.chat_postEphemeral(
                        channel=delivery.channel, user=delivery.user, **thread, **delivery.message
                    )
                )
            except Unclear:
                return _settled("done", way="ephemeral", certain=False)
            except SlackApiError as error:
                if code_of(error) == RATE_LIMITED:
                    del progress["ephemeral"]
                    raise
            else:
                DELIVERED.labels("person", "sent").inc()
                return _settled("done", way="ephemeral")
        return await self._direct(entry, delivery, claim, progress)

    async def _direct(self, entry: Entry, delivery: Delivery, claim: Claim, progress: dict[str, Any]) -> Settlement:
        """The last way: there is none after it, so this one is looked for like a post in a channel."""
        if "room" not in progress and (room := await self._room(delivery.user)):
            progress["room"] = room
        channel = progress.get("room", delivery.user)  # a person's id takes messages as well, and shows none
        await self._once(entry.id, "direct", channel, delivery.message, claim, progress)
        DELIVERED.labels("direct", "sent").inc()
        return _settled("done", way="direct")

    async def _room(self, user: str) -> str | None:
        """The channel of the direct messages with somebody, unless Slack does not say it."""
        try:
            answer = await self._client.conversations_open(users=user)
        except NOT_DONE as error:
            log.warning("delivery.no_room", user=user, error=type(error).__name__)
            return None
        return str(answer["channel"]["id"])

    async def _respond(self, answers: str, body: Mapping[str, Any], claim: Claim, progress: dict[str, Any]) -> bool:
        """Use the action's ``response_url`` once more, if it still has one; whether it was used."""
        if not answers or "responded" in progress:
            return False  # an attempt that died may have used it: rather told twice than not at all
        kept = await self._ledger.kept(RESPONSE_URLS, answers)
        if kept is None or not allowed(kept["url"], self._hosts):
            return False
        progress["responded"] = True
        await claim.save(progress)
        try:
            answer = await webhook(kept["url"], session=self._session).send_dict(dict(body))
        except aiohttp.ClientConnectorError:
            del progress["responded"]
            raise
        except (aiohttp.ClientError, TimeoutError):
            return True  # it may have been shown, and cannot be looked for
        if answer.status_code != 200:
            progress["responded"] = False
            await self._ledger.forget(RESPONSE_URLS, answers)
            return False
        await self._used(answers, kept)
        DELIVERED.labels("response_url", "sent").inc()
        return True

    async def _used(self, answers: str, kept: dict[str, Any]) -> None:
        left = kept["uses"] - 1
        if left <= 0:
            await self._ledger.forget(RESPONSE_URLS, answers)
        else:
            expires = datetime.fromtimestamp(kept["expires"], UTC)
            await self._ledger.keep(Kept(RESPONSE_URLS, answers, kept | {"uses": left}, expires))


def keep_response_url(marker: str, url: str, now: datetime) -> Kept:
    """A ``response_url`` as the ledger keeps it."""
    expires = now + RESPONSE_URL_LIFE
    value = {"url": url, "uses": RESPONSE_URL_USES, "expires": expires.timestamp()}
    return Kept(RESPONSE_URLS, marker, value, expires)


def allowed(url: str, hosts: frozenset[str]) -> bool:
    """Whether that address may be given what Slack may be given."""
    host = urlsplit(url).hostname or ""
    return any(host == each or host.endswith(f".{each}") for each in hosts)


async def _decided(call: Any) -> Any:
    """Slack's answer.

    Raises:
        SlackApiError: it said no.
        Unclear: it may have been done.
        ClientConnectorError: it was not reached.
    """
    try:
        return await call
    except SlackApiError as error:
        if code_of(error) in OWN_FAILURES:
            raise Unclear from error
        raise
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Unclear from error


def _settled(state: Any, *, keep: tuple[Kept, ...] = (), then: tuple[NewEntry, ...] = (), **outcome: Any) -> Settle:
    return Settle(state=state, outcome={"state": state, **outcome}, keep=keep, then=then)
