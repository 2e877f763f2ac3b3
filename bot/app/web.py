"""The HTTP side: Slack's one address, and what whoever runs the bot looks at."""

import hmac
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import unquote_plus

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

log = structlog.get_logger()

PATH = "/slack/events"
_MOST = 1_000_000
"""Bytes of a body; the largest thing that Slack sends, a view, is a quarter of it."""
_OLDEST = 300
"""Seconds."""
_FORM = b"application/x-www-form-urlencoded"

TakeCommand = Callable[[dict[str, str]], Awaitable[BoltResponse]]
"""Takes the fields of a slash command, and always has an answer."""


class SlackEvents:
    """``/slack/events``: takes everything that Slack sends.

    The signature is checked before anything is read.

    It speaks ASGI itself, and hands our own slash command straight to its listener: this is the way that has to be
    short, and half of a command's processor time went to finding one listener among dozens and making arguments for it
    that it does not take. Everything else goes through Bolt, which would answer a command in the same way, but for one
    thing: it takes any form in which the word "payload" occurs for an interaction, so that a command with that word in
    its text would reach no listener (``slack_bolt.request.internals.parse_body``).
    """

    def __init__(self, signing_secret: str) -> None:
        self._secret = signing_secret.encode()
        self._app: AsyncApp | None = None
        self._command = ""
        self._take_command: TakeCommand

    def listen(self, app: AsyncApp, command: str, take: TakeCommand) -> None:
        """Hand this command to ``take``, and everything else to the app."""
        self._command = command
        self._take_command = take
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            await _answer(send, 405, "only POST")
        elif self._app is None:
            await _answer(send, 503, "starting")
        else:
            await self._take(self._app, scope, receive, send)

    async def _take(self, app: AsyncApp, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        if body is None:
            await _answer(send, 413, "too large")
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        checked = b"ssl_check=1" not in body  # Slack does not sign that one; Bolt looks whether it is one
        if checked and not signed(self._secret, body, headers):
            await _answer(send, 401, "invalid signature")
            return
        try:
            text = body.decode()
            fields = form(text) if checked and _is_form(headers, body) else {}
            ours = fields.get("command") == self._command and "payload" not in fields
            request = None if ours else _for_bolt(text, scope)
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            log.warning("request.unreadable", bytes=len(body))
            await _answer(send, 400, "unreadable")
            return
        answer = await (self._take_command(fields) if request is None else app.async_dispatch(request))
        if answer.status == 404:  # nobody listens: taken all the same, or it would be sent again and again
            log.info("request.ignored", bytes=len(body))
            await _answer(send, 200, "")
            return
        names = [(name.encode(), value.encode()) for name, values in answer.headers.items() for value in values]
        await _answer(send, answer.status, answer.body, names)


def signed(secret: bytes, body: bytes, headers: Mapping[bytes, bytes]) -> bool:
    """Whether Slack signed this, within five minutes (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    stamp = headers.get(b"x-slack-request-timestamp", b"")
    signature = headers.get(b"x-slack-signature", b"")
    if not stamp.isdigit() or len(stamp) > 12 or abs(time.time() - int(stamp)) > _OLDEST:
        return False
    expected = "v0=" + hmac.digest(secret, b"v0:%b:%b" % (stamp, body), "sha256").hex()
    return hmac.compare_digest(expected.encode(), signature)


def form(body: str) -> dict[str, str]:
    """The fields of a form; the last of several with one name, and bytes that are no UTF-8 replaced.

    What ``dict(urllib.parse.parse_qsl(body, keep_blank_values=True))`` gives, in a third of the time.
    """
    fields: dict[str, str] = {}
    for part in body.split("&"):
        if part:
            name, _, value = part.partition("=")
            fields[_unquoted(name)] = _unquoted(value)
    return fields


def _unquoted(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


def _is_form(headers: Mapping[bytes, bytes], body: bytes) -> bool:
    return headers.get(b"content-type", b"").startswith(_FORM) and not body.startswith(b"{")


def _for_bolt(body: str, scope: Scope) -> AsyncBoltRequest:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return AsyncBoltRequest(body=body, query=scope["query_string"].decode("latin-1"), headers=headers)


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
    status: Callable[[Request], Awaitable[Response]],
    hooks: Sequence[Route] = (),
) -> ASGIApp:
    """The application.

    Args:
        events: Takes Slack's requests; none in Socket Mode, where nothing over HTTP could be verified.
        ready: What is not ready, with why; empty when everything is.
        refresh: Brings gauges up to date before they are read.
        status: The page for people; it says itself who may see it.
        hooks: Where helpdesks may say that something has changed.
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

    pages = Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
            Route("/status", status),
            *hooks,
        ]
    )

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if events is not None and scope["type"] == "http" and scope["path"] == PATH:
            await events(scope, receive, send)
        else:
            await pages(scope, receive, send)

    return application
