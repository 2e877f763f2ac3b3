"""The way from tickets to threads, put together: who watches, who looks, and who says it in Slack."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.actions import Ticket
from bot.app.mirroring import back
from bot.config import Settings
from bot.dispatch import Desk
from bot.grammar.references import read_reference
from bot.ledger import Ledger, LedgerError, NewEntry, Perform, steer
from bot.mirror.entries import LOOK, WATCH, catch_up, look, watch, watch_key
from bot.mirror.links import LINKED, Link, Links
from bot.mirror.looking import Looking
from bot.mirror.policy import Policies
from bot.mirror.watching import Pace, Watching
from bot.slack.cards.places import upkeep_of
from bot.slack.deliver import Deliverer
from bot.slack.directory import Directory
from bot.slack.threads.readers import Readers
from bot.slack.threads.telling import KIND as TELLING
from bot.slack.threads.telling import Teller, Tellings
from bot.slack.threads.uploading import KIND as UPLOAD
from bot.slack.threads.uploading import Uploads

log = structlog.get_logger()

VERB = "resync"
_EVERY = 60.0
"""Seconds between two looks at whether every helpdesk is watched."""
_PATIENCE = 120.0
"""Seconds for which a comparison that was asked for is waited for."""


def performs(
    settings: Settings,
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    ledger: Ledger,
    desks: Mapping[str, Desk],
    directory: Directory,
    deliverer: Deliverer,
    policies: Policies,
) -> Mapping[str, Perform]:
    """Who performs the entries by which changes on tickets get to their threads."""
    helpdesks = {name: desk.helpdesk for name, desk in desks.items()}
    threads = settings.file.threads
    pace = Pace(active=timedelta(seconds=threads.active), idle=timedelta(seconds=threads.idle))
    readers = Readers(client, directory)

    async def refresh(ticket: Ticket, because: str) -> Sequence[NewEntry]:
        return await upkeep_of(ledger, ticket, because=because)

    looking = Looking(
        ledger,
        helpdesks,
        policies,
        readers,
        tell=Teller(settings.file.timezone).entries,
        refresh=refresh,
        back=back(settings.file.retention_messages),
    )
    uploads = Uploads(client, session, helpdesks, readers, policies, hosts=settings.slack_hosts)
    return {
        WATCH: Watching(ledger, helpdesks, pace).perform,
        LOOK: looking.perform,
        TELLING: Tellings(deliverer.perform, readers, policies).perform,
        UPLOAD: uploads.perform,
    }


async def begin(ledger: Ledger, desks: Mapping[str, Desk]) -> None:
    """Have every helpdesk watched, if it is not yet, and take operators' wishes."""
    await ledger.record([watch(name) for name in desks])
    if ledger.steering is not None:
        ledger.steering.verbs[VERB] = partial(resync, ledger)


async def stay(ledger: Ledger, helpdesks: Iterable[str], *, every: float = _EVERY) -> None:
    """For as long as the bot runs: begin again where the watching of a helpdesk was ended, by whatever it was."""
    while True:
        await asyncio.sleep(every)
        try:
            if gone := await unwatched(ledger, helpdesks):
                await ledger.record([watch(name) for name in gone])
                log.warning("watch.begun_again", helpdesks=gone)
        except LedgerError:
            log.warning("watch.not_now", exc_info=True)


async def unwatched(ledger: Ledger, helpdesks: Iterable[str]) -> list[str]:
    """Those that nobody watches."""
    return [name for name in helpdesks if await ledger.live(watch_key(name)) is None]


def refresh(ticket: Ticket) -> NewEntry:
    """Have a ticket compared with its threads now."""
    return look(ticket, because=f"asked:{uuid4().hex[:12]}")


async def resync(ledger: Ledger, ticket: str | None = None) -> list[dict[str, Any]]:
    """Compare linked tickets and their threads again, have what is missing brought over, and say what was done.

    Args:
        ledger: Opened for writing; somebody has to work on it.
        ticket: A reference, as people type it; every linked ticket without one.

    Raises:
        LedgerError: no such ticket is linked, or there is no such helpdesk.
        TimeoutError: nobody works on it.
    """
    links = [Link.model_validate(value) for value in (await ledger.kept_all(LINKED)).values()]
    tickets = {link.ticket for link in links}
    if ticket and ticket.strip():
        tickets = await _named(ledger, ticket.strip(), tickets)
    found = sorted(tickets, key=lambda each: (each.helpdesk, each.ref))
    run = uuid4().hex[:12]
    looks = await ledger.record([look(each, because=f"resync:{run}", resync=True) for each in found])
    # A thread may hear of more tickets, while what is said in it is for its own alone.
    own = [each for each in links if each.ticket in tickets and await _is_own(ledger, each)]
    reads = await ledger.record([catch_up(each.thread, because=f"resync:{run}") for each in own])
    async with asyncio.timeout(_PATIENCE):
        read = [(each, await _outcome(ledger, its.id)) for each, its in zip(own, reads, strict=True)]
        return [
            {
                "helpdesk": each.helpdesk,
                "ticket": each.ref,
                **await _outcome(ledger, its.id),
                "threads": [
                    {"channel": link.thread.channel, "thread": link.thread.ts, **outcome}
                    for link, outcome in read
                    if link.ticket == each
                ],
            }
            for each, its in zip(found, looks, strict=True)
        ]


async def _named(ledger: Ledger, said: str, tickets: Iterable[Ticket]) -> set[Ticket]:
    """The linked tickets that are meant by ``AB-1``, ``#1`` or ``support:AB-1``."""
    meant = read_reference(said)
    helpdesk, ref = (meant.helpdesk, meant.ref) if meant else (None, said)
    if helpdesk:
        watches = await ledger.find(states=["waiting"], kind=WATCH)
        there = {each.helpdesk for each in tickets} | {str(entry.body["helpdesk"]) for entry in watches}
        if helpdesk not in there:
            names = ", ".join(sorted(there)) or "none"
            raise LedgerError(f"There is no helpdesk «{helpdesk}»; there are: {names}.")
    wanted = ref.casefold()
    found = {each for each in tickets if each.ref.casefold() == wanted and each.helpdesk == (helpdesk or each.helpdesk)}
    if not found:
        raise LedgerError(f"{said} is not linked to any thread.")
    return found


async def _is_own(ledger: Ledger, link: Link) -> bool:
    here = await Links(ledger).of_thread(link.thread)
    return here is not None and here.ticket == link.ticket


async def _outcome(ledger: Ledger, id_: int) -> dict[str, Any]:
    while True:
        entry = await ledger.get(id_)
        if entry is None or entry.settled_at is not None:
            return (entry.outcome or {}) if entry else {"how": "unknown"}
        await asyncio.sleep(0.1)


async def resynced(where: tuple[str, Path], ticket: str | None) -> list[dict[str, Any]]:
    """The same for an operator, by the running bot. Raises LedgerError, with the reason."""
    url, state_dir = where
    if url.startswith("sqlite"):
        done: list[dict[str, Any]] = await steer(url, state_dir, VERB, ticket=ticket)
        return done
    ledger = await Ledger.open(url, state_dir=state_dir, make=False)
    try:
        return await resync(ledger, ticket)
    except TimeoutError:
        raise LedgerError("nobody has worked on it for two minutes; is the bot running?") from None
    finally:
        await ledger.close()


def lines(done: Sequence[Mapping[str, Any]], *, as_json: bool) -> list[str]:
    """What comparisons came to, for programs or for people."""
    if as_json:
        return [json.dumps(each, ensure_ascii=False) for each in done]
    return [_line(each) for each in done] or ["No ticket is linked to a thread."]


def _line(done: Mapping[str, Any]) -> str:
    name = f"{done['helpdesk']} {done['ticket']}"
    if done.get("how") != "compared":
        return f"{name}: {done.get('how') or 'unknown'}"
    told = done["told"]
    what = f"{_messages(told)} on the way" if told else "nothing was missing"
    said = [f"{name}: {done['updates']} updates compared, {what}"]
    for each in done.get("threads") or ():
        if each.get("how") == "failed":
            said.append(f"a thread in {each['channel']} could not be read ({each.get('error')})")
        elif each.get("taken"):
            said.append(f"{_messages(each['taken'])} of a thread in {each['channel']} now on the way to it")
    return "; ".join(said)


def _messages(count: int) -> str:
    return f"{count} {'message' if count == 1 else 'messages'}"
