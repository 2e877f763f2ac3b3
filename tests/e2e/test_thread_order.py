"""A thousand replies in fifty threads, delivered twice and shuffled, while the helpdesk fails and the bot is killed.

Afterwards each ticket holds each reply once, in the order of the thread.
"""

import json
import random
import re
import threading
import time
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.reading import JSON
from tests.e2e.stack import Stack, until

THREADS = 50
BURST = 5
_events = count(1)


class _Deliverer(threading.Thread):
    """Delivers the messages of some threads as Slack does: each until it is acknowledged, and then once more."""

    def __init__(self, stack: Stack, threads: list[tuple[int, str, str]], bursts: int, seed: int) -> None:
        super().__init__(daemon=True)
        self.stack = stack
        self.threads = threads
        self.bursts = bursts
        self.chance = random.Random(seed)

    def run(self) -> None:
        for burst in range(self.bursts):
            now = time.time()
            said = [
                (f"{now + number * 0.01:.3f}{at:03d}", root, ref, burst * BURST + number)
                for at, root, ref in self.threads
                for number in range(BURST)
            ]
            self.chance.shuffle(said)
            for message in said:
                self._deliver(*message)
            for message in self.chance.sample(said, len(said)):
                self._deliver(*message)

    def _deliver(self, ts: str, root: str, ref: str, number: int) -> None:
        event = {"type": "message", "channel": "C0SUPPORT", "channel_type": "channel", "user": "U0ADAM",
                 "text": f"«{ref} {number}»", "ts": ts, "thread_ts": root}  # fmt: skip
        while True:
            try:
                if deliver(self.stack, event) == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)


def deliver(stack: Stack, event: JSON) -> int:
    """One event, signed; the status of the answer."""
    body: dict[str, Any] = {
        "type": "event_callback",
        "team_id": "T0PLAY",
        "event_id": f"Ev{next(_events)}",
        "event": event,
        "authorizations": [{"team_id": "T0PLAY", "user_id": "U0BOT", "is_bot": True}],
    }
    return stack.signed(json.dumps(body), content_type="application/json").status_code


@pytest.mark.slow
@pytest.mark.xdist_group("order")
@pytest.mark.parametrize(
    ("replies", "kills"),
    [pytest.param(20, 10, id="sqlite"), pytest.param(5, 4, id="postgresql", marks=pytest.mark.exhaustive)],
)
def test_each_reply_once_and_in_order(tmp_path: Path, request: pytest.FixtureRequest, replies: int, kills: int) -> None:
    """The full number on SQLite, fewer on PostgreSQL."""
    url = None if replies == 20 else str(request.getfixturevalue("postgres_url"))
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")  # noqa: T201 - to repeat a failure
    stack = Stack(tmp_path, database_url=url, settle_after=2.5, timeout=1).quick_to_die().start()
    tickets = _tickets(stack)
    threads = [(at, root, ref) for at, (root, ref) in enumerate(tickets)]  # no two messages have the same ts
    # A fifth of the writes: some refused before anything was done, some done and not answered.
    stack.fault(kind="unavailable", every=10, times=None, path="*/post_update")
    stack.fault(kind="lost", every=9, times=None, path="*/post_update")
    deliverers = [_Deliverer(stack, threads[at::5], replies // BURST, seed + at) for at in range(5)]
    chance = random.Random(seed)
    for each in deliverers:
        each.start()
    for _ in range(kills):
        time.sleep(chance.uniform(0.2, 1.2))
        stack.kill_bot()
    for each in deliverers:
        each.join(120)
    expected = {(ref, number) for _, _, ref in threads for number in range(replies)}
    try:
        until(lambda: len(_found(stack)) >= len(expected), within=60, every=0.5)
    finally:
        _explain(stack, expected)
    stack.heal()

    found = _found(stack)
    stack.stop()
    assert sorted((ref, number) for ref, number, _ in found) == sorted(expected)
    assert _disordered(found) == []


def _disordered(found: list[tuple[str, int, bool]]) -> list[tuple[str, int]]:
    """Replies that stand below later ones without saying so, or say so and do not."""
    latest: dict[str, int] = {}
    wrong = []
    for ref, number, late in found:
        if late is not (number < latest.get(ref, -1)):
            wrong.append((ref, number))
        latest[ref] = max(number, latest.get(ref, -1))
    return wrong


def _explain(stack: Stack, expected: set[tuple[str, int]]) -> None:
    """Say all there is to know of the tickets that are not as they should be."""
    found = _found(stack)
    refs = {ref for ref, _ in _disordered(found)} | {ref for ref, _ in expected - {(ref, no) for ref, no, _ in found}}
    if refs:
        for entry in reversed(stack.entries("--all", "--limit", "9000")):
            if any(ref in str(entry) for ref in refs):
                print(entry)  # noqa: T201
        for update in stack.desk()["updates"]:
            if update["ticket"] in refs:
                print(update)  # noqa: T201


def _tickets(stack: Stack) -> list[tuple[str, str]]:
    """Fifty tickets with their cards, and with each card its thread."""
    for number in range(THREADS):
        assert stack.command(f"create Order {number}", trigger_id=f"order.{number}").status_code == 200

    def cards() -> list[tuple[str, str]]:
        found = [(each["ts"], re.search(r"[A-Z]{2}-\d{6}", each.get("text", ""))) for each in stack.messages()]
        known = [(ts, match[0]) for ts, match in found if match]
        return known if len(known) >= THREADS else []

    return until(cards, within=60)


def _found(stack: Stack) -> list[tuple[str, int, bool]]:
    """The replies on their tickets, in the order of the helpdesk, and whether each says that it is late."""
    found = []
    for update in stack.desk()["updates"]:
        if match := re.search(r"«(\S+) (\d+)»", update["message"]):
            assert update["ticket"] == match[1]
            found.append((match[1], int(match[2]), "before what stands above" in update["message"]))
    return found
