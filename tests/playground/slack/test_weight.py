"""How much the page weighs on its way to the browser."""

import gzip
from pathlib import Path

import bot.playground

STATIC = Path(bot.playground.__file__).parent / "static"


def test_the_page_ships_less_than_100_kb_of_javascript() -> None:
    """As it is sent: compressed, as the server answers every browser that takes it."""
    assert sum(len(gzip.compress(file.read_bytes())) for file in STATIC.rglob("*.js")) < 100_000
