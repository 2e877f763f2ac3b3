"""What Slack sends, to whoever takes it. Listeners validate, read, record and acknowledge; nothing here is slow.

``process_before_response`` is on: the answer goes out when a listener has ended, so nothing is acknowledged that is
not recorded. Catch-alls come last, or Slack would repeat what nobody listens to.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from uuid import uuid4

import structlog
from pydantic import ValidationError
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserError
from bot.grammar.slacktext import plain
from bot.ledger import NotRecorded
from bot.slack.buttons import Buttons
from bot.slack.cards.presses import CardButtons
from bot.slack.deliver import allowed
from bot.slack.directory import Directory
from bot.slack.forms.listening import FormListeners
from bot.slack.forms.reactions import Reactions
from bot.slack.home.presses import HomeButtons
from bot.slack.intake import Asked, Intake, Unread
from bot.slack.mentions import Mentions
from bot.slack.messages import Message, give_back, say
from bot.slack.payloads import ButtonPress, MessageEvent, SlashCommand
from bot.slack.questions import Asker, Questions
from bot.slack.repeats import webhook
from bot.slack.tasks import Tasks
from bot.slack.text import escape
from bot.slack.threads.listening import ThreadListeners

log = structlog.get_logger()

_EVERYTHING = re.compile(r".*", re.DOTALL)


class Listeners:
    """The bot's side of every listener."""

    def __init__(
        self,
        intake: Intake,
        questions: Questions,
        buttons: Buttons,
        cards: CardButtons,
        forms: FormListeners,
        mentions: Mentions,
        threads: ThreadListeners,
        reactions: Reactions,
        homes: HomeButtons,
        directory: Directory,
        tasks: Tasks,
        *,
        hosts: frozenset[str],
    ) -> None:
        self._intake = intake
        self._questions = questions
        self._buttons = buttons
        self._cards = cards
        self._forms = forms
        self._mentions = mentions
        self._threads = threads
        self._reactions = reactions
        self._homes = homes
        self._directory = directory
        self._tasks = tasks
        self._hosts = hosts

    def register(self, app: AsyncApp, command: str) -> None:
        """Listen to everything that Slack sends."""
        app.command(command)(self._command)
        app.action(re.compile(r"(entry|thread)\..+"))(self._button)
        app.action(re.compile(r"(card|list)\..+"))(self._card)
        app.action(re.compile(r"home\..+"))(self._home_pressed)
        self._forms.register(app)
        app.event("app_home_opened")(self._home_opened)
        for said in ("app_mention", "message"):
            app.event(said)(self._said)
        app.event("reaction_added")(self._reacted)
        app.event("user_change")(self._person_changed)
        for changed in ("subteam_updated", "subteam_members_changed"):
            app.event(changed)(self._group_changed)
        app.error(self._failed)
        for listen in (app.command, app.action, app.shortcut, app.view, app.options):
            listen(_EVERYTHING)(_nobody)
        app.event(_EVERYTHING)(_nothing)

    async def take(self, body: dict[str, str]) -> BoltResponse:
        """A slash command whose signature was checked, with the answer that Bolt would give."""
        ack = AsyncAck()  # type: ignore[no-untyped-call]  # Bolt has no type here
        try:
            await self._command(ack, body)
        except Exception as error:
            return await self._failed(error, body, ack)
        return ack.response or await ack()

    async def _command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        said = SlashCommand.model_validate(body)
        answer = await self._intake.command(said)
        if isinstance(answer, Unread):
            answer = await self._forms.unread(said, answer.error)
        match answer:
            case Asked():
                self._tasks.start(self._questions.answer(Asker.of_command(said), answer), name="question")
                await ack()
            case Message():
                await ack(response_type="ephemeral", **answer.arguments())
            case None:
                await ack()

    async def _button(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A button under a message to one person; what came of it stands in its place."""
        press = ButtonPress.read(body)
        buttons = self._threads if press.action_id.startswith("thread.") else self._buttons
        try:
            message = await buttons.press(press)
        except NotRecorded:
            message = say("⚠️ That could not be recorded, so nothing changed. Please press it again.")
        await ack()
        self._tasks.start(self._instead(press, message), name="button")

    async def _instead(self, press: ButtonPress, message: Message) -> None:
        """Show what came of it in place of the button."""
        if not press.response_url or not allowed(press.response_url, self._hosts):
            return
        hook = webhook(press.response_url)
        # Without its thread what replaces a message of a thread that only one person sees stands in the channel.
        where = {"thread_ts": press.thread_ts} if press.thread_ts else {}
        await hook.send_dict({"replace_original": True, **where, **message.arguments()})

    async def _card(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A button of a card or a list; what is wrong is told to whoever pressed it, and the card stays."""
        press = ButtonPress.read(body)
        try:
            task = await self._cards.press(press)
        except NotRecorded:
            task = self._tell(press, "⚠️ That could not be recorded, so nothing was done. Please press it again.")
        except UserError as error:
            task = self._tell(press, f"⚠️ {escape(str(error))}")
        await ack()
        if task is not None:
            self._tasks.start(task, name="card")

    def _tell(self, press: ButtonPress, text: str) -> Coroutine[Any, Any, None]:
        return self._questions.tell(Asker.of_press(press, replace=False), say(text))

    async def _said(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Something that may be for the bot; what cannot be recorded is not acknowledged."""
        try:
            event = MessageEvent.read(body, me=context.bot_user_id)
        except ValidationError as error:  # acknowledged: sent once more it would say the same
            wrong = [".".join(map(str, each["loc"])) for each in error.errors()]
            log.warning("event.unreadable", event_id=body.get("event_id"), wrong=wrong)
            return
        if body.get("is_ext_shared_channel"):
            self._directory.is_shared(event.channel)
        if event.type == "message":
            taken, task = await self._threads.said(body, event)
        else:
            taken, task = await self._threads.mentioned(event, self._mentions.words(event))
        if not taken:
            task = await self._mentions.hear(event)
        if task is not None:
            self._tasks.start(task, name="question")

    async def _reacted(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await self._reactions.hear(body["event"], team=body.get("team_id") or "", me=context.bot_user_id)

    async def _home_opened(self, body: dict[str, Any]) -> None:
        event = body["event"]
        if event.get("tab") == "home":
            await self._homes.opened(event["user"], body.get("event_id") or event.get("event_ts") or uuid4().hex)

    async def _home_pressed(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Something on a Home; it shows what came of it, and what could not be recorded changes nothing."""
        press = ButtonPress.read(body)
        try:
            task = await self._homes.press(press)
        except NotRecorded:
            log.warning("home.not_recorded", action=press.action_id)
            task = None
        await ack()
        if task is not None:
            self._tasks.start(task, name="home")

    async def _person_changed(self, event: dict[str, Any]) -> None:
        self._directory.forget((event.get("user") or {}).get("id") or "")

    async def _group_changed(self, event: dict[str, Any]) -> None:
        self._directory.forget(event.get("subteam_id") or (event.get("subteam") or {}).get("id") or "")

    async def _failed(self, error: Exception, body: dict[str, Any], ack: AsyncAck) -> BoltResponse:
        """A fault of ours: people get an incident id, and an event stays unacknowledged so that Slack repeats it."""
        incident = uuid4().hex[:8]
        log.error("listener.failed", incident=incident, type=body.get("type"), exc_info=error)
        if body.get("type") == "view_submission" and (inputs := list(body["view"]["state"]["values"])):
            text = f"That failed before it was recorded, so nothing was done. The log has it as {incident}."
            return BoltResponse(status=200, body={"response_action": "errors", "errors": {inputs[0]: text}})
        if "command" not in body:
            status = 500 if "event" in body else 200
            return BoltResponse(status=status, body="")
        text = f"⚠️ That failed before it was recorded, so nothing was done. The log has it as *{incident}*. You typed:"
        message = give_back(text, plain(f"{body['command']} {body.get('text', '')}"))
        return await ack(response_type="ephemeral", **message.arguments())


async def _nobody(ack: AsyncAck, body: dict[str, Any]) -> None:
    """Something this version knows nothing of: taken, so that nobody sees a failure."""
    log.info("payload.ignored", type=body.get("type") or "command")
    await ack()


async def _nothing() -> None:
    """An event nobody needs."""


def bolt(
    client: AsyncWebClient, *, signing_secret: str | None, identity: Callable[[], Awaitable[AuthorizeResult]]
) -> AsyncApp:
    """The Bolt app; ``identity`` is asked on every request and must not need the network."""

    # Bolt warns of a token in the environment that it does not use; it is the client's, and used. A level would not
    # last: Bolt sets it anew.
    logging.getLogger("slack_bolt.AsyncApp").addFilter(lambda record: "`token`" not in record.getMessage())

    async def authorize() -> AuthorizeResult:
        return await identity()

    return AsyncApp(
        client=client,
        signing_secret=signing_secret,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=signing_secret is not None,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        raise_error_for_unhandled_request=False,
    )
