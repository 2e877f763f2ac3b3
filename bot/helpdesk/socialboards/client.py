"""Calls to the SocialBoards Ticket API: JSON, an access token in every header."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any

import httpx

from bot.errors import AuthenticationFailed
from bot.helpdesk.http import Connection
from bot.helpdesk.socialboards.decode import decode
from bot.helpdesk.socialboards.settings import SocialBoardsSettings
from bot.helpdesk.socialboards.tokens import Tokens, TokenStore

Query = Mapping[str, str | int]
DOWNLOAD_PATIENCE = 12
"""How many times the time-out of one request a file may take."""


class Client:
    """One community's API."""

    def __init__(
        self,
        settings: SocialBoardsSettings,
        *,
        store: TokenStore,
        clock: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        self._connection = Connection(settings.url, timeout=settings.timeout, transport=transport)
        self._download_timeout = settings.timeout * DOWNLOAD_PATIENCE
        self._tokens = Tokens(settings, self._connection, store, clock)

    async def read(self, method: str, path: str, body: object = None, query: Query | None = None) -> Any:
        """What a reading route says. Raises as :func:`bot.helpdesk.socialboards.decode.decode`."""
        return await self._call(method, path, body, query, writes=False)

    async def write(self, method: str, path: str, body: object) -> Any:
        """What a writing route says it did."""
        return await self._call(method, path, body, None, writes=True)

    def download(self, address: str) -> AsyncIterator[bytes]:
        """The bytes at an address. No token goes there: what it would take is not documented."""
        return self._connection.stream("GET", address, timeout=self._download_timeout)

    async def close(self) -> None:
        """Let go of connections."""
        await self._connection.close()

    async def _call(self, method: str, path: str, body: object, query: Query | None, *, writes: bool) -> Any:
        token = await self._tokens.access()
        try:
            return await self._send(token, method, path, body, query, writes=writes)
        except AuthenticationFailed:
            # Turned away at the door, so nothing was done: an access token may end before its time. Once.
            token = await self._tokens.access(refused=token)
            return await self._send(token, method, path, body, query, writes=writes)

    async def _send(
        self, token: str, method: str, path: str, body: object, query: Query | None, *, writes: bool
    ) -> Any:
        headers = {"authorization": f"Bearer {token}"}
        answer = await self._connection.send(method, path, writes=writes, headers=headers, body=body, query=query)
        return decode(answer, writes=writes)
