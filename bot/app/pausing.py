"""While a helpdesk asks for a pause nothing is sent to it, by whichever of the bot's processes it was asked.

An answer of 429 says that there were too many requests, and perhaps when there may be more (RFC 6585, section 4); what
is counted it does not say. To go on with other requests meanwhile would be to ask for more of the same.
"""

import math
import time
from collections.abc import Callable
from contextlib import suppress

import httpx
import structlog

from bot.helpdesk.http import pause
from bot.ledger import Kept, Ledger, LedgerError

log = structlog.get_logger()

NAMESPACE = "paused"
"""Under which the ledger keeps until when each helpdesk wants nothing more."""
LONGEST = 60.0
"""Seconds for which one answer holds up the other requests, however long it says: somebody may have mistyped."""
UNSAID = 2.0
"""Seconds for which the others wait where the answer does not say how long."""
_LOOK_EVERY = 1.0
"""Seconds between two looks at what other processes were asked: so long they may go on."""


class Pauses:
    """Until when one helpdesk wants nothing more.

    Args:
        helpdesk: Its name, the same in all processes.
        ledger: Shared by them; without it, and on SQLite, this process is the only one.
        clock: Seconds since 1970.
    """

    def __init__(self, helpdesk: str, *, ledger: Ledger | None = None, clock: Callable[[], float] = time.time) -> None:
        self._helpdesk = helpdesk
        self._ledger = ledger if ledger is not None and ledger.store.dialect != "sqlite" else None
        self._clock = clock
        self._until = 0.0
        self._looked = 0.0

    async def left(self) -> float:
        """Seconds that are still to be waited, 0 if none."""
        now = self._clock()
        if self._ledger is not None and now - self._looked >= _LOOK_EVERY:
            self._looked = now
            with suppress(LedgerError):  # who cannot look goes on, and is told by the helpdesk itself
                if kept := await self._ledger.kept(NAMESPACE, self._helpdesk):
                    self._until = max(self._until, min(kept["until"], now + LONGEST))
        return max(0.0, self._until - now)

    async def begin(self, seconds: float) -> None:
        """The helpdesk asks for one."""
        until = self._clock() + min(seconds, LONGEST)
        if until <= self._until:
            return
        self._until = until
        log.warning("helpdesk.pause", helpdesk=self._helpdesk, seconds=seconds)
        if self._ledger is not None:
            with suppress(LedgerError):
                await self._ledger.keep(Kept(NAMESPACE, self._helpdesk, {"until": until}))


class PausingTransport(httpx.AsyncBaseTransport):
    """A helpdesk's transport that answers as the helpdesk did until its pause is over."""

    def __init__(self, pauses: Pauses, inner: httpx.AsyncBaseTransport) -> None:
        self._pauses = pauses
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it on, or answer 429 with the seconds that are left."""
        if left := await self._pauses.left():
            return httpx.Response(429, headers={"retry-after": str(math.ceil(left))}, request=request)
        response = await self._inner.handle_async_request(request)
        if response.status_code == 429:
            asked = response.headers.get("retry-after")
            await self._pauses.begin(UNSAID if asked is None else pause(asked))
        return response

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._inner.aclose()
