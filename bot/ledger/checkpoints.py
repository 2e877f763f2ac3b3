"""Copies what is in SQLite's log into the database, beside the thread that writes.

A commit that finds a thousand pages in the log does it itself (https://www.sqlite.org/wal.html#ckpt), and whoever waits
for that commit waits for two more fsyncs and four megabytes. A checkpoint over another connection delays nobody.
"""

import contextlib
import sqlite3
import threading

_EVERY = 1.0
"""Seconds between two, while something is written."""
LARGEST_LOG = 8_000
"""Pages, after which a commit helps all the same: under load that never ends a checkpoint is overtaken."""


class Checkpoints:
    """A thread with a connection of its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._written = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="ledger-checkpoints", daemon=True)
        self._thread.start()

    def written(self) -> None:
        """Something was committed."""
        self._written.set()

    def close(self) -> None:
        """Wait for the one that runs, and close the connection."""
        self._stopping.set()
        self._written.set()
        self._thread.join()
        self._connection.close()

    def _work(self) -> None:
        while not self._stopping.wait(_EVERY):
            self._written.wait()
            self._written.clear()
            if not self._stopping.is_set():
                with contextlib.suppress(sqlite3.Error):  # a full disk is the writer's to say; the log keeps everything
                    self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
