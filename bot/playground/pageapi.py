"""``/ui/…``: what the page reads and does. The contract is section 3 of README.md."""

import json
import mimetypes
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.playground.attachments import FileDoors, described
from bot.playground.errors import PageError
from bot.playground.homes import open_home
from bot.playground.ids import new_id
from bot.playground.journal import Exchange
from bot.playground.persons import Persons
from bot.playground.playground import Playground
from bot.playground.shapes import JSON
from bot.playground.snapshot import for_person
from bot.playground.store import File, Person

Act = Callable[[Person, JSON], Any]


class PageApi:
    """The page's side of the workspace."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self._persons = Persons(playground)

    def routes(self) -> list[Route]:
        """All of ``/ui``."""
        acts: dict[str, Act] = {
            "post": self._post,
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
            "command": self._command,
            "shortcut": self._shortcut,
            "action": self._action,
            "suggest": self._suggest,
            "submit": self._submit,
            "close": self._close,
            "home": lambda person, body: open_home(self._playground, person, str(body.get("tab", "home"))),
            "open": lambda person, body: self._place(person, self._persons.direct(person, _ids(body))),
            "create": self._create,
            "join": self._join,
            "leave": self._leave,
            "invite": self._invite,
            "kick": self._kick,
            "archive": self._archive,
            "dismiss": self._dismiss,
        }
        files = FileDoors(self._playground)
        return [
            Route("/ui/state", self._state, methods=["GET"]),
            Route("/ui/stream", self._stream, methods=["GET"]),
            Route("/ui/log", self._log, methods=["GET"]),
            Route("/ui/upload", self._upload, methods=["POST"]),
            Route("/ui/file/{file}", files.for_page, methods=["GET"]),
            *(Route(f"/ui/{name}", self._door(name, act), methods=["POST"]) for name, act in acts.items()),
        ]

    def _door(self, name: str, act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def door(request: Request) -> Response:
            started = time.perf_counter()
            body: JSON = {}
            try:
                body = await _body(request)
                result = act(self._persons.who(body.get("as")), body)
                if isinstance(result, Awaitable):
                    result = await result
                status, answer = 200, {"ok": True, **(result or {})}
            except PageError as error:
                status, answer = error.status, {"ok": False, "error": error.code, "text": error.text}
            ms = (time.perf_counter() - started) * 1000
            self._playground.journal.add(
                Exchange(
                    "person", "playground", "page", name, body, answer, status=status, ms=ms, error=answer.get("error")
                )
            )
            return JSONResponse(answer, status)

        return door

    async def _state(self, request: Request) -> Response:
        try:
            person = self._persons.who(request.query_params.get("as"))
        except PageError as error:
            return JSONResponse({"ok": False, "error": error.code, "text": error.text}, error.status)
        return JSONResponse(for_person(self._playground, person), headers={"Cache-Control": "no-store"})

    async def _stream(self, request: Request) -> Response:
        person = str(request.query_params.get("as", ""))
        given = request.headers.get("last-event-id") or request.query_params.get("after")
        after = int(given) if given and given.isdigit() else None

        async def lines() -> AsyncIterator[str]:
            yield ": connected\n\n"
            async for change in self._playground.changes.watch(person, after):
                if change is None:
                    yield ": still here\n\n"
                else:
                    yield f"id: {change['seq']}\ndata: {json.dumps(change, default=str)}\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def _log(self, request: Request) -> Response:
        query = request.query_params
        after, limit = query.get("after", "0"), query.get("limit", "200")
        if not (after.isdigit() and limit.isdigit()):
            return JSONResponse({"ok": False, "error": "bad_number", "text": "after and limit are whole numbers"}, 400)
        return JSONResponse({"ok": True, "entries": self._playground.journal.read(after=int(after), limit=int(limit))})

    async def _upload(self, request: Request) -> Response:
        async with request.form() as form:
            try:
                person = self._persons.who(form.get("as"))
            except PageError as error:
                return JSONResponse({"ok": False, "error": error.code, "text": error.text}, error.status)
            parts = [part for _, part in form.multi_items() if not isinstance(part, str)]
            files = [self._taken(person, part, await part.read()) for part in parts]
        return JSONResponse({"ok": True, "files": files})

    def _taken(self, person: Person, part: UploadFile, content: bytes) -> JSON:
        name = part.filename or "file"
        kind = part.content_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        file = File(new_id("F"), name, name, kind, person.id, int(self._playground.clock.now()), content, uploaded=True)
        file.completed, file.length = True, len(content)
        self._playground.workspace.files[file.id] = file
        return described(self._playground.settings.base_url, file)

    # What a person does

    def _post(self, person: Person, body: JSON) -> JSON:
        return {"message": self._persons.post(person, self._persons.channel(person, body.get("channel")), body)}

    def _edit(self, person: Person, body: JSON) -> JSON:
        channel = self._persons.channel(person, body.get("channel"))
        return {"message": self._persons.edit(person, channel, body.get("ts"), str(body.get("text") or ""))}

    def _delete(self, person: Person, body: JSON) -> None:
        self._persons.delete(person, self._persons.channel(person, body.get("channel")), body.get("ts"))

    def _react(self, person: Person, body: JSON) -> JSON:
        channel = self._persons.channel(person, body.get("channel"))
        name, on = str(body.get("name") or ""), bool(body.get("on", True))
        return {"message": self._persons.react(person, channel, body.get("ts"), name, on=on)}

    async def _command(self, person: Person, body: JSON) -> JSON:
        channel = self._persons.channel(person, body.get("channel"))
        text = str(body.get("text") or "")
        return await self._playground.commands.run(person, channel, text, in_thread=bool(body.get("thread_ts")))

    async def _shortcut(self, person: Person, body: JSON) -> JSON:
        channel = message = None
        if body.get("channel"):
            channel = self._persons.channel(person, body["channel"])
            message = self._persons.message(channel, body.get("ts"))
        return await self._playground.interactions.shortcut(person, str(body.get("callback_id")), channel, message)

    async def _action(self, person: Person, body: JSON) -> JSON:
        interactions = self._playground.interactions
        place = interactions.container(person, _object(body, "container"))
        block, action = str(body.get("block_id")), str(body.get("action_id"))
        return await interactions.action(person, place, block, action, _object(body, "value"), _object(body, "values"))

    async def _suggest(self, person: Person, body: JSON) -> JSON:
        interactions = self._playground.interactions
        place = interactions.container(person, _object(body, "container"))
        block, action, query = str(body.get("block_id")), str(body.get("action_id")), str(body.get("query") or "")
        return await interactions.suggest(person, place, block, action, query)

    async def _submit(self, person: Person, body: JSON) -> JSON:
        return await self._playground.submissions.submit(person, str(body.get("view_id")), _object(body, "values"))

    async def _close(self, person: Person, body: JSON) -> JSON:
        everything = bool(body.get("all"))
        return await self._playground.submissions.close(person, str(body.get("view_id")), everything=everything)

    def _place(self, person: Person, channel: Any) -> JSON:
        return {"channel": self._playground.places.shown(channel, person.id)}

    def _create(self, person: Person, body: JSON) -> JSON:
        private = bool(body.get("private"))
        return self._place(person, self._persons.create(person, str(body.get("name") or ""), private=private))

    def _join(self, person: Person, body: JSON) -> JSON:
        channel = self._persons.channel(person, body.get("channel"))
        self._persons.join(person, channel)
        return self._place(person, channel)

    def _leave(self, person: Person, body: JSON) -> JSON:
        channel = self._persons.channel(person, body.get("channel"))
        self._persons.leave(person, channel)
        return self._place(person, channel)

    def _invite(self, person: Person, body: JSON) -> JSON:
        channel = self._persons.channel(person, body.get("channel"))
        self._persons.invite(person, channel, _ids(body))
        return self._place(person, channel)

    def _kick(self, person: Person, body: JSON) -> JSON:
        channel = self._persons.channel(person, body.get("channel"))
        self._persons.kick(person, channel, _ids(body))
        return self._place(person, channel)

    def _archive(self, person: Person, body: JSON) -> JSON:
        channel = self._persons.channel(person, body.get("channel"))
        self._playground.places.archive(channel, person.id, on=bool(body.get("on", True)))
        return self._place(person, channel)

    def _dismiss(self, person: Person, body: JSON) -> None:
        ephemeral = self._playground.workspace.ephemerals.get(str(body.get("id")))
        if ephemeral is not None and ephemeral.user == person.id:
            self._playground.messages.hush(ephemeral.id)


async def _body(request: Request) -> JSON:
    try:
        body = await request.json()
    except ValueError:
        raise PageError("invalid_json", "The request is no JSON.") from None
    if not isinstance(body, dict):
        raise PageError("json_not_object", "The request is no JSON object.")
    return body


def _object(body: JSON, name: str) -> JSON:
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise PageError("invalid_arguments", f"{name} is an object.")
    return value or {}


def _ids(body: JSON) -> list[str]:
    users = body.get("users")
    if not isinstance(users, list):
        raise PageError("invalid_arguments", "users is a list of ids.")
    return [str(each) for each in users]
