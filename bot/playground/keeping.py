"""Keeping the workspace over restarts, in one JSON file."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.playground.store import Workspace

_WORKSPACE = TypeAdapter(Workspace)
EVERY = 2.0
"""Seconds between looks at whether something changed."""


def load(path: Path, into: Workspace) -> bool:
    """Fill a workspace from the file; False, and nothing is touched, when there is none that can be read."""
    try:
        kept = _WORKSPACE.validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return False
    vars(into).update(vars(kept))
    return True


def save(path: Path, workspace: Workspace) -> None:
    """Write the file, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    draft.write_bytes(_WORKSPACE.dump_json(workspace))
    draft.replace(path)


async def keep(path: Path, workspace: Workspace, version: Callable[[], int]) -> None:
    """Save whenever ``version`` has changed, until cancelled; then once more."""
    saved = -1
    try:
        while True:
            await asyncio.sleep(EVERY)
            if version() != saved:
                saved = version()
                save(path, workspace)
    finally:
        save(path, workspace)
