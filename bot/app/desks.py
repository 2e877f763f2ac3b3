"""The configured helpdesks, built: here and in the settings alone are vendors named."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from bot.app.measured import MeasuredTransport
from bot.app.pausing import Pauses, PausingTransport
from bot.config import Settings, SirportlyTable, SocialBoardsTable
from bot.dispatch import Desk
from bot.helpdesk import Helpdesk
from bot.helpdesk.catalogue import Catalogue
from bot.helpdesk.http import Fetch, aiohttp_transport
from bot.helpdesk.sirportly import CreateDefaults, ForwardDefaults, Sirportly, SirportlySettings
from bot.helpdesk.socialboards import SocialBoards, SocialBoardsSettings
from bot.helpdesk.socialboards.tokens import TokenStore
from bot.ledger import Kept, Ledger, LedgerError

_LEASE = 6.0
"""Seconds after which a refresh that another process began counts as given up, unless it says that it goes on."""


def build(
    settings: Settings, tokens: Callable[[str], TokenStore], fetch: Fetch, *, ledger: Ledger | None = None
) -> dict[str, Desk]:
    """Every helpdesk of the settings, with the cache of its lists.

    ``tokens`` says where a helpdesk's tokens are kept; ``fetch`` gets files out of Slack; through the ``ledger`` other
    processes hear that a helpdesk wants a pause.
    """
    desks: dict[str, Desk] = {}
    for name, table in settings.helpdesks.items():
        helpdesk: Helpdesk
        transport = PausingTransport(Pauses(name, ledger=ledger), MeasuredTransport(name, aiohttp_transport()))
        match table:
            case SirportlyTable():
                helpdesk = Sirportly(name, _sirportly(settings, table), fetch=fetch, transport=transport)
            case SocialBoardsTable():
                helpdesk = SocialBoards(name, _socialboards(settings, table), tokens=tokens(name), transport=transport)
        catalogue = Catalogue(helpdesk)
        desks[name] = Desk(helpdesk, catalogue)
    return desks


def _sirportly(settings: Settings, table: SirportlyTable) -> SirportlySettings:
    env = settings.env
    return SirportlySettings(
        url=(env.sirportly_url or "").rstrip("/"),
        token=env.sirportly_token or "",
        secret=env.sirportly_secret or "",
        application=env.sirportly_application,
        outgoing=table.outgoing,
        timeout=table.timeout,
        settle_after=table.settle_after,
        run_at_zone=ZoneInfo(table.run_at_zone) if table.run_at_zone else None,
        staff_url=table.staff_url,
        create=CreateDefaults(**table.create.model_dump()),
        forward=ForwardDefaults(**table.forward.model_dump()),
    )


def _socialboards(settings: Settings, table: SocialBoardsTable) -> SocialBoardsSettings:
    env = settings.env
    return SocialBoardsSettings(
        url=(env.socialboards_url or "").rstrip("/"),
        client_id=env.socialboards_client_id or "",
        refresh_token=env.socialboards_refresh_token or "",
        timeout=table.timeout,
        settle_after=table.settle_after,
        people=table.people,
        custom_fields=table.custom_fields,
        categories=table.categories,
        unconfirmed=frozenset(table.unconfirmed),
        attachment_hosts=table.attachment_hosts,
        inbox_url=table.inbox_url,
        answer_cancels_followups=table.answer_cancels_followups,
    )


async def no_files(url: str) -> AsyncIterator[bytes]:
    """For whoever builds helpdesks and sends them no files."""
    if url:
        raise FileNotFoundError(url)
    yield b""


class LedgerTokens:
    """A helpdesk's tokens, kept in the ledger for all processes that use it."""

    def __init__(self, ledger: Ledger, name: str) -> None:
        self._ledger = ledger
        self._name = name
        self._here = asyncio.Lock()

    async def load(self) -> dict[str, Any] | None:
        """What was saved last."""
        kept: dict[str, Any] | None = await self._ledger.kept("tokens", self._name)
        return kept

    async def save(self, tokens: dict[str, Any]) -> None:
        """Keep these; once this returns they survive the process."""
        await self._ledger.keep(Kept("tokens", self._name, tokens))

    def exclusive(self) -> AbstractAsyncContextManager[None]:
        """Held by whoever refreshes: one at a time, over all processes."""
        return self._lease()

    @asynccontextmanager
    async def _lease(self) -> AsyncIterator[None]:
        async with self._here:
            mine = {"by": uuid4().hex, "until": 0.0}
            while not await self._take(mine):
                await asyncio.sleep(0.2)
            going_on = asyncio.create_task(self._go_on(mine))
            try:
                yield
            finally:
                going_on.cancel()
                await asyncio.wait([going_on])
                if await self._holder() == mine["by"]:
                    await self._ledger.forget("lease", self._name)

    async def _take(self, mine: dict[str, Any]) -> bool:
        held = await self._ledger.kept("lease", self._name)
        if held is not None and held["until"] > time.time() and held["by"] != mine["by"]:
            return False
        mine["until"] = time.time() + _LEASE
        return await self._ledger.compare_and_keep("lease", self._name, held, dict(mine))

    async def _go_on(self, mine: dict[str, Any]) -> None:
        """Hold it for as long as this takes: a process that died does not, so nobody waits for it for long."""
        while True:
            await asyncio.sleep(_LEASE / 3)
            with suppress(LedgerError):
                await self._take(mine)

    async def _holder(self) -> str | None:
        held = await self._ledger.kept("lease", self._name)
        return None if held is None else str(held["by"])
