"""Works off the ledger: one entry per lane at a time, as many lanes at once as allowed."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from uuid import uuid4

import structlog

from bot.ledger import operations
from bot.ledger.agenda import Agenda
from bot.ledger.entries import Entry, Json, Perform, Settle, Settlement
from bot.ledger.errors import ClaimLost, NotRecorded
from bot.ledger.ledger import Ledger
from bot.ledger.store import Claims

logger = structlog.get_logger(__name__)

_PAUSE = 2.0
"""Seconds before a lane is looked at again whose entry could not be begun or written."""

_GATHER = 0.001
"""Seconds in which more lanes may come in before they are claimed, all in one go."""
_LATE = 0.001
_AT_A_TIME = 2
"""So few steps are begun in a turn while the event loop is late by so many seconds: somebody waits for an answer, and
what is recorded can wait. How many are under way does not matter: they wait for a helpdesk, which costs nothing."""


def report_bug(entry: Entry, error: BaseException) -> Settlement:
    """Settle an entry whose perform raised: failed, with the incident id that is in the log."""
    incident = uuid4().hex[:8]
    logger.error("ledger.bug", entry=entry.id, kind=entry.kind, incident=incident, exc_info=error)
    return Settle(state="failed", outcome={"state": "failed", "incident": incident, "reason": "bug"})


class Worker:
    """Hands entries to the ``perform`` of their kind and writes down what became of them."""

    def __init__(
        self,
        ledger: Ledger,
        perform: Mapping[str, Perform],
        *,
        concurrency: int = 64,
        behind: tuple[str, ...] = (),
        on_bug: Callable[[Entry, BaseException], Settlement] = report_bug,
        on_expired: Callable[[Entry], Settle] | None = None,
    ) -> None:
        """``behind`` says how the names of lanes begin that come after the others, and take up half of the
        concurrency at most; ``on_expired`` what to record when nobody answered an `Ask`: its state is always unknown.
        """
        self._ledger = ledger
        self._perform = perform
        self._concurrency = concurrency
        self._on_bug = on_bug
        self._on_expired = on_expired
        self._agenda = Agenda(behind, most_behind=(concurrency + 1) // 2)
        self._claims: Claims
        self._steps: dict[asyncio.Task[None], str] = {}
        self._loop_task: asyncio.Task[None] | None = None
        self._unknown_kinds: set[str] = set()
        self._unreachable = False

    @property
    def busy(self) -> int:
        """How many entries are being worked on."""
        return len(self._steps)

    async def start(self) -> None:
        """Begin with what is waiting."""
        self._claims = await self._ledger.store.claims(self._agenda.wake)
        self._loop_task = asyncio.create_task(self._work(), name="ledger-worker")

    async def stop(self, grace: float) -> None:
        """Claim nothing more, let what runs finish for ``grace`` seconds, and leave the rest waiting."""
        if self._loop_task is None:
            return
        self._loop_task.cancel()
        await asyncio.wait([self._loop_task])
        self._loop_task = None
        if self._steps:
            await asyncio.wait(list(self._steps), timeout=grace)
        for step in list(self._steps):
            step.cancel()
        if self._steps:
            await asyncio.wait(list(self._steps))
        await self._claims.close()

    async def _work(self) -> None:
        poll = self._ledger.store.poll
        busy = False
        while True:
            try:
                if self._agenda.scan_due(poll):
                    self._agenda.wake(await self._ledger.lanes(until=time.time() + poll))
                await self._fill(_AT_A_TIME if busy else self._concurrency)
                if self._unreachable:
                    self._unreachable = False
                    logger.warning("ledger.reachable_again")
            except Exception:  # the database is away: what is waiting there is found when it is back
                if not self._unreachable:
                    self._unreachable = True
                    logger.warning("ledger.unreachable", exc_info=True)
                self._agenda.scan_at(time.monotonic() + _PAUSE)
            await self._agenda.wait()
            began = time.perf_counter()
            await asyncio.sleep(_GATHER)
            busy = time.perf_counter() - began > _GATHER + _LATE

    async def _fill(self, most: int) -> None:
        """Start as many steps as there is room for, ``most`` at a time."""
        room = self._concurrency - len(self._steps)
        lanes = self._agenda.take(min(room, most), set(self._steps.values()))
        if not lanes:
            return
        try:
            epoch = self._claims.epoch
            heads = await self._claims.claim(lanes, time.time())
        except BaseException:
            self._agenda.wake(lanes)
            raise
        idle = []
        for lane, (entry, next_due) in heads.items():
            if next_due is not None:
                self._agenda.at(next_due, lane)
            if entry is None or not self._ready(entry):
                idle.append(lane)
            else:
                step = asyncio.create_task(self._step(entry, epoch), name=f"entry-{entry.id}")
                self._steps[step] = lane
                step.add_done_callback(self._ended)
        if len(lanes) == most < room or len(heads) - len(idle) < len(lanes):
            self._agenda.nudge()  # there is room left: the rest comes after whatever else waits for its turn
        if idle:
            await self._claims.release(idle)

    def _ready(self, entry: Entry) -> bool:
        if entry.not_before is not None and entry.not_before.timestamp() > time.time():
            self._agenda.at(entry.not_before.timestamp(), entry.lane)
            return False
        if entry.kind in self._perform or entry.state == "unsure":
            return True
        if entry.kind not in self._unknown_kinds:  # of a newer version, in a rolling restart: it is for that one
            self._unknown_kinds.add(entry.kind)
            logger.warning("ledger.unknown_kind", kind=entry.kind)
        return False

    def _ended(self, step: asyncio.Task[None]) -> None:
        lane = self._steps.pop(step)
        if not step.cancelled() and step.exception() is not None:
            logger.error("ledger.step_broke", lane=lane, exc_info=step.exception())
            self._agenda.at(time.time() + _PAUSE, lane)
        self._agenda.nudge()

    async def _step(self, entry: Entry, epoch: int) -> None:
        again = False
        self._ledger.running.add(entry.id)
        try:
            if entry.state == "unsure":
                again = await self._expire(entry, epoch)
            else:
                end = await self._perform_one(entry, epoch)
                again = end is not None and await self._settle(entry, end, epoch)
        except ClaimLost:
            logger.info("ledger.claim_lost", entry=entry.id)
            again = True
        except NotRecorded:
            logger.warning("ledger.not_recorded", entry=entry.id, exc_info=True)
            self._agenda.at(time.time() + _PAUSE, entry.lane)
        finally:
            self._ledger.running.discard(entry.id)
            if epoch == self._claims.epoch:  # otherwise it is free already, and may be claimed again
                await self._claims.release([entry.lane])
            if again:
                self._agenda.wake([entry.lane])

    async def _perform_one(self, entry: Entry, epoch: int) -> Settlement | None:
        try:
            return await self._perform[entry.kind](entry, _Claim(self._claims, entry.id, epoch))
        except (ClaimLost, NotRecorded):
            raise
        except Exception as error:
            return self._on_bug(entry, error)

    async def _settle(self, entry: Entry, end: Settlement, epoch: int) -> bool:
        """Write it down, however long that takes: what happened, happened."""
        while True:
            try:
                woken = await self._write_down(entry, end, epoch)
            except NotRecorded:
                logger.warning("ledger.not_settled", entry=entry.id, exc_info=True)
                await asyncio.sleep(_PAUSE)
            else:
                break
        if woken is None:
            logger.info("ledger.taken_away", entry=entry.id)
        else:
            self._ledger.store.woken(woken)
        return True

    async def _write_down(self, entry: Entry, end: Settlement, epoch: int) -> list[str] | None:
        try:
            return await self._claims.run(lambda: operations.settle(entry.id, end, time.time()), epoch=epoch)
        except (TypeError, ValueError) as error:  # not JSON, or an instant without its zone: as much a bug as a raise
            bug = self._on_bug(entry, error)
            return await self._claims.run(lambda: operations.settle(entry.id, bug, time.time()), epoch=epoch)

    async def _expire(self, entry: Entry, epoch: int) -> bool:
        end = None if self._on_expired is None else self._on_expired(entry)
        woken = await self._claims.run(lambda: operations.expire(entry.id, end, time.time()), epoch=epoch)
        self._ledger.store.woken(woken or [])
        return True


class _Claim:
    """See `bot.ledger.entries.Claim`."""

    def __init__(self, claims: Claims, entry: int, epoch: int) -> None:
        self._claims = claims
        self._entry = entry
        self._epoch = epoch

    async def save(self, progress: Mapping[str, Json], holds: Sequence[str] = ()) -> None:
        await self._claims.run(
            lambda: operations.save(self._entry, progress, tuple(holds), time.time()), epoch=self._epoch
        )

    async def held(self, ids: Sequence[str]) -> set[str]:
        if not ids:
            return set()
        return await self._claims.run(lambda: operations.held(self._entry, tuple(ids)), epoch=self._epoch)
