"""Whether words still count, asked right before they go out, and again before they are sent once more.

A message that was sent and got no answer may be on its ticket or not. Until that is known, what its author changes is
kept beside its entry; a note about it stands behind the entry in the lane. If the message turns out not to be there,
its newest words go in its place and the note is dropped; if it is there, the note is left, and its author hears so.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from bot.actions import Ticket
from bot.helpdesk.journal import DECIDED
from bot.ledger import Entry, Kept, Ledger, NewEntry, Settle
from bot.mirror.links import Link, Links
from bot.mirror.messages import Said, Visibility
from bot.mirror.policy import Policies
from bot.slack.threads import hints
from bot.slack.threads.commands import meant
from bot.slack.threads.linking import offer
from bot.slack.threads.mirrored import DELETED, GONE, LIFE, heard, mirrored, question
from bot.slack.threads.recalling import words_back
from bot.slack.threads.speaking import CORRECTED

NEWER = "newer"
"""Under which the ledger keeps what a message was edited to after its sending had begun, by message and version."""
UNDONE = "undone"
"""What is kept as the reason why a message must not go out where its author pressed the button."""
_OURS = frozenset({"edited", "deleted"})
"""Codes of messages that were not sent because their authors took them back, and of which nothing more is told."""


def newer(said: Said, link: Link, now: datetime) -> Kept:
    """That a message says this now; every version for itself, because events overtake each other."""
    value = {**said.model_dump(mode="json"), "ticket": link.ticket.model_dump(mode="json")}
    return Kept(NEWER, f"{said.place}/{said.edited}", value, now + LIFE)


def replacement(
    said: Said, link: Link, entry: Entry, policies: Policies, now: datetime
) -> tuple[list[NewEntry], list[Kept]]:
    """What is recorded, and kept, in place of a message of which nothing is on its ticket."""
    keep = [heard(said, now)]
    if lead := entry.body["thread"].get("lead"):  # somebody brought it along: it stays theirs, and inside
        theirs = said.model_copy(update={"user": entry.person})
        return [mirrored(theirs, link, "private", said.text, policies, now, lead=lead)], keep
    address = meant(said.text, policies.of(said.thread.channel).replies)
    if address.to in {"private", "public"} and (address.text.strip() or said.files):
        to: Visibility = "public" if address.to == "public" else "private"
        then = [mirrored(said, link, to, address.text, policies, now)]
        if to == "public" and entry.body["form"]["action"] != "reply":
            then += offer(said, policies)
        return then, keep
    if address.to == "ask":  # it was allowed once, in other words: ask about these
        asked, waiting = question(said, link, now)
        return [asked, hints.cleared(said)], [*keep, waiting]
    return hints.without_words(said, address) or [hints.cleared(said)], keep


class Withdrawing:
    """Knows which words were taken back.

    Args:
        ledger: Where it is kept what was changed and deleted.
        policies: What each channel wants.
        clock: Tells the time.
    """

    def __init__(
        self, ledger: Ledger, policies: Policies, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._ledger = ledger
        self._links = Links(ledger)
        self._policies = policies
        self._now = clock

    async def instead(self, entry: Entry) -> Settle | None:
        """How something said ends without being sent, now or again, and what goes in its place; ``None`` to send it.

        To be asked only while nothing of it is on the ticket.
        """
        match entry.body["thread"]["as"]:
            case "message":
                return await self._message(entry)
            case "edit":
                return await self._edit(entry)
            case _:  # it had begun when it was deleted, came to nothing, and was not begun again
                came = await self._ledger.live(entry.key.removesuffix(DELETED))
                return _over("deleted") if came is None else None

    async def afterwards(self, entry: Entry) -> tuple[NewEntry, ...]:
        """What an author is told of an edit or a deletion that is noted, if they could not be told at once."""
        about = entry.body["thread"]
        if not about.get("doubted"):
            return ()
        if about["as"] == "deletion":
            return hints.gone_before(entry)
        message = await self._message_of(entry)
        said = await self._version(entry)
        late = hints.too_late(said[0], message) if said and message and message.state == "done" else None
        return () if late is None else (late,)

    async def _message(self, entry: Entry) -> Settle | None:
        why = await self._ledger.kept(GONE, _place(entry))
        if why is not None:
            return _over("deleted", then=hints.taken_back(entry, deleted=why is True) if has_step(entry) else ())
        newest = await self._newest(_place(entry))
        if newest is None or (newest[0].edited or "") <= entry.body["thread"]["edited"]:
            return None
        return await self._replaced(entry, *newest)

    async def _replaced(self, entry: Entry, said: Said, ticket: Ticket) -> Settle:
        link = await self._links.of_thread(said.thread)
        if link is None or (link.ticket != ticket and not said.elsewhere):  # it was unlinked meanwhile
            address = meant(said.text, "private")
            return _over("edited", then=(hints.cleared(said), *words_back(entry, address.text)))
        link = link.model_copy(update={"ticket": ticket})
        then, keep = replacement(said, link, entry, self._policies, self._now())
        return _over("edited", then=tuple(then), keep=tuple(keep))

    async def _edit(self, entry: Entry) -> Settle | None:
        if await self._ledger.kept(GONE, _place(entry)) is True:
            return _over("deleted")
        message = await self._message_of(entry)
        if message is None or has_step(entry):
            return None
        if message.state == "discarded" or (message.outcome or {}).get("code") in _OURS:
            return _over("edited")  # what was said in place of the message says this, or what came after it
        newest = await self._newest(_place(entry))
        if message.state in {"rejected", "failed"}:
            if newest is None or newest[0].edited != entry.body["thread"]["edited"]:
                return _over("edited")
            return await self._replaced(message, *newest)
        own = await self._version(entry)
        if own is None or not entry.body["thread"].get("doubted") or await self._ledger.kept(CORRECTED, own[0].place):
            return None
        if not is_same(own[0], message):
            return None
        late = hints.too_late(own[0], message)
        return _over("same", then=() if late is None else (late,))

    async def _message_of(self, edit: Entry) -> Entry | None:
        of = edit.body["thread"].get("of")
        return None if of is None else await self._ledger.get(of)

    async def _version(self, edit: Entry) -> tuple[Said, Ticket] | None:
        kept = await self._ledger.kept(NEWER, f"{_place(edit)}/{edit.body['thread']['edited']}")
        return None if kept is None else _read(kept)

    async def _newest(self, place: str) -> tuple[Said, Ticket] | None:
        kept = await self._ledger.kept_all(NEWER, f"{place}/")
        return _read(kept[max(kept)]) if kept else None


def is_same(said: Said, entry: Entry) -> bool:
    """Whether a message has the words with which it was sent."""
    sent = str(entry.body["form"]["values"]["message"])
    return meant(said.text, "private").text.strip() == sent.strip()


def has_step(entry: Entry) -> bool:
    """Whether a step of it was begun: a try that was refused leaves none, and counts for nothing."""
    return any(step != DECIDED for step in entry.progress)


def _read(kept: dict[str, object]) -> tuple[Said, Ticket]:
    value = dict(kept)
    ticket = Ticket.model_validate(value.pop("ticket"))
    return Said.model_validate(value), ticket


def _place(entry: Entry) -> str:
    return f"{entry.origin['channel']}/{entry.body['thread']['ts']}"


def _over(code: str, *, then: tuple[NewEntry, ...] = (), keep: tuple[Kept, ...] = ()) -> Settle:
    return Settle(state="rejected", outcome={"state": "rejected", "code": code, "message": code}, then=then, keep=keep)
