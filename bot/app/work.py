"""What the ledger's worker does with an entry: dispatch it, and record what is to be said about it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

import structlog

from bot.actions import AddFollowup
from bot.dispatch import Dispatcher, Job, Keep, Performed, Postponed, backoff
from bot.dispatch.forms import Form
from bot.errors import Unavailable
from bot.ledger import Ask, Claim, Entry, HeldElsewhere, Kept, Later, LedgerError, NewEntry, Settle, Settlement
from bot.mirror.links import Links, following
from bot.outcomes import Done, Failed, Outcome, Rejected, Unsure
from bot.slack.cards.facts import Book
from bot.slack.cards.upkeep import Cards
from bot.slack.forms.drafts import of_entry
from bot.slack.home.publishing import Homes
from bot.slack.intake import command_of, new_marker
from bot.slack.results import Results, said_by
from bot.slack.threads.speaking import is_said
from bot.slack.threads.withdrawing import Withdrawing, has_step
from bot.slack.threads.worded import Worded
from bot.telemetry import ERRORS, LATENCY, POSTPONED, SETTLED

log = structlog.get_logger()

_TRIES = 3
"""How often what breaks is tried before it counts as failed."""
_PAUSE = timedelta(seconds=2)

DOUBT_LASTS = timedelta(hours=24)
"""For how long a person is waited for who could say whether something was done."""


class _Withdrawn(Exception):
    """What was to be sent once more was taken back meanwhile."""

    def __init__(self, end: Settle) -> None:
        super().__init__("taken back")
        self.end = end


class Work:
    """Performs the ledger's actions."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        results: Results,
        book: Book,
        cards: Cards,
        homes: Homes,
        worded: Worded,
        withdrawing: Withdrawing,
        links: Links,
    ) -> None:
        self._dispatcher = dispatcher
        self._results = results
        self._book = book
        self._cards = cards
        self._homes = homes
        self._worded = worded
        self._withdrawing = withdrawing
        self._links = links

    async def perform(self, entry: Entry, claim: Claim) -> Settlement:
        """One try at one entry."""

        async def save(progress: dict[str, Any], holds: Sequence[str]) -> None:
            await claim.save(progress, tuple(holds))

        async def held(ids: Sequence[str]) -> set[str]:
            return await claim.held(tuple(ids))

        async def again() -> None:
            if end := await self._withdrawing.instead(entry):
                raise _Withdrawn(end)

        said = is_said(entry)
        if said and not has_step(entry) and (end := await self._withdrawing.instead(entry)):
            return end
        if said:
            try:
                entry = await self._worded.described(entry)
            except Unavailable:
                return Later(at=datetime.now(UTC) + backoff(entry.attempts), note={"reason": "slack"})
        job = await self._worded.job(entry, job_of(entry)) if said else job_of(entry)
        try:
            performed = await self._dispatcher.perform(job, dict(entry.progress), save, held, again if said else None)
        except _Withdrawn as withdrawn:
            return replace(withdrawn.end, then=(*withdrawn.end.then, *await self._shown(entry)))
        except HeldElsewhere:  # two entries found the same at the same time: look again, one of them was first
            return Later(at=datetime.now(UTC) + timedelta(seconds=1), note={"reason": "checking"})
        return await self._settlement(entry, performed)

    def bug(self, entry: Entry, error: BaseException) -> Settlement:
        """A perform that broke is tried a few times more; then the person gets the incident id that the log has.

        What broke it may be an answer that nobody foresaw, and pass; what was done meanwhile is found again.
        """
        incident = str(entry.body.get("marker") or uuid4().hex[:8])
        log.error("entry.bug", entry=entry.id, kind=entry.kind, incident=incident, exc_info=error)
        ERRORS.labels("bot", "bug").inc()
        if entry.attempts < _TRIES:
            return Later(at=datetime.now(UTC) + _PAUSE, note={"reason": "bug"})
        outcome = Failed(incident=incident, reason="bug")
        then = self._results.problem(entry, outcome) if entry.kind == "action" else ()
        return Settle(state="failed", outcome=outcome.model_dump(mode="json"), then=then)

    def expired(self, entry: Entry) -> Settle:
        """Nobody said whether it was done."""
        log.warning("entry.unknown", entry=entry.id)
        return Settle(state="unknown", outcome=entry.outcome or {"state": "unknown"})

    async def _settlement(self, entry: Entry, performed: Performed) -> Settlement:
        result = performed.result
        helpdesk = entry.body["helpdesk"]
        if isinstance(result, Postponed):
            POSTPONED.labels(helpdesk, result.reason).inc()
            shown = await self._shown(entry) if entry.attempts == 0 else ()
            note = {"reason": result.reason}
            if entry.note and "verdict" in entry.note:
                note["verdict"] = entry.note["verdict"]
            tried = result.reason != "rate-limited"
            return Later(at=result.at, note=note, progress=performed.progress, then=shown, tried=tried)
        then = await self._results.deliveries(entry, performed)
        if is_said(entry) and isinstance(result, Done):
            then = (*then, *await self._withdrawing.afterwards(entry))
        outcome = _json(result)
        if isinstance(result, Unsure):
            then = (*then, *await self._shown(entry))
            return Ask(outcome=outcome, until=datetime.now(UTC) + DOUBT_LASTS, progress=performed.progress, then=then)
        if performed.keep:
            then = (*then, kept_entry(entry, performed.keep))
        more, learned = await self._aftermath(entry, performed)
        verb = "followup" if "followup" in entry.body else said_by(entry.body)["action"]
        draft = of_entry(entry, result)
        SETTLED.labels(verb, helpdesk, result.state).inc()
        _blame(result, helpdesk)
        LATENCY.labels(helpdesk).observe((datetime.now(UTC) - entry.received_at).total_seconds())
        return Settle(
            state=_state(result),
            outcome=outcome,
            progress=performed.progress,
            holds=performed.holds,
            then=(*then, *more),
            keep=(
                *learned,
                *([draft] if draft else []),
                *(await self._worded.done(entry) if is_said(entry) and isinstance(result, Done) else ()),
            ),
        )

    async def _aftermath(self, entry: Entry, performed: Performed) -> tuple[tuple[NewEntry, ...], tuple[Kept, ...]]:
        """What else is to be brought up to date; for want of it nothing that was done counts as failed."""
        try:
            cards = await self._cards.follow(entry, performed)
            learned = (*await self._book.learned(entry, performed), *await self._followed(performed))
            return (*cards, *await self._homes.follow(entry)), learned
        except LedgerError:
            log.warning("entry.no_aftermath", entry=entry.id, exc_info=True)
            return (), ()

    async def _followed(self, performed: Performed) -> tuple[Kept, ...]:
        """That the threads of a ticket hear of the one that forwarding it has made, too."""
        receipt = performed.result.receipt if isinstance(performed.result, Done) else None
        if receipt is None or receipt.new_ticket is None:
            return ()
        links = await self._links.of_ticket(receipt.ticket)
        changed = {"ticket": receipt.new_ticket, "since": datetime.now(UTC).timestamp()}
        return tuple(kept for link in links for kept in following(link.model_copy(update=changed)))

    async def _shown(self, entry: Entry) -> tuple[NewEntry, ...]:
        """The Homes that show that it is not settled."""
        try:
            return await self._homes.follow(entry)
        except LedgerError:
            return ()


def job_of(entry: Entry) -> Job:
    """What dispatch needs to know of an entry."""
    body = entry.body
    kept = body.get("followup")
    return Job(
        marker=body["marker"],
        helpdesk=body["helpdesk"],
        slack_user=entry.origin["user"],
        channel=entry.origin["channel"],
        received_at=datetime.fromisoformat(body["received_at"]),
        command=command_of(body) if "command" in body else None,
        form=Form.model_validate(body["form"]) if "form" in body else None,
        action=AddFollowup.model_validate(kept) if kept else None,
        asked_at=datetime.fromisoformat(body["asked_at"]) if "asked_at" in body else None,
        attempts=entry.attempts,
        verdict=(entry.note or {}).get("verdict"),
    )


def kept_entry(entry: Entry, keep: Keep) -> NewEntry:
    """A follow-up that the bot carries out itself, at its time."""
    action = keep.action
    due = action.when.at
    return NewEntry(
        key=f"{entry.body['marker']}:kept",
        lane=entry.lane,
        kind=entry.kind,
        body={
            "marker": new_marker(),
            "helpdesk": entry.body["helpdesk"],
            "followup": action.model_dump(mode="json", exclude_unset=True),
            "typed": entry.body.get("typed"),
            "received_at": due.isoformat(),
            "asked_at": entry.body["received_at"],
        },
        origin=entry.origin,
        person=entry.person,
        due=due,
    )


def _blame(outcome: Outcome, helpdesk: str) -> None:
    match outcome:
        case Rejected(code=code):
            ERRORS.labels("person", code).inc()
        case Failed(reason="credentials"):
            ERRORS.labels("configuration", "credentials").inc()
        case Failed(reason=reason):
            ERRORS.labels(helpdesk, reason).inc()


def _json(outcome: Outcome) -> dict[str, Any]:
    return outcome.model_dump(mode="json", exclude_none=True)


def _state(outcome: Outcome) -> Literal["done", "rejected", "failed"]:
    match outcome:
        case Done():
            return "done"
        case Failed():
            return "failed"
        case _:
            return "rejected"
