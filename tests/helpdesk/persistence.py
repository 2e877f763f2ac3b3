"""Trying until it is done, as the ledger does: the next attempt with the same entry, once enough time has passed."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.errors import OutcomeUnknown, RateLimited, Unavailable
from bot.helpdesk import Journal
from bot.helpdesk.journal import NotYet
from bot.outcomes import Receipt
from tests.helpdesk.entries import Book, Entry

MOST = 6


def patience(fault: str) -> tuple[float, float]:
    """The time-out to give a helpdesk for a fault of that name, and the seconds it then still needs.

    Short where slowness is the fault; elsewhere long, so that a busy machine is not taken for one.
    """
    return (0.5, 0.8) if "slow" in fault else (5.0, 0.0)


async def persist(
    attempt: Callable[[Journal], Awaitable[Receipt]], entry: Entry, book: Book, *, lag: float = 0
) -> tuple[Receipt, int]:
    """The receipt in the end, and how many attempts it took.

    The bot's clock is set forward over the time to wait; ``lag`` are the real seconds a slow helpdesk needs meanwhile.
    """
    for number in range(1, MOST + 1):
        journal = entry.attempt()
        try:
            receipt = await attempt(journal)
        except (NotYet, OutcomeUnknown):
            await asyncio.sleep(lag)
            book.clock.pass_by(book.settle_after + 1)
        except RateLimited as error:
            book.clock.pass_by(error.retry_after)
        except Unavailable:
            book.clock.pass_by(1)
        else:
            entry.settle(journal)
            return receipt, number
    raise AssertionError("not done after many attempts")
