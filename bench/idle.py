"""What the bot costs when nobody asks, how soon it is there, how it grows with work, and how fast it finds a person.

    python -m bench.idle [--actions 10000]

Started five times over the same ledger; the first time makes it. The list of people comes from a helpdesk with 10,000
of them, and is asked for as Slack does while somebody types, over signed HTTP.
"""

import argparse
import asyncio
import os
import tempfile
import time
from contextlib import AsyncExitStack
from urllib.parse import quote_plus

import uvloop

from bench.load import Connection, Measured, request, signed
from bench.peers import SECRET
from bench.processes import OTHER_CORE, Server, one_bot, ready, running, workspace
from bench.standins import Desk, Slack
from bench.tables import spread, table
from bench.throughput import TOKEN

STARTS = 5
IDLE_SECONDS = 10
PEOPLE = 10_000
IN_FLIGHT = 64


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--actions", type=int, default=10_000, help="after which its memory is looked at")
    print(report(options.parse_args().actions))


def report(actions: int) -> str:
    """The table."""
    with (
        running("bot.playground.helpdesks", "sirportly", "--port", "0", core=OTHER_CORE) as desk,
        workspace(SECRET) as slack,
    ):
        os.sched_setaffinity(0, {OTHER_CORE})
        rows = _starts(desk, slack)
        rows += uvloop.run(_life(desk, slack, actions))
        rows += uvloop.run(_typeahead(desk, slack))
    return table(["", "measured"], rows)


def _starts(desk: str, slack: str) -> list[list[str]]:
    seconds, processor = [], []
    with tempfile.TemporaryDirectory(prefix="ticketbot-bench-") as directory:
        for _ in range(STARTS + 1):
            with one_bot(SECRET, directory, desk=desk, slack=slack) as server:
                seconds.append(server.seconds_to_start + ready(server.address))
                processor.append(server.cpu())
    return [
        ["first start, which makes the ledger, to ready: s", f"{seconds[0]:.2f}"],
        ["later starts to ready: s", spread(seconds[1:])],
        ["processor time of those: s", spread(processor[1:])],
    ]


async def _life(desk_url: str, slack_url: str, actions: int) -> list[list[str]]:
    """One that works."""
    async with AsyncExitStack() as stack:
        desk, server = await _alive(stack, desk_url, slack_url, people=0)
        await asyncio.sleep(3)
        rows = [["memory, idle: MB", f"{server.memory():.0f}"], ["processor, idle: %", await _idle(server)]]
        for share in (4, 2, 1):
            await _work(server.port, desk, actions // share - desk.taken)
            rows.append([f"memory after {actions // share:,} actions: MB", f"{server.memory():.0f}"])
        return rows


async def _typeahead(desk_url: str, slack_url: str) -> list[list[str]]:
    """One whose helpdesk has many people."""
    async with AsyncExitStack() as stack:
        _, server = await _alive(stack, desk_url, slack_url, people=PEOPLE)
        typed = await _type(server.port)
        return [
            [f"typeahead over {PEOPLE:,} people: p50, p99 ms", _both(typed)],
            ["memory with that list: MB", f"{server.memory():.0f}"],
        ]


async def _alive(stack: AsyncExitStack, desk_url: str, slack_url: str, *, people: int) -> tuple[Desk, Server]:
    desk, slack = Desk(desk_url, 0.002), Slack(slack_url)
    desk.people = people
    await stack.enter_async_context(desk.serving())
    await stack.enter_async_context(slack.serving())
    await desk.learn(TOKEN)
    directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="ticketbot-bench-"))
    starting = one_bot(SECRET, directory, desk=desk.address, slack=slack.address)
    server = await asyncio.to_thread(starting.__enter__)
    stack.push_async_callback(asyncio.to_thread, starting.__exit__, None, None, None)
    await asyncio.to_thread(ready, server.address)
    return desk, server


def _both(measured: Measured) -> str:
    return f"{measured.percentile(0.5):.1f}, {measured.percentile(0.99):.1f}"


async def _idle(server: Server) -> str:
    before = server.cpu()
    await asyncio.sleep(IDLE_SECONDS)
    return f"{100 * (server.cpu() - before) / IDLE_SECONDS:.2f}"


async def _type(port: int) -> Measured:
    """Somebody looks for people in a form, a letter at a time."""
    connection = Connection(port)
    await connection.send(_suggestion("p"))  # the list is learned
    latencies = []
    for number in range(150):
        word = f"person {number * 61 % PEOPLE:05}"
        latencies += [await connection.send(_suggestion(word[:letters])) for letters in (2, 8, 11)]
    connection.close()
    return Measured(tuple(latencies), 0)


def _suggestion(typed: str) -> bytes:
    metadata = '{\\"verb\\":\\"create\\",\\"helpdesk\\":\\"support\\"}'
    payload = (
        f'{{"type":"block_suggestion","user":{{"id":"U0ADAM"}},"team":{{"id":"T0PLAY"}},"api_app_id":"A0PLAY",'
        f'"token":"t","action_id":"form.assignee","block_id":"assignee","value":"{typed}",'
        f'"container":{{"type":"view","view_id":"V1"}},"view":{{"id":"V1","type":"modal",'
        f'"private_metadata":"{metadata}","callback_id":"form","state":{{"values":{{}}}},"hash":"1"}}}}'
    )
    return signed(SECRET, f"payload={quote_plus(payload)}")


async def _work(port: int, desk: Desk, actions: int) -> None:
    """Have that many actions done."""
    until = desk.taken + actions
    numbers = iter(range(actions))

    async def one(lane: int) -> None:
        connection = Connection(port)
        for number in numbers:
            said = f"note AB-{400000 + lane} grow {number} {time.time_ns()}"
            await connection.send(request(SECRET, said, channel=f"C0BENCH{lane}"))
        connection.close()

    await asyncio.gather(*(one(lane) for lane in range(IN_FLIGHT)))
    while desk.taken < until:
        await asyncio.sleep(0.2)
    await asyncio.sleep(2)


if __name__ == "__main__":
    main()
