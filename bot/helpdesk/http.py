"""The HTTP part that the helpdesks share: one client each, finite time-outs, and what a failure means.

What went wrong is told apart by one question: can the helpdesk have done it? A connection that was never made has done
nothing, whatever was asked. Anything else that goes wrong with a *write* (no answer in time, a cut one, any 5xx, a page
of HTML, nonsense) may have been done. A read is always safe to try again. Nothing is repeated here: that is the
ledger's to decide.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from bot.errors import HelpdeskError, OutcomeUnknown, RateLimited, Unavailable

Fetch = Callable[[str], AsyncIterator[bytes]]
"""Where the bytes of a file come from, given its address."""

CONNECTIONS = 64
DEFAULT_PAUSE = 30.0
"""Seconds to wait after a 429 that does not say how long."""
LONGEST_QUOTE = 300
"""Characters of an unreadable answer that go into the log."""

_HEADERS = {"accept": "application/json", "accept-encoding": "gzip, deflate", "user-agent": "ticketbot"}
_MOST_URLS = 256

_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_NEVER_SENT_HTTPX = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By names in lower case."""

    @property
    def quote(self) -> str:
        """What came, for the log: its kind and size, and never its words, which may be somebody's."""
        kind = self.headers.get("content-type", "no type")
        return f"HTTP {self.status}, {kind}, {len(self.body)} bytes"


class Connection:
    """The way to one helpdesk.

    httpx's requests and responses over its transport, without its client: half of what that costs is for redirects,
    cookies, authentication and addresses that change, none of which there are here.

    Args:
        base: The address that paths are added to.
        timeout: Seconds for one request, all of it.
        transport: The seam for tests; real requests go through aiohttp.
    """

    def __init__(self, base: str, *, timeout: float, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._base = base.rstrip("/")
        self._timeout = timeout
        self._transport = transport or aiohttp_transport()
        # Making the connection gets half of the time, so that the other half never hides that nothing was sent.
        phases = httpx.Timeout(None, connect=timeout / 2, pool=timeout / 2)
        self._extensions = {"timeout": phases.as_dict()}
        self._urls: dict[str, httpx.URL] = {}

    async def send(
        self,
        method: str,
        path: str,
        *,
        writes: bool,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        body: object = None,
        query: Mapping[str, str | int] | None = None,
        stream: AsyncIterator[bytes] | None = None,
        timeout: float | None = None,
    ) -> Answer:
        """Send one request and return whatever came back, as long as something did.

        Raises:
            Unavailable: nothing was sent, or it was a read.
            OutcomeUnknown: a write got no answer.
        """
        content: dict[str, Any] = {}
        if form is not None:
            content["data"] = dict(form)
        elif body is not None:
            content["json"] = body
        elif stream is not None:
            content["content"] = stream
        try:
            async with (
                asyncio.timeout(timeout or self._timeout),
                self._answered(method, path, headers, dict(query) if query else None, content) as response,
            ):
                await response.aread()
        except (httpx.HTTPError, httpx.StreamError, aiohttp.ClientError, OSError) as error:
            problem = f"{method} {path}: {type(error).__name__} {error}".rstrip()
            if not writes or never_sent(error):
                raise Unavailable(problem) from error
            raise OutcomeUnknown(problem) from error
        headers_back = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, response.content, headers_back)

    async def stream(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        timeout: float,
    ) -> AsyncIterator[bytes]:
        """The body of a good answer, a piece at a time; ``path`` may be a whole address.

        Raises:
            Unavailable: no answer, 429, any 5xx, or the body broke off.
            Withheld: another refusal.
        """
        content = {"data": dict(form)} if form is not None else {}
        try:
            async with asyncio.timeout(timeout), self._answered(method, path, headers, None, content) as response:
                if response.status_code == 429 or response.status_code >= 500:
                    raise Unavailable(f"{method} {path}: HTTP {response.status_code}")
                if response.status_code != 200:
                    raise Withheld(response.status_code)
                async for piece in response.aiter_bytes():
                    yield piece
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, aiohttp.ClientError, OSError) as error:
            raise Unavailable(f"{method} {path}: {type(error).__name__} {error}".rstrip()) from error

    async def close(self) -> None:
        """Let go of connections."""
        await self._transport.aclose()

    @asynccontextmanager
    async def _answered(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None,
        query: dict[str, str | int] | None,
        content: dict[str, Any],
    ) -> AsyncIterator[httpx.Response]:
        request = httpx.Request(
            method,
            self._url(path),
            params=query,
            headers={**_HEADERS, **(headers or {})},
            extensions=self._extensions,
            **content,
        )
        response = await self._transport.handle_async_request(request)
        try:
            yield response
        finally:
            await response.aclose()

    def _url(self, path: str) -> httpx.URL:
        """The address of a path, parsed once: that takes longer than building the rest of the request."""
        url = self._urls.get(path)
        if url is None:
            if len(self._urls) >= _MOST_URLS:
                self._urls.clear()
            url = self._urls[path] = httpx.URL(path if "://" in path else f"{self._base}{path}")
        return url


class Withheld(Exception):
    """A file is not given out; ``status`` says what was answered."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


def never_sent(error: BaseException) -> bool:
    """Whether a failed request cannot have reached the helpdesk.

    The httpx-aiohttp transport reports a connection that the server closed under a sent request as ConnectTimeout too,
    so where aiohttp is the cause, its own class decides.
    """
    cause = error.__cause__
    if isinstance(error, aiohttp.ClientError):
        return isinstance(error, _NEVER_SENT)
    if isinstance(cause, aiohttp.ClientError):
        return isinstance(cause, _NEVER_SENT)
    return isinstance(error, _NEVER_SENT_HTTPX)


def unclear(message: str, *, writes: bool) -> HelpdeskError:
    """What an answer means that says nothing about what was done."""
    return OutcomeUnknown(message) if writes else Unavailable(message)


def read_json(answer: Answer, *, writes: bool) -> Any:
    """The JSON of an answer, once the failures that all helpdesks share are out of the way.

    Raises:
        RateLimited: 429.
        OutcomeUnknown: to a write: any 5xx, or a success that is not JSON.
        Unavailable: the same to a read.
    """
    if answer.status == 429:
        raise RateLimited(answer.quote, retry_after=pause(answer.headers.get("retry-after")))
    if answer.status >= 500:
        raise unclear(answer.quote, writes=writes)
    try:
        return json.loads(answer.body)
    except ValueError:
        if answer.status < 300:
            raise unclear(answer.quote, writes=writes) from None
        return None


def pause(retry_after: str | None, *, now: datetime | None = None) -> float:
    """Seconds that a ``Retry-After`` header asks for: a number of them, or a date (RFC 9110, 10.2.3)."""
    if retry_after is None:
        return DEFAULT_PAUSE
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return DEFAULT_PAUSE
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())


def aiohttp_transport() -> httpx.AsyncBaseTransport:
    """What real requests go through; it trusts whom the system trusts (or ``SSL_CERT_FILE``)."""

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=15)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    # The session has its own; this one is for a session that httpx would make, and spares it reading certificates.
    return AiohttpTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), client=session)
