"""What has changed in a SocialBoards community, and the files of its tickets.

``POST /tickets/list`` can be ordered by activity and by nothing else (page "List Tickets"), and whether a new status
or another assignee counts as activity is not documented: so tickets that are wanted are asked for by their numbers as
well, and everything is compared by what a list shows of it.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from bot.actions import Ticket
from bot.errors import NotSupported
from bot.helpdesk import Change, Changes
from bot.helpdesk.http import Withheld
from bot.helpdesk.socialboards.decode import JSONObject, moment, tag_names
from bot.helpdesk.socialboards.reads import MOST, SocialBoardsReads
from bot.outcomes import Attached

PAGES = 4
"""Answers that are looked through for what has changed since the last look."""


class SocialBoardsWatching(SocialBoardsReads):
    """The half of the port that the mirror reads."""

    async def changed(self, since: datetime, *, among: Sequence[str] = ()) -> Changes:
        """The latest active tickets, and those among ``among``."""
        found: dict[str, JSONObject] = {}
        requests, cut = 0, True
        while cut and requests < PAGES:
            some = await self._listed(orderBy="last_thread_activity_desc", skip=requests * MOST)
            requests += 1
            found |= {str(each["id"]): each for each in some}
            cut = len(some) == MOST and all((at := _active(each)) is None or at >= since for each in some)
        latest = max((at for each in found.values() if (at := _active(each)) is not None), default=None)
        if wanted := [int(ref) for ref in among[:MOST] if ref not in found]:
            found |= {str(each["id"]): each for each in await self._listed(ticketIds=wanted)}
            requests += 1
        return Changes(
            tickets=tuple(Change(ref, _mark(each)) for ref, each in found.items()),
            until=latest,
            cut=cut,
            requests=requests,
        )

    def mirror_lacks(self) -> str | None:
        """Replies and internal notes, as long as nobody has confirmed how they are read and written."""
        lacking = [
            (route, words)
            for route, words in (
                ("notes", f"What is said in threads cannot become an internal note in {self.name}."),
                (
                    "replies",
                    f"What is written on a ticket in {self.name} will not appear in its threads, only its status and"
                    " the like.",
                ),
            )
            if not self._may(route)
        ]
        if not lacking:
            return None
        names = ", ".join(f'"{route}"' for route, _ in lacking)
        return (
            f"{' '.join(words for _, words in lacking)} SocialBoards does not document these calls where they could be"
            " found, so they are off until whoever runs the bot has tried them and writes"
            f" unconfirmed = [{names}] into the configuration of this helpdesk."
        )

    async def download(self, ticket: Ticket, file: Attached) -> AsyncIterator[bytes]:  # noqa: ARG002 - by address
        """The bytes at a file's address, if that is on a host that files may be fetched from."""
        address = file.address or ""
        if not self._trusted(address):
            raise NotSupported("It lies where the bot may not fetch it: see attachment_hosts in the configuration.")
        try:
            async for piece in self._client.download(address):
                yield piece
        except Withheld as error:
            raise NotSupported(f"It is not given out there ({error}).") from error

    def _trusted(self, address: str) -> bool:
        """Whether an address may be asked: somebody outside chose it, and the bot may be where they are not."""
        try:
            there, home = urlsplit(address), urlsplit(self.settings.url)
            same = (there.scheme, there.hostname, there.port) == (home.scheme, home.hostname, home.port)
            plain = there.scheme == "https" and there.port in {None, 443} and there.username is None
        except ValueError:
            return False
        return same or (plain and there.hostname in self.settings.attachment_hosts)


def _active(record: JSONObject) -> datetime | None:
    return moment(record.get("lastThreadElementCreationTime"))


def _mark(record: JSONObject) -> str:
    """What a list shows of a ticket that can change."""
    locked, category = record.get("lockedBy") or {}, record.get("category") or {}
    shown = [
        *(str(record.get(name)) for name in ("lastThreadElementCreationTime", "status", "replyCount", "title")),
        str(locked.get("id")),
        str(category.get("id")),
        *sorted(tag_names(record)),
    ]
    return hashlib.blake2b("\0".join(shown).encode(), digest_size=12).hexdigest()
