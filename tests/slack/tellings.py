"""What it takes to perform an entry for a thread: the entry, and who reads along there."""

from datetime import UTC, datetime
from typing import Any

from bot.errors import Unavailable
from bot.ledger import Entry


class Readers:
    """Says who sees a channel; ``None`` says that nobody knows."""

    def __init__(self, answer: bool | None) -> None:
        self._answer = answer

    async def shared(self, channel: str) -> bool:
        if self._answer is None:
            raise Unavailable("away")
        return self._answer

    async def alone(self, channel: str) -> str | None:
        return None


def running(origin: dict[str, Any]) -> Entry:
    """An entry that is performed now."""
    now = datetime.now(UTC)
    return Entry(
        id=1, key="k", lane="l", kind="telling", body={}, origin={"channel": "C0SUPPORT", **origin}, person=None,
        state="running", attempts=0, received_at=now, due=None, not_before=None, position=0, progress={}, outcome=None,
        note=None, told=False, updated_at=now, settled_at=None,
    )  # fmt: skip
