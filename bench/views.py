"""How soon a form is asked for: the time from an interaction to ``views.open``, beside an acknowledgement.

    python -m bench.views [--presses 40]

A bare command opens a form, and a command with all that it needs is recorded and acknowledged; both from one client,
turn and turn about, in the same run. ``views.open`` is taken by a Slack in this process, so that the moment at which it
came and the one at which the interaction left are of one clock. One bot sees a helpdesk that takes ten seconds per call
from its first moment, so that it has no list at hand, then one that is down, then one that answers at once: a form that
waited for any of it would show.
"""

import argparse
import asyncio
import os
import signal
import tempfile
import time
from dataclasses import dataclass

from bench.load import Connection, Measured, note, request
from bench.peers import SECRET
from bench.processes import OTHER_CORE, one_bot, post, ready, running, workspace
from bench.standins import Json, StandIn
from bench.tables import spread, table

CONDITIONS: dict[str, Json | None] = {
    "10 s": {"kind": "slow", "seconds": 10, "times": None},
    "down": {"kind": "drop", "times": None},
    "0 ms": None,
}
_WARM = 5


class Slack(StandIn):
    """Opens forms, and knows when each was asked for."""

    def __init__(self, behind: str) -> None:
        super().__init__(behind)
        self.asked: list[float] = []
        self.come = asyncio.Event()

    async def answer(self, path: str, form: dict[str, str]) -> Json | None:  # noqa: ARG002 - any form will do
        match path.rpartition("/")[2]:
            case "views.open":
                self.asked.append(time.perf_counter())
                self.come.set()
                return {"ok": True, "view": {"id": f"V{len(self.asked)}", "hash": "1"}}
            case "views.update":
                return {"ok": True}
        return None


@dataclass(frozen=True)
class Row:
    """Milliseconds to the form, and to the acknowledgement of a command, under one condition."""

    opened: Measured
    acknowledged: Measured

    @property
    def ratio(self) -> float:
        return self.opened.percentile(0.5) / self.acknowledged.percentile(0.5)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--presses", type=int, default=40)
    print(report(options.parse_args().presses))


def report(presses: int) -> str:
    """The table."""
    os.sched_setaffinity(0, {OTHER_CORE})
    with (
        running("bot.playground.helpdesks", "sirportly", "--port", "0", core=OTHER_CORE) as desk,
        workspace(SECRET) as behind,
    ):
        found = asyncio.run(_all(desk, Slack(behind), presses))
    rows = [_cells(name, row) for name, row in found.items()]
    return table(["helpdesk", "views.open sent: p50, p99 ms", "acknowledged: p50, p99 ms", "p50 ÷ p50"], rows)


def _cells(condition: str, row: Row) -> list[object]:
    both = (row.opened, row.acknowledged)
    figures = [f"{each.percentile(0.5):.2f}, {each.percentile(0.99):.2f}" for each in both]
    return [condition, *figures, spread([row.ratio])]


async def _all(desk: str, slack: Slack, presses: int) -> dict[str, Row]:
    async with slack.serving():
        await asyncio.to_thread(_goes_wrong, desk, next(iter(CONDITIONS.values())))
        return await asyncio.to_thread(_with_bot, desk, slack, presses, asyncio.get_running_loop())


def _with_bot(desk: str, slack: Slack, presses: int, loop: asyncio.AbstractEventLoop) -> dict[str, Row]:
    """In a thread, because starting and stopping a process block."""
    found = {}
    with (
        tempfile.TemporaryDirectory(prefix="ticketbot-bench-") as directory,
        one_bot(SECRET, directory, desk=desk, slack=slack.address) as bot,
    ):
        ready(bot.address)
        for name, wrong in CONDITIONS.items():
            _goes_wrong(desk, wrong)
            found[name] = asyncio.run_coroutine_threadsafe(_pressed(bot.port, slack, presses), loop).result()
        os.kill(bot.pid, signal.SIGKILL)  # it would wait for what is under way at the slow helpdesk
    return found


def _goes_wrong(desk: str, wrong: Json | None) -> None:
    post(f"{desk}/control/faults", None, method="DELETE")
    if wrong is not None:
        post(f"{desk}/control/faults", wrong)


async def _pressed(port: int, slack: Slack, presses: int) -> Row:
    """Turn and turn about: a form, a command."""
    connection = Connection(port)
    opened, acknowledged = [], []
    began = time.perf_counter()
    for _ in range(presses + _WARM):
        slack.come.clear()
        sent = time.perf_counter()
        answered = asyncio.create_task(connection.send(request(SECRET, "create")))
        await slack.come.wait()
        opened.append((slack.asked[-1] - sent) * 1000)
        await answered
        acknowledged.append(await connection.send(request(SECRET, note())))
    connection.close()
    rate = presses / (time.perf_counter() - began)
    return Row(Measured(tuple(opened[_WARM:]), rate), Measured(tuple(acknowledged[_WARM:]), rate))


if __name__ == "__main__":
    main()
