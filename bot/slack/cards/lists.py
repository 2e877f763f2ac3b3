"""Many tickets as a compact list that pages. Pure; where somebody is in a list is in the value of its buttons."""

import json
from dataclasses import dataclass, replace

from bot.grammar import parse
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

    def value(self) -> str:
        """As the value of a button."""
        return json.dumps([self.helpdesk, self.page, self.start, self.line], separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def read(cls, value: str) -> "Place":
        """The other way round.

        Raises:
            ValueError: no button of ours has that value.
            UsageError: the question cannot be read any more.
        """
        helpdesk, page, start, line = json.loads(value)
        place = cls(str(line), str(helpdesk), max(1, int(page)), max(LAST, int(start)))
        parse(place.line)
        return place


@dataclass(frozen=True)
class Screen:
    """Part of a page: its tickets, and the places before and after it."""

    tickets: tuple[TicketView, ...]
    place: Place
    before: Place | None
    after: Place | None


def screen(found: Page, place: Place, *, shown: int = SHOWN) -> Screen:
    """What is seen at a place of that page."""
    count = len(found.tickets)
    start = (max(0, count - 1) // shown) * shown if place.start == LAST or place.start >= count else place.start
    before = after = None
    if start > 0:
        before = replace(place, start=max(0, start - shown))
    elif found.page > 1:
        before = replace(place, page=found.page - 1, start=LAST)
    if start + shown < count:
        after = replace(place, start=start + shown)
    elif found.page < found.pages:
        after = replace(place, page=found.page + 1, start=0)
    return Screen(found.tickets[start : start + shown], replace(place, page=found.page, start=start), before, after)


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
    if not found.tickets and found.page == 1:
        return say(f"No tickets: {inline(place.line)}.")
    seen = screen(found, place)
    rows = [row(view) for view in seen.tickets]
    return Message(
        text=f"{counted(len(seen.tickets), 'ticket')}: {inline(place.line)}",
        blocks=(*rows, context(f"{inline(place.line)} · {_position(found, seen)}"), *turning(seen)),
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


def _position(found: Page, seen: Screen) -> str:
    first, last = seen.place.start + 1, seen.place.start + len(seen.tickets)
    if found.page == 1 and found.pages == 1:
        return f"{first} to {last} of {len(found.tickets)}" if len(found.tickets) > SHOWN else f"{last} found"
    total = f" of {found.total}" if found.total is not None else ""
    return f"page {found.page} of {found.pages}, {first} to {last}{total if found.page == 1 else ''}"
