"""The process is killed at random moments while commands run: each that was acknowledged happens exactly once."""

import random
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.e2e.stack import Stack, until

COMMANDS = 500
KILLS = 20
TICKETS = ("AB-123456", "LF-616004")


class _Sender(threading.Thread):
    """Sends commands like Slack does, but again and again until each is acknowledged."""

    def __init__(self, stack: Stack, lines: list[tuple[str, str]]) -> None:
        super().__init__(daemon=True)
        self.stack = stack
        self.lines = lines
        self.acknowledged: list[str] = []

    def run(self) -> None:
        for mark, line in self.lines:
            trigger = f"kill.{mark}"
            while True:
                try:
                    answer = self.stack.command(line, trigger_id=trigger)
                except httpx.HTTPError:
                    time.sleep(0.05)
                    continue
                if answer.status_code == 200 and not answer.text:
                    self.acknowledged.append(mark)
                    break
                time.sleep(0.05)
            time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.xdist_group("kills")
def test_every_acknowledged_command_happens_once(tmp_path: Path, database_url: str | None) -> None:
    """SIGKILL at twenty random moments; afterwards every acknowledged command is in the helpdesk exactly once."""
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")  # noqa: T201 - to repeat a failure
    chance = random.Random(seed)
    stack = Stack(tmp_path, database_url=database_url, settle_after=2.5, timeout=1).quick_to_die().start()
    try:
        lines = _killed_meanwhile(stack, chance)
        until(lambda: not _open(stack), within=120, every=0.5)
        texts = _texts(stack)
    finally:
        stack.stop()

    seen = Counter(
        word
        for text in texts
        for word in text.replace("«", " «").replace("»", "» ").split()
        if word.startswith("«mark-")
    )
    lost = [mark for mark, _ in lines if seen[f"«{mark}»"] == 0]
    doubled = [mark for mark, _ in lines if seen[f"«{mark}»"] > 1]
    assert (lost, doubled) == ([], [])


def _killed_meanwhile(stack: Stack, chance: random.Random) -> list[tuple[str, str]]:
    """Five send commands until each is acknowledged; what was sent, each with its mark."""
    tickets = [ticket["reference"] for ticket in stack.desk()["tickets"]][:6]
    stack.fault(kind="slow", seconds=0.03, after=True, times=None)
    lines = [_line(chance, number, tickets) for number in range(COMMANDS)]
    senders = [_Sender(stack, lines[at::5]) for at in range(5)]
    for sender in senders:
        sender.start()

    for _ in range(KILLS):
        time.sleep(chance.uniform(0.1, 1.0))
        stack.kill_bot()
    for sender in senders:
        sender.join(120)
    assert sum(len(sender.acknowledged) for sender in senders) == COMMANDS
    return lines


def _line(chance: random.Random, number: int, tickets: list[str]) -> tuple[str, str]:
    mark = f"mark-{number}"
    what = chance.choice(["create", "reply", "reply", "note", "update"])
    ticket = chance.choice(tickets)
    match what:
        case "create":
            return mark, f"create Something -- text «{mark}»"
        case "update":
            return mark, f"update {ticket} priority:high -- «{mark}»"
        case _:
            return mark, f"{what} {ticket} text «{mark}»"


def _texts(stack: Stack) -> list[str]:
    return [update["message"] for update in stack.desk()["updates"]]


def _open(stack: Stack) -> int:
    """How many actions and messages wait; cards keep a pace of their own, and may go on for minutes."""
    metrics = stack.http.get(f"{stack.bot_url}/metrics").text
    return sum(
        int(float(line.rsplit(" ", 1)[1]))
        for line in metrics.splitlines()
        if line.startswith("ticketbot_entries{")
        and 'state="waiting"' in line
        and ('"action"' in line or '"delivery"' in line)
    )
