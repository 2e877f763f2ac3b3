"""``/control/…``: what tests do to the workspace. The contract is section 4 of README.md."""

import asyncio
import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.playground.deliveries import Parcel
from bot.playground.payloads import VERIFICATION_TOKEN
from bot.playground.playground import Playground
from bot.playground.shapes import JSON
from bot.playground.snapshot import clock, everything

_REASONS = ("warning", "refresh_requested", "link_disabled", "drop")


class Control:
    """The test's side of the workspace."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    def routes(self) -> list[Route]:
        """All of ``/control``."""
        return [
            Route("/control/reset", self._reset, methods=["POST"]),
            Route("/control/state", self._state, methods=["GET"]),
            Route("/control/idle", self._idle, methods=["POST"]),
            Route("/control/clock/advance", self._advance, methods=["POST"]),
            Route("/control/speed", self._speed, methods=["POST"]),
            Route("/control/fault", self._fault, methods=["POST"]),
            Route("/control/fault", self._no_faults, methods=["DELETE"]),
            Route("/control/log", self._log, methods=["GET"]),
            Route("/control/socket/disconnect", self._disconnect, methods=["POST"]),
            Route("/control/event", self._event, methods=["POST"]),
            Route("/control/ssl_check", self._ssl_check, methods=["POST"]),
            Route("/control/url_verification", self._url_verification, methods=["POST"]),
        ]

    async def _reset(self, _: Request) -> Response:
        await self._playground.reset()
        return JSONResponse({"ok": True})

    async def _state(self, _: Request) -> Response:
        return JSONResponse(everything(self._playground))

    async def _idle(self, request: Request) -> Response:
        timeout = float((await _body(request)).get("timeout", 5))
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout
        while self._playground.deliveries.pending and loop.time() < until:
            await asyncio.sleep(0.005)
        return JSONResponse({"ok": True, "idle": not self._playground.deliveries.pending})

    async def _advance(self, request: Request) -> Response:
        seconds = (await _body(request)).get("seconds")
        if not isinstance(seconds, int | float) or seconds < 0:
            return _wrong("seconds is a number, and not below zero")
        self._playground.clock.advance(seconds)
        # What is due gets the chance to happen before the answer does.
        for _ in range(5):
            await asyncio.sleep(0)
        self._playground.changes.publish("clock", clock=clock(self._playground))
        return JSONResponse({"ok": True, "clock": clock(self._playground)})

    async def _speed(self, request: Request) -> Response:
        speed = (await _body(request)).get("speed")
        if speed not in ("real", "fast", "off"):
            return _wrong("speed is real, fast or off")
        self._playground.set_speed(speed)
        return JSONResponse({"ok": True, "speed": speed})

    async def _fault(self, request: Request) -> Response:
        try:
            fault = self._playground.faults.add(await _body(request))
        except (TypeError, ValueError) as error:
            return _wrong(str(error))
        self._show_faults()
        return JSONResponse({"ok": True, "id": fault.id})

    async def _no_faults(self, _: Request) -> Response:
        self._playground.faults.clear()
        self._show_faults()
        return JSONResponse({"ok": True})

    def _show_faults(self) -> None:
        self._playground.changes.publish("faults", faults=self._playground.faults.shown())

    async def _log(self, request: Request) -> Response:
        query = request.query_params
        after = query.get("after", "0")
        if not after.isdigit():
            return _wrong("after is a whole number")
        entries = self._playground.journal.read(after=int(after), kind=query.get("kind"), name=query.get("name"))
        return JSONResponse({"ok": True, "entries": entries})

    async def _disconnect(self, request: Request) -> Response:
        body = await _body(request)
        reason = str(body.get("reason", "refresh_requested"))
        if reason not in _REASONS:
            return _wrong(f"reason is one of {', '.join(_REASONS)}")
        count = await self._playground.socket.disconnect(reason, body.get("connection"))
        return JSONResponse({"ok": True, "disconnected": count})

    async def _event(self, request: Request) -> Response:
        event = (await _body(request)).get("event")
        if not isinstance(event, dict) or not isinstance(event.get("type"), str):
            return _wrong("event is an object with a type")
        return JSONResponse({"ok": True, "delivered": self._playground.events.emit(event)})

    async def _ssl_check(self, _: Request) -> Response:
        settings = self._playground.settings
        first = next(iter(settings.manifest.commands.values()), None)
        url = settings.request_url or (first.url if first else None)
        answer = await self._playground.deliveries.send(
            Parcel("command", "ssl_check", {"ssl_check": "1", "token": ""}, url)
        )
        return JSONResponse({"ok": True, "result": answer.result, "status": answer.status})

    async def _url_verification(self, _: Request) -> Response:
        challenge = secrets.token_urlsafe(32)
        body = {"token": VERIFICATION_TOKEN, "challenge": challenge, "type": "url_verification"}
        deliveries = self._playground.deliveries
        answer = await deliveries.send(Parcel("event", "url_verification", body, deliveries.event_url))
        echoed = answer.body.get("challenge") if isinstance(answer.body, dict) else answer.body
        return JSONResponse({"ok": True, "verified": answer.outcome == "acknowledged" and echoed == challenge})


async def _body(request: Request) -> JSON:
    raw = await request.body()
    body = await request.json() if raw else {}
    return body if isinstance(body, dict) else {}


def _wrong(text: str) -> Response:
    return JSONResponse({"ok": False, "error": "invalid_arguments", "text": text}, 400)
