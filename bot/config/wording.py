"""What is wrong with a configuration, in words for whoever edits it, and on which line."""

import re
from pathlib import Path
from typing import Any

_TYPES = {
    "extra_forbidden": "there is no such setting",
    "union_tag_not_found": 'kind must be "sirportly" or "socialboards"',
    "union_tag_invalid": 'kind must be "sirportly" or "socialboards"',
    "missing": "must be set",
    "string_type": "must be text, in quotes",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "tuple_type": 'must be a list, such as ["…", "…"]',
    "frozen_set_type": 'must be a list, such as ["…", "…"]',
    "dict_type": "must be a table, with names and what they mean",
    "model_type": "must be a table, with names and what they mean",
    "model_attributes_type": "must be a table, with names and what they mean",
}


def words(error: Any) -> str:
    """pydantic's finding in words."""
    context = error.get("ctx") or {}
    match error["type"]:
        case "literal_error" | "enum":
            return f"must be one of {context['expected']}."
        case "value_error":
            return f"{context['error']}."
        case "greater_than_equal":
            return f"must be {context['ge']:g} or more."
        case "greater_than":
            return f"must be more than {context['gt']:g}."
        case "less_than_equal":
            return f"must be {context['le']:g} or less."
        case known if known in _TYPES:
            return f"{_TYPES[known]}."
        case _:
            return f"{error['msg'][:1].lower()}{error['msg'][1:]}."


def located(path: Path, text: str, error: Any) -> str:
    """pydantic's finding about a TOML text, with its line."""
    keys = [str(part) for part in error["loc"] if part != "[key]"]
    if keys[:1] == ["helpdesks"] and keys[2:3] in (["sirportly"], ["socialboards"]):
        del keys[2]  # not a key of the file: it says which kind of helpdesk was looked at
    line = line_of(text, keys)
    where = f"{path}:{line}" if line else str(path)
    return f"{where}: {'.'.join(keys)}: {words(error)}"


_KEY = r"""(?:"[^"]*"|'[^']*'|[\w-]+)"""
"""One key of TOML, with its quotes; what is escaped in it is not looked at."""


def line_of(text: str, keys: list[str]) -> int | None:
    """The line of a TOML text on which the setting stands that ``keys`` lead to, or the nearest table above it."""
    table: list[str] = []
    best: tuple[int, int] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if header := re.fullmatch(r"\[+\s*([^\]]+?)\s*\]+(?:\s*#.*)?", bare):
            table = _split(header[1])
            path = table
        elif assigned := re.match(rf"({_KEY}(?:\s*\.\s*{_KEY})*)\s*=", bare):
            path = [*table, *_split(assigned[1])]
        else:
            continue
        shared = next((at for at, pair in enumerate(zip(path, keys, strict=False)) if pair[0] != pair[1]), None)
        depth = min(len(path), len(keys)) if shared is None else 0
        if depth == len(path) and depth and (best is None or depth > best[0]):
            best = (depth, number)
    return best[1] if best else None


def _split(dotted: str) -> list[str]:
    return [part[1:-1] if part[0] in "\"'" else part for part in re.findall(_KEY, dotted)]
