"""Run one local helpdesk: ``python -m bot.playground.helpdesks sirportly`` or ``… socialboards``."""

import argparse
import socket
import sys
from collections.abc import Sequence

import uvicorn
from starlette.applications import Starlette

from bot.playground.helpdesks import create_sirportly, create_socialboards


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted; one line on standard output says where, once requests are accepted."""
    asked = _parser().parse_args(arguments)
    listener = socket.create_server(("127.0.0.1", asked.port))
    config = uvicorn.Config(_application(asked), log_level="warning", access_log=False, timeout_graceful_shutdown=2)
    _Announced(config, f"http://127.0.0.1:{listener.getsockname()[1]}").run(sockets=[listener])


class _Announced(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(f"listening on {self._address}\n")
            sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.playground.helpdesks", description=__doc__)
    vendors = parser.add_subparsers(dest="vendor", required=True)

    sirportly = vendors.add_parser("sirportly", help="Sirportly API v2")
    sirportly.add_argument("--token", default="demo-token", help="account token")
    sirportly.add_argument("--secret", default="demo-secret")
    sirportly.add_argument("--user-token", default="demo-user-token", help="token that always acts as --user")
    sirportly.add_argument("--user-secret", default="demo-user-secret")
    sirportly.add_argument("--application", default="demo-application", help="X-Auth-Application of the user token")
    sirportly.add_argument("--user", default="priya", help="the user token's username")
    sirportly.add_argument("--zone", default="UTC", help="zone in which times without one are read")

    socialboards = vendors.add_parser("socialboards", help="SocialBoards Ticket API")
    socialboards.add_argument("--client-id", default="demo-client")
    socialboards.add_argument("--refresh-token", default="demo-refresh")
    socialboards.add_argument("--expires-in", type=int, default=3599, help="life of an access token in seconds")
    socialboards.add_argument("--rotate", action="store_true", help="every refresh replaces the refresh token")
    socialboards.add_argument("--teammate-ids", action="store_true", help="GET /Teammates gives ids")
    socialboards.add_argument("--webhook-url", help="where status changes are reported")
    socialboards.add_argument("--verify-token", default="demo-verify", help="sent with the webhook's challenge")

    for vendor in (sirportly, socialboards):
        vendor.add_argument("--port", type=int, default=0, help="0 takes a free one")
        vendor.add_argument("--db", default=":memory:", help="SQLite file; survives a restart")
    return parser


def _application(asked: argparse.Namespace) -> Starlette:
    options = {name: value for name, value in vars(asked).items() if name not in {"vendor", "port"}}
    return create_sirportly(**options) if asked.vendor == "sirportly" else create_socialboards(**options)


if __name__ == "__main__":
    main()
