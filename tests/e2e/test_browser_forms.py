"""Forms, cards and retries in a browser, with the real bot and real local helpdesks behind the page."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.page.steps import act_as, choose, message, write
from tests.e2e.stack import Stack, until

TICKET = "AB-123456"

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-forms")]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running whole with some patience for a slow helpdesk."""
    running = Stack(tmp_path_factory.mktemp("stack"), timeout=6).start()
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """Adam's page on #support, with nothing that goes wrong yet."""
    for url in (stack.support, stack.social):
        stack.http.delete(f"{url}/control/faults")
    stack.http.post(f"{stack.workspace}/control/reset")
    context = browser.new_context(locale="en-GB", timezone_id="Europe/London", viewport={"width": 1280, "height": 860})
    opened = context.new_page()
    opened.goto(f"{stack.workspace}/#/U0ADAM/talk/C0SUPPORT")
    yield opened
    context.close()


def _form(page: Page, title: str) -> Locator:
    dialog = page.get_by_role("dialog", name=title)
    expect(dialog).to_be_visible()
    return dialog


def _shortcut(page: Page, words: str, name: str) -> None:
    """Take one of the app's shortcuts on a message."""
    message(page, words).hover()
    message(page, words).get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name=name).click()


def _offered(field: Locator) -> list[str]:
    """Everything that a menu offers, without choosing."""
    field.click()
    expect(field.page.get_by_role("option").first).to_be_visible()
    options = field.page.get_by_role("option").all_inner_texts()
    field.press("Escape")
    return options


def _tickets(stack: Stack, subject: str) -> list[dict[str, Any]]:
    return [each for each in stack.desk()["tickets"] if each["subject"] == subject]


def _updates(stack: Stack, words: str) -> list[dict[str, Any]]:
    return [each for each in stack.desk()["updates"] if words in each["message"]]


def test_errors_on_two_fields_and_then_success(page: Page, stack: Stack) -> None:
    """Each stands under its field, what was typed stays, and the ticket is opened once both are put right."""
    write(page, "/ticket create priority:hgih status:Nope -- Smoke since nine")
    form = _form(page, "New ticket")
    form.get_by_label("Subject").fill("Two mistakes")
    form.get_by_role("button", name="Create").click()

    priority, status = form.get_by_role("combobox", name="Priority"), form.get_by_role("combobox", name="Status")
    for field in (priority, status):
        expect(field).to_have_attribute("aria-invalid", "true")
    expect(priority).to_have_accessible_description(re.compile("did you mean.*High", re.IGNORECASE))
    expect(priority).to_be_focused()
    expect(form.get_by_label("Message")).to_have_value("Smoke since nine")
    choose(priority, "hi", "High")
    choose(status, "new", "New")
    form.get_by_role("button", name="Create").click()

    expect(form).to_have_count(0)
    expect(message(page, "Two mistakes")).to_be_visible()
    (ticket,) = _tickets(stack, "Two mistakes")
    assert (ticket["priority"], ticket["status"]) == ("High", "New")


def test_fix_and_send_again_after_a_slow_refusal(page: Page, stack: Stack) -> None:
    """The form says that it is under way; the refusal comes in private, and its button brings everything back."""
    stack.fault(kind="slow", path="*/tickets/submit", seconds=3)
    write(page, "/ticket create")
    form = _form(page, "New ticket")
    form.get_by_label("Subject").fill("Slow and wrong")
    form.get_by_label("Message").fill("every word of it")
    choose(form.get_by_role("combobox", name="Assignee"), "tom", "Tom")
    form.get_by_role("button", name="Create").click()
    expect(page.get_by_role("dialog")).to_contain_text("under way")
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()

    refusal = message(page, "Fix and send again")
    expect(refusal).to_contain_text("Only visible to you")
    refusal.get_by_role("button", name="Fix and send again").click()
    form = _form(page, "New ticket")
    expect(form.get_by_label("Subject")).to_have_value("Slow and wrong")
    expect(form.get_by_label("Message")).to_have_value("every word of it")
    expect(form.get_by_role("combobox", name="Assignee")).to_have_value(re.compile("Tom"))
    expect(form).to_contain_text("⚠️")
    choose(form.get_by_role("combobox", name="Assignee"), "adam", "Adam")
    form.get_by_role("button", name="Create").click()

    expect(form).to_have_count(0)
    expect(message(page, "Slow and wrong")).to_be_visible()
    assert len(_tickets(stack, "Slow and wrong")) == 1
    asked = stack.http.get(f"{stack.support}/control/requests", params={"path": "tickets/submit"}).json()
    assert [each["status"] for each in asked][-2:] == [422, 201]
    until(lambda: _updates(stack, "every word of it"))


def test_a_ticket_from_a_message_with_a_file(page: Page, stack: Stack) -> None:
    """Words, author and file of the message are in the form, and arrive at the helpdesk."""
    act_as(page, "Sam Okafor")
    page.get_by_label("Files to attach").set_input_files(
        {"name": "screen.txt", "mimeType": "text/plain", "buffer": b"flicker flicker"}
    )
    expect(page.get_by_role("button", name="Remove screen.txt")).to_be_visible()
    write(page, "The screen flickers since nine")
    expect(message(page, "The screen flickers").get_by_role("link", name="screen.txt")).to_be_visible()
    act_as(page, "Adam Archer")

    _shortcut(page, "The screen flickers", "Ticket from message")
    form = _form(page, "New ticket")
    expect(form.get_by_label("Subject")).to_have_value("The screen flickers since nine")
    expect(form.get_by_role("combobox", name="Customer, from Slack")).to_have_value("Sam Okafor")
    expect(form.get_by_label("screen.txt")).to_be_checked()
    form.get_by_role("button", name="Create").click()

    update = until(lambda: _updates(stack, "The screen flickers"))[0]
    (ticket,) = _tickets(stack, "The screen flickers since nine")
    assert ticket["contact"]["address"] == "sam@example.com"
    assert [each["name"] for each in update["attachments"]] == ["screen.txt"]
    message(page, "The screen flickers").get_by_role("button", name="1 reply").click()
    expect(page.get_by_role("complementary", name="Thread")).to_contain_text(ticket["reference"])


def test_department_team_and_person_narrow_each_other(page: Page) -> None:
    """What is offered in the next menu depends on what was chosen in the one before; what was typed stays."""
    write(page, "/ticket create -- typed before")
    form = _form(page, "New ticket")
    department, team, person = (form.get_by_role("combobox", name=each) for each in ("Department", "Team", "Assignee"))
    teams, people = _offered(team), _offered(person)

    choose(department, "billing", "Billing")
    expect(team).to_have_value("")
    until(lambda: 0 < len(_offered(team)) < len(teams))
    assert set(_offered(team)) < set(teams)
    choose(team, "accounts", "Accounts")
    until(lambda: 0 < len(_offered(person)) < len(people))
    assert "Adam Archer" not in " ".join(_offered(person))
    choose(person, "tom", "Tom")
    choose(department, "technical", "Technical Support (Codebase)")

    expect(team).to_have_value("")
    until(lambda: "Accounts" not in _offered(team))
    expect(form.get_by_label("Server")).to_be_visible()
    expect(form.get_by_label("Message")).to_have_value("typed before")


def test_a_follow_up_in_words(page: Page, stack: Stack) -> None:
    """What is understood is echoed before anything is sent."""
    write(page, f"/ticket followup {TICKET}")
    form = _form(page, "Follow up")
    when = form.get_by_role("textbox", name="When (optional)", exact=True)
    when.fill("when pigs fly")
    when.press("Enter")
    expect(form).to_contain_text("⚠️")
    when.fill("tomorrow 9am")
    when.press("Enter")
    expect(form).to_contain_text(re.compile(r"at 09:00 \(Europe/London"))
    expect(form).not_to_contain_text("⚠️")
    form.get_by_label("Internal note").fill("ring them in the morning")
    form.get_by_role("button", name="Schedule").click()

    expect(form).to_have_count(0)
    expect(message(page, "follow-up")).to_contain_text("09:00")
    assert len(stack.desk()["followups"]) == 1


def test_forward(page: Page, stack: Stack) -> None:
    """From the message shortcut: the ticket is known, whoever gets it is typed."""
    write(page, f"about {TICKET}: please have a look")
    _shortcut(page, "please have a look", "Forward ticket")
    form = _form(page, "Forward ticket")
    expect(form).to_contain_text(TICKET)
    form.get_by_label("Forward to").fill("nobody")
    form.get_by_label("Message").fill("over to you")
    form.get_by_role("button", name="Forward").click()
    expect(form.get_by_label("Forward to")).to_have_attribute("aria-invalid", "true")
    form.get_by_label("Forward to").fill("jo@acme.example")
    form.get_by_role("button", name="Forward").click()

    expect(form).to_have_count(0)
    expect(message(page, "forwarded to jo@acme.example")).to_be_visible()
    mails = [each for each in stack.desk()["outbox"] if "jo@acme.example" in str(each)]
    assert ["over to you" in str(each) for each in mails] == [True]


def test_a_card_changes_while_it_is_looked_at(page: Page, stack: Stack) -> None:
    """Somebody else's change appears on the card that is on the screen, and a press on it shows there as well."""
    write(page, '/ticket create "Till five is dead" -- again')
    card = page.get_by_role("main").get_by_role("article").filter(has_text="Till five is dead").first
    expect(card.get_by_role("button", name="Assign to me")).to_be_visible()
    expect(card).to_contain_text("Normal")
    (ticket,) = _tickets(stack, "Till five is dead")

    stack.say(f"/ticket update {ticket['reference']} priority:low", person="U0PRIYA", channel="C0TRIAGE")
    expect(card).to_contain_text("Low")
    card.get_by_role("button", name="Assign to me").click()
    expect(card).to_contain_text("Assigned to: Adam")
    card.get_by_role("button", name="Close", exact=True).click()
    expect(card).to_contain_text("Resolved")
    expect(card.get_by_role("button", name="Close", exact=True)).to_have_count(0)


def test_an_event_that_comes_twice_is_done_and_answered_once(page: Page, stack: Stack) -> None:
    """Slack does not get the acknowledgement and sends it again; the inspector shows the retry."""
    stack.http.post(
        f"{stack.workspace}/control/fault", json={"delivery": "event", "name": "app_mention", "lose_answer": True}
    ).raise_for_status()
    page.get_by_role("button", name="Inspector").click()
    write(page, f"@Ticketbot reply {TICKET} said only once")

    row = page.get_by_role("region", name="Inspector").get_by_role("row").filter(has_text="app_mention")
    expect(row).to_have_count(2)
    expect(row.first).to_contain_text("http_timeout")
    expect(row.last).to_contain_text("retry 1")
    page.get_by_role("button", name="Close inspector").click()
    message(page, "said only once").get_by_role("button", name="1 reply").click()
    until(lambda: stack.http.post(f"{stack.workspace}/control/idle", json={"timeout": 5}).json().get("idle"))
    recorded = [each["state"] for each in stack.entries() if "said only once" in (each["typed"] or "")]
    assert recorded == ["done"]
    assert len(_updates(stack, "said only once")) == 1
    expect(page.get_by_role("article").filter(has_text="answered by")).to_have_count(1)
    expect(message(page, "said only once").get_by_role("button", name="1 reply")).to_be_visible()
