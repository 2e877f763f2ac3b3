"""The threads' side of the listeners: messages, mentions in threads, and the buttons under what is told there."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

import structlog

from bot.actions import Ticket
from bot.actions.commands import ALIASES
from bot.errors import UsageError
from bot.grammar.references import read_reference
from bot.grammar.slacktext import plain
from bot.ledger import Ledger
from bot.mirror.links import Link, Links, Thread
from bot.mirror.messages import Removed, Said, Visibility, addressed
from bot.mirror.policy import Policies
from bot.slack import render
from bot.slack.help import help_message
from bot.slack.intake import QUESTIONS, Asked, Intake
from bot.slack.mentions import FILES_LEFT
from bot.slack.messages import Message, say
from bot.slack.outbox import begins, to_person
from bot.slack.payloads import ButtonPress, MessageEvent, begins_with_name
from bot.slack.questions import Asker, Questions
from bot.slack.threads import hints
from bot.slack.threads.commands import Line, addressed_line, banged, in_thread, mistyped
from bot.slack.threads.events import SAID, read
from bot.slack.threads.hearing import Hearing
from bot.slack.threads.linking import BRING
from bot.slack.threads.mirrored import ASK_NO, ASK_PUBLIC, ASKED, GONE, UNDO, mirrored, origin_of
from bot.slack.threads.orders import order
from bot.telemetry import REFUSED

log = structlog.get_logger()

Task = Coroutine[Any, Any, None]
_SAME = 3600.0
"""Seconds for which a refused command can be put right by an edit."""
_LOOKS, _PAUSE = 10, 0.1
"""So often, and with so many seconds between, is a card waited for: Slack gives an event three seconds."""
_SKEW = 60.0
"""Seconds by which Slack's clock may differ from ours."""
_LINK = "Say which ticket: `@ticketbot link AB-123456`, in the thread that is to belong to it."


class ThreadListeners:
    """Takes what happens in threads.

    Args:
        ledger: Where it is recorded.
        links: Which thread is whose ticket's.
        policies: What each channel wants.
        intake: Reads and records commands.
        questions: Answers questions.
        command: The slash command, for showing what to type.
    """

    def __init__(
        self, ledger: Ledger, links: Links, policies: Policies, intake: Intake, questions: Questions, *, command: str
    ) -> None:
        self._ledger = ledger
        self._links = links
        self._policies = policies
        self._intake = intake
        self._questions = questions
        self._command = command
        self.hearing = Hearing(ledger, policies)

    async def said(self, body: Mapping[str, Any], event: MessageEvent) -> tuple[bool, Task | None]:
        """Take a message event; whether it was one of a thread's, and the question to answer.

        Raises:
            NotRecorded: the event must not be acknowledged.
        """
        heard = read(body, me=event.me or None)
        if heard is None:
            return False, None
        if isinstance(heard, Removed):
            await self.hearing.removed(heard)
            return True, None
        link = await self._links.of_thread(heard.thread) or await self._link_to_be(heard.thread)
        if link is None or (event.direct and _is_command(heard.text)):
            return heard.edited is not None, None
        line = banged(heard.text)
        if line is not None and (elsewhere := self._elsewhere(heard, link, line)) is not None:
            heard, link = elsewhere
            line = None
        if line is not None and (heard.edited is None or (line.to is None and await self._is_unheard(heard))):
            return True, await self._command_in(heard, link, line, typed=heard.text)
        nearly = mistyped(heard.text)
        if nearly is not None and (heard.edited is None or await self._is_unheard(heard)):
            await self._ledger.record(hints.mistyped(heard, nearly))
            return True, None
        if heard.edited is not None:
            await self.hearing.edited(heard, link)
        else:
            await self.hearing.said(heard, link)
        return True, None

    def _elsewhere(self, said: Said, link: Link, line: Line) -> tuple[Said, Link] | None:
        """A reply or a note that names its ticket, as if it was said in a thread of that ticket."""
        if line.said is None:
            return None
        try:
            helpdesk, ref = self._intake.choice(line.command(link.ticket), said.thread.channel)
        except UsageError:
            return None
        ticket = Ticket(helpdesk=helpdesk, ref=str(ref))
        there = said.model_copy(update={"text": line.said, "elsewhere": ticket != link.ticket})
        return there, link.model_copy(update={"ticket": ticket})

    async def _is_unheard(self, said: Said) -> bool:
        """Whether nothing came of it: a command that was refused can be put right by an edit."""
        return float(said.ts) > self.hearing.now().timestamp() - _SAME and await self._ledger.live(said.key) is None

    async def _link_to_be(self, thread: Thread) -> Link | None:
        """The link of a card that is there already while the ledger does not know yet that it is.

        Where it does not know for longer, the thread is read again once it does; so are threads whose link takes long.
        """
        for _ in range(_LOOKS):
            if not await self._is_posting(thread):
                break
            await asyncio.sleep(_PAUSE)
        return await self._links.of_thread(thread)

    async def _is_posting(self, thread: Thread) -> bool:
        """Whether a card is on its way into the thread, or may be its root: the bot can die right after posting it."""
        for entry in await self._ledger.in_lane(f"slack:{thread.channel}"):
            begun: float | None = entry.progress.get("posting")
            if not entry.body.get("card_of") or begun is None:
                continue
            if entry.body.get("thread") == thread.ts or begun - _SKEW < float(thread.ts):
                return True
        return False

    async def mentioned(self, event: MessageEvent, words: str) -> tuple[bool, Task | None]:
        """Take what was said to the bot by name; whether it was about a thread."""
        if event.subtype not in SAID or event.bot_id or event.user in {"", event.me}:
            return False, None
        thread = Thread(channel=event.channel, ts=event.thread_ts or event.ts)
        link = await self._links.of_thread(thread) if event.thread_ts else None
        if event.thread_ts and event.me and not begins_with_name(event.text, event.me):
            link = link or await self._link_to_be(thread)
            if link is not None:
                return True, None  # something said on the ticket, in which the bot is spoken of
        match _verb_of(words):
            case "link":
                await self._order_link(event, thread, words.strip().partition(" ")[2])
                return True, None
            case "unlink":
                active = event.thread_ts is not None
                await self._ledger.record([order(event.key, "unlink", thread, event.user, event.team, active=active)])
                return True, None
        line = addressed_line(words)
        nearly = mistyped(f"!{words}") if _verb_of(words) not in ALIASES else None
        if link is None or (line is None and nearly is None):
            return False, None
        text = words if line is None else line.rest
        said = Said(team=event.team, thread=thread, ts=event.ts, user=event.user, text=text, files=tuple(event.files))
        if line is not None and line.names_ticket:
            elsewhere = self._elsewhere(said, link, line)
            if elsewhere is not None:
                await self.hearing.said(*elsewhere)
            return elsewhere is not None, None
        if line is None:
            await self._ledger.record(hints.mistyped(said, str(nearly)))
            return True, None
        return True, await self._command_in(said, link, line, typed=words)

    async def _order_link(self, event: MessageEvent, thread: Thread, rest: str) -> None:
        found = read_reference(rest.strip().partition(" ")[0]) if rest.strip() else None
        here = {"thread": thread.ts} if event.thread_ts else begins(thread.ts)
        origin = {"channel": event.channel, "user": event.user, **here, "team": event.team}
        if found is None:
            await self._ledger.record([to_person(event.key, say(f"⚠️ {_LINK}"), origin, answers="")])
            return
        named = f"{found.helpdesk}:{found.ref}" if found.helpdesk else found.ref
        try:
            _, helpdesk, ref = self._intake.read(f"view {named}", event.channel)
        except UsageError as error:
            await self._ledger.record([to_person(event.key, say(f"⚠️ {error}"), origin, answers="")])
            return
        about = {"helpdesk": helpdesk, "ref": ref, "said": event.ts}
        active = event.thread_ts is not None
        entry = order(event.key, "link", thread, event.user, event.team, active=active, **about)
        await self._ledger.record([entry])

    async def _command_in(self, said: Said, link: Link, line: Line, *, typed: str) -> Task | None:
        """A command in a linked thread: a reply or a note is said, everything else is done like anywhere."""
        if line.to is not None:
            now = self.hearing.now()
            entry = mirrored(said, link, line.to, line.rest, self._policies, now)
            await self.hearing.take(said, link, entry)
            return None
        origin = {"surface": "mention", "ticket": link.ticket.ref} | origin_of(said)
        if said.edited is not None:  # it was refused as it was
            await self._ledger.record([hints.cleared(said)])
        try:
            command = line.command(link.ticket)
            if command.action == "help":
                await self._ledger.record([hints.told(said, help_message(command.topic, self._command))])
                return None
            helpdesk, ref = self._intake.choice(command, said.thread.channel)
        except UsageError as error:
            REFUSED.labels(error.code).inc()
            corrected = in_thread(error.corrected, link.ticket.ref) if error.corrected else None
            refused = render.refused(str(error), command="", typed=plain(typed).strip(), corrected=corrected)
            await self._ledger.record([hints.told(said, refused)])
            return None
        if command.action in QUESTIONS:
            asker = Asker(said.user, said.thread.channel, thread=said.thread.ts, own=link.ticket.ref)
            return self._questions.answer_once(said.key, asker, Asked(command, helpdesk))
        written = plain(line.written(link.ticket))
        await self._intake.record(command, helpdesk, ref, key=said.key, origin=origin, typed=written)
        if said.files:
            left = to_person(f"{said.key}:files", say(FILES_LEFT), origin, answers="")
            await self._ledger.record([left])
        return None

    # Buttons ---------------------------------------------------------------------------------------------------------

    async def press(self, press: ButtonPress) -> Message:
        """Do what a button says; what to show instead of it.

        Raises:
            NotRecorded: nothing was changed.
        """
        if press.action_id == UNDO:
            return await self._undo(press)
        if press.action_id == BRING:
            return await self._bring(press)
        return await self._answer(press)

    async def _undo(self, press: ButtonPress) -> Message:
        _, _, channel, ts, _ = press.value.split(":")
        match await self.hearing.undo(press.value, f"{channel}/{ts}", press.user_id):
            case "taken back":
                return say("↩️ Taken back: nothing was sent. Write it again if you want it sent after all.")
            case "not known":
                return say(
                    "⏳ It is not known yet whether it went out, because the helpdesk has not answered. If it has not, "
                    "nothing is sent; if it has, your message gets a 🌍."
                )
            case "too late":
                return say("It is too late: it has been sent, or was taken back already.")
            case "not theirs":
                return say("That is somebody else's; only they can take it back.")

    async def _bring(self, press: ButtonPress) -> Message:
        channel, _, ts = press.value.partition("/")
        thread = Thread(channel=channel, ts=ts)
        link = await self._links.of_thread(thread)
        if link is None:
            return say("This thread belongs to no ticket any more.")
        key = f"bring:{thread.key}:{link.since}"  # once for each time that it was linked
        await self._ledger.record([order(key, "bring", thread, press.user_id, press.team_id)])
        return say("📥 The earlier replies are on their way.")

    async def _answer(self, press: ButtonPress) -> Message:
        """What the author says about a message where the channel wants to be asked."""
        kept = await self._ledger.kept(ASKED, press.value)
        if kept is None:
            return say("That was decided already, or is too long ago.")
        said = Said.model_validate(kept)
        if said.user != press.user_id:
            return say("That is somebody else's; only they can decide about it.")
        link = await self._links.of_thread(said.thread)
        if press.action_id == ASK_NO or link is None or await self._ledger.kept(GONE, said.place):
            await self._ledger.forget(ASKED, press.value)
            return say("👌 It stays in Slack only.")
        meant = addressed(said.text, "public" if press.action_id == ASK_PUBLIC else "private")
        to: Visibility = "public" if meant.to == "public" else "private"
        await self.hearing.take(said, link, mirrored(said, link, to, meant.text, self._policies, self.hearing.now()))
        await self._ledger.forget(ASKED, press.value)
        where = "to the customer" if to == "public" else "as an internal note"
        return say(f"👍 It goes to {link.ticket.ref} {where}.")


def _verb_of(words: str) -> str:
    return words.strip().partition(" ")[0].rstrip(":").lower()


def _is_command(text: str) -> bool:
    """Whether it begins with a verb: in a direct message that is said to the bot and not on the ticket."""
    words = text.split(maxsplit=1)
    return bool(words) and words[0].rstrip(":").lower() in ALIASES and not words[0].endswith(":")
