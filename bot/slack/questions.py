"""Questions: view, search, list, mine. Not recorded, answered to the asker alone, within twenty seconds."""

import asyncio
from uuid import uuid4

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.actions.commands import Command
from bot.dispatch import Dispatcher
from bot.errors import HelpdeskError, Unavailable, UserError
from bot.grammar import render as line_of
from bot.outcomes import TicketView
from bot.slack import render
from bot.slack.deliver import allowed
from bot.slack.intake import Asked
from bot.slack.messages import Message, say
from bot.slack.payloads import SlashCommand

log = structlog.get_logger()

PATIENCE = 20.0
"""Seconds."""


class Questions:
    """Answers questions."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        *,
        hosts: frozenset[str],
        zone: str,
    ) -> None:
        self._dispatcher = dispatcher
        self._client = client
        self._session = session
        self._hosts = hosts
        self._zone = zone

    async def answer(self, said: SlashCommand, asked: Asked) -> None:
        """Find the answer and tell it, or what was wrong; a stop in between says «ask again»."""
        typed = line_of(asked.command)
        try:
            message = await asyncio.wait_for(self._find(said, asked), PATIENCE)
        except UserError as error:
            message = render.refused(str(error), command=said.command, typed=typed, corrected=error.corrected)
        except (Unavailable, TimeoutError):
            message = say(
                "⏳ The helpdesk does not answer right now; questions are not kept, so please ask again later."
            )
        except asyncio.CancelledError:
            await asyncio.shield(self._tell(said, say("🔄 I was restarted while looking that up; please ask again.")))
            raise
        except (HelpdeskError, Exception) as error:
            incident = uuid4().hex[:8]
            log.error("question.failed", incident=incident, action=asked.command.action, exc_info=error)
            message = say(f"⚠️ That failed, and it is not your fault. The log has it as *{incident}*.")
        await self._tell(said, message)

    async def _find(self, said: SlashCommand, asked: Asked) -> Message:
        found = await self._dispatcher.show(asked.command, asked.helpdesk, said.user_id, said.channel_id)
        if isinstance(found, TicketView):
            return render.ticket(found, zone=self._zone, discreet=False)
        return render.page(found, what=_what(asked.command), discreet=False)

    async def _tell(self, said: SlashCommand, message: Message) -> None:
        if said.response_url and allowed(said.response_url, self._hosts):
            hook = AsyncWebhookClient(said.response_url, session=self._session, timeout=10)
            try:
                answer = await hook.send_dict({"response_type": "ephemeral", **message.arguments()})
            except (aiohttp.ClientError, TimeoutError):
                log.warning("question.not_told", way="response_url")
            else:
                if answer.status_code == 200:
                    return
        try:
            await self._client.chat_postEphemeral(channel=said.channel_id, user=said.user_id, **message.arguments())
        except (SlackApiError, aiohttp.ClientError, TimeoutError):
            log.warning("question.not_told", way="ephemeral")


def _what(command: Command) -> str:
    return line_of(command)
