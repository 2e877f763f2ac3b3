"""Web applications on a loopback port of their own, each in a thread."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


def listener() -> socket.socket:
    """A free port, taken."""
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", 0))
    taken.listen(128)
    return taken


def address(taken: socket.socket) -> str:
    """Where it can be reached."""
    return f"http://127.0.0.1:{taken.getsockname()[1]}"


@contextmanager
def serving(application: Any, taken: socket.socket) -> Iterator[None]:
    """Serve until the block ends."""
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)
        taken.close()
