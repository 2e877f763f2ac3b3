"""How long an acknowledgement takes, and how many commands are accepted: this bot beside bare Bolt.

    python -m bench.ack [--seconds 1] [--rounds 1]

One server at a time on one core, the client on another. The bot has its ledger on (SQLite, every command on the disk
before its answer) and works it off meanwhile, on a helpdesk that answers at once, takes three seconds per call, or is
down; the peers record nothing and have no helpdesk. Commands are about 64 tickets.

Bolt for JavaScript is measured where Node finds it (``NODE_PATH``). The synchronous Bolt for Python closes every
connection and stalls for seconds when many come at once: a row ends after its time, whatever is still unanswered.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import uvloop

from bench.load import Measured, paced, saturate
from bench.peers import SECRET
from bench.processes import MEASURED_CORE, OTHER_CORE, Server, everything, free_port, started
from bench.tables import spread, table

Rows = dict[str, Measured]
Round = dict[str, Rows]

BOT = "this bot, helpdesk"
CONDITIONS: dict[str, float | None] = {"0 ms": 0, "3 s": 3, "down": None}
PEERS = {
    "Bolt for Python": "bolt",
    "Bolt for Python, async": "bolt_async",
    "floor": "floor",
    "floor, durable": "floor_durable",
}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=1.0, help="for each row")
    options.add_argument("--rounds", type=int, default=1)
    chosen = options.parse_args()
    print(report(chosen.seconds, chosen.rounds))


def report(seconds: float, rounds: int) -> str:
    """The tables."""
    os.sched_setaffinity(0, {OTHER_CORE})
    measured = [_round(seconds) for _ in range(rounds)]
    return f"{_figures(measured)}\n\n{_ratios(measured)}"


def _round(seconds: float) -> Round:
    found: Round = {}
    for name, start in _peers():
        with start as server:
            found[name] = _measure(server, seconds)
    for condition, each in CONDITIONS.items():
        with everything(SECRET) as whole:
            whole.slow(each)
            found[f"{BOT} {condition}"] = _measure(whole.bots[0], seconds)
    return found


def _peers() -> Iterator[tuple[str, AbstractContextManager[Server]]]:
    for name, which in PEERS.items():
        command = [sys.executable, "-m", "bench.peers", which, str(free_port())]
        yield name, started(command, core=MEASURED_CORE)
    if _node():
        yield "Bolt for JavaScript", _javascript()


def _node() -> bool:
    """Whether there is Node, and Bolt for it."""
    node = shutil.which("node")
    return (
        node is not None and not subprocess.run([node, "-e", "require('@slack/bolt')"], capture_output=True).returncode
    )


@contextmanager
def _javascript() -> Iterator[Server]:
    script = str(Path(__file__).with_name("peer.js"))
    more = {"NODE_PATH": os.environ["NODE_PATH"]} if "NODE_PATH" in os.environ else {}
    with started(["node", script, str(free_port()), SECRET], core=MEASURED_CORE, **more) as server:
        yield server


def _measure(server: Server, seconds: float) -> Rows:
    return uvloop.run(_all(server.port, seconds))


async def _all(port: int, seconds: float) -> Rows:
    await saturate(port, SECRET, connections=2, seconds=0.5)  # warm
    return {
        "1": await saturate(port, SECRET, connections=1, seconds=seconds),
        "50/s": await paced(port, SECRET, per_second=50, seconds=2 * seconds),
        "16": await saturate(port, SECRET, connections=16, seconds=seconds),
        "64": await saturate(port, SECRET, connections=64, seconds=seconds),
    }


def _figures(measured: list[Round]) -> str:
    heads = ["", "1 connection: p50, p99 ms", "50/s: p50, p99 ms", "16 connections: per s, p99 ms", "64: per s, p99 ms"]
    return table(heads, [[name, *_cells([each[name] for each in measured])] for name in measured[0]])


def _cells(rounds: list[Rows]) -> Iterator[str]:
    for row in ("1", "50/s"):
        yield ", ".join(spread([_percentile(each[row], share) for each in rounds]) for share in (0.5, 0.99))
    for row in ("16", "64"):
        late = spread([_percentile(each[row], 0.99) for each in rounds], 0)
        yield f"{spread([each[row].per_second for each in rounds], 0)}, {late}"


def _percentile(measured: Measured, share: float) -> float:
    return measured.percentile(share) if measured.latencies else float("inf")


def _ratios(measured: list[Round]) -> str:
    """What was asked for, each from the same round."""
    rows = []
    for condition in CONDITIONS:
        name = f"{BOT} {condition}"
        rows.append(
            [
                condition,
                _ratio(measured, name, "Bolt for Python", "1"),
                _ratio(measured, name, "Bolt for Python", "50/s"),
                _ratio(measured, name, "floor", "50/s"),
                _ratio(measured, name, "floor, durable", "50/s"),
                *(_rates(measured, name, "Bolt for Python, async", row) for row in ("16", "64")),
                _rates(measured, name, "Bolt for JavaScript", "16"),
            ]
        )
    heads = [
        "helpdesk", "p50 ÷ Bolt's, 1 connection", "p50 ÷ Bolt's, 50/s", "p50 ÷ floor's, 50/s",
        "p50 ÷ durable floor's, 50/s", "rate ÷ async Bolt's, 16", "the same, 64", "rate ÷ JavaScript's, 16",
    ]  # fmt: skip
    return table(heads, rows)


def _ratio(measured: list[Round], name: str, peer: str, row: str) -> str:
    return spread([_percentile(each[name][row], 0.5) / _percentile(each[peer][row], 0.5) for each in measured])


def _rates(measured: list[Round], name: str, peer: str, row: str) -> str:
    if peer not in measured[0]:
        return "not here"
    return spread([each[name][row].per_second / max(each[peer][row].per_second, 1) for each in measured])


if __name__ == "__main__":
    main()
