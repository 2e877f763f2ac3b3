"""Opening forms: at once, and completed afterwards with what was not at hand."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.dispatch import Desk
from bot.dispatch.people import People
from bot.errors import Unavailable
from bot.helpdesk import ListName
from bot.ledger import Ledger, LedgerError
from bot.mirror.links import Links, Thread
from bot.slack.blocks import Block, actions, button
from bot.slack.deliver import keep_response_url
from bot.slack.forms import FormKind
from bot.slack.forms.drafts import OPEN, Draft, new_token
from bot.slack.forms.entered import Entered, fits, of_prefill
from bot.slack.forms.fields import fields_of, kind_of
from bot.slack.forms.lists import Lists
from bot.slack.forms.moments import Clock
from bot.slack.forms.view import Form, Shown, settled, view_of
from bot.slack.intake import Desks
from bot.slack.messages import Message, say
from bot.slack.outbox import to_person
from bot.slack.refusals import NOT_DONE, code_of
from bot.slack.tasks import Tasks
from bot.when import DEFAULT, Policy

log = structlog.get_logger()

_LEARN = 20.0
"""Seconds for which lists that are not at hand are waited for while a form is open."""
_KNOWN = 1.0
"""Seconds for which Slack is asked who somebody is, where the payload does not say."""
_STRANGER = "Forms are for people of the organisation that runs this bot: they list its staff and customers."


@dataclass(frozen=True)
class Surface:
    """Where somebody asked for a form: what a private message to them needs."""

    user: str
    channel: str | None = None
    response_url: str = ""
    team: str = ""
    """The workspace that the person belongs to, where the payload says."""


class Forms:
    """Opens forms and keeps them up to date.

    Args:
        client: The Web API.
        ledger: Keeps drafts.
        desks: The helpdesks.
        choice: Which helpdesk is meant.
        people: Knows their zones, and what they may do.
        tasks: Runs what comes after a form was opened.
        team: Our own workspace, as far as Slack has said; whoever is of another gets no form.
        zone: The time zone of people whose own is not known.
        policy: How words for a moment are read.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        ledger: Ledger,
        desks: Mapping[str, Desk],
        choice: Desks,
        people: People,
        tasks: Tasks,
        *,
        team: Callable[[], str | None],
        zone: str,
        policy: Policy = DEFAULT,
    ) -> None:
        self._client = client
        self._ledger = ledger
        self._links = Links(ledger)
        self._choice = choice
        self._directory = people.directory
        self.people = people
        self._tasks = tasks
        self._team = team
        self._zone = zone
        self._policy = policy
        self._direct: dict[str, str] = {}
        self.lists = {name: Lists(desk.helpdesk, desk.catalogue) for name, desk in desks.items()}

    async def open_form(
        self,
        kind: FormKind,
        trigger_id: str,
        *,
        user: str,
        team: str = "",
        channel: str | None = None,
        prefill: Mapping[str, Any] | None = None,
        helpdesk: str | None = None,
        ticket: str | None = None,
    ) -> None:
        """Open the form at once; see :class:`bot.slack.forms.Opener`."""
        form = self.form(kind, channel=channel, helpdesk=helpdesk, ticket=ticket)
        draft = Draft(user=user, form=form, entered=of_prefill(prefill or {}))
        await self.open(trigger_id, draft, Surface(user, channel, team=team))

    def form(self, kind: FormKind, *, channel: str | None, helpdesk: str | None, ticket: str | None) -> Form:
        """A new form, on the helpdesk that is meant."""
        usual = helpdesk or self._choice.of_channel.get(channel or "", self._choice.default)
        able = self._able(kind_of(kind))
        if ticket is None and helpdesk is None and usual not in able and able:
            usual = able[0]
        return Form(verb=kind, helpdesk=usual, ticket=ticket, channel=channel)

    async def open(self, trigger_id: str, draft: Draft, surface: Surface, *, thread: str | None = None) -> None:
        """Open it; where Slack does not let us, send a private message with a button that does.

        ``thread`` is the ``ts`` of the thread that was asked in: under a ticket's card it says which ticket is meant.
        """
        foreign = await self._foreign(surface)
        if foreign:
            await self._tell(surface, say(f"🔒 {_STRANGER} Nothing was opened; somebody there can do it for you."))
            return
        carried = "carried" in draft.entered
        if carried and draft.form.draft is None:
            draft = replace(draft, form=replace(draft.form, draft=new_token()))
        view = self.drawn(draft, Clock(zone=self._zone, policy=self._policy))
        if foreign is None:
            log.warning("form.not_opened", verb=draft.form.verb, error="whose it is could not be found out")
            await self._offer(draft, surface)
            return
        try:
            answer = await self._client.views_open(trigger_id=trigger_id, view=view)
        except NOT_DONE as error:
            code = code_of(error) if isinstance(error, SlackApiError) else repr(error)
            log.warning("form.not_opened", verb=draft.form.verb, error=code)
            await self._offer(draft, surface)
            return
        if carried and draft.form.draft is not None:
            await self._ledger.keep(draft.kept(draft.form.draft))
        opened: dict[str, Any] = answer.get("view") or {}
        if opened.get("id"):
            self._tasks.start(self._complete(opened["id"], opened.get("hash"), draft, view, thread), name="form")

    async def update(self, view_id: str, view_hash: str | None, draft: Draft) -> None:
        """Draw an open form anew."""
        clock = await self.clock(draft.user)
        try:
            await self._client.views_update(view_id=view_id, hash=view_hash, view=self.drawn(draft, clock))
        except NOT_DONE as error:
            log.info("form.not_updated", error=repr(error))
            return
        await self._fresh(draft)

    async def clock(self, user: str, *, now: datetime | None = None) -> Clock:
        """This person's, in the zone that Slack has of them."""
        usual = self.usual(now or datetime.now(UTC))
        try:
            profile = await self._directory.profile(user)
        except Unavailable:
            return usual
        return replace(usual, zone=profile.zone or self._zone)

    def usual(self, now: datetime) -> Clock:
        """The same for somebody whose zone is not known."""
        return Clock(now, self._zone, self._policy)

    def _able(self, kind: str) -> list[str]:
        return [name for name, lists in self.lists.items() if kind in lists.helpdesk.capabilities]

    def drawn(self, draft: Draft, clock: Clock) -> Block:
        """The view of a form, from the lists that are at hand."""
        form = draft.form
        lists = self.lists[form.helpdesk]
        shown = Shown(form, lists, self._able(form.kind), draft.entered, draft.errors, clock)
        return view_of(settled(shown))

    async def _complete(
        self, view_id: str, view_hash: str | None, draft: Draft, before: Block, thread: str | None
    ) -> None:
        """Bring what was not at hand when it was opened: lists, the ticket of a thread, the person's own zone."""
        if thread is not None and draft.form.ticket is None and "ticket" not in draft.entered:
            draft = replace(draft, form=await self._of_thread(draft.form, thread))
        draft = await self.acquainted(draft)
        if draft.form.channel is None:
            await self._meet(draft.user)
        await self._fresh(draft)
        if refused := refused_of(draft, self.lists[draft.form.helpdesk]):
            await self.lists[draft.form.helpdesk].renewed(refused.values(), within=_LEARN)
        view = self.drawn(draft, await self.clock(draft.user))
        if view == before:
            return
        try:
            await self._client.views_update(view_id=view_id, hash=view_hash, view=view)
        except NOT_DONE as error:
            log.info("form.not_completed", error=repr(error))

    async def acquainted(self, draft: Draft) -> Draft:
        """The draft, saying that its message's thread has a ticket already; as it is, where it has none or said so."""
        form = draft.form
        here = await self._links.of_thread(Thread(channel=form.channel or "", ts=form.thread)) if form.thread else None
        if here is None or here.ticket.ref == form.known:
            return draft
        ref = here.ticket.ref
        text = f"This message's thread belongs to {ref} already. To add the message to it, put {ref} here; "
        text += "sent as it is, this opens another ticket."
        return replace(draft, form=replace(form, known=ref), errors={**draft.errors, "ticket": text})

    async def _of_thread(self, form: Form, thread: str) -> Form:
        """The form, about the ticket in whose thread it was asked for."""
        here = await self._links.of_thread(Thread(channel=form.channel or "", ts=thread))
        if here is None or here.ticket.helpdesk not in self._able(form.kind):
            return form
        return replace(form, helpdesk=here.ticket.helpdesk, ticket=here.ticket.ref)

    def direct(self, user: str) -> str:
        """Where the bot talks to somebody alone; by their own id it can post there, but change nothing later."""
        return self._direct.get(user, user)

    async def _meet(self, user: str) -> None:
        if user in self._direct:
            return
        try:
            answer = await self._client.conversations_open(users=user)
        except NOT_DONE as error:
            log.info("form.no_direct_message", error=repr(error))
            return
        channel: dict[str, Any] = answer.get("channel") or {}
        if channel.get("id"):
            self._direct[user] = channel["id"]

    async def _fresh(self, draft: Draft) -> None:
        lists = self.lists[draft.form.helpdesk]
        fields = fields_of(draft.form.kind, lists.helpdesk)
        try:
            await lists.learn({each.list for each in fields if each.list is not None}, within=_LEARN)
        except TimeoutError:
            log.info("form.lists_late", helpdesk=draft.form.helpdesk)

    async def _foreign(self, surface: Surface) -> bool | None:
        """Whether they are of another organisation, to whom a form would show names; ``None``: that is not known.

        The network is asked only where the payload names no workspace, or another than ours.
        """
        if surface.team and surface.team == self._team():
            return False
        try:
            return (await asyncio.wait_for(self._directory.profile(surface.user), _KNOWN)).foreign
        except (Unavailable, TimeoutError):
            return None

    async def _tell(self, surface: Surface, message: Message) -> None:
        """Say something to them alone."""
        origin = {"channel": surface.channel or surface.user, "user": surface.user}
        try:
            await self._ledger.record([to_person(f"form:{new_token()}", message, origin, answers="")])
        except LedgerError:
            log.exception("form.not_told", user=surface.user)

    async def _offer(self, draft: Draft, surface: Surface) -> None:
        """The way in by a button, whose trigger is a new one."""
        token = draft.form.draft or new_token()
        if not fits(draft.entered):
            draft = replace(draft, entered={})
        message = offer("⌛ The form could not be opened in time. Nothing that was filled in is lost.", token)
        origin = {"channel": surface.channel or surface.user, "user": surface.user}
        kept = [draft.kept(token)]
        if surface.response_url:
            kept.append(keep_response_url(token, surface.response_url, datetime.now(UTC)))
        try:
            delivery = to_person(f"form:{new_token()}", message, origin, answers=token)
            await self._ledger.record([delivery], keep=kept)
        except LedgerError:
            log.exception("form.not_offered", user=surface.user)


def refused_of(draft: Draft, lists: Lists) -> dict[str, ListName]:
    """Field to its list, where an entry of a list was refused: the list may be another one by now."""
    chosen = {
        name for name, value in draft.entered.items() if isinstance(value, dict) and str(value.get("value"))[:1] == "#"
    }
    fields = fields_of(draft.form.kind, lists.helpdesk)
    return {each.name: each.list for each in fields if each.list and each.name in chosen & set(draft.errors)}


def offer(text: str, token: str) -> Message:
    """A message with the button that opens a draft."""
    return say(text, actions(button("Open form", OPEN, token, style="primary")))


def carried(files: list[dict[str, Any]]) -> Entered:
    """Files of a message that a form is made from."""
    return {"carried": {"files": files[:10]}} if files else {}
