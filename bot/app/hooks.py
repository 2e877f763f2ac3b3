"""Where helpdesks may say that something has changed. It is a hint and nothing more: it makes a look earlier.

Neither vendor documents a signature. So the address holds a part that nobody can guess, it is compared in constant
time, what is sent is never believed, and no more than a few a second are listened to. Looked is two seconds later and
once more after five: Sirportly's macros run before the change is committed (README of the AfterCommit module).
"""

import asyncio
import hmac
import json
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.actions import Ticket
from bot.config import Settings
from bot.errors import UserError
from bot.helpdesk import Helpdesk
from bot.ledger import Ledger, LedgerError
from bot.mirror.entries import look, look_now
from bot.mirror.links import Links

log = structlog.get_logger()

PREFIX = "/hooks"
MOST = 256 * 1024
"""Bytes of a body."""
DELAYS = (2.0, 5.0)
"""Seconds after a hint at which is looked."""
PER_SECOND, BURST = 5.0, 20.0
MOST_TICKETS = 20
"""That one request may name."""

Hint = Callable[[str, str | None], Awaitable[None]]
"""Told the kind of helpdesk, and the reference where it was said."""


class Hints:
    """Makes looks of hints."""

    def __init__(self, settings: Settings) -> None:
        self._kinds = {name: table.kind for name, table in settings.helpdesks.items()}
        self._ledger: Ledger | None = None
        self._helpdesks: dict[str, Helpdesk] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, ledger: Ledger, helpdesks: dict[str, Helpdesk]) -> None:
        """Take hints from now on."""
        self._ledger = ledger
        self._helpdesks = helpdesks

    async def stop(self) -> None:
        """Let go of what has not been looked at; it is looked at in time anyway."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def take(self, kind: str, ref: str | None) -> None:
        """Have a ticket looked at, or its helpdesk asked where nobody said which ticket it is."""
        if self._ledger is None:
            return
        for name in (name for name, each in self._kinds.items() if each == kind and name in self._helpdesks):
            if ref is None:
                task = asyncio.create_task(self._ask(self._ledger, name))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
                continue
            try:
                ticket = Ticket(helpdesk=name, ref=self._helpdesks[name].canonical(ref))
            except UserError:
                continue
            if await Links(self._ledger).of_ticket(ticket):
                now = datetime.now(UTC)
                second = int(now.timestamp())
                due = [(f"hint:{second}:{delay}", now + timedelta(seconds=delay)) for delay in DELAYS]
                await self._ledger.record([look(ticket, because=because, due=at) for because, at in due])

    @staticmethod
    async def _ask(ledger: Ledger, helpdesk: str) -> None:
        waited = 0.0
        for delay in DELAYS:
            await asyncio.sleep(delay - waited)
            waited = delay
            try:
                await look_now(ledger, helpdesk)
            except LedgerError:
                log.warning("hint.not_now", helpdesk=helpdesk)


def routes(settings: Settings, hint: Hint) -> list[Route]:
    """What is answered under ``/hooks/``, as far as it is configured."""
    env = settings.env
    bucket = _Bucket()

    async def socialboards(request: Request) -> Response:
        if not _same(request.path_params["secret"], env.socialboards_hook_path):
            return PlainTextResponse("not found", 404)
        if request.method == "GET":
            given = request.query_params.get("verifyToken", "")
            if not _same(given, env.socialboards_verify_token):
                return PlainTextResponse("wrong token", 403)
            return PlainTextResponse(request.query_params.get("challenge", "")[:200])
        return await _taken(request, "socialboards", _of_socialboards)

    async def sirportly(request: Request) -> Response:
        if not _same(request.path_params["secret"], env.sirportly_hook_path):
            return PlainTextResponse("not found", 404)
        return await _taken(request, "sirportly", _of_sirportly)

    async def _taken(request: Request, kind: str, read: Callable[[bytes], list[str | None]]) -> Response:
        if not bucket.take():
            return PlainTextResponse("later", 429, headers={"Retry-After": "1"})
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        try:
            refs = read(body)
        except (ValueError, TypeError, AttributeError, RecursionError):
            return PlainTextResponse("unreadable", 400)
        try:
            for ref in refs[:MOST_TICKETS]:
                await hint(kind, ref)
        except LedgerError:
            log.warning("hint.not_recorded", kind=kind)  # it is seen at the next look
        return PlainTextResponse("ok")

    found = []
    if env.socialboards_hook_path:
        found.append(Route(f"{PREFIX}/socialboards/{{secret}}", socialboards, methods=["GET", "POST"]))
    if env.sirportly_hook_path:
        found.append(Route(f"{PREFIX}/sirportly/{{secret}}", sirportly, methods=["POST"]))
    return found


def _of_socialboards(body: bytes) -> list[str | None]:
    """The tickets of a notification (pages "Webhooks", "Webhook payload"); names in PascalCase."""
    payload = json.loads(body)
    numbers = [payload.get("TicketId"), *((each.get("Ticket") or {}).get("Id") for each in payload.get("Events") or ())]
    return list(dict.fromkeys(str(each) for each in numbers if isinstance(each, int) and not isinstance(each, bool)))


def _of_sirportly(body: bytes) -> list[str | None]:
    """The ticket of a macro's call: JSON in the form field ``ticket``, with ``reference`` or only the number ``id``."""
    fields = parse_qs(body.decode(), max_num_fields=50)
    ticket = json.loads(fields["ticket"][0]) if "ticket" in fields else {}
    reference = ticket.get("reference")
    return [reference[:40] if isinstance(reference, str) and reference else None]


async def _body(request: Request) -> bytes | None:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST:
            return None
    return body


def _same(given: str, known: str | None) -> bool:
    return bool(known) and hmac.compare_digest(given.encode(), str(known).encode())


class _Bucket:
    """So many a second, and a few more at once."""

    def __init__(self) -> None:
        self._left = BURST
        self._at = time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self._left = min(BURST, self._left + (now - self._at) * PER_SECOND)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
