"""What Sirportly is told: the five actions, each as steps that survive the death of the process."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Literal

from bot.actions import AddFollowup, Asker, CreateTicket, ForwardTicket, PostReply, Ticket, UpdateTicket
from bot.errors import HelpdeskError, InvalidFields, UserError
from bot.helpdesk import JSON, Capabilities, Found, Journal
from bot.helpdesk.journal import halfway, tag_for
from bot.helpdesk.sirportly import requests
from bot.helpdesk.sirportly.authors import Authors
from bot.helpdesk.sirportly.decode import as_object, moment
from bot.helpdesk.sirportly.privacy import keep_private
from bot.helpdesk.sirportly.refusals import NONE, OF_FORWARDS, OF_UPDATES, refusing
from bot.helpdesk.sirportly.requests import Params
from bot.helpdesk.sirportly.traces import Traces, submitted, update_id
from bot.helpdesk.sirportly.watching import SirportlyWatching
from bot.outcomes import Left, Otherwise, Receipt, TicketView

CREATE = frozenset(
    {
        "message",
        "html",
        "status",
        "priority",
        "sla",
        "brand",
        "department",
        "team",
        "assignee",
        "tags",
        "custom",
        "contact",
        "attachments",
    }
)
UPDATE = frozenset(
    {
        "status",
        "priority",
        "department",
        "sla",
        "team",
        "assignee",
        "subject",
        "tags",
        "updated_at",
        "reply_due_at",
        "resolution_due_at",
        "custom",
        "contact_method",
        "contact",
        "additional_contacts",
        "note",
    }
)
REPLY = frozenset(
    {"subject", "html", "posted_at", "authenticated", "author", "attachments", "macro", "outgoing", "parse_variables"}
)
FOLLOWUP = frozenset({"status", "priority", "team", "assignee", "macro", "reply", "note"})
PARTS = {
    "contact": frozenset({"name", "email", "telephone", "reference"}),
    "author": frozenset({"name", "email", "reference"}),
}
FORWARD = frozenset({"outgoing", "status", "subject", "priority", "sender"})
DECIDED_BY_A_USER_TOKEN = frozenset({"author", "sender"})

NOT_SENT_ON = "This was not sent to the customer: no outgoing address is configured, and the department has none."
NOT_TAKEN_BACK = "Only Sirportly's own pages can take a follow-up back."
LOOK_AT_ZONE = "Sirportly seems to read times in another zone: whoever runs the bot should look at run_at_zone."
TOLERANCE = 90
"""Seconds by which a follow-up may be off before the person is told: minutes are the finest that can be asked for."""


class Sirportly(SirportlyWatching):
    """A Sirportly account, over API v2."""

    parts = PARTS

    @property
    def requires_account(self) -> bool:
        """Not with a user token: then its user is the author, and the text says who asked."""
        return not self.settings.user_token

    @property
    def capabilities(self) -> Capabilities:
        """Everything but what other vendors have.

        With a user token nobody else can be the author or sender; files need somewhere to be fetched from.
        """
        kinds = {"create": CREATE, "update": UPDATE, "reply": REPLY, "followup": FOLLOWUP, "forward": FORWARD}
        lacking = DECIDED_BY_A_USER_TOKEN if self.settings.user_token else frozenset()
        if not self._client.fetches:
            lacking |= {"attachments"}
        return {kind: fields - lacking for kind, fields in kinds.items()}

    async def create(self, action: CreateTicket, asker: Asker, journal: Journal) -> Receipt:
        """Open a ticket, then post its first message: two calls, each done once."""
        contact = await self._authors.of_new_ticket(action.contact, asker)
        params = requests.submit(action, defaults=self.settings.create, contact=contact, marker=tag_for(journal.marker))
        await self._department_by_id(params)
        opened = await journal.once(
            "submit",
            partial(self._submit, params),
            find=partial(self._traces.ticket, tag=tag_for(journal.marker), params=params),
            holds=lambda result: f"ticket:{result['ref']}",
            doing=f"opening «{action.subject}»",
        )
        ticket = Ticket(helpdesk=self.name, ref=opened["ref"])
        view = TicketView.model_validate(opened["view"]) if "view" in opened else None
        receipt = Receipt(ticket=ticket, url=self.url(ticket.ref), view=view)
        text = first_message(action)
        if text is None:
            return receipt
        by = self._authors.first_update(opened["contact"], action.contact, asker)
        message = {"ticket": ticket.ref, **requests.post_update(text, by, html=action.html)}
        try:
            if action.attachments:
                message["attachments"] = await self._uploads(action)
            posted = await self._post(message, journal, "message", doing=f"posting the first message of {ticket}")
        except UserError as error:
            # The ticket is there by now: to refuse the whole would have it opened a second time.
            return receipt.model_copy(update={"left": Left(message=str(error))})
        return receipt.model_copy(update={"update_id": str(posted["id"])})

    async def update(self, action: UpdateTicket, asker: Asker, journal: Journal) -> Receipt:
        """Change a ticket; a note goes first. Setting the same twice is harmless."""
        contact = await self._authors.of_changed_ticket(action.contact) if action.contact is not None else {}
        params = requests.update(action, contact=contact, zone=self.settings.run_at_zone)
        if action.note is None and not params:
            raise InvalidFields({"": "There is nothing to change."})
        warnings: list[str] = []
        note: str | None = None
        if action.note is not None:
            by = self._authors.staff(asker)
            private = {"ticket": action.ticket.ref, **requests.post_update(action.note, by), "private": "1"}
            posted = await self._post(private, journal, "note", doing=f"leaving a note on {action.ticket}")
            warnings += await keep_private(self._client, action.ticket, posted)
            note = str(posted["id"])
        if not params:
            return self._receipt(action.ticket, update_id=note, warnings=warnings)

        async def send() -> JSON:
            async with refusing(self, action.ticket.ref, params):
                answer = await self._client.write("tickets/update", params)
            # A bare «true» has been seen for a success; then the ticket itself tells the rest.
            changed = as_object(await self.record(action.ticket.ref) if answer is True else answer, writes=True)
            return {"view": self._view(changed).model_dump(mode="json") if "reference" in changed else None}

        try:
            changed = await journal.once("update", send, find=_repeat, doing=f"changing {action.ticket}")
        except UserError as error:
            raise halfway(error, "", ["note"] if note is not None else []) from error
        receipt = self._receipt(action.ticket, update_id=note, warnings=warnings)
        view = TicketView.model_validate(changed["view"]) if changed["view"] is not None else None
        otherwise = _due_otherwise(action, view)
        hints = (LOOK_AT_ZONE,) if otherwise else ()
        changes = {"view": view, "otherwise": otherwise, "warnings": (*receipt.warnings, *hints)}
        return receipt.model_copy(update=changes)

    async def reply(self, action: PostReply, asker: Asker, journal: Journal) -> Receipt:
        """Answer the customer, or leave an internal note; a note is never sent without a member of staff."""
        by = self._authors.of_reply(action, asker)
        outgoing, warnings = await self._outgoing_for(action, staff=by.staff)
        params = requests.reply(action, by, outgoing=outgoing, zone=self.settings.run_at_zone)
        if action.attachments:
            params["attachments"] = await self._uploads(action)
        what = "leaving a note on" if action.visibility == "private" else "answering"
        posted = await self._post(params, journal, "reply", doing=f"{what} {action.ticket}")
        if action.visibility == "private":
            warnings = [*warnings, *await keep_private(self._client, action.ticket, posted)]
        if action.macro is not None and posted.get("found"):
            warnings = [*warnings, f"The answer was lost on the way; look whether «{action.macro}» has run."]
        receipt = self._receipt(action.ticket, update_id=str(posted["id"]), warnings=warnings)
        mailed = outgoing is not None if action.visibility == "public" else None
        return receipt.model_copy(update={"mailed": mailed})

    async def followup(self, action: AddFollowup, asker: Asker, journal: Journal) -> Receipt:
        """Have something done later. Nothing documented can take a follow-up back."""
        by = self._authors.actor(asker)
        zone = self.settings.run_at_zone
        expected: datetime = action.when.at

        async def send() -> JSON:
            nonlocal expected
            when, expected = requests.followup_time(action, asked=asker.received_at, now=self._clock(), zone=zone)
            params = requests.followup(action, by, when=when)
            async with refusing(self, action.ticket.ref, params):
                answer = as_object(await self._client.write("tickets/add_followup", params), writes=True, having="id")
            return {"id": answer["id"], "run_at": answer.get("run_at")}

        async def find(sent: datetime) -> Sequence[Found]:
            nonlocal expected
            when, expected = requests.followup_time(action, asked=asker.received_at, now=sent, zone=zone)
            params = requests.followup(action, by, when=when)
            return await self._traces.followup(params=params, expected=expected, now=self._clock())

        made = await journal.once(
            "followup",
            send,
            find=find,
            holds=lambda result: f"followup:{result['id']}",
            doing=f"scheduling a follow-up on {action.ticket}",
        )
        run_at = moment(made.get("run_at"))
        receipt = self._receipt(action.ticket)
        if run_at is not None and _differ(run_at, expected):
            otherwise = Otherwise(field="run_at", asked=expected, told=run_at)
            receipt = receipt.model_copy(update={"otherwise": (otherwise,), "warnings": (NOT_TAKEN_BACK, LOOK_AT_ZONE)})
        return receipt.model_copy(update={"run_at": run_at or expected})

    async def forward(self, action: ForwardTicket, asker: Asker, journal: Journal) -> Receipt:
        """Send the ticket on. Nothing tells afterwards whether that was done, so a person is asked if it is unclear."""
        by = self._authors.sender(action, asker)
        outgoing = action.outgoing or self.settings.outgoing or await self._department_address(action.ticket)
        if outgoing is None:
            raise InvalidFields(
                {"outgoing": "say which address it is sent from; neither configuration nor department has one"}
            )
        params = requests.forward(action, by, outgoing=outgoing, defaults=self.settings.forward)

        async def send() -> JSON:
            async with refusing(self, action.ticket.ref, params, called=OF_FORWARDS):
                answer = await self._client.write("tickets/forward", params)
            return {"ref": None} if answer is True else {"ref": as_object(answer, writes=True).get("reference")}

        sent = await journal.once(
            "forward", send, find=None, doing=f"forwarding {action.ticket} to {action.to.email}", holds=_forwarded
        )
        warnings = await self._went_along(action.ticket)
        if sent["ref"] is None:
            unsaid = "Sirportly did not say which ticket the forward made."
            return self._receipt(action.ticket, warnings=[unsaid, *warnings])
        new = Ticket(helpdesk=self.name, ref=str(sent["ref"]))
        return self._receipt(action.ticket, warnings=warnings).model_copy(update={"new_ticket": new})

    async def _went_along(self, ticket: Ticket) -> list[str]:
        """That notes did: a forward has the «complete update history», all of it (page "Forwarding a Ticket")."""
        try:
            notes = sum(update.private for update in (await self.show(ticket, updates=True)).updates)
        except (HelpdeskError, UserError):  # it is forwarded; that this cannot be said changes nothing
            return []
        those = "an internal note" if notes == 1 else f"{notes} internal notes"
        return [f"Sirportly sends a ticket's whole history along, and this one has {those}."] if notes else []

    # ------------------------------------------------------------------------------------------------------------------

    @property
    def _authors(self) -> Authors:
        return Authors(self.name, self.settings, self._client)

    @property
    def _traces(self) -> Traces:
        return Traces(self._client, self._view)

    def _receipt(self, ticket: Ticket, *, update_id: str | None = None, warnings: Sequence[str] = ()) -> Receipt:
        return Receipt(ticket=ticket, url=self.url(ticket.ref), update_id=update_id, warnings=tuple(warnings))

    async def _submit(self, params: Params) -> JSON:
        async with refusing(self, None, params):
            answer = as_object(await self._client.write("tickets/submit", params), writes=True, having="reference")
        return submitted(answer, self._view(answer))

    async def _post(self, params: Params, journal: Journal, step: str, *, doing: str) -> JSON:
        async def send() -> JSON:
            # A new ticket's first message is its contact's, and that is what the contact was given as.
            async with refusing(self, params["ticket"], params, called=NONE if step == "message" else OF_UPDATES):
                answer = as_object(await self._client.write("tickets/post_update", params), writes=True, having="id")
            return {"id": answer["id"], "private": answer.get("private")}

        # Variables are replaced before the text is stored, so what was sent can no longer be recognised.
        told = "{{" not in params["message"] or params.get("parse_ticket_variables") != "1"
        find = partial(self._traces.update, params=params) if told else None
        return await journal.once(step, send, find=find, holds=update_id, doing=doing)

    async def _uploads(self, action: CreateTicket | PostReply) -> str:
        return ",".join([await self._client.upload(attachment) for attachment in action.attachments])

    async def _outgoing_for(self, action: PostReply, *, staff: bool) -> tuple[str | None, list[str]]:
        """The address a public reply is sent from: without one Sirportly sends nothing to anybody."""
        if action.visibility == "private":
            if action.outgoing is not None:
                raise InvalidFields({"outgoing": "an internal note is not sent to anybody"})
            return None, []
        if not staff:
            return None, []
        outgoing = action.outgoing or self.settings.outgoing or await self._department_address(action.ticket)
        return outgoing, [] if outgoing is not None else [NOT_SENT_ON]

    async def _department_address(self, ticket: Ticket) -> str | None:
        department: Mapping[str, Any] = (await self.record(ticket.ref)).get("department") or {}
        if "id" not in department:
            return None
        addresses = await self._addresses(str(department["id"]))
        return addresses[0] if addresses else None

    async def _department_by_id(self, params: Params) -> None:
        """Replace a department's name, which is taken only together with its brand, by its number."""
        name = params.get("department", "")
        if name.isdecimal() or "brand" in params:
            return
        same = [each for each in await self._departments() if str(each.get("name")).casefold() == name.casefold()]
        if len(same) != 1:
            problem = f"there is no department «{name}»" if not same else f"there are {len(same)} departments «{name}»"
            raise InvalidFields({"department": problem})
        params["department"] = str(same[0]["id"])


def first_message(action: CreateTicket) -> str | None:
    """The text of a new ticket's first update; files need one to hang on."""
    if action.message and action.message.strip():
        return action.message
    if action.html:
        return action.subject
    return ", ".join(attachment.name for attachment in action.attachments) or None


async def _repeat(_: datetime) -> Sequence[Found]:
    """Nothing is looked for: doing it again changes nothing."""
    return []


def _forwarded(result: JSON) -> str | None:
    return f"ticket:{result['ref']}" if result["ref"] else None


def _due_otherwise(action: UpdateTicket, view: TicketView | None) -> tuple[Otherwise, ...]:
    """Which due times the ticket has otherwise than asked: they go out without a zone, and may be read in another."""
    fields: tuple[Literal["reply_due_at", "resolution_due_at"], ...] = ("reply_due_at", "resolution_due_at")
    pairs = ((name, getattr(action, name), getattr(view, name, None)) for name in fields)
    return tuple(
        Otherwise(field=name, asked=asked, told=told)
        for name, asked, told in pairs
        if told is not None and asked is not None and _differ(told, asked)
    )


def _differ(told: datetime, asked: datetime) -> bool:
    return abs((told - asked).total_seconds()) > TOLERANCE
