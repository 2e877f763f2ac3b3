"""What authors are told, alone, about words of theirs in a thread that did not do what they seem to have been for."""

from bot.grammar.slacktext import plain
from bot.ledger import Entry, NewEntry
from bot.mirror.messages import Addressed, Removed, Said, Visibility
from bot.slack import render
from bot.slack.messages import Message, give_back, say
from bot.slack.outbox import to_person
from bot.slack.text import inline
from bot.slack.threads.commands import meant
from bot.slack.threads.mirrored import origin_of, ticket_of
from bot.slack.threads.stamps import stamp

_SIGNS: dict[Visibility, str] = {"public": "reply:", "private": "note:"}


def told(said: Said | Removed, message: Message, what: str = "told") -> NewEntry:
    """Something for the author of a message, once for each version of it."""
    if isinstance(said, Removed):  # the thread may have no other reply: see `outbox.begins`
        return to_person(f"{said.key}:{what}:deleted", message, origin_of(said) | {"active": False}, answers="")
    return to_person(f"{said.key}:{what}:{said.edited or ''}", message, origin_of(said), answers="")


def without_words(said: Said, address: Addressed) -> list[NewEntry]:
    """What is told of a message that is a sign for whom it is, and nothing more."""
    if address.text.strip() or said.files or not said.text.strip() or address.to not in {"private", "public"}:
        return []
    return empty(said, "public" if address.to == "public" else "private")


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
    noted = to.text.strip() != str(entry.body["form"]["values"]["message"]).strip()
    if entry.body["form"]["action"] == "note" and to.to == "public" and to.text.strip():
        text = (
            f"🔒 Your message is on {ref} as an internal note already. An edit does not change that: "
            f"{'its new words are noted there too, and do' if noted else 'it does'} *not* go to the customer. "
            "To send them, write a new message:"
        )
        return told(said, give_back(text, f"{_SIGNS['public']} {plain(to.text)}"), "late")
    if entry.body["form"]["action"] == "reply" and meant(said.text, "public").to == "private":
        text = (
            f"🌍 Your message has gone to the customer of {ref} already, and an edit does not take it back. "
            f"{'Its new words are an internal note on the ticket' if noted else 'Its words are the same as before'}."
        )
        return told(said, say(text), "late")
    return None


def doubted(said: Said | Removed, entry: Entry) -> NewEntry | None:
    """That it is not known yet whether a message is on its ticket that its author has just changed or deleted."""
    ref = inline(ticket_of(entry).ref)
    reply = entry.body["form"]["action"] == "reply"
    where = f"has gone to the customer of {ref}" if reply else f"is on {ref}"
    public = isinstance(said, Said) and meant(said.text, "private").to == "public"
    if isinstance(said, Removed):
        then = "If it is there, an internal note says that you deleted it; if it is not, nothing is sent."
    elif reply:
        then = "If it has, an internal note tells your new words; if it has not, they count in place of the old ones."
    elif public:
        then = "If it is, your new words are noted there too; if it is not, they go to the customer in its place."
    else:
        return None  # inside it was, and inside it is
    text = f"⏳ It is not known yet whether your message {where}, because the helpdesk has not answered. {then}"
    return told(said, say(text), "doubted")


def gone_before(deletion: Entry) -> tuple[NewEntry, ...]:
    """That a message which was deleted had reached the customer by then."""
    if deletion.body["thread"].get("was") != "reply":
        return ()
    text = (
        f"🌍 The message that you deleted has gone to the customer of {inline(ticket_of(deletion).ref)} before. "
        "An internal note says that you deleted it."
    )
    origin = deletion.origin | {"active": False}
    return (to_person(f"{deletion.body['marker']}:late", say(text), origin, answers=""),)


def taken_back(entry: Entry, *, deleted: bool) -> tuple[NewEntry, ...]:
    """That a message of which nobody knew is not on its ticket, and is not sent any more."""
    marker, ref = entry.body["marker"], inline(ticket_of(entry).ref)
    text = f"👌 The message that you {'deleted' if deleted else 'took back'} is not on {ref}: nothing was sent."
    clear = stamp(f"{marker}:taken-back", entry.origin["channel"], entry.body["thread"]["ts"], "")
    origin = entry.origin | ({"active": False} if deleted else {})
    return (clear, to_person(f"{marker}:withdrawn", say(text), origin, answers=""))


def cleared(said: Said) -> NewEntry:
    """That nothing is to be said any more of what became of a message."""
    return stamp(f"{said.key}:cleared:{said.edited or ''}", said.thread.channel, said.ts, "")


def _warning(said: Said) -> NewEntry:
    return stamp(f"{said.key}:warned:{said.edited or ''}", said.thread.channel, said.ts, "failed")
