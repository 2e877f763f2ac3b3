"""App Homes of whatever people and helpdesks hold: within Slack's limits, and nothing in them misleads."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.actions import Ticket
from bot.ledger import Entry
from bot.outcomes import Page, TicketView
from bot.slack.cards.lists import Place
from bot.slack.home.view import Content, Listed, home
from tests.slack.drawing import MAYBE, NASTY, TEXT, VIEW, WHEN, check_home

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def entry(typed: str, *, state: str = "waiting", due: datetime | None = None) -> Entry:
    return Entry(
        id=7,
        key="k",
        lane="l",
        kind="action",
        body={"typed": typed},
        origin={},
        person="U0ADAM",
        state=state,  # type: ignore[arg-type]  # one of the ledger's words
        attempts=1,
        received_at=NOW,
        due=due,
        not_before=NOW,
        position=0.0,
        progress={},
        outcome=None,
        note=None,
        told=False,
        updated_at=NOW,
        settled_at=None,
    )


LISTED = st.builds(
    Listed,
    title=TEXT,
    place=st.builds(Place, line=TEXT, helpdesk=st.just("support"), page=st.integers(1, 3), start=st.integers(-1, 40)),
    found=st.none() | st.builds(Page, tickets=st.lists(VIEW, max_size=12).map(tuple), pages=st.integers(1, 3)),
    trouble=MAYBE,
)
WAITING = st.builds(entry, TEXT, state=st.sampled_from(["waiting", "unsure"]))
FOLLOWUP = st.builds(entry, TEXT, due=WHEN)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(LISTED, max_size=6),
    st.lists(WAITING, max_size=30),
    st.lists(FOLLOWUP, max_size=30),
    st.lists(LISTED, max_size=3),
    TEXT,
    st.lists(TEXT, max_size=5),
)
def test_any_home_fits(
    lists: list[Listed],
    waiting: list[Entry],
    followups: list[Entry],
    searched: list[Listed],
    words: str,
    lacking: list[str],
) -> None:
    """However much there is of everything."""
    content = Content(lists, waiting, followups, searched, words, words, lacking, words)
    urls = [view.url for each in [*lists, *searched] if each.found for view in each.found.tickets]

    check_home(home(content, zone="Europe/London", command="/ticket"), *urls)


def test_the_fullest_home() -> None:
    """Every list full, of the worst text, for more helpdesks than are shown."""
    for nasty in NASTY:
        waiting = [entry(nasty * 50) for _ in range(100)]
        found = Page(tickets=tuple(_view(nasty, number) for number in range(30)), page=2, pages=3)
        listed = [Listed(nasty, Place("list", "support", page=2, start=5), found) for _ in range(40)]
        followups = [entry(nasty, due=NOW)] * 100
        full = Content(listed, waiting, followups, listed, nasty * 100, nasty * 100, [nasty] * 9, nasty)
        for content in (full, replace(full, searched=()), replace(full, lists=())):
            view = home(content, zone="UTC", command="/ticket")
            check_home(view)
            assert len(view["blocks"]) > 50


def _view(subject: str, number: int) -> TicketView:
    return TicketView(ticket=Ticket(helpdesk="support", ref=f"AB-{number}"), subject=subject, status=subject)


def test_an_unsure_action_asks_and_a_waiting_one_can_be_steered() -> None:
    """Each with its own buttons."""
    doubtful = json.dumps(home(Content(waiting=[entry("x", state="unsure")]), zone="UTC", command="/ticket"))
    waiting = json.dumps(home(Content(waiting=[entry("x")]), zone="UTC", command="/ticket"))

    assert ("It was done" in doubtful, "Try now" in doubtful) == (True, False)
    assert ("It was done" in waiting, "Try now" in waiting) == (False, True)


def test_what_can_be_pressed_keeps_its_id() -> None:
    """A Home that is published while somebody presses takes the press on what they saw."""
    tickets = [_view("Till", number) for number in range(8)]
    place = Place("list", "support", page=1)

    def pressable(content: Content) -> dict[tuple[str, str], str]:
        blocks = home(content, zone="UTC", command="/ticket")["blocks"]
        return {
            (element["action_id"], element.get("value", "")): block["block_id"]
            for block in blocks
            for element in [*block.get("elements", ()), block.get("accessory"), block.get("element")]
            if element and "action_id" in element
        }

    before = pressable(Content([Listed("Mine", place, Page(tickets=tuple(tickets[:3])))], [entry("x")]))
    added = Page(tickets=tuple(tickets), pages=2)
    after = pressable(Content([Listed("Mine", place, added)], [entry("x")], [entry("y", due=NOW)], notice="Done."))

    assert len(before) == 7
    assert before.items() <= after.items()
    assert len(set(after.values())) == len(after) - 1  # two buttons of what waits share a row
