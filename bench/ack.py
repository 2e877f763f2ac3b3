"""How long an acknowledgement takes, and how many commands are accepted: this bot beside bare Bolt for Python.

    python -m bench.ack [--seconds 5] [--helpdesk 3]

One server at a time on one core, the client on another. The bot has its ledger on (SQLite, every command on disk before
its answer) and a helpdesk that takes three seconds per call; the peers record nothing and have no helpdesk.
"""

import argparse
import asyncio
import os
from collections.abc import Callable
from contextlib import AbstractContextManager

from bench.load import Measured, paced, saturate
from bench.peers import SECRET
from bench.processes import MEASURED_CORE, OTHER_CORE, bot, free_port, running

Rows = dict[str, Measured]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--helpdesk", type=float, default=3)
    options.add_argument("--rounds", type=int, default=1)
    chosen = options.parse_args()
    os.sched_setaffinity(0, {OTHER_CORE})

    def peer(name: str) -> Callable[[], AbstractContextManager[str]]:
        return lambda: running("bench.peers", name, str(free_port()), core=MEASURED_CORE)

    for number in range(chosen.rounds):
        rows = {name: _measure(peer(name), chosen.seconds) for name in ("bolt", "bolt_async", "floor")}
        with bot(SECRET, helpdesk_seconds=chosen.helpdesk) as (address, _):
            rows["this bot"] = asyncio.run(_all(address, chosen.seconds))
        _print(number, rows)


def _measure(start: Callable[[], AbstractContextManager[str]], seconds: float) -> Rows:
    with start() as address:
        return asyncio.run(_all(address, seconds))


async def _all(address: str, seconds: float) -> Rows:
    port = int(address.rsplit(":", 1)[1])
    await saturate(port, SECRET, connections=1, seconds=0.5)  # warm
    return {
        "1 connection": await saturate(port, SECRET, connections=1, seconds=seconds),
        "50/s": await paced(port, SECRET, per_second=50, seconds=seconds),
        "16 connections": await saturate(port, SECRET, connections=16, seconds=seconds),
        "64 connections": await saturate(port, SECRET, connections=64, seconds=seconds),
    }


def _print(number: int, measured: dict[str, Rows]) -> None:
    print(f"\nround {number + 1}")
    print(f"{'':12} {'':16} {'p50 ms':>8} {'p99 ms':>8} {'per s':>8}   p50 and rate, as a multiple of bolt's")
    for name, rows in measured.items():
        for row, result in rows.items():
            base = measured["bolt"][row]
            share = result.percentile(0.5) / base.percentile(0.5)
            rate = result.per_second / base.per_second
            print(
                f"{name:12} {row:16} {result.percentile(0.5):8.2f} {result.percentile(0.99):8.2f} "
                f"{result.per_second:8.0f}   {share:.2f}  {rate:.2f}"
            )


if __name__ == "__main__":
    main()
