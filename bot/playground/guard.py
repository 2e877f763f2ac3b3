"""Only this machine, and only this page: refuses foreign ``Host`` and ``Origin`` headers, as DNS rebinding brings."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
"""No remote resource is ever loaded, whatever a message says."""
_HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


class Guard:
    """ASGI middleware around everything that the playground serves."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what comes from elsewhere; the rest goes on, with headers that keep a page harmless."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not _is_ours(headers.get("host", ""), headers.get("origin"), headers.get("sec-fetch-site")):
            refusal = {"ok": False, "error": "forbidden", "text": "This address answers to this machine only."}
            await JSONResponse(refusal, 403)(scope, receive, send)
            return
        if scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(each for each in _HEADERS if each[0] not in present)]
            await send(message)

        await self._app(scope, receive, send_guarded)


def _is_ours(host: str, origin: str | None, site: str | None) -> bool:
    try:
        if urlsplit(f"//{host}").hostname not in LOOPBACK:
            return False
    except ValueError:
        return False
    if site not in (None, "same-origin", "none"):
        return False
    return origin is None or origin == f"http://{host}"
