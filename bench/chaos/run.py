"""One run: start everything, let people act while things go wrong, wait until it is quiet, and compare."""

import asyncio
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.chaos.deeds import plan
from bench.chaos.people import Place, Sender
from bench.chaos.trouble import Trouble
from bench.chaos.verdict import Verdict, World, judge
from bot.ledger import Entry, Ledger, State
from tests.e2e.stack import Stack, text_of, until

CHANNELS = ("C0SUPPORT", "C0TRIAGE", "C0GENERAL")
PEOPLE = 8
_EACH = 6
"""Tickets with threads for each of them."""
_QUIET = 1200.0
"""Seconds after the last action in which everything has to be over."""
_MORE = """
[channels.C0TRIAGE]
thread_replies = "private"
[threads]
wait = 1
undo = 0
"""
_NOT_WELL: tuple[State, ...] = ("waiting", "unsure", "failed", "unknown", "rejected")
_TAKEN_BACK = frozenset({"deleted", "edited", "same"})
"""Codes of what was not sent because its author had said something else by then, or nothing any more."""
_AWAITED = ("action", "delivery", "order")


@dataclass(frozen=True)
class Report:
    """What came of it."""

    seed: int
    verdict: Verdict
    deeds: Counter[str]
    troubles: Counter[str]
    repeated: int
    redelivered: int
    seconds: float

    def __str__(self) -> str:
        return "\n".join(
            [
                f"seed {self.seed}; {sum(self.deeds.values())} actions in {self.seconds:.0f} s",
                "acknowledged: " + _listed(self.deeds),
                f"sent again for want of an answer: {self.repeated}; redelivered: {self.redelivered}",
                "meanwhile: " + _listed(self.troubles),
                str(self.verdict),
            ]
        )


def run(
    actions: int,
    seed: int,
    *,
    database_url: str | None = None,
    server: Any = None,
    pause: float = 0.1,
    calm: float = 1.0,
    keep: str = "",
) -> Report:
    """So many actions; ``server`` is a PostgreSQL to be stopped.

    ``pause`` is in seconds, between two actions of one person, and ``calm`` between two troubles, both on average.
    """
    began = time.monotonic()
    chance = random.Random(seed)
    with _directory(keep) as directory:
        stack = Stack(
            directory,
            database_url=database_url,
            settle_after=0.5,
            timeout=1,
            program="bench.chaos.launched",
            fresh=True,
            more=_MORE,
        )
        stack.start()
        try:
            senders = _senders(stack, actions, chance, pause)
            trouble = Trouble(stack, chance, server)
            trouble.always()
            for sender in senders:
                sender.start()
            while any(sender.is_alive() for sender in senders):
                time.sleep(chance.uniform(0.2, 1.8) * calm)
                trouble.one()
            trouble.over()
            for sender in senders:
                sender.join()
                if sender.broken is not None:
                    raise sender.broken
            _quiet(stack)
            left = _left(stack)
            stack.stop_bot()
            verdict = judge([each for sender in senders for each in sender.done], _world(stack, left))
        finally:
            stack.stop()
    return Report(
        seed,
        verdict,
        Counter(each.deed.kind for sender in senders for each in sender.done),
        trouble.happened,
        sum(sender.repeated for sender in senders),
        sum(sender.redelivered for sender in senders),
        time.monotonic() - began,
    )


@contextmanager
def _directory(keep: str) -> Iterator[Path]:
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
        yield Path(keep)
        return
    with tempfile.TemporaryDirectory(prefix="chaos-") as directory:
        yield Path(directory)


def _senders(stack: Stack, actions: int, chance: random.Random, pause: float) -> list[Sender]:
    """People with tickets of their own, so that what each of them does has an order."""
    threads = _threads(stack)
    social = [str(each["reference"]) for each in stack.desk("social")["tickets"]]
    deeds = plan(actions, chance)
    return [
        Sender(
            stack,
            deeds[at::PEOPLE],
            threads[at::PEOPLE],
            [Place(ref, "C0SOCIAL") for ref in social[at::PEOPLE]],
            chance.randrange(1 << 30),
            pause,
        )
        for at in range(PEOPLE)
    ]


def _threads(stack: Stack) -> list[Place]:
    """Tickets, each with its card in a channel, and the thread of that."""
    for number in range(PEOPLE * _EACH):
        channel = CHANNELS[number % len(CHANNELS)]
        assert stack.command(f"create Order {number}", channel=channel, trigger_id=f"order.{number}").status_code == 200
    for number in range(PEOPLE):
        assert (
            stack.command(f"create Post {number}", channel="C0SOCIAL", trigger_id=f"post.{number}").status_code == 200
        )

    def cards() -> list[Place]:
        found = [
            Place(ref[0], channel, each["ts"])
            for channel in CHANNELS
            for each in stack.messages(channel)
            if (ref := re.search(r"[A-Z]{2}-\d{6}", each.get("text", "")))
        ]
        return found if len(found) >= PEOPLE * _EACH else []

    found = until(cards, within=60)
    until(lambda: len([each for each in stack.messages("C0SOCIAL") if "Post" in text_of(each)]) >= PEOPLE, within=60)
    return found


def _quiet(stack: Stack) -> None:
    """Wait until nothing is on its way any more; stamps and cards take turns for hours after this many actions."""

    def over() -> bool:
        text = stack.http.get(f"{stack.bot_url}/metrics").text
        counts = re.findall(r'^ticketbot_entries\{kind="(\w+)",state="waiting"\} (\S+)', text, re.M)
        return bool(text) and not any(float(count) for kind, count in counts if kind in _AWAITED)

    end = time.monotonic() + _QUIET
    while not over() and time.monotonic() < end:
        time.sleep(0.5)


def _left(stack: Stack) -> list[str]:
    return asyncio.run(_unfinished(stack))


async def _unfinished(stack: Stack) -> list[str]:
    """Actions and their messages that ended otherwise than well, or not at all."""
    url = stack.database_url or f"sqlite:///{stack.directory / 'state' / 'ticketbot.sqlite3'}"
    ledger = await Ledger.open(url, state_dir=stack.directory / "state", owner=False)
    try:
        found: list[Entry] = []
        for kind in ("action", "delivery"):
            found += await ledger.find(kind=kind, states=_NOT_WELL, limit=200)
    finally:
        await ledger.close()
    return [
        f"{each.kind} {each.state} {each.body.get('typed') or each.body.get('way')}: {each.outcome or each.note}"
        for each in found
        if (each.outcome or {}).get("code") not in _TAKEN_BACK
    ]


def _world(stack: Stack, left: list[str]) -> World:
    state = stack.http.get(f"{stack.workspace}/control/state").json()
    # What a direct message tells the one person who acts here is for that person, as ephemeral messages are.
    channels = {each["id"]: each["messages"] for each in state["channels"] if not each["id"].startswith("D")}
    return World(stack.desk(), stack.desk("social"), channels, left)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())
