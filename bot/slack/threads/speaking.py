"""What became of a message of a thread: a stamp on it, and words for its author alone where something was wrong."""

from datetime import datetime, timedelta

from bot.dispatch import Performed, Postponed
from bot.helpdesk.journal import DECIDED
from bot.ledger import Entry, NewEntry
from bot.outcomes import Done, Outcome, Rejected
from bot.slack import render
from bot.slack.blocks import actions, button
from bot.slack.messages import Message, say
from bot.slack.outbox import to_person
from bot.slack.text import clip, escape, quoted
from bot.slack.threads.mirrored import SURFACE
from bot.slack.threads.stamps import Mark, stamp

SENT, CORRECTED = "sent", "corrected"
"""Under which the ledger keeps that a message is on the ticket, and that an edit of it is."""

_SLOW = timedelta(seconds=2)
"""A message that is not settled so long after it could have been gets a stamp that says so."""


def is_said(entry: Entry) -> bool:
    """Whether somebody said it in a thread."""
    return entry.origin.get("surface") == SURFACE


def is_stamped(entry: Entry) -> bool:
    """Whether the message carries what became of this: its own way to the ticket, not that it was edited or deleted."""
    return is_said(entry) and entry.body["thread"]["as"] == "message"


def is_begun(entry: Entry) -> bool:
    """Whether something of it may be in the helpdesk already."""
    return entry.state != "waiting" or any(step != DECIDED for step in entry.progress)


def spoken(entry: Entry, performed: Performed, *, zone: str) -> tuple[NewEntry, ...]:
    """What is to be seen of something that was done, or was not."""
    result = performed.result
    if not isinstance(result, Done):
        return () if isinstance(result, Postponed) else problem(entry, result)
    done: Mark = "public" if entry.body["form"]["action"] == "reply" else "private"
    shown = [_stamp(entry, done)] if is_stamped(entry) else []
    warning = render.warned(result.receipt, zone=zone)
    shown += [_private(entry, warning, "warning")] if warning else []
    if left := entry.body["thread"].get("left"):
        text = "📎 Your words are on the ticket, but not every file:\n" + "\n".join(
            f"• {escape(each)}" for each in left
        )
        shown.append(_private(entry, say(text), "left"))
    return tuple(shown)


def problem(entry: Entry, outcome: Outcome) -> tuple[NewEntry, ...]:
    """What was wrong: a stamp for everybody, the reason for the author."""
    if isinstance(outcome, Rejected):
        what = {"edit": "What you changed", "deletion": "That you deleted a message"}.get(
            entry.body["thread"]["as"], "Your message"
        )
        text = f"⚠️ {what} in this thread is *not* on the ticket: {escape(clip(outcome.message, 1500))}"
        again = button("Try again", render.RETRY, str(entry.id))
        edit = " Edit it, and it is tried again; or press the button once the reason is gone."
        edit = edit if is_stamped(entry) else " Press the button once the reason is gone."
        shown = quoted(_words(entry), 300)
        message: Message | None = say(f"{text}{edit}\n{shown}", actions(again))
    else:
        message = render.problem(outcome, command="", typed=_words(entry), entry=entry.id)
    words = () if message is None else (_private(entry, message, "problem"),)
    return (_stamp(entry, "failed"), *words) if is_stamped(entry) else words


def decided(entry: Entry, *, done: bool) -> NewEntry:
    """The stamp once a person has said whether it was done, or has dropped it."""
    mark: Mark = ("public" if entry.body["form"]["action"] == "reply" else "private") if done else ""
    return stamp(f"{entry.body['marker']}:decided", entry.origin["channel"], entry.body["thread"]["ts"], mark)


def slow(entry: Entry, now: datetime) -> bool:
    """Whether it is time to say that it is under way; of an edit or a deletion only once a try has failed."""
    if not is_stamped(entry) and not entry.attempts:
        return False
    waits = timedelta() if entry.body["form"]["action"] == "reply" or entry.attempts else _SLOW
    return now >= entry.received_at + _SLOW + waits


def under_way(entry: Entry) -> NewEntry:
    """The stamp of a message that is not settled yet."""
    return _stamp(entry, "waiting")


def afterwards(entry: Entry) -> str:
    """How its author learns that something has gone through which is not settled yet."""
    if not is_stamped(entry):
        return "You hear of it again only if it fails."
    mark = "🌍" if entry.body["form"]["action"] == "reply" else "🔒"
    return f"The ⏳ on your message becomes {mark} once it has gone through."


def _stamp(entry: Entry, mark: Mark) -> NewEntry:
    key = f"{entry.body['marker']}:stamp:{mark}:{entry.attempts}"
    return stamp(key, entry.origin["channel"], entry.body["thread"]["ts"], mark)


def _private(entry: Entry, message: Message, what: str) -> NewEntry:
    marker = entry.body["marker"]
    return to_person(f"{marker}:{what}:{entry.attempts}", message, entry.origin, answers="")


def _words(entry: Entry) -> str:
    return str(entry.body.get("typed") or "")
