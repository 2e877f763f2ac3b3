"""The bot, killed exactly where a test says, and started again at once as a supervisor would.

    python -m tests.e2e.crashing serve --port …

Wherever the file named by ``CRASH_AT`` says ``before X`` or ``after X`` (a pattern), the process that comes there takes
the file away and kills itself with SIGKILL. Nothing of this is in the bot: its functions are wrapped here. Everything
is imported once; each start is a fork, whose number is in the file ``pid`` beside it, for whoever kills at random.
"""

import os
import secrets
import signal
import sqlite3
import sys
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import psycopg
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

import bot.app
import bot.ledger.postgres
from bot.__main__ import main
from bot.app import web
from bot.helpdesk import http
from bot.ledger import entries, line, operations
from bot.ledger.migrating import upgrade
from bot.slack import intake

_HERE = (bot.app, web, bot.ledger.postgres, upgrade)  # loaded before the first fork
_file = Path(os.environ.get("CRASH_AT", ""))
_armed: list[str] = []
"""What the transaction holds that is about to be committed."""


def reach(moment: str) -> None:
    """Die here, if a test wants that."""
    try:
        wanted = _file.read_text(encoding="utf-8")
    except OSError:
        return
    if fnmatchcase(moment, wanted):
        _file.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def _commits(edge: str) -> None:
    for name in _armed:
        reach(f"{edge} commit {name}")


def _holding(name: str, function: Any, label: Any) -> None:
    """Have an operation say what it puts into the transaction."""

    def steps(*arguments: Any) -> Any:
        result = yield from function(*arguments)
        _armed.extend(f"{name} {each}" for each in label(*arguments))
        return result

    setattr(operations, name, steps)


def _recorded(new: Iterable[entries.NewEntry], *_: Any) -> list[str]:
    return [each.kind for each in new]


def _saved(_: int, progress: Mapping[str, Any], *__: Any) -> list[str]:
    return [name for name, step in progress.items() if not isinstance(step, dict) or "result" not in step]


def _settled(_: int, end: entries.Settlement, *__: Any) -> list[str]:
    outcome = getattr(end, "outcome", None) or {"later": True}
    kept = {f"keeping {each.namespace}" for each in getattr(end, "keep", ())}
    return [name for name in ("receipt", "ts", "way", "how", "file", "later") if name in outcome][:1] + sorted(kept)


def _kept(keep: Iterable[entries.Kept]) -> list[str]:
    return [each.namespace for each in keep]


class _Connection(sqlite3.Connection):
    def execute(self, text: str, *arguments: Any) -> Any:
        if text in ("BEGIN IMMEDIATE", "ROLLBACK"):
            _armed.clear()
        if text != "COMMIT":
            return super().execute(text, *arguments)
        _commits("before")
        done = super().execute(text, *arguments)
        _commits("after")
        _armed.clear()
        return done


def _wrap(owner: Any, name: str, label: Any) -> None:
    """Die before or after a call; ``label`` of its arguments names it."""
    call = getattr(owner, name)

    async def wrapped(*arguments: Any, **named: Any) -> Any:
        what = label(*arguments, **named)
        reach(f"before {what}")
        done = await call(*arguments, **named)
        reach(f"after {what}")
        return done

    setattr(owner, name, wrapped)


def _request(_: Any, method: str, path: str, **__: Any) -> str:
    return f"{method} {path.removeprefix('/api/v2/')}"


def _on_sqlite() -> None:
    connect = sqlite3.connect

    def connected(*arguments: Any, **named: Any) -> Any:
        return connect(*arguments, **{"factory": _Connection, **named})

    sqlite3.connect = connected


def _on_postgresql() -> None:
    execute, together = psycopg.AsyncConnection.execute, line.Line._together

    async def executed(self: Any, query: Any, *arguments: Any, **named: Any) -> Any:
        if query == "BEGIN":
            _armed.clear()
        if query == "COMMIT":
            _commits("before")
        return await execute(self, query, *arguments, **named)

    async def ran(self: Any, connection: Any, group: Any) -> None:
        await together(self, connection, group)
        _commits("after")
        _armed.clear()

    psycopg.AsyncConnection.execute = executed  # type: ignore[method-assign]
    line.Line._together = ran  # type: ignore[method-assign]


def supervise() -> None:
    """Start it, and start it again whenever it was killed; end with it otherwise."""
    for name, label in {"record": _recorded, "save": _saved, "settle": _settled, "keep_all": _kept}.items():
        _holding(name, getattr(operations, name), label)
    _wrap(http.Connection, "send", _request)
    _wrap(AsyncWebClient, "api_call", lambda _, method, **__: method)
    _wrap(AsyncWebhookClient, "send_dict", lambda *_, **__: "response_url")
    _on_sqlite()
    _on_postgresql()
    while True:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            intake._RUN = secrets.token_hex(4)  # drawn at the import, once for all forks
            main()
            os._exit(0)
        _file.with_name("pid").write_text(str(child), encoding="utf-8")
        signal.signal(signal.SIGTERM, lambda *_, child=child: os.kill(child, signal.SIGTERM))
        _, status = os.waitpid(child, 0)
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    supervise()
