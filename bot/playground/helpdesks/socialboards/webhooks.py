"""Telling a subscriber that a ticket's status has changed, after asking whether it is one."""

import asyncio
import contextlib
import json
import logging
import secrets
from typing import Any

import aiohttp

from bot.playground.helpdesks.faults import Fault
from bot.playground.helpdesks.socialboards import shapes
from bot.playground.helpdesks.socialboards.books import Books
from bot.playground.helpdesks.socialboards.community import category

logger = logging.getLogger(__name__)

PATIENCE = aiohttp.ClientTimeout(total=10)
CHALLENGE_TRIES, CHALLENGE_PAUSE = 120, 0.5
READABLE = (
    "attachments",
    "author",
    "category",
    "creationTime",
    "detailedSource",
    "id",
    "lastThreadElementCreationTime",
    "lockedBy",
    "message",
    "originalLink",
    "properties",
    "replyCount",
    "isMuted",
    "sentiment",
)
"""The part of a ticket in a notification that could be read; what follows it in the vendor's example was cut off."""


def payload(books: Books, ticket: int, previous: str) -> dict[str, Any]:
    """The notification of a status change, in PascalCase."""
    row = books.store.one("SELECT * FROM tickets WHERE id = ?", (ticket,))
    assert row is not None
    shown = shapes.ticket(books, row)
    inside = shapes.pascal({name: shown[name] for name in READABLE})
    if chosen := category(row["category_id"]):
        inside["Category"]["Parents"] = [shapes.pascal(each.short()) for each in [category(chosen.parent)] if each]
    link = f"https://inbox.socialboards.com/{books.settings.community}/tickets?ticketId={ticket}"
    return {
        "CommunityName": books.settings.community,
        "EventType": "ticket_status_change",
        "TicketId": ticket,
        "Events": [{"InboxLink": link, "PreviousTicketStatus": previous, "Ticket": inside}],
    }


class Webhook:
    """Where notifications go, if anywhere, and those still to be sent. Nothing is repeated: no policy is documented."""

    def __init__(self, url: str | None, verify_token: str) -> None:
        self.url: str | None = None
        self.verify_token = verify_token
        self._wanted = url
        self._queue: asyncio.Queue[tuple[Books, int]] = asyncio.Queue()
        self._held: list[int] = []
        self._tasks: list[asyncio.Task[None]] = []

    def notify(self, books: Books, fault: Fault | None) -> None:
        """Make a notification of each status change in ``books`` and send it, or hold it back if a fault says so."""
        late, twice = (fault is not None and fault.kind == kind for kind in ("webhook_late", "webhook_twice"))
        for ticket, previous in books.status_changes:
            text = json.dumps(payload(books, ticket, previous), ensure_ascii=False)
            key = books.store.insert("notifications", {"ticket_id": ticket, "payload": text, "made_at": books.present})
            if late:
                self._held.append(key)
                continue
            for each in (key, *([key] if twice else []), *self._held):
                self._queue.put_nowait((books, each))
            self._held.clear()

    async def verify(self, url: str, verify_token: str) -> str | None:
        """Ask ``url`` to repeat a challenge; gives what is wrong, or None and takes it as the subscriber."""
        challenge = str(secrets.randbelow(9_000_000_000) + 1_000_000_000)
        query = {"challenge": challenge, "verifyToken": verify_token}
        try:
            async with aiohttp.ClientSession(timeout=PATIENCE) as http, http.get(url, params=query) as response:
                answered = (await response.text()).strip()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return f"no answer: {type(error).__name__}"
        if response.status != 200 or answered != challenge:
            return f"answered {response.status} and not the challenge"
        self.url, self.verify_token = url, verify_token
        return None

    async def start(self) -> None:
        """Begin to send, and to ask the subscriber given at the start until it answers."""
        self._tasks = [asyncio.create_task(self._send()), asyncio.create_task(self._introduce())]

    async def stop(self) -> None:
        """Send no more."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def forget(self) -> None:
        """Drop what is waiting; the subscriber stays."""
        self._held.clear()
        while not self._queue.empty():
            self._queue.get_nowait()

    async def _introduce(self) -> None:
        for _ in range(CHALLENGE_TRIES if self._wanted else 0):
            problem = await self.verify(self._wanted or "", self.verify_token)
            if problem is None:
                return
            logger.info("webhook not verified yet", extra={"problem": problem})
            await asyncio.sleep(CHALLENGE_PAUSE)

    async def _send(self) -> None:
        async with aiohttp.ClientSession(timeout=PATIENCE) as http:
            while True:
                books, key = await self._queue.get()
                row = books.store.one("SELECT payload FROM notifications WHERE id = ?", (key,))
                if self.url is None or row is None:
                    continue
                headers = {"Content-Type": "application/json; charset=utf-8"}
                try:
                    async with http.post(self.url, data=row["payload"].encode(), headers=headers) as response:
                        books.store.change("notifications", key, {"status": response.status})
                except (aiohttp.ClientError, TimeoutError) as error:
                    books.store.change("notifications", key, {"problem": type(error).__name__})
