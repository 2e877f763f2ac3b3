"""A form that was sent: judged, recorded, and its outcome waited for as long as Slack lets us."""

import asyncio
import hashlib
import itertools
import json
import time
from collections.abc import Mapping, Set
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.actions.commands import Command
from bot.dispatch.forms import Form as Sent
from bot.dispatch.forms import fitted
from bot.errors import InvalidFields, TicketNotFound, Unavailable, UsageError
from bot.grammar.references import read_reference
from bot.grammar.slacktext import encode
from bot.ledger import Entry, Ledger, LedgerError, NewEntry, NotRecorded
from bot.mirror.links import Thread
from bot.outcomes import OUTCOME, Rejected
from bot.slack.forms.drafts import NAMESPACE, Draft
from bot.slack.forms.entered import joined
from bot.slack.forms.fields import fields_of
from bot.slack.forms.judging import judge
from bot.slack.forms.lists import matched
from bot.slack.forms.moments import Clock
from bot.slack.forms.opening import Forms, refused_of
from bot.slack.forms.payloads import Submission
from bot.slack.forms.view import CALLBACK, PRIVATE, PUBLIC, Form, notice
from bot.slack.intake import KIND, Desks, new_marker
from bot.slack.outbox import begins
from bot.slack.results import form_lane
from bot.slack.text import clip
from bot.slack.threads.orders import order
from bot.telemetry import NOT_RECORDED, RECORDED, REFUSED

log = structlog.get_logger()

WAIT = 2.0
"""Seconds from the arrival of a form for which its outcome is waited for; Slack gives three."""
_RENEW = 0.5
"""Seconds more for a look whether a list has changed, of which an entry was refused."""
_ZONE = 0.3
_PERMITTED = 0.3
"""Seconds for which it is waited whether somebody is in a group: mostly that is known."""
_MOST_ERROR = 500
_PAUSES = (0.02, 0.03, 0.05, 0.05, 0.1)
"""Seconds between two looks; the last one again and again."""
_PARTLY = "⚠️ Part of this is done and part was refused. A private message to you says which, with a form for the rest."
_NOT_RECORDED = "This could not be recorded, so nothing was done. Nothing is lost: please send it again."

Answer = dict[str, Any]
"""What Slack is answered: the arguments of Bolt's ``ack``."""


class Submissions:
    """Takes forms that were sent."""

    def __init__(self, ledger: Ledger, forms: Forms, choice: Desks) -> None:
        self._ledger = ledger
        self._forms = forms
        self._choice = choice

    async def submit(self, sent: Submission) -> Answer:
        """Judge and record it; what the form is to show."""
        started = time.monotonic()
        now = datetime.now(UTC)
        form = Form.read(sent.metadata)
        entered = joined(sent.entered)
        if form.draft is not None and (kept := await self._ledger.kept(NAMESPACE, form.draft)):
            entered |= {name: value for name, value in kept["entered"].items() if name == "carried"}
        form = as_chosen(form, entered)
        channel = form.channel or (entered.get("channel") or {}).get("channel")
        fields = fields_of(form.kind, self._forms.lists[form.helpdesk].helpdesk)
        try:
            clock = await asyncio.wait_for(self._forms.clock(sent.user_id, now=now), _ZONE)
        except TimeoutError:
            clock = self._forms.usual(now)
        values, errors = judge(fields, entered, self._forms.lists[form.helpdesk], clock)
        helpdesk, ref = form.helpdesk, None
        try:
            helpdesk, ref = self._ticket(form, entered, values)
        except UsageError as error:
            errors["ticket"] = str(error)
        if form.kind == "update" and not values and not errors:
            errors[""] = "Nothing is changed yet."
        if errors:
            errors |= await self._lacking(form, {*values, *errors}, sent.user_id)
            REFUSED.labels("form").inc()
            return _errors(errors, sent.inputs)
        if form.linkable and ref is None:
            told = await self._forms.acquainted(Draft(user=sent.user_id, form=form, entered=entered))
            if told.form != form:
                return {"response_action": "update", "view": self._forms.drawn(told, clock)}
        if form.linkable and ref is not None:
            values = _as_note(values)
            form = replace(form, verb="note")
        try:
            asked = fitted(Sent(action=form.verb, ref=ref, values=values), self._forms.lists[helpdesk].helpdesk)
        except InvalidFields as error:
            REFUSED.labels("form").inc()
            return _errors(error.reasons, sent.inputs)
        draft = Draft(user=sent.user_id, form=replace(form, draft=None), entered=entered)
        entry = self._entry(sent, asked, draft, helpdesk=helpdesk, channel=channel, now=now)
        try:
            recorded, *_ = await self._ledger.record([entry, *_links(entry, form)])
        except NotRecorded:
            NOT_RECORDED.inc()
            return _errors({"": _NOT_RECORDED}, sent.inputs)
        if recorded.new:
            RECORDED.labels(asked.action, "form").inc()
        try:
            asking = replace(draft, form=form)
            answer = await self._outcome(recorded.id, sent, asking, clock, until=started + WAIT)
            if form.draft is not None and not _to_be_sent_again(answer):  # it is used up now
                await self._ledger.forget(NAMESPACE, form.draft)
        except LedgerError:
            log.warning("form.outcome_not_seen", entry=recorded.id, exc_info=True)
            return _under_way()
        return answer

    async def _lacking(self, form: Form, given: Set[str], user: str) -> dict[str, str]:
        """What they may not set; nothing where Slack is asked and takes its time: then it is said later."""
        try:
            return await asyncio.wait_for(self._forms.people.lacking(form.kind, given, user), _PERMITTED)
        except (Unavailable, TimeoutError):
            return {}

    def _ticket(self, form: Form, entered: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[str, str | None]:
        """The helpdesk and the reference that are meant. Raises UsageError."""
        typed = form.ticket or str(entered.get("ticket") or "").strip()
        if not typed:
            if form.kind == "create":
                return form.helpdesk, None
            raise UsageError("Which ticket? References look like AB-123456.", code="missing-ref")
        reference = read_reference(typed if form.ticket else encode(typed))
        if reference is None:
            raise UsageError(f"«{typed}» is not a ticket; references look like AB-123456.", code="bad-ref")
        named = reference.helpdesk or (form.helpdesk if form.ticket else None)
        command = Command(action="view", ref=reference.ref, helpdesk=named)
        usual = replace(self._choice, default=form.helpdesk, of_channel={})
        helpdesk, ref = usual.choose(command, "")
        if helpdesk != form.helpdesk and any(isinstance(value, dict) and "id" in value for value in values.values()):
            raise UsageError(f"That is a ticket of {helpdesk}; please choose that helpdesk first.", code="bad-ref")
        return helpdesk, ref

    def _entry(
        self, sent: Submission, asked: Sent, draft: Draft, *, helpdesk: str, channel: str | None, now: datetime
    ) -> NewEntry:
        marker = new_marker()
        said = asked.model_dump(mode="json")
        digest = hashlib.blake2b(json.dumps([helpdesk, channel, said], sort_keys=True).encode(), digest_size=16)
        subject = asked.ref or " ".join(str(asked.values.get("subject", "")).split())
        return NewEntry(
            key=f"form:{sent.team_id}:{sent.view_id}:{digest.hexdigest()}",
            lane=f"{helpdesk}:{asked.ref}" if asked.ref else f"new:{marker}",
            kind=KIND,
            body={
                "marker": marker,
                "helpdesk": helpdesk,
                "form": said,
                "draft": asdict(draft),
                "typed": clip(f"{asked.action} {subject}".strip(), 300),
                "received_at": now.isoformat(),
            },
            origin={
                "surface": "form" if channel else "direct",
                "team": sent.team_id,
                "channel": channel or self._forms.direct(sent.user_id),
                "user": sent.user_id,
                "user_name": sent.user_name,
                **(begins(draft.form.thread) if draft.form.thread else {}),
            },
            person=sent.user_id,
            received_at=now,
        )

    async def _outcome(self, entry_id: int, sent: Submission, draft: Draft, clock: Clock, *, until: float) -> Answer:
        """Wait for the outcome, and say it in the form."""
        for pause in itertools.chain(_PAUSES, itertools.repeat(_PAUSES[-1])):
            entry = await self._ledger.get(entry_id)
            if entry is not None and entry.state not in {"waiting", "running"}:
                return await self._settled(entry, sent, draft, clock)
            if time.monotonic() + pause > until:
                break
            await asyncio.sleep(pause)
        return _under_way()

    async def _settled(self, entry: Entry, sent: Submission, draft: Draft, clock: Clock) -> Answer:
        if entry.state == "done":
            receipt = (entry.outcome or {}).get("receipt") or {}  # there is none where a person says that it was done
            return _partly_done() if receipt.get("left") else {}
        outcome = OUTCOME.validate_python(entry.outcome) if entry.state == "rejected" else None
        if not isinstance(outcome, Rejected):
            text = "⚠️ This did not go through as it should. What to do now is in a private message to you."
            return {"response_action": "update", "view": notice(text, title="Not done")}
        if outcome.done:  # the form would ask for these again: a new one, without them, is in the message
            return _partly_done()
        marker = entry.body["marker"]
        for message in await self._ledger.find(lane=form_lane(marker), limit=1):
            await self._ledger.discard(message.id, "form")  # the form itself says it
        await self._ledger.forget(NAMESPACE, marker)
        where = "ticket" if outcome.code == TicketNotFound.code and "ticket" in sent.inputs else ""
        errors = outcome.reasons or {where: outcome.message}
        return await self._redrawn(replace(draft, errors=errors), clock) or _errors(errors, sent.inputs)

    async def _redrawn(self, draft: Draft, clock: Clock) -> Answer | None:
        """The form with the lists of now, where what was refused is no longer among them."""
        lists = self._forms.lists[draft.form.helpdesk]
        refused = refused_of(draft, lists)
        if not refused or not await lists.renewed(refused.values(), within=_RENEW):
            return None
        errors = dict(draft.errors)
        for field, name in refused.items():
            options = lists.options(name, None)
            if options is not None and matched(options, draft.entered[field]) is None:
                errors[field] = f"«{draft.entered[field]['text']}» is no longer among them; please choose again."
        view = self._forms.drawn(replace(draft, errors=errors), clock)
        return {"response_action": "update", "view": view}


def as_chosen(form: Form, entered: Mapping[str, Any]) -> Form:
    """The form with what is chosen in it about itself: who sees a reply, which helpdesk."""
    seen = (entered.get("visibility") or {}).get("value")
    if seen in {PUBLIC.value, PRIVATE.value}:
        form = replace(form, verb="note" if seen == PRIVATE.value else "reply")
    helpdesk = (entered.get("helpdesk") or {}).get("text")
    return replace(form, helpdesk=helpdesk) if helpdesk else form


def _links(note: NewEntry, form: Form) -> list[NewEntry]:
    """Have the thread with a message that was added to a ticket become that ticket's."""
    body, origin = note.body, note.origin
    if form.thread is None or body["form"]["ref"] is None:
        return []
    thread = Thread(channel=origin["channel"], ts=form.thread)
    about = {"helpdesk": body["helpdesk"], "ref": body["form"]["ref"], "added": True}
    return [order(f"{note.key}:link", "link", thread, origin["user"], origin["team"], active=False, **about)]


def _as_note(values: Mapping[str, Any]) -> dict[str, Any]:
    """A new ticket's text and files, as a note on one that exists."""
    text = values.get("message") or values["subject"]
    return {"message": text} | ({"attachments": values["attachments"]} if "attachments" in values else {})


def _to_be_sent_again(answer: Answer) -> bool:
    """Whether the form is still there, to be put right."""
    return answer.get("response_action") == "errors" or answer.get("view", {}).get("callback_id") == CALLBACK


def _partly_done() -> Answer:
    return {"response_action": "update", "view": notice(_PARTLY, title="Partly done")}


def _under_way() -> Answer:
    text = "⏳ Recorded, and still under way. You can close this: what comes of it is said where it belongs."
    return {"response_action": "update", "view": notice(text, title="Under way")}


def _errors(errors: Mapping[str, str], inputs: tuple[str, ...]) -> Answer:
    """Each error under its field; what belongs to no field that is shown goes under the first."""
    placed: dict[str, list[str]] = {}
    for field, text in errors.items():
        parts = (block for block in inputs if block.startswith(f"{field}."))
        near = field if field in inputs else next(parts, None)
        if near is None or not field:
            near = inputs[0]
            text = f"{field.replace('_', ' ')}: {text}" if field else text
        placed.setdefault(near, []).append(text)
    shown = {block: clip("\n".join(texts), _MOST_ERROR) for block, texts in placed.items()}
    return {"response_action": "errors", "errors": shown}
