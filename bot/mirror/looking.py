"""Looks at a ticket, and has its threads told what has happened since the last look.

What is known, and what is told because of it, are written down in one transaction: so nothing is told twice or lost,
whenever the process dies. Besides, what is told has a key of its own for each thread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
from bot.mirror.entries import Look, look, look_lane, look_now
from bot.mirror.flooding import Flow, let_through
from bot.mirror.holding import Held, hold
from bot.mirror.links import Link, Links
from bot.mirror.news import is_customers, of_followup, of_update
from bot.mirror.policy import ChannelPolicy, Policies
from bot.mirror.told import Refresh, Surroundings, Tell, Telling, Told
from bot.outcomes import Scheduled, TicketView, Update

log = structlog.get_logger()

MIRRORED = "mirrored"
"""Under which the ledger keeps what is known of a linked ticket."""

PATIENCE = timedelta(hours=24)


@dataclass(frozen=True)
class _Read:
    """What was read for a look."""

    view: TicketView
    listed: Sequence[Scheduled] | None
    open: tuple[int, ...]
    """The actions that were not over before that: what they do may not be in it yet."""
    settle_after: float


@dataclass(frozen=True)
class _Seen:
    """One look's findings, before anybody is told."""

    view: TicketView
    fresh: tuple[Update, ...]
    held_back: tuple[Update, ...]
    authors: Mapping[str, Entry | None]
    """The entry that wrote an update or made a follow-up, by the name of that; None where it is forgotten."""
    changed: Mapping[str, tuple[str | None, str | None]]
    followups: tuple[Scheduled, ...]


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
        try:
            view = await helpdesk.show(job.ticket, updates=True)
            listed = await helpdesk.followups(job.ticket)
        except TicketNotFound:
            view = None
        except (Unavailable, RateLimited) as error:
            return _later(entry, now, error)
        except (HelpdeskError, UserError) as error:
            log.error("look.failed", ticket=str(job.ticket), error=type(error).__name__)
            return _settled("failed")
        try:
            if view is None:
                return await self._gone(job, links, known, now, covers)
            read = _Read(view, listed, unfinished, helpdesk.settle_after)
            return await self._compared(entry, job, links, known, read, now, covers)
        except Unavailable as error:
            return _later(entry, now, error)

    async def _compared(
        self,
        entry: Entry,
        job: Look,
        links: Sequence[Link],
        known: Known | None,
        read: _Read,
        now: datetime,
        covers: int,
    ) -> Settlement:
        view, listed = read.view, read.listed
        active = [each for each in await self._actions(job.ticket) if comparing.has_begun(each, now)]
        lately = await self._lately(job.ticket, known) if known else []
        fresh = view.updates if job.resync else comparing.fresh(view, known)
        if job.resync:
            fresh = tuple(
                each for each in fresh if not each.draft and each.posted_at and each.posted_at > now - self._back
            )
        scheduled = comparing.new_followups(known, listed)
        authors = await self._authors(fresh, scheduled, [each for each in lately if comparing.lost_its_id(each)])
        unknown = [each for each in fresh if comparing.name_of(each) not in authors]
        writers = {comparing.name_of(each): [it for it in active if comparing.might_be(each, [it])] for each in unknown}
        doubtful = {name: any(it.state == "unsure" for it in found) for name, found in writers.items() if found}
        before = known.held if known else Held()
        held = hold(doubtful, before, now, settle_after=read.settle_after, asked=entry.due)
        held_back = tuple(each for each in unknown if comparing.name_of(each) in held.since)
        properties = comparing.properties_of(view)
        ours = [each for each in lately if comparing.has_begun(each, now)]
        changed = comparing.changes(known.properties, properties, ours) if known else {}
        seen = _Seen(
            view, tuple(each for each in fresh if each not in held_back), held_back, authors, changed, scheduled
        )
        flows: dict[str, Flow] = {}
        then: list[NewEntry] = []
        for link in links:
            telling, flow = await self._telling(entry, link, known, seen, now, resync=job.resync)
            flows[link.thread.key] = flow
            then += self._tell(telling) if telling.told else ()
        told = len(then)
        wakes = [flow.until for flow in flows.values() if flow.until is not None]
        if held.again and held.again != before.again:
            due = datetime.fromtimestamp(held.again, UTC)
            then.append(look(job.ticket, because=f"again:{entry.id}", due=due))
        if wakes:
            due = datetime.fromtimestamp(min(wakes), UTC) + timedelta(seconds=1)
            then.append(look(job.ticket, because=f"quiet:{int(min(wakes))}", due=due))
        if changed or job.resync or (known is not None and known.properties != properties):
            then += await self._refresh(job.ticket, f"look:{entry.id}")
        after = max(entry.id, known.after if known else 0)
        state = Known(
            at=now.timestamp(),
            seen=comparing.seen_after(known, view, held_back),
            properties=properties,
            followups=None if listed is None else tuple(each.id for each in listed),
            covers=covers,
            after=after,
            open=tuple(id_ for id_ in read.open if id_ <= after),
            flows=flows,
            held=held,
        )
        if known is None:  # it is linked since a moment ago, so somebody is at it
            await look_now(self._ledger, job.ticket.helpdesk)
        return Settle(
            state="done",
            outcome={"how": "compared", "updates": len(view.updates), "told": told, "held_back": len(held_back)},
            then=tuple(then),
            keep=(Kept(MIRRORED, _key(job.ticket), state.model_dump(mode="json")),),
        )

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
        names = [comparing.name_of(each) for each in updates] + [f"followup:{each.id}" for each in followups]
        holders = await self._ledger.holders(names)
        found: dict[str, Entry | None] = {name: await self._ledger.get(id_) for name, id_ in holders.items()}
        for each in updates:
            if comparing.name_of(each) not in found and comparing.might_be(each, without_ids):
                writers = [entry for entry in without_ids if comparing.might_be(each, [entry])]
                found[comparing.name_of(each)] = writers[0]
        return found

    async def _telling(
        self, entry: Entry, link: Link, known: Known | None, seen: _Seen, now: datetime, *, resync: bool
    ) -> tuple[Telling, Flow]:
        """What one thread is told, and how much has gone into it then."""
        channel, ticket = link.thread.channel, seen.view.ticket
        policy = self._policies.of(channel)
        shared = await self._surroundings.shared(channel)
        reader = await self._surroundings.alone(channel)
        told = [
            await of_update(each, policy, discreet=shared)
            for each in seen.fresh
            if self._is_for(each, link, None if resync else known, policy, seen, shared=shared, reader=reader)
        ]
        if "changes" in policy.shows and (line := comparing.sentence(seen.changed, discreet=shared)):
            told.append(Told(key=f"changes:{entry.id}", kind="changes", text=line))
        if "followups" in policy.shows and not shared:  # what one does is in somebody's words
            told += [of_followup(each) for each in seen.followups if not _is_echo(f"followup:{each.id}", seen, link)]
        telling = Telling(
            thread=link.thread,
            ticket=ticket,
            url=seen.view.url,
            told=tuple(told),
            discreet=shared,
            not_before=policy.quiet.until(now) if policy.quiet else None,
        )
        if resync:
            telling = replace(telling, told=await self._untold(telling))
        flow = known.flows.get(link.thread.key, Flow()) if known else Flow()
        out, flow = let_through(flow, telling.told, now)
        return replace(telling, told=out), flow

    def _is_for(
        self,
        update: Update,
        link: Link,
        known: Known | None,
        policy: ChannelPolicy,
        seen: _Seen,
        *,
        shared: bool,
        reader: str | None,
    ) -> bool:
        if update.private:
            wanted = "notes" in policy.shows and policy.internal and not shared
        else:
            wanted = ("replies" if is_customers(update) else "staff") in policy.shows
        own = reader is not None and (update.email or "").casefold() == reader.casefold()
        echo = _is_echo(comparing.name_of(update), seen, link)
        return wanted and not own and not echo and comparing.since_linked(update, link, known)

    async def _untold(self, telling: Telling) -> tuple[Told, ...]:
        """What of this is not on its way to the thread, and never got there."""
        missing = []
        for each in telling.told:
            first = next(iter(self._tell(replace(telling, told=(each,)))), None)
            if first is not None and await self._ledger.live(first.key) is None:
                missing.append(each)
        return tuple(missing)

    async def _gone(
        self, job: Look, links: Sequence[Link], known: Known | None, now: datetime, covers: int
    ) -> Settlement:
        """The ticket is not there: its threads hear so once."""
        state = (known or Known(at=now.timestamp())).model_copy(update={"gone": True, "covers": covers})
        then: list[NewEntry] = []
        if known is not None and not known.gone:
            text = (
                f"{job.ticket.ref} is not there any more, or the bot may not see it: nothing is mirrored until it is."
            )
            for link in links:
                told = (Told(key=f"gone:{int(known.at)}", kind="gone", text=text),)
                shared = await self._surroundings.shared(link.thread.channel)
                then += self._tell(Telling(link.thread, job.ticket, None, told, discreet=shared))
        keep = (Kept(MIRRORED, _key(job.ticket), state.model_dump(mode="json")),)
        return Settle(state="done", outcome={"how": "gone", "told": len(then)}, then=tuple(then), keep=keep)


def _is_echo(name: str, seen: _Seen, link: Link) -> bool:
    if name not in seen.authors:
        return False
    writer = seen.authors[name]
    return writer is None or comparing.is_echo(writer, link.thread)


def _key(ticket: Ticket) -> str:
    return f"{ticket.helpdesk}/{ticket.ref}"


def _lane(ticket: Ticket) -> str:
    return f"{ticket.helpdesk}:{ticket.ref}"


def _later(entry: Entry, now: datetime, error: Exception) -> Settlement:
    if now - entry.received_at > PATIENCE:
        return _settled("failed")
    wait = (
        timedelta(seconds=error.retry_after)
        if isinstance(error, RateLimited)
        else min(backoff(entry.attempts), timedelta(minutes=1))
    )
    return Later(at=now + wait, note={"reason": "unavailable"})


def _settled(how: str) -> Settle:
    outcome: dict[str, Any] = {"how": how}
    return Settle(state="failed" if how == "failed" else "done", outcome=outcome)
