"""My tickets on the App Home, end to end."""

import re
from typing import Any

import pytest

from tests.e2e.reading import press, reset, told
from tests.e2e.stack import Stack, text_of, until

TICKET = "AB-123456"
JSON = dict[str, Any]


@pytest.fixture(autouse=True)
def _fresh(stack: Stack) -> None:
    reset(stack)
    stack.heal()


def _open(stack: Stack, person: str = "U0ADAM") -> None:
    answer = stack.http.post(f"{stack.workspace}/ui/home", json={"as": person, "tab": "home"}).json()
    assert answer["ok"], answer


def _home(stack: Stack, *words: str, person: str = "U0ADAM", without: str = "\0") -> JSON:
    """The Home of somebody, once it has all of these words."""

    def found() -> JSON | None:
        state = stack.http.get(f"{stack.workspace}/ui/state", params={"as": person}).json()
        home: JSON | None = state["home"]
        if home is None or not all(word in text_of(home) for word in words) or without in text_of(home):
            return None
        return home

    view = until(found)
    assert view is not None
    return view


def test_opening_it_shows_my_tickets(stack: Stack) -> None:
    """Assigned to me and asked by me, to me alone."""
    stack.say('/ticket create "My own question"')
    until(lambda: any(each["subject"] == "My own question" for each in stack.desk()["tickets"]))
    _open(stack)

    _home(stack, "Assigned to me", TICKET, "Asked by me", "My own question", "New ticket", "Search tickets")
    state = stack.http.get(f"{stack.workspace}/ui/state", params={"as": "U0PRIYA"}).json()
    assert state["home"] is None


def test_it_follows_what_happens(stack: Stack) -> None:
    """While somebody looks at it, it changes, whoever did it."""
    _open(stack)
    _home(stack, "Assigned to me", TICKET)
    stack.say(f"/ticket assign {TICKET} charlie", person="U0PRIYA")

    _home(stack, "Assigned to me", without=TICKET)


def test_a_burst_is_few_calls(stack: Stack) -> None:
    """Changes right behind each other are one look."""
    _open(stack)
    _home(stack, "Assigned to me")
    before = len(stack.calls("views.publish"))
    for number in range(10):
        stack.command(f"note {TICKET} burst {number}")
    until(lambda: sum("burst" in each["message"] for each in stack.desk()["updates"]) == 10)
    until(lambda: not {each["state"] for each in stack.entries("--all")} & {"waiting", "running"})

    assert 1 <= len(stack.calls("views.publish")) - before <= 4


def test_its_lists_page(stack: Stack) -> None:
    """Next and Previous, in place."""
    for number in range(7):
        stack.command(f"create Homepage number {number} assign:me -- x")
    until(lambda: sum("Homepage" in each["subject"] for each in stack.desk()["tickets"]) == 7)
    _open(stack)
    first = _home(stack, "Homepage", "Next")

    press(stack, first, "Next")
    second = _home(stack, "Previous")
    press(stack, second, "Previous")

    assert _numbers(_home(stack, "Next", without="Previous")) == _numbers(first)
    assert _numbers(second) != _numbers(first)


def _numbers(view: JSON) -> list[str]:
    return re.findall(r"Homepage number \d+", text_of(view))


def test_searching(stack: Stack) -> None:
    """Words and fields, as behind the command; what is wrong is said there."""
    _open(stack)
    _search(stack, _home(stack, "Search"), "repository")
    found = _home(stack, "Found: repository in Sirportly (support)", TICKET, "in SocialBoards (social)")
    _search(stack, found, "repository status:Nope")
    wrong = _home(stack, "Nope")
    press(stack, wrong, "Clear the search")

    _home(stack, "Assigned to me", without="Found:")


def test_searching_asks_every_helpdesk(stack: Stack) -> None:
    """Not the default one alone; words that are no search are told of once."""
    subject = stack.desk("social")["tickets"][0]["subject"]
    _open(stack)
    _search(stack, _home(stack, "Search"), subject.split()[0])
    found = _home(stack, "Found:", "in SocialBoards (social)", subject)
    _search(stack, found, "priority:high statsu:x")

    wrong = _home(stack, "*Found: priority:high statsu:x*")
    assert text_of(wrong).count("Found:") == 1


def test_a_home_without_an_account(stack: Stack) -> None:
    """It says how to get one, and still shows what waits."""
    stack.fault(kind="drop", times=None)
    try:
        stack.say('/ticket create "Sam is waiting"', person="U0SAM")
        _open(stack, "U0SAM")
        _home(stack, "Sam is waiting", "Try now", person="U0SAM")
    finally:
        stack.heal()
    home = _home(stack, "You have no account in Sirportly yet", "sam@example.com", "[people]", person="U0SAM")

    assert all(word not in text_of(home) for word in ("Assigned to me in Sirportly", "Asked by me in Sirportly"))


def _search(stack: Stack, view: JSON, words: str) -> None:
    body = {
        "as": "U0ADAM",
        "container": {"type": "view", "view_id": view["id"]},
        "block_id": "search",
        "action_id": "home.search",
        "value": {"value": words},
    }
    answer = stack.http.post(f"{stack.workspace}/ui/action", json=body).json()
    assert answer.get("ok"), answer


def test_what_waits_can_be_tried_now_and_discarded(stack: Stack) -> None:
    """It is there without being looked for, by the person whose it is alone."""
    _open(stack)
    _home(stack, "Assigned to me")
    stack.fault(kind="drop", times=None)
    stack.say(f"/ticket note {TICKET} waits at home")
    waiting = _home(stack, "Waiting", "waits at home", "Try now")
    press(stack, waiting, "Discard")

    _home(stack, "Discarded, ", without="Try now")
    stack.heal()
    assert all("waits at home" not in each["message"] for each in stack.desk()["updates"])


def test_a_followup_to_come_can_be_cancelled(stack: Stack) -> None:
    """Those that the bot keeps itself; it is not carried out."""
    ticket = stack.desk("social")["tickets"][0]["id"]
    stack.say(f"/ticket followup {ticket} in 3 days reply:homeping", channel="C0SOCIAL")
    until(lambda: any(each["due"] and each["state"] == "waiting" for each in stack.entries()))
    _open(stack)
    press(stack, _home(stack, "Follow-ups to come", "homeping"), "Cancel")

    _home(stack, "The follow-up is cancelled", without="homeping")
    assert not any(each["due"] and each["state"] == "waiting" for each in stack.entries())


def test_what_a_person_decided_elsewhere_is_no_longer_waiting(stack: Stack) -> None:
    """The buttons of the private message and those of the Home are about the same thing."""
    stack.fault(kind="drop", times=None)
    try:
        stack.say(f"/ticket reply {TICKET} decided elsewhere")
        waiting = told(stack, "under way", "decided elsewhere")
        _open(stack)
        _home(stack, "Try now", "decided elsewhere")
        press(stack, waiting, "Discard")
    finally:
        stack.heal()

    _home(stack, "New ticket", without="decided elsewhere")


def test_new_ticket_opens_a_form(stack: Stack) -> None:
    """Without a channel, which the form then asks for."""
    _open(stack)
    press(stack, _home(stack, "New ticket"), "New ticket")

    until(lambda: stack.http.get(f"{stack.workspace}/ui/state", params={"as": "U0ADAM"}).json()["modals"])
