"""What is on its way from a thread when that is unlinked: it is not sent, and its words go back to their authors.

Unlinking first writes that it happened and then looks for what waits; what is said writes first and then looks whether
its thread was unlinked. So of two that meet one sees the other.
"""

from datetime import datetime, timedelta

from bot.actions import Ticket
from bot.grammar.slacktext import plain
from bot.ledger import Entry, Kept, Ledger, NewEntry
from bot.mirror.links import Link, Thread
from bot.slack.messages import give_back
from bot.slack.outbox import to_person
from bot.slack.text import inline
from bot.slack.threads.mirrored import ticket_of
from bot.slack.threads.speaking import is_begun, is_said
from bot.slack.threads.stamps import stamp

UNLINKED = "unlinked"
"""Under which the ledger keeps when a thread was unlinked last: seconds since 1970."""
_LIFE = timedelta(hours=1)
"""An event that was on its way meanwhile is over long before."""
_TRIES = 4


def unlinked(thread: Thread, asked: datetime, now: datetime) -> Kept:
    """That the links which a thread had until then are undone."""
    return Kept(UNLINKED, thread.key, asked.timestamp(), now + _LIFE)


async def is_undone(ledger: Ledger, link: Link) -> bool:
    """Whether this link was undone meanwhile."""
    at = await ledger.kept(UNLINKED, link.thread.key)
    return at is not None and at >= link.since


async def recall(ledger: Ledger, thread: Thread, ticket: Ticket, *, since: float | None) -> None:
    """Take back what waits to go from this thread to that ticket; not what was said ``since`` it is linked again.

    What was begun goes on, and that a message was deleted is told: the ticket has that message.
    """
    for _ in range(_TRIES):
        waiting = [
            each
            for each in await ledger.in_lane(f"{ticket.helpdesk}:{ticket.ref}")
            if _is_from(each, thread) and (since is None or each.received_at.timestamp() < since)
        ]
        if not waiting:
            return
        for entry in waiting:
            await ledger.discard(entry.id, "unlinked", then=_given_back(entry))


def _is_from(entry: Entry, thread: Thread) -> bool:
    return (
        is_said(entry)
        and (entry.origin["channel"], entry.origin["thread"]) == (thread.channel, thread.ts)
        and entry.body["thread"]["as"] != "deletion"
        and not is_begun(entry)
    )


def _given_back(entry: Entry) -> list[NewEntry]:
    about, marker = entry.body["thread"], entry.body["marker"]
    shown = [stamp(f"{marker}:unlinked", entry.origin["channel"], about["ts"], "")] if about["as"] == "message" else []
    message = str(entry.body["form"]["values"]["message"])
    words = plain(message.partition("\n\n")[2] if about["as"] == "edit" else message)
    if about.get("lead") or not words.strip():  # somebody brought it along: whose words they are never sent them
        return shown
    return [*shown, *words_back(entry, words)]


def words_back(entry: Entry, words: str) -> tuple[NewEntry, ...]:
    """What an author gets back because their thread does not belong to the ticket any more."""
    if not words.strip():
        return ()
    ref = inline(ticket_of(entry).ref)
    text = f"✂️ This thread does not belong to {ref} any more, so what you wrote was *not* sent there. It said:"
    key = f"{entry.body['marker']}:given-back"
    return (to_person(key, give_back(text, words), entry.origin, answers=""),)
