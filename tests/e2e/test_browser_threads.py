"""Threads and tickets in a browser: what is said on one side is seen on the other, by role and label."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.page.steps import message, write
from tests.e2e.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

_tries = itertools.count(1)
SEEN = 5_000
"""Milliseconds within which what happens on a ticket is seen in its thread."""
SAID = 4_000
"""The same the other way: a message waits two seconds for others of its thread, and has two to get there."""
MORE = """
[threads]
undo = 1
active = 1
idle = 1
[channels.C0SUPPORT]
internal = true
"""


@pytest.fixture(scope="module")
def opened(browser: Browser, stack: Stack) -> Iterator[tuple[Page, str]]:
    """Adam's page on #support with the thread of a new ticket open, and the address of that."""
    context = browser.new_context(locale="en-GB", timezone_id="Europe/London", viewport={"width": 1360, "height": 900})
    page = context.new_page()
    page.goto(f"{stack.workspace}/#/U0ADAM/talk/C0SUPPORT")
    write(page, '/ticket create "Till 7 is dead" -- it will not start')
    expect(message(page, "Till 7 is dead")).to_be_visible()
    card = message(page, "Till 7 is dead")
    card.hover()
    card.get_by_role("button", name="Reply in thread").click()
    expect(_thread(page)).to_be_visible()
    yield page, page.url
    context.close()


@pytest.fixture
def page(opened: tuple[Page, str]) -> Page:
    """The same page for every test."""
    return _back(opened[0], opened[1])


@pytest.fixture
def address(opened: tuple[Page, str]) -> str:
    """Where the thread is open."""
    return opened[1]


def _thread(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Thread")


def _back(page: Page, address: str) -> Page:
    """From the helpdesk's screen to the thread."""
    page.goto(address)
    expect(_thread(page)).to_be_visible()
    return page


def _reply(page: Page, words: str) -> Locator:
    """A message of the thread."""
    return _thread(page).get_by_role("article").filter(has_text=words)


def _say(page: Page, text: str) -> Locator:
    field = _thread(page).get_by_role("combobox", name="Reply in thread")
    field.fill(text)
    field.press("Enter")
    said = _reply(page, text).last
    expect(said).to_be_visible()
    return said


def _ticket(page: Page) -> Locator:
    """The ticket at its helpdesk's screen."""
    if page.get_by_role("tab", name="Helpdesk").get_attribute("aria-selected") != "true":
        page.get_by_role("tab", name="Helpdesk").click()
    page.get_by_role("navigation", name="Tickets").get_by_text("Till 7 is dead").first.click()
    return page.get_by_role("article", name="Ticket")


def _on_ticket(page: Page, words: str, *, kind: str) -> None:
    update = _ticket(page).get_by_role("list", name="Updates").get_by_role("listitem").filter(has_text=words)
    expect(update).to_have_count(1, timeout=SAID)
    expect(update.get_by_text("Private note")).to_have_count(1 if kind == "note" else 0)


def _answer(page: Page, address: str, text: str, *, who: str = "As the customer", private: bool = False) -> None:
    ticket = _ticket(page)
    ticket.get_by_label(who).check()
    if private:
        ticket.get_by_label("Private note").check()
    ticket.get_by_role("textbox", name="Answer").fill(text)
    ticket.get_by_role("button", name="Send answer").click()
    expect(ticket.get_by_role("list", name="Updates")).to_contain_text(text)
    _back(page, address)


def test_a_customers_answer_is_seen_in_the_thread(page: Page, address: str) -> None:
    """As the customer, and once."""
    _answer(page, address, "It says paper jam now.")

    expect(_reply(page, "It says paper jam now.")).to_be_visible(timeout=SEEN)
    expect(_reply(page, "It says paper jam now.")).to_contain_text("(customer)")
    expect(_reply(page, "It says paper jam now.")).to_have_count(1)


def test_what_staff_write_is_seen_too(page: Page, address: str) -> None:
    """Replies, and notes where they may be seen."""
    _answer(page, address, "Please open the lid.", who="As staff")
    _answer(page, address, "This one is a VIP.", who="As staff", private=True)

    expect(_reply(page, "Please open the lid.")).to_contain_text("public reply", timeout=SEEN)
    expect(_reply(page, "This one is a VIP.")).to_contain_text("internal note", timeout=SEEN)


def test_a_reply_is_on_the_ticket(page: Page, address: str) -> None:
    """A note with a lock, a reply with a globe."""
    _say(page, "Looks like the fuser.")
    _on_ticket(page, "Looks like the fuser.", kind="note")
    _back(page, address)
    expect(_reply(page, "Looks like the fuser.").get_by_role("button", name="lock")).to_be_visible()

    _say(page, "reply: We send somebody.")
    expect(_thread(page).get_by_text("This goes to the customer")).to_be_visible()
    _on_ticket(page, "We send somebody.", kind="reply")


def test_an_edit_and_a_deletion(page: Page) -> None:
    """In time they count, as if nothing else had ever been said."""
    this = f"{next(_tries)}."  # on a busy machine a person may be too late, and tries it with other words
    said = _say(page, f"The frst words {this}")
    said.hover()
    said.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Edit message").click()
    page.get_by_role("combobox", name="Edit message").fill(f"The final words {this}")
    page.get_by_role("button", name="Save").click()
    gone = _say(page, f"reply: Never mind {this}")
    gone.hover()
    gone.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete message").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()

    _on_ticket(page, f"The final words {this}", kind="note")
    updates = _ticket(page).get_by_role("list", name="Updates")
    expect(updates).not_to_contain_text(f"frst words {this}")
    expect(updates).not_to_contain_text(f"Never mind {this}")


def test_a_file_travels_with_the_words(page: Page, tmp_path: Path) -> None:
    """To the ticket, by its name."""
    log = tmp_path / "till.log"
    log.write_text("paper jam\n", encoding="utf-8")
    _thread(page).get_by_label("Files to attach").set_input_files(log)
    expect(_thread(page).get_by_role("button", name="Remove till.log")).to_be_visible()
    _say(page, "The log is here")

    _on_ticket(page, "The log is here", kind="note")
    expect(_ticket(page).get_by_role("list", name="Updates")).to_contain_text("till.log")
