"""Linking a thread to a ticket, undoing it, and bringing along what was said before: entries that need the network."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.actions import Ticket
from bot.actions.commands import Command
from bot.dispatch import Dispatcher, Job
from bot.dispatch.forms import Form
from bot.dispatch.people import Directory
from bot.errors import HelpdeskError, Unavailable, UserError
from bot.ledger import Claim, Entry, Kept, NewEntry, Settle, Settlement
from bot.mirror.entries import catch_up, look
from bot.mirror.links import Link, Links, Thread, linking
from bot.mirror.messages import Said
from bot.mirror.policy import Policies
from bot.outcomes import Rejected
from bot.slack.blocks import actions, button
from bot.slack.messages import Message, say
from bot.slack.outbox import to_channel, to_person
from bot.slack.refusals import NOT_DONE, PASSING, code_of, next_try, pause_of
from bot.slack.text import counted, escape, inline, link
from bot.slack.threads.events import PAGE, read_reply
from bot.slack.threads.mirrored import mirrored, undoable
from bot.slack.threads.orders import order
from bot.slack.threads.recalling import recall, unlinked
from bot.slack.threads.speaking import is_begun, problem

log = structlog.get_logger()

BRING = "thread.bring"
"""The ``action_id`` of the button that brings earlier replies along; its value is the thread."""

_PATIENCE = timedelta(hours=1)
_FEW = 10
"""Messages of a thread that are looked at to know whether anything was said in it."""
_PROMPT = 1.0
"""Seconds for which is waited to know whether a reply may be written, before its author is told anyway."""
_BECOMES = {
    "private": "replies here become internal notes on it, and go to the customer if they begin with `reply:`",
    "public": "replies here go to its customer, and stay internal if they begin with `note:`",
    "ask": "for each reply here I ask its author where it goes",
    "off": "only replies that begin with `note:` or `reply:` go there",
}
_BECOMES_PUBLIC = {
    "private": "replies here that begin with `reply:` go to its customer, and nothing else goes there",
    "public": "replies here go to its customer, unless they begin with `note:`: those stay in Slack",
    "ask": "for each reply here I ask its author whether it goes to the customer",
    "off": "only replies that begin with `reply:` go there",
}
"""The same where a helpdesk has no internal notes."""


def offer(said: Said, policies: Policies) -> list[NewEntry]:
    """Have the author of a reply told that it is about to go out, and offered to take it back."""
    if round(policies.undo.total_seconds()) <= 0:
        return []
    key = f"{said.key}:offer:{said.edited or ''}"
    ordered = order(key, "offer", said.thread, said.user, said.team, reply=said.key)
    return [replace(ordered, lane=key)]  # it is of no use later, so it waits for nothing


class Linking:
    """Performs what was ordered about threads."""

    def __init__(
        self, client: AsyncWebClient, dispatcher: Dispatcher, directory: Directory, links: Links, policies: Policies
    ) -> None:
        self._client = client
        self._dispatcher = dispatcher
        self._directory = directory
        self._links = links
        self._policies = policies

    async def perform(self, entry: Entry, claim: Claim) -> Settlement:  # noqa: ARG002 - all of it can be repeated
        """Do it, or say why not."""
        thread = Thread(channel=entry.origin["channel"], ts=entry.origin["thread"])
        try:
            match entry.body["do"]:
                case "link":
                    return await self._link(entry, thread)
                case "unlink":
                    return await self._unlink(entry, thread)
                case "offer":
                    return await self._offer(entry)
                case "earlier":
                    return await self._earlier(entry, thread)
                case "recall":
                    return await self._recall(entry, thread)
                case _:
                    return await self._bring(entry, thread)
        except UserError as error:
            return _settled("rejected", then=(_to_asker(entry, say(f"⚠️ {escape(str(error))}")),))
        except (Unavailable, *NOT_DONE) as error:
            return self._later(entry, error)
        except HelpdeskError as error:
            log.error("thread.failed", entry=entry.id, error=str(error))
            text = f"⚠️ That failed, and it is not your fault. The log has it as entry *{entry.id}*."
            return _settled("failed", then=(_to_asker(entry, say(text)),))

    async def _link(self, entry: Entry, thread: Thread) -> Settlement:
        ticket = Ticket(helpdesk=entry.body["helpdesk"], ref=entry.body["ref"])
        here = await self._links.of_thread(thread)
        if here is not None and here.ticket == ticket and entry.body.get("added"):
            return _settled("done")  # nobody asked for the link as such
        if here is not None and here.ticket == ticket:
            raise UserError(f"This thread belongs to {ticket.ref} already.")
        if here is not None:
            raise UserError(f"This thread belongs to {here.ticket.ref}; say «unlink» to me here first.")
        await self._see(ticket, entry)
        helpdesk = self._dispatcher.desks[ticket.helpdesk].helpdesk
        made = Link(thread=thread, ticket=ticket, since=entry.received_at.timestamp(), by=entry.origin["user"])
        becomes = (_BECOMES if helpdesk.takes_notes else _BECOMES_PUBLIC)[self._policies.of(thread.channel).replies]
        text = f"🔗 This thread belongs to {link(helpdesk.url(ticket.ref), ticket.ref)} now: {becomes}."
        # What was said while this waited was heard by nobody.
        missed = catch_up(thread, because=f"linked:{entry.id}")
        then = [_public(entry, say(text)), missed, look(ticket, because=f"linked:{entry.id}")]
        then += await self._offered(entry, made)
        if lacking := helpdesk.mirror_lacks():
            then.append(_to_asker(entry, say(f"ℹ️ {escape(lacking)}"), "lacks"))
        return _settled("done", keep=linking(made), then=tuple(then))

    async def _earlier(self, entry: Entry, thread: Thread) -> Settlement:
        """The same for a thread that became a ticket's because it was opened there."""
        here = await self._links.of_thread(thread)
        return _settled("done", then=tuple(await self._offered(entry, here)) if here is not None else ())

    async def _offered(self, entry: Entry, made: Link) -> list[NewEntry]:
        """The offer to bring earlier replies along, if there are any."""
        if not self._dispatcher.desks[made.ticket.helpdesk].helpdesk.takes_notes:
            return []
        if not await self._has_earlier(made, entry.body.get("said")):
            return []
        earlier = say(
            "Shall the earlier replies of this thread come along, as internal notes?",
            actions(button("Bring them along", BRING, made.thread.key)),
        )
        return [_to_asker(entry, earlier, "earlier")]

    async def _see(self, ticket: Ticket, entry: Entry) -> None:
        """Raise UserError where there is no such ticket, or whoever asks may not see it."""
        command = Command(action="view", ref=ticket.ref, helpdesk=ticket.helpdesk)
        await self._dispatcher.show(command, ticket.helpdesk, entry.origin["user"], entry.origin["channel"])

    async def _unlink(self, entry: Entry, thread: Thread) -> Settlement:
        here = await self._links.of_thread(thread)
        if (await self._directory.profile(entry.origin["user"])).foreign:
            raise UserError("Threads are linked and unlinked by people of this organisation.")
        if here is None:
            raise UserError("This thread belongs to no ticket.")
        text = f"✂️ This thread does not belong to {inline(here.ticket.ref)} any more: nothing goes there from here."
        origin, ticket = entry.origin, here.ticket.model_dump(mode="json")
        waiting = order(f"{entry.key}:recall", "recall", thread, origin["user"], origin["team"], ticket=ticket)
        forget = await self._links.rows(here)
        keep = (unlinked(thread, entry.received_at, datetime.now(UTC)),)
        return _settled("done", keep=keep, forget=forget, then=(_public(entry, say(text)), waiting))

    async def _offer(self, entry: Entry) -> Settlement:
        """Offer to take a reply back; one that will be refused because of who wrote it is refused now."""
        ledger = self._links.ledger
        reply = await ledger.live(entry.body["reply"])
        if reply is None or is_begun(reply) or reply.body["form"]["action"] != "reply":
            return _settled("done")
        certain = True
        try:
            async with asyncio.timeout(max(_PROMPT, self._policies.undo.total_seconds() / 5)):
                await self._dispatcher.admit(_job(reply))
        except UserError as error:
            refused = Rejected(code=error.code, message=str(error))
            await ledger.discard(reply.id, "refused", then=problem(reply, refused))
            return _settled("done")
        except (HelpdeskError, TimeoutError):
            certain = False
        return _settled("done", then=(undoable(reply, self._policies, certain=certain),))

    async def _recall(self, entry: Entry, thread: Thread) -> Settlement:
        """Take back what was on its way when the thread was unlinked."""
        ticket, again = Ticket.model_validate(entry.body["ticket"]), await self._links.of_thread(thread)
        since = again.since if again is not None and again.ticket == ticket else None
        await recall(self._links.ledger, thread, ticket, since=since)
        return _settled("done")

    async def _has_earlier(self, made: Link, said: str | None) -> bool:
        thread = made.thread
        try:
            answer = await self._client.conversations_replies(
                channel=thread.channel, ts=thread.ts, latest=f"{made.since:.6f}", limit=_FEW
            )
            me = str((await self._client.auth_test())["user_id"])
        except NOT_DONE:
            return True  # offering too much costs nothing
        messages = [each for each in answer.get("messages") or () if each.get("ts") not in {thread.ts, said}]
        return any(read_reply(each, team="", channel=thread.channel, me=me) is not None for each in messages)

    async def _bring(self, entry: Entry, thread: Thread) -> Settlement:
        """Record a page of earlier replies, each once, and go on with the next page."""
        here = await self._links.of_thread(thread)
        if here is None:
            raise UserError("This thread belongs to no ticket any more.")
        await self._see(here.ticket, entry)
        query: dict[str, Any] = {"limit": PAGE} | ({"cursor": entry.body["cursor"]} if "cursor" in entry.body else {})
        answer = await self._client.conversations_replies(
            channel=thread.channel, ts=thread.ts, latest=f"{here.since:.6f}", **query
        )
        me, team = str((await self._client.auth_test())["user_id"]), entry.origin["team"]
        replies = [read_reply(each, team=team, channel=thread.channel, me=me) for each in answer.get("messages") or ()]
        brought = [await self._brought(entry, each, here) for each in replies if each and float(each.ts) < here.since]
        count = entry.body.get("count", 0) + len(brought)
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if cursor and answer.get("has_more"):
            page = entry.body.get("page", 1) + 1
            key = f"{entry.key.partition('#')[0]}#{page}"
            user, team = entry.origin["user"], entry.origin["team"]
            more = order(key, "bring", thread, user, team, cursor=cursor, count=count, page=page)
            return _settled("done", then=(*brought, more))
        text = f"📥 {counted(count, 'earlier reply comes', 'earlier replies come')} along as internal notes."
        return _settled("done", then=(*brought, _to_asker(entry, say(text), "brought")))

    async def _brought(self, entry: Entry, said: Said, here: Link) -> NewEntry:
        """An earlier reply as a note by whoever brings it along, with the name of whoever said it."""
        profile = await self._directory.profile(said.user)
        at = datetime.fromtimestamp(float(said.ts), UTC)
        lead = f"{profile.name or 'Somebody'} wrote in Slack on {at:%d %b %Y at %H:%M} UTC:\n\n"
        mine = said.model_copy(update={"user": entry.origin["user"]})
        return mirrored(mine, here, "private", said.text, self._policies, datetime.now(UTC), lead=lead)

    @staticmethod
    def _later(entry: Entry, error: Exception) -> Settlement:
        wait = None
        if isinstance(error, SlackApiError):
            if (code := code_of(error)) not in PASSING:
                text = f"⚠️ Slack does not let me see this thread ({inline(code)}); `/invite` me to the channel."
                return _settled("rejected", then=(_to_asker(entry, say(text)),))
            wait = pause_of(error)
        if later := next_try(entry, "unavailable", patience=_PATIENCE, wait=wait):
            return later
        text = "⚠️ That could not be done for an hour, so I gave up; please ask again."
        return _settled("failed", then=(_to_asker(entry, say(text)),))


def _job(reply: Entry) -> Job:
    """A reply as dispatch judges its author."""
    return Job(
        marker=reply.body["marker"],
        helpdesk=reply.body["helpdesk"],
        slack_user=reply.origin["user"],
        channel=reply.origin["channel"],
        received_at=reply.received_at,
        command=None,
        form=Form.model_validate(reply.body["form"]),
        as_contact=bool(reply.body["thread"].get("contacts")),
    )


def _public(entry: Entry, message: Message) -> NewEntry:
    return to_channel(f"{entry.key}:done", message, entry.origin, answers="", card_of=None, about=None)


def _to_asker(entry: Entry, message: Message, what: str = "told") -> NewEntry:
    return to_person(f"{entry.key}:{what}", message, entry.origin, answers="")


def _settled(
    state: Literal["done", "rejected", "failed"],
    *,
    keep: tuple[Kept, ...] = (),
    forget: tuple[tuple[str, str], ...] = (),
    then: tuple[NewEntry, ...] = (),
) -> Settle:
    return Settle(state=state, outcome={"state": state}, keep=keep, forget=forget, then=then)
