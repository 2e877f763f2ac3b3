"""``ticketbot doctor``: looks at everything that an installation depends on, and says what to do about what is wrong.

It changes nothing, but for one private note on a ticket that the operator names. Whatever is broken, it ends with
findings: a check that itself breaks is a finding, too.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from bot.app import desks as vendors
from bot.app.doctor import helpdesks, privacy, slack
from bot.app.doctor import ledger as ledgers
from bot.app.doctor.findings import Finding, fine, skipped, warning, wrong
from bot.app.doctor.privacy import Announce
from bot.config import ConfigError, Settings, SocialBoardsTable, environment, load
from bot.dispatch import Desk
from bot.ledger import Ledger, LedgerError, maintenance

__all__ = ["Finding", "Wanted", "examine"]

_PATIENCE = 60.0
"""Seconds for one group of checks."""


@dataclass(frozen=True)
class Wanted:
    """What the operator asked to be looked at."""

    helpdesk: str | None = None
    """One alone; all, if not said."""
    ticket: str | None = None
    """Gets a private note, to see whether it comes back private."""
    by: str | None = None
    """The note's author, as the helpdesk knows them."""


async def examine(wanted: Wanted, announce: Announce) -> AsyncIterator[Finding]:
    """Everything that is found, one after the other; never raises."""
    env, settings = None, None
    try:
        env = environment()
        settings = load()
        yield fine("settings", f"Read from {' and '.join(settings.sources)}; nothing in them is unknown or half set.")
    except ConfigError as error:
        for problem in error.problems:
            yield wrong("settings", problem, "Correct it there; docs/configuration.md has every setting.")
    if env is not None:
        async for finding in _guarded("slack", slack.examine(env, settings)):
            yield finding
        async for finding in _guarded("ledger", ledgers.examine(env)):
            yield finding
    if settings is None:
        yield skipped("helpdesk", "The helpdesks are looked at once the settings are right.")
    elif wanted.helpdesk and wanted.helpdesk not in settings.helpdesks:
        names = ", ".join(settings.helpdesks)
        yield wrong("helpdesk", f"There is no helpdesk «{wanted.helpdesk}».", f"There are: {names}.")
    else:
        async for finding in _guarded("helpdesk", _helpdesks(settings, wanted, announce)):
            yield finding


async def _guarded(check: str, findings: AsyncIterator[Finding]) -> AsyncIterator[Finding]:
    """What is found, and if the looking itself breaks or takes for ever, that."""
    try:
        async with asyncio.timeout(_PATIENCE):
            async for finding in findings:
                yield finding
    except TimeoutError:
        yield wrong(check, f"No end after {_PATIENCE:.0f} seconds.", "Look at the network; run it again.")
    except Exception as error:
        yield wrong(check, f"The check itself broke: {type(error).__name__}: {error}", "Please report this as a bug.")


async def _helpdesks(settings: Settings, wanted: Wanted, announce: Announce) -> AsyncIterator[Finding]:
    if wanted.helpdesk:
        settings = replace(settings, helpdesks={wanted.helpdesk: settings.helpdesks[wanted.helpdesk]})
    async with _desks(settings) as (desks, problem):
        if problem is not None:
            yield warning("helpdesk.tokens", problem, "Put the ledger right first; it keeps SocialBoards' tokens.")
        async for finding in helpdesks.examine(settings, desks):
            yield finding
        if wanted.ticket:
            name = wanted.helpdesk or settings.default_helpdesk
            if name in desks:
                async for finding in privacy.examine(settings, desks[name], wanted.ticket, wanted.by, announce):
                    yield finding


@asynccontextmanager
async def _desks(settings: Settings) -> AsyncIterator[tuple[dict[str, Desk], str | None]]:
    """The helpdesks, with the ledger behind those that keep tokens in it; without those if it cannot be opened."""
    problem: str | None = None
    async with AsyncExitStack() as stack:
        ledger: Ledger | None = None
        if any(isinstance(table, SocialBoardsTable) for table in settings.helpdesks.values()):
            try:
                ledger = await _ledger(settings)
                stack.push_async_callback(ledger.close)
            except (LedgerError, OSError) as error:
                problem = f"SocialBoards is not looked at, because the ledger cannot be opened: {error}."
                left = {n: t for n, t in settings.helpdesks.items() if not isinstance(t, SocialBoardsTable)}
                settings = replace(settings, helpdesks=left)

        def tokens(name: str) -> vendors.LedgerTokens:
            assert ledger is not None  # only SocialBoards keeps tokens, and then it is open
            return vendors.LedgerTokens(ledger, name)

        desks = vendors.build(settings, tokens, vendors.no_files)
        for desk in desks.values():
            stack.push_async_callback(desk.helpdesk.close)
        yield desks, problem


async def _ledger(settings: Settings) -> Ledger:
    """Opened for writing, because tokens that are renewed must not be lost; where a bot owns it, to look only."""
    schema = await asyncio.to_thread(maintenance.schema, settings.database_url)
    if schema.has is not None and not schema.current:
        raise LedgerError(f"its schema is {schema.has} and not {schema.wants}")
    owned = await asyncio.to_thread(maintenance.owner, settings.database_url)
    return await Ledger.open(settings.database_url, state_dir=settings.state_dir, owner=not owned)
