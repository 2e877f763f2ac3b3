"""What Slack sends about forms: shortcuts, presses, menus that ask, and forms that were sent."""

import asyncio
import re
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.actions.commands import Command
from bot.dispatch.forms import Verb
from bot.errors import HelpdeskError, UsageError
from bot.grammar.references import Reference
from bot.grammar.slacktext import plain
from bot.helpdesk import ListName
from bot.ledger import Kept, Ledger, LedgerError
from bot.slack import render
from bot.slack.deliver import allowed
from bot.slack.forms.customs import PREFIX, options_of
from bot.slack.forms.drafts import FIX, NAMESPACE, OPEN, Draft, new_token
from bot.slack.forms.entered import Entered, fits, joined
from bot.slack.forms.fields import LISTS, fields_of
from bot.slack.forms.inputs import FORM, option
from bot.slack.forms.lists import MOST_OPTIONS, Option
from bot.slack.forms.opening import Forms, Surface
from bot.slack.forms.payloads import Shortcut, Submission, Suggestion
from bot.slack.forms.starting import LACKING, guess, of_message, on_message, permalink, thread_of
from bot.slack.forms.submitting import Submissions, as_chosen
from bot.slack.forms.view import CALLBACK, MORE, Form, extra_options, within
from bot.slack.intake import Desks
from bot.slack.messages import Message, say
from bot.slack.payloads import ButtonPress, SlashCommand
from bot.slack.repeats import webhook
from bot.slack.tasks import Tasks

log = structlog.get_logger()

NEW, FROM_MESSAGE = "new_ticket", "ticket_from_message"
ON_MESSAGE: dict[str, Verb] = {
    "reply_on_ticket": "reply",
    "add_note": "note",
    "follow_up": "followup",
    "forward_ticket": "forward",
}
"""The ``callback_id`` of each shortcut, as the manifest has them."""
_OPENED = 1.0
"""Seconds for which the acknowledgement waits for the form to be there."""
_SUGGESTED = 2.0
_GONE = "That was sent already, or it is more than seven days old."


class FormListeners:
    """Listens to everything about forms."""

    def __init__(
        self,
        ledger: Ledger,
        forms: Forms,
        submissions: Submissions,
        choice: Desks,
        tasks: Tasks,
        *,
        hosts: frozenset[str],
    ) -> None:
        self._ledger = ledger
        self._forms = forms
        self._submissions = submissions
        self._choice = choice
        self._tasks = tasks
        self._hosts = hosts

    def register(self, app: AsyncApp) -> None:
        """Listen."""
        for name in (NEW, FROM_MESSAGE, *ON_MESSAGE):
            app.shortcut(name)(self._shortcut)
        app.action(re.compile(rf"({re.escape(OPEN)}|{re.escape(FIX)})$"))(self._draft)
        app.action(re.compile(rf"{re.escape(FORM)}.+"))(self._changed)
        app.options(re.compile(rf"{re.escape(FORM)}.+"))(self._suggest)
        app.view(CALLBACK)(self._sent)

    async def unread(self, said: SlashCommand, error: UsageError | None) -> Message | None:
        """Open the form for a command that says too little; what to answer where it says something wrong."""
        guessed = _guessed(said.text, said.user_id)
        surface = Surface(said.user_id, said.channel_id, self._reachable(said.response_url), said.team_id)
        if guessed is not None and (error is None or error.code in LACKING):
            draft = self._drafted(said.user_id, said.channel_id, *guessed)
            await self._opened(self._forms.open(said.trigger_id, draft, surface))
            return None
        assert error is not None  # a command without words is a form
        token = None
        if guessed is not None:
            draft = self._drafted(said.user_id, said.channel_id, *guessed)
            token = await self._keep(replace(draft, errors={"": str(error)}))
        return render.refused(
            str(error), command=said.command, typed=plain(said.text), corrected=error.corrected, fix=token
        )

    def offered(self, text: str, user: str, channel: str, error: UsageError) -> tuple[str, tuple[Kept, ...]] | None:
        """A draft of words that cannot be taken, where there is no trigger to open it: its token, and what to keep.

        ``None`` where no form could hold them.
        """
        guessed = _guessed(text, user)
        if guessed is None:
            return None
        draft = self._drafted(user, channel, *guessed)
        if error.code not in LACKING:
            draft = replace(draft, errors={"": str(error)})
        token = new_token()
        return (token, (draft.kept(token),)) if fits(draft.entered) else None

    def _drafted(self, user: str, channel: str, verb: Verb, reference: Reference | None, entered: Entered) -> Draft:
        helpdesk = ref = None
        if reference is not None:
            view = Command(action="view", ref=reference.ref, helpdesk=reference.helpdesk)
            try:
                helpdesk, ref = self._choice.choose(view, channel)
            except UsageError:
                typed = f"{reference.helpdesk}:{reference.ref}" if reference.helpdesk else reference.ref
                entered = entered | {"ticket": typed}
        form = self._forms.form(verb, channel=channel, helpdesk=helpdesk, ticket=ref)
        return Draft(user=user, form=form, entered=entered)

    async def _keep(self, draft: Draft) -> str | None:
        """Keep a draft; its token, or nothing where it could not be kept."""
        if not fits(draft.entered):
            return None
        token = new_token()
        try:
            await self._ledger.keep(draft.kept(token))
        except LedgerError:
            log.warning("form.draft_not_kept", exc_info=True)
            return None
        return token

    async def _shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        pressed = Shortcut.read(body)
        surface = Surface(pressed.user_id, pressed.channel, self._reachable(pressed.response_url), pressed.user_team)
        verb: Verb = ON_MESSAGE.get(pressed.callback_id, "create")
        entered: Entered = {}
        if pressed.callback_id == FROM_MESSAGE:
            said = pressed.message
            address = permalink(pressed.domain, pressed.channel, str(said.get("ts") or ""), said.get("thread_ts"))
            entered = of_message(said, address=address)
        elif pressed.message:
            entered = on_message(verb, pressed.message)
        form = self._forms.form(verb, channel=pressed.channel, helpdesk=None, ticket=None)
        if pressed.callback_id == FROM_MESSAGE:
            form = replace(form, linkable=True, thread=thread_of(pressed.message))
        draft = Draft(user=pressed.user_id, form=form, entered=entered)
        thread = pressed.message.get("thread_ts") if pressed.callback_id in ON_MESSAGE else None
        await self._opened(self._forms.open(pressed.trigger_id, draft, surface, thread=thread))
        await ack()

    async def _draft(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Open a draft again."""
        press = ButtonPress.read(body)
        kept = await self._ledger.kept(NAMESPACE, press.value)
        if kept is None:
            await ack()
            self._tasks.start(self._instead(press, _GONE), name="form")
            return
        draft = Draft.read(kept)
        if draft.user != press.user_id:
            await ack()
            self._tasks.start(self._instead(press, "That is somebody else's.", replace_it=False), name="form")
            return
        draft = replace(draft, form=replace(draft.form, draft=press.value))
        url = self._reachable(press.response_url)
        surface = Surface(press.user_id, press.channel_id or None, url, press.user_team)
        await self._opened(self._forms.open(body.get("trigger_id") or "", draft, surface))
        await ack()

    async def _changed(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Something in an open form asks for it to be drawn anew."""
        await ack()
        if "view" in body:
            pressed = {action["action_id"] for action in body["actions"]}
            self._tasks.start(self._redraw(Submission.read(body), more=MORE in pressed), name="form")

    async def _redraw(self, shown: Submission, *, more: bool) -> None:
        before = Form.read(shown.metadata)
        entered = joined(shown.entered)
        if before.draft is not None and (kept := await self._ledger.kept(NAMESPACE, before.draft)):
            entered |= {name: value for name, value in kept["entered"].items() if name == "carried"}
        form = as_chosen(before, entered)
        if form.helpdesk != before.helpdesk:  # ids of one helpdesk mean nothing in another
            entered = {name: value for name, value in entered.items() if not _is_id(value)}
        form = replace(form, more=form.more or more)
        await self._forms.update(shown.view_id, shown.view_hash, Draft(shown.user_id, form, entered))

    async def _suggest(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        asked = Suggestion.read(body)
        found = await self._options(asked)
        await ack(options=[option(each) for each in found[:MOST_OPTIONS]])

    async def _options(self, asked: Suggestion) -> list[Option]:
        form = as_chosen(Form.read(asked.metadata), asked.entered)
        lists = self._forms.lists[form.helpdesk]
        typed = asked.typed.strip()
        if asked.block_id.startswith(PREFIX):
            custom = lists.custom_called(asked.block_id.removeprefix(PREFIX))
            every = options_of(custom) if custom is not None else []
            return [each for each in every if typed.casefold() in each.text.casefold()]
        field = next((it for it in fields_of(form.kind, lists.helpdesk) if it.name == asked.block_id), None)
        if field is None or field.list is None:
            return []
        name: ListName = field.list
        if name in LISTS and lists.entries(name) is None:
            try:
                await lists.learn([name], within=_SUGGESTED)
            except (TimeoutError, HelpdeskError):
                log.info("form.list_late", helpdesk=form.helpdesk, list=name)
        extras = [each for each in extra_options(field) if typed.casefold() in each.text.casefold()]
        return extras + lists.matching(name, typed, within(field.name, asked.entered))

    async def _sent(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack(**await self._submissions.submit(Submission.read(body)))

    async def _opened(self, opening: Coroutine[Any, Any, None]) -> None:
        """Have it opened, and wait a moment for it: most acknowledgements find the form there."""
        done = asyncio.Event()

        async def work() -> None:
            try:
                await opening
            finally:
                done.set()

        self._tasks.start(work(), name="form")
        try:
            await asyncio.wait_for(done.wait(), _OPENED)
        except TimeoutError:
            log.info("form.slow")

    def _reachable(self, url: str) -> str:
        return url if url and allowed(url, self._hosts) else ""

    async def _instead(self, press: ButtonPress, text: str, *, replace_it: bool = True) -> None:
        """Say something in place of the button, or beside it."""
        if not self._reachable(press.response_url):
            return
        hook = webhook(press.response_url)
        try:
            await hook.send_dict({"replace_original": replace_it, **say(text).arguments()})
        except (aiohttp.ClientError, TimeoutError):
            log.info("form.not_told")


def _guessed(text: str, user: str) -> tuple[Verb, Reference | None, Entered] | None:
    try:
        return guess(text, user)
    except UsageError:
        return None


def _is_id(value: Any) -> bool:
    return isinstance(value, dict) and str(value.get("value", "")).startswith("#")
