"""Looking what became of a write that got no answer. Pure: the reads are the adapter's."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.helpdesk.journal import Doubt
from bot.helpdesk.socialboards.decode import moment, tag_names

SKEW = timedelta(minutes=5)
"""How far the helpdesk's clock may be from ours."""
WIDE = timedelta(hours=1)
"""The same where a marker tells anyway which it is, so that looking far costs nothing but a longer list."""


def window(sent: datetime, now: datetime) -> dict[str, str]:
    """The creation times between which a ticket that was sent then must lie, always with an offset."""
    return {"from": (sent - WIDE).isoformat(), "to": (now + WIDE).isoformat()}


def is_tagged(record: Mapping[str, Any], tag: str) -> bool:
    """Whether a ticket carries the marker."""
    return tag.casefold() in {each.casefold() for each in tag_names(record)}


def is_reply(record: Mapping[str, Any], body: Mapping[str, Any], sent: datetime) -> bool:
    """Whether this reply is the one that was sent: text, author, time."""
    at = moment(record.get("creationTime"))
    texts = {_text(record.get("message")), _text(record.get("htmlMessage"))}
    return (
        _text(body["message"]) in texts
        and _is_by(record.get("author"), body)
        and (at is None or at >= sent - SKEW)
        and not (record.get("properties") or {}).get("isDraft")
    )


def none_logged(entries: Iterable[Mapping[str, Any]], body: Mapping[str, Any], sent: datetime, *, doing: str) -> None:
    """Make sure that the log knows of no reply that could be this one.

    The log carries neither texts nor ids, so it can tell that there is none, but not whose one is.

    Raises:
        Doubt: there is one.
    """
    for each in entries:
        at = moment(each.get("time"))
        if _is_by(each.get("user"), body) and (at is None or at >= sent - SKEW):
            raise Doubt(doing)


def _is_by(user: Any, body: Mapping[str, Any]) -> bool:
    return isinstance(user, dict) and str(user.get("email")).casefold() == str(body["author"]["email"]).casefold()


def _text(value: Any) -> str:
    return str(value or "").replace("\r\n", "\n").strip()
