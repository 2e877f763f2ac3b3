"""What is said, changed and deleted in linked threads, recorded before Slack gets its answer. No network here.

Events about one message meet: Slack delivers them side by side, and several processes take them. So each of them first
writes what it knows and then looks for the others, and of two that meet one sees the other.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

import structlog

from bot.ledger import Entry, Kept, Ledger, NewEntry, NotRecorded
from bot.mirror.links import Link
from bot.mirror.messages import Removed, Said
from bot.mirror.policy import Policies
from bot.slack.threads import hints
from bot.slack.threads.commands import meant
from bot.slack.threads.linking import offer
from bot.slack.threads.mirrored import (
    GONE,
    HEARD,
    LIFE,
    SURFACE,
    corrected,
    heard,
    mirrored,
    question,
    taken_out,
)
from bot.slack.threads.recalling import is_undone, recall
from bot.slack.threads.speaking import CORRECTED, SENT, is_begun
from bot.slack.threads.stamps import stamp
from bot.slack.threads.withdrawing import UNDONE, is_same, newer, replacement
from bot.telemetry import RECORDED

log = structlog.get_logger()

_TRIES = 4
"""So often whoever comes second looks again."""
_DOUBTED = frozenset({"waiting", "running", "unsure"})
"""What was begun and is in one of these states may be on the ticket or not."""


class Hearing:
    """Hears threads.

    Args:
        ledger: Where what is heard is recorded.
        policies: What each channel wants.
        clock: Tells the time.
    """

    def __init__(
        self,
        ledger: Ledger,
        policies: Policies,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ledger = ledger
        self._policies = policies
        self.now = clock

    async def said(self, said: Said, link: Link) -> bool:
        """Record what somebody said on the ticket of this thread, as far as the channel wants that.

        False where another event of the same message was faster.

        Raises:
            NotRecorded: the event must not be acknowledged.
        """
        if await self._ledger.kept(GONE, said.place) or await self._is_old(said):
            return True
        now = self.now()
        address = meant(said.text, self._policies.of(said.thread.channel).replies)
        if nothing := hints.without_words(said, address):
            await self._ledger.record(nothing)
        if not (address.text.strip() or said.files) or address.to is None:
            return True
        if address.to == "ask":
            asked, waiting = question(said, link, now)
            await self._ledger.record([asked], keep=[waiting, heard(said, now)])
            return True
        return await self.take(said, link, mirrored(said, link, address.to, address.text, self._policies, now))

    async def take(self, said: Said, link: Link, entry: NewEntry) -> bool:
        """Record an update, and let its author take it back if it goes to the customer; whether it was new."""
        action = entry.body["form"]["action"]
        undo = offer(said, self._policies) if action == "reply" else []
        recorded, *_ = await self._ledger.record([entry, *undo])
        if recorded.new:
            RECORDED.labels(action, SURFACE).inc()
        if await self._ledger.kept(GONE, said.place):
            await self._ledger.discard(recorded.id, "deleted")
        await self._recalled(link)
        return recorded.new

    async def _recalled(self, link: Link) -> None:
        """Take back what was recorded while its thread was being unlinked."""
        if await is_undone(self._ledger, link):
            await recall(self._ledger, link.thread, link.ticket, since=None)

    async def _is_old(self, said: Said) -> bool:
        """Whether a later version of it was heard already; Slack repeats what it is not sure of for minutes."""
        known = await self._ledger.kept(HEARD, said.place)
        return known is not None and known > (said.edited or "")

    # What was said is changed ----------------------------------------------------------------------------------------

    async def edited(self, said: Said, link: Link) -> None:
        """Take new words of a message: in place of the old ones, or as a note if those are on the ticket already.

        Raises:
            NotRecorded: the event must not be acknowledged.
        """
        for _ in range(_TRIES):
            entry = await self._ledger.live(said.key)
            if entry is None:
                # It was never taken, or refused: what it says now counts, if it was said since the thread is linked
                # and not so long ago that nobody would know whether it is on the ticket.
                known = float(said.ts) >= link.since and self.now().timestamp() - float(said.ts) < LIFE.total_seconds()
                if not known or await self._ledger.kept(SENT, said.place) or await self.said(said, link):
                    return
                continue
            if entry.origin.get("surface") != SURFACE or entry.body["thread"]["edited"] >= (said.edited or ""):
                return  # a command, which was carried out; or an edit that is older than what we have
            if await self._replaced(said, link, entry):
                await self._recalled(link)
                return
            await self._ledger.keep(newer(said, link, self.now()))  # whoever sends it once more looks for this
            now = await self._ledger.live(said.key)
            if now is not None and now.id == entry.id and is_begun(now):
                await self._correct(said, now)
                return
        raise NotRecorded("other events of this message were faster each time")

    async def _replaced(self, said: Said, link: Link, entry: Entry) -> bool:
        """Send the new words in place of the old ones, if nothing of these was sent yet."""
        if is_begun(entry):
            return False
        then, keep = replacement(said, link, entry, self._policies, self.now())
        return await self._ledger.discard(entry.id, "edited", then=then, keep=keep)

    async def _correct(self, said: Said, entry: Entry) -> None:
        """Have an internal note tell the new words, once they are final."""
        address = meant(said.text, "private")
        edits = await self._edits(said, entry)
        if edits and edits[-1].body["thread"]["edited"] >= (said.edited or ""):
            return
        doubted = entry.state in _DOUBTED
        if (hint := (hints.doubted if doubted else hints.too_late)(said, entry)) is not None:
            await self._ledger.record([hint])
        worded = bool(address.text.strip() or entry.body["typed"].strip())  # or it was files alone, and is
        note = [corrected(said, entry, address.text, self.now(), doubted=doubted)] if worded else []
        # What it says again is what was sent, and the ticket has heard nothing else: there is nothing to tell. An edit
        # that is on its way is in the lane until the same commit says that it was told, so the lane is read first.
        # While it is not known what was sent, that is asked once it is the note's turn.
        same = is_same(said, entry) and not doubted and not any(map(is_begun, edits))
        same = same and not await self._ledger.kept(CORRECTED, said.place)
        then = [] if same else note
        waiting = next((each for each in reversed(edits) if not is_begun(each)), None)
        if waiting is None:
            await self._ledger.record(then)
        elif not await self._ledger.discard(waiting.id, "edited", then=then):
            await self._ledger.record(note)  # it has just begun, so the ticket hears of both
        for each in [each for each in await self._edits(said, entry) if not is_begun(each)][:-1]:
            await self._ledger.discard(each.id, "edited")

    async def _edits(self, message: Said | Removed, entry: Entry) -> list[Entry]:
        """The notes about edits that are not on the ticket yet, the latest edit last; several where two met."""
        waiting = await self._ledger.in_lane(entry.lane)
        ours = [each for each in waiting if each.key.startswith(f"{message.key}:edited:")]
        return sorted(ours, key=lambda each: float(each.body["thread"]["edited"] or 0))

    # What was said is taken away -------------------------------------------------------------------------------------

    async def removed(self, removed: Removed) -> None:
        """Take it that a message was deleted: it is not sent any more, or a note says so.

        Raises:
            NotRecorded: the event must not be acknowledged.
        """
        now = self.now()
        await self._ledger.keep(Kept(GONE, removed.place, True, now + LIFE))
        for _ in range(_TRIES):
            entry = await self._ledger.live(removed.key)
            if entry is None or entry.origin.get("surface") != SURFACE:
                return
            if not is_begun(entry):
                if await self._ledger.discard(entry.id, "deleted"):
                    return
                continue
            for edit in await self._edits(removed, entry):
                await self._ledger.discard(edit.id, "deleted")
            doubted = entry.state in _DOUBTED
            hint = hints.doubted(removed, entry) if doubted else None
            await self._ledger.record([*([hint] if hint else []), taken_out(removed, entry, now, doubted=doubted)])
            return
        raise NotRecorded("other events of this message were faster each time")

    async def undo(self, key: str, place: str, by: str) -> Literal["taken back", "too late", "not known", "not theirs"]:
        """Take a reply back for its author; where it is not known whether it went out, it is not sent once more."""
        entry = await self._ledger.live(key)
        if entry is not None and entry.person != by:
            return "not theirs"
        if entry is not None and is_begun(entry) and entry.state in _DOUBTED:
            await self._ledger.keep(Kept(GONE, place, UNDONE, self.now() + LIFE))
            return "not known"
        if entry is None or is_begun(entry):
            return "too late"
        clear = stamp(f"{key}:undone", entry.origin["channel"], entry.body["thread"]["ts"], "")
        gone = Kept(GONE, place, True, self.now() + LIFE)
        return "taken back" if await self._ledger.discard(entry.id, by, then=[clear], keep=[gone]) else "too late"
