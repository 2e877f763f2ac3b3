"""What an app answers to a command or sends to a response URL, and where it ends up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.playground.arguments import Arguments
from bot.playground.content import content, warned
from bot.playground.deliveries import parsed
from bot.playground.errors import SlackError
from bot.playground.journal import Exchange
from bot.playground.messages import from_app
from bot.playground.response_urls import ResponseUrl
from bot.playground.shapes import JSON
from bot.playground.store import BOT, BOT_USER

if TYPE_CHECKING:
    from bot.playground.playground import Playground


def reply(playground: Playground, target: ResponseUrl, body: JSON) -> None:
    """Post, replace or delete what ``body`` says; raises ``SlackError``.

    The default is a new message that only the person sees. An ephemeral message cannot become one for everybody.
    """
    args = Arguments(body)
    channel = playground.workspace.channels[target.channel]
    if args.flag("delete_original"):
        _delete(playground, target)
        return
    message = content(args)
    warned(message)
    author = from_app(playground.settings.manifest.bot_name)
    thread = args.maybe("thread_ts")
    there = {}
    if thread is not None and thread in channel.messages:
        there["thread_ts"] = channel.messages[thread].get("thread_ts", thread)
    if args.flag("replace_original"):
        if target.ephemeral:
            message |= there
            playground.messages.whisper(channel, target.user, {**author, **message}, ephemeral_id=target.ephemeral)
            return
        source = channel.messages.get(target.source or "")
        if source is not None and source.get("bot_id") == BOT:
            kept = {key: value for key, value in source.items() if key not in ("text", "blocks", "attachments")}
            edited = {} if message.get("blocks") else {"edited": {"user": BOT_USER, "ts": playground.messages.stamp()}}
            playground.messages.change(channel, source["ts"], {**kept, **message, **edited})
            return
    message |= there
    if args.text("response_type") == "in_channel":
        playground.messages.post(channel, {**author, **message})
    else:
        playground.messages.whisper(channel, target.user, {**author, **message})


def _delete(playground: Playground, target: ResponseUrl) -> None:
    channel = playground.workspace.channels[target.channel]
    if target.ephemeral:
        playground.messages.hush(target.ephemeral)
    elif target.source in channel.messages and channel.messages[target.source].get("bot_id") == BOT:
        playground.messages.delete(channel, target.source)
    else:
        raise SlackError("message_not_found")


class ReplyDoor:
    """``/response/…``: where response URLs lead."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    async def answer(self, request: Request) -> Response:
        """Take one answer: a JSON object, or a form with one in ``payload``."""
        raw = (await request.body()).decode("utf-8", "replace")
        body: object = parsed(raw)
        if "form" in request.headers.get("content-type", ""):
            async with request.form() as form:
                body = parsed(str(form.get("payload", "")))
        error, status = self._reply(request.path_params["key"], body)
        self._playground.journal.add(
            Exchange("bot", "playground", "response_url", "response_url", body, error, status=status, error=error)
        )
        if error is None:
            return PlainTextResponse("ok")
        return JSONResponse({"ok": False, "error": error}, status)

    def _reply(self, key: str, body: object) -> tuple[str | None, int]:
        target = self._playground.response_urls.use(key)
        if isinstance(target, str):
            return target, 404
        if not isinstance(body, dict):
            return "invalid_payload", 200
        try:
            reply(self._playground, target, body)
        except SlackError as error:
            return error.code, 200
        return None, 200
