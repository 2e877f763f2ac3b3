"""Running the bot as a process: the event loop, the server, and the way out."""

import gc
import socket
import sys

import structlog
import uvicorn

from bot.app import Bot
from bot.config import Settings
from bot.ledger import LedgerError
from bot.telemetry import configure_logging

log = structlog.get_logger()


class _Server(uvicorn.Server):
    """Says where it listens once everything is started."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            for server in self.servers:
                for each in server.sockets:
                    name, port = each.getsockname()[:2]
                    sys.stdout.write(f"ticketbot listens on http://{name}:{port}\n")
            sys.stdout.flush()


def _tune() -> None:
    """Let the ledger's thread and the event loop take turns quickly, and collect garbage less often.

    With Python's default of 5 ms an answer waits that long behind whoever has the interpreter.
    """
    sys.setswitchinterval(0.0005)
    gc.set_threshold(20_000, 20, 50)
    gc.freeze()


def run(settings: Settings, *, host: str, port: int | None, work: bool, listen: bool) -> None:
    """Run until told to stop; exits with 1 where it could not start."""
    configure_logging()
    _tune()
    bot = Bot(settings, work=work, listen=listen)
    config = uvicorn.Config(
        bot.web(),
        host=host,
        port=settings.env.port if port is None else port,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        lifespan="on",
        timeout_graceful_shutdown=10,
    )
    server = _Server(config)
    try:
        server.run()
    except LedgerError as error:
        sys.stderr.write(f"{error}\n")
    if not server.started:
        raise SystemExit(1)
