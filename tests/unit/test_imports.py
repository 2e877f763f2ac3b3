"""What a server loads, and what it does not."""

import subprocess
import sys

import pytest

from bot.imports import without

SERVER = """
import sys
from bot.imports import FOR_A_TERMINAL, without
with without(*FOR_A_TERMINAL):
    import bot.app.running
print(*sorted({name.partition(".")[0] for name in sys.modules if sys.modules[name] is not None}))
"""


def test_a_server_loads_nothing_that_colours_a_terminal_and_no_migrations() -> None:
    ran = subprocess.run([sys.executable, "-c", SERVER], capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.split())
    assert {"bot", "structlog", "httpx", "slack_bolt"} <= loaded
    assert not loaded & {"rich", "pygments", "sqlalchemy", "alembic", "psycopg", "pytest"}


def test_what_was_left_out_can_be_imported_afterwards() -> None:
    sys.modules.pop("this", None)
    with without("this", "json"), pytest.raises(ImportError):
        import this  # noqa: F401
    assert "this" not in sys.modules
    assert "json" in sys.modules, "what is there already stays"
