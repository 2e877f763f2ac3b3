"""Changing the ledger from another process: through its owner, or directly where nobody owns it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from bot.ledger.entries import Json
from bot.ledger.errors import LedgerError
from bot.ledger.ledger import Ledger
from bot.ledger.opening import database_url
from bot.ledger.steering import Verb, ask_owner, ledger_verbs


async def steer(
    url: str,
    state_dir: Path,
    verb: str,
    *,
    offering: Callable[[Ledger], Mapping[str, Verb]] = ledger_verbs,
    **args: Json,
) -> Json:
    """Do ``retry``, ``discard``, ``answer``, or what the running bot added; without one, what ``offering`` has.

    Nothing is made or migrated for it. Raises `LedgerError` where it cannot be done, with the reason.
    """
    if database_url(url).drivername == "sqlite":
        try:
            return await ask_owner(state_dir, verb, args)
        except (ConnectionRefusedError, FileNotFoundError):
            pass  # nobody owns it, so we may
    ledger = await Ledger.open(url, state_dir=state_dir, make=False)
    try:
        verbs = offering(ledger)
        if verb not in verbs:
            raise LedgerError(f"{verb} needs the bot to be running")
        return await verbs[verb](**args)
    finally:
        await ledger.close()
