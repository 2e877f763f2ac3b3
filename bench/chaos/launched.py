"""The bot, started so that its disk can be filled: ``SIGUSR1`` leaves SQLite no page more, ``SIGUSR2`` sets it free.

``python -m bench.chaos.launched serve …``. `PRAGMA max_page_count` belongs to a connection
(https://www.sqlite.org/pragma.html#pragma_max_page_count), so it has to be set inside the process.
"""

import signal
import sqlite3
from contextlib import suppress
from pathlib import Path
from types import FrameType

from bot.__main__ import main
from bot.ledger import sqlite

_WITHOUT_END = 2**30
_writers: list[sqlite3.Connection] = []
_connect = sqlite.connect


def _remembered(database: Path, *, read_only: bool = False) -> sqlite3.Connection:
    connection = _connect(database, read_only=read_only)
    if not read_only:
        _writers.append(connection)
    return connection


def _limit(number: int, _: FrameType | None) -> None:
    for connection in _writers:
        with suppress(sqlite3.Error):  # closed, or in the middle of something: then the next signal does it
            most = _WITHOUT_END if number == signal.SIGUSR2 else 1  # no less than it has already
            connection.execute(f"PRAGMA max_page_count = {most}").fetchall()


if __name__ == "__main__":
    sqlite.connect = _remembered
    signal.signal(signal.SIGUSR1, _limit)
    signal.signal(signal.SIGUSR2, _limit)
    main()
