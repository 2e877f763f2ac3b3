"""An app that writes down what it is sent, and answers what a test tells it to."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.playground.slack.served import address, listener, serving

SECRET = "an-unguessable-signing-secret"


@dataclass(frozen=True)
class Received:
    """One delivery: its parsed body and its headers; ``signed`` as slack_sdk's own verifier sees it."""

    kind: str
    body: dict[str, Any]
    headers: dict[str, str]
    signed: bool
    at: float


@dataclass
class Reply:
    """What to answer; ``seconds`` is how long that takes."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


Answering = Callable[[Received], Reply | None]


class Recorder:
    """Everything that came, and how the next is answered."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answering: Answering = lambda _: None
        self.url = ""
        self._changed = threading.Condition()

    def reset(self) -> None:
        """Forget, and acknowledge everything from here on."""
        self.received.clear()
        self.answering = lambda _: None

    def of(self, *kinds: str) -> list[Received]:
        """What came of these kinds: an interaction's or event's type, or ``command``."""
        return [each for each in self.received if each.kind in kinds]

    def events(self) -> list[dict[str, Any]]:
        """The events in the order in which they happened, which need not be the one they came in."""
        found = [each.body["event"] for each in self.received if "event" in each.body]
        return sorted(found, key=lambda event: (event["event_ts"], event["type"] != "message"))

    def wait(self, kind: str, count: int = 1, timeout: float = 5.0) -> list[Received]:
        """Wait until ``count`` of a kind came."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.of(kind)) >= count, timeout), (
                f"{count} × {kind} did not come, but {[each.kind for each in self.received]}"
            )
        return self.of(kind)

    async def take(self, request: Request) -> Response:
        """The endpoint."""
        raw = await request.body()
        headers = {name.lower(): value for name, value in request.headers.items()}
        received = _received(raw, headers)
        with self._changed:
            self.received.append(received)
            self._changed.notify_all()
        reply = self.answering(received) or Reply()
        await asyncio.sleep(reply.seconds)
        if reply.body is None:
            return Response(status_code=reply.status, headers=reply.headers)
        if isinstance(reply.body, str):
            return Response(reply.body, reply.status, reply.headers)
        return JSONResponse(reply.body, reply.status, reply.headers)


def _received(raw: bytes, headers: dict[str, str]) -> Received:
    signed = SignatureVerifier(SECRET).is_valid_request(raw, headers)
    if headers["content-type"].startswith("application/json"):
        body = json.loads(raw)
        kind = body["event"]["type"] if "event" in body else body["type"]
    else:
        form = dict(parse_qsl(raw.decode(), keep_blank_values=True))
        body = json.loads(form["payload"]) if "payload" in form else form
        kind = body["type"] if "payload" in form else "ssl_check" if "ssl_check" in form else "command"
    return Received(kind, body, headers, signed, time.monotonic())


@contextmanager
def recording() -> Iterator[Recorder]:
    """A recorder on a port of its own."""
    recorder = Recorder()
    taken = listener()
    recorder.url = f"{address(taken)}/slack/events"
    with serving(Starlette(routes=[Route("/slack/events", recorder.take, methods=["POST"])]), taken):
        yield recorder
