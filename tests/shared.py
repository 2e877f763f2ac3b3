"""Where the facts are that the code did not write; tests that need them are skipped where they are not at hand."""

import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared reference material is not beside the project")


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of one file of test data; none where the material is not at hand."""
    path = SHARED / "test-data" / name
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
