"""The HTTP front of a local helpdesk: faults, the log, and the way to the vendor's own behaviour."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from bot.playground.hanging_up import hang_up
from bot.playground.helpdesks.clock import stamp
from bot.playground.helpdesks.control import OWN_PATHS, routes
from bot.playground.helpdesks.exchange import Answer, Incoming, RefusedError
from bot.playground.helpdesks.faults import FIRST, Fault
from bot.playground.helpdesks.helpdesk import Helpdesk

logger = logging.getLogger(__name__)

TICK = 0.2
LONGEST_TARGET = 8190
"""Bytes of path and query. The limit of the real front server is not known; this is a common one."""


class Front(Starlette):
    """The ASGI application of one helpdesk.

    Vendor paths are answered here, ahead of Starlette's middleware: it is faster, and only here is the server's own
    connection at hand, which some faults have to close.
    """

    def __init__(self, helpdesk: Helpdesk) -> None:
        super().__init__(routes=[*routes(helpdesk), *helpdesk.routes()], lifespan=self._lifespan)
        self.helpdesk = helpdesk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(OWN_PATHS):
            await super().__call__(scope, receive, send)
            return
        began = time.perf_counter()
        incoming = await _incoming(scope, receive, self.helpdesk)
        if incoming is None:
            return
        logged = self.helpdesk.log.begin(stamp(self.helpdesk.clock.now()), incoming)
        try:
            answer = await self._answer(incoming, logged)
            logged.milliseconds = round((time.perf_counter() - began) * 1000, 3)
            if answer is None:
                await hang_up(receive)
                return
            logged.status = answer.status
            await _send(answer, send)
        except Exception:
            logger.exception("local helpdesk failed on %s %s", incoming.method, incoming.path)
            logged.status = 500
            await _send(Answer.page(500, "Internal Server Error"), send)

    async def _answer(self, incoming: Incoming, logged: Any) -> Answer | None:
        """The answer, or None where the connection is to be closed without one."""
        fault = incoming.fault
        if fault is None:
            return await self._work(incoming, logged)
        if fault.kind == "drop":
            return None
        if fault.kind == "slow" and not fault.after:
            await asyncio.sleep(fault.seconds)
        if fault.kind in FIRST and not fault.after:
            return _instead(fault, self.helpdesk)
        answer = await self._work(incoming, logged)
        if fault.kind == "slow" and fault.after:
            await asyncio.sleep(fault.seconds)
        if fault.kind == "lost":
            return None
        return _instead(fault, self.helpdesk) if fault.kind in FIRST else answer

    async def _work(self, incoming: Incoming, logged: Any) -> Answer:
        if len(incoming.path) + len(incoming.query) > LONGEST_TARGET:
            return Answer.page(414, "Request-URI Too Large")
        try:
            return await self.helpdesk.answer(incoming, logged)
        except RefusedError as refused:
            return refused.answer

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        ticking = asyncio.create_task(self._tick())
        await self.helpdesk.started()
        try:
            yield
        finally:
            ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ticking
            await self.helpdesk.stopped()
            self.helpdesk.store.close()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            try:
                self.helpdesk.tick()
            except Exception:
                logger.exception("local helpdesk failed on what was due")


async def _incoming(scope: Scope, receive: Receive, helpdesk: Helpdesk) -> Incoming | None:
    """The whole request, and the fault that is to hit it; None when the caller left before it was all sent."""
    pieces = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        pieces.append(message.get("body", b""))
        if not message.get("more_body", False):
            break
    headers: Mapping[str, str] = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    incoming = Incoming(
        scope["method"], scope["path"], scope["query_string"].decode("latin-1"), headers, b"".join(pieces)
    )
    fault = helpdesk.faults.take(incoming.method, incoming.path)
    return replace(incoming, fault=fault) if fault else incoming


def _instead(fault: Fault, helpdesk: Helpdesk) -> Answer:
    match fault.kind:
        case "html":
            return Answer.page(500, "Internal Server Error")
        case "rate_limit":
            refusal = helpdesk.failure(429, "(local helpdesk) too many requests")
            return replace(refusal, headers={"retry-after": str(fault.retry_after)})
        case "literal":
            return Answer.json(bool(fault.value))
        case "error_code":
            return Answer.json({"data": None, "errorCode": fault.code, "errorText": "(local helpdesk) asked to fail"})
        case _:
            return helpdesk.failure(503, "(local helpdesk) service unavailable")


async def _send(answer: Answer, send: Send) -> None:
    headers = [
        (b"content-type", answer.media.encode()),
        (b"content-length", str(len(answer.content)).encode()),
        *((name.encode(), value.encode()) for name, value in answer.headers.items()),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})
