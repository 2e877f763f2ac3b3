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
        text = _readable(body)
        if text is None:
            valid = self._verifier.is_valid_request(body, headers)
            await _answer(send, 400 if valid else 401, "unreadable" if valid else "invalid signature")
            return
        query = scope["query_string"].decode("latin-1")
        answer = await app.async_dispatch(AsyncBoltRequest(body=text, query=query, headers=headers))
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


def _readable(body: bytes) -> str | None:
    """The text, if it is one, and JSON where it begins like JSON: Bolt reads it before it checks the signature."""
    try:
        text = body.decode("utf-8")
        if text.lstrip().startswith("{"):
            json.loads(text)
    except ValueError:
        return None
    return text


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
