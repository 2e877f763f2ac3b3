"""Talking: messages, mentions, commands, threads, reactions, edits, files, and who sees what."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.page.conftest import Workspace
from tests.e2e.page.steps import act_as, composer, message, visit, write

pytestmark = pytest.mark.browser


def test_a_message_appears_with_its_mention_link_and_emoji(page: Page) -> None:
    write(page, "Look @priya at https://example.com/a :tada:")
    sent = message(page, "Look")
    expect(sent).to_contain_text("@Priya")
    expect(sent.get_by_role("link")).to_have_attribute("href", "https://example.com/a")
    expect(sent).to_contain_text("🎉")


def test_a_mention_is_completed_from_what_is_typed(page: Page) -> None:
    field = composer(page)
    field.press_sequentially("hello @sa")
    expect(page.get_by_role("option", name="Sam Okafor")).to_be_visible()
    field.press("Enter")
    expect(field).to_have_value("hello @sam ")


def test_a_command_is_completed_with_its_hint(page: Page) -> None:
    field = composer(page)
    field.press_sequentially("/fi")
    expect(page.get_by_role("option", name="/fill")).to_contain_text("[subject]")
    field.press("Tab")
    expect(field).to_have_value("/fill ")
    expect(page.get_by_text("[subject]")).to_be_visible()


def test_an_empty_channel_says_what_one_could_try_where_the_app_is(page: Page) -> None:
    expect(page.get_by_role("main")).to_contain_text("Try /fill: Fill in every kind of field")
    visit(page, "random")
    expect(page.get_by_role("main")).to_contain_text("This is the beginning of #random.")
    expect(page.get_by_role("main")).not_to_contain_text("Try /fill")


def test_what_is_not_a_command_is_answered_by_a_notice(page: Page) -> None:
    write(page, "/nonsense now")
    expect(page.get_by_role("main")).to_contain_text("/nonsense is not a valid command")
    page.get_by_role("button", name="Dismiss notice").click()
    expect(page.get_by_role("main")).not_to_contain_text("is not a valid command")


def test_a_command_that_is_answered_too_late_says_so(page: Page) -> None:
    write(page, "/sleep")
    expect(page.get_by_role("main")).to_contain_text("operation_timeout")


def test_what_is_half_written_is_kept_while_one_looks_elsewhere(page: Page) -> None:
    composer(page).fill("half a sent")
    visit(page, "general")
    expect(composer(page, "#general")).to_have_value("")
    visit(page, "support")
    expect(composer(page)).to_have_value("half a sent")


def test_shift_and_enter_makes_a_new_line(page: Page) -> None:
    field = composer(page)
    field.fill("one")
    field.press("Shift+Enter")
    field.press_sequentially("two")
    expect(field).to_have_value("one\ntwo")


def test_a_thread_holds_replies_of_people_and_of_the_app(page: Page) -> None:
    write(page, "ping")
    expect(message(page, "ping").get_by_role("button", name="1 reply")).to_be_visible()
    message(page, "ping").get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_role("article").filter(has_text="pong")).to_be_visible()
    reply = thread.get_by_role("combobox", name="Reply in thread")
    expect(reply).to_be_focused()
    reply.fill("thanks")
    thread.get_by_label("Also send to #support").check()
    reply.press("Enter")
    expect(message(page, "thanks")).to_contain_text("a thread")
    expect(message(page, "ping").get_by_role("button", name="2 replies")).to_be_visible()
    thread.get_by_role("button", name="Close thread").click()
    expect(thread).to_have_count(0)


def test_a_reaction_is_added_and_taken_back(page: Page) -> None:
    write(page, "well done")
    sent = message(page, "well done")
    sent.hover()
    sent.get_by_role("button", name="Add a reaction").click()
    page.get_by_role("textbox", name="Search emoji").fill("trophy")
    page.get_by_role("button", name="trophy").click()
    given = sent.get_by_role("button", name="trophy, 1: you")
    expect(given).to_have_attribute("aria-pressed", "true")
    given.click()
    expect(given).to_have_count(0)


def test_a_person_edits_and_deletes_what_they_wrote_and_nothing_else(page: Page) -> None:
    write(page, "the frst")
    sent = message(page, "frst")
    sent.hover()
    sent.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Edit message").click()
    page.get_by_role("combobox", name="Edit message").fill("the first")
    page.get_by_role("button", name="Save").click()
    expect(message(page, "the first")).to_contain_text("(edited)")
    act_as(page, "Priya Patel")
    other = message(page, "the first")
    other.hover()
    other.get_by_role("button", name="More actions").click()
    expect(page.get_by_role("menuitem", name="Keep as note")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Edit message")).to_have_count(0)
    page.keyboard.press("Escape")
    act_as(page, "Adam Archer")
    message(page, "the first").hover()
    message(page, "the first").get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete message").click()
    page.get_by_role("alertdialog", name="Delete this message?").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("main")).not_to_contain_text("the first")


def test_a_file_is_sent_and_shown(page: Page) -> None:
    page.get_by_label("Files to attach").set_input_files(
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"hello"}
    )
    expect(page.get_by_role("button", name="Remove notes.txt")).to_be_visible()
    write(page, "with a file")
    link = message(page, "with a file").get_by_role("link", name="notes.txt")
    expect(link).to_be_visible()
    answer = page.request.get(str(link.evaluate("link => link.href")))
    assert answer.body() == b"hello"


def test_everybody_sees_only_what_is_theirs(page: Page) -> None:
    places = page.get_by_role("navigation", name="Places")
    expect(places.get_by_role("button", name="leadership")).to_be_visible()
    act_as(page, "Sam Okafor")
    expect(places.get_by_role("button", name="leadership")).to_have_count(0)
    act_as(page, "Eve Novak")
    expect(places.get_by_role("button", name="acme-partner")).to_be_visible()
    expect(page.get_by_role("heading", name="Not yours to see")).to_be_visible()


def test_what_is_said_elsewhere_is_counted_until_one_looks(page: Page, workspace: Workspace) -> None:
    visit(page, "general")
    workspace.say("Are you there?")
    support = page.get_by_role("navigation", name="Places").get_by_role("button", name="support 1 new")
    expect(support).to_be_visible()
    support.click()
    expect(message(page, "Are you there?")).to_be_visible()
    expect(support).to_have_count(0)


@pytest.mark.exhaustive
def test_of_many_messages_the_latest_are_drawn_first(page: Page, workspace: Workspace) -> None:
    page.goto("about:blank")
    for number in range(130):
        workspace.say(f"number {number}.")
    page.go_back()
    expect(message(page, "number 129.")).to_be_in_viewport()
    expect(page.get_by_text("number 3.")).to_have_count(0)
    page.get_by_role("button", name="Show earlier messages").click()
    expect(message(page, "number 3.")).to_be_visible()
    expect(page.get_by_text("This is the beginning of #support.")).to_be_attached()


def test_a_narrow_window_keeps_the_field_in_sight(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 780})
    write(page, "from a small window")
    expect(message(page, "from a small window")).to_be_in_viewport()
    expect(composer(page)).to_be_in_viewport()


def test_a_direct_message_is_opened_by_name(page: Page) -> None:
    page.get_by_role("button", name="Start a direct message").click()
    dialog = page.get_by_role("dialog", name="New direct message")
    dialog.get_by_role("combobox", name="With whom").fill("sam")
    page.get_by_role("option", name="Sam Okafor").click()
    dialog.get_by_role("heading").click()
    dialog.get_by_role("button", name="Open").click()
    expect(page.get_by_role("main").get_by_role("heading", level=1, name="Sam Okafor")).to_be_visible()


def test_a_channel_is_made_left_and_joined(page: Page) -> None:
    page.get_by_role("button", name="Create a channel").click()
    page.get_by_role("textbox", name="Name").fill("not a name")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Letters, digits")
    page.get_by_role("textbox", name="Name").fill("printers")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="printers")).to_be_visible()
    page.get_by_role("button", name="Channel actions").click()
    page.get_by_role("menuitem", name="Leave").click()
    page.get_by_role("button", name="Join #printers").click()
    expect(composer(page, "#printers")).to_be_visible()


def test_an_archived_channel_is_read_only(page: Page) -> None:
    visit(page, "old-support")
    expect(page.get_by_text("This channel is archived")).to_be_visible()
    expect(composer(page, "#old-support")).to_have_count(0)
