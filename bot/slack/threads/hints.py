"""What authors are told, alone, about words of theirs in a thread that did not do what they seem to have been for."""

from bot.grammar.slacktext import plain
from bot.ledger import Entry, NewEntry
from bot.mirror.messages import Said, Visibility
from bot.slack import render
from bot.slack.messages import Message, give_back, say
from bot.slack.outbox import to_person
from bot.slack.text import inline
from bot.slack.threads.commands import meant
from bot.slack.threads.mirrored import origin_of, ticket_of
from bot.slack.threads.stamps import stamp

_SIGNS: dict[Visibility, str] = {"public": "reply:", "private": "note:"}


def told(said: Said, message: Message, what: str = "told") -> NewEntry:
    """Something for the author of a message, once for each version of it."""
    return to_person(f"{said.key}:{what}:{said.edited or ''}", message, origin_of(said), answers="")


def empty(said: Said, to: Visibility) -> list[NewEntry]:
    """That a message has a sign for whom it is, and no words."""
    sign = _SIGNS[to]
    where = "to the customer" if to == "public" else "as an internal note"
    text = (
        f"⚠️ There is nothing after `{sign}`, so nothing was sent. Edit your message, or write a new one, with the "
        f"words that shall go {where}: `{sign} …`"
    )
    return [told(said, say(text)), _warning(said)]


def mistyped(said: Said, line: str) -> list[NewEntry]:
    """That a message is nearly a command, and what may have been meant."""
    text = "There is no such command, so nothing was done, and nothing noted: a note would begin with `note:`."
    message = render.refused(text, command="", typed=plain(said.text).strip(), corrected=plain(line))
    return [told(said, message), _warning(said)]


def too_late(said: Said, entry: Entry) -> NewEntry | None:
    """That an edit came too late to change for whom a message is, if it was to."""
    ref, to = inline(ticket_of(entry).ref), meant(said.text, "private")
    if entry.body["form"]["action"] == "note" and to.to == "public" and to.text.strip():
        text = (
            f"🔒 Your message is on {ref} as an internal note already. An edit does not change that: its new words are "
            "noted there too, and do *not* go to the customer. To send them, write a new message:"
        )
        return told(said, give_back(text, f"{_SIGNS['public']} {plain(to.text)}"), "late")
    if entry.body["form"]["action"] == "reply" and meant(said.text, "public").to == "private":
        text = (
            f"🌍 Your message has gone to the customer of {ref} already, and an edit does not take it back. Its new "
            "words are an internal note on the ticket."
        )
        return told(said, say(text), "late")
    return None


def cleared(said: Said) -> NewEntry:
    """That nothing is to be said any more of what became of a message."""
    return stamp(f"{said.key}:cleared:{said.edited or ''}", said.thread.channel, said.ts, "")


def _warning(said: Said) -> NewEntry:
    return stamp(f"{said.key}:warned:{said.edited or ''}", said.thread.channel, said.ts, "failed")
