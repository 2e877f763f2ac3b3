"""Modals: every field, typeahead, errors, late answers, stacks, and where the focus is."""

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.page.steps import act_as, choose, composer, message, write

pytestmark = pytest.mark.browser


@pytest.fixture
def form(page: Page) -> Locator:
    """The form with one of every field, opened with the subject "Lamp"."""
    write(page, "/fill Lamp")
    dialog = page.get_by_role("dialog", name="A note")
    expect(dialog).to_be_visible()
    return dialog


def test_every_field_reaches_the_app(page: Page, form: Locator) -> None:
    expect(form.get_by_label("Subject")).to_have_value("Lamp")
    form.get_by_label("Description").fill("It is\nbroken")
    choose(form.get_by_role("combobox", name="Priority"), "hi", "High")
    form.get_by_role("combobox", name="City").press_sequentially("be")
    page.get_by_role("option", name="Berlin").click()
    choose(form.get_by_role("combobox", name="Tags"), "lo", "Low")
    choose(form.get_by_role("combobox", name="Tags"), "nor", "Normal")
    page.keyboard.press("Escape")
    choose(form.get_by_role("combobox", name="Owner"), "priya", "Priya Patel")
    choose(form.get_by_role("combobox", name="Watchers"), "sam", "Sam Okafor")
    page.keyboard.press("Escape")
    choose(form.get_by_role("combobox", name="Room"), "tri", "triage")
    choose(form.get_by_role("combobox", name="Channel"), "gen", "general")
    form.get_by_label("Due").fill("2026-12-24")
    form.get_by_label("Hour").fill("17:30")
    form.get_by_label("Moment").fill("2026-12-24T17:30")
    form.get_by_role("group", name="Kinds").get_by_label("Low").check()
    form.get_by_role("radiogroup", name="Way").get_by_label("Normal").check()
    form.get_by_label("E-mail").fill("a@example.com")
    form.get_by_label("Site").fill("https://example.com")
    form.get_by_label("Count").fill("3")
    form.get_by_label("Rich").fill("some words")
    form.get_by_label("Files").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"})
    expect(form.get_by_text("a.txt")).to_be_visible()
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    words = message(page, "saved").inner_text()
    saved = json.loads(words[words.index("{") : words.rindex("}") + 1])
    assert saved == {
        "subject": "Lamp",
        "body": "It is\nbroken",
        "priority": saved["priority"],
        "city": saved["city"],
        "tags": ["low", "normal"],
        "owner": "U0PRIYA",
        "watchers": ["U0SAM"],
        "room": "C0TRIAGE",
        "channel": "C0GENERAL",
        "due": "2026-12-24",
        "hour": "17:30",
        "moment": 1798133400,
        "kinds": ["low"],
        "way": saved["way"],
        "mail": "a@example.com",
        "site": "https://example.com",
        "count": "3",
        "rich": "rich",
        "files": ["a.txt"],
    }
    assert [saved[name] for name in ("priority", "city", "way")] == ["high", "berlin", "normal"]


def test_typeahead_waits_for_enough_letters_and_says_when_nothing_fits(page: Page, form: Locator) -> None:
    city = form.get_by_role("combobox", name="City")
    city.press_sequentially("b")
    expect(page.get_by_text("Type 2 letters or more to search")).to_be_visible()
    city.press_sequentially("zz")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    city.fill("li")
    expect(page.get_by_role("option", name="Lisbon")).to_be_visible()
    city.press("Enter")
    expect(city).to_have_value("Lisbon")
    form.get_by_role("button", name="Clear City").click()
    expect(city).to_have_value("")
    expect(form.get_by_role("button", name="Clear Priority")).to_have_count(0)


def test_the_app_refuses_a_field_and_the_focus_goes_there(page: Page, form: Locator) -> None:
    subject = form.get_by_label("Subject")
    subject.fill("wrong")
    form.get_by_label("Description").fill("kept")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("That is not a subject")).to_be_visible()
    expect(subject).to_have_attribute("aria-invalid", "true")
    expect(subject).to_be_focused()
    expect(subject).to_have_accessible_description("That is not a subject")
    expect(form.get_by_label("Description")).to_have_value("kept")
    subject.fill("right")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)


def test_the_workspace_refuses_an_empty_field_before_the_app_is_asked(form: Locator) -> None:
    form.get_by_label("Subject").fill("")
    form.get_by_label("E-mail").fill("nobody")
    form.get_by_role("button", name="Save").click()
    expect(form.locator("p.error")).to_have_count(2)


def test_an_app_that_is_late_leaves_the_form_as_it_was(form: Locator) -> None:
    form.get_by_label("Subject").fill("late")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("button", name="Save")).to_be_disabled()
    expect(form.get_by_role("alert")).to_contain_text("trouble connecting")
    expect(form.get_by_label("Subject")).to_have_value("late")


def test_a_form_can_put_another_one_on_top(page: Page, form: Locator) -> None:
    form.get_by_label("Subject").fill("more")
    form.get_by_role("button", name="Save").click()
    pushed = page.get_by_role("dialog", name="One more")
    expect(pushed).to_contain_text("On top of the form")
    pushed.get_by_role("button", name="Done").click()
    expect(form).to_be_visible()


def test_three_views_are_stacked_and_taken_down_again(page: Page) -> None:
    page.get_by_role("button", name="Shortcuts").click()
    page.get_by_role("menuitem", name="New note").click()
    page.get_by_role("dialog", name="Level one").get_by_role("button", name="Go deeper").click()
    second = page.get_by_role("dialog", name="Level two")
    second.get_by_role("button", name="Go deeper").click()
    expect(second.get_by_role("button", name="Back")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("dialog", name="Level two").get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_fields_that_tell_the_app_at_once_keep_what_is_in_them(page: Page) -> None:
    write(page, "/told")
    form = page.get_by_role("dialog", name="Told")
    form.get_by_label("Word").fill("lamp")
    form.get_by_label("Word").press("Enter")
    expect(form.get_by_text("Heard: lamp")).to_be_visible()
    choose(form.get_by_role("combobox", name="Level"), "hi", "High")
    expect(form.get_by_text("Heard: high")).to_be_visible()
    expect(form.get_by_label("Word")).to_have_value("lamp")
    expect(form.get_by_role("combobox", name="Level")).to_have_value("High")
    expect(form.get_by_role("combobox", name="Here")).to_have_value("#support")


def test_a_message_shortcut_gets_the_message(page: Page) -> None:
    write(page, "remember the milk")
    sent = message(page, "remember the milk")
    sent.hover()
    sent.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Keep as note").click()
    expect(page.get_by_role("dialog", name="A note").get_by_label("Subject")).to_have_value("remember the milk")


def test_the_focus_stays_in_the_dialog_and_goes_back(page: Page, form: Locator) -> None:
    expect(form.get_by_label("Subject")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(form.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(form.get_by_role("button", name="Save")).to_be_focused()
    page.keyboard.press("Tab")
    expect(form.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)
    expect(composer(page)).to_be_focused()


def test_a_modal_belongs_to_the_one_who_opened_it(page: Page, form: Locator) -> None:
    page.goto(page.url.replace("U0ADAM", "U0PRIYA"))
    expect(page.get_by_role("button", name="Act as: Priya Patel")).to_be_visible()
    expect(form).to_have_count(0)
    act_as(page, "Adam Archer")
    expect(form).to_be_visible()
