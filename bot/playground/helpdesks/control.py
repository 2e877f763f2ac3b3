"""The control API: what tests and the page ask of a local helpdesk. The README beside this file documents it."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.playground.helpdesks.clock import stamp
from bot.playground.helpdesks.faults import Fault
from bot.playground.helpdesks.helpdesk import Helpdesk, NoSuchTicketError, Reply

OWN_PATHS = ("/control/", "/staff/", "/inbox/")
"""Paths that are not the vendor's."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

View = Callable[[Request], Awaitable[Response]]


class Advance(BaseModel):
    """How far to set the clock forward."""

    model_config = ConfigDict(extra="forbid")

    seconds: float = Field(ge=0, allow_inf_nan=False, le=100 * 366 * 86_400)


def routes(helpdesk: Helpdesk) -> list[Route]:
    """The control paths that both helpdesks have."""

    async def state(_: Request) -> Response:
        return JSONResponse(helpdesk.state())

    async def requests(request: Request) -> Response:
        if request.method == "DELETE":
            helpdesk.log.clear()
            return JSONResponse([])
        since = int(request.query_params.get("since", "0"))
        path = request.query_params.get("path", "")
        return JSONResponse(helpdesk.log.listed(helpdesk.secrets(), path=path, since=since))

    async def faults(request: Request) -> Response:
        if request.method == "POST":
            return JSONResponse(helpdesk.faults.add(Fault.model_validate(await request.json())).model_dump(), 201)
        if request.method == "DELETE":
            helpdesk.faults.clear()
        return JSONResponse(helpdesk.faults.listed())

    async def clock(request: Request) -> Response:
        if request.method == "POST":
            helpdesk.advance(timedelta(seconds=Advance.model_validate(await request.json()).seconds))
        now = helpdesk.clock.now()
        return JSONResponse({"now": stamp(now), "advanced_by_seconds": helpdesk.clock.offset.total_seconds()})

    async def settings(request: Request) -> Response:
        if request.method == "POST":
            helpdesk.configure(dict(await request.json()))
        return JSONResponse(helpdesk.settings.model_dump(mode="json"))

    async def reset(_: Request) -> Response:
        helpdesk.reset()
        return JSONResponse({"reset": True})

    async def tickets(_: Request) -> Response:
        return JSONResponse(helpdesk.tickets())

    async def ticket(request: Request) -> Response:
        return JSONResponse(helpdesk.ticket(request.path_params["reference"]))

    async def answer(request: Request) -> Response:
        reply = Reply.model_validate(await request.json())
        return JSONResponse(helpdesk.reply(request.path_params["reference"], reply), 201)

    return [
        Route("/control/state", guarded(state)),
        Route("/control/requests", guarded(requests), methods=["GET", "DELETE"]),
        Route("/control/faults", guarded(faults), methods=["GET", "POST", "DELETE"]),
        Route("/control/clock", guarded(clock), methods=["GET", "POST"]),
        Route("/control/settings", guarded(settings), methods=["GET", "POST"]),
        Route("/control/reset", guarded(reset), methods=["POST"]),
        Route("/control/tickets", guarded(tickets)),
        Route("/control/tickets/{reference}", guarded(ticket)),
        Route("/control/tickets/{reference}/answer", guarded(answer), methods=["POST"]),
    ]


def guarded(view: View) -> View:
    """``view`` for callers on this machine alone, its refusals as JSON under ``error``.

    The server listens on the loopback interface, but so does every page in a browser on this machine: a foreign
    ``Host`` (DNS rebinding) or ``Origin`` is turned away.
    """

    async def checked(request: Request) -> Response:
        origin = request.headers.get("origin")
        hosts = [request.url.hostname, *([urlsplit(origin).hostname] if origin else [])]
        if not LOOPBACK.issuperset(hosts):
            return _refusal(403, "the control API is for this machine alone")
        try:
            return await view(request)
        except ValidationError as error:
            problems = [{"field": ".".join(map(str, each["loc"])), "problem": each["msg"]} for each in error.errors()]
            return _refusal(422, problems)
        except (json.JSONDecodeError, UnicodeDecodeError):
            return _refusal(400, "the body is not JSON")
        except NoSuchTicketError:
            return _refusal(404, "no such ticket")
        except (ValueError, TypeError) as error:
            return _refusal(422, str(error))

    return checked


def _refusal(status: int, error: Any) -> Response:
    return JSONResponse({"error": error}, status)
