"""What a running bot answers the doctor, who may not use its tokens."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.dispatch import Desk
from bot.errors import HelpdeskError, UserError
from bot.ledger import LedgerError

VERB = "verify"


def verb(desks: Mapping[str, Desk]) -> dict[str, Callable[..., Awaitable[Any]]]:
    """The verb: whether a helpdesk is reached with good credentials."""

    async def verify(*, name: str) -> dict[str, str] | None:
        try:
            await desks[name].helpdesk.verify()
        except (HelpdeskError, UserError, LedgerError) as error:
            return {"error": type(error).__name__, "says": str(error)}
        return None

    return {VERB: verify}
