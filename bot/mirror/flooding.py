"""A breaker for each thread: whatever writes to itself in circles, people are not drowned in it.

What comes while a thread is quiet is never told there, on purpose: it is counted, the number is told afterwards, and
the ticket itself shows all of it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.actions import Frozen
from bot.mirror.tellings import News

MOST = 30
"""Posts within a minute."""
WITHIN = 60.0
PAUSE = timedelta(minutes=5)


class Flow(Frozen):
    """What has gone into a thread lately."""

    posts: tuple[float, ...] = ()
    """When the latest of what was told happened, in seconds since 1970."""
    until: float | None = None
    """Nothing is told until then."""
    held: int = 0
    """How much was left out meanwhile."""


def let_through(flow: Flow, news: Sequence[News], now: datetime) -> tuple[tuple[News, ...], Flow]:
    """What of this is told, the breaker's own words with it, and how it stands then; the rest is only counted.

    It counts when something happened and not when it is told: after an outage much comes at once that did not.
    """
    seconds = now.timestamp()
    out: list[News] = []
    if flow.until is not None and flow.until <= seconds:
        if flow.held:
            things = "one more thing" if flow.held == 1 else f"{flow.held} more things"
            text = f"While it was quiet here, {things} happened; the ticket itself shows all of it."
            out.append(News(key=f"summary:{int(flow.until)}", kind="summary", text=text))
        flow = Flow()
    posts = list(flow.posts)
    for each in news:
        if flow.until is not None:
            flow = flow.model_copy(update={"held": flow.held + 1})
            continue
        at = (each.at or now).timestamp()
        if sum(abs(at - post) < WITHIN for post in posts) >= MOST:
            flow = Flow(until=(now + PAUSE).timestamp(), held=1)
            text = f"More than {MOST} things have happened here within a minute: I will be quiet for five minutes."
            out.append(News(key=f"flood:{int(seconds)}", kind="flood", text=text))
            continue
        posts.append(at)
        out.append(each)
    kept = tuple(posts[-MOST:]) if flow.until is None else ()
    return tuple(out), flow.model_copy(update={"posts": kept})
