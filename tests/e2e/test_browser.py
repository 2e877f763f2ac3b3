"""The bot itself, in a browser: what a person does and sees, by role and label."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.page.steps import act_as, message, visit, write
from tests.e2e.stack import Stack

TICKET = "AB-123456"

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def _page(browser: Browser, stack: Stack) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", timezone_id="Europe/London", viewport={"width": 1280, "height": 860})
    opened = context.new_page()
    opened.goto(f"{stack.workspace}/#/U0ADAM/talk/C0SUPPORT")
    yield opened
    context.close()


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """Adam's page on #support."""
    yield from _page(browser, stack)


DONE = {
    "create": ("/ticket create Till 4 is dead priority:high", "Till 4 is dead"),
    "update": (f"/ticket update {TICKET} priority:low", "priority → Low"),
    "reply": (f"/ticket reply {TICKET} We are looking into it", "We are looking into it"),
    "note": (f"/ticket note {TICKET} nobody sees this", "internal note by"),
    "followup": (f"/ticket followup {TICKET} in 3 hours -- ring back", "follow-up"),
    "forward": (f"/ticket forward {TICKET} jo@acme.example over to you", "forwarded to jo@acme.example"),
}


@pytest.mark.parametrize(("line", "words"), DONE.values(), ids=DONE)
def test_each_action_by_command(page: Page, line: str, words: str) -> None:
    """Typed into the composer, seen in the channel."""
    write(page, line)

    expect(message(page, words)).to_be_visible()


def test_what_is_wrong_is_seen_by_one_person_alone(page: Page) -> None:
    """The problem with its correction, and nobody else's page shows it."""
    write(page, f"/ticket update {TICKET} staus:open")
    expect(message(page, "did you mean status")).to_be_visible()
    expect(message(page, "Only visible to you")).to_be_visible()

    act_as(page, "Priya Patel")
    visit(page, "support")
    expect(message(page, "did you mean status")).to_have_count(0)


def test_a_question_is_answered_with_the_ticket(page: Page) -> None:
    """A bare reference shows it, with its facts."""
    write(page, f"/ticket {TICKET}")

    expect(message(page, "Cannot push to our repository")).to_be_visible()
    expect(message(page, "Cannot push to our repository")).to_contain_text("1st Line Support")


def test_the_reply_is_on_the_ticket_in_the_helpdesk_tab(page: Page, stack: Stack) -> None:
    """Both directions can be seen: what was said in the channel is on the ticket."""
    write(page, f"/ticket reply {TICKET} seen on both sides")
    expect(message(page, "seen on both sides")).to_be_visible()

    page.get_by_role("tab", name="Helpdesk").click()
    page.get_by_role("navigation", name="Tickets").get_by_text(re.compile(TICKET)).first.click()
    expect(page.get_by_role("article", name=f"Ticket {TICKET}")).to_contain_text("seen on both sides")


def test_while_the_helpdesk_is_away(page: Page, stack: Stack) -> None:
    """It says that it is under way, and «Try now» gets it through."""
    stack.fault(kind="drop", times=None)
    write(page, f"/ticket reply {TICKET} after the storm")
    expect(message(page, "under way")).to_be_visible()

    stack.heal()
    message(page, "under way").get_by_role("button", name="Try now").click()

    expect(message(page, "Trying again now")).to_be_visible()
    expect(message(page, "answered by").filter(has_text="after the storm")).to_be_visible()


def test_over_socket_mode(browser: Browser, tmp_path: Path) -> None:
    """The same page, and no address to be reached at."""
    stack = Stack(tmp_path, socket_mode=True).start()
    for page in _page(browser, stack):
        write(page, f"/ticket reply {TICKET} through a socket")
        expect(message(page, "through a socket")).to_be_visible()
    stack.stop()
