"""The audit log: who did what, when, seen by whom, and what became of it; without anybody's words unless asked for."""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from bot.ledger import Entry, Ledger
from bot.slack.intake import KIND

COLUMNS = (
    "id", "received_at", "settled_at", "state", "action", "helpdesk", "ticket", "visibility", "person", "person_name",
    "channel", "surface", "attempts", "code", "incident", "update_id", "new_ticket", "due", "decided_by", "forgotten",
    "marker",
)  # fmt: skip
WORDS = ("typed", "message")
"""What people wrote, and what they were told: in the log only where that was asked for."""

_PAGE = 500
_PUBLIC = frozenset({"create", "reply", "forward"})
_FORMULA = ("=", "+", "-", "@")
_LEADING = ("\t", "\r", "\n")
"""Some spreadsheets drop these before they look whether a cell is a formula."""


async def export(
    ledger: Ledger,
    *,
    since: datetime | None,
    until: datetime | None,
    format: str,  # noqa: A002 - what the option is called
    texts: bool,
    write: Callable[[str], None],
) -> int:
    """Write every action that was received from ``since`` on and before ``until``, the oldest first; how many.

    As ``csv`` or as JSON lines; an instant without a zone is taken as UTC.
    """
    columns = (*COLUMNS, *WORDS) if texts else COLUMNS
    if format == "csv":
        write(_csv_line(columns))
    count = 0
    async for entry in _actions(ledger, since, until):
        fact = fact_of(entry, texts=texts)
        write(_csv_line([_cell(fact[name]) for name in columns]) if format == "csv" else json.dumps(fact))
        count += 1
    return count


async def _actions(ledger: Ledger, since: datetime | None, until: datetime | None) -> AsyncIterator[Entry]:
    after = 0
    while page := await ledger.find(kind=KIND, since=_aware(since), until=_aware(until), after_id=after, limit=_PAGE):
        for entry in page:
            yield entry
        after = page[-1].id


def _aware(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at


def fact_of(entry: Entry, *, texts: bool = False) -> dict[str, Any]:
    """One action as the log has it."""
    body, outcome = entry.body, entry.outcome or {}
    receipt = outcome.get("receipt") or {}
    new_ticket = receipt.get("new_ticket") or {}
    note = entry.note or {}
    fact = {
        "id": entry.id,
        "received_at": entry.received_at.isoformat(),
        "settled_at": entry.settled_at.isoformat() if entry.settled_at else None,
        "state": entry.state,
        "action": action_of(entry),
        "helpdesk": body.get("helpdesk"),
        "ticket": ticket_of(entry),
        "visibility": visibility_of(entry),
        "person": entry.person,
        "person_name": entry.origin.get("user_name"),
        "channel": entry.origin.get("channel"),
        "surface": entry.origin.get("surface"),
        "attempts": entry.attempts,
        "code": outcome.get("code") or outcome.get("reason"),
        "incident": outcome.get("incident"),
        "update_id": receipt.get("update_id"),
        "new_ticket": new_ticket.get("ref"),
        "due": entry.due.isoformat() if entry.due else None,
        "decided_by": note.get("by") or note.get("discarded_by") or outcome.get("by"),
        "forgotten": bool(body.get("forgotten")),
        "marker": body.get("marker"),
    }
    if texts:
        fact["typed"] = body.get("typed")
        fact["message"] = outcome.get("message")
    return fact


def action_of(entry: Entry) -> str:
    """What was to be done: create, reply, note, …"""
    if "followup" in entry.body:
        return "followup"
    return str(_said(entry).get("action") or entry.kind)


def ticket_of(entry: Entry) -> str | None:
    """The ticket's reference, as the helpdesk gave it or as it was said."""
    receipt = (entry.outcome or {}).get("receipt") or {}
    kept = entry.body.get("followup") or {}
    found = (receipt.get("ticket") or {}).get("ref") or _said(entry).get("ref") or (kept.get("ticket") or {}).get("ref")
    return None if found is None else str(found)


def visibility_of(entry: Entry) -> str | None:
    """Who can see what was written: ``public`` includes the customer, ``private`` is staff alone; None: no words."""
    if "visibility" in entry.body:
        return str(entry.body["visibility"])
    said = _said(entry)
    action = action_of(entry)
    if action == "note":
        return "private"
    if action in _PUBLIC:
        return "public"
    values = {**said, **(said.get("values") or {}), **(entry.body.get("followup") or {})}
    if values.get("reply"):
        return "public"
    return "private" if values.get("note") or values.get("message") else None


def _said(entry: Entry) -> dict[str, Any]:
    said: dict[str, Any] = entry.body.get("command") or entry.body.get("form") or {}
    return said


def _csv_line(cells: tuple[str, ...] | list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)  # not every Python quotes line breaks other than its own line ends
    return line.getvalue().removesuffix("\r\n")


def _cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula (owasp.org/www-community/attacks/CSV_Injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_LEADING) or text.lstrip().startswith(_FORMULA) else text
