"""App Home, the helpdesk tab and the inspector."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.page.conftest import Workspace
from tests.e2e.page.steps import visit, write

pytestmark = pytest.mark.browser


def test_the_app_publishes_its_home_and_changes_it(page: Page) -> None:
    visit(page, "Clerk")
    expect(page.get_by_role("heading", name="Your tickets")).to_be_visible()
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_text("You have no open tickets.")).to_be_visible()


def test_the_app_is_written_to_in_its_messages_tab(page: Page) -> None:
    visit(page, "Clerk")
    page.get_by_role("tab", name="Messages").click()
    write(page, "ping", "Clerk")
    expect(page.get_by_role("button", name="1 reply")).to_be_visible()


def test_a_ticket_is_answered_as_the_customer_and_as_staff(page: Page) -> None:
    page.get_by_role("tab", name="Helpdesk").click()
    page.get_by_role("navigation", name="Tickets").get_by_role("button").first.click()
    ticket = page.get_by_role("article", name="Ticket")
    answer = ticket.get_by_role("textbox", name="Answer")
    answer.fill("It came back")
    ticket.get_by_role("button", name="Send answer").click()
    updates = ticket.get_by_role("list", name="Updates")
    expect(updates.get_by_role("listitem").last).to_contain_text("It came back")
    expect(updates.get_by_role("listitem").last).to_contain_text("Customer")
    ticket.get_by_label("As staff").check()
    ticket.get_by_label("Private note").check()
    answer.fill("Again!")
    ticket.get_by_role("button", name="Send answer").click()
    expect(updates.get_by_role("listitem").last).to_contain_text("Private note")
    expect(ticket.get_by_role("complementary", name="Properties")).to_contain_text("priority")


def test_tickets_are_filtered(page: Page) -> None:
    page.get_by_role("tab", name="Helpdesk").click()
    tickets = page.get_by_role("navigation", name="Tickets")
    expect(tickets.get_by_role("listitem").first).to_be_visible()
    tickets.get_by_role("searchbox", name="Filter tickets").fill("no such ticket")
    expect(tickets).to_contain_text("No ticket matches")


def test_the_inspector_shows_a_refusal_and_why(page: Page, workspace: Workspace) -> None:
    page.get_by_role("button", name="Inspector").click()
    inspector = page.get_by_role("region", name="Inspector")
    workspace.control("fault", {"method": "chat.postMessage", "error": "fatal_error"})
    write(page, "/card")
    inspector.get_by_label("Refused only").check()
    inspector.get_by_role("button", name="chat.postMessage").last.click()
    details = inspector.get_by_role("region", name="Request chat.postMessage")
    expect(details).to_contain_text("fatal_error")
    expect(details).to_contain_text("C0SUPPORT")
    inspector.get_by_label("Refused only").uncheck()
    inspector.get_by_role("combobox", name="Kind").select_option("command")
    expect(inspector.get_by_role("button", name="/card").last).to_be_visible()
    page.keyboard.press("Escape")


def test_a_place_survives_a_reload(page: Page) -> None:
    visit(page, "triage")
    page.reload()
    expect(page.get_by_role("heading", level=1, name="triage")).to_be_visible()


def test_the_page_comes_back_after_a_reset(page: Page, workspace: Workspace) -> None:
    write(page, "soon forgotten")
    expect(page.get_by_text("soon forgotten")).to_be_visible()
    workspace.control("reset")
    expect(page.get_by_text("soon forgotten")).to_have_count(0)
    write(page, "a new start")
    expect(page.get_by_text("a new start")).to_be_visible()


def test_a_lost_connection_is_said_and_mended(page: Page, workspace: Workspace) -> None:
    page.route("**/ui/stream*", lambda route: route.abort())
    page.reload()
    expect(page.get_by_text("The workspace is not answering")).to_be_visible()
    page.unroute("**/ui/stream*")
    expect(page.get_by_text("The workspace is not answering")).to_have_count(0)
    workspace.say("still there")
    expect(page.get_by_role("main")).to_contain_text("still there")
