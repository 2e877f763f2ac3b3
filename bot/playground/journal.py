"""The record of every request and response between the bot, the playground and people: the page's inspector."""

from collections import deque
from dataclasses import dataclass

from bot.playground.changes import Changes
from bot.playground.clock import Clock
from bot.playground.shapes import JSON

KEPT = 5_000
_SECRET = frozenset({"token"})


@dataclass(frozen=True)
class Exchange:
    """What was said and what came back; ``why`` are the sentences that explain a refusal."""

    source: str
    target: str
    kind: str
    name: str
    request: object
    response: object = None
    status: int | None = 200
    ms: float = 0.0
    error: str | None = None
    why: tuple[str, ...] = ()
    retry: int = 0


class Journal:
    """The latest exchanges, numbered."""

    def __init__(self, clock: Clock, changes: Changes) -> None:
        self._clock, self._changes = clock, changes
        self._seq = 0
        self._entries: deque[JSON] = deque(maxlen=KEPT)

    def add(self, exchange: Exchange) -> None:
        """Write one down, without secrets."""
        self._seq += 1
        entry: JSON = {
            "seq": self._seq,
            "at": self._clock.now(),
            "from": exchange.source,
            "to": exchange.target,
            "kind": exchange.kind,
            "name": exchange.name,
            "ms": round(exchange.ms, 2),
            "status": exchange.status,
            "ok": exchange.error is None,
            "error": exchange.error,
            "why": list(exchange.why),
            "retry": exchange.retry,
            "request": _without_secrets(exchange.request),
            "response": exchange.response,
        }
        self._entries.append(entry)
        self._changes.publish("log", entry=entry)

    def read(
        self, *, after: int = 0, limit: int | None = None, kind: str | None = None, name: str | None = None
    ) -> list[JSON]:
        """Entries after number ``after``, oldest first; the last ``limit`` of them."""
        found = [
            entry
            for entry in self._entries
            if entry["seq"] > after and kind in (None, entry["kind"]) and name in (None, entry["name"])
        ]
        return found if limit is None else found[-limit:]

    def clear(self) -> None:
        """Forget everything; numbers go on."""
        self._entries.clear()


def _without_secrets(request: object) -> object:
    if isinstance(request, dict) and not _SECRET.isdisjoint(request):
        return {key: value for key, value in request.items() if key not in _SECRET}
    return request
