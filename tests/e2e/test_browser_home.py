"""My tickets on the App Home, in a browser: paged, searched, and changing while it is looked at."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.page.steps import visit
from tests.e2e.stack import Stack, until

MANY = 7

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-home")]


@pytest.fixture(scope="module")
def asked(stack: Stack) -> None:
    """More tickets of Adam's than one page of his Home holds."""
    for number in range(MANY):
        stack.command(f"create Homepage number {number} assign:me -- x")
    until(lambda: sum("Homepage" in each["subject"] for each in stack.desk()["tickets"]) == MANY)


@pytest.fixture
def home(browser: Browser, stack: Stack, asked: None) -> Iterator[Page]:
    """Adam's page on the bot's Home."""
    context = browser.new_context(locale="en-GB", timezone_id="Europe/London", viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.goto(f"{stack.workspace}/#/U0ADAM/talk/C0SUPPORT")
    visit(page, "Ticketbot")
    expect(page.get_by_role("main")).to_contain_text("Homepage number")
    yield page
    context.close()


def _assigned(page: Page) -> set[str]:
    """The tickets of the first list that are in sight."""
    words = page.get_by_role("main").inner_text()
    first = words[words.index("Assigned to me") : words.index("Asked by me")]
    return set(re.findall(r"Homepage number \d", first))


def _press(page: Page, name: str) -> None:
    button: Locator = page.get_by_role("main").get_by_role("button", name=name, exact=True).first
    button.click()


def test_its_lists_are_paged(home: Page) -> None:
    """Next shows the others, Previous the first ones again, in place."""
    first = _assigned(home)
    expect(home.get_by_role("button", name="Previous")).to_have_count(0)
    _press(home, "Next")
    expect(home.get_by_role("button", name="Previous").first).to_be_visible()
    second = _assigned(home)
    assert second
    assert not first & second

    _press(home, "Previous")
    expect(home.get_by_role("button", name="Previous")).to_have_count(0)
    assert _assigned(home) == first


def test_a_search_stays_beside_the_lists_until_it_is_cleared(home: Page) -> None:
    """Words and Return; the result stands above the lists."""
    field = home.get_by_role("textbox", name="Search tickets")
    field.fill("repository")
    field.press("Enter")
    expect(home.get_by_role("main")).to_contain_text("Found: repository")
    expect(home.get_by_role("main")).to_contain_text("AB-123456")
    _press(home, "Clear the search")
    expect(home.get_by_role("main")).not_to_contain_text("Found:")


def test_it_changes_while_it_is_looked_at(home: Page, stack: Stack) -> None:
    """What somebody else does to one of the tickets shows, without a press."""
    shown = sorted(_assigned(home))[0]
    ticket = next(each for each in stack.desk()["tickets"] if each["subject"] == shown)
    stack.say(f"/ticket update {ticket['reference']} subject:Renamed", person="U0PRIYA")

    expect(home.get_by_role("main")).to_contain_text("Renamed")


def test_a_ticket_is_opened_from_there(home: Page, stack: Stack) -> None:
    """The form asks where to say what came of it; left empty, it is said to the person alone."""
    _press(home, "New ticket")
    form = home.get_by_role("dialog", name="New ticket")
    expect(form.get_by_role("combobox", name="Where to say what came of it")).to_be_visible()
    form.get_by_label("Subject").fill("Opened at home")
    form.get_by_role("button", name="Create").click()

    expect(form).to_have_count(0)
    home.get_by_role("tab", name="Messages").click()
    expect(home.get_by_role("article").filter(has_text="Opened at home").first).to_be_visible()
    assert not any("Opened at home" in str(each) for each in stack.messages())
