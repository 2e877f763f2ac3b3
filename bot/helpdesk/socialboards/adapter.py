"""What SocialBoards is told. Follow-ups it does not have: the bot keeps them; forwarding it does not have at all."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from bot.actions import Action, AddFollowup, Asker, CreateTicket, PostReply, Staff, Ticket, UpdateTicket
from bot.errors import InvalidFields, NotMapped, NotSupported, UnexpectedResponse, UserError
from bot.helpdesk import JSON, Capabilities, Found, Journal
from bot.helpdesk.journal import halfway, tag_for
from bot.helpdesk.socialboards import requests, traces
from bot.helpdesk.socialboards.decode import Refused, as_number, as_object
from bot.helpdesk.socialboards.watching import SocialBoardsWatching
from bot.outcomes import Receipt

CREATE = frozenset(
    {
        "message",
        "html",
        "assignee",
        "tags",
        "custom",
        "contact",
        "cc",
        "category",
        "sentiment",
        "source",
        "attachments",
    }
)
REPLY = frozenset({"html", "attachments"})
NEEDS = {
    "update": {"assignee": None, "category": None, "status": "status", "tags": "tags", "note": "notes"},
    "followup": {"assignee": None, "reply": None, "status": "status", "note": "notes"},
}
"""Fields of these actions, and the unconfirmed route that each takes."""


class SocialBoards(SocialBoardsWatching):
    """A SocialBoards community, over the Ticket API."""

    bot_keeps = frozenset({"followup"})
    uploads = False

    @property
    def capabilities(self) -> Capabilities:
        """What the vendor documents, and of the rest what the configuration says somebody has tried."""
        kept = {
            kind: frozenset(field for field, route in fields.items() if route is None or self._may(route))
            for kind, fields in NEEDS.items()
        }
        return {"create": CREATE, "reply": REPLY, **kept}

    def check(self, action: Action) -> None:
        """Refuse what cannot be done here; a note takes a route that has to be confirmed."""
        super().check(action)
        if isinstance(action, PostReply) and action.visibility == "private" and not self._may("notes"):
            raise NotSupported(f"Internal notes are off in {self.name}. {_unconfirmed({'notes'})}")
        if isinstance(action, CreateTicket | UpdateTicket | AddFollowup):
            requests.guid(action.assignee)  # somebody whose identifier nobody knows cannot be given a ticket

    def lacks(self, kind: str, fields: Sequence[str]) -> str:
        """Say what is missing, and where a setting would help."""
        routes = {route for name in fields if (route := NEEDS.get(kind, {}).get(name)) is not None}
        return f"{super().lacks(kind, fields)} {_unconfirmed(routes)}" if routes else super().lacks(kind, fields)

    async def create(self, action: CreateTicket, asker: Asker, journal: Journal) -> Receipt:
        """Open a ticket; the answer is its number and nothing else."""
        tag = tag_for(journal.marker)
        body = requests.create(action, asker, marker=tag, fields=self.settings.custom_fields)

        async def send() -> JSON:
            return {"ref": str(as_number(await self._client.write("POST", "/tickets", body)))}

        made = await journal.once(
            "create",
            send,
            find=partial(self._created, tag),
            holds=lambda result: f"ticket:{result['ref']}",
            doing=f"opening «{action.subject}»",
        )
        return self._receipt(Ticket(helpdesk=self.name, ref=made["ref"]))

    async def update(self, action: UpdateTicket, asker: Asker, journal: Journal) -> Receipt:
        """Change what was given, each by a call of its own; a note goes first."""
        ref = action.ticket.ref
        given = action.model_fields_set
        note: str | None = None
        parts: dict[str, Callable[[], Awaitable[Any]]] = {}
        if "assignee" in given:
            parts["assignee"] = partial(self._assign, ref, action.assignee, requests.guid(action.assignee))
        if "category" in given:
            body = {"id": requests.category_id(action.category)}
            parts["category"] = partial(self._client.write, "PATCH", f"/tickets/{ref}/category", body)
        if "status" in given:
            if action.status is None:
                raise InvalidFields({"status": "a ticket always has one"})
            body_of_status = {"status": action.status.id}
            parts["status"] = partial(self._client.write, "PATCH", f"/tickets/{ref}/status", body_of_status)
        if "tags" in given:
            parts["tags"] = partial(self._client.write, "PUT", f"/tickets/{ref}/tags", list(action.tags or ()))
        if action.note is not None:
            note = await self._note(action.ticket, requests.note(action.note, self._login(asker)), journal, "note")
        elif not parts:
            raise InvalidFields({"": "There is nothing to change."})
        done = ["note"] if note is not None else []
        for step, change in parts.items():
            try:
                await self._change(action.ticket, step, change, journal)
            except UserError as error:
                raise halfway(error, step, done) from error
            done.append(step)
        return self._receipt(action.ticket, update_id=note)

    async def reply(self, action: PostReply, asker: Asker, journal: Journal) -> Receipt:
        """Answer the customer, or leave an internal note, as the person who asked."""
        login = self._login(asker)
        if action.visibility == "private":
            if action.html is not None:
                raise InvalidFields({"html": "SocialBoards takes internal notes as plain text"})
            body = requests.note(action.message, login, action.attachments)
            return self._receipt(action.ticket, update_id=await self._note(action.ticket, body, journal, "reply"))
        body = requests.reply(action, login)

        async def send() -> JSON:
            made = await self._write(action.ticket, "POST", f"/tickets/{action.ticket.ref}/replies", body)
            return {"id": as_object(made, writes=True, having="id")["id"]}

        made = await journal.once(
            "reply",
            send,
            find=partial(self._replied, action.ticket, body),
            holds=lambda result: f"reply:{result['id']}",
            doing=f"answering {action.ticket}",
        )
        return self._receipt(action.ticket, update_id=str(made["id"]))

    # ------------------------------------------------------------------------------------------------------------------

    def _receipt(self, ticket: Ticket, *, update_id: str | None = None) -> Receipt:
        return Receipt(ticket=ticket, url=self.url(ticket.ref), update_id=update_id)

    def _login(self, asker: Asker) -> str:
        """The staff login that an update is by. Raises NotMapped."""
        email = (asker.staff.email or asker.email) if asker.staff is not None else None
        if email is None:
            raise NotMapped(f"You are no teammate in {self.name} that I know of, so nothing was sent in your name.")
        return email

    async def _write(self, ticket: Ticket, method: str, path: str, body: object) -> Any:
        try:
            return await self._client.write(method, path, body)
        except (Refused, UnexpectedResponse):
            await self.record(ticket.ref)  # says TicketNotFound if that is why
            raise

    async def _change(self, ticket: Ticket, step: str, change: Callable[[], Awaitable[Any]], journal: Journal) -> None:
        async def send() -> JSON:
            try:
                await change()
            except (Refused, UnexpectedResponse):
                await self.record(ticket.ref)
                raise
            return {}

        await journal.once(step, send, find=_repeat, doing=f"changing the {step} of {ticket}")

    async def _assign(self, ref: str, person: Staff | None, wanted: str | None) -> None:
        """Assign, told from whom: SocialBoards refuses if it was somebody else's meanwhile."""
        before = await self._assigned(ref)
        if _same(before, wanted):
            return
        body = {"assigneeId": wanted, "previousAssigneeId": before}
        try:
            await self._client.write("PATCH", f"/tickets/{ref}/Assignee", body)
        except Refused as error:
            now = await self._assigned(ref)
            if _same(now, wanted):
                return
            if not _same(now, before):
                raise InvalidFields({"assignee": "somebody else has just taken it; look, and send it again"}) from error
            raise InvalidFields({"assignee": f"{person.name if person else 'nobody'}: {error}"}) from error

    async def _assigned(self, ref: str) -> str | None:
        locked = (await self.record(ref)).get("lockedBy")
        return str(locked["id"]) if isinstance(locked, dict) else None

    async def _note(self, ticket: Ticket, body: JSON, journal: Journal, step: str) -> str:
        async def send() -> JSON:
            made = await self._write(ticket, "POST", f"/tickets/{ticket.ref}/notes", body)
            return {"id": as_object(made, writes=True, having="id")["id"]}

        # Notes cannot be read back by any route that is known, so a lost answer is for a person to judge.
        made = await journal.once(
            step, send, find=None, holds=lambda result: f"note:{result['id']}", doing=f"leaving a note on {ticket}"
        )
        return str(made["id"])

    async def _created(self, tag: str, sent: datetime) -> Sequence[Found]:
        """A ticket that carries the marker: tags cannot be asked for, so they are compared."""
        window = traces.window(sent, self._clock())
        return [
            Found(id=f"ticket:{each['id']}", result={"ref": str(each["id"])})
            async for each in self._all_listed(**window)
            if traces.is_tagged(each, tag)
        ]

    async def _replied(self, ticket: Ticket, body: JSON, sent: datetime) -> Sequence[Found]:
        """A reply with that text and author; where replies cannot be read, the log can at least tell of none."""
        if self._may("replies"):
            return [
                Found(id=f"reply:{each['id']}", result={"id": each["id"]})
                for each in await self._replies(ticket.ref)
                if traces.is_reply(each, body, sent)
            ]
        entries = await self._logged(ticket.ref, "reply_created")
        traces.none_logged(entries, body, sent, doing=f"answering {ticket}")
        return []


def _same(one: str | None, other: str | None) -> bool:
    """Whether two identifiers are the same: hexadecimal digits, in whichever case."""
    return (one or "").casefold() == (other or "").casefold()


async def _repeat(_: datetime) -> Sequence[Found]:
    """Nothing is looked for: doing it again changes nothing."""
    return []


def _unconfirmed(routes: set[str]) -> str:
    names = ", ".join(f'"{route}"' for route in sorted(routes))
    return (
        "SocialBoards does not document that call where it could be read, so it is off until whoever runs the bot has"
        f" tried it and writes unconfirmed = [{names}] into the configuration of this helpdesk."
    )
