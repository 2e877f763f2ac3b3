"""``python -m bot.playground``: one local workspace, until it is stopped."""

import argparse
import contextlib
import os
import secrets
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import uvicorn

from bot.playground.app import create_app
from bot.playground.guard import LOOPBACK
from bot.playground.manifest import Manifest
from bot.playground.settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; returns the exit status."""
    options = _parser().parse_args(argv)
    if options.host not in LOOPBACK:
        return _fail(f"{options.host} is not a loopback address")
    try:
        manifest = Manifest.read(options.manifest)
    except (OSError, ValueError, KeyError) as error:
        return _fail(f"cannot read the manifest: {error}")
    try:
        listener = _listen(options.host, options.port)
    except OSError as error:
        return _fail(f"port {options.port} cannot be used: {error.strerror or error}")
    host = f"[{options.host}]" if ":" in options.host else options.host
    address = f"http://{host}:{listener.getsockname()[1]}"
    settings = Settings(
        manifest=manifest,
        base_url=address,
        signing_secret=options.signing_secret or os.environ.get("SLACK_SIGNING_SECRET") or secrets.token_hex(16),
        bot_token=options.bot_token or os.environ.get("SLACK_BOT_TOKEN") or f"xoxb-{secrets.token_hex(16)}",
        app_token=options.app_token or os.environ.get("SLACK_APP_TOKEN") or f"xapp-1-{secrets.token_hex(16)}",
        request_url=options.request_url,
        socket=options.socket,
        speed=options.speed,
        trigger_errors=options.trigger_errors,
        full_payloads=options.full_payloads,
        helpdesks=dict(options.helpdesk),
        db=options.db,
    )
    server = _Server(address, create_app(settings))
    server.run(sockets=[listener])
    return 0 if server.started else 1


class _Server(uvicorn.Server):
    """Says where it listens once it does."""

    def __init__(self, address: str, application: object) -> None:
        config = uvicorn.Config(
            application,  # type: ignore[arg-type]
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=1,
            lifespan="on",
        )
        super().__init__(config)
        self._address = address

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on a signal, and then end with status 0; uvicorn itself would raise the signal once more."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(f"listening on {self._address}\n")
            sys.stdout.flush()


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(128)
    return listener


def _helpdesk(text: str) -> tuple[str, str]:
    name, equals, url = text.partition("=")
    if not name or not equals or not url.startswith("http://"):
        raise argparse.ArgumentTypeError("NAME=http://127.0.0.1:PORT")
    return name, url


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.playground", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--signing-secret")
    parser.add_argument("--bot-token")
    parser.add_argument("--app-token")
    parser.add_argument("--request-url")
    parser.add_argument("--socket", action="store_true")
    parser.add_argument("--speed", choices=("real", "fast", "off"), default="real")
    parser.add_argument("--trigger-errors", choices=("documented", "observed"), default="documented")
    parser.add_argument("--full-payloads", action="store_true")
    parser.add_argument("--helpdesk", type=_helpdesk, action="append", default=[], metavar="NAME=URL")
    parser.add_argument("--db", type=Path)
    return parser


def _fail(text: str) -> int:
    sys.stderr.write(f"playground: {text}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
