"""A helpdesk's lists as the options of a menu, from the catalogue's cache: nothing here waits but what says so."""

import asyncio
import contextlib
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import structlog

from bot.actions import Named, Staff
from bot.errors import HelpdeskError
from bot.helpdesk import CustomField, Entries, Helpdesk, ListName
from bot.helpdesk.catalogue import Catalogue

log = structlog.get_logger()

MOST_OPTIONS = 100
MOST_LABEL = 75
_ABOVE: dict[ListName, ListName] = {"department": "brand", "team": "department"}
_MOST_MADE = 64
_LONGEST_NAME = 200
_LONGEST_VALUE = 75
"""Slack's own pages disagree about 75 and 150; the smaller holds in both."""


@dataclass(frozen=True)
class Option:
    """Something to choose."""

    value: str
    text: str


@dataclass(frozen=True)
class _Made:
    """Options, and what they were made of."""

    entries: Entries
    above: Entries | None
    options: list[Option]
    folded: list[str]

    def fitting(self, word: str) -> list[Option]:
        """Those that begin so, then those that have it somewhere; as many as a menu takes."""
        wanted = word.casefold()
        pairs = list(zip(self.options, self.folded, strict=True))
        first = (each for each, text in pairs if text.startswith(wanted))
        rest = (each for each, text in pairs if wanted in text and not text.startswith(wanted))
        return list(islice(chain(first, rest), MOST_OPTIONS))


class Lists:
    """The lists of one helpdesk."""

    def __init__(self, helpdesk: Helpdesk, catalogue: Catalogue) -> None:
        self.helpdesk = helpdesk
        self._catalogue = catalogue
        self._silent: set[ListName] = set()
        self._made: dict[tuple[ListName, str | None], _Made] = {}

    def entries(self, name: ListName) -> Entries | None:
        """The list as it is known."""
        return self._catalogue.cached(name)

    def silent(self, name: ListName) -> bool:
        """Whether the helpdesk is known not to tell this list: words are all there is."""
        return name in self._silent

    async def learn(self, names: Iterable[ListName], *, within: float) -> None:
        """Have these lists fresh, as far as the helpdesk tells them within so many seconds."""
        async with asyncio.timeout(within):
            await asyncio.gather(*(self._learn(name) for name in names))

    async def renewed(self, names: Iterable[ListName], *, within: float) -> bool:
        """Ask for these lists however new they are; whether that changed any of them within so many seconds."""
        before = {name: self.entries(name) for name in names}
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await asyncio.gather(*(self._learn(name, newer_than=0.0) for name in before))
        return any(self.entries(name) != entries for name, entries in before.items())

    async def _learn(self, name: ListName, *, newer_than: float | None = None) -> None:
        try:
            entries = await self._catalogue.entries(name, newer_than=newer_than)
        except HelpdeskError as error:
            log.warning("form.list_missing", helpdesk=self.helpdesk.name, list=name, error=str(error))
            return
        if entries is None:
            self._silent.add(name)
        else:
            self._silent.discard(name)

    def options(self, name: ListName, within: str | None) -> list[Option] | None:
        """Everything that can be chosen; ``None`` where the list is not known, or takes what is not in it."""
        entries = self.entries(name)
        if entries is None or entries.open_ended:
            return None
        return list(self._options(name, entries, within).options)

    def matching(self, name: ListName, query: str, within: str | None) -> list[Option]:
        """What fits the letters typed so far; where anything is taken, what was typed as well."""
        entries = self.entries(name)
        word = query.strip()
        found = self._options(name, entries, within).fitting(word) if entries is not None else []
        free = entries is None or (entries.open_ended and (name == "staff" or word.isdecimal()))
        if word and free and not any(each.text.casefold() == word.casefold() for each in found):
            found.append(Option(f"={word}"[:_LONGEST_VALUE], word))
        return found[:MOST_OPTIONS]

    def staff(self, value: str) -> Staff | None:
        """The person that was chosen."""
        entries = self.entries("staff")
        people = entries.staff if entries is not None else ()
        return next((each for each in people if id_value(each.id) == value), None)

    def staff_called(self, word: str) -> Option | None:
        """The one person who is called so, by whatever a command takes."""
        entries = self.entries("staff")
        wanted = word.casefold()
        people = entries.staff if entries is not None else ()
        found = [
            each
            for each in people
            if wanted in {(call or "").casefold() for call in (each.username, each.email, each.id, each.name)}
        ]
        return Option(id_value(found[0].id), found[0].name) if len(found) == 1 else None

    def named(self, name: ListName, value: str) -> Named | None:
        """The entry that was chosen."""
        entries = self.entries(name)
        items = entries.items if entries is not None else ()
        return next((each for each in items if id_value(each.id) == value), None)

    def custom(self, department: str | None) -> list[CustomField]:
        """The custom fields of a department; without one those that all have."""
        entries = self.entries("custom")
        if entries is None:
            return []
        return [
            each
            for each in entries.custom
            if each.id not in entries.parents or (department is not None and department in entries.parents[each.id])
        ]

    def custom_called(self, name: str) -> CustomField | None:
        """The custom field of that name, or that the helpdesk calls so."""
        entries = self.entries("custom")
        wanted = name.casefold().strip()
        every = entries.custom if entries is not None else ()
        return next(
            (
                each
                for each in every
                if wanted in {each.system_name.casefold(), each.name.casefold(), short(each.system_name)}
            ),
            None,
        )

    def _options(self, name: ListName, entries: Entries, within: str | None) -> "_Made":
        """What is made of a list, kept for as long as the list: people type a letter at a time."""
        above = self.entries(_ABOVE[name]) if name in _ABOVE else None
        made = self._made.get((name, within))
        if made is None or made.entries is not entries or made.above is not above:
            if len(self._made) >= _MOST_MADE:
                self._made.clear()
            options = self._make(name, entries, within)
            folded = [each.text.casefold() for each in options]
            made = self._made[name, within] = _Made(entries, above, options, folded)
        return made

    def _make(self, name: ListName, entries: Entries, within: str | None) -> list[Option]:
        items: Sequence[Named | Staff] = entries.staff if name == "staff" else entries.items
        inside = [each for each in items if _belongs(entries.parents, each.id, within)]
        names = Counter(each.name for each in inside)
        options = {}
        for each in inside:
            text = each.name or each.id
            label = text if names[each.name] == 1 else f"{text} ({self._whose(name, entries, each)})"
            options[id_value(each.id)] = Option(id_value(each.id), label)
        return list(options.values())

    def _whose(self, name: ListName, entries: Entries, item: Named | Staff) -> str:
        """What tells an entry from others of its name: whose it is, or who they are."""
        if isinstance(item, Staff):
            return item.username or item.email or item.id
        above = self.entries(_ABOVE[name]) if name in _ABOVE else None
        parents = entries.parents.get(item.id, frozenset())
        called = [each.name for each in above.items if each.id in parents] if above is not None else []
        return ", ".join(called) or item.id


def short(name: str) -> str:
    """A name as part of a ``block_id``; one that is too long by a digest of it, under which it is found again."""
    return name if len(name) <= _LONGEST_NAME else f"~{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"


def id_value(of: str) -> str:
    """An id as a menu's value; one that is too long by a digest of it, under which it is found again."""
    if len(of) < _LONGEST_VALUE:
        return f"#{of}"
    return f"#~{hashlib.blake2b(of.encode(), digest_size=16).hexdigest()}"


def matched(options: Sequence[Option], chosen: Mapping[str, str]) -> Option | None:
    """The option that was chosen, or that is what was said in words."""
    value = chosen["value"]
    word = value[1:].strip().casefold() if value.startswith("=") else None
    for each in options:
        if each.value == value or (word is not None and word in {each.text.casefold(), each.value[1:].casefold()}):
            return each
    return None


def _belongs(parents: Mapping[str, frozenset[str]], item: str, within: str | None) -> bool:
    return within is None or item not in parents or within in parents[item]
