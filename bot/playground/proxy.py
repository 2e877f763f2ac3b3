"""``/helpdesk/NAME/…``: passes the page's requests on to a local helpdesk, so that the page needs no other origin."""

import aiohttp
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.playground.playground import Playground

_PASSED = ("content-type", "accept", "authorization", "if-match", "last-event-id")
_RETURNED = ("Content-Type", "Location", "Retry-After", "Content-Disposition", "Cache-Control")


class HelpdeskProxy:
    """Talks to the helpdesks that the command line named, and to nothing else."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self._session: aiohttp.ClientSession | None = None

    async def pass_on(self, request: Request) -> Response:
        """One request, there and back."""
        base = self._playground.settings.helpdesks.get(request.path_params["name"])
        if base is None:
            return JSONResponse({"ok": False, "error": "unknown_helpdesk", "text": "There is no such helpdesk."}, 404)
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30), trust_env=False)
        url = f"{base.rstrip('/')}/{request.path_params['path']}"
        headers = {name: request.headers[name] for name in _PASSED if name in request.headers}
        try:
            async with self._session.request(
                request.method,
                url,
                params=list(request.query_params.multi_items()),
                headers=headers,
                data=await request.body(),
                allow_redirects=False,
            ) as response:
                returned = {name: response.headers[name] for name in _RETURNED if name in response.headers}
                return Response(await response.read(), response.status, returned)
        except (aiohttp.ClientError, TimeoutError):
            return JSONResponse({"ok": False, "error": "unreachable", "text": "The helpdesk does not answer."}, 502)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
