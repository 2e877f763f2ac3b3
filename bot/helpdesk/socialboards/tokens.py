"""Access tokens: good for about an hour, and got from a refresh token that may change with every use.

Page "Access Token v2": ``POST /token`` with ``grant_type``, ``refresh_token`` and ``client_id`` answers with both
tokens. Whether the refresh token in the answer replaces the one that was sent is not stated, so the last one is always
kept, and kept before the access token is used. It wins over the configured one until the configured one changes: that
is how whoever runs the bot puts a revoked token right.
"""

import asyncio
import hashlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from bot.errors import AuthenticationFailed, UnexpectedResponse
from bot.helpdesk import JSON
from bot.helpdesk.http import Answer, Connection, read_json
from bot.helpdesk.socialboards.settings import SocialBoardsSettings

AHEAD = timedelta(minutes=5)
"""How long before its end an access token is replaced; less for one that lives shorter than twice that."""


class TokenStore(Protocol):
    """Where the tokens of one helpdesk are kept, for all processes that use it."""

    async def load(self) -> JSON | None:
        """What was saved last."""

    async def save(self, tokens: JSON) -> None:
        """Keep these; once this returns they survive the process."""

    def exclusive(self) -> AbstractAsyncContextManager[None]:
        """Held by whoever refreshes: one at a time, over all processes."""


class MemoryTokens:
    """Tokens that last as long as the process."""

    def __init__(self) -> None:
        self._tokens: JSON | None = None
        self._lock = asyncio.Lock()

    async def load(self) -> JSON | None:
        """What was saved last."""
        return self._tokens

    async def save(self, tokens: JSON) -> None:
        """Keep these."""
        self._tokens = dict(tokens)

    def exclusive(self) -> AbstractAsyncContextManager[None]:
        """One refresher at a time."""
        return self._lock


class Tokens:
    """The access token of one helpdesk, always a good one."""

    def __init__(
        self,
        settings: SocialBoardsSettings,
        connection: Connection,
        store: TokenStore,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._connection = connection
        self._store = store
        self._clock = clock
        self._configured = hashlib.sha256(settings.refresh_token.encode()).hexdigest()
        self._current: JSON | None = None
        self._renewal: asyncio.Task[JSON] | None = None

    async def access(self, *, refused: str | None = None) -> str:
        """A token for the next request; ``refused`` is one that has just been turned down.

        Raises:
            AuthenticationFailed: the refresh token is not accepted.
            Unavailable: there is no getting through.
        """
        if (token := self._good(self._current, refused)) is not None:
            return token
        renewed = await self._joined(refused)
        if renewed["access_token"] == refused:
            # That renewal began before the token was turned down.
            renewed = await self._joined(refused)
        return str(renewed["access_token"])

    async def _joined(self, refused: str | None) -> JSON:
        """The tokens of the renewal that is under way, or of a new one.

        Shielded: whoever waits may be cancelled, and a refresh token that came back and is not kept may be the last.
        """
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew(refused), name="renew the access token")
            self._renewal.add_done_callback(_seen)
        return await asyncio.shield(self._renewal)

    async def _renew(self, refused: str | None) -> JSON:
        async with self._store.exclusive():
            kept = await self._stored()
            if kept is None or self._good(kept, refused) is None:
                kept = await self._refreshed(kept)
                await self._store.save(kept)
            # Otherwise somebody else was quicker.
        self._current = kept
        return kept

    async def _stored(self) -> JSON | None:
        kept = await self._store.load()
        return kept if kept is not None and kept.get("configured") == self._configured else None

    def _good(self, tokens: JSON | None, refused: str | None) -> str | None:
        if tokens is None or tokens["access_token"] == refused:
            return None
        return tokens["access_token"] if self._clock() < datetime.fromisoformat(tokens["renew_at"]) else None

    async def _refreshed(self, kept: JSON | None) -> JSON:
        configured = self._settings.refresh_token
        last = str(kept["refresh_token"]) if kept is not None else configured
        try:
            return await self._exchange(last)
        except AuthenticationFailed:
            if last == configured:
                raise
            # The kept one is worth nothing any more; the configured one costs a try.
            return await self._exchange(configured)

    async def _exchange(self, refresh_token: str) -> JSON:
        asked = self._clock()
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": self._settings.client_id,
        }
        # Not a write in the sense that matters: nothing of an action can have been done by it.
        tokens = decode_tokens(await self._connection.send("POST", "/token", writes=False, form=form))
        life = timedelta(seconds=float(tokens["expires_in"]))
        return {
            "configured": self._configured,
            "refresh_token": str(tokens.get("refresh_token") or refresh_token),
            "access_token": str(tokens["access_token"]),
            "renew_at": (asked + life - min(AHEAD, life / 2)).astimezone(UTC).isoformat(),
        }


def _seen(renewal: "asyncio.Task[JSON]") -> None:
    """If nobody waits any more, a failure is no surprise either."""
    if not renewal.cancelled():
        renewal.exception()


def decode_tokens(answer: Answer) -> dict[str, Any]:
    """The answer of ``/token``, which has no envelope.

    Raises:
        AuthenticationFailed: a refusal; how it looks is not documented, so any 4xx counts.
        UnexpectedResponse: a success without tokens.
    """
    value = read_json(answer, writes=False)
    if 400 <= answer.status < 500:
        problem = value.get("error") if isinstance(value, dict) else None
        raise AuthenticationFailed(f"the refresh token is not accepted: HTTP {answer.status} {problem or ''}".rstrip())
    if not isinstance(value, dict) or not value.get("access_token") or not _number(value.get("expires_in")):
        raise UnexpectedResponse(f"no tokens in the answer of /token: HTTP {answer.status}")
    return value


def _number(value: Any) -> bool:
    return isinstance(value, int | float | str) and str(value).replace(".", "", 1).isdecimal()
