"""Does a private note come back private? Only a real note on a real ticket can tell."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from bot.actions import Asker, PostReply, Staff, Ticket
from bot.app.doctor.findings import Finding, fine, skipped, warning, wrong
from bot.config import Settings
from bot.dispatch import Desk
from bot.errors import HelpdeskError, NotSupported, TicketNotFound, UserError
from bot.helpdesk import Found

Announce = Callable[[str], bool]
"""Says what will be done; whether to go on."""
TEXT = "A check by the ticket bot: this note is private, and may be deleted."


async def examine(
    settings: Settings, desk: Desk, ref: str, by: str | None, announce: Announce
) -> AsyncIterator[Finding]:
    """Write a private note on the ticket, once that was announced, and read it back."""
    name, helpdesk = desk.helpdesk.name, desk.helpdesk
    check = f"privacy.{name}"
    fix = "Name a ticket that may get a note: --ticket AB-123456 --helpdesk NAME."
    try:
        ticket = Ticket(helpdesk=name, ref=helpdesk.canonical(ref))
        action = PostReply(ticket=ticket, message=TEXT, visibility="private")
        helpdesk.check(action)
        staff = await _staff(settings, desk, by)
        view = await helpdesk.show(ticket)
    except NotSupported as error:
        yield skipped(check, f"No note was written: {error}")
        return
    except (TicketNotFound, UserError) as error:
        yield wrong(check, f"No note was written: {error}", fix)
        return
    except HelpdeskError as error:
        yield skipped(check, f"No note was written: {type(error).__name__}.")
        return
    if staff is None and helpdesk.requires_account:
        yield wrong(check, "No note was written: it needs an author.", "Say who: --by USERNAME or e-mail address.")
        return
    author = f" by {staff.name}" if staff else ""
    if not announce(f"A private note is going to be written on {ticket.ref} in {name}{author}."):
        yield skipped(check, "No note was written.")
        return
    asker = Asker(slack_user="doctor", staff=staff, name="doctor", received_at=datetime.now(UTC))
    try:
        receipt = await helpdesk.reply(action, asker, _OneTry())
    except (UserError, HelpdeskError) as error:
        yield wrong(check, f"The note: {error}", f"Look at {view.url or ticket.ref}: remove it if it is there.")
        return
    yield await _read_back(check, desk, ticket, receipt.update_id, receipt.warnings)


async def _staff(settings: Settings, desk: Desk, by: str | None) -> Staff | None:
    who = by or next(iter(settings.file.people.values()), None)
    return await desk.catalogue.staff(who, field="by") if who else None


async def _read_back(check: str, desk: Desk, ticket: Ticket, update_id: str | None, warnings: Sequence[str]) -> Finding:
    try:
        view = await desk.helpdesk.show(ticket, updates=True)
    except (UserError, HelpdeskError) as error:
        says = f"The note was written, and cannot be read back: {type(error).__name__}."
        return warning(check, says, f"Look at {ticket.ref} whether it is internal.")
    update = next((each for each in view.updates if each.id == update_id), None)
    where = view.url or ticket.ref
    if warnings or (update is not None and not update.private):
        says = "The note came back public."
        return wrong(check, says, f"Remove it at {where}, and use no notes until the vendor has explained it.")
    if update is None:
        says = f"The note was written, and {desk.helpdesk.vendor} does not show notes to the API."
        return warning(check, says, f"Look at {where} whether it is internal.")
    return fine(check, f"The note on {ticket.ref} came back private; it may be deleted.")


class _OneTry:
    """A journal for something that is tried once, by somebody who watches."""

    def __init__(self) -> None:
        self._marker = f"tb-doctor-{uuid4().hex[:8]}"

    @property
    def marker(self) -> str:
        return self._marker

    async def once(
        self,
        step: str,
        send: Callable[[], Awaitable[dict[str, Any]]],
        *,
        find: Callable[[datetime], Awaitable[Sequence[Found]]] | None,
        holds: Callable[[dict[str, Any]], str | None] | None = None,
        doing: str = "",
    ) -> dict[str, Any]:
        del step, find, holds, doing
        return await send()
