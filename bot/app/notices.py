"""Telling people that something takes longer than they would expect."""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog

from bot.ledger import Ledger, LedgerError
from bot.slack.results import Results
from bot.slack.threads.speaking import is_said, slow

log = structlog.get_logger()

TELL_AFTER = timedelta(seconds=2)
"""An action that is not settled by then is said to be under way."""
_TELL_EVERY = 1.0


async def tell_of_delays(ledger: Ledger, results: Results) -> None:
    """Say of actions that take long that they are under way: once each, and of many of one person's in one message."""
    while True:
        try:
            now = datetime.now(UTC)
            overdue = [each for each in await ledger.overdue(TELL_AFTER) if not is_said(each) or slow(each, now)]
            ours = await ledger.mark_told(*(entry.id for entry in overdue))
            if notices := results.under_way_all([entry for entry in overdue if entry.id in ours]):
                await ledger.record(notices)
        except LedgerError:
            log.warning("tell.not_now", exc_info=True)
        await asyncio.sleep(_TELL_EVERY)
