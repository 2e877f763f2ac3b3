"""Publishes App Homes: when somebody opens theirs, and after changes for those who looked at it a short while ago.

Each is an entry in a lane of the person's own, so that a burst of changes is one look and one call.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.actions.commands import Command, Who
from bot.dispatch import Dispatcher
from bot.dispatch.people import Profile
from bot.errors import HelpdeskError, NotMapped, SlackUnavailable, Unavailable, UserError
from bot.grammar import parse
from bot.grammar import render as line_of
from bot.ledger import Claim, Entry, Kept, Ledger, NewEntry, Settle, Settlement, State
from bot.outcomes import Page
from bot.slack.cards.lists import Place
from bot.slack.home.view import Content, Listed, home
from bot.slack.refusals import PASSING, UNANSWERED, code_of, next_try, pause_of

log = structlog.get_logger()

KIND = "home"
HOMES = "home"
"""Under which the ledger keeps who looked at their Home lately, and where they are in it."""
COVERED = "home_covered"
"""Under which it keeps the last entry that the Home somebody sees takes into account."""

LATELY = timedelta(minutes=20)
SETTLES = timedelta(seconds=2)
MOST = 20
"""People whose Home follows a change; views.publish takes a hundred calls a minute."""

_PATIENCE = timedelta(minutes=10)
_AT_ONCE = 1.5
"""Seconds; what takes longer is shown as being looked up."""
_AT_MOST = 15.0
_OPEN: tuple[State, ...] = ("waiting", "unsure")
_AGAIN = PASSING | {"hash_conflict"}


class Directory(Protocol):
    """What has to be known about the person."""

    async def profile(self, slack_user: str) -> Profile:
        """Who that is."""


def publish(key: str, user: str, *, notice: str = "", after: timedelta = timedelta()) -> NewEntry:
    """Have somebody's Home brought up to date."""
    return NewEntry(
        key=f"home:{key}:{user}",
        lane=f"home:{user}",
        kind=KIND,
        body={"user": user, "notice": notice},
        person=user,
        not_before=datetime.now(UTC) + after if after else None,
    )


def seen(user: str, state: Mapping[str, Any]) -> Kept:
    """That they look at it now, at these places of its lists."""
    return Kept(HOMES, user, {**state, "seen": time.time()}, datetime.now(UTC) + LATELY)


class Homes:
    """Finds what a Home shows, and publishes it."""

    def __init__(
        self,
        client: AsyncWebClient,
        ledger: Ledger,
        dispatcher: Dispatcher,
        directory: Directory,
        *,
        default: str,
        zone: str,
        command: str,
    ) -> None:
        self._client = client
        self._ledger = ledger
        self._dispatcher = dispatcher
        self._directory = directory
        self._default = default
        self._zone = zone
        self._command = command

    async def follow(self, entry: Entry) -> tuple[NewEntry, ...]:
        """The Homes that may show something else now."""
        looked = await self._ledger.kept_all(HOMES)
        latest = sorted(looked, key=lambda user: (user == entry.person, looked[user].get("seen", 0)))[-MOST:]
        key = f"{entry.body.get('marker') or entry.id}:{entry.attempts}"
        return tuple(publish(key, user, after=SETTLES) for user in latest)

    async def perform(self, entry: Entry, claim: Claim) -> Settlement:  # noqa: ARG002 - publishing can be repeated
        """Publish one Home."""
        user = entry.body["user"]
        if (await self._ledger.kept(COVERED, user) or 0) >= entry.id:
            return _settled("covered")
        latest = await self._ledger.find(lane=entry.lane, limit=1)
        state = await self._ledger.kept(HOMES, user) or {}
        try:
            await self._publish(user, state, str(entry.body.get("notice") or ""))
        except SlackApiError as error:
            code = code_of(error)
            if code not in _AGAIN:
                log.warning("home.refused", user=user, code=code)
                return _settled(code)
            return _later(entry, pause_of(error))
        except UNANSWERED:
            return _later(entry)
        covers = max([entry.id, *(each.id for each in latest)])
        return _settled("published", keep=(Kept(COVERED, user, covers, datetime.now(UTC) + timedelta(days=1)),))

    async def _publish(self, user: str, state: Mapping[str, Any], notice: str) -> None:
        entries = await self._ledger.find(person=user, kind="action", states=_OPEN)
        now = datetime.now(UTC)
        later = sorted((each for each in entries if each.due and each.due > now), key=lambda each: each.due or now)
        waiting = [each for each in entries if each not in later]
        query = str(state.get("query") or "")
        places = state.get("places") or {}
        asking = asyncio.gather(self._lists(user, places), self._searched(user, query, places), self._email(user))
        done, _ = await asyncio.wait([asking], timeout=_AT_ONCE)
        if not done:
            try:
                notice_now = notice or "Looking that up …"
                await self._send(user, Content(waiting=waiting, followups=later, query=query, notice=notice_now))
            except BaseException:
                asking.cancel()
                raise
        (lists, lacking), searched, email = await asking
        await self._send(user, Content(lists, waiting, later, searched, query, notice, lacking, email))

    async def _send(self, user: str, content: Content) -> None:
        view = home(content, zone=self._zone, command=self._command)
        await self._client.views_publish(user_id=user, view=view)

    async def _email(self, user: str) -> str | None:
        try:
            return (await self._directory.profile(user)).email
        except Unavailable:
            return None

    async def _lists(self, user: str, places: Mapping[str, Any]) -> tuple[Sequence[Listed], Sequence[str]]:
        """Their tickets, and the helpdesks in which they have no account."""
        asked: list[tuple[str, str, Command]] = []
        email = await self._email(user)
        for name in self._dispatcher.desks:
            asked.append((f"Assigned to me{self._where(name)}", name, _open_tickets(assign=Who(me=True))))
            if email:
                asked.append((f"Asked by me{self._where(name)}", name, _open_tickets(contact=Who(email=email))))
        found = await asyncio.gather(*(self._list(user, title, name, line_of(it), places) for title, name, it in asked))
        without = {name for (_, name, _), listed in zip(asked, found, strict=True) if listed is None}
        lacking = [desk.helpdesk.vendor for name, desk in self._dispatcher.desks.items() if name in without]
        return [listed for listed in found if listed is not None], lacking

    async def _searched(self, user: str, query: str, places: Mapping[str, Any]) -> Sequence[Listed]:
        """What each helpdesk finds that the person can use; the default one first."""
        if not query:
            return ()
        line = f"search {query}"
        try:
            parse(line)
        except UserError as error:
            return [Listed(f"Found: {query}", Place(line, self._default), trouble=str(error))]
        names = sorted(self._dispatcher.desks, key=lambda name: name != self._default)
        asking = (self._list(user, f"Found: {query}{self._where(name)}", name, line, places) for name in names)
        return [listed for listed in await asyncio.gather(*asking) if listed is not None]

    def _where(self, name: str) -> str:
        """Which helpdesk that is, where there are several."""
        several = len(self._dispatcher.desks) > 1
        return f" in {self._dispatcher.desks[name].helpdesk.vendor} ({name})" if several else ""

    async def _list(self, user: str, title: str, name: str, line: str, places: Mapping[str, Any]) -> Listed | None:
        """One list; ``None`` where they have no account."""
        place = Place(line, name, *places.get(place_key(name, line), ()))
        try:
            asking = self._dispatcher.show(parse(line), name, user, "", page=place.page)
            found = await asyncio.wait_for(asking, _AT_MOST)
        except NotMapped:
            return None
        except UserError as error:
            return Listed(title, place, trouble=str(error))
        except (Unavailable, TimeoutError) as error:
            away = "Slack" if isinstance(error, SlackUnavailable) else "The helpdesk"
            return Listed(title, place, trouble=f"{away} does not answer right now.")
        except HelpdeskError as error:
            log.error("home.no_list", helpdesk=name, error=str(error))
            return Listed(title, place, trouble="The helpdesk cannot be asked right now.")
        return Listed(title, place, found=found) if isinstance(found, Page) else Listed(title, place, trouble="None.")


def place_key(helpdesk: str, line: str) -> str:
    """Which list a place belongs to."""
    return f"{helpdesk}\n{line}"


def _open_tickets(**fields: Who) -> Command:
    return Command.model_validate({"action": "list", "fields": {"status": "open", **fields}})


def _later(entry: Entry, wait: timedelta | None = None) -> Settlement:
    return next_try(entry, "slack", patience=_PATIENCE, wait=wait) or _settled("given up")


def _settled(how: str, *, keep: tuple[Kept, ...] = ()) -> Settle:
    return Settle(state="done", outcome={"how": how}, keep=keep)
