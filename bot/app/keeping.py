"""What is kept how long, and how one person's data is deleted."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.app.audit import action_of, ticket_of, visibility_of
from bot.ledger import Entry, Facts, Kept, Ledger, LedgerError, steer
from bot.mirror.links import LINKED, LINKS
from bot.slack.cards.facts import TICKETS
from bot.slack.forms.drafts import NAMESPACE as DRAFTS
from bot.slack.home.publishing import COVERED, HOMES
from bot.slack.intake import KIND
from bot.slack.threads.mirrored import ASKED
from bot.slack.threads.withdrawing import NEWER

log = structlog.get_logger()

FORGETTING = "forgetting"
"""Under which the ledger keeps who is to be forgotten once what they asked for is over."""
VERB = "forget_person"
"""By which another process has it done by the one that owns a SQLite ledger."""

_EVERY = 3600.0
"""Seconds between two tidyings."""
_FACTS_OF_BODY = ("marker", "helpdesk", "received_at")
_FACTS_OF_OUTCOME = ("state", "code", "incident", "reason")
_FACTS_OF_RECEIPT = ("ticket", "update_id", "new_ticket", "run_at")


async def tidy(ledger: Ledger, *, actions: timedelta, messages: timedelta) -> None:
    """For as long as the bot runs: delete what is older than it has to be, and finish forgetting who is to be."""
    while True:
        try:
            if deleted := await ledger.prune(actions, messages=messages):
                log.info("ledger.pruned", entries=deleted)
            for person, request in (await ledger.kept_all(FORGETTING)).items():
                await forget(ledger, person, upto=request["upto"])
        except LedgerError:
            log.warning("prune.not_now", exc_info=True)
        await asyncio.sleep(_EVERY)


async def forget(ledger: Ledger, person: str, *, names: Sequence[str] = (), upto: int | None = None) -> dict[str, int]:
    """Delete a person's words, name and drafts; the facts of what they did stay, without saying who it was.

    Args:
        ledger: Opened for writing.
        person: Their Slack user id.
        names: What they are called, where tickets' cards may still say so.
        upto: Entries after this one are left alone; all there are now, if not given.

    Returns:
        How many entries were ``changed``, how many ``stay`` because they are not over (they follow by themselves), and
        how many ``drafts`` (and messages that wait for their author) and ``names`` on tickets were deleted.
    """
    if upto is None:
        upto = await _latest(ledger, person)
    unnamed = await _names_on_tickets(ledger, person, {*names})
    drafts = 0
    for namespace in (DRAFTS, ASKED, NEWER):
        for key, value in (await ledger.kept_all(namespace)).items():
            if value.get("user") == person:
                await ledger.forget(namespace, key)
                drafts += 1
    for namespace in (LINKS, LINKED):
        for key, value in (await ledger.kept_all(namespace)).items():
            if value.get("by") == person:
                await ledger.keep(Kept(namespace, key, {**value, "by": ""}))
    for namespace in (HOMES, COVERED):
        await ledger.forget(namespace, person)
    changed, stay = await ledger.forget_person(person, facts_of, upto=upto)
    if stay:
        await ledger.keep(Kept(FORGETTING, person, {"upto": upto}))
    else:
        await ledger.forget(FORGETTING, person)
    return {"changed": changed, "stay": stay, "drafts": drafts, "names": unnamed}


async def _latest(ledger: Ledger, person: str) -> int:
    latest = await ledger.find(person=person, limit=1)
    asked = await ledger.kept(FORGETTING, person) or {"upto": 0}
    return max(int(asked["upto"]), latest[0].id if latest else 0)


async def _names_on_tickets(ledger: Ledger, person: str, names: set[str]) -> int:
    """Take their name off the tickets that they had opened; what they are called is learned from those."""
    tickets = await ledger.kept_all(TICKETS)
    theirs = set()
    after = 0
    while page := await ledger.find(person=person, kind=KIND, after_id=after, limit=500):
        after = page[-1].id
        theirs |= {f"{entry.body.get('helpdesk')}/{ticket_of(entry)}" for entry in page if action_of(entry) == "create"}
    names |= {tickets[key]["by"] for key in theirs if key in tickets and tickets[key].get("by")}
    named = {key: value for key, value in tickets.items() if value.get("by") in names and value.get("by")}
    for key, value in named.items():
        await ledger.keep(Kept(TICKETS, key, {**value, "by": None}))
    return len(named)


def facts_of(entry: Entry) -> Facts | None:
    """What the audit log keeps of an action whose person is forgotten; of a message to Slack nothing."""
    if entry.kind != KIND:
        return None
    body = {name: entry.body[name] for name in _FACTS_OF_BODY if name in entry.body}
    outcome = entry.outcome or {}
    left = {name: outcome[name] for name in _FACTS_OF_OUTCOME if name in outcome}
    if receipt := outcome.get("receipt"):
        left["receipt"] = {name: receipt[name] for name in _FACTS_OF_RECEIPT if receipt.get(name) is not None}
    channel = str(entry.origin.get("channel") or "")
    return Facts(
        body={
            **body,
            "command": {"action": action_of(entry), "ref": ticket_of(entry)},
            "visibility": visibility_of(entry),
        },
        origin={
            "surface": entry.origin.get("surface"),
            "team": entry.origin.get("team"),
            "channel": "" if channel.startswith("D") else channel,  # a direct message's id is as good as a name
            "user": "",
        },
        outcome=left if entry.outcome is not None else None,
    )


def verbs(
    ledger: Ledger, *, forgotten: Callable[[str], None] = lambda _: None
) -> Mapping[str, Callable[..., Awaitable[Any]]]:
    """What the owner of a SQLite ledger does for ``ticketbot people``; ``forgotten`` is told the person."""

    async def forget_person(*, person: str, names: list[str]) -> dict[str, int]:
        forgotten(person)
        return await forget(ledger, person, names=names)

    return {VERB: forget_person}


async def forgetting(where: tuple[str, Path], person: str, names: Sequence[str]) -> dict[str, int]:
    """Have somebody forgotten, by the running bot where one owns the ledger."""
    url, state_dir = where
    done: dict[str, int] = await steer(url, state_dir, VERB, offering=verbs, person=person, names=list(names))
    return done
