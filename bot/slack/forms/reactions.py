"""An emoji on a message as the way to a ticket: a reaction has no trigger, so whoever reacted gets a button in private.

Once for each message and person: the event is recorded under both before it is acknowledged, and fetching the message
comes afterwards, from the ledger.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.dispatch.people import Directory
from bot.errors import Unavailable
from bot.ledger import Claim, Entry, Kept, Ledger, NewEntry, Settle, Settlement
from bot.slack.forms.drafts import Draft, new_token
from bot.slack.forms.entered import fits
from bot.slack.forms.opening import Forms, offer
from bot.slack.forms.starting import of_message, thread_of
from bot.slack.forms.view import Form
from bot.slack.outbox import to_person
from bot.slack.refusals import PASSING, UNANSWERED, code_of, next_try, pause_of
from bot.slack.text import link

log = structlog.get_logger()

KIND = "reaction"
_PATIENCE = timedelta(minutes=10)
"""After that nobody remembers what they reacted to."""


class Reactions:
    """Hears reactions; without an emoji's ``name`` none of them means anything."""

    def __init__(self, ledger: Ledger, forms: Forms, *, name: str | None) -> None:
        self._ledger = ledger
        self._forms = forms
        self._name = name

    async def hear(self, event: Mapping[str, Any], *, team: str, me: str | None) -> None:
        """Record that somebody wants a ticket of a message (docs.slack.dev/reference/events/reaction_added).

        Raises:
            NotRecorded: the event must not be acknowledged.
        """
        item = event.get("item") or {}
        name = str(event.get("reaction") or "").partition("::")[0]  # without the colour of a skin
        user = str(event.get("user") or "")
        if self._name is None or name != self._name or item.get("type") != "message" or user in {"", me}:
            return
        channel, ts = str(item["channel"]), str(item["ts"])
        form = self._forms.form("create", channel=channel, helpdesk=None, ticket=None)
        entry = NewEntry(
            key=f"reaction:{team}:{channel}:{ts}:{user}",
            lane=f"reaction:{channel}:{user}",
            kind=KIND,
            body={"ts": ts, "form": asdict(replace(form, linkable=True))},
            origin={"surface": "reaction", "team": team, "channel": channel, "user": user},
            person=user,
        )
        await self._ledger.record([entry])


class Offers:
    """Offers forms to those who reacted."""

    def __init__(self, client: AsyncWebClient, directory: Directory) -> None:
        self._client = client
        self._directory = directory

    async def perform(self, entry: Entry, claim: Claim) -> Settlement:  # noqa: ARG002 - only the ledger is written
        """Fetch the message, and have its button sent."""
        user, channel, ts = entry.origin["user"], entry.origin["channel"], entry.body["ts"]
        try:
            if (await self._directory.profile(user)).foreign:
                return _settled("foreign")
            message = await self._message(channel, ts)
            address = await self._address(channel, ts)
        except SlackApiError as error:
            code = code_of(error)
            if code not in PASSING:
                log.warning("reaction.no_message", channel=channel, code=code)
                return _settled(code)
            return _later(entry, code, pause_of(error))
        except (Unavailable, *UNANSWERED):
            return _later(entry, "slack")
        if message is None:
            return _settled("gone")
        entered = of_message(message, address=address)
        form = replace(Form(**entry.body["form"]), thread=thread_of(message))
        draft = Draft(user=user, form=form, entered=entered if fits(entered) else {})
        token = new_token()
        about = link(address or None, "that message")
        button = offer(f"🎫 A ticket from {about}? The form has its words, its author and its files.", token)
        thread = message.get("thread_ts")
        origin = {**entry.origin, **({"thread": thread} if thread and thread != ts else {})}
        then = to_person(f"{entry.key}:offer", button, origin, answers="")
        return _settled("offered", then=(then,), keep=(draft.kept(token),))

    async def _message(self, channel: str, ts: str) -> dict[str, Any] | None:
        """The message, in a thread or not; replies are not in a channel's history."""
        answer = await self._client.conversations_replies(
            channel=channel, ts=ts, oldest=ts, latest=ts, inclusive=True, limit=2
        )
        messages: list[dict[str, Any]] = answer.get("messages") or []
        return next((each for each in messages if each.get("ts") == ts), None)

    async def _address(self, channel: str, ts: str) -> str:
        answer = await self._client.chat_getPermalink(channel=channel, message_ts=ts)
        return str(answer.get("permalink") or "")


def _later(entry: Entry, reason: str, wait: timedelta | None = None) -> Settlement:
    return next_try(entry, reason, patience=_PATIENCE, wait=wait) or _settled("given up")


def _settled(how: str, *, then: tuple[NewEntry, ...] = (), keep: tuple[Kept, ...] = ()) -> Settle:
    return Settle(state="done", outcome={"how": how}, then=then, keep=keep)
