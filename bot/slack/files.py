"""Files out of Slack: fetched with the bot's token, from Slack's hosts only, streamed."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp

from bot.errors import InvalidFields, SlackUnavailable
from bot.slack.deliver import allowed

MOST = 50 * 1024 * 1024
"""Bytes of one file that is taken along."""
_CHUNK = 64 * 1024
_DANGEROUS = (".exe", ".bat", ".cmd", ".com", ".scr", ".msi", ".vbs", ".js", ".jar", ".ps1", ".lnk")
"""Programs: mail servers refuse them, and with them the customer's mail."""


class Files:
    """Fetches files."""

    def __init__(self, session: aiohttp.ClientSession, token: str, *, hosts: frozenset[str]) -> None:
        self._session = session
        self._token = token
        self._hosts = hosts

    async def fetch(self, url: str) -> AsyncIterator[bytes]:
        """The bytes at ``url_private``, a piece at a time.

        Raises:
            InvalidFields: it is not Slack's, too large, or not to be had with this token.
            SlackUnavailable: Slack did not answer.
        """
        if not allowed(url, self._hosts):  # the token goes to nobody else
            raise InvalidFields({"attachments": "only files that were uploaded to Slack can be taken along"})
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            async with self._session.get(url, headers=headers, timeout=aiohttp.ClientTimeout(sock_read=20)) as answer:
                if answer.status >= 500 or answer.status == 429:
                    raise SlackUnavailable(f"Slack answered {answer.status} for a file")
                if answer.status != 200 or _signs_in(answer):
                    raise InvalidFields({"attachments": "Slack does not give this file to the bot"})
                size = 0
                async for piece in answer.content.iter_chunked(_CHUNK):
                    size += len(piece)
                    if size > MOST:
                        raise InvalidFields({"attachments": f"a file is larger than {MOST // 1024 // 1024} MB"})
                    yield piece
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SlackUnavailable(f"a file could not be fetched from Slack: {error!r}") from error


def is_withheld(file: Mapping[str, Any]) -> bool:
    """Whether Slack tells of a file only when it is asked for it, as in channels that are shared.

    See "Slack Connect files" on docs.slack.dev/reference/events/message/file_share.
    """
    return bool(file.get("id")) and file.get("file_access") == "check_file_info"


def refusal(file: Mapping[str, Any]) -> str | None:
    """Why a file of a message cannot be taken along, as far as its description tells; ``None`` where it can."""
    name = str(file.get("name") or "").lower()
    if file.get("mode") in {"tombstone", "hidden_by_limit"}:
        return "it is not there any more"
    if file.get("is_external") or file.get("mode") == "external":
        return "it is kept somewhere else"
    if file.get("file_access") == "access_denied" or not (file.get("url_private_download") or file.get("url_private")):
        return "Slack does not give it to the bot"
    if isinstance(size := file.get("size"), int) and size > MOST:
        return f"it is larger than {MOST // 1024 // 1024} MB"
    if name.endswith(_DANGEROUS):
        return "programs are not sent"
    return None


def _signs_in(answer: aiohttp.ClientResponse) -> bool:
    """Whether this is the page that Slack shows with a 200 to whoever has no access to the file."""
    name = answer.url.path.lower()
    return answer.content_type == "text/html" and not name.endswith((".html", ".htm"))
