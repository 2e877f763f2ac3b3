"""Signed slash commands over keep-alive connections, with as little in the way as a client can have."""

import asyncio
import contextlib
import hashlib
import hmac
import itertools
import time
from dataclasses import dataclass
from urllib.parse import quote_plus

_numbers = itertools.count()


TICKETS = 64
"""How many the commands are about: each is a lane of its own for the bot."""


@dataclass(frozen=True)
class Measured:
    """Latencies in milliseconds, and how many commands a second were accepted."""

    latencies: tuple[float, ...]
    per_second: float

    def percentile(self, share: float) -> float:
        """The latency below which that share of the answers came."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def request(secret: str, text: str, *, channel: str = "C0SUPPORT") -> bytes:
    """One command as Slack sends it, with a trigger of its own."""
    trigger = f"{time.time_ns()}.{next(_numbers)}"
    body = (
        f"token=t&team_id=T0PLAY&team_domain=acme&channel_id={channel}&channel_name=support&user_id=U0ADAM"
        f"&user_name=adam&command=%2Fticket&text={quote_plus(text)}&api_app_id=A0PLAY&is_enterprise_install=false"
        f"&response_url=&trigger_id={trigger}"
    )
    return signed(secret, body)


def signed(secret: str, body: str) -> bytes:
    """A request as Slack signs it."""
    stamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nX-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={digest}\r\n\r\n"
    )
    return (head + body).encode()


def note() -> str:
    """A command that nobody gave before."""
    number = next(_numbers)
    return f"note AB-{200000 + number % TICKETS} load {number}"


class Connection:
    """One connection, kept alive by servers that can; with others each request opens its own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, data: bytes) -> float:
        """Milliseconds until the whole answer was there; anything but a 200 ends the run.

        A connection that is refused because the server's backlog is full is tried again, as a client would.
        """
        began = time.perf_counter()
        while True:
            try:
                await self._exchange(data)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
                await asyncio.sleep(0.001)
            else:
                return (time.perf_counter() - began) * 1000

    async def _exchange(self, data: bytes) -> None:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(data)
        head = await reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError(f"the app answered {head!r}")
        if b"content-length:" in lower:
            length = int(lower.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            await reader.readexactly(length)
        elif b"chunked" in lower:
            while (size := int(await reader.readline(), 16)) >= 0:
                await reader.readexactly(size + 2)
                if size == 0:
                    break
        if head.startswith(b"HTTP/1.0") or b"connection: close" in lower:
            self.close()

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def saturate(port: int, secret: str, *, connections: int, seconds: float) -> Measured:
    """As many as it takes, each connection one after the other."""
    latencies: list[float] = []
    until = time.perf_counter() + seconds

    async def one() -> None:
        connection = Connection(port)
        with contextlib.suppress(TimeoutError):  # what is not answered by then does not count
            async with asyncio.timeout(seconds):
                while time.perf_counter() < until:
                    latencies.append(await connection.send(request(secret, note())))
        connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    return Measured(tuple(latencies), len(latencies) / (time.perf_counter() - began))


async def paced(port: int, secret: str, *, per_second: float, seconds: float) -> Measured:
    """Evenly spaced, however long each takes."""
    latencies: list[float] = []
    idle: list[Connection] = [Connection(port) for _ in range(8)]

    async def one() -> None:
        connection = idle.pop() if idle else Connection(port)
        latencies.append(await connection.send(request(secret, note())))
        idle.append(connection)

    await asyncio.gather(*(each.send(request(secret, note())) for each in idle))  # connected before it counts
    began = time.perf_counter()
    tasks = []
    for number in range(int(per_second * seconds)):
        await asyncio.sleep(max(0, began + number / per_second - time.perf_counter()))
        tasks.append(asyncio.create_task(one()))
    await asyncio.gather(*tasks)
    for connection in idle:
        connection.close()
    return Measured(tuple(latencies), len(latencies) / (time.perf_counter() - began))
