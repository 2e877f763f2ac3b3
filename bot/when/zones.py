"""Zone names people type: “Europe/Paris”, “UTC+2”, “ET”, “pacific time”."""

from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.when.errors import quoted, refusal
from bot.when.reading import Reading


def named(key: str) -> ZoneInfo:
    """The IANA zone of that name, whatever its case; raises ``WhenError`` (unknown-zone) where there is none."""
    for spelling in (key, _cased(key)):
        try:
            return ZoneInfo(spelling)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    raise refusal("unknown-zone", quoted(key))


_SMALL = {"au", "of", "es", "sur"}
_ODD = {"mcmurdo": "McMurdo", "dumontdurville": "DumontDUrville", "utc": "UTC", "gmt": "GMT", "uct": "UCT"}


def _cased(key: str) -> str:
    """A zone's name in the spelling of the IANA database: “america/port-au-prince” is America/Port-au-Prince."""
    parts = []
    for part in key.lower().split("/"):
        words = part.replace("-", "\0-\0").replace("_", "\0_\0").split("\0")
        parts.append("".join(w if w in _SMALL else _ODD.get(w, w.capitalize()) for w in words))
    return "/".join(parts)


def zone(r: Reading, i: int) -> int:
    """A zone, alone or in brackets."""
    if r.kinds[i] == "(":
        j = zone(r, i + 1) if r.kinds[i + 1] in {"zone", "iana"} else 0
        return j + 1 if j and r.kinds[j] == ")" else 0
    return 0


def _set(r: Reading, zone: tzinfo) -> None:
    if r.zone is not None:
        r.clash("two zones")
    r.zone = zone


def fixed(minutes: int) -> tzinfo:
    """A zone that is always so many minutes from UTC."""
    return timezone(timedelta(minutes=minutes))
