"""One request and its answer, and the log of them all."""

import base64
import json
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

from bot.playground.helpdesks.faults import Fault

SECRET_HEADERS = frozenset({"x-auth-token", "x-auth-secret", "authorization", "cookie", "proxy-authorization"})
HIDDEN = "***"
KEPT_REQUESTS = 5000
KEPT_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as it arrived: decoded path, query string and body, header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    fault: Fault | None = None

    @property
    def content_type(self) -> str:
        """The media type without its parameters, in lower case; empty when there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a status and bytes."""

    status: int
    content: bytes
    media: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, value: object, status: int = 200) -> "Answer":
        """An answer whose body is ``value``."""
        return cls(status, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())

    @classmethod
    def page(cls, status: int, title: str) -> "Answer":
        """An answer as a web server in front of the helpdesk would give it: HTML, not JSON."""
        page = f"<html><head><title>{status} {title}</title></head><body><h1>{status} {title}</h1></body></html>"
        return cls(status, page.encode(), "text/html; charset=utf-8")


class RefusedError(Exception):
    """The helpdesk says no; whatever the request had begun to write is undone."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(slots=True)
class Logged:
    """A request in the log. ``milliseconds`` is None while it is being answered; ``status`` None if none was sent."""

    id: int
    at: str
    incoming: Incoming
    params: Any = None
    status: int | None = None
    milliseconds: float | None = None

    def json(self, secrets: Iterable[str]) -> dict[str, Any]:
        """The entry as JSON, without ``secrets`` and without the values of headers that carry them."""
        incoming = self.incoming
        body = incoming.body[:KEPT_BYTES]
        try:
            text, encoding = body.decode(), "text"
        except UnicodeDecodeError:
            text, encoding = base64.b64encode(body).decode(), "base64"
        entry = {
            "id": self.id,
            "at": self.at,
            "method": incoming.method,
            "path": incoming.path,
            "query": incoming.query,
            "headers": {name: HIDDEN if name in SECRET_HEADERS else value for name, value in incoming.headers.items()},
            "content_type": incoming.headers.get("content-type"),
            "body": text,
            "body_encoding": encoding,
            "body_bytes": len(incoming.body),
            "params": self.params,
            "status": self.status,
            "milliseconds": self.milliseconds,
            "fault": incoming.fault.kind if incoming.fault else None,
        }
        return {name: _without(value, secrets) for name, value in entry.items()}


def _without(value: Any, secrets: Iterable[str]) -> Any:
    match value:
        case str():
            for secret in secrets:
                value = value.replace(secret, HIDDEN)
            return value
        case dict():
            return {name: _without(inner, secrets) for name, inner in value.items()}
        case list():
            return [_without(inner, secrets) for inner in value]
        case _:
            return value


class RequestLog:
    """The last few thousand requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Logged] = deque(maxlen=KEPT_REQUESTS)
        self._last = 0

    def begin(self, at: str, incoming: Incoming) -> Logged:
        """Note a request before anything is done about it."""
        self._last += 1
        entry = Logged(self._last, at, incoming)
        self._entries.append(entry)
        return entry

    def listed(self, secrets: Iterable[str], *, path: str = "", since: int = 0) -> list[dict[str, Any]]:
        """Requests after the one with id ``since`` whose path contains ``path``."""
        hidden = sorted({form for secret in secrets for form in (secret, quote_plus(secret))}, key=len, reverse=True)
        return [
            entry.json(hidden)
            for entry in self._entries
            if entry.id > since and path.lower() in entry.incoming.path.lower()
        ]

    def clear(self) -> None:
        """Forget every request."""
        self._entries.clear()
