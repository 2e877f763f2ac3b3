"""What changed, for every page that is watching."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

from bot.playground.shapes import JSON

KEPT = 2_000


@dataclass(frozen=True)
class Change:
    """One change; ``audience`` is who may see it, ``None`` for everybody."""

    seq: int
    audience: frozenset[str] | None
    data: JSON

    def is_for(self, person: str) -> bool:
        """Whether ``person`` may see it."""
        return self.audience is None or person in self.audience


class Changes:
    """Numbered changes, the latest of them kept for pages that reconnect."""

    def __init__(self) -> None:
        self.seq = 0
        self._kept: deque[Change] = deque(maxlen=KEPT)
        self._watchers: set[asyncio.Queue[Change]] = set()

    def publish(self, kind: str, audience: Iterable[str] | None = None, **data: object) -> None:
        """Tell who is watching; only people in ``audience`` see it."""
        self.seq += 1
        people = None if audience is None else frozenset(audience)
        change = Change(self.seq, people, {"seq": self.seq, "kind": kind, **data})
        self._kept.append(change)
        for watcher in self._watchers:
            watcher.put_nowait(change)

    async def watch(self, person: str, after: int | None, *, idle: float = 15.0) -> AsyncIterator[JSON | None]:
        """Every change for ``person`` from ``after`` on; ``None`` after each ``idle`` seconds without one."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            if after is not None and after != self.seq:
                missed = [change for change in self._kept if change.seq > after]
                if after > self.seq or not missed or missed[0].seq != after + 1:
                    yield {"seq": self.seq, "kind": "reset"}
                else:
                    for change in missed:
                        if change.is_for(person):
                            yield change.data
            while True:
                try:
                    change = await asyncio.wait_for(queue.get(), idle)
                except TimeoutError:
                    yield None
                    continue
                if change.is_for(person):
                    yield change.data
        finally:
            self._watchers.discard(queue)
