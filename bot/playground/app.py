"""The playground as a web application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.playground import bundle
from bot.playground.attachments import FileDoors
from bot.playground.control import Control
from bot.playground.guard import Guard
from bot.playground.pageapi import PageApi
from bot.playground.playground import Playground
from bot.playground.proxy import HelpdeskProxy
from bot.playground.replies import ReplyDoor
from bot.playground.settings import Settings
from bot.playground.webapi import WebApi


def create_app(settings: Settings) -> Starlette:
    """A fresh workspace; ``app.state.playground`` is what is behind it."""
    playground = Playground(settings)
    proxy = HelpdeskProxy(playground)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await playground.start()
        yield
        await proxy.close()
        await playground.stop()

    files = FileDoors(playground)
    routes: list[BaseRoute] = [
        Route("/api/{method:str}", WebApi(playground).answer, methods=["GET", "POST"]),
        Route("/healthz", healthy, methods=["GET"]),
        Route("/response/{key:path}", ReplyDoor(playground).answer, methods=["POST"]),
        Route("/upload/v1/{file}", files.upload, methods=["POST"]),
        Route("/files-pri/{file}/{rest:path}", files.private, methods=["GET"]),
        *PageApi(playground).routes(),
        *Control(playground).routes(),
        Route("/page.js", page, methods=["GET"]),
        Route("/helpdesk/{name}/{path:path}", proxy.pass_on, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]
    if bundle.SOURCES.is_dir():
        routes.append(Mount("/sources", StaticFiles(directory=bundle.SOURCES)))
    routes.append(Mount("/", StaticFiles(directory=bundle.STATIC, html=True)))
    application = Starlette(
        routes=routes, lifespan=lifespan, middleware=[Middleware(Guard), Middleware(GZipMiddleware, minimum_size=1000)]
    )
    application.state.playground = playground
    return application


async def healthy(_: Request) -> Response:
    """Says that it is there."""
    return JSONResponse({"ok": True})


async def page(_: Request) -> Response:
    """The page's program."""
    return Response(bundle.program(), media_type="text/javascript", headers={"Cache-Control": "no-cache"})
