"""Looks at a ticket, and has its threads told what has happened since the last look.

What is known, and what is told because of it, are written down in one transaction; besides, what is told has a key of
its own for each thread. So whenever the process dies, nothing is told twice, and nothing goes missing by accident. On
purpose two things are not told: what a thread's policy leaves out, and what a flood brings (``flooding``), of which the
thread hears how much it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot.actions import Ticket
from bot.dispatch import backoff
from bot.errors import HelpdeskError, RateLimited, TicketNotFound, Unavailable, UserError
from bot.helpdesk import Helpdesk
from bot.ledger import Claim, Entry, Kept, Later, Ledger, NewEntry, Settle, Settlement
from bot.mirror import comparing
from bot.mirror.comparing import Known
from bot.mirror.entries import Look, look_lane, look_now
from bot.mirror.findings import Findings, Read, Round, known_after, looks_to_come
from bot.mirror.flooding import Flow, let_through
from bot.mirror.holding import Held, hold
from bot.mirror.links import Link, Links
from bot.mirror.news import is_customers, of_followup, of_update
from bot.mirror.policy import ChannelPolicy, Policies
from bot.mirror.tellings import News, Refresh, Surroundings, Tell, Telling
from bot.outcomes import Scheduled, TicketView, Update

log = structlog.get_logger()

MIRRORED = "mirrored"
"""Under which the ledger keeps what is known of a linked ticket."""

_PATIENCE = timedelta(hours=24)
"""After that a look is given up; the next one takes its place."""


class Looking:
    """Performs looks."""

    def __init__(
        self,
        ledger: Ledger,
        helpdesks: Mapping[str, Helpdesk],
        policies: Policies,
        surroundings: Surroundings,
        *,
        tell: Tell,
        refresh: Refresh,
        back: timedelta = timedelta(days=6),
    ) -> None:
        """``back`` says how far back everything is compared again: not longer than the ledger keeps what was told."""
        self._ledger = ledger
        self._helpdesks = helpdesks
        self._links = Links(ledger)
        self._policies = policies
        self._surroundings = surroundings
        self._tell = tell
        self._refresh = refresh
        self._back = back

    async def perform(self, entry: Entry, claim: Claim) -> Settlement:  # noqa: ARG002 - nothing is written anywhere
        """Look once."""
        job = Look.model_validate(entry.body)
        kept = await self._ledger.kept(MIRRORED, _key(job.ticket))
        known = Known.model_validate(kept) if kept else None
        if known is not None and known.covers >= entry.id and not job.resync and entry.due is None:
            return _settled("covered")
        links = await self._links.of_ticket(job.ticket)
        if not links:
            return Settle(state="done", outcome={"how": "not linked"}, forget=((MIRRORED, _key(job.ticket)),))
        helpdesk = self._helpdesks.get(job.ticket.helpdesk)
        if helpdesk is None:
            return _settled("no such helpdesk")
        covers = max(
            [entry.id, *(each.id for each in await self._ledger.in_lane(look_lane(job.ticket)) if not each.due)]
        )
        now = datetime.now(UTC)
        unfinished = tuple(each.id for each in await self._actions(job.ticket))
        this = Round(entry, job, links, known, now, covers, unfinished)
        try:
            read = await self._read(helpdesk, job.ticket)
            return await self._gone(this) if read is None else await self._compared(this, read)
        except (Unavailable, RateLimited) as error:
            return _later(entry, now, error)
        except (HelpdeskError, UserError) as error:
            log.error("look.failed", ticket=str(job.ticket), error=type(error).__name__)
            return _settled("failed")

    @staticmethod
    async def _read(helpdesk: Helpdesk, ticket: Ticket) -> Read | None:
        """What there is; ``None`` where there is no such ticket."""
        try:
            view = await helpdesk.show(ticket, updates=True)
            return Read(view, await helpdesk.followups(ticket), helpdesk.settle_after)
        except TicketNotFound:
            return None

    async def _compared(self, this: Round, read: Read) -> Settlement:
        """Have every thread told what is new for it, and keep what is known now."""
        ticket, known = this.job.ticket, this.known
        found = await self._findings(this, read)
        flows: dict[str, Flow] = {}
        messages: list[NewEntry] = []
        for link in this.links:
            telling, flow = await self._telling(this, link, found)
            flows[link.thread.key] = flow
            messages += self._tell(telling) if telling.news else ()
        then = [*messages, *looks_to_come(this, found.held, flows)]
        if found.changed or this.job.resync or (known is not None and known.properties != found.properties):
            then += await self._refresh(ticket, f"look:{this.entry.id}")
        if known is None:  # it is linked since a moment ago, so somebody is at it
            await look_now(self._ledger, ticket.helpdesk)
        outcome = {
            "how": "compared",
            "updates": len(read.view.updates),
            "told": len(messages),
            "held_back": len(found.held_back),
        }
        keep = (Kept(MIRRORED, _key(ticket), known_after(this, read, found, flows).model_dump(mode="json")),)
        return Settle(state="done", outcome=outcome, then=tuple(then), keep=keep)

    async def _findings(self, this: Round, read: Read) -> Findings:
        """What is new, and which of it the bot did or may have done."""
        ticket, known, now, view = this.job.ticket, this.known, this.now, read.view
        # What is under way is read before the ids that entries hold: one that learns its id in between is in both.
        under_way = [each for each in await self._actions(ticket) if comparing.has_begun(each, now)]
        lately = await self._lately(ticket, known) if known else []
        fresh = self._since_last_time(this, view)
        followups = comparing.new_followups(known, read.listed)
        authors = await self._authors(fresh, followups, [each for each in lately if comparing.lost_its_id(each)])
        unknown = [each for each in fresh if comparing.name_of(each) not in authors]
        writers = {
            comparing.name_of(each): [entry for entry in under_way if comparing.might_be(each, [entry])]
            for each in unknown
        }
        for each in followups:
            if (name := comparing.name_of_followup(each)) not in authors:
                writers[name] = [entry for entry in under_way if comparing.schedules(entry)]
        doubtful = {name: any(entry.state == "unsure" for entry in of) for name, of in writers.items() if of}
        before = known.held if known else Held()
        held = hold(doubtful, before, now, settle_after=read.settle_after, asked=this.entry.due)
        held_back = tuple(each for each in unknown if comparing.name_of(each) in held.since)
        properties = comparing.properties_of(view)
        ours = [each for each in lately if comparing.has_begun(each, now)]
        return Findings(
            view=view,
            fresh=tuple(each for each in fresh if each not in held_back),
            held_back=held_back,
            held=held,
            authors=authors,
            properties=properties,
            changed=comparing.changes(known.properties, properties, ours) if known else {},
            followups=tuple(each for each in followups if comparing.name_of_followup(each) not in held.since),
        )

    def _since_last_time(self, this: Round, view: TicketView) -> tuple[Update, ...]:
        """The updates that are new; all that may still be compared where that was asked for."""
        if not this.job.resync:
            return comparing.fresh(view, this.known)
        since = this.now - self._back
        return tuple(each for each in view.updates if not each.draft and each.posted_at and each.posted_at > since)

    async def _actions(self, ticket: Ticket) -> list[Entry]:
        """The actions of a ticket that are not over."""
        return [each for each in await self._ledger.in_lane(_lane(ticket)) if each.kind == "action"]

    async def _lately(self, ticket: Ticket, known: Known) -> list[Entry]:
        """The actions that earlier looks could not take into account."""
        found = {each.id: each for each in await self._ledger.find(lane=_lane(ticket), after_id=known.after, limit=200)}
        for id_ in known.open:
            if id_ not in found and (entry := await self._ledger.get(id_)) is not None:
                found[id_] = entry
        return list(found.values())

    async def _authors(
        self, updates: Sequence[Update], followups: Sequence[Scheduled], without_ids: Sequence[Entry]
    ) -> dict[str, Entry | None]:
        """Which entries wrote these."""
        names = [*map(comparing.name_of, updates), *map(comparing.name_of_followup, followups)]
        holders = await self._ledger.holders(names)
        found: dict[str, Entry | None] = {name: await self._ledger.get(id_) for name, id_ in holders.items()}
        for each in updates:
            if comparing.name_of(each) not in found and comparing.might_be(each, without_ids):
                writers = [entry for entry in without_ids if comparing.might_be(each, [entry])]
                found[comparing.name_of(each)] = writers[0]
        if makers := [entry for entry in without_ids if comparing.schedules(entry)]:
            found = {**{comparing.name_of_followup(each): makers[0] for each in followups}, **found}
        return found

    async def _telling(self, this: Round, link: Link, found: Findings) -> tuple[Telling, Flow]:
        """What one thread is told, and how much has gone into it then."""
        channel, known, resync = link.thread.channel, this.known, this.job.resync
        policy = self._policies.of(channel)
        shared = await self._surroundings.shared(channel)
        reader = await self._surroundings.alone(channel)
        news = [
            await of_update(each, policy, discreet=shared)
            for each in found.fresh
            if self._is_for(each, link, None if resync else known, policy, found, shared=shared, reader=reader)
        ]
        if "changes" in policy.shows and (line := comparing.sentence(found.changed, discreet=shared)):
            news.append(News(key=f"changes:{this.entry.id}", kind="changes", text=line))
        if "followups" in policy.shows and not shared:  # what one does is in somebody's words
            new = [each for each in found.followups if not found.is_echo(comparing.name_of_followup(each), link)]
            news += map(of_followup, new)
        telling = Telling(
            thread=link.thread,
            ticket=found.view.ticket,
            url=found.view.url,
            news=tuple(news),
            discreet=shared,
            not_before=policy.quiet.until(this.now) if policy.quiet else None,
        )
        if resync:
            telling = replace(telling, news=await self._untold(telling))
        flow = known.flows.get(link.thread.key, Flow()) if known else Flow()
        through, flow = let_through(flow, telling.news, this.now)
        return replace(telling, news=through), flow

    def _is_for(
        self,
        update: Update,
        link: Link,
        known: Known | None,
        policy: ChannelPolicy,
        found: Findings,
        *,
        shared: bool,
        reader: str | None,
    ) -> bool:
        if update.private:
            wanted = "notes" in policy.shows and policy.internal and not shared
        else:
            wanted = ("replies" if is_customers(update) else "staff") in policy.shows
        own = reader is not None and (update.email or "").casefold() == reader.casefold()
        echo = found.is_echo(comparing.name_of(update), link)
        return wanted and not own and not echo and comparing.since_linked(update, link, known)

    async def _untold(self, telling: Telling) -> tuple[News, ...]:
        """What of this is not on its way to the thread, and never got there."""
        missing = []
        for each in telling.news:
            first = next(iter(self._tell(replace(telling, news=(each,)))), None)
            if first is not None and await self._ledger.live(first.key) is None:
                missing.append(each)
        return tuple(missing)

    async def _gone(self, this: Round) -> Settlement:
        """The ticket is not there: its threads hear so once."""
        ticket, known = this.job.ticket, this.known
        state = (known or Known(at=this.now.timestamp())).model_copy(update={"gone": True, "covers": this.covers})
        then: list[NewEntry] = []
        if known is not None and not known.gone:
            text = f"{ticket.ref} is not there any more, or the bot may not see it: nothing is mirrored until it is."
            news = (News(key=f"gone:{int(known.at)}", kind="gone", text=text),)
            for link in this.links:
                shared = await self._surroundings.shared(link.thread.channel)
                then += self._tell(Telling(link.thread, ticket, None, news, discreet=shared))
        keep = (Kept(MIRRORED, _key(ticket), state.model_dump(mode="json")),)
        return Settle(state="done", outcome={"how": "gone", "told": len(then)}, then=tuple(then), keep=keep)


def _key(ticket: Ticket) -> str:
    return f"{ticket.helpdesk}/{ticket.ref}"


def _lane(ticket: Ticket) -> str:
    return f"{ticket.helpdesk}:{ticket.ref}"


def _later(entry: Entry, now: datetime, error: Exception) -> Settlement:
    if now - entry.received_at > _PATIENCE:
        return _settled("failed")
    if isinstance(error, RateLimited):
        wait = timedelta(seconds=error.retry_after)
        return Later(at=now + wait, note={"reason": "rate-limited"}, tried=False)
    wait = min(backoff(entry.attempts), timedelta(minutes=1))
    return Later(at=now + wait, note={"reason": "unavailable"})


def _settled(how: str) -> Settle:
    outcome: dict[str, Any] = {"how": how}
    return Settle(state="failed" if how == "failed" else "done", outcome=outcome)
