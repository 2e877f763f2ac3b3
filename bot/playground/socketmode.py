"""Socket Mode: single-use tickets, envelopes and their acknowledgements, disconnects.

Source: docs.slack.dev/apis/events-api/using-socket-mode. It listens on a loopback port of its own,
because that needs no second WebSocket library beside aiohttp.
"""

import asyncio
import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from bot.playground.clock import Clock
from bot.playground.deliveries import Answer, Parcel
from bot.playground.errors import SlackError
from bot.playground.shapes import JSON
from bot.playground.store import APP

PING_EVERY = 10.0
MOST = 10
GRACE = 0.5
"""Seconds for a client to open its next connection, after it was told to leave this one (an assumption)."""
LIFE = 18_060
"""Seconds that a connection is said to last."""
_TYPES = {"command": "slash_commands", "event": "events_api", "interaction": "interactive", "options": "interactive"}


@dataclass(eq=False)
class _Connection:
    id: str
    socket: web.WebSocketResponse
    waiting: dict[str, asyncio.Future[Answer]] = field(default_factory=dict)
    leaving: bool = False


class SocketMode:
    """Carries parcels to whichever connection is next."""

    def __init__(self, clock: Clock, on_change: Callable[[], None]) -> None:
        self._clock, self._on_change = clock, on_change
        self._tickets: set[str] = set()
        self._connections: list[_Connection] = []
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    async def start(self) -> None:
        """Listen."""
        application = web.Application()
        application.router.add_get("/link/", self._serve)
        self._runner = web.AppRunner(application, shutdown_timeout=0.5, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        await self.disconnect("drop")
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def ticket(self) -> str:
        """An address that one connection can be made to; raises ``SlackError``."""
        if self._runner is None:
            raise SlackError("internal_error")
        ticket = secrets.token_urlsafe(24)
        self._tickets.add(ticket)
        return f"ws://127.0.0.1:{self._port}/link/?ticket={ticket}&app_id={APP}"

    async def carry(self, parcel: Parcel) -> Answer:
        """Send an envelope, and wait until it is acknowledged."""
        connection = next((each for each in self._connections if not each.leaving), None)
        if connection is None:
            return Answer("unreachable", reason="connection_failed")
        self._connections.remove(connection)
        self._connections.append(connection)
        envelope_id = str(uuid.uuid4())
        envelope: JSON = {
            "envelope_id": envelope_id,
            "type": _TYPES[parcel.kind],
            "payload": parcel.body,
            "accepts_response_payload": parcel.accepts_response,
        }
        if parcel.kind == "event":
            envelope |= {"retry_attempt": parcel.retry, "retry_reason": parcel.reason}
        waiting: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = waiting
        try:
            await connection.socket.send_str(json.dumps(envelope))
            return await waiting
        except ConnectionError:
            return Answer("unreachable", reason="connection_failed")
        finally:
            connection.waiting.pop(envelope_id, None)

    async def disconnect(self, reason: str, connection_id: str | None = None) -> int:
        """Tell connections to go, or (``drop``) just cut them; returns how many."""
        chosen = [each for each in self._connections if connection_id in (None, each.id)]
        for connection in chosen:
            if reason != "drop":
                await connection.socket.send_str(json.dumps(_farewell(reason)))
            if reason == "drop":
                await connection.socket.close()
            elif reason != "warning":
                connection.leaving = True
                self._closing.add(task := asyncio.ensure_future(_close_later(connection)))
                task.add_done_callback(self._closing.discard)
        return len(chosen)

    @property
    def ids(self) -> list[str]:
        """The open connections."""
        return [each.id for each in self._connections]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404, text="unknown or used ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(max_msg_size=1_000_000, timeout=1.0)
        await socket.prepare(request)
        if len(self._connections) >= MOST:
            await socket.send_str(json.dumps(_farewell("too_many_websockets")))
            await socket.close()
            return socket
        connection = _Connection(uuid.uuid4().hex, socket)
        await socket.send_str(json.dumps(self._hello()))
        self._connections.append(connection)
        self._on_change()
        pinging = asyncio.ensure_future(self._ping(socket))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    _acknowledge(connection, message.data)
        finally:
            pinging.cancel()
            self._connections.remove(connection)
            for waiting in connection.waiting.values():
                if not waiting.done():
                    waiting.set_result(Answer("unreachable", reason="connection_failed"))
            self._on_change()
        return socket

    def _hello(self) -> JSON:
        return {
            "type": "hello",
            "num_connections": len(self._connections) + 1,
            "debug_info": {"host": "applink-playground", "build_number": 1, "approximate_connection_time": LIFE},
            "connection_info": {"app_id": APP},
        }

    async def _ping(self, socket: web.WebSocketResponse) -> None:
        while not socket.closed:
            await socket.ping(f"Ping from {APP}".encode())
            await asyncio.sleep(PING_EVERY)


async def _close_later(connection: _Connection) -> None:
    await asyncio.sleep(GRACE)
    await connection.socket.close()


def _farewell(reason: str) -> JSON:
    return {
        "type": "disconnect",
        "reason": reason,
        "debug_info": {"host": "applink-playground", "build_number": 1, "approximate_connection_time": LIFE},
    }


def _acknowledge(connection: _Connection, text: str) -> None:
    try:
        message = json.loads(text)
    except ValueError:
        return
    if not isinstance(message, dict):
        return
    waiting = connection.waiting.get(str(message.get("envelope_id")))
    if waiting is not None and not waiting.done():
        waiting.set_result(Answer("acknowledged", body=message.get("payload")))
