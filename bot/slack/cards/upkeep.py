"""Keeps cards current: each change to a ticket sets off one look at it and at most one update for each of its cards.

An update shows the ticket as it is when its turn comes, so the last one wins and whatever was recorded before that
look is covered by it. Nothing is sent that would change nothing, and never more than Slack takes.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.actions import PostReply, Ticket
from bot.dispatch import Performed
from bot.errors import HelpdeskError, RateLimited, Unavailable, UserError
from bot.helpdesk import Helpdesk
from bot.ledger import Claim, Entry, Kept, Later, Ledger, NewEntry, Settle, Settlement, State
from bot.outcomes import Done, TicketView
from bot.slack.cards.face import Faces
from bot.slack.cards.facts import Book
from bot.slack.cards.places import CARDS, Upkeep, key_of, posting_key, shows, upkeep_of
from bot.slack.messages import Message, say
from bot.slack.outbox import to_channel, to_person
from bot.slack.pacing import Pace
from bot.slack.refusals import NOT_DONE, PASSING, UNANSWERED, code_of, next_try, pause_of
from bot.slack.text import inline, link

log = structlog.get_logger()

PER_MINUTE = 40
"""Updates of messages; Slack takes fifty a minute (chat.update is Tier 3, docs.slack.dev/apis/web-api/rate-limits)."""

_PATIENCE = timedelta(hours=1)
"""After that a card is left as it is until the next change."""
_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""The message cannot be updated any more: a new one takes its place."""

_POSTED: tuple[State, ...] = ("done", "unknown")


class Surroundings(Protocol):
    """What has to be known about where a card is."""

    async def shared(self, channel: str) -> bool:
        """Whether another organisation sees the channel."""


class Cards:
    """Brings cards up to date, and posts them where they are asked for."""

    def __init__(
        self, client: AsyncWebClient, ledger: Ledger, book: Book, faces: Faces, surroundings: Surroundings
    ) -> None:
        self._client = client
        self._ledger = ledger
        self._book = book
        self._faces = faces
        self._surroundings = surroundings
        self._pace = Pace(PER_MINUTE, name="chat.update", ledger=ledger)

    async def follow(self, entry: Entry, performed: Performed) -> tuple[NewEntry, ...]:
        """What has to be looked at again because of what was done: each of the ticket's cards."""
        if not isinstance(performed.result, Done) or _is_note(performed):
            return ()
        return await self.changed(performed.result.receipt.ticket, because=f"{entry.body['marker']}:{entry.attempts}")

    async def changed(self, ticket: Ticket, *, because: str) -> tuple[NewEntry, ...]:
        """The same for a change that is known by another name."""
        return await upkeep_of(self._ledger, ticket, because=because)

    async def perform(self, entry: Entry, claim: Claim) -> Settlement:  # noqa: ARG002 - an update can be repeated
        """Bring one card up to date."""
        job = Upkeep.model_validate(entry.body)
        key = key_of(job.channel, job.ticket)
        card = await self._ledger.kept(CARDS, key)
        if not job.share and (card is None or card.get("covers", 0) >= entry.id):
            return _settled("nothing to do")
        latest = await self._ledger.find(lane=entry.lane, limit=1)
        try:
            view = await self._helpdesk(job.ticket).show(job.ticket)
        except UserError as error:
            return _settled("gone", then=self._to_asker(entry, say(f"⚠️ {inline(str(error))}")))
        except RateLimited as error:
            return self._later(entry, "helpdesk", wait=timedelta(seconds=error.retry_after))
        except Unavailable:
            return self._later(entry, "helpdesk")
        except HelpdeskError as error:
            log.error("card.no_ticket", ticket=str(job.ticket), error=str(error))
            return _settled("failed")
        message = await self._message(view, job)
        if card is None:
            return _settled("posting", then=await self._post(entry, job, message, {}))
        covers = card | {"covers": max([entry.id, *(each.id for each in latest)])}
        return await self._update(entry, job, message, card, Kept(CARDS, key, covers))

    async def _update(
        self, entry: Entry, job: Upkeep, message: Message, card: dict[str, Any], covers: Kept
    ) -> Settlement:
        arguments = message.arguments()
        digest = shows(arguments)
        if card.get("shows") == digest and not job.share:
            return _settled("current", keep=(covers,))
        turn = entry.progress.get("turn")
        if turn is None or not self._pace.good(turn):
            turn = await self._pace.reserve()
        if (due := datetime.fromtimestamp(turn, UTC)) > datetime.now(UTC):
            return Later(due, note={"reason": "pace"}, progress={"turn": turn}, tried=False)
        try:
            await self._client.chat_update(channel=job.channel, ts=card["ts"], parse="none", **arguments)
        except SlackApiError as error:
            code = code_of(error)
            if code in _GONE:
                return _settled("posting", then=await self._post(entry, job, message, card))
            if code in PASSING:
                return self._later(entry, code, wait=pause_of(error))
            log.warning("card.refused", channel=job.channel, ticket=str(job.ticket), code=code)
            return _settled(code)
        except UNANSWERED:
            return self._later(entry, "slack")
        kept = Kept(CARDS, covers.key, {**covers.value, "shows": digest})
        where = self._to_asker(entry, await self._where(job, card)) if job.share else ()
        return _settled("updated", keep=(kept,), then=where)

    async def _message(self, view: TicketView, job: Upkeep) -> Message:
        try:
            discreet = await self._surroundings.shared(job.channel)
        except Unavailable:
            discreet = True
        return self._faces.card(view, await self._book.facts(job.ticket), discreet=discreet)

    async def _post(self, entry: Entry, job: Upkeep, message: Message, gone: dict[str, Any]) -> tuple[NewEntry, ...]:
        """The delivery of a new card."""
        key = posting_key(job.channel, job.ticket, gone=gone.get("ts", "first"))
        if job.share and await self._ledger.find(key=key, states=_POSTED, limit=1):
            card = await self._ledger.kept(CARDS, key_of(job.channel, job.ticket)) or {}
            if card.get("ts") != gone.get("ts"):
                return self._to_asker(entry, await self._where(job, card))
            key = f"{key}:{entry.id}"  # it went out where no message can be updated, and is wanted once more
        origin = entry.origin or {"channel": job.channel, "user": "", "thread": gone.get("thread")}
        return (to_channel(key, message, origin, answers="", card_of=job.ticket, about=None),)

    async def _where(self, job: Upkeep, card: dict[str, Any]) -> Message:
        """That the card is in the channel already."""
        try:
            answer = await self._client.chat_getPermalink(channel=job.channel, message_ts=card["ts"])
        except NOT_DONE:
            place = "in this channel"
        else:
            place = link(answer.get("permalink"), "here")
        return say(f"The card of {inline(job.ticket.ref)} is {place} already; it shows the ticket as it is now.")

    @staticmethod
    def _to_asker(entry: Entry, message: Message) -> tuple[NewEntry, ...]:
        """Something for the person who asked, if it was a person."""
        if not entry.origin.get("user"):
            return ()
        return (to_person(f"{entry.key}:told", message, entry.origin, answers=""),)

    def _helpdesk(self, ticket: Ticket) -> Helpdesk:
        helpdesk = self._faces.helpdesks.get(ticket.helpdesk)
        if helpdesk is None:
            raise UserError(f"There is no helpdesk «{ticket.helpdesk}» any more.")
        return helpdesk

    def _later(self, entry: Entry, reason: str, *, wait: timedelta | None = None) -> Settlement:
        if later := next_try(entry, reason, patience=_PATIENCE, wait=wait, progress={}):
            return later
        return _settled("failed", then=self._to_asker(entry, say("⚠️ The card could not be posted; please try again.")))


def _is_note(performed: Performed) -> bool:
    """Whether it was an internal note: no card shows anything of those."""
    return isinstance(performed.action, PostReply) and performed.action.visibility == "private"


def _settled(how: str, *, keep: tuple[Kept, ...] = (), then: tuple[NewEntry, ...] = ()) -> Settle:
    return Settle(state="failed" if how == "failed" else "done", outcome={"how": how}, keep=keep, then=then)
