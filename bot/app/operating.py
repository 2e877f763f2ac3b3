"""The ledger, for whoever runs the bot: looking at it and steering it, beside a running bot or without one."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import typer
from rich.console import Console
from rich.table import Table

from bot.app import audit, discarding
from bot.ledger import Entry, Ledger, LedgerError, State, steer
from bot.ledger.steering import Verb, ledger_verbs
from bot.mirror.entries import CATCH_UP, LOOK, WATCH
from bot.slack.intake import KIND

Where = tuple[str, Path]

_UPKEEP = frozenset({WATCH, LOOK, CATCH_UP})
"""Kinds by which tickets and threads are kept the same; nobody asked for them, and nobody is told of them."""
_LARGEST = 2**63 - 1
"""An entry's number, in either database."""


@asynccontextmanager
async def _reading(where: Where) -> AsyncIterator[Ledger]:
    url, state_dir = where
    ledger = await Ledger.open(url, state_dir=state_dir, owner=False)
    try:
        yield ledger
    finally:
        await ledger.close()


async def listed(where: Where, *, state: str | None, limit: int, everything: bool) -> list[Entry]:
    """The latest entries."""
    async with _reading(where) as ledger:
        states = None if state is None else (cast("State", state),)
        return await ledger.find(states=states, kind=None if everything else KIND, limit=limit)


async def one(where: Where, entry: int) -> Entry:
    """One entry. Raises LedgerError where there is none."""
    async with _reading(where) as ledger:
        found = await ledger.get(entry) if 0 < entry <= _LARGEST else None
    if found is None:
        raise LedgerError(f"There is no entry {entry}.")
    return found


async def export(
    where: Where,
    *,
    since: datetime | None,
    until: datetime | None,
    format: str,  # noqa: A002 - what the option is called
    texts: bool,
    write: Callable[[str], None],
) -> None:
    """The audit log, the oldest first."""
    async with _reading(where) as ledger:
        await audit.export(ledger, since=since, until=until, format=format, texts=texts, write=write)


async def steered(where: Where, verb: str, entry: int, **more: Any) -> None:
    """Have it retried or discarded, by the running bot where there is one. Raises LedgerError, with the reason."""
    found = await one(where, entry)
    if found.kind in _UPKEEP:
        raise LedgerError(
            f"Entry {entry} ({found.kind}) is the bot's own upkeep, which goes on by itself; it cannot be steered. "
            "To have tickets compared with their threads now: ticketbot resync."
        )
    url, state_dir = where
    if not await steer(url, state_dir, verb, offering=_verbs, id=entry, **more):
        raise LedgerError(f"Entry {entry} is {found.state}, or is being sent right now: that cannot be done.")


def _verbs(ledger: Ledger) -> Mapping[str, Verb]:
    return {**ledger_verbs(ledger), **discarding.verbs(ledger)}


def as_dict(entry: Entry) -> dict[str, Any]:
    """An entry as operators see it."""
    body = entry.body
    return {
        "id": entry.id,
        "state": entry.state,
        "kind": entry.kind,
        "action": audit.action_of(entry),
        "helpdesk": body.get("helpdesk"),
        "ticket": audit.ticket_of(entry),
        "visibility": audit.visibility_of(entry) if entry.kind == KIND else None,
        "person": entry.person,
        "channel": entry.origin.get("channel"),
        "surface": entry.origin.get("surface"),
        "typed": body.get("typed"),
        "lane": entry.lane,
        "attempts": entry.attempts,
        "received_at": entry.received_at.isoformat(),
        "due": entry.due.isoformat() if entry.due else None,
        "next_try": entry.not_before.isoformat() if entry.not_before and entry.state == "waiting" else None,
        "settled_at": entry.settled_at.isoformat() if entry.settled_at else None,
        "outcome": entry.outcome,
        "note": entry.note,
        "marker": body.get("marker"),
    }


def print_entries(entries: list[Entry], *, as_json: bool) -> None:
    """As a table, or as JSON lines."""
    if as_json:
        for entry in entries:
            typer.echo(json.dumps(as_dict(entry), ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False)
    for column in ("id", "received", "state", "action", "ticket", "person", "tries"):
        table.add_column(column)
    for entry in entries:
        said = as_dict(entry)
        received = entry.received_at.astimezone().strftime("%d %b %H:%M:%S")
        table.add_row(
            str(entry.id),
            received,
            entry.state,
            said["action"],
            said["ticket"] or "",
            entry.person or "",
            str(entry.attempts),
        )
    Console().print(table if entries else "Nothing there.")


def print_entry(entry: Entry, *, as_json: bool) -> None:
    """Everything that is known of it."""
    if as_json:
        typer.echo(json.dumps(as_dict(entry), ensure_ascii=False))
        return
    for name, value in as_dict(entry).items():
        if value is not None:
            shown = json.dumps(value, ensure_ascii=False, indent=2) if isinstance(value, dict) else value
            typer.echo(f"{name:12} {shown}")
