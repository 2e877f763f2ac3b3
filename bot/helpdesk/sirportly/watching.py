"""What has changed in a Sirportly account, and the files of its tickets.

When a ticket was last changed is in no JSON of a ticket; SPQL alone tells (``tickets.updated_at``, page "The Sirportly
Query Language"). How a time is written in a condition there is not documented but for ``3.months.ago``, so none is:
the latest are asked for, in order, and what is older is cut here. Where SPQL is refused (a user token needs the
reporting interface for it) the first pages of ``tickets/all`` are compared by a digest of each ticket.
"""

import hashlib
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.actions import Ticket
from bot.errors import AuthenticationFailed, InvalidFields, NotSupported, UnexpectedResponse
from bot.helpdesk import Change, Changes
from bot.helpdesk.http import Withheld
from bot.helpdesk.sirportly.decode import Missing, as_list, as_object, moment, scheduled
from bot.helpdesk.sirportly.reads import SirportlyReads
from bot.outcomes import Attached, Scheduled

STEPS = (50, 500)
"""Rows that are asked for; more only where the first were all new."""
PAGES = 3
"""Pages of ``tickets/all`` that are compared where SPQL is refused."""
ASK_AGAIN = 3600.0
"""Seconds after which a refused SPQL is tried again: rights change."""

_REFUSED = (AuthenticationFailed, Missing, InvalidFields, UnexpectedResponse)


class SirportlyWatching(SirportlyReads):
    """The half of the port that the mirror reads."""

    _refused_at: float | None = None

    async def changed(self, since: datetime, *, among: Sequence[str] = ()) -> Changes:  # noqa: ARG002 - all are listed
        """Tickets that have changed since then: by SPQL, or by comparing the latest ones."""
        if self._refused_at is None or time.monotonic() - self._refused_at > ASK_AGAIN:
            try:
                return await self._by_query(since)
            except _REFUSED:
                self._refused_at = time.monotonic()
        return await self._by_digest()

    async def _by_query(self, since: datetime) -> Changes:
        rows: Sequence[Sequence[Any]] = ()
        fresh: Sequence[Sequence[Any]] = ()
        requests = 0
        for most in STEPS:
            query = (
                "SELECT tickets.reference, tickets.updated_at FROM tickets"
                f" ORDER BY tickets.updated_at DESC LIMIT {most}"
            )
            answer = as_object(await self._client.read("tickets/spql", spql=query), writes=False)
            requests += 1
            rows = [row for row in answer.get("results") or () if isinstance(row, list) and len(row) == 2]
            fresh = [row for row in rows if (at := moment(row[1])) is None or at >= since]
            if len(fresh) < most:
                break
        known = [at for row in fresh if (at := moment(row[1])) is not None]
        return Changes(
            tickets=tuple(Change(ref=str(ref), mark=str(at)) for ref, at in fresh),
            until=max(known, default=None),
            cut=len(fresh) >= STEPS[-1],
            requests=requests,
        )

    async def _by_digest(self) -> Changes:
        found: dict[str, Change] = {}
        cut = True
        number = 0
        for number in range(1, PAGES + 1):
            records, paging = await self._latest(number)
            found |= {str(each["reference"]): Change(str(each["reference"]), digest(each)) for each in records}
            if number >= paging.get("pages", number):
                cut = False
                break
        return Changes(tickets=tuple(found.values()), cut=cut, requests=number)

    async def followups(self, ticket: Ticket) -> Sequence[Scheduled] | None:
        """What is listed; ``None`` where this token may not see them."""
        try:
            records = as_list(await self._client.read("tickets/followups", ticket=ticket.ref))
        except _REFUSED:
            return None
        return [scheduled(each) for each in records]

    async def download(self, ticket: Ticket, file: Attached) -> AsyncIterator[bytes]:
        """The bytes of a file, by ``tickets/attachment``."""
        try:
            async for piece in self._client.download(ticket=ticket.ref, attachment=file.id):
                yield piece
        except Withheld as error:
            raise NotSupported(f"Sirportly does not give it out ({error}).") from error


def digest(record: Mapping[str, Any]) -> str:
    """A mark for a ticket as a list shows it."""
    text = json.dumps(record, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
