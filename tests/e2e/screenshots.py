"""Pictures for the README, of the real thing: ``python -m tests.e2e.screenshots DIRECTORY``."""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.e2e.conftest import FLAGS, NAMES
from tests.e2e.page.steps import message, write
from tests.e2e.stack import Stack

TICKET = "AB-123456"


def channel(page: Page) -> None:
    """A ticket, an answer, and a problem that only one person sees."""
    write(page, '/ticket create "Printer on fire" priority:high assign:me tags:printer,leeds -- Smoke since nine.')
    expect(message(page, "Printer on fire")).to_be_visible()
    write(page, f"/ticket reply {TICKET} Thanks, a colleague is on the way.")
    expect(message(page, "a colleague is on the way")).to_be_visible()
    write(page, f"/ticket update {TICKET} status:Resloved")
    expect(message(page, "did you mean")).to_be_visible()
    expect(message(page, "Printer on fire").first).to_contain_text("1st Line Support")


def form(page: Page) -> None:
    """A form that was sent with two things wrong."""
    write(page, "/ticket create")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.wait_for_timeout(800)
    dialog.get_by_role("button", name="Create").click()
    page.wait_for_timeout(1200)


def desk(page: Page) -> None:
    """The helpdesk's side of it."""
    page.get_by_role("tab", name="Helpdesk").click()
    page.get_by_role("navigation", name="Tickets").get_by_text(TICKET).first.click()
    expect(page.get_by_role("article", name=f"Ticket {TICKET}")).to_be_visible()


PICTURES: dict[str, tuple[Callable[[Page], None], str]] = {
    "channel": (channel, "light"),
    "helpdesk": (desk, "light"),
    "dark": (lambda page: expect(message(page, "Printer on fire")).to_be_visible(), "dark"),
    "form": (form, "light"),
}


def main(directory: Path) -> None:
    """Take all of them."""
    directory.mkdir(parents=True, exist_ok=True)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise SystemExit("There is no Chromium here.")
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        stack = Stack(Path(place)).start()
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        for name, (act, scheme) in PICTURES.items():
            context = browser.new_context(
                locale="en-GB",
                timezone_id="Europe/London",
                viewport={"width": 1180, "height": 800},
                color_scheme="dark" if scheme == "dark" else "light",
            )
            page = context.new_page()
            page.goto(f"{stack.workspace}/#/U0ADAM/talk/C0SUPPORT")
            page.wait_for_timeout(600)
            act(page)
            page.wait_for_timeout(400)
            page.screenshot(path=directory / f"{name}.png")
            context.close()
        browser.close()
        stack.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
