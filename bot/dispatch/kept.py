"""Follow-ups that a helpdesk lacks: the bot keeps them, and at their time they are carried out as ordinary calls."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.actions import AddFollowup, Asker, PostReply, UpdateTicket
from bot.errors import InvalidFields, NotSupported
from bot.helpdesk import JSON, Found, Helpdesk, Journal
from bot.outcomes import Receipt


class PartJournal:
    """A part of an entry's journal, whose steps have names of their own."""

    def __init__(self, journal: Journal, part: str) -> None:
        self._journal = journal
        self._part = part

    @property
    def marker(self) -> str:
        return self._journal.marker

    async def once(
        self,
        step: str,
        send: Callable[[], Awaitable[JSON]],
        *,
        find: Callable[[datetime], Awaitable[Sequence[Found]]] | None,
        holds: Callable[[JSON], str | None] | None = None,
        doing: str = "",
    ) -> JSON:
        return await self._journal.once(f"{self._part}.{step}", send, find=find, holds=holds, doing=doing)


def parts(action: AddFollowup) -> list[UpdateTicket | PostReply]:
    """What a kept follow-up does when its time has come, in order: the note, the properties, the reply."""
    changes = {
        name: value
        for name in ("status", "priority", "team", "assignee")
        if (value := getattr(action, name)) is not None
    }
    todo: list[UpdateTicket | PostReply] = []
    if action.note:
        todo.append(PostReply(ticket=action.ticket, message=action.note, visibility="private"))
    if changes:
        todo.append(UpdateTicket.model_validate({"ticket": action.ticket, **changes}))
    if action.reply:
        todo.append(PostReply(ticket=action.ticket, message=action.reply, visibility="public"))
    return todo


def check(action: AddFollowup, helpdesk: Helpdesk) -> None:
    """Refuse now what could not be carried out then.

    Raises:
        NotSupported: for steps, macros, and whatever the helpdesk lacks.
        InvalidFields: for a follow-up without anything to do.
    """
    lacking = [name for name in ("priority", "team") if isinstance(getattr(action, name), str)]
    lacking += ["macro"] if action.macro else []
    if lacking:
        raise NotSupported(helpdesk.lacks("follow up on", lacking))
    todo = parts(action)
    if not todo:
        raise InvalidFields({"": "What should happen then? A follow-up takes a note, a reply, a status or a person."})
    for part in todo:
        helpdesk.check(part)


async def carry_out(
    action: AddFollowup, helpdesk: Helpdesk, asker: Asker, journal: Journal, *, asked: datetime, begun: bool
) -> Receipt:
    """Do what the follow-up says, each part once; nothing, if an answer by the customer cancels it."""
    if helpdesk.answer_cancels_followups and not begun and await _answered(action, helpdesk, asked):
        why = "the customer has answered meanwhile"
        return Receipt(ticket=action.ticket, url=helpdesk.url(action.ticket.ref), skipped=why)
    receipt = Receipt(ticket=action.ticket, url=helpdesk.url(action.ticket.ref))
    for number, part in enumerate(parts(action)):
        inner = PartJournal(journal, f"part{number}")
        if isinstance(part, UpdateTicket):
            receipt = await helpdesk.update(part, asker, inner)
        else:
            receipt = await helpdesk.reply(part, asker, inner)
    return receipt


async def _answered(action: AddFollowup, helpdesk: Helpdesk, asked: datetime) -> bool:
    """Whether the customer has written on the ticket since then."""
    view = await helpdesk.show(action.ticket, updates=True)
    return any(
        not update.by_staff and not update.private and update.posted_at is not None and update.posted_at > asked
        for update in view.updates
    )
