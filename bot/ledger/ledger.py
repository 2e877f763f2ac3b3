"""The durable record of every action: inbox, outbox and audit log in one."""

import asyncio
import json
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal

from bot.ledger import operations, statements
from bot.ledger.entries import Entry, Facts, Json, Kept, NewEntry, Recorded, State, Stats
from bot.ledger.opening import open_store
from bot.ledger.search import search
from bot.ledger.statements import Statement
from bot.ledger.steering import SteeringSocket
from bot.ledger.store import Params, Store

_SLICE = 20
"""Entries deleted in one transaction: with a full ledger each may cost a millisecond, and a command waits behind it."""
_PAUSE_SHARE = 4
"""It pauses so many times as long as it took: a fifth of the database's time is enough for tidying."""
_BETWEEN_SLICES = 0.01
"""Seconds: whoever wants to record comes in between."""


class Ledger:
    """One ledger, in a SQLite file that this process owns or in PostgreSQL."""

    def __init__(self, store: Store, *, patience: float = 2.0) -> None:
        self.store = store
        self.running: set[int] = set()
        """Entries that this process works on."""
        self.steering: SteeringSocket | None = None
        """Where other processes ask the owner of a SQLite file for changes; verbs can be added to it."""
        self._patience = patience

    @classmethod
    async def open(
        cls, url: str, *, state_dir: Path, owner: bool = True, make: bool = True, patience: float = 2.0
    ) -> "Ledger":
        """Open the ledger at ``sqlite:///…``, ``postgresql://…`` or ``postgres://…``, made or migrated as needed.

        Without ``make`` it has to be there, in this version's schema. Without ``owner`` it is only looked at, and not
        made either. ``patience`` is in seconds: what is not recorded by then is refused. Raises `OwnedElsewhere`,
        `TransactionPooler`, `WrongSchema`, `LedgerError`.
        """
        ledger = cls(await open_store(url, owner=owner, make=make), patience=patience)
        if owner and ledger.store.dialect == "sqlite":
            ledger.steering = SteeringSocket(ledger, state_dir)
            try:
                await ledger.steering.start()
            except BaseException:
                await ledger.store.close()
                raise
        return ledger

    async def close(self) -> None:
        """Finish what was handed in, and close."""
        if self.steering is not None:
            await self.steering.stop()
        await self.store.close()

    async def record(self, entries: Sequence[NewEntry], *, keep: Sequence[Kept] = ()) -> list[Recorded]:
        """Record these in one transaction: durable when it returns.

        Raises `NotRecorded`, at the latest when the patience is over.
        """
        now = time.time()
        recorded = await self.store.write(lambda: operations.record(entries, keep, now), within=self._patience)
        self.store.woken([entry.lane for entry, its in zip(entries, recorded, strict=True) if its.new])
        if not self.running:
            return recorded
        return [replace(its, state="running") if its.id in self.running else its for its in recorded]

    async def get(self, id: int) -> Entry | None:  # noqa: A002 - what everybody calls it
        """One entry."""
        rows = await self.rows(statements.GET, {"id": id})
        return self._shown(operations.entry_of(rows[0])) if rows else None

    async def find(
        self,
        *,
        states: Collection[State] | None = None,
        kind: str | None = None,
        person: str | None = None,
        lane: str | None = None,
        key: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        before_id: int | None = None,
        after_id: int | None = None,
        limit: int = 100,
    ) -> list[Entry]:
        """Entries that fit, the latest first; the earliest first where ``after_id`` is given, to go on from there.

        What is running is found among what is waiting.
        """
        found = search(
            states=states,
            limit=limit,
            kind=kind,
            person=person,
            lane=lane,
            key=key,
            since=operations.seconds(since),
            until=operations.seconds(until),
            before_id=before_id,
            after_id=after_id,
        )
        entries = [self._shown(operations.entry_of(row)) for row in await self.rows(*found, slow=True)]
        if states is None:
            return entries
        return [entry for entry in entries if entry.state in states or entry.state == "running"]

    async def live(self, key: str) -> Entry | None:
        """The entry that has this key now; one that was rejected, failed or discarded has it no more."""
        rows = await self.rows(statements.LIVE_BY_KEY, {"key": key})
        return self._shown(operations.entry_of(rows[0])) if rows else None

    async def in_lane(self, lane: str) -> list[Entry]:
        """What waits in a lane, or is in doubt there, in order; five hundred at most."""
        rows = await self.rows(statements.IN_LANE, {"lane": lane})
        return [self._shown(operations.entry_of(row)) for row in rows]

    async def holders(self, ids: Sequence[str]) -> dict[str, int]:
        """Which entries hold these remote ids; what nobody holds is left out."""
        return dict(await self.rows(statements.HOLDERS, {"ids": json.dumps(list(ids))}) if ids else ())

    def _shown(self, entry: Entry) -> Entry:
        return replace(entry, state="running") if entry.state == "waiting" and entry.id in self.running else entry

    async def keep(self, *kept: Kept) -> None:
        """Remember these, each instead of what had its key."""
        await self.store.write(lambda: operations.keep_all(kept), within=self._patience)

    async def kept(self, namespace: str, key: str) -> Json | None:
        """What is kept there, unless it has expired."""
        rows = await self.rows(statements.KEPT, {"namespace": namespace, "key": key, "now": time.time()})
        return json.loads(rows[0][0]) if rows else None

    async def kept_all(self, namespace: str, prefix: str = "") -> dict[str, Json]:
        """Everything kept in the namespace under keys that begin so."""
        params = {"namespace": namespace, "now": time.time()}
        if (after := statements.after_prefix(prefix)) is None:
            found = await self.rows(statements.KEPT_ALL, params)
        else:
            found = await self.rows(statements.KEPT_UNDER, params | {"first": prefix, "after": after})
        return {key: json.loads(value) for key, value in found if key.startswith(prefix)}

    async def forget(self, namespace: str, key: str) -> None:
        """Forget what is kept there."""
        await self.store.write(lambda: operations.forget_all([(namespace, key)]), within=self._patience)

    async def compare_and_keep(self, namespace: str, key: str, expected: Json | None, value: Json) -> bool:
        """Keep the value only if what is kept equals ``expected`` (None: nothing is); whether it was kept."""
        now = time.time()
        return await self.store.write(
            lambda: operations.compare_and_keep(namespace, key, expected, value, now), within=self._patience
        )

    async def retry(self, id: int) -> bool:  # noqa: A002
        """Try it now: one that waits for its next try, or again one that failed, was rejected or discarded.

        False where there is nothing to retry, or where another entry has taken its key.
        """
        lane = await self.store.write(lambda: operations.retry(id, time.time()), within=self._patience)
        return self._steered(lane)

    async def discard(
        self,
        id: int,  # noqa: A002
        by: str,
        *,
        then: Sequence[NewEntry] = (),
        keep: Sequence[Kept] = (),
    ) -> bool:
        """Drop it. False where it is over, or where something may be on its way to the helpdesk already."""
        lane = await self.store.write(
            lambda: operations.discard(id, by, then, keep, time.time()), within=self._patience
        )
        return self._steered(lane, then)

    async def answer(
        self,
        id: int,  # noqa: A002
        verdict: Literal["done", "again", "step"],
        by: str,
        *,
        outcome: dict[str, Json] | None = None,
        then: Sequence[NewEntry] = (),
    ) -> bool:
        """Take a person's word for an unsure entry: it happened, it is to be done again, or its step happened and the
        rest is to be gone on with. False where not unsure.

        The next ``perform`` finds ``{"verdict": "again", "by": …}`` in the entry's note.
        """
        lane = await self.store.write(
            lambda: operations.answer(id, verdict, by, outcome, then, time.time()), within=self._patience
        )
        return self._steered(lane, then)

    def _steered(self, lane: str | None, then: Sequence[NewEntry] = ()) -> bool:
        if lane is None:
            return False
        self.store.woken([lane, *(entry.lane for entry in then)])
        return True

    async def stats(self) -> Stats:
        """Counts, and how long the oldest has been waiting."""
        now = time.time()
        counts, backlog = await asyncio.gather(
            self.rows(statements.COUNTS, {}, slow=True), self.rows(statements.BACKLOG, {"now": now}, slow=True)
        )
        return Stats(
            counts={(state, kind): count for state, kind, count in counts},
            backlog={kind: (lanes, max(0.0, now - since)) for kind, lanes, since in backlog},
        )

    async def queue(self, *, limit: int) -> Sequence[tuple[str, str, int, float, int]]:
        """Lanes with something that could run, the one that waits longest first.

        Each with its kind, how many entries, since when (seconds since 1970), and the most tries of any.
        """
        return await self.rows(statements.QUEUE, {"now": time.time(), "limit": limit}, slow=True)

    async def overdue(self, after: timedelta) -> list[Entry]:
        """Actions that are not over ``after`` they were received (or due), and whose asker was not told yet."""
        rows = await self.rows(statements.OVERDUE, {"before": time.time() - after.total_seconds()}, slow=True)
        return [self._shown(operations.entry_of(row)) for row in rows]

    async def mark_told(self, *ids: int) -> set[int]:
        """The askers are told that these are still under way; those of them that nobody else has told of already."""
        if not ids:
            return set()
        params = {"ids": json.dumps(ids)}
        rows = await self.store.write(lambda: operations.rows_of(statements.TELL, params), within=self._patience)
        return {row[0] for row in rows}

    async def prune(self, older_than: timedelta, *, messages: timedelta | None = None) -> int:
        """Delete what was over longer ago than that, and what was kept and has expired; how many entries.

        What is no action (``messages``: deliveries to Slack and the like) may be kept for a shorter time. Nothing that
        is not over is ever deleted. In slices, so that recording is not kept waiting.
        """
        now = time.time()
        await self.store.write(lambda: operations.prune_kept(now), within=30.0)
        total = await self._delete(statements.SETTLED_BEFORE, now - older_than.total_seconds())
        if messages is not None and messages < older_than:
            total += await self._delete(statements.MESSAGES_BEFORE, now - messages.total_seconds())
        return total

    async def _delete(self, found: Statement, before: float) -> int:
        total = 0
        while ids := [row[0] for row in await self.rows(found, {"before": before}, slow=True)]:
            for start in range(0, len(ids), _SLICE):
                part = ids[start : start + _SLICE]
                began = time.perf_counter()
                total += await self.store.write(partial(operations.delete_settled, part, before), within=30.0)
                await asyncio.sleep(_PAUSE_SHARE * (time.perf_counter() - began))
        return total

    async def forget_person(
        self, person: str, facts: Callable[[Entry], Facts | None], *, upto: int | None = None
    ) -> tuple[int, int]:
        """Leave of one person's entries the ``facts`` alone, and delete those that have none.

        What is not over yet stays as it is, because it is still to be done: call it again. Returns how many entries
        were changed, and how many stay. With ``upto`` only entries up to that id count.
        """
        if upto is None:
            upto = (await self.rows(statements.LATEST_OF_PERSON, {"person": person}))[0][0] or 0
        last: int = upto
        total = 0
        while changed := await self.store.write(
            lambda: operations.redact(person, last, facts, time.time()), within=30.0
        ):
            total += changed
            await asyncio.sleep(_BETWEEN_SLICES)
        ((stay,),) = await self.rows(statements.OPEN_OF_PERSON, {"person": person, "upto": last})
        return total, stay

    async def lanes(self, *, until: float) -> list[str]:
        """Lanes with something that may run before that time (seconds since 1970)."""
        return [row[0] for row in await self.rows(statements.LANES, {"until": until}, slow=True)]

    async def rows(self, statement: Statement, params: Params, *, slow: bool = False) -> Sequence[tuple[Any, ...]]:
        """What a statement finds."""
        return await self.store.read(lambda: operations.rows_of(statement, params), slow=slow)
