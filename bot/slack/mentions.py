"""What people say to the bot in channels and direct messages: the same sentences as behind the slash command.

An event is acknowledged once what it asks for is recorded; one that cannot be recorded is not, so that Slack repeats
it. A mention comes a second time as the message that it is: both have the key of the message.
"""

import re
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import structlog

from bot.errors import UsageError
from bot.grammar.slacktext import plain
from bot.ledger import Kept, Ledger
from bot.slack import render
from bot.slack.forms.listening import FormListeners
from bot.slack.forms.opening import offer
from bot.slack.forms.starting import LACKING
from bot.slack.help import help_message
from bot.slack.intake import QUESTIONS, Asked, Intake
from bot.slack.messages import Message, say
from bot.slack.outbox import begins, to_person
from bot.slack.payloads import NOBODY, MessageEvent, after_command, after_name
from bot.slack.questions import Asker, Questions
from bot.slack.text import escape
from bot.telemetry import REFUSED

log = structlog.get_logger()

_SAID = frozenset({None, "file_share", "thread_broadcast"})
"""The subtypes that are somebody saying something (docs.slack.dev/reference/events/message)."""
_EMOJI = re.compile(r":[a-z0-9_+'-]+:(?::skin-tone-\d:)?")
"""As Slack writes one in a text (docs.slack.dev/messaging/formatting-message-text)."""
FILES_LEFT = (
    "📎 What you asked for goes ahead, without the files of that message. "
    "*Ticket from message* in the message's menu takes files along."
)


class Mentions:
    """Hears what is said to the bot."""

    def __init__(
        self,
        ledger: Ledger,
        intake: Intake,
        questions: Questions,
        forms: FormListeners,
        *,
        command: str,
        name: Callable[[], str | None],
    ) -> None:
        self._ledger = ledger
        self._forms = forms
        self._intake = intake
        self._questions = questions
        self._command = command
        self._name = name

    async def hear(self, event: MessageEvent) -> Coroutine[Any, Any, None] | None:
        """Record what was said, or give back the question to answer; nothing, where it was not for the bot.

        Raises:
            NotRecorded: the event must not be acknowledged.
        """
        if event.subtype not in _SAID or event.bot_id or event.user in {*NOBODY, event.me}:
            return None
        if event.type == "message" and event.channel_type != "im":
            return None
        text = self.words(event)
        try:
            command, helpdesk, ref = self._intake.read(text, event.channel)
        except UsageError as error:
            REFUSED.labels(error.code).inc()
            await self._refuse(event, text, error)
            return None
        if command.action == "help":
            await self._tell(event, help_message(command.topic, self._command))
            return None
        if command.action in QUESTIONS:
            return self._question(event, Asked(command, helpdesk, typed=plain(text)))
        origin = _origin(event) | {"before": self._before(event)}
        await self._intake.record(command, helpdesk, ref, key=event.key, origin=origin, typed=plain(text))
        if event.files:
            await self._tell(event, say(FILES_LEFT), about=":files")
        return None

    def words(self, event: MessageEvent) -> str:
        """What was said to the bot: all of a direct message, of another one what follows its name.

        Signs alone are no words: «thanks @ticketbot!» is the name and nothing more.
        """
        said = after_name(event.text, event.me)
        text = (event.text if said is None else said).strip()
        words = after_command(text, self._command)
        return words if words == "?" or _is_worded(text) else ""

    async def _refuse(self, event: MessageEvent, text: str, error: UsageError) -> None:
        """Say what is wrong, or only ask for what is missing; a button opens the form, filled with what was said."""
        token, keep = self._forms.offered(text, event.user, event.channel, error) or (None, ())
        if token is not None and error.code in LACKING:
            message = offer(f"📝 {escape(str(error))} The form has what you said, and asks for the rest.", token)
        else:
            before = self._before(event)
            message = render.refused(
                str(error), command=before, typed=plain(text), corrected=error.corrected, fix=token
            )
        await self._tell(event, message, keep=keep)

    async def _tell(self, event: MessageEvent, message: Message, *, about: str = "", keep: Sequence[Kept] = ()) -> None:
        """Answer once, to them alone; recorded, because Slack repeats what it is not sure of."""
        answer = to_person(f"{event.key}{about}", message, _origin(event), answers="")
        await self._ledger.record([answer], keep=keep)

    def _question(self, event: MessageEvent, asked: Asked) -> Coroutine[Any, Any, None] | None:
        before = self._before(event)
        asker = Asker(event.user, event.channel, thread=event.thread_ts, direct=event.direct, before=before)
        return self._questions.answer_once(event.key, asker, asked)

    def _before(self, event: MessageEvent) -> str:
        """What stands before a line that is said like this: the bot's name, and to the bot alone nothing."""
        return "" if event.direct else f"@{self._name() or event.me}"


def _is_worded(text: str) -> bool:
    """Whether there are words in it, and not only signs and emoji."""
    return any(map(str.isalnum, _EMOJI.sub("", text)))


def _origin(event: MessageEvent) -> dict[str, Any]:
    """Where the answer goes: to the thread in a channel; in a direct message only if it was said in one."""
    here = {"thread": event.thread_ts} if event.thread_ts else {} if event.direct else begins(event.ts)
    return {
        "surface": "direct" if event.direct else "mention",
        "team": event.team,
        "channel": event.channel,
        "user": event.user,
        **here,
    }
