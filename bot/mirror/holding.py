"""Holding back what may be the bot's own: on its way and without an id yet, so that only its text can be compared.

Somebody else may have written the same text. So nothing is held back for ever, and it is looked at ever more rarely.
"""

from collections.abc import Mapping
from datetime import datetime

from bot.actions import Frozen

SOON = 2.0
"""Seconds after which what is held back is looked at again; each time twice as long, up to the slowest."""
SLOWEST = 60.0
GRACE = 900.0
"""Seconds beyond the time after which the bot itself looks up what became of a write: by then it has looked, even where
the helpdesk failed some times and it waits ever longer."""
LONGEST = 24 * 3600.0
"""Seconds while a person is asked whether it was written."""


class Held(Frozen):
    """What is held back of a ticket."""

    since: dict[str, float] = {}
    """Update to when it was held back first, in seconds since 1970."""
    pause: float = 0.0
    again: float = 0.0
    """When it is looked at again."""


def hold(
    doubtful: Mapping[str, bool], held: Held, now: datetime, *, settle_after: float, asked: datetime | None
) -> Held:
    """What is held back from now on.

    Args:
        doubtful: The updates that may be the bot's own, and whether a person is being asked about one.
        held: What was held back until now.
        now: When the look began.
        settle_after: The helpdesk's, in seconds.
        asked: For when this look was asked for, if it was; by another process's clock, maybe.
    """
    seconds = now.timestamp()
    since = {name: held.since.get(name, seconds) for name in doubtful}
    back = {
        name: at for name, at in since.items() if seconds - at < (LONGEST if doubtful[name] else settle_after + GRACE)
    }
    if not back:
        return Held()
    new = any(name not in held.since for name in back)
    pause = SOON if new else min(2 * held.pause, SLOWEST)
    came = asked is not None and asked.timestamp() + 1 >= held.again  # this is the look that was asked for
    coming = held.again > seconds and not came
    if coming and (not new or held.again <= seconds + pause):
        return held.model_copy(update={"since": back})
    return Held(since=back, pause=pause, again=seconds + pause)
