"""An operator has an action discarded: whoever asked for it is told, and what showed it is brought up to date."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.ledger import Ledger
from bot.slack.buttons import show_decision
from bot.slack.discarded import given_back


def verbs(ledger: Ledger) -> Mapping[str, Callable[..., Awaitable[Any]]]:
    """``discard`` as operators mean it, in place of the ledger's own; it needs no settings."""

    async def discard(*, id: int, by: str) -> bool:  # noqa: A002 - what everybody calls it
        entry = await ledger.get(id)
        told, draft = ((), ()) if entry is None else given_back(entry)
        done = await ledger.discard(id, by, then=told, keep=draft)
        if done and told and entry is not None:
            await show_decision(ledger, entry, done=False)
        return done

    return {"discard": discard}
