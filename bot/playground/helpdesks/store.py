"""Where a helpdesk keeps its data: one SQLite connection, used by one thread at a time."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

Values = Sequence[Any] | Mapping[str, Any]


class Store:
    """A SQLite file, or memory, with the tables of ``schema``.

    Writes are not synced to disk: what is stored survives the process, not a power cut. That is enough for a local
    server and keeps a write far below a millisecond.
    """

    def __init__(self, path: str, schema: str) -> None:
        self.path = path
        self._schema = schema
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF;")
        self._connection.executescript(schema + "CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT);")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is kept together, or not at all when an exception leaves the block."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def all(self, sql: str, values: Values = ()) -> list[sqlite3.Row]:
        """Every row of a query."""
        return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, values: Values = ()) -> sqlite3.Row | None:
        """The first row of a query, if any."""
        row: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def count(self, sql: str, values: Values = ()) -> int:
        """The first column of the first row, as a whole number; 0 without a row."""
        row = self.one(sql, values)
        return int(row[0] or 0) if row else 0

    def run(self, sql: str, values: Values = ()) -> int:
        """Run a statement and give the id of the row it inserted, if it did."""
        return self._connection.execute(sql, values).lastrowid or 0

    def insert(self, table: str, row: Mapping[str, Any]) -> int:
        """Add ``row`` to ``table`` and give its id. Table and column names are the program's own, never a caller's."""
        columns, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        return self.run(f"INSERT INTO {table} ({columns}) VALUES ({marks})", row)

    def change(self, table: str, key: int, row: Mapping[str, Any]) -> None:
        """Set the columns of ``row`` on the record with id ``key``; nothing when ``row`` is empty."""
        if row:
            sets = ", ".join(f"{name} = :{name}" for name in row)
            self.run(f"UPDATE {table} SET {sets} WHERE id = :id_", {**row, "id_": key})

    def kept(self, name: str, default: Any = None) -> Any:
        """A value kept by name (JSON), such as the clock's offset."""
        row = self.one("SELECT value FROM kept WHERE name = ?", (name,))
        return default if row is None else json.loads(row["value"])

    def keep(self, name: str, value: Any) -> None:
        """Keep a JSON value under a name."""
        self.run("INSERT OR REPLACE INTO kept VALUES (?, ?)", (name, json.dumps(value)))

    def clear(self) -> None:
        """Empty every table, so that ids start at one again."""
        tables = self.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        self._connection.executescript("".join(f'DROP TABLE "{table["name"]}";' for table in tables))
        self._connection.executescript(
            self._schema + "CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT);"
        )

    def close(self) -> None:
        """Close the connection; the store cannot be used afterwards."""
        self._connection.close()
