"""The buttons under a queued, failed or doubtful action: they steer its entry, for the person whose entry it is."""

from datetime import UTC, datetime

import structlog

from bot.ledger import Entry, Ledger, LedgerError
from bot.slack import render
from bot.slack.cards.places import ticket_of, upkeep_of
from bot.slack.home.publishing import HOMES, publish
from bot.slack.intake import Intake
from bot.slack.messages import Message, say
from bot.slack.payloads import ButtonPress
from bot.slack.results import line_of
from bot.slack.threads import speaking as threads

log = structlog.get_logger()


class Buttons:
    """Takes presses."""

    def __init__(self, ledger: Ledger, intake: Intake, *, command: str) -> None:
        self._ledger = ledger
        self._intake = intake
        self._command = command

    async def press(self, press: ButtonPress) -> Message:
        """Do what the button says; what to show instead of it."""
        entry = await self._ledger.get(int(press.value)) if press.value.isdigit() else None
        if entry is None:
            return say("That is so long ago that it is no longer kept.")
        if entry.person != press.user_id:
            return say("That is somebody else's; only they can decide about it.")
        return await self._steer(entry, press)

    async def _steer(self, entry: Entry, press: ButtonPress) -> Message:
        by = press.user_id
        line = f"`{render.inline_code(line_of(entry, self._command)[:300])}`"
        match press.action_id:
            case render.RETRY:
                done, text = await self._ledger.retry(entry.id), f"🔁 Trying again now: {line}"
            case render.DISCARD:
                done = await self._ledger.discard(entry.id, by)
                sent = "what was on its way may have arrived" if entry.progress else "nothing was sent"
                text = f"🗑️ Discarded, {sent}: {line}"
            case render.WAS_DONE if (entry.outcome or {}).get("more"):
                done = await self._ledger.answer(entry.id, "step", by)
                text = f"✅ Noted as done; the rest follows: {line}"
            case render.WAS_DONE:
                at = datetime.now(UTC).isoformat()
                outcome = {"state": "done", "by": by, "at": at}
                done = await self._ledger.answer(entry.id, "done", by, outcome=outcome)
                text = f"✅ Noted as done: {line}"
            case render.SEND_AGAIN:
                done, text = await self._ledger.answer(entry.id, "again", by), f"🔁 Sending it again: {line}"
            case render.DO_AGAIN:
                done, text = await self._intake.again(entry, press.message_ts), f"🔁 Doing it again: {line}"
            case _:
                log.warning("button.unknown", action=press.action_id)
                return say("That button is of an older version of me; please type the command again.")
        if done and press.action_id in {render.WAS_DONE, render.DISCARD}:
            done_there = press.action_id == render.WAS_DONE
            await show_decision(self._ledger, entry, done=done_there, home=bool(press.channel_id))
        return say(text if done else f"There is nothing left to decide: by now it is {entry.state}. {line}")


async def show_decision(ledger: Ledger, entry: Entry, *, done: bool, home: bool = True) -> None:
    """Bring up to date what showed an entry that somebody decided about, dropped or ``done``; without it nothing fails.

    The ticket's cards, the person's Home and the stamp on their message. A press on the ``home`` publishes that by
    itself, with words about what came of it.
    """
    ticket = ticket_of(entry)
    try:
        changed = await upkeep_of(ledger, ticket, because=f"decided:{entry.id}") if ticket else ()
        if home and entry.person and await ledger.kept(HOMES, entry.person):
            changed = (*changed, publish(f"decided:{entry.id}", entry.person))
        if threads.is_stamped(entry):
            changed = (*changed, threads.decided(entry, done=done))
        if changed:
            await ledger.record(list(changed))
    except LedgerError:
        log.warning("decision.not_shown", entry=entry.id, exc_info=True)
