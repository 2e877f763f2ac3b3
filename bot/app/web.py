"""The HTTP side: Slack's one address, and what whoever runs the bot looks at."""

import json
from collections.abc import Awaitable, Callable

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

log = structlog.get_logger()

_MOST = 1_000_000
"""Bytes of a body; the largest thing that Slack sends, a view, is a quarter of it."""


class SlackEvents:
    """``/slack/events``: takes everything that Slack sends."""

    def __init__(self, signing_secret: str) -> None:
        self._verifier = SignatureVerifier(signing_secret)
        self._handler: AsyncSlackRequestHandler | None = None

    def listen(self, app: AsyncApp) -> None:
        """Hand what comes to this app."""
        self._handler = AsyncSlackRequestHandler(app)

    async def __call__(self, request: Request) -> Response:
        if self._handler is None:
            return PlainTextResponse("starting", status_code=503)
        if int(request.headers.get("content-length") or 0) > _MOST:
            return PlainTextResponse("too large", status_code=413)
        body = await request.body()
        if not self._readable(body):
            valid = self._verifier.is_valid_request(body, dict(request.headers))
            return PlainTextResponse("unreadable" if valid else "invalid signature", status_code=400 if valid else 401)
        return await self._handler.handle(request)

    @staticmethod
    def _readable(body: bytes) -> bool:
        """Whether it is text, and JSON where it begins like JSON: Bolt reads it before it checks the signature."""
        try:
            text = body.decode("utf-8")
            if text.lstrip().startswith("{"):
                json.loads(text)
        except ValueError:
            return False
        return True


def web_app(
    events: SlackEvents | None,
    *,
    ready: Callable[[], Awaitable[dict[str, str]]],
    refresh: Callable[[], Awaitable[None]],
) -> Starlette:
    """The Starlette application.

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

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    if events is not None:
        routes.append(Route("/slack/events", events.__call__, methods=["POST"]))
    return Starlette(routes=routes)
