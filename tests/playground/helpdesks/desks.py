"""Local helpdesks served over real HTTP, and how tests speak to them."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp

ACCOUNT = {"X-Auth-Token": "demo-token", "X-Auth-Secret": "demo-secret"}
PERSON = {
    "X-Auth-Token": "demo-user-token",
    "X-Auth-Secret": "demo-user-secret",
    "X-Auth-Application": "demo-application",
}
REFRESH = {"grant_type": "refresh_token", "refresh_token": "demo-refresh", "client_id": "demo-client"}


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The address at which ``app`` is served, by uvicorn in a thread, for as long as the block lasts."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


class Desk(httpx.Client):
    """A client of one local helpdesk, with short words for its control API."""

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url=base_url, verify=False)  # no TLS here, and loading certificates takes 50 ms

    def state(self) -> dict[str, Any]:
        """Everything that is stored."""
        return dict(self.get("/control/state").json())

    def fault(self, kind: str, **more: Any) -> None:
        """Make something go wrong."""
        assert self.post("/control/faults", json={"kind": kind, **more}).status_code == 201

    def settings(self, **changes: Any) -> None:
        """Change settings."""
        assert self.post("/control/settings", json=changes).status_code == 200

    def advance(self, seconds: float) -> None:
        """Set the clock forward."""
        assert self.post("/control/clock", json={"seconds": seconds}).status_code == 200

    def requests(self, path: str = "") -> list[dict[str, Any]]:
        """The log of requests whose path contains ``path``."""
        return list(self.get("/control/requests", params={"path": path}).json())


class Sirportly(Desk):
    """A client that shows the account's token, or a person's."""

    def call(self, method: str, **params: str) -> httpx.Response:
        """POST a method with a form, as the account."""
        return self.post(f"/api/v2/{method}", data=params, headers=ACCOUNT)

    def call_as_priya(self, method: str, **params: str) -> httpx.Response:
        """POST a method with a form, with the token of a person."""
        return self.post(f"/api/v2/{method}", data=params, headers=PERSON)

    def done(self, method: str, **params: str) -> Any:
        """POST a method that must succeed, and give what it answers."""
        response = self.call(method, **params)
        assert response.status_code in (200, 201), response.text
        return response.json()


class SocialBoards(Desk):
    """A client that has fetched its access token."""

    def sign_in(self) -> None:
        """Fetch an access token and use it from here on."""
        answer = self.post("/token", data=REFRESH).json()
        self.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def done(self, method: str, path: str, body: Any = None) -> Any:
        """A request that must succeed; gives ``data``."""
        response = self.request(method, path, json=body) if body is not None else self.request(method, path)
        answer = response.json()
        assert (response.status_code, answer["errorCode"], answer["errorText"]) == (200, -1, None), answer
        return answer["data"]
