"""What a person does again and again."""

import re

from playwright.sync_api import Locator, Page, expect


def composer(page: Page, where: str = "#support") -> Locator:
    """The field under a channel."""
    return page.get_by_role("combobox", name=f"Message {where}")


def write(page: Page, text: str, where: str = "#support") -> None:
    """Type ``text`` into the field under a channel and send it."""
    field = composer(page, where)
    field.fill(text)
    if text.startswith("/") and " " not in text:
        field.press("Escape")
    field.press("Enter")


def message(page: Page, words: str) -> Locator:
    """The message in the channel that contains ``words``."""
    return page.get_by_role("main").get_by_role("article").filter(has_text=words).last


def act_as(page: Page, name: str) -> None:
    """Go on as somebody else."""
    page.get_by_role("button", name="Act as").click()
    page.get_by_role("menuitemradio", name=name).click()
    expect(page.get_by_role("button", name=f"Act as: {name}")).to_be_visible()


def visit(page: Page, place: str) -> None:
    """Go to a channel, a person or the app by the sidebar."""
    name = re.compile(rf"^{re.escape(place)}\b")
    page.get_by_role("navigation", name="Places").get_by_role("button", name=name).first.click()


def choose(field: Locator, typed: str, option: str) -> None:
    """Choose in a field by typing."""
    field.fill(typed)
    field.page.get_by_role("option", name=option).first.click()
