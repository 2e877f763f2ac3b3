"""How another process asks the owner of a SQLite ledger for a change: a Unix socket, one JSON line each way."""

import asyncio
import contextlib
import hashlib
import json
import os
import socket
import stat
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import structlog

from bot.ledger.entries import Json
from bot.ledger.errors import LedgerError

if TYPE_CHECKING:
    from bot.ledger.ledger import Ledger

logger = structlog.get_logger(__name__)

Verb = Callable[..., Awaitable[Json]]

_LONGEST_PATH = 100
"""Bytes. A Unix socket's address has 108 on Linux and 104 on macOS, its final NUL included (unix(7), unix(4))."""
_LONGEST_LINE = 1024 * 1024


def socket_path(state_dir: Path) -> Path:
    """Where the owner listens; beside the system's temporary files if the state directory's path is too long."""
    path = state_dir.absolute() / "ledger.sock"
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        return path
    name = hashlib.blake2b(os.fsencode(path), digest_size=12).hexdigest()
    return Path(tempfile.gettempdir()) / f"ticketbot-{os.getuid()}-{name}.sock"


def ledger_verbs(ledger: "Ledger") -> dict[str, Verb]:
    """What can be asked of any ledger."""

    async def retry(*, id: int) -> bool:  # noqa: A002
        return await ledger.retry(id)

    async def discard(*, id: int, by: str) -> bool:  # noqa: A002
        return await ledger.discard(id, by)

    async def answer(*, id: int, verdict: Literal["done", "again", "step"], by: str) -> bool:  # noqa: A002
        return await ledger.answer(id, verdict, by)

    return {"retry": retry, "discard": discard, "answer": answer}


class SteeringSocket:
    """The owner's end. ``verbs`` is a registry: the application adds its own."""

    def __init__(self, ledger: "Ledger", state_dir: Path) -> None:
        self.verbs: dict[str, Verb] = ledger_verbs(ledger)
        self.path = socket_path(state_dir)
        self._server: asyncio.Server | None = None
        self._asking: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen, for this user alone; raises `LedgerError` where the state directory does not let us."""
        try:
            await self._listen()
        except OSError as error:
            raise LedgerError(f"nobody can be listened to at {self.path}: {error.strerror}") from error

    async def _listen(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)  # left by an owner that was killed: we hold the lock, so nobody listens
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            listening.bind(os.fspath(self.path))
            self.path.chmod(0o600)  # before anybody can connect
            self._server = await asyncio.start_unix_server(self._serve, sock=listening, limit=_LONGEST_LINE)
        except BaseException:
            listening.close()
            raise

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is None:
            return
        self._server.close()
        for task in list(self._asking):
            task.cancel()
        if self._asking:
            await asyncio.wait(list(self._asking))
        self.path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._asking.add(task)
        try:
            while line := await reader.readline():
                writer.write(json.dumps(await self._answer(line)).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            pass  # who asked is gone, or sent more than a line may have
        except asyncio.CancelledError:
            pass  # the owner stops; asyncio would log a handler that was cancelled
        finally:
            self._asking.discard(task)
            writer.close()

    async def _answer(self, line: bytes) -> dict[str, Json]:
        try:
            asked: dict[str, Any] = json.loads(line)
            verb = self.verbs[asked["verb"]]
            args = dict(asked.get("args", {}))
        except (ValueError, KeyError, TypeError) as error:
            return {"error": f"cannot do that: {error!r}"}
        try:
            return {"result": await verb(**args)}
        except LedgerError as error:
            return {"error": str(error)}
        except Exception as error:
            logger.exception("ledger.steering_failed", verb=asked["verb"])
            return {"error": f"{type(error).__name__}: see the log of the running bot"}


async def ask_owner(state_dir: Path, verb: str, args: dict[str, Json]) -> Json:
    """Have the owner do it; raises `ConnectionError` or `FileNotFoundError` where there is none."""
    path = socket_path(state_dir)
    try:
        found = path.stat()
        if not stat.S_ISSOCK(found.st_mode) or found.st_uid != os.getuid():
            raise LedgerError(f"{path} is not a socket of this user")
        reader, writer = await asyncio.open_unix_connection(path, limit=_LONGEST_LINE)
    except (NotADirectoryError, PermissionError) as error:
        raise LedgerError(f"{path} cannot be used: {error.strerror}") from error
    try:
        writer.write(json.dumps({"verb": verb, "args": args}).encode() + b"\n")
        await writer.drain()
        line = await reader.readline()
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
    if not line:
        raise ConnectionResetError("the owner stopped before it answered")
    answer: dict[str, Json] = json.loads(line)
    if "error" in answer:
        raise LedgerError(str(answer["error"]))
    return answer["result"]
