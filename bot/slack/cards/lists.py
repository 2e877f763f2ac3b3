"""Many tickets as a compact list that pages. Pure; where somebody is in a list is in the value of its buttons."""

import json
from dataclasses import dataclass, replace

from bot.grammar import parse
from bot.grammar.slacktext import plain
from bot.outcomes import Page, TicketView
from bot.slack.blocks import Block, actions, button, context, section
from bot.slack.cards.face import value_of
from bot.slack.messages import Message, say
from bot.slack.text import counted, inline, link

VIEW, NEXT, PREVIOUS = "list.view", "list.next", "list.previous"
SHOWN = 10
"""Tickets on a screen; a helpdesk's own pages are longer."""
LAST = -1

_MOST_VALUE = 2000
_LONGEST_URL = 300


@dataclass(frozen=True)
class Place:
    """Where somebody is in the answer to a question: the helpdesk's page, and from which of its tickets on."""

    line: str
    helpdesk: str
    page: int = 1
    start: int = 0
    """:data:`LAST` is the last screen of that page."""
    passed: int = 0
    """Tickets before those of that page, for people do not see pages; with :data:`LAST` those up to its end."""

    def value(self) -> str:
        """As the value of a button."""
        said = [self.helpdesk, self.page, self.start, self.passed, self.line]
        return json.dumps(said, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def read(cls, value: str) -> "Place":
        """The other way round.

        Raises:
            ValueError: no button of ours has that value.
            UsageError: the question cannot be read any more.
        """
        helpdesk, page, start, passed, line = json.loads(value)
        place = cls(str(line), str(helpdesk), max(1, int(page)), max(LAST, int(start)), max(0, int(passed)))
        parse(place.line)
        return place


@dataclass(frozen=True)
class Screen:
    """Part of a page: its tickets, and the places before and after it."""

    tickets: tuple[TicketView, ...]
    place: Place
    before: Place | None
    after: Place | None

    @property
    def first(self) -> int:
        """The number of its first ticket, counted from one over all pages."""
        return self.place.passed + self.place.start + 1

    @property
    def last(self) -> int:
        """The number of its last ticket."""
        return self.first + len(self.tickets) - 1

    @property
    def alone(self) -> bool:
        """Whether there is no other screen."""
        return self.before is None and self.after is None


def screen(found: Page, place: Place, *, shown: int = SHOWN) -> Screen:
    """What is seen at a place of that page."""
    count = len(found.tickets)
    start = (max(0, count - 1) // shown) * shown if place.start == LAST or place.start >= count else place.start
    passed = 0 if found.page == 1 else max(0, place.passed - count if place.start == LAST else place.passed)
    here = replace(place, page=found.page, start=start, passed=passed)
    before = after = None
    if start > 0:
        before = replace(here, start=max(0, start - shown))
    elif found.page > 1:
        before = replace(here, page=found.page - 1, start=LAST)
    if start + shown < count:
        after = replace(here, start=start + shown)
    elif found.page < found.pages:
        after = replace(here, page=found.page + 1, start=0, passed=passed + count)
    return Screen(found.tickets[start : start + shown], here, before, after)


def turning(seen: Screen, *, previous: str = PREVIOUS, following: str = NEXT) -> list[Block]:
    """The buttons to the screens before and after; none to a place that does not fit into a button."""
    ways = (("Previous", previous, seen.before), ("Next", following, seen.after))
    row = [
        button(label, action_id, place.value())
        for label, action_id, place in ways
        if place is not None and len(place.value()) <= _MOST_VALUE
    ]
    return [actions(*row)] if row else []


def listing(found: Page, place: Place) -> Message:
    """A screen of a list, for the person who asked for it."""
    line = inline(plain(place.line))
    seen = screen(found, place)
    if not seen.tickets and seen.alone:
        return say(f"No tickets: {line}.")
    rows = [row(view) for view in seen.tickets]
    return Message(
        text=f"{_heading(found, seen)}: {line}",
        blocks=(*rows, context(f"{line} · {position(found, seen)}"), *turning(seen)),
    )


def row(view: TicketView) -> Block:
    """One ticket in a line, with a button to see it."""
    block = section(line_of(view))
    block["accessory"] = button("View", VIEW, value_of(view))
    return block


def line_of(view: TicketView) -> str:
    """One ticket in a line."""
    url = view.url if view.url and len(view.url) <= _LONGEST_URL else None
    said = [inline(fact, 40) for fact in (view.status, view.priority, view.team, view.assignee) if fact]
    return f"{link(url, view.ticket.ref)} {inline(view.subject, 80)}" + (f" — {' · '.join(said)}" if said else "")


def position(found: Page, seen: Screen) -> str:
    """Which tickets these are, counted as people see them: over all screens, of how many where that is known."""
    if not seen.tickets:
        return "none among these"
    total = _total(found, seen)
    if seen.alone and total in {None, seen.last}:
        return f"{seen.last} found"
    return f"{seen.first} to {seen.last}{f' of {total}' if total is not None else ''}"


def _heading(found: Page, seen: Screen) -> str:
    total = _total(found, seen)
    if total is not None or seen.alone:
        return counted(total or seen.last, "ticket")
    return f"Tickets {seen.first} to {seen.last}" if seen.tickets else "No tickets among these"


def _total(found: Page, seen: Screen) -> int | None:
    """How many there are; not where the helpdesk counts fewer than have been seen, because the list has changed."""
    return found.total if found.total is not None and found.total >= seen.last else None
