"""The app that the page talks to in its tests: a process of its own, written with Bolt and nothing of the bot.

It prints the port that it listens on, and begins once it reads the address of the Web API from standard input.
"""

import asyncio
import copy
import json
import os
import socket
import sys
from typing import Any

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.e2e.page.blocks import ATTACHMENTS, CARD, CITIES, GALLERY, HOME, form, option, page, plain, told

LATE = 3.5
Body = dict[str, Any]


def build(api: str) -> AsyncApp:
    """The app, talking to the Web API at ``api``."""
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=api)
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"], process_before_response=True)
    _commands(app)
    _forms(app)
    _buttons(app)
    return app


def _commands(app: AsyncApp) -> None:
    @app.command("/fill")
    async def fill(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form(body["channel_id"], body["text"]))

    @app.command("/card")
    async def card(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.chat_postMessage(channel=body["channel_id"], text="AB-1207", blocks=CARD)

    @app.command("/gallery")
    async def gallery(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        channel = body["channel_id"]
        await client.chat_postMessage(channel=channel, text="Gallery", blocks=GALLERY, attachments=ATTACHMENTS)

    @app.command("/whisper")
    async def whisper(ack: AsyncAck, body: Body) -> None:
        button = {"type": "button", "action_id": "louder", "text": plain("Louder")}
        words = {"type": "section", "text": plain(body["text"] or "psst")}
        await ack(text="psst", blocks=[words, {"type": "actions", "elements": [button]}])

    @app.command("/sleep")
    async def sleep(ack: AsyncAck) -> None:
        await asyncio.sleep(LATE)
        await ack()

    @app.event("app_home_opened")
    async def home(event: Body, client: AsyncWebClient) -> None:
        if event.get("tab") == "home":
            await client.views_publish(user_id=event["user"], view=HOME)

    @app.event("message")
    async def ping(event: Body, client: AsyncWebClient) -> None:
        if event.get("text") == "ping":
            await client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="pong")

    @app.event("reaction_added")
    async def nothing() -> None:
        return


def _forms(app: AsyncApp) -> None:
    @app.shortcut("new_note")
    async def new_note(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(
            trigger_id=body["trigger_id"], view=page("Level one", "The *first* of three", buttons=True)
        )

    @app.shortcut("keep")
    async def keep(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        view = form(body["channel"]["id"], body["message"]["text"])
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.command("/told")
    async def open_told(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=told("nothing"))

    @app.action("it")
    async def hear(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        action = body["actions"][0]
        word = action.get("value") or action["selected_option"]["value"]
        view = body["view"]
        await client.views_update(view_id=view["id"], hash=view["hash"], view=told(word))

    @app.options("it")
    async def cities(ack: AsyncAck, payload: Body) -> None:
        found = [city for city in CITIES if city.lower().startswith(payload["value"].lower())]
        await ack(options=[option(city.lower(), city) for city in found])

    @app.view("form")
    async def submitted(ack: AsyncAck, view: Body, body: Body, client: AsyncWebClient) -> None:
        values = {block: next(iter(actions.values())) for block, actions in view["state"]["values"].items()}
        subject = values["subject"]["value"]
        if subject == "wrong":
            await ack(response_action="errors", errors={"subject": "That is not a subject"})
        elif subject == "late":
            await asyncio.sleep(LATE)
            await ack()
        elif subject == "more":
            await ack(response_action="push", view=page("One more", "On top of the *form*"))
        else:
            await ack()
            said = {block: {**value, "type": None} for block, value in values.items()}
            text = json.dumps({block: _only(value) for block, value in said.items()})
            await client.chat_postMessage(
                channel=view["private_metadata"], text=f"<@{body['user']['id']}> saved {text}"
            )

    @app.view_closed("form")
    async def closed(ack: AsyncAck) -> None:
        await ack()


def _only(value: Body) -> Any:
    kept = next(each for name, each in value.items() if name != "type")
    match kept:
        case {"value": inner} | {"id": inner}:
            return inner
        case list():
            return [each if isinstance(each, str) else each.get("value") or each.get("name") for each in kept]
        case {"type": "rich_text"}:
            return "rich"
        case _:
            return kept


def _buttons(app: AsyncApp) -> None:
    @app.action("take")
    async def take(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        blocks = copy.deepcopy(CARD)
        blocks[2]["fields"][0]["text"] = f"*Status*\nTaken by <@{body['user']['id']}>"
        await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="AB-1207", blocks=blocks)

    @app.action("drop")
    async def drop(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        channel, ts = body["channel"]["id"], body["message"]["ts"]
        await client.chat_update(channel=channel, ts=ts, text="AB-1207 is closed", blocks=[])

    @app.action("level")
    async def level(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        chosen = body["actions"][0]["selected_option"]["text"]["text"]
        channel, ts = body["channel"]["id"], body["message"]["ts"]
        await client.chat_postMessage(channel=channel, thread_ts=ts, text=f"Priority {chosen}")

    @app.action("menu")
    async def menu(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await respond(text=f"Chose {body['actions'][0]['selected_option']['value']}", replace_original=False)

    @app.action("day")
    async def day(ack: AsyncAck) -> None:
        await asyncio.sleep(LATE)
        await ack()

    @app.action("louder")
    async def louder(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond(text="LOUDER", replace_original=True)

    @app.action("deeper")
    async def deeper(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_push(trigger_id=body["trigger_id"], view=page("Level two", "The *second* one", buttons=True))

    @app.action("refresh")
    async def refresh(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        view = copy.deepcopy(HOME)
        view["blocks"][1]["text"]["text"] = "You have *no* open tickets."
        await client.views_publish(user_id=body["user"]["id"], view=view)


def main() -> None:
    """Serve until killed."""
    listener = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    handler = AsyncSlackRequestHandler(build(sys.stdin.readline().strip()))

    async def receive(request: Request) -> Response:
        return await handler.handle(request)

    application = Starlette(routes=[Route("/slack/events", receive, methods=["POST"])])
    uvicorn.Server(uvicorn.Config(application, log_level="warning")).run(sockets=[listener])


if __name__ == "__main__":
    main()
