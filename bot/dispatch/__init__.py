"""From a recorded entry to its outcome: resolve, check, perform; and errors become values, here and nowhere else.

A bug is no outcome: it passes through, and the ledger's worker settles it as failed with an incident.
"""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, assert_never

import structlog

from bot.actions import (
    ACTION,
    Action,
    AddFollowup,
    Asker,
    CreateTicket,
    ForwardTicket,
    PostReply,
    Ticket,
    UpdateTicket,
)
from bot.actions.commands import Command
from bot.dispatch import kept
from bot.dispatch.forms import Form, action_of, fitted
from bot.dispatch.jobs import Desk, Job, Keep, Performed, Postponed
from bot.dispatch.people import People, not_mapped
from bot.dispatch.resolve import Ambiguous, Resolver
from bot.errors import (
    AuthenticationFailed,
    HelpdeskError,
    InvalidFields,
    NotMapped,
    NotPermitted,
    OutcomeUnknown,
    RateLimited,
    SlackUnavailable,
    Unavailable,
    UserError,
)
from bot.grammar import typed
from bot.helpdesk import Helpdesk
from bot.helpdesk.journal import DECIDED, Again, Doubt, Held, NotYet, Save, StepJournal
from bot.outcomes import Done, Failed, Outcome, Page, Receipt, Rejected, TicketView, Unsure
from bot.when import DEFAULT, Policy

__all__ = ["Desk", "Dispatcher", "Job", "Keep", "Performed", "Postponed", "backoff", "decided"]

log = structlog.get_logger()


class Dispatcher:
    """Performs jobs and answers questions on the configured helpdesks.

    Args:
        desks: The helpdesks by name.
        people: Maps people, and judges what they may do.
        zone: The time zone of people whose own is not known, an IANA name.
        patience: For how long a job is tried again while a helpdesk cannot be reached.
        policy: How words for a moment are read where they can be read in two ways.
        clock: Tells the time.
    """

    def __init__(
        self,
        desks: Mapping[str, Desk],
        people: People,
        *,
        zone: str,
        patience: timedelta,
        policy: Policy = DEFAULT,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.desks = desks
        self._people = people
        self._zone = zone
        self._patience = patience
        self._policy = policy
        self._clock = clock

    async def perform(
        self, job: Job, progress: dict[str, Any], save: Save, held: Held, again: Again | None = None
    ) -> Performed:
        """Do the job, or say why not; the rest is the ledger's, as :class:`StepJournal` needs it."""
        desk = self.desks[job.helpdesk]
        journal = StepJournal(
            progress=progress,
            save=save,
            held=held,
            settle_after=desk.helpdesk.settle_after,
            marker=job.marker,
            clock=self._clock,
            verdict=job.verdict,
            again=again,
        )
        action: Action | None = None
        keep: Keep | None = None
        by: str | None = None
        result: Outcome | Postponed
        try:
            asker, zone = await self._asker(job, desk)
            by = asker.name
            action = job.action or decided(progress) or await self._decide(job, desk, asker, zone)
            if job.action is None:
                progress[DECIDED] = {"kind": action.kind, **action.model_dump(mode="json", exclude_unset=True)}
            receipt = await self._do(action, desk.helpdesk, asker, journal, job)
            if action.kind in desk.helpdesk.bot_keeps and job.action is None:
                assert isinstance(action, AddFollowup)  # the one kind that is ever kept
                keep = Keep(action)
            result = Done(receipt=receipt)
        except UserError as error:
            log.info("action.rejected", marker=job.marker, code=error.code)
            result = self._rejected(error, job, journal)
        except Doubt as doubt:
            log.warning("action.unsure", marker=job.marker, helpdesk=job.helpdesk, doing=doubt.doing)
            several = isinstance(action, UpdateTicket) or job.action is not None
            result = Unsure(what=doubt.doing, more=several)
        except HelpdeskError as error:
            result = self._failed(error, job, desk.helpdesk, journal)
        return Performed(
            result=result,
            progress=journal.progress,
            holds=journal.holds,
            kind=action.kind if action else "",
            action=action,
            keep=keep,
            by=by,
        )

    async def show(
        self, command: Command, helpdesk: str, slack_user: str, channel: str, *, page: int = 1
    ) -> TicketView | Page:
        """Answer a question: one ticket, or a page of them. Raises UserError and HelpdeskError."""
        desk = self.desks[helpdesk]
        await self._people.permit("view", slack_user, channel)
        if (await self._people.directory.profile(slack_user)).foreign:
            raise NotPermitted("Tickets are shown to people of this organisation alone.")
        job = Job("question", helpdesk, slack_user, channel, self._clock(), command)
        asker, zone = await self._asker(job, desk)
        if asker.staff is None and desk.helpdesk.requires_account:
            raise NotMapped(not_mapped("You have", desk.helpdesk))
        if command.action == "view":
            ref = desk.helpdesk.canonical(command.ref or "")
            return await desk.helpdesk.show(Ticket(helpdesk=helpdesk, ref=ref), updates=True)
        filters = await Resolver(desk.helpdesk, desk.catalogue, self._people, asker, zone, self._policy).filters(
            command
        )
        if command.action == "search":
            return await desk.helpdesk.search(command.query or "", filters, page=page)
        return await desk.helpdesk.list(filters, page=page)

    async def _asker(self, job: Job, desk: Desk) -> tuple[Asker, str]:
        profile = await self._people.directory.profile(job.slack_user)
        staff = await self._people.staff(profile, desk.helpdesk, desk.catalogue)
        asker = Asker(
            slack_user=job.slack_user,
            staff=staff,
            name=profile.name,
            email=profile.email,
            image=profile.image,
            received_at=job.received_at,
        )
        return asker, profile.zone or self._zone

    async def admit(self, job: Job) -> None:
        """Judge who asks for a job, and its files. Raises UserError where that will be refused, and HelpdeskError."""
        desk = self.desks[job.helpdesk]
        asker, _ = await self._asker(job, desk)
        if await self._is_stranger(job, desk, asker) and _said(job).action == "reply":
            await self._people.as_author(job.slack_user)
        if job.form is not None:
            fitted(job.form, desk.helpdesk)

    async def _is_stranger(self, job: Job, desk: Desk, asker: Asker) -> bool:
        """Whether somebody who may do this has no account. Raises NotPermitted, and NotMapped where that takes one."""
        said = _said(job)
        permission = said.permission if isinstance(said, Form) else _permission(said)
        await self._people.permit(permission, job.slack_user, job.channel)
        foreign = (await self._people.directory.profile(job.slack_user)).foreign
        stranger = asker.staff is None and (desk.helpdesk.requires_account or foreign)
        if foreign and asker.staff is None and said.action == "create" and _in_anothers_name(said):
            raise NotPermitted("People of other organisations open tickets in their own name alone.")
        if stranger and said.action != "create" and not (job.as_contact and said.action == "reply"):
            raise NotMapped(not_mapped("You have", desk.helpdesk, foreign=foreign))
        return stranger

    async def _decide(self, job: Job, desk: Desk, asker: Asker, zone: str) -> Action:
        said = _said(job)
        stranger = await self._is_stranger(job, desk, asker)
        resolver = Resolver(desk.helpdesk, desk.catalogue, self._people, asker, zone, self._policy)
        action = await (
            action_of(fitted(said, desk.helpdesk), resolver) if isinstance(said, Form) else resolver.action(said)
        )
        await self._people.permit_fields(action, job.slack_user)
        if job.html is not None and isinstance(action, PostReply):
            action = action.model_copy(update={"html": job.html})
        if stranger and isinstance(action, PostReply):
            action = action.model_copy(update={"author": await self._people.as_author(job.slack_user)})
        if isinstance(action, AddFollowup) and action.when.at <= self._clock():
            raise InvalidFields(
                {"when": f"«{action.when.text}» has passed while this waited; nothing was scheduled. When instead?"}
            )
        return action

    async def _do(self, action: Action, helpdesk: Helpdesk, asker: Asker, journal: StepJournal, job: Job) -> Receipt:
        helpdesk.check(action)
        match action:
            case CreateTicket():
                return await helpdesk.create(action, asker, journal)
            case UpdateTicket():
                return await helpdesk.update(action, asker, journal)
            case PostReply():
                return await helpdesk.reply(action, asker, journal)
            case AddFollowup() if job.action is not None:
                asked = job.asked_at or job.received_at
                begun = bool(journal.steps)
                return await kept.carry_out(action, helpdesk, asker, journal, asked=asked, begun=begun)
            case AddFollowup() if action.kind in helpdesk.bot_keeps:
                kept.check(action, helpdesk)
                await helpdesk.show(action.ticket)  # a follow-up on a ticket that is not there would fail unseen
                return Receipt(ticket=action.ticket, url=helpdesk.url(action.ticket.ref), run_at=action.when.at)
            case AddFollowup():
                return await helpdesk.followup(action, asker, journal)
            case ForwardTicket():
                return await helpdesk.forward(action, asker, journal)
            case _:
                assert_never(action)

    def _rejected(self, error: UserError, job: Job, journal: StepJournal) -> Outcome:
        if journal.pending:  # an earlier attempt may have done it: to say that nothing happened would be a guess
            return Unsure(what=f"{journal.pending} ({error})")
        return Rejected(
            code=error.code,
            message=str(error),
            reasons=dict(error.reasons),
            corrected=self._corrected(error, job.command),
            done=error.done,
        )

    def _failed(self, error: HelpdeskError, job: Job, helpdesk: Helpdesk, journal: StepJournal) -> Outcome | Postponed:
        now = self._clock()
        over = now - job.received_at > self._patience
        match error:
            case Unavailable() | OutcomeUnknown() if over and journal.pending:
                return Unsure(what=journal.pending)
            case NotYet():
                return Postponed(error.until, "checking")
            case OutcomeUnknown():
                log.warning("action.outcome_unknown", marker=job.marker, helpdesk=helpdesk.name, error=str(error))
                settled = timedelta(seconds=helpdesk.settle_after)
                return Postponed(now + max(settled, backoff(job.attempts)), "checking")
            case Unavailable() if over:
                return Failed(incident=job.marker, reason="expired")
            case RateLimited():
                return Postponed(now + timedelta(seconds=max(error.retry_after, 1)), "rate-limited")
            case Unavailable():
                log.warning("action.unavailable", marker=job.marker, helpdesk=helpdesk.name, error=str(error))
                reason: Literal["slack", "unavailable"]
                reason = "slack" if isinstance(error, SlackUnavailable) else "unavailable"
                return Postponed(now + backoff(job.attempts), reason)
            case _:
                log.error("action.failed", marker=job.marker, helpdesk=helpdesk.name, error=str(error), exc_info=error)
                credentials = isinstance(error, AuthenticationFailed)
                return Failed(incident=job.marker, reason="credentials" if credentials else "helpdesk")

    @staticmethod
    def _corrected(error: UserError, command: Command | None) -> str | None:
        if isinstance(error, Ambiguous) and command is not None and command.when is not None:
            return typed(command.model_copy(update={"when": error.exact}))
        return error.corrected


def decided(progress: Mapping[str, Any]) -> Action | None:
    """What an earlier attempt decided and began: it is that which is finished, not what the same words mean today."""
    begun = any(step != DECIDED for step in progress)
    return ACTION.validate_python(progress[DECIDED]) if begun and DECIDED in progress else None


def backoff(attempts: int) -> timedelta:
    """How long to wait before the next try: one second, doubling up to five minutes, with jitter."""
    return timedelta(seconds=min(2.0**attempts, 300.0) * random.uniform(0.75, 1.25))


def _said(job: Job) -> Form | Command:
    said = job.form or job.command
    assert said is not None  # a job has a form, a command or a kept action
    return said


def _in_anothers_name(said: Command | Form) -> bool:
    """Whether it names somebody else as the customer."""
    contact = said.fields.contact if isinstance(said, Command) else said.values.get("contact")
    return contact is not None and not getattr(contact, "me", False)


def _permission(command: Command) -> str:
    return "update" if command.action in {"assign", "close"} else command.action
