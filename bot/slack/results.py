"""What an outcome sets off in Slack: who is told what, as deliveries that are recorded with the outcome.

A result goes to the channel, a problem to the person alone. In a channel that another organisation sees, no customer
data (design, section 7).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.actions import CreateTicket, Ticket
from bot.dispatch import Performed, Postponed
from bot.errors import Unavailable
from bot.ledger import Entry, NewEntry
from bot.outcomes import Done, Outcome, Rejected
from bot.slack import render
from bot.slack.cards.face import Faces, fresh
from bot.slack.cards.facts import Facts
from bot.slack.forms.drafts import asked, of_entry
from bot.slack.messages import Message, say
from bot.slack.outbox import spoken_to, to_channel, to_person
from bot.slack.text import link, moment
from bot.slack.threads import speaking as threads
from bot.slack.threads.commands import in_thread

_FORM_SPEAKS = timedelta(seconds=3)
"""For so long after it was sent a form can show what was wrong; Slack gives no more."""


class Surroundings(Protocol):
    """What has to be known about where a result goes."""

    async def shared(self, channel: str) -> bool:
        """Whether another organisation sees the channel."""


class Results:
    """Makes the deliveries of an outcome."""

    def __init__(self, surroundings: Surroundings, faces: Faces, *, command: str, zone: str) -> None:
        self._surroundings = surroundings
        self._faces = faces
        self._command = command
        self._zone = zone

    async def deliveries(self, entry: Entry, performed: Performed) -> tuple[NewEntry, ...]:
        """What is to be said about it, where."""
        if isinstance(performed.result, Postponed):
            return ()
        if threads.is_said(entry):
            return threads.spoken(entry, performed, zone=self._zone)
        if isinstance(performed.result, Done):
            return await self._done(entry, performed, performed.result)
        return self.problem(entry, performed.result)

    def problem(self, entry: Entry, outcome: Outcome) -> tuple[NewEntry, ...]:
        """The problem, for the person alone; a form that is still open says it itself, and this is held back."""
        if threads.is_said(entry):
            return threads.problem(entry, outcome)
        fix = entry.body["marker"] if of_entry(entry, outcome) else None
        own = entry.origin.get("ticket")
        if own and isinstance(outcome, Rejected) and outcome.corrected:
            outcome = outcome.model_copy(update={"corrected": in_thread(outcome.corrected, own)})
        command = "" if own else spoken_to(entry.origin, self._command)
        message = render.problem(outcome, command=command, typed=line_of(entry, ""), entry=entry.id, fix=fix)
        if message is None:
            return ()
        delivery = self._private(entry, message, "problem")
        if isinstance(outcome, Rejected) and "form" in entry.body:
            until = entry.received_at + _FORM_SPEAKS
            delivery = replace(delivery, lane=form_lane(entry.body["marker"]), not_before=until)
        return (delivery,)

    def under_way_all(self, entries: Sequence[Entry]) -> list[NewEntry]:
        """That these are recorded and not settled yet: one message per person and channel, however many they are."""
        groups: dict[tuple[str, str], list[Entry]] = {}
        stamps = [threads.under_way(entry) for entry in entries if threads.is_stamped(entry)]
        for entry in entries:
            if not threads.is_said(entry) or entry.attempts:  # a stamp says enough as long as nothing is wrong
                groups.setdefault((entry.origin["user"], entry.origin["channel"]), []).append(entry)
        return [*stamps, *(self.under_way(group[0], more=len(group) - 1) for group in groups.values())]

    def under_way(self, entry: Entry, *, more: int = 0) -> NewEntry:
        """That it is recorded and not settled yet, and so many more of the same person's."""
        note = entry.note or {}
        message = render.under_way(
            attempts=entry.attempts,
            next_try=entry.not_before,
            reason=note.get("reason"),
            typed=line_of(entry, self._command),
            zone=self._zone,
            entry=entry.id,
            more=more,
            **({"afterwards": threads.afterwards(entry)} if threads.is_said(entry) else {}),
        )
        return self._private(entry, message, "under-way")

    async def _done(self, entry: Entry, performed: Performed, done: Done) -> tuple[NewEntry, ...]:
        assert performed.action is not None  # what was done was decided before
        receipt = done.receipt
        discreet = await self._discreet(entry.origin["channel"])
        by = performed.by or entry.origin.get("user_name") or "somebody"
        if "followup" in entry.body:
            when = datetime.fromisoformat(entry.body["received_at"])
            what = f"was dropped, because {receipt.skipped}" if receipt.skipped else "ran"
            text = f"⏰ {link(receipt.url, receipt.ticket.ref)}: the follow-up of {moment(when, self._zone)} {what}."
            message = say(text)
        elif isinstance(performed.action, CreateTicket):
            facts = Facts(tags=performed.action.tags, opened_by=by)
            message = self._faces.card(fresh(performed.action, receipt), facts, discreet=discreet)
        else:
            message = render.done(
                performed.action,
                receipt,
                by=by,
                verb=said_by(entry.body)["action"],
                zone=self._zone,
                discreet=discreet,
            )
        created = isinstance(performed.action, CreateTicket)
        public = to_channel(
            f"{entry.body['marker']}:result",
            message,
            entry.origin,
            answers=entry.body["marker"],
            card_of=receipt.ticket if created else None,
            about=None if created else receipt.ticket,
        )
        left = self._left(entry, done) if receipt.left else None
        told = {"warning": render.warned(receipt, zone=self._zone), "left": left}
        return (public, *(self._private(entry, message, what) for what, message in told.items() if message))

    def _left(self, entry: Entry, done: Done) -> Message | None:
        draft, own = asked(entry), entry.origin.get("ticket")
        words = str(draft.entered.get("message") or "") if draft else ""
        lines = [f"{verb} {self._named(entry, done.receipt.ticket)} …" for verb in ("reply", "note")]
        before = spoken_to(entry.origin, self._command)
        lines = [in_thread(line, own) if own else f"{before} {line}".strip() for line in lines]
        fix = entry.body["marker"] if of_entry(entry, done) else None
        return render.left(done.receipt, lines=lines, words=words, fix=fix)

    def _named(self, entry: Entry, ticket: Ticket) -> str:
        """A new ticket as it has to be called where its creation was asked for."""
        usual = "command" in entry.body and not entry.body["command"].get("helpdesk")
        return ticket.ref if usual or len(self._faces.helpdesks) == 1 else f"{ticket.helpdesk}:{ticket.ref}"

    async def _discreet(self, channel: str) -> bool:
        if channel.startswith(("U", "W")):
            return False  # a person's id in place of a channel's is their direct message with the bot
        try:
            return await self._surroundings.shared(channel)
        except Unavailable:
            return True  # what cannot be known counts as shared: the result itself must not wait for Slack

    def _private(self, entry: Entry, message: Message, what: str) -> NewEntry:
        marker = entry.body["marker"]
        key = f"{marker}:{what}:{entry.attempts}"
        return to_person(key, message, entry.origin, answers=marker)


def form_lane(marker: str) -> str:
    """Where the message waits that is needed only if the form does not say it."""
    return f"slack:form:{marker}"


def said_by(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a person asked for: a command, or a form in its place."""
    said: dict[str, Any] = body.get("command") or body["form"]
    return said


def line_of(entry: Entry, command: str) -> str:
    """What the person typed, as it is typed there: behind the slash command or the bot's name, or alone.

    Without a ``command`` it is the words alone.
    """
    typed = str(entry.body.get("typed") or "")
    if threads.is_said(entry):
        return typed
    own = entry.origin.get("ticket")
    before = command and spoken_to(entry.origin, command)
    return in_thread(typed, own) if own else f"{before} {typed}".strip()
