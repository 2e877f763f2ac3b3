"""What is asked of Slack again by itself when a connection breaks: only what does nothing twice.

slack-sdk's clients repeat whatever they like once (``default_retry_handlers``). A post whose answer was lost would be
there twice, and the ledger, which looks for it before it repeats it, would know nothing of it.
"""

from typing import Any

import aiohttp
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.webhook.async_client import AsyncWebhookClient

_REPEATABLE = frozenset(
    {
        "apps.connections.open",
        "auth.test",
        "chat.getPermalink",
        "chat.update",
        "conversations.history",
        "conversations.info",
        "conversations.open",
        "conversations.replies",
        "files.getUploadURLExternal",
        "files.info",
        "reactions.add",
        "reactions.remove",
        "usergroups.users.list",
        "users.info",
        "views.publish",
    }
)
"""Methods that read, or that set something to what it is already when they are called again."""


class _Repeats(AsyncConnectionErrorRetryHandler):
    async def _can_retry_async(self, *, request: Any, **about: Any) -> bool:
        name = str(request.url).rsplit("/", 1)[-1]
        return name in _REPEATABLE and await super()._can_retry_async(request=request, **about)


def repeats() -> list[AsyncRetryHandler]:
    """For a client of the Web API."""
    return [_Repeats()]


def webhook(url: str, *, session: aiohttp.ClientSession | None = None) -> AsyncWebhookClient:
    """A client for one ``response_url``; it sends once, whatever becomes of the answer."""
    return AsyncWebhookClient(url, session=session, timeout=10, retry_handlers=[])
