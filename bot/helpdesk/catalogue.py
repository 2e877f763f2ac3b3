"""The helpdesk's own lists, cached, and the way from what a person typed to an entry of them.

A word is an entry if it is its name or its id, whatever the case. What is nearly one is said, never taken: the nearest
status to «resolve» may close somebody's ticket.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import structlog

from bot.actions import Named, Staff
from bot.errors import HelpdeskError, InvalidFields
from bot.helpdesk import CustomField, Entries, Helpdesk, ListName
from bot.helpdesk.misnamed import folded, no_option, nobody, none_such, several

logger = structlog.get_logger(__name__)

TTL = 300.0
"""Seconds for which a list is taken as it was."""
FRESH = 5.0
"""Seconds for which a list is so new that a word it lacks is not looked for again."""
PAUSE = 15.0
"""Seconds after a failed refresh for which the old list does."""
WARM: tuple[ListName, ...] = ("status", "priority", "department", "team", "staff", "brand", "sla", "category", "custom")
SENTINELS = frozenset({"-1", "-2"})
"""Numbers by which Sirportly steps; nobody gets to type them."""
ABOVE: dict[ListName, ListName] = {"department": "brand", "team": "department", "outgoing": "department"}
"""List to the list whose entries its own belong to."""


@dataclass(frozen=True)
class _Kept:
    entries: Entries | None
    at: float


class Catalogue:
    """The lists of one helpdesk.

    Args:
        helpdesk: Whose lists.
        ttl: Seconds for which a list is taken as it was.
        clock: Counts seconds.
    """

    def __init__(self, helpdesk: Helpdesk, *, ttl: float = TTL, clock: Callable[[], float] = time.monotonic) -> None:
        self.helpdesk = helpdesk
        self._ttl = ttl
        self._clock = clock
        self._kept: dict[ListName, _Kept] = {}
        self._refreshing: dict[ListName, asyncio.Task[Entries | None]] = {}
        self._paused: dict[ListName, float] = {}

    async def entries(self, name: ListName, *, newer_than: float | None = None) -> Entries | None:
        """A list, at most ``ttl`` seconds old, or older while the helpdesk cannot be asked.

        ``newer_than`` asks for one at most so many seconds old. Raises HelpdeskError where there is none at all.
        """
        kept = self._kept.get(name)
        now = self._clock()
        if kept is not None:
            oldest = self._ttl if newer_than is None else newer_than
            if now - kept.at < oldest or now < self._paused.get(name, 0.0):
                return kept.entries
        task = self._refreshing.get(name)
        if task is None:
            task = asyncio.create_task(self._refresh(name), name=f"list {name} of {self.helpdesk.name}")
            self._refreshing[name] = task
            task.add_done_callback(lambda done: self._refreshed(name, done))
        try:
            # Shielded: whoever waits may run out of time, and the list is still wanted by others.
            return await asyncio.shield(task)
        except HelpdeskError as error:
            if kept is None:
                raise
            logger.warning("catalogue.stale", helpdesk=self.helpdesk.name, list=name, error=str(error))
            self._paused[name] = now + PAUSE
            return kept.entries

    def cached(self, name: ListName) -> Entries | None:
        """A list as far as it is known, without asking anybody."""
        kept = self._kept.get(name)
        return kept.entries if kept is not None else None

    async def warm(self, names: Iterable[ListName] = WARM) -> None:
        """Get the lists before somebody waits for them; what fails now is tried again when it is needed."""
        results = await asyncio.gather(*(self.entries(name) for name in names), return_exceptions=True)
        for result in results:
            if isinstance(result, HelpdeskError):
                logger.warning("catalogue.missing", helpdesk=self.helpdesk.name, error=str(result))
            elif isinstance(result, BaseException):
                raise result

    def invalidate(self, name: ListName | None = None) -> None:
        """Forget a list, or all of them."""
        if name is None:
            self._kept.clear()
        else:
            self._kept.pop(name, None)

    async def resolve(
        self,
        name: ListName,
        typed: str,
        *,
        field: str | None = None,
        within: str | None = None,
        narrowed_by: str | None = None,
    ) -> Named:
        """The entry that ``typed`` is the name or id of.

        A list that the helpdesk does not tell passes words on as they are. For custom fields the id is what the
        helpdesk calls the field (its ``system_name``).

        Args:
            name: Which list.
            typed: What the person wrote.
            field: What an error is about; the list, if not said.
            within: The id that the entry must belong to, such as a team's department.
            narrowed_by: The key by which the person could have said which of several is meant.

        Raises:
            InvalidFields: it is none, or several; as a :class:`bot.helpdesk.misnamed.Misnamed` with what was meant,
                where something is near.
        """
        word = typed.strip()
        about = field or name
        if word in SENTINELS:
            raise InvalidFields({about: f"«{word}» is not a name or a number here"})
        entries = await self.entries(name)
        if entries is None:
            return Named(id=word, name=word)
        found = _pick(name, entries, word, within)
        if not found and not (entries.open_ended and word.isdecimal()):
            entries = await self.entries(name, newer_than=FRESH) or entries
            found = _pick(name, entries, word, within)
        if len(found) == 1:
            return found[0]
        if found:
            raise InvalidFields({about: several(name, word, found, self._owners(name, entries), narrowed_by)})
        if entries.open_ended and word.isdecimal():
            return Named(id=word, name=word)
        every = _named(name, entries)
        inside = [each.name for each in every if _belongs(entries, _key(name, entries, each), within)]
        elsewhere = within is not None and any(folded(word) == folded(each.name) for each in every)
        raise none_such(about, name, word, inside, elsewhere=elsewhere)

    async def staff(self, typed: str, *, field: str = "assignee") -> Staff:
        """The person with that e-mail address, username, id or full name.

        Raises:
            InvalidFields: there is none, or several.
        """
        word = typed.strip().lstrip("@")
        entries = await self.entries("staff")
        found = _people(entries, word)
        if not found and entries is not None:
            entries = await self.entries("staff", newer_than=FRESH)
            found = _people(entries, word)
        if len(found) == 1:
            return found[0]
        if found:
            ways = ", ".join(sorted(person.username or person.email or person.id for person in found))
            raise InvalidFields({field: f"there are several people called «{word}»: {ways}"})
        if (entries is None or "@" in word) and (person := await self.helpdesk.staff_by_email(word)) is not None:
            return person
        if entries is not None and entries.open_ended and _is_guid(word):
            return Staff(id=word, name=word)
        raise nobody(field, word, entries.staff if entries is not None else None)

    async def custom(self, typed: str) -> CustomField | None:
        """A custom field with what may stand in it; None where the helpdesk does not tell. Raises InvalidFields."""
        entries = await self.entries("custom")
        if entries is None:
            return None
        named = await self.resolve("custom", typed)
        return next((each for each in entries.custom if each.system_name == named.id), None)

    async def option(self, field: Named, typed: str, *, about: str) -> str:
        """What of the custom field's options was typed; as it was typed where it has none, or none are told.

        Raises:
            InvalidFields: it is none of them; as a :class:`bot.helpdesk.misnamed.Misvalued` where one is near.
        """
        options: Sequence[str] = ()
        for newest in (None, FRESH):
            entries = await self.entries("custom", newer_than=newest)
            known = entries.custom if entries is not None else ()
            options = next((each.values for each in known if each.system_name == field.id), ())
            if not options:
                return typed
            if (same := next((each for each in options if folded(each) == folded(typed)), None)) is not None:
                return same
        raise no_option(about, typed.strip(), options)

    async def choices(
        self, name: ListName, *, prefix: str = "", within: str | None = None, limit: int = 100
    ) -> Sequence[Named]:
        """The entries to choose from, those that begin with ``prefix`` before those that contain it."""
        entries = await self.entries(name)
        if entries is None:
            return ()
        word = folded(prefix)
        every = [each for each in _named(name, entries) if _belongs(entries, _key(name, entries, each), within)]
        first = [each for each in every if folded(each.name).startswith(word)]
        later = [each for each in every if each not in first and word in folded(each.name)]
        return (first + later)[:limit]

    def _owners(self, name: ListName, entries: Entries) -> dict[str, str]:
        """What each entry belongs to, by its id: names where they are known."""
        above = self.cached(ABOVE[name]) if name in ABOVE else None
        called = {each.id: each.name for each in above.items} if above is not None else {}
        return {
            item: ", ".join(called.get(each, each) for each in sorted(parents))
            for item, parents in entries.parents.items()
        }

    def _refreshed(self, name: ListName, done: "asyncio.Task[Entries | None]") -> None:
        self._refreshing.pop(name, None)
        if not done.cancelled():
            done.exception()  # whoever waited has it; if nobody waits any more, it is no surprise

    async def _refresh(self, name: ListName) -> Entries | None:
        entries = await self.helpdesk.entries(name)
        self._kept[name] = _Kept(entries, self._clock())
        self._paused.pop(name, None)
        return entries


def _named(name: ListName, entries: Entries) -> Sequence[Named]:
    match name:
        case "custom":
            return [Named(id=each.system_name, name=each.name) for each in entries.custom]
        case "staff":
            return [Named(id=each.username or each.id, name=each.name) for each in entries.staff]
        case _:
            return entries.items


def _key(name: ListName, entries: Entries, item: Named) -> str:
    """The id under which the item's parents stand."""
    if name != "custom":
        return item.id
    return next((each.id for each in entries.custom if each.system_name == item.id), item.id)


def _pick(name: ListName, entries: Entries, word: str, within: str | None) -> list[Named]:
    same = [each for each in _named(name, entries) if folded(word) in {folded(each.id), folded(each.name)}]
    return [each for each in same if _belongs(entries, _key(name, entries, each), within)]


def _belongs(entries: Entries, item: str, within: str | None) -> bool:
    return within is None or item not in entries.parents or within in entries.parents[item]


def _people(entries: Entries | None, word: str) -> list[Staff]:
    wanted = folded(word)
    people = entries.staff if entries is not None and wanted else ()
    sure = [each for each in people if wanted in {folded(each.id), folded(each.username), folded(each.email)}]
    return sure or [each for each in people if wanted == folded(each.name)]


def _is_guid(word: str) -> bool:
    return len(word) == 36 and word.count("-") == 4
