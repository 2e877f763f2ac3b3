"""The peers: what the acknowledgement is measured against. Each acknowledges and records nothing."""

import hashlib
import hmac
import os
import sys
import tempfile
from typing import Any

SECRET = "bench-signing-secret"


def bolt(port: int) -> None:
    """Bare Bolt for Python, as its documentation shows it, on its own server."""
    from slack_bolt import App
    from slack_bolt.authorization import AuthorizeResult

    def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T0PLAY", bot_token="xoxb-peer", bot_user_id="U1", bot_id="B1"
        )

    app = App(signing_secret=SECRET, authorize=authorize)

    @app.command("/ticket")
    def hello(ack: Any) -> None:
        ack("Hello!")

    print(f"listening on http://127.0.0.1:{port}", flush=True)
    app.start(port=port)


def bolt_async(port: int) -> None:
    """Bare async Bolt for Python on aiohttp, as its documentation shows it."""
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T0PLAY", bot_token="xoxb-peer", bot_user_id="U1", bot_id="B1"
        )

    app = AsyncApp(signing_secret=SECRET, authorize=authorize)

    @app.command("/ticket")
    async def hello(ack: Any) -> None:
        await ack("Hello!")

    print(f"listening on http://127.0.0.1:{port}", flush=True)
    app.start(port=port)


def floor(port: int) -> None:
    """A raw ASGI application that only checks the signature: what no bot can be below."""
    _serve(port, None)


def floor_durable(port: int) -> None:
    """The same, which also appends the request to a file and waits for the disk: what no bot that loses nothing can be
    below, one request at a time."""
    with tempfile.TemporaryFile() as file:
        _serve(port, file.fileno())


def _serve(port: int, file: int | None) -> None:
    import uvicorn

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = dict(scope["headers"])
        base = b"v0:" + headers[b"x-slack-request-timestamp"] + b":" + body
        good = b"v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest().encode()
        status = 200 if hmac.compare_digest(good, headers[b"x-slack-signature"]) else 401
        if file is not None:
            os.write(file, body)
            os.fdatasync(file)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    print(f"listening on http://127.0.0.1:{port}", flush=True)
    config = uvicorn.Config(
        app, port=port, log_level="error", access_log=False, lifespan="off", http="httptools", loop="uvloop",
        server_header=False, date_header=False, proxy_headers=False,
    )  # fmt: skip
    uvicorn.Server(config).run()


PEERS = {"bolt": bolt, "bolt_async": bolt_async, "floor": floor, "floor_durable": floor_durable}

if __name__ == "__main__":
    PEERS[sys.argv[1]](int(sys.argv[2]))
