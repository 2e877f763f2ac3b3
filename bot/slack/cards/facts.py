"""What the bot itself knows of a ticket, because it did it: tags, who opened it, follow-ups to come.

Sirportly takes tags and follow-ups and tells neither, so the bot keeps its own copy beside the ledger's entries. What
somebody changes in the helpdesk itself is not in it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.actions import AddFollowup, CreateTicket, Ticket, UpdateTicket
from bot.dispatch import Performed
from bot.ledger import Entry, Kept, Ledger, State
from bot.outcomes import Done, Receipt

TICKETS = "ticket"
FOLLOWUPS = "followup"


@dataclass(frozen=True)
class Facts:
    """What is known besides what the helpdesk tells."""

    tags: tuple[str, ...] = ()
    opened_by: str | None = None
    """What the person is called who had the bot open it."""
    followup: datetime | None = None
    """The next one."""


class Book:
    """Remembers facts."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def facts(self, ticket: Ticket) -> Facts:
        """What is known of a ticket."""
        kept = await self._ledger.kept(TICKETS, _key(ticket)) or {}
        return Facts(
            tags=tuple(kept.get("tags") or ()), opened_by=kept.get("by"), followup=await self._followup(ticket)
        )

    async def _followup(self, ticket: Ticket) -> datetime | None:
        now = datetime.now(UTC)
        at_helpdesk = await self._ledger.kept_all(FOLLOWUPS, f"{_key(ticket)}/")
        waiting: tuple[State, ...] = ("waiting",)
        ours = await self._ledger.find(states=waiting, lane=f"{ticket.helpdesk}:{ticket.ref}")
        moments = [datetime.fromisoformat(at) for at in at_helpdesk.values()]
        moments += [entry.due for entry in ours if entry.due is not None]
        return min((at for at in moments if at > now), default=None)

    async def learned(self, entry: Entry, performed: Performed) -> tuple[Kept, ...]:
        """What is to be kept because of something that was done, in the transaction that settles it."""
        if not isinstance(performed.result, Done):
            return ()
        receipt = performed.result.receipt
        match performed.action:
            case CreateTicket() as action:
                return (Kept(TICKETS, _key(receipt.ticket), {"tags": list(action.tags), "by": performed.by}),)
            case UpdateTicket(tags=tags) as action if "tags" in action.model_fields_set:
                kept = await self._ledger.kept(TICKETS, _key(receipt.ticket)) or {}
                return (Kept(TICKETS, _key(receipt.ticket), {**kept, "tags": list(tags or ())}),)
            case AddFollowup() as action if performed.keep is None and "followup" not in entry.body:
                return (_followup(entry, action, receipt),)
            case _:
                return ()


def _followup(entry: Entry, action: AddFollowup, receipt: Receipt) -> Kept:
    at = receipt.run_at or action.when.at
    return Kept(FOLLOWUPS, f"{_key(receipt.ticket)}/{entry.body['marker']}", at.isoformat(), expires_at=at)


def _key(ticket: Ticket) -> str:
    return f"{ticket.helpdesk}/{ticket.ref}"
