"""Running the bot as a process: the event loop, the server, and the way out."""

import asyncio
import contextlib
import errno
import gc
import logging
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import structlog
import uvicorn

from bot.app import Bot
from bot.config import Settings
from bot.ledger import LedgerError
from bot.telemetry import configure_logging

log = structlog.get_logger()

_CHATTY = ("slack_sdk.web.async_base_client", "slack_sdk.webhook.async_client")
"""Slack's clients make the words for a log of every request unless their own loggers have a level."""


def run(settings: Settings, *, host: str, port: int | None, work: bool, listen: bool) -> None:
    """Run until told to stop; exits with 1, and one line that says why, where it could not start."""
    configure_logging()
    _tune()
    try:
        sockets = _bound(host, settings.env.port if port is None else port)
    except OSError as error:
        sys.stderr.write(f"{error.strerror}\n")
        raise SystemExit(1) from None
    bot = Bot(settings, work=work, listen=listen)
    config = uvicorn.Config(
        bot.web(),
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=10,
    )
    with contextlib.ExitStack() as stack:
        for each in sockets:
            stack.callback(each.close)
        runner = stack.enter_context(asyncio.Runner(loop_factory=_new_loop))
        try:
            runner.run(_serve(bot, _Server(config), sockets))
        except LedgerError as error:
            sys.stderr.write(f"{error}\n")
            raise SystemExit(1) from None


def _bound(host: str, port: int) -> list[socket.socket]:
    """The addresses that the host has, taken before anything works: who cannot be reached is not to work either.

    Raises:
        OSError: with a sentence in ``strerror``; nothing is bound then.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        with contextlib.ExitStack() as stack:
            bound = [stack.enter_context(each) for each in map(_bound_to, dict.fromkeys(found)) if each is not None]
            stack.pop_all()
    except OSError as error:
        why = "the port is in use; is the bot running already?" if error.errno == errno.EADDRINUSE else error.strerror
    except OverflowError:
        why = "there is no such port"
    else:
        if bound:
            return bound
        why = "this machine does not have that address"
    raise OSError(errno.EADDRNOTAVAIL, f"cannot listen on {_address(host, port)}: {why}")


def _bound_to(info: tuple[int, int, int, str, Any]) -> socket.socket | None:
    """A socket with that address; None where this machine lacks it, as ``localhost`` has one that IPv6 needs."""
    family, kind, protocol, _, address = info
    made: socket.socket | None = None
    try:
        made = socket.socket(family, kind, protocol)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a restart need not wait for old connections
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # IPv4 has its own
        made.bind(address)
    except OSError as error:
        if made is not None:
            made.close()
        if error.errno in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:
            return None
        raise
    return made


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


async def _serve(bot: Bot, server: "_Server", sockets: Sequence[socket.socket]) -> None:
    """Everything starts before the first request is taken, and stops after the last one was answered."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.handle_exit, number, None)
    async with bot.running():
        gc.collect()
        gc.freeze()  # what is there now stays; it need not be looked through again and again
        await server.serve(sockets=list(sockets))
    if not server.started:
        raise SystemExit(1)


class _Server(uvicorn.Server):
    """Says where it listens once it does, and leaves signals to whoever stops the rest."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for server in self.servers if self.started else ():
            for each in server.sockets:
                name, port = each.getsockname()[:2]
                sys.stdout.write(f"ticketbot listens on http://{_address(name, port)}\n")
        sys.stdout.flush()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # uvicorn's own would end the process before the ledger is closed


def _new_loop() -> asyncio.AbstractEventLoop:
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop

    return uvloop.new_event_loop()


def _tune() -> None:
    """Let the ledger's thread and the event loop take turns quickly, and collect garbage less often.

    With Python's default of 5 ms an answer waits that long behind whoever has the interpreter.
    """
    sys.setswitchinterval(0.0005)
    gc.set_threshold(20_000, 20, 50)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
