"""Calls to Sirportly's API v2: form-encoded POST, credentials in headers, files as multipart."""

import re
import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote

import httpx

from bot.actions import Attachment
from bot.errors import TicketbotError, Unavailable
from bot.helpdesk.http import Connection, Fetch
from bot.helpdesk.sirportly.decode import JSONObject, as_object, decode
from bot.helpdesk.sirportly.settings import SirportlySettings

MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
UPLOAD_PATIENCE = 12
"""How many times the time-out of one request an upload may take: a file is not a form."""


class Client:
    """One account's API."""

    def __init__(
        self, settings: SirportlySettings, *, fetch: Fetch | None, transport: httpx.AsyncBaseTransport | None
    ) -> None:
        self._connection = Connection(settings.url, timeout=settings.timeout, transport=transport)
        self._upload_timeout = settings.timeout * UPLOAD_PATIENCE
        self._fetch = fetch
        self._credentials = {"x-auth-token": settings.token, "x-auth-secret": settings.secret}
        if settings.application is not None:
            self._credentials["x-auth-application"] = settings.application

    @property
    def fetches(self) -> bool:
        """Whether files can be sent on: they have to come from somewhere."""
        return self._fetch is not None

    async def read(self, method: str, **params: str) -> Any:
        """What a reading method says. Raises as :func:`bot.helpdesk.sirportly.decode.decode`."""
        return await self._call(method, params, writes=False)

    async def write(self, method: str, params: Mapping[str, str]) -> Any:
        """What a writing method says it did."""
        return await self._call(method, params, writes=True)

    def download(self, **params: str) -> AsyncIterator[bytes]:
        """The bytes of a file, which are no JSON. Raises Unavailable, Withheld."""
        return self._connection.stream(
            "POST",
            "/api/v2/tickets/attachment",
            headers=self._credentials,
            form=params,
            timeout=self._upload_timeout,
        )

    async def upload(self, attachment: Attachment) -> str:
        """Send a file on and return its temporary token (page "Uploading attachments").

        An upload that is lost has done no harm: what is never linked to an update expires. So it counts as a read.
        """
        if self._fetch is None:
            raise Unavailable("nothing is configured that could fetch files")
        boundary = secrets.token_hex(16)
        answer = await self._connection.send(
            "POST",
            "/api/v2/tickets/add_attachment",
            writes=False,
            headers={**self._credentials, "content-type": f"multipart/form-data; boundary={boundary}"},
            stream=_multipart(attachment, self._fetch, boundary),
            timeout=self._upload_timeout,
        )
        sent: JSONObject = as_object(decode(answer, writes=False), writes=False, having="temporary_token")
        return str(sent["temporary_token"])

    async def close(self) -> None:
        """Let go of connections."""
        await self._connection.close()

    async def _call(self, method: str, params: Mapping[str, str], *, writes: bool) -> Any:
        # Never a query string: long texts get 414 there, and addresses end up in the logs of proxies.
        answer = await self._connection.send(
            "POST", f"/api/v2/{method}", writes=writes, headers=self._credentials, form=params
        )
        return decode(answer, writes=writes)


async def _multipart(attachment: Attachment, fetch: Fetch, boundary: str) -> AsyncIterator[bytes]:
    """The body of an upload, as it comes in: no file is ever held in memory as a whole."""
    name = attachment.name.replace("\r", " ").replace("\n", " ")
    media = attachment.content_type if MEDIA_TYPE.fullmatch(attachment.content_type) else "application/octet-stream"
    fields = {"filename": name, "content_type": media}
    for field, value in fields.items():
        yield f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
    yield (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{quote(name, safe=" .()-_")}"\r\n'
        f"Content-Type: {media}\r\n\r\n"
    ).encode()
    try:
        async for piece in fetch(attachment.url):
            yield piece
    except (TicketbotError, httpx.HTTPError):
        raise
    except OSError as error:
        raise Unavailable(f"the file could not be fetched: {error}") from error
    yield f"\r\n--{boundary}--\r\n".encode()
