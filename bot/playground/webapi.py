"""``/api/<method>``: reads a call, checks token, scope and rate, runs the method, and writes it all down."""

import inspect
import json
import time
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from bot.playground.arguments import Arguments
from bot.playground.errors import RateLimited, SlackError, Unanswerable
from bot.playground.hanging_up import hang_up
from bot.playground.journal import Exchange
from bot.playground.methods import METHODS
from bot.playground.methods.method import Method
from bot.playground.playground import Playground
from bot.playground.shapes import JSON

_NO_ANSWER = 499
_FORM, _MULTIPART, _JSON_TYPE = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"


class WebApi:
    """Slack's Web API for one playground."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    async def answer(self, request: Request) -> Response:
        """The endpoint."""
        started = time.perf_counter()
        name = request.path_params["method"]
        given: JSON = {}
        headers: dict[str, str] = {}
        status, cut, text = 200, False, None
        try:
            given, token = await _read(request)
            body = await self._call(name, Arguments(given), token)
        except SlackError as error:
            body = error.envelope()
        except RateLimited as limit:
            status, body = 429, {"ok": False, "error": "ratelimited"}
            headers["Retry-After"] = str(limit.retry_after)
        except Unanswerable as fault:
            status = fault.status or _NO_ANSWER
            body = {"ok": False, "error": "service_unavailable" if fault.status else "answer_lost"}
            cut, text = fault.cut, fault.text
        headers |= {
            "X-OAuth-Scopes": ",".join(sorted(self._playground.settings.manifest.scopes)),
            "Cache-Control": "no-store",
        }
        why = (body.get("response_metadata") or {}).get("messages") or ()
        self._playground.journal.add(
            Exchange(
                "bot",
                "playground",
                "api",
                name,
                given,
                body,
                status=status,
                ms=(time.perf_counter() - started) * 1000,
                error=None if body["ok"] else body["error"],
                why=tuple(why),
            )
        )
        if text is not None:
            return Response(text, status, headers, "text/plain; charset=utf-8")
        if status == _NO_ANSWER:
            return LostAnswer() if cut else NoAnswer()
        return Response(json.dumps(body, separators=(",", ":")), status, headers, "application/json; charset=utf-8")

    async def _call(self, name: str, args: Arguments, token: str | None) -> JSON:
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        fault = self._playground.faults.on_method(name)
        if fault is not None:
            if fault.delay:
                await self._playground.clock.sleep(fault.delay)
            if fault.ratelimited is not None:
                raise RateLimited(fault.ratelimited)
            if fault.status is not None or fault.text is not None:
                raise Unanswerable(fault.status or 200, text=fault.text)
            if fault.error is not None:
                raise SlackError(fault.error)
        self._admit(name, method, token)
        body: Any = method.run(self._playground, args)
        if inspect.isawaitable(body):
            body = await body
        if fault is not None and (fault.lose_answer or fault.hang_up):
            raise Unanswerable(None, cut=fault.lose_answer)
        return {"ok": True, **body}

    def _admit(self, name: str, method: Method, token: str | None) -> None:
        settings = self._playground.settings
        if not token:
            raise SlackError("not_authed")
        if token not in (settings.bot_token, settings.app_token):
            raise SlackError("invalid_auth")
        if method.token != "any" and (token == settings.app_token) != (method.token == "app"):
            raise SlackError("not_allowed_token_type")
        self._playground.rates.spend(name, method.per_minute)
        if method.token == "bot":
            self._playground.need_scope(*method.scopes)


class NoAnswer(Response):
    """Closes the connection before a byte of the answer."""

    async def __call__(self, _scope: Any, receive: Any, _send: Any) -> None:
        """Nothing is sent."""
        await hang_up(receive)


class LostAnswer(Response):
    """Closes the connection with the answer unfinished, as a network does that fails at the wrong moment."""

    async def __call__(self, _scope: Any, _receive: Any, send: Any) -> None:
        """Announce more bytes than are sent; the server then cuts the connection."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _read(request: Request) -> tuple[JSON, str | None]:
    """The arguments and the token. Raises ``SlackError``."""
    given: JSON = dict(request.query_params)
    in_json = False
    if request.method == "POST":
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        raw = b"" if content_type == _MULTIPART else await request.body()
        if content_type == _MULTIPART:
            async with request.form() as form:
                given |= {key: value for key, value in form.multi_items() if isinstance(value, str)}
        elif content_type == _JSON_TYPE:
            given |= _json(raw)
            in_json = True
        elif content_type == _FORM:
            given |= _form(raw)
        elif raw:
            raise SlackError("invalid_post_type" if content_type else "missing_post_type")
    token = None if in_json else given.get("token")
    authorization = request.headers.get("authorization", "")
    if authorization[:7].lower() == "bearer ":
        token = authorization[7:].strip()
    given.pop("token", None)
    return given, token


def _json(raw: bytes) -> JSON:
    try:
        body = json.loads(raw or b"{}")
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body


def _form(raw: bytes) -> JSON:
    try:
        return dict(parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict"))
    except (UnicodeDecodeError, ValueError):
        raise SlackError("invalid_form_data") from None
