"""A helpdesk and a Slack that cost nearly nothing, so that what is measured is the bot.

Each passes on what it does not know to the local one, and answers the one busy call by itself: ``tickets/post_update``
after a fixed time, with an answer that the local helpdesk once gave; ``chat.*`` at once.
"""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import uvicorn

from bench.processes import free_port

Json = dict[str, Any]


class StandIn:
    """One server in this process."""

    status = 200

    def __init__(self, behind: str) -> None:
        self._behind = behind
        self._session: aiohttp.ClientSession
        self.port = free_port()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Until the block ends."""
        config = uvicorn.Config(
            self._application, port=self.port, log_level="critical", lifespan="off", interface="asgi3",
            http="httptools", server_header=False, date_header=False, proxy_headers=False,
        )  # fmt: skip
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        async with aiohttp.ClientSession() as self._session:
            task = asyncio.create_task(server.serve())
            while not server.started:
                await asyncio.sleep(0.01)
            yield
            server.should_exit = True
            server.force_exit = True
            await task

    async def answer(self, path: str, form: dict[str, str]) -> Json | list[Json] | None:
        """The answer, or nothing to have the server behind asked."""
        raise NotImplementedError

    async def _application(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        known = await self.answer(scope["path"], _said(headers, body))
        status, content = (
            (self.status, json.dumps(known).encode()) if known else await self._asked(scope, headers, body)
        )
        fields = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": content})

    async def _asked(self, scope: Any, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        passed = {name: value for name, value in headers.items() if name not in {"host", "content-length"}}
        url = f"{self._behind}{scope['path']}?{scope['query_string'].decode()}"
        async with self._session.request(scope["method"], url, data=body, headers=passed) as answer:
            return answer.status, await answer.read()


def _said(headers: dict[str, str], body: bytes) -> dict[str, str]:
    if headers.get("content-type", "").startswith("application/json"):
        return dict(json.loads(body or b"{}"))
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


class Desk(StandIn):
    """Takes updates, each after so many seconds, and says of each that it has it."""

    status = 201

    def __init__(self, behind: str, seconds: float) -> None:
        super().__init__(behind)
        self._seconds = seconds
        self._template: Json = {}
        self._numbers = itertools.count(1_000_000)
        self.taken = 0
        self.people = 0
        """If set, so many people answer tickets there."""
        self.waiting: dict[str, Callable[[], None]] = {}
        """What is called when a ticket has its update."""

    async def learn(self, headers: dict[str, str]) -> None:
        """Have the local helpdesk answer once."""
        form = {"ticket": "AB-123456", "message": "once", "user": "adam", "private": "1"}
        url = f"{self._behind}/api/v2/tickets/post_update"
        async with self._session.post(url, data=form, headers=headers) as answer:
            self._template = await answer.json()

    async def answer(self, path: str, form: dict[str, str]) -> Json | list[Json] | None:
        if path.endswith("objects/users") and self.people:
            return [_person(number) for number in range(self.people)]
        if not path.endswith("tickets/post_update"):
            return None
        await asyncio.sleep(self._seconds)
        self.taken += 1
        if wake := self.waiting.pop(form["ticket"], None):
            wake()
        return {**self._template, "id": next(self._numbers), "message": form["message"], "private": "private" in form}


def _person(number: int) -> Json:
    name = f"person{number:05}"
    return {
        "id": number + 1000, "username": name, "first_name": "Person", "last_name": f"{number:05}",
        "email_address": f"{name}@example.com", "admin": False,
    }  # fmt: skip


class Slack(StandIn):
    """Shows nothing, and says that it has."""

    def __init__(self, behind: str) -> None:
        super().__init__(behind)
        self._numbers = itertools.count()
        self.shown: Counter[str] = Counter()

    async def answer(self, path: str, form: dict[str, str]) -> Json | None:
        method = path.rpartition("/")[2]
        if not method.startswith("chat."):
            return None
        self.shown[method] += 1
        return {"ok": True, "channel": form.get("channel", ""), "ts": f"1770000000.{next(self._numbers):06}"}
