"""What ``ticketbot when`` prints: the understood moment, or the error, as JSON."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from bot.when import WhenError, understand


def answer(text: str, *, tz: str, now: datetime | None = None) -> dict[str, Any]:
    """``{"at", "offset", "date_only", "warnings"}`` for words that are understood, else ``{"error", "message"}``.

    ``at`` is ISO 8601 with its offset. Without ``now`` it is the clock's.
    """
    try:
        moment = understand(text, now=now or datetime.now(UTC), tz=tz)
    except WhenError as error:
        return {"error": error.code, "message": error.message}
    offset = moment.offset and {"amount": moment.offset.amount, "unit": moment.offset.unit}
    return {
        "at": moment.at.isoformat(),
        "offset": offset,
        "date_only": moment.date_only,
        "warnings": list(moment.warnings),
    }


def batch(lines: Iterable[str]) -> Iterator[str]:
    """One JSON answer per JSON line of ``{"text", "tz", "now"}``; any other line is answered by an error."""
    for line in lines:
        if line.strip():
            yield json.dumps(_line(line), ensure_ascii=False)


def _line(line: str) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        text, tz, now = asked["text"], asked.get("tz", "UTC"), asked.get("now")
        if not isinstance(text, str) or not isinstance(tz, str):
            raise TypeError
        moment = None if now is None else datetime.fromisoformat(now)
        if moment is not None and moment.tzinfo is None:
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError):
        return {
            "error": "bad-line",
            "message": 'Each line is JSON: {"text": …, "tz": "Europe/London", "now": "ISO 8601"}.',
        }
    return answer(text, tz=tz, now=moment)
