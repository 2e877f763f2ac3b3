"""Slack's own Python clients, unmodified: slack_sdk's and Bolt, sync and async, over HTTP and Socket Mode."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiohttp import web
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookClient

from tests.playground.slack.recorder import SECRET, Recorder
from tests.playground.slack.served import address, listener
from tests.playground.slack.workspace import APP_TOKEN, BOT_TOKEN, Workspace, playing

FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "New ticket"},
    "submit": {"type": "plain_text", "text": "Create"},
    "blocks": [
        {
            "type": "input",
            "block_id": "subject",
            "label": {"type": "plain_text", "text": "Subject"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
        {
            "type": "input",
            "block_id": "customer",
            "optional": True,
            "label": {"type": "plain_text", "text": "Customer"},
            "element": {"type": "external_select", "action_id": "search", "min_query_length": 1},
        },
    ],
}
CARD = [
    {
        "type": "actions",
        "block_id": "card",
        "elements": [
            {"type": "button", "action_id": "close", "value": "7", "text": {"type": "plain_text", "text": "Close"}}
        ],
    }
]
OPTION = {"text": {"type": "plain_text", "text": "Jo"}, "value": "1"}


def client(slack: Workspace, **options: Any) -> WebClient:
    return WebClient(BOT_TOKEN, base_url=f"{slack.base_url}/api/", **options)


def async_client(slack: Workspace, token: str = BOT_TOKEN) -> AsyncWebClient:
    return AsyncWebClient(token, base_url=f"{slack.base_url}/api/")


def test_web_client(slack: Workspace, app: Recorder) -> None:
    """Form bodies, JSON bodies, pages, uploads, refusals."""
    web_client = client(slack)
    assert web_client.auth_test()["user_id"] == "U0BOT"
    posted = web_client.chat_postMessage(channel="C0SUPPORT", text="hello", blocks=CARD)
    web_client.chat_update(channel="C0SUPPORT", ts=posted["ts"], text="bye")
    web_client.reactions_add(channel="C0SUPPORT", timestamp=posted["ts"], name="eyes")
    assert slack.texts() == ["bye"]
    pages = [[member["id"] for member in page["members"]] for page in web_client.users_list(limit=2)]
    assert pages == [["U0ADAM", "U0PRIYA"], ["U0SAM", "U0BOT"], ["USLACKBOT"]]
    with pytest.raises(SlackApiError) as refused:
        web_client.chat_postMessage(channel="C0SECRET", text="hello")
    assert refused.value.response["error"] == "channel_not_found"


def test_files_upload(slack: Workspace, app: Recorder) -> None:
    """The three steps of ``files_upload_v2``, and the bytes read back."""
    answer = client(slack).files_upload_v2(
        channel="C0SUPPORT", filename="notes.txt", content="line\n", initial_comment="look", title="Notes"
    )
    shared = slack.state()["messages"]["C0SUPPORT"][0]
    assert (shared["subtype"], shared["text"], shared["files"][0]["title"]) == ("file_share", "look", "Notes")
    private = shared["files"][0]["url_private"]
    assert answer["file"]["url_private"] == private
    assert slack.get(private, headers={"Authorization": f"Bearer {BOT_TOKEN}"}).text == "line\n"
    login = slack.get(private)
    assert login.status_code == 200
    assert login.headers["content-type"].startswith("text/html")


def test_web_client_waits_when_told_to(slack: Workspace) -> None:
    slack.control("fault", method="chat.postMessage", ratelimited=1)
    started = time.monotonic()
    client(slack, retry_handlers=[RateLimitErrorRetryHandler()]).chat_postMessage(channel="C0SUPPORT", text="hello")
    assert time.monotonic() - started >= 1
    assert slack.texts() == ["hello"]


async def test_async_web_client(slack: Workspace) -> None:
    web_client = async_client(slack)
    posted = await web_client.chat_postMessage(channel="C0SUPPORT", text="hello")
    replies = await web_client.conversations_replies(channel="C0SUPPORT", ts=posted["ts"])
    assert [each["text"] for each in replies["messages"]] == ["hello"]
    await web_client.files_upload_v2(channel="C0SUPPORT", filename="a.bin", content=b"\x00\xff")
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await web_client.chat_postMessage(channel="C0SUPPORT", text="x", blocks=[{"type": "nope"}])


def test_webhook_client(slack: Workspace, app: Recorder) -> None:
    slack.ui("command", channel="C0SUPPORT", text="/ticket x")
    webhook = WebhookClient(app.received[0].body["response_url"])
    answer = webhook.send(text="for all", response_type="in_channel")
    assert (answer.status_code, answer.body) == (200, "ok")
    assert slack.texts() == ["for all"]


def wire(app: App) -> None:
    """A small app that uses everything."""

    @app.command("/ticket")
    def command(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=FORM)
        ack()

    @app.options("search")
    def options(ack: Any, payload: dict[str, Any]) -> None:
        ack(options=[OPTION] if payload["value"] == "j" else [])

    @app.view("form")
    def submitted(ack: Any, view: dict[str, Any], client: WebClient) -> None:
        text = view["state"]["values"]["subject"]["text"]["value"]
        if text == "bad":
            ack(response_action="errors", errors={"subject": "Not like this"})
            return
        ack()
        client.chat_postMessage(channel="C0SUPPORT", text=text, blocks=CARD)

    @app.action("close")
    def close(ack: Any, respond: Any, action: dict[str, Any]) -> None:
        ack()
        respond(text=f"closed {action['value']}", replace_original=True)

    @app.shortcut("from_message")
    def shortcut(ack: Any, shortcut: dict[str, Any], client: WebClient) -> None:
        ack()
        client.chat_postMessage(
            channel=shortcut["channel"]["id"],
            thread_ts=shortcut["message_ts"],
            text="from " + shortcut["message"]["text"],
        )

    @app.event("app_home_opened")
    def home(event: dict[str, Any], client: WebClient) -> None:
        blocks = [{"type": "header", "text": {"type": "plain_text", "text": "Your tickets"}}]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.event("app_mention")
    def mentioned(say: Any) -> None:
        say("you called")

    @app.event("message")
    def message(ack: Any) -> None:
        ack()


def wire_async(app: AsyncApp) -> None:
    """The same for the async Bolt, as far as it is another code path there."""

    @app.command("/ticket")
    async def command(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        await ack()

    @app.options("search")
    async def options(ack: Any, payload: dict[str, Any]) -> None:
        await ack(options=[OPTION] if payload["value"] == "j" else [])

    @app.view("form")
    async def submitted(ack: Any, view: dict[str, Any], client: AsyncWebClient) -> None:
        text = view["state"]["values"]["subject"]["text"]["value"]
        if text == "bad":
            await ack(response_action="errors", errors={"subject": "Not like this"})
            return
        await ack()
        await client.chat_postMessage(channel="C0SUPPORT", text=text, blocks=CARD)

    @app.action("close")
    async def close(ack: Any, respond: Any, action: dict[str, Any]) -> None:
        await ack()
        await respond(text=f"closed {action['value']}", replace_original=True)

    @app.shortcut("from_message")
    async def shortcut(ack: Any, shortcut: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.chat_postMessage(
            channel=shortcut["channel"]["id"],
            thread_ts=shortcut["message_ts"],
            text="from " + shortcut["message"]["text"],
        )

    @app.event("app_home_opened")
    async def home(event: dict[str, Any], client: AsyncWebClient) -> None:
        blocks = [{"type": "header", "text": {"type": "plain_text", "text": "Your tickets"}}]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.event("app_mention")
    async def mentioned(say: Any) -> None:
        await say("you called")

    @app.event("message")
    async def message(ack: Any) -> None:
        await ack()


def use(slack: Workspace) -> None:
    """A person uses all of the small app."""
    assert slack.ui("command", channel="C0SUPPORT", text="/ticket")["result"] == "acknowledged"
    view = slack.state()["modals"][0]
    found = slack.ui(
        "suggest",
        container={"type": "view", "view_id": view["id"]},
        block_id="customer",
        action_id="search",
        query="j",
    )
    assert found["options"] == [OPTION]
    refused = slack.ui("submit", view_id=view["id"], values={"subject": {"text": {"value": "bad"}}})
    assert (refused["result"], refused["errors"]) == ("errors", {"subject": "Not like this"})
    taken = slack.ui("submit", view_id=view["id"], values={"subject": {"text": {"value": "Printer"}}})
    assert (taken["result"], taken["stack"]) == ("closed", [])
    card = until(slack, lambda: [each for each in slack.state()["messages"]["C0SUPPORT"] if each.get("blocks")])[0]
    where = {"type": "message", "channel": "C0SUPPORT", "ts": card["ts"]}
    assert slack.ui("action", container=where, block_id="card", action_id="close", value={})["result"] == "acknowledged"
    until(slack, lambda: slack.texts() == ["closed 7"])
    mine = slack.ui("post", channel="C0SUPPORT", text="Help & <b>")["message"]
    slack.ui("shortcut", callback_id="from_message", channel="C0SUPPORT", ts=mine["ts"])
    until(slack, lambda: "from Help &amp; &lt;b&gt;" in slack.texts())
    slack.ui("home", tab="home")
    until(slack, lambda: slack.state()["home"])
    slack.ui("post", channel="C0TRIAGE", text="hey @testbot")
    until(slack, lambda: "you called" in slack.texts("C0TRIAGE"))


def until(slack: Workspace, ready: Any, timeout: float = 5.0) -> Any:
    deadline = time.monotonic() + timeout
    while not (value := ready()):
        assert time.monotonic() < deadline, slack.log()[-3:]
        time.sleep(0.01)
    return value


@contextmanager
def bolt_over_http(app_of: Any) -> Iterator[str]:
    """Bolt behind the plainest of HTTP servers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            answer = app_of().dispatch(BoltRequest(body=body, headers={k: [v] for k, v in self.headers.items()}))
            self.send_response(answer.status)
            for name, values in answer.headers.items():
                for value in values:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name it has in the standard library
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/slack/events"
    finally:
        server.shutdown()
        server.server_close()


def test_bolt_over_http() -> None:
    holder: list[App] = []
    with bolt_over_http(lambda: holder[0]) as url, playing(url) as slack:
        holder.append(App(client=client(slack), signing_secret=SECRET))
        wire(holder[0])
        use(slack)


def test_bolt_over_socket_mode() -> None:
    with playing(socket=True) as slack:
        app = App(client=client(slack), signing_secret=SECRET)
        wire(app)
        web_client = WebClient(APP_TOKEN, base_url=f"{slack.base_url}/api/")
        handler = SocketModeHandler(app, APP_TOKEN, web_client=web_client)
        handler.connect()  # type: ignore[no-untyped-call]
        try:
            until(slack, lambda: slack.state()["app"]["connections"])
            use(slack)
        finally:
            handler.close()  # type: ignore[no-untyped-call]
        until(slack, lambda: not slack.state()["app"]["connections"])


@asynccontextmanager
async def async_bolt(app: AsyncApp, taken: Any) -> AsyncIterator[None]:
    runner = web.AppRunner(app.web_app(path="/slack/events"), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, taken).start()
    try:
        yield
    finally:
        await runner.cleanup()


async def test_async_bolt_over_http() -> None:
    taken = listener()
    with playing(f"{address(taken)}/slack/events") as slack:
        app = AsyncApp(client=async_client(slack), signing_secret=SECRET)
        wire_async(app)
        async with async_bolt(app, taken):
            await asyncio.to_thread(use, slack)


async def test_async_bolt_over_socket_mode() -> None:
    with playing(socket=True) as slack:
        app = AsyncApp(client=async_client(slack), signing_secret=SECRET)
        wire_async(app)
        handler = AsyncSocketModeHandler(app, APP_TOKEN, web_client=async_client(slack, APP_TOKEN))
        await handler.connect_async()  # type: ignore[no-untyped-call]
        try:
            await asyncio.to_thread(until, slack, lambda: slack.state()["app"]["connections"])
            await asyncio.to_thread(use, slack)
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]
