"""The HTTP side: Slack's one address, and what whoever runs the bot looks at."""

import json
from collections.abc import Awaitable, Callable

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

log = structlog.get_logger()

PATH = "/slack/events"
_MOST = 1_000_000
"""Bytes of a body; the largest thing that Slack sends, a view, is a quarter of it."""


class SlackEvents:
    """``/slack/events``: takes everything that Slack sends.

    The signature is checked before anything is read: Bolt reads first, and then checks it again.

    It speaks ASGI itself: this is the way that has to be short, and what a framework does for a request (routing,
    cookies, lazily parsed forms) Bolt does again.
    """

    def __init__(self, signing_secret: str) -> None:
        self._verifier = SignatureVerifier(signing_secret)
        self._app: AsyncApp | None = None

    def listen(self, app: AsyncApp) -> None:
        """Hand what comes to this app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            await _answer(send, 405, "only POST")
        elif self._app is None:
            await _answer(send, 503, "starting")
        else:
            await self._take(self._app, scope, receive, send)

    async def _take(self, app: AsyncApp, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        body = await _body(receive)
        if body is None:
            await _answer(send, 413, "too large")
            return
        if b"ssl_check=1" not in body and not self._verifier.is_valid_request(body, headers):
            await _answer(send, 401, "invalid signature")
            return
        try:
            query = scope["query_string"].decode("latin-1")
            request = AsyncBoltRequest(body=body.decode("utf-8"), query=query, headers=headers)
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            log.warning("request.unreadable", bytes=len(body))
            await _answer(send, 400, "unreadable")
            return
        answer = await app.async_dispatch(request)
        if answer.status == 404:  # nobody listens: taken all the same, or it would be sent again and again
            log.info("request.ignored", bytes=len(body))
            await _answer(send, 200, "")
            return
        fields = [(name.encode(), value.encode()) for name, values in answer.headers.items() for value in values]
        await _answer(send, answer.status, answer.body, fields)


async def _body(receive: Receive) -> bytes | None:
    """The whole body; ``None`` if it is larger than anything Slack sends."""
    body: bytes = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > _MOST:
            return None
        if not message.get("more_body"):
            return body


async def _answer(send: Send, status: int, body: str, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    content = body.encode()
    length = (b"content-length", str(len(content)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*(headers or ()), length]})
    await send({"type": "http.response.body", "body": content})


def web_app(
    events: SlackEvents | None,
    *,
    ready: Callable[[], Awaitable[dict[str, str]]],
    refresh: Callable[[], Awaitable[None]],
) -> ASGIApp:
    """The application.

    Args:
        events: Takes Slack's requests; none in Socket Mode, where nothing over HTTP could be verified.
        ready: What is not ready, with why; empty when everything is.
        refresh: Brings gauges up to date before they are read.
    """

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_: Request) -> Response:
        missing = await ready()
        return Response(
            json.dumps({"ready": not missing, **missing}),
            status_code=503 if missing else 200,
            media_type="application/json",
        )

    async def metrics(_: Request) -> Response:
        await refresh()
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    pages = Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)])

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if events is not None and scope["type"] == "http" and scope["path"] == PATH:
            await events(scope, receive, send)
        else:
            await pages(scope, receive, send)

    return application
