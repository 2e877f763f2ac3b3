"""A process that records and works, to be killed; its «helpdesk» is a file that each effect is appended to.

    python -m tests.ledger.effects URL STATE_DIR RUN LANES

With lanes it records entries into them, one after the other in each, and writes down in ``acknowledged`` what was
recorded. With none it only works. It goes on until it is killed.
"""

import asyncio
import os
import sys
from itertools import count
from pathlib import Path

from bot.ledger import Claim, Entry, Ledger, NewEntry, Settle, Settlement, Worker


class Effects:
    """Lines in a file: a write with O_APPEND is there whole when it returns, whatever becomes of the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def add(self, line: str) -> None:
        os.write(self._file, f"{line}\n".encode())

    def lines(self) -> list[str]:
        return self._path.read_text().splitlines()


async def main(url: str, state_dir: Path, run: int, lanes: int) -> None:
    acknowledged = Effects(state_dir / "acknowledged")
    effects = Effects(state_dir / "effects")
    ledger = await Ledger.open(url, state_dir=state_dir)

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        if entry.progress:  # another process came this far: look before doing it again
            done = any(line.startswith(f"{entry.lane} {entry.key} ") for line in effects.lines())
            effects.add(f"{'adopted' if done else 'repeated'} {entry.key} {run}")
            if done:
                return Settle(state="done", outcome={"by": "reconciling"})
        await claim.save({"sent_by": run})
        await asyncio.sleep(0.001)
        effects.add(f"{entry.lane} {entry.key} {run}")
        await asyncio.sleep(0.001)
        return Settle(state="done", outcome={}, then=(NewEntry(f"d/{entry.key}", "C1", "delivery", {}),))

    async def deliver(entry: Entry, claim: Claim) -> Settlement:
        return Settle(state="done", outcome={})

    async def record(lane: int) -> None:
        for number in count():
            key = f"{lane}/{run}/{number}"
            await ledger.record([NewEntry(key, f"L{lane}", "action", {})])
            acknowledged.add(key)
            await asyncio.sleep(0.005)

    await Worker(ledger, {"action": perform, "delivery": deliver}).start()
    os.write(sys.stdout.fileno(), b"started\n")
    await asyncio.gather(*[record(lane) for lane in range(lanes)], asyncio.Event().wait())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
