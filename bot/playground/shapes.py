"""The loose shape of what goes over the wire; parts of it are read where they are needed."""

from typing import Any

JSON = dict[str, Any]


def words(text: str) -> frozenset[str]:
    """The words of ``text``, for tables of names."""
    return frozenset(text.split())
