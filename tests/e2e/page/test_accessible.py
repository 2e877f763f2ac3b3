"""The page for people who use a keyboard or a screen reader: axe finds nothing serious, and keys reach everything."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.page.conftest import Workspace
from tests.e2e.page.steps import composer, message, visit, write

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "axe" / "axe.min.js"
SERIOUS = {"serious", "critical"}


def _findings(page: Page) -> list[str]:
    if not AXE.exists():
        pytest.skip("axe-core is not beside the tests")
    page.wait_for_timeout(250)  # the dialog has risen: what is half transparent has no contrast
    page.evaluate(AXE.read_text())
    result: dict[str, Any] = page.evaluate("() => axe.run(document)")
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in result["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest, page: Page) -> str:
    """The page in both of its looks."""
    page.emulate_media(color_scheme=request.param, reduced_motion="reduce")
    return str(request.param)


def test_a_channel_with_everything_in_it(page: Page, scheme: str) -> None:
    for command in ("/gallery", "/card", "/whisper", "/nonsense", "hello @priya and @adam in #general"):
        write(page, command)
    expect(message(page, "hello")).to_be_visible()
    message(page, "hello").hover()
    assert _findings(page) == []


def test_a_thread(page: Page, scheme: str) -> None:
    write(page, "ping")
    message(page, "ping").get_by_role("button", name="1 reply").click()
    expect(page.get_by_role("complementary", name="Thread").get_by_text("pong")).to_be_visible()
    assert _findings(page) == []


def test_a_form_with_errors(page: Page, scheme: str) -> None:
    write(page, "/fill wrong")
    form = page.get_by_role("dialog", name="A note")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("That is not a subject")).to_be_visible()
    form.get_by_role("combobox", name="Priority").click()
    assert _findings(page) == []


def test_menus_and_pickers(page: Page, scheme: str) -> None:
    page.get_by_role("button", name="Act as").click()
    assert _findings(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Insert an emoji").click()
    assert _findings(page) == []
    page.keyboard.press("Escape")
    composer(page).press_sequentially("/")
    assert _findings(page) == []


def test_home_helpdesk_and_inspector(page: Page, scheme: str) -> None:
    visit(page, "Clerk")
    expect(page.get_by_role("heading", name="Your tickets")).to_be_visible()
    page.get_by_role("button", name="Inspector").click()
    page.get_by_role("region", name="Inspector").get_by_role("button", name="views.publish").last.click()
    assert _findings(page) == []
    page.get_by_role("tab", name="Helpdesk").click()
    page.get_by_role("navigation", name="Tickets").get_by_role("button").first.click()
    expect(page.get_by_role("article", name="Ticket")).to_be_visible()
    assert _findings(page) == []


def test_a_message_is_reached_and_acted_on_by_keys_alone(page: Page) -> None:
    for words in ("first", "second"):
        write(page, words)
        expect(message(page, words)).to_be_visible()
    message(page, "second").focus()
    page.keyboard.press("ArrowUp")
    expect(message(page, "first")).to_be_focused()
    page.keyboard.press("m")
    expect(page.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("menuitem", name="Keep as note")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="A note")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    message(page, "first").focus()
    page.keyboard.press("t")
    expect(page.get_by_role("combobox", name="Reply in thread")).to_be_focused()
    page.keyboard.press("Escape")
    expect(message(page, "first")).to_be_focused()


def test_the_tabulator_stops_at_one_message_and_then_at_what_one_does_with_it(page: Page) -> None:
    for words in ("first", "second"):
        write(page, words)
        expect(message(page, words)).to_be_visible()
    composer(page).focus()
    page.keyboard.press("Shift+Tab")
    expect(message(page, "second")).to_be_focused()
    page.keyboard.press("Tab")
    expect(message(page, "second").get_by_role("button", name="Add a reaction")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Channel actions")).to_be_focused()


def test_a_select_is_used_by_keys_alone(page: Page) -> None:
    write(page, "/fill keys")
    priority = page.get_by_role("combobox", name="Priority")
    priority.focus()
    page.keyboard.press("ArrowDown")
    expect(priority).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(priority).to_have_value("High")
    priority.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(priority).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("dialog", name="A note")).to_be_visible()


def test_what_arrives_is_announced(page: Page) -> None:
    write(page, "/card")
    expect(page.get_by_role("status", name="Announcements")).to_have_text("Clerk: AB-1207")


def test_what_is_announced_is_read_out_as_a_person_would(page: Page, workspace: Workspace) -> None:
    workspace.say("@adam look at #general & https://example.com/a")
    announced = page.get_by_role("status", name="Announcements")
    expect(announced).to_have_text("Priya: @Adam look at #general & https://example.com/a")


def test_the_appearance_can_be_chosen_and_is_remembered(page: Page) -> None:
    page.get_by_role("button", name="Appearance").click()
    page.get_by_role("menuitemradio", name="Dark").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()
    expect(page.get_by_role("button", name="Appearance: Dark")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark == "rgb(21, 25, 27)"
