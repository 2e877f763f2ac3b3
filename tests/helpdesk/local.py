"""The local helpdesks as processes of their own, driven through their control API."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx


class Local:
    """One running local helpdesk."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._control = httpx.Client(base_url=url, timeout=10)

    def reset(self, **settings: Any) -> None:
        """Back to the seeded data, with some settings changed."""
        self._post("reset")
        if settings:
            self._post("settings", settings)

    def fault(self, kind: str, path: str = "*", **more: Any) -> None:
        """Have something go wrong."""
        self._post("faults", {"kind": kind, "path": path, **more})

    def settings(self, **changes: Any) -> None:
        """Change some settings."""
        self._post("settings", changes)

    def advance(self, seconds: float) -> None:
        """Set the helpdesk's clock forward."""
        self._post("clock", {"seconds": seconds})

    def expire(self) -> None:
        """Every access token ends now."""
        self._post("expire")

    def requests(self, path: str = "") -> list[dict[str, Any]]:
        """What was asked so far, oldest first."""
        found: list[dict[str, Any]] = self._get(f"requests?path={path}")
        return found

    def asked(self, path: str) -> list[dict[str, Any]]:
        """The parameters of the requests to paths that end so."""
        return [each["params"] for each in self.requests(path) if each["path"].lower().endswith(path.lower())]

    def state(self) -> dict[str, Any]:
        """Everything that is stored."""
        stored: dict[str, Any] = self._get("state")
        return stored

    def ticket(self, ref: str) -> dict[str, Any]:
        """One ticket with its conversation."""
        shown: dict[str, Any] = self._get(f"tickets/{ref}")
        return shown

    def updates(self, ref: str) -> list[dict[str, Any]]:
        """Everything that was written on a ticket, notes too."""
        return list(self.ticket(ref)["updates"])

    def close(self) -> None:
        """Let go of the connection."""
        self._control.close()

    def _get(self, path: str) -> Any:
        return self._control.get(f"/control/{path}").raise_for_status().json()

    def _post(self, path: str, body: object = None) -> None:
        self._control.post(f"/control/{path}", json=body).raise_for_status()


@contextmanager
def running(vendor: str, *options: str) -> Iterator[Local]:
    """Start a local helpdesk on a free port, and end it again."""
    command = [sys.executable, "-m", "bot.playground.helpdesks", vendor, "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on "), f"the local {vendor} did not start"
        local = Local(line.removeprefix("listening on ").strip())
        try:
            yield local
        finally:
            local.close()
            process.terminate()
            process.wait(timeout=10)
