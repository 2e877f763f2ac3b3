"""What is imported, and what is better left where it is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

FOR_A_TERMINAL = ("rich", "pygments")
"""structlog and httpx load them where they are installed: 3 MB and 70 ms of a server that colours nothing."""


@contextmanager
def without(*modules: str) -> Iterator[None]:
    """Import something as if these were not installed, which it uses only where it finds them."""
    absent = [name for name in modules if name not in sys.modules]
    for name in absent:
        sys.modules[name] = None  # type: ignore[assignment]  # docs.python.org/3/reference/import.html#the-module-cache
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
