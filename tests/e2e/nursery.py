"""Processes at the price of a fork: one that has imported everything, once, has a child for each that a test wants.

    python -m tests.e2e.nursery FD

Most of what a start costs is imports. What a child does then is what ``python -m MODULE …`` does: the module runs as
``__main__`` with exactly the environment, directory and arguments that were asked for, and ends as it would end.
Each pytest process has a nursery of its own, from the first process that it wants until it ends.
"""

import atexit
import gc
import itertools
import json
import os
import pkgutil
import runpy
import secrets
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

ROOT = Path(__file__).resolve().parents[2]
POSSIBLE = hasattr(os, "fork")
"""Elsewhere everything has to be started afresh."""

_LATE = (
    "alembic.command",
    "alembic.op",
    "certifi",
    "encodings.idna",
    "mako.template",
    "slack_bolt.adapter.socket_mode.aiohttp",
    "slack_bolt.listener_matcher.async_builtins",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.ext.compiler",
    "uvicorn.lifespan.off",
    "uvicorn.lifespan.on",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)
"""What the libraries import only when a program starts."""


def inherited() -> dict[str, str]:
    """What a process has of this one's environment, whoever starts it."""
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return {**kept, "PYTHONPATH": str(ROOT)}


# Of the one who asks ------------------------------------------------------------------------------------------------


class Child:
    """A process that a nursery has started; to be used like a `subprocess.Popen`."""

    def __init__(self, module: str, stdout: TextIO) -> None:
        self.stdout = stdout
        self.pid = 0
        self._module = module
        self._status: int | None = None
        self._begun, self._ended = threading.Event(), threading.Event()

    def poll(self) -> int | None:
        """Its exit status, once it has ended; a signal's number, negative, if that is what ended it."""
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        """The same, as soon as it has ended; raises `subprocess.TimeoutExpired`."""
        if not self._ended.wait(timeout) or self._status is None:
            raise subprocess.TimeoutExpired(self._module, timeout or 0)
        return self._status

    def send_signal(self, number: int) -> None:
        """To one that has ended nothing is sent: its number may be another's by now."""
        if self._status is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def begin(self) -> None:
        """Wait until it is there."""
        self._begun.wait()
        if not self.pid:
            raise RuntimeError("the nursery has ended; what it said is on standard error")

    def hear(self, *, pid: int | None = None, status: int | None = None) -> None:
        """What the nursery says of it."""
        if pid is not None:
            self.pid = pid
        if status is not None:
            self._status = status
            self._ended.set()
        self._begun.set()


class Nursery:
    """The other end of one that runs."""

    def __init__(self) -> None:
        self._requests, other = socket.socketpair()
        with other:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(other.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[other.fileno()],
                env=inherited(),
                cwd=ROOT,
            )
        self._children: dict[int, Child] = {}
        self._numbers = itertools.count(1)
        self._sending = threading.Lock()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def start(
        self, module: str, arguments: Iterable[str], *, directory: Path, log: Path, environment: Mapping[str, str]
    ) -> Child:
        """Run a module there, with this environment and nothing else; its standard error goes to the log."""
        reading, writing = os.pipe()
        child = Child(module, os.fdopen(reading, encoding="utf-8"))
        try:
            with self._sending:
                number = next(self._numbers)
                self._children[number] = child
                asked = {
                    "number": number,
                    "module": module,
                    "arguments": list(arguments),
                    "directory": str(directory),
                    "log": str(log),
                    "environment": dict(environment),
                }
                socket.send_fds(self._requests, [json.dumps(asked).encode() + b"\n"], [writing])
        finally:
            os.close(writing)
        child.begin()
        return child

    def close(self) -> None:
        """End it, and with it all its children."""
        self._requests.shutdown(socket.SHUT_RDWR)
        self._listener.join()
        self._requests.close()
        self._process.wait()

    def _listen(self) -> None:
        with suppress(ConnectionResetError), self._requests.makefile("rb") as said:
            for line in said:
                news = json.loads(line)
                number = news.pop("number")
                self._children[number].hear(**news)
                if "status" in news:
                    del self._children[number]
        for child in list(self._children.values()):
            child.hear(status=-signal.SIGKILL)


@cache
def nursery() -> Nursery:
    """This process's own."""
    own = Nursery()
    atexit.register(own.close)
    return own


# The one who is asked -----------------------------------------------------------------------------------------------


def main() -> None:
    """Have children until nobody can ask for one any more; a child comes back from there with the module to run."""
    requests = socket.socket(fileno=int(sys.argv[1]))
    _learn()
    if module := _serve(requests):
        runpy.run_module(module, run_name="__main__", alter_sys=True)


def _learn() -> None:
    """Import what the programs import, and leave it to no child's garbage collector.

    Not what runs as ``__main__``: that is loaded anew by each child.
    """
    import bot

    names = [found.name for found in pkgutil.walk_packages(bot.__path__, "bot.")]
    for name in (*names, *_LATE):
        if not name.endswith(".__main__"):
            import_module(name)
    gc.collect()
    gc.freeze()


def _serve(requests: socket.socket) -> str:
    """The module that this process is to run, in a child; nothing, once all is over."""
    woken, waking = socket.socketpair()
    waking.setblocking(False)
    signal.set_wakeup_fd(waking.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # from the terminal: pytest has it as well, and stops what runs
    numbers: dict[int, int] = {}
    with suppress(BrokenPipeError, ConnectionResetError), requests, woken, waking:
        while True:
            ready, _, _ = select.select([requests, woken], [], [])
            if woken in ready:
                woken.recv(4096)
                _reap(requests, numbers)
            if requests not in ready:
                continue
            asked, stdout = _request(requests)
            if not asked:
                break
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                _become(asked, stdout)
                return str(asked["module"])
            with suppress(ProcessLookupError):
                os.setpgid(pid, pid)  # with whatever it starts in its turn
            os.close(stdout)
            numbers[pid] = asked["number"]
            _say(requests, number=asked["number"], pid=pid)
    for pid in numbers:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    return ""


def _request(requests: socket.socket) -> tuple[dict[str, Any], int]:
    """What is asked for next, and the descriptor of its standard output; nothing, at the end."""
    data, descriptors = b"", []
    while not data.endswith(b"\n"):
        more, came, _, _ = socket.recv_fds(requests, 1 << 16, 1)
        if not more:
            return {}, -1
        data += more
        descriptors += came
    return json.loads(data), descriptors[0]


def _reap(requests: socket.socket, numbers: dict[int, int]) -> None:
    """Say who has ended, and how."""
    while numbers:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        _say(requests, number=numbers.pop(pid), status=os.waitstatus_to_exitcode(status))


def _say(requests: socket.socket, **news: int) -> None:
    requests.sendall(json.dumps(news).encode() + b"\n")


def _become(asked: Mapping[str, Any], stdout: int) -> None:
    """Be as one that was just started: nothing is left of the nursery but what it has imported."""
    for number, usual in (
        (signal.SIGCHLD, signal.SIG_DFL),
        (signal.SIGTERM, signal.SIG_DFL),
        (signal.SIGINT, signal.default_int_handler),
    ):
        signal.signal(number, usual)
    stderr = os.open(asked["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    for opened, place in ((stdout, 1), (stderr, 2)):
        os.dup2(opened, place)
        os.close(opened)
    os.chdir(asked["directory"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    sys.path[0] = asked["directory"]
    sys.argv = [asked["module"], *asked["arguments"]]  # the first is put right by runpy
    _draw_anew()


def _draw_anew() -> None:
    """What is random from the import on would be the same in all of them; `random` itself is seeded by each fork."""
    from bot.slack import intake

    intake._RUN = secrets.token_hex(4)


if __name__ == "__main__":
    main()
