"""Several processes over one PostgreSQL: two that take what Slack sends, and several that work it off."""

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.ledger.migrating import downgrade
from bot.ledger.opening import database_url
from tests.conftest import database_on
from tests.e2e.stack import SECRET, Process, Stack, free_port, sign, until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

TICKETS = 6
SETTLE_AFTER = 1.0


@dataclass
class Fleet:
    """Fronts at addresses that stay, and workers."""

    stack: Stack
    ports: tuple[int, int]
    fronts: list[Process] = field(default_factory=list)
    workers: list[Process] = field(default_factory=list)
    _ready: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=10))

    def front(self, at: int) -> Process:
        """Start one and wait until it takes requests."""
        return self.started(self.launched_front(at))

    def launched_front(self, at: int) -> Process:
        return self.stack.launch_bot("--no-work", port=self.ports[at])

    def launched_worker(self) -> Process:
        return self.stack.launch_bot(command="work", port=0)

    def worker(self) -> Process:
        """The same for one that works."""
        return self.started(self.launched_worker())

    def started(self, process: Process) -> Process:
        address = process.address()
        until(lambda: self._answers(f"{address}/readyz"), within=40)
        return process

    def _answers(self, url: str) -> bool:
        try:
            return self._ready.get(url).status_code == 200
        except httpx.HTTPError:
            return False

    def send(self, line: str, trigger: str, *, at: int = 0) -> bool:
        """A command to one of the fronts, or to the other, as a load balancer does; whether it was taken."""
        form = httpx.QueryParams(
            {"team_id": "T0PLAY", "channel_id": "C0SUPPORT", "channel_name": "support", "user_id": "U0ADAM",
             "user_name": "adam", "command": "/ticket", "text": line, "trigger_id": trigger, "response_url": ""}
        )  # fmt: skip
        body = str(form)
        for port in (self.ports[at % 2], self.ports[(at + 1) % 2]):
            try:
                url = f"http://127.0.0.1:{port}/slack/events"
                answer = self._ready.post(url, content=body, headers=sign(body, secret=SECRET))
            except httpx.HTTPError:
                continue
            if answer.status_code == 200 and not answer.text:
                return True
        return False

    def insist(self, line: str, trigger: str, *, at: int = 0) -> None:
        """Until it is taken."""
        until(lambda: self.send(line, trigger, at=at), within=60)

    def stop(self) -> None:
        for each in (*self.fronts, *self.workers):
            each.stop()
        self._ready.close()


@pytest.fixture(scope="module")
def fleet(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Two fronts and two workers, started at the same time."""
    with database_on(postgres) as url:
        yield from _running(url, tmp_path_factory.mktemp("fleet"))


def _running(url: str, directory: Path) -> Iterator[Fleet]:
    stack = Stack(directory, database_url=url, settle_after=SETTLE_AFTER, timeout=1).start()
    stack.stop_bot()
    stack.bot = None
    running = Fleet(stack, (free_port(), free_port()))
    running.fronts = [running.launched_front(at) for at in range(2)]
    running.workers = [running.launched_worker() for _ in range(2)]
    for process in (*running.fronts, *running.workers):
        running.started(process)
    yield running
    running.stop()
    stack.stop()


def _tickets(stack: Stack) -> list[str]:
    return [each["reference"] for each in stack.desk()["tickets"]][:TICKETS]


def _steps(stack: Stack, word: str) -> dict[str, list[int]]:
    """The numbers that stand on each ticket after a word, in the order of the helpdesk."""
    found: dict[str, list[int]] = {}
    for update in stack.desk()["updates"]:
        if match := re.fullmatch(rf"{word} (\d+)", update["message"]):
            found.setdefault(update["ticket"], []).append(int(match[1]))
    return found


def test_rolling_restarts_and_kills_lose_nothing_and_keep_the_order(fleet: Fleet) -> None:
    """Every process is restarted in its turn, a worker is killed, and a third one comes."""
    stack, each = fleet.stack, 25
    tickets = _tickets(stack)

    def say(ref: str) -> None:
        for number in range(each):
            fleet.insist(f"reply {ref} rolling {number}", f"rolling.{ref}.{number}", at=number)

    threads = [threading.Thread(target=say, args=[ref], daemon=True) for ref in tickets]
    stack.fault(kind="slow", seconds=0.05, after=True, times=None)
    for thread in threads:
        thread.start()
    fleet.workers.append(fleet.worker())
    fleet.workers.pop(0).kill()
    for at in range(2):
        assert fleet.fronts[at].stop() == 0
        fleet.fronts[at] = fleet.front(at)
    for at in range(2):
        assert fleet.workers[at].stop() == 0
        fleet.workers[at] = fleet.worker()
    for thread in threads:
        thread.join(120)
    try:
        until(lambda: sum(map(len, _steps(stack, "rolling").values())) >= each * len(tickets), within=60, every=0.3)
    finally:
        stack.heal()

    assert _steps(stack, "rolling") == {ref: list(range(each)) for ref in tickets}


def test_what_a_killed_worker_had_is_taken_up(fleet: Fleet) -> None:
    """What it had not sent by another one at once, its step in flight once that is sure to be over; both once."""
    stack = fleet.stack
    ref = _tickets(stack)[0]
    stack.fault(kind="slow", seconds=0.9, after=True, times=None, path="*/post_update")
    for number in range(4):
        fleet.insist(f"reply {ref} orphan {number}", f"orphan.{number}")
    until(lambda: _steps(stack, "orphan"), within=20, every=0.01)  # it is done, and its answer is on the way
    for _ in range(2):
        fleet.workers.pop(0).kill()
    began = time.monotonic()
    stack.heal()

    fleet.workers += [fleet.launched_worker(), fleet.launched_worker()]

    until(lambda: _steps(stack, "orphan").get(ref) == list(range(4)), within=60)
    print(f"all of it {time.monotonic() - began:.1f} s after the kill, with two starts")  # noqa: T201


def test_a_process_migrates_while_others_run(fleet: Fleet) -> None:
    """The last migration is taken back and made again under running processes, by three that start at once."""
    stack = fleet.stack
    ref = _tickets(stack)[1]
    downgrade(database_url(str(stack.database_url)))
    fleet.insist(f"reply {ref} beside 0", "beside.0")

    starting = [fleet.launched_worker() for _ in range(3)]
    fleet.insist(f"reply {ref} beside 1", "beside.1", at=1)
    fleet.workers += [fleet.started(process) for process in starting]

    fleet.insist(f"reply {ref} beside 2", "beside.2")
    until(lambda: _steps(stack, "beside").get(ref) == [0, 1, 2], within=40)
    while len(fleet.workers) > 2:
        assert fleet.workers.pop().stop() == 0


@pytest.mark.exhaustive
def test_together_they_stay_within_slacks_limit(fleet: Fleet) -> None:
    """However many update cards, in no span of time are there more than one alone may send."""
    stack, cards = fleet.stack, 24
    for number in range(cards):
        fleet.insist(f"create Paced {number}", f"paced.{number}")

    def refs() -> list[str]:
        found = [re.search(r"\|(\w{2}-\d{6})> \*Paced", str(each)) for each in stack.messages()]
        known = [match[1] for match in found if match]
        return known if len(known) == cards else []

    tickets = until(refs, within=60)
    before = len(stack.calls("chat.update"))
    stack.http.post(f"{stack.workspace}/control/speed", json={"speed": "real"}).raise_for_status()

    for number, ref in enumerate(tickets):
        fleet.insist(f"update {ref} priority:high", f"pace.{number}")
    until(lambda: len(stack.calls("chat.update")) >= before + 16, within=60, every=0.5)

    calls = stack.calls("chat.update")[before:]
    stack.http.post(f"{stack.workspace}/control/speed", json={"speed": "off"}).raise_for_status()
    assert all(each["ok"] for each in calls)
    times = sorted(each["at"] for each in calls)
    for first in range(len(times)):
        for last in range(first, len(times)):
            allowed = 8 + 2 + (times[last] - times[first]) * 40 / 60 + 1
            assert last - first + 1 <= allowed, f"{last - first + 1} in {times[last] - times[first]:.1f} s"
