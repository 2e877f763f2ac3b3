"""Deliveries to the app: one attempt with its deadline, redelivery of events, faults on the way."""

import asyncio
import json
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from bot.playground.clock import Clock
from bot.playground.faults import Faults
from bot.playground.journal import Exchange, Journal
from bot.playground.shapes import JSON

Kind = Literal["command", "event", "interaction", "options"]
Outcome = Literal["acknowledged", "timeout", "refused", "unreachable"]

RETRY_DELAYS = (0.0, 60.0, 300.0)
"""Seconds before each redelivery of an event: at once, a minute, five (docs.slack.dev/apis/events-api)."""

OPERATION_TIMEOUT, DISPATCH_FAILED = "operation_timeout", "dispatch_failed"


@dataclass(frozen=True)
class Parcel:
    """What goes to the app: ``name`` is the command, event type, callback_id or action_id; ``url`` is for HTTP."""

    kind: Kind
    name: str
    body: JSON
    url: str | None
    accepts_response: bool = True
    retry: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Answer:
    """What came back: ``body`` is parsed JSON, or text; ``reason`` is Slack's word for why there is no good answer."""

    outcome: Outcome
    status: int | None = None
    body: object = None
    reason: str = ""
    no_retry: bool = False

    @property
    def result(self) -> str:
        """What a person is told about it."""
        if self.outcome == "acknowledged":
            return "acknowledged"
        return OPERATION_TIMEOUT if self.outcome == "timeout" else DISPATCH_FAILED


class Courier(Protocol):
    """A way to the app."""

    async def carry(self, parcel: Parcel) -> Answer:
        """Bring it there and wait for the answer, however long that takes."""


@dataclass
class Deliveries:
    """Sends parcels, gives up when the acknowledgement is late, and sends events again."""

    courier: Courier
    clock: Clock
    journal: Journal
    faults: Faults
    ack_seconds: float
    retry_scale: float = 1.0
    event_url: str | None = None
    _running: set[asyncio.Task[Any]] = field(default_factory=set)
    _held: dict[str, list[asyncio.Event]] = field(default_factory=dict)

    @property
    def pending(self) -> int:
        """How many deliveries and redeliveries are under way."""
        return len(self._running)

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run ``work`` in the background, and remember it until it is done."""
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def stop(self) -> None:
        """Drop everything that is under way."""
        running = [task for task in self._running if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._running.clear()
        self._held.clear()

    def event(self, body: JSON) -> None:
        """Deliver an event, in the background, as often as it takes."""
        parcel = Parcel("event", body["event"]["type"], body, self.event_url, accepts_response=False)
        self.start(self._with_retries(parcel))

    async def _with_retries(self, parcel: Parcel) -> None:
        for retry, delay in enumerate((*RETRY_DELAYS, None), start=1):
            answer = await self.send(parcel)
            if answer.outcome == "acknowledged" or answer.no_retry or delay is None:
                return
            await self.clock.sleep(delay * self.retry_scale)
            parcel = replace(parcel, retry=retry, reason=answer.reason)

    async def send(self, parcel: Parcel) -> Answer:
        """Deliver once (or as often as a fault says), and answer what came back within the deadline."""
        fault = self.faults.on_delivery(parcel.kind, parcel.name)
        if fault is None:
            self._release(parcel.kind)
            return await self._attempt(parcel)
        if fault.drop:
            return Answer("timeout", reason="http_timeout")
        if fault.delay:
            await self.clock.sleep(fault.delay)
        if fault.reorder:
            await self._hold(parcel.kind)
        for _ in range(max(0, fault.repeat - 1)):
            self.start(self._attempt(parcel))
        return await self._attempt(parcel, lost=fault.lose_answer)

    async def _hold(self, kind: str) -> None:
        turn = asyncio.Event()
        self._held.setdefault(kind, []).append(turn)
        await turn.wait()

    def _release(self, kind: str) -> None:
        for turn in self._held.pop(kind, ()):
            asyncio.get_running_loop().call_later(0.05, turn.set)

    async def _attempt(self, parcel: Parcel, *, lost: bool = False) -> Answer:
        started = time.perf_counter()
        carrying = self.start(self.courier.carry(parcel))
        deadline = asyncio.ensure_future(self.clock.sleep(self.ack_seconds))
        try:
            await asyncio.wait({carrying, deadline}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            deadline.cancel()
        # The late call goes on: Slack's redelivery arrives while the first one is still being worked on.
        if carrying.cancelled():
            answer = Answer("unreachable", reason="connection_failed")
        else:
            answer = carrying.result() if carrying.done() and not lost else Answer("timeout", reason="http_timeout")
        self._note(parcel, answer, (time.perf_counter() - started) * 1000)
        return answer

    def _note(self, parcel: Parcel, answer: Answer, ms: float) -> None:
        error = None if answer.outcome == "acknowledged" else answer.reason or answer.outcome
        why = () if answer.outcome != "timeout" else (f"no acknowledgement within {self.ack_seconds:g} seconds",)
        self.journal.add(
            Exchange(
                "playground",
                "bot",
                parcel.kind,
                parcel.name,
                parcel.body,
                answer.body,
                status=answer.status,
                ms=ms,
                error=error,
                why=why,
                retry=parcel.retry,
            )
        )


def parsed(text: str) -> object:
    """An answer's body: JSON where it is, else the text; ``None`` when there is nothing."""
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
