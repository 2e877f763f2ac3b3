"""Cards and lists of whatever a ticket can be: within Slack's limits, and nothing in them notifies or misleads."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.actions import Contact, CreateTicket, Ticket
from bot.helpdesk import Capabilities, Helpdesk
from bot.outcomes import Page, Receipt, TicketView, Update
from bot.slack.cards.face import FORMS, Faces, fresh
from bot.slack.cards.facts import Facts
from bot.slack.cards.lists import LAST, NEXT, PREVIOUS, SHOWN, Place, listing, screen
from tests.slack.drawing import FACTS, MANY_TAGS, NASTY, TEXT, VIEW, check_message

EVERYTHING: Capabilities = {kind: frozenset() for kind in ("create", "reply", "followup", "forward")} | {
    "update": frozenset({"assignee", "status"})
}


@dataclass(frozen=True)
class _Capable:
    """As much of a helpdesk as a card looks at."""

    capabilities: Capabilities
    takes_notes: bool


def faces(*, forms: bool = True, capabilities: Capabilities = EVERYTHING, takes_notes: bool = True) -> Faces:
    desks = {"support": _Capable(capabilities, takes_notes)}
    return Faces(cast("Mapping[str, Helpdesk]", desks), "Europe/London", forms)


AB = Ticket(helpdesk="support", ref="AB-123456")
PLAIN = TicketView(
    ticket=AB, subject="Till 4 is dead", status="Open", contact="Jo Bloggs", url="https://desk.example/1"
)


@settings(max_examples=80, deadline=None)
@given(VIEW, FACTS, st.booleans(), st.booleans())
def test_any_ticket_is_a_card(view: TicketView, facts: Facts, discreet: bool, forms: bool) -> None:
    """In the channel, and for the person who asked to see it."""
    check_message(faces(forms=forms).card(view, facts, discreet=discreet), view.url)
    check_message(faces(forms=forms).viewed(view, facts), view.url)


@settings(max_examples=30, deadline=None)
@given(st.lists(VIEW, max_size=30).map(tuple), TEXT, st.integers(1, 9), st.integers(1, 9), st.integers(LAST, 40))
def test_any_list_fits(tickets: tuple[TicketView, ...], line: str, page: int, pages: int, start: int) -> None:
    """Whatever was asked for, wherever somebody is in it."""
    found = Page(tickets=tickets, page=min(page, pages), pages=pages)

    check_message(listing(found, Place(line, "support", page, start)), *(view.url for view in tickets))


def test_the_worst_ticket() -> None:
    """A subject of five thousand characters, three hundred tags, and everything else as bad."""
    for nasty in NASTY:
        view = PLAIN.model_copy(
            update={
                "subject": (nasty * 5000)[:5000],
                "tags": MANY_TAGS,
                "status": nasty * 20,
                "contact": nasty * 20,
                "updates": tuple(Update(id=str(each), author=nasty, message=nasty * 50) for each in range(20)),
            }
        )
        check_message(faces().card(view, Facts(opened_by=nasty), discreet=False), view.url)
        check_message(faces().viewed(view, Facts(tags=MANY_TAGS)), view.url)
        check_message(listing(Page(tickets=(view,) * 30, pages=3), Place(nasty, "support")), view.url)


def test_a_discreet_card_has_no_customer_data() -> None:
    """Where another organisation reads along there is nothing that a customer wrote or is."""
    view = PLAIN.model_copy(update={"contact_address": "jo@acme.example", "tags": ("acme",)})

    said = json.dumps(faces().card(view, Facts(tags=("acme",)), discreet=True).arguments())

    assert AB.ref in said
    assert not re.search(r"Till 4|Jo Bloggs|acme", said)


def test_no_card_shows_the_text_of_notes() -> None:
    """Neither the channel's card nor the answer to view."""
    note = Update(id="1", author="Adam", private=True, message="sesame opens")
    reply = Update(id="2", author="Jo", message="it does not print")
    view = PLAIN.model_copy(update={"updates": (note, reply)})

    card, viewed = faces().card(view, Facts(), discreet=False), faces().viewed(view, Facts())

    assert "sesame" not in json.dumps([card.arguments(), viewed.arguments()])
    assert "it does not print" in json.dumps(viewed.arguments())
    assert "it does not print" not in json.dumps(card.arguments())


def _buttons(drawn: Faces, view: TicketView = PLAIN) -> list[str]:
    blocks = drawn.card(view, Facts(), discreet=False).blocks
    return [each["text"]["text"] for block in blocks if block["type"] == "actions" for each in block["elements"]]


def test_the_buttons_of_a_card() -> None:
    """In this order; those for forms only where there are forms, and only what the helpdesk can do."""
    assert _buttons(faces()) == ["Reply", "Note", "Assign to me", "Update", "Follow up", "Forward", "Close"]
    assert _buttons(faces(forms=False)) == ["Assign to me", "Close"]
    assert _buttons(faces(capabilities={"reply": frozenset()})) == ["Reply", "Note"]
    assert _buttons(faces(capabilities={"reply": frozenset()}, takes_notes=False)) == ["Reply"]
    assert _buttons(faces(capabilities={"update": frozenset({"assignee"})})) == ["Assign to me", "Update"]
    assert _buttons(faces(capabilities={})) == []
    assert "Close" not in _buttons(faces(), PLAIN.model_copy(update={"status_kind": "closed"}))


def test_the_buttons_say_which_ticket() -> None:
    """Every one of them, or pressing it would do something else."""
    block = next(each for each in faces().card(PLAIN, Facts(), discreet=False).blocks if each["type"] == "actions")

    assert {each["value"] for each in block["elements"]} == {"support:AB-123456"}
    assert set(FORMS) < {each["action_id"] for each in block["elements"]}


def test_the_helpdesks_tags_come_before_our_copy() -> None:
    """Our copy is shown where the helpdesk tells none, not where it has none."""
    told = PLAIN.model_copy(update={"tags": ("theirs",)})
    none = PLAIN.model_copy(update={"tags": ()})
    ours = Facts(tags=("ours",))

    assert "theirs" in str(faces().card(told, ours, discreet=False))
    assert "ours" not in str(faces().card(none, ours, discreet=False))
    assert "ours" in str(faces().card(PLAIN, ours, discreet=False))


def test_a_new_ticket_is_shown_as_it_was_asked_for() -> None:
    """Until the helpdesk says what it made of it."""
    action = CreateTicket(helpdesk="support", subject="Till 4 is dead", tags=("till",))

    view = fresh(action, Receipt(ticket=AB, url="https://desk.example/1"))

    assert (view.subject, view.tags, view.url) == ("Till 4 is dead", ("till",), "https://desk.example/1")


@pytest.mark.parametrize(("told", "shown"), [(None, None), ("Jo Smith", "Jo Smith")])
def test_a_new_tickets_customer_is_called_as_the_helpdesk_says(told: str | None, shown: str | None) -> None:
    """Or not at all: the name or number that was typed may be nobody's name."""
    action = CreateTicket(helpdesk="support", subject="Till 4", contact=Contact(name="R104"))
    view = TicketView(ticket=AB, subject="", status="New", contact=told)

    drawn = fresh(action, Receipt(ticket=AB, view=view))

    assert (drawn.subject, drawn.status, drawn.contact) == ("Till 4", "New", shown)
    assert "R104" not in str(faces().card(drawn, Facts(), discreet=False))


@given(st.integers(0, 95), st.integers(1, 40))
def test_paging_shows_every_ticket_once_there_and_back(count: int, size: int) -> None:
    """Next to the end shows all in order, and Previous from there the same backwards."""
    views = [PLAIN.model_copy(update={"subject": str(number)}) for number in range(count)]
    pages = [tuple(views[at : at + size]) for at in range(0, count, size)] or [()]

    def at(place: Place) -> tuple[list[str], Place | None, Place | None]:
        found = Page(tickets=pages[place.page - 1], page=place.page, pages=len(pages))
        seen = screen(found, Place.read(place.value()))
        return [view.subject for view in seen.tickets], seen.before, seen.after

    there, place = [], Place("list status:open", "support")
    while True:
        subjects, _, after = at(place)
        there.append(subjects)
        if after is None:
            break
        place = after
    back = []
    while True:
        subjects, before, _ = at(place)
        back.append(subjects)
        if before is None:
            break
        place = before

    assert [each for subjects in there for each in subjects] == [view.subject for view in views]
    assert back[::-1] == there
    assert all(len(subjects) <= SHOWN for subjects in there)


COUNTED = {
    "one screen": ([3], 3, ["3 tickets: 3 found"]),
    "one page": ([12], 12, ["12 tickets: 1 to 10 of 12", "12 tickets: 11 to 12 of 12"]),
    "over the helpdesk's pages": (
        [30, 15],
        45,
        [f"45 tickets: {first} to {min(first + 9, 45)} of 45" for first in range(1, 46, 10)],
    ),
    "how many is not known": (
        [12, 1],
        None,
        [f"Tickets {each}: {each}" for each in ("1 to 10", "11 to 12", "13 to 13")],
    ),
    "fewer than have been seen": ([11], 4, ["Tickets 1 to 10: 1 to 10", "Tickets 11 to 11: 11 to 11"]),
    "nothing on the first page": ([0, 1], None, ["No tickets among these: none among these", "Tickets 1 to 1: 1 to 1"]),
}


@pytest.mark.parametrize(("sizes", "total", "said"), COUNTED.values(), ids=COUNTED)
def test_a_list_counts_as_people_see_it(sizes: list[int], total: int | None, said: list[str]) -> None:
    """There and back; the question as it was typed, not as Slack sends it."""
    line = "list contact:<mailto:jo@acme.example|jo@acme.example>"

    def at(value: str) -> tuple[str, dict[str, str]]:
        place = Place.read(value)
        found = Page(tickets=(PLAIN,) * sizes[place.page - 1], page=place.page, pages=len(sizes), total=total)
        drawn = listing(found, place)
        buttons = {each["action_id"]: each["value"] for block in drawn.blocks for each in block.get("elements", ())
                   if "value" in each}  # fmt: skip
        (position,) = [block["elements"][0]["text"] for block in drawn.blocks if block["type"] == "context"]
        heading = drawn.text.replace(": list contact:jo@acme.example", "")
        return f"{heading}: {position.replace('list contact:jo@acme.example · ', '')}", buttons

    there: list[str] = []
    back: list[str] = []
    value: str | None = Place(line, "support").value()
    for way, seen in ((NEXT, there), (PREVIOUS, back)):
        at_end = value
        while value is not None:
            words, buttons = at(at_end := value)
            seen.append(words)
            value = buttons.get(way)
        value = at_end

    assert there == said
    assert back == said[::-1]
