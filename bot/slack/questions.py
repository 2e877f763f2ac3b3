"""Questions: view, search, list, mine. Not recorded, answered to the asker alone, within twenty seconds."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.dispatch import Dispatcher
from bot.errors import HelpdeskError, SlackUnavailable, Unavailable, UserError
from bot.grammar import render as line_of
from bot.grammar.slacktext import plain
from bot.outcomes import TicketView
from bot.slack import render
from bot.slack.cards.face import Faces
from bot.slack.cards.facts import Book
from bot.slack.cards.lists import Place, listing
from bot.slack.deliver import allowed
from bot.slack.intake import Asked
from bot.slack.messages import Message, say
from bot.slack.payloads import ButtonPress, SlashCommand
from bot.slack.recent import Recent
from bot.slack.repeats import webhook
from bot.slack.threads.commands import in_thread

log = structlog.get_logger()

PATIENCE = 20.0
"""Seconds."""
_REMEMBERED = 2000
"""Messages that asked something; Slack repeats an event for some minutes."""


@dataclass(frozen=True)
class Asker:
    """Who asked, and how they are answered so that nobody else sees it."""

    user: str
    channel: str
    response_url: str = ""
    replace: bool = False
    """Show the answer in place of the message that the ``response_url`` belongs to."""
    thread: str | None = None
    direct: bool = False
    """They asked in a direct message, where an ordinary message is for them alone."""
    before: str | None = None
    """What stands before a line where they asked, if it is not the slash command."""
    own: str | None = None
    """The ticket in whose thread they asked, where lines are typed in another way."""

    @classmethod
    def of_command(cls, said: SlashCommand) -> "Asker":
        """Somebody who typed a slash command."""
        return cls(said.user_id, said.channel_id, said.response_url)

    @classmethod
    def of_press(cls, press: ButtonPress, *, replace: bool) -> "Asker":
        """Somebody who pressed a button under an answer."""
        return cls(press.user_id, press.channel_id, press.response_url, replace, press.thread_ts)


class Questions:
    """Answers questions.

    Args:
        dispatcher: Finds the answers.
        client: The Web API, for those who cannot be answered otherwise.
        session: For ``response_url``s.
        book: What the bot itself knows of a ticket.
        faces: Draws tickets.
        hosts: Hosts that a ``response_url`` may lead to.
        command: The slash command, for showing what to type.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        book: Book,
        faces: Faces,
        *,
        hosts: frozenset[str],
        command: str,
    ) -> None:
        self._dispatcher = dispatcher
        self._client = client
        self._session = session
        self._book = book
        self._faces = faces
        self._hosts = hosts
        self._command = command
        self._answered = Recent(_REMEMBERED)

    def answer_once(self, key: str, asker: Asker, asked: Asked) -> Coroutine[Any, Any, None] | None:
        """The same as :meth:`answer` for an event, which Slack may deliver again: ``None`` the second time."""
        return self.answer(asker, asked) if self._answered.add(key) else None

    async def answer(self, asker: Asker, asked: Asked) -> None:
        """Find the answer and tell it, or what was wrong; a stop in between says «ask again»."""
        typed = asked.typed or plain(line_of(asked.command))
        try:
            message = await asyncio.wait_for(self._find(asker, asked), PATIENCE)
        except UserError as error:
            message = self._refused(asker, typed, error)
        except (Unavailable, TimeoutError) as error:
            away = "Slack" if isinstance(error, SlackUnavailable) else "The helpdesk"
            message = say(f"⏳ {away} does not answer right now; questions are not kept, so please ask again later.")
        except asyncio.CancelledError:
            await asyncio.shield(self.tell(asker, say("🔄 I was restarted while looking that up; please ask again.")))
            raise
        except (HelpdeskError, Exception) as error:
            incident = uuid4().hex[:8]
            log.error("question.failed", incident=incident, action=asked.command.action, exc_info=error)
            message = say(f"⚠️ That failed, and it is not your fault. The log has it as *{incident}*.")
        await self.tell(asker, message)

    def _refused(self, asker: Asker, typed: str, error: UserError) -> Message:
        """What is wrong with the question, with lines as they are typed where it was asked."""
        before, corrected = asker.before, error.corrected
        if asker.own is not None:
            before, typed = "", in_thread(typed, asker.own)
            corrected = corrected and in_thread(corrected, asker.own)
        command = self._command if before is None else before
        return render.refused(str(error), command=command, typed=typed, corrected=corrected)

    async def _find(self, asker: Asker, asked: Asked) -> Message:
        place = asked.place or Place(line_of(asked.command), asked.helpdesk)
        found = await self._dispatcher.show(asked.command, asked.helpdesk, asker.user, asker.channel, page=place.page)
        if isinstance(found, TicketView):
            return self._faces.viewed(found, await self._book.facts(found.ticket))
        return listing(found, place)

    async def tell(self, asker: Asker, message: Message) -> None:
        """Say something to the asker alone."""
        if asker.response_url and allowed(asker.response_url, self._hosts):
            hook = webhook(asker.response_url, session=self._session)
            body = {"response_type": "ephemeral", "replace_original": asker.replace, **message.arguments()}
            try:
                answer = await hook.send_dict(body)
            except (aiohttp.ClientError, TimeoutError):
                log.warning("question.not_told", way="response_url")
            else:
                if answer.status_code == 200:
                    return
        where: dict[str, Any] = {"channel": asker.channel, **({"thread_ts": asker.thread} if asker.thread else {})}
        try:
            if asker.direct:
                await self._client.chat_postMessage(**where, unfurl_links=False, **message.arguments())
            else:
                await self._client.chat_postEphemeral(**where, user=asker.user, **message.arguments())
        except (SlackApiError, aiohttp.ClientError, TimeoutError):
            log.warning("question.not_told", way="message")
