"""Messages of the app: every block, as nodes and never as HTML, and every element in them."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.page.steps import choose, message, write

pytestmark = pytest.mark.browser


def test_every_kind_of_block_is_drawn(page: Page) -> None:
    write(page, "/gallery")
    gallery = message(page, "Gallery")
    expect(gallery.get_by_role("heading", name="Gallery")).to_be_visible()
    for words in ("bold", "italic", "gone", "code", "a < b", "first", "x = <b>1</b>", "said somebody", "🎉", "@Priya"):
        expect(gallery).to_contain_text(words)
    expect(gallery.get_by_role("strong").nth(1)).to_have_text("bold")
    expect(gallery.get_by_role("img", name="A cat on a keyboard")).to_be_visible()
    expect(gallery.get_by_role("heading", name="Heading")).to_be_visible()
    expect(gallery.get_by_role("cell", name="AB-1207")).to_be_visible()
    expect(gallery.get_by_role("columnheader", name="Age")).to_be_visible()
    expect(gallery.get_by_role("link", name="Attached")).to_have_attribute("href", "https://example.com/t/1")
    expect(gallery).to_contain_text("with a bar")


def test_markup_in_text_stays_text(page: Page) -> None:
    write(page, "/gallery")
    gallery = message(page, "Gallery")
    expect(gallery).to_contain_text("<img src=x onerror=alert(1)>")
    expect(gallery).to_contain_text("not a link")
    expect(gallery.get_by_role("link", name="not a link")).to_have_count(0)
    assert gallery.locator("img").count() == 0
    assert gallery.locator("[href^=javascript]").count() == 0


def test_a_block_that_is_not_known_is_shown_as_a_box(page: Page) -> None:
    def with_unknown_block(route: Route) -> None:
        state: dict[str, Any] = route.fetch().json()
        odd = {"type": "hologram", "block_id": "h"}
        odder = {"type": "actions", "block_id": "a", "elements": [{"type": "lever", "action_id": "l"}]}
        said = {"type": "message", "user": "U0PRIYA", "text": "odd", "ts": "1780000000.000100", "channel": "C0SUPPORT"}
        state["messages"]["C0SUPPORT"] = [{**said, "blocks": [odd, odder]}]
        route.fulfill(body=json.dumps(state), content_type="application/json")

    page.route("**/ui/state*", with_unknown_block)
    page.reload()
    expect(page.get_by_role("note")).to_have_text("Unsupported block: hologram")
    expect(page.get_by_text("Unsupported element: lever")).to_be_visible()


def test_a_button_acts_and_its_message_changes(page: Page) -> None:
    write(page, "/card")
    message(page, "AB-1207").get_by_role("button", name="Take it").click()
    expect(message(page, "AB-1207")).to_contain_text("Taken by @Adam")


def test_a_confirm_dialog_asks_first(page: Page) -> None:
    write(page, "/card")
    close = message(page, "AB-1207").get_by_role("button", name="Close it")
    close.click()
    dialog = page.get_by_role("alertdialog", name="Close the ticket?")
    expect(dialog).to_contain_text("The customer will be told.")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_have_count(0)
    expect(close).to_be_focused()
    close.click()
    page.get_by_role("button", name="Close it for good").click()
    expect(message(page, "AB-1207 is closed")).to_be_visible()


def test_a_select_in_a_message_acts_at_once(page: Page) -> None:
    write(page, "/card")
    choose(message(page, "AB-1207").get_by_role("combobox", name="Set priority"), "hi", "High")
    expect(message(page, "AB-1207").get_by_role("button", name="1 reply")).to_be_visible()


def test_an_overflow_menu_answers_only_the_person(page: Page) -> None:
    write(page, "/card")
    message(page, "AB-1207").get_by_role("button", name="More options").click()
    page.get_by_role("menuitem", name="Mute").click()
    whisper = message(page, "Chose mute")
    expect(whisper).to_contain_text("Only visible to you")
    whisper.get_by_role("button", name="Dismiss").click()
    expect(whisper).to_have_count(0)


def test_an_app_that_is_late_leaves_a_warning_beside_the_element(page: Page) -> None:
    write(page, "/card")
    card = message(page, "AB-1207")
    card.get_by_label("Due on").fill("2026-12-01")
    expect(card.get_by_role("img", name="The app did not respond")).to_be_visible()


def test_an_ephemeral_message_is_replaced_through_its_response_url(page: Page) -> None:
    write(page, "/whisper quietly")
    expect(message(page, "quietly")).to_contain_text("Only visible to you")
    message(page, "quietly").get_by_role("button", name="Louder").click()
    expect(message(page, "LOUDER")).to_be_visible()
    expect(page.get_by_text("quietly")).to_have_count(0)
