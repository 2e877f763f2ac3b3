"""What is ordered about a thread, for :mod:`bot.slack.threads.linking` to do: entries of the ledger."""

from typing import Any

from bot.ledger import NewEntry
from bot.mirror.links import Thread
from bot.slack.outbox import begins

KIND = "thread"


def order(key: str, what: str, thread: Thread, user: str, team: str, *, active: bool = True, **more: Any) -> NewEntry:
    """Something to be done about a thread: ``link``, ``unlink``, ``earlier``, ``bring``, ``recall``, ``offer``.

    ``active`` is whether anybody has replied in it yet.
    """
    here = {"thread": thread.ts} if active else begins(thread.ts)
    return NewEntry(
        key=key,
        lane=thread.orders_lane,
        kind=KIND,
        body={"do": what, **more},
        origin={"channel": thread.channel, **here, "user": user, "team": team},
        person=user,
    )
