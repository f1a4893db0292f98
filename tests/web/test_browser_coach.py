"""What the page advises in a real browser: it knows what is open on the screen, and nothing it says destroys."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.web.browser import visit
from tests.web.person import NOTHING, begin, counts, hint, pressed, sees, show, teach


def test_under_the_menu_and_a_question(page: Page) -> None:
    """Neither advice nor a glowing button while something is open on the screen."""
    teach(page, {"thing 1": "cup"})
    show(page, "leaf")
    with pressed(page, "#button-b"):
        hint(page, "Its menu is open")
    expect(page.locator("#keys-a")).to_have_text("take the line")
    with pressed(page, "#button-b"):
        expect(page.locator("#keys-a")).to_have_text("learn")
    page.fill("#usb-line", "*reset")  # without a "yes" the screen asks
    page.keyboard.press("Enter")
    hint(page, "It asks on its screen")
    expect(page.locator(".wanted")).to_have_count(0)
    expect(page.locator("#keys-b")).to_have_text("no")
    page.click("#button-b")
    expect(page.locator("#keys-b")).to_have_text("next name")
    counts(page, "thing 1", 1)


def test_the_first_steps(browser: Browser, address: str) -> None:
    """Four of them, once, by Next or by doing what they say; the list of the keys has them again."""
    with visit(browser, address) as page:
        for step in range(1, 5):
            expect(page.locator("#tour-count")).to_have_text(f"{step} / 4")
            page.click("#tour-next")
        page.reload()
        expect(page.locator("body")).to_have_attribute("data-first-frame-ms", re.compile(r"\d"))
        expect(page.locator("#tour")).to_be_hidden()
        page.keyboard.press("?")
        page.get_by_role("button", name="First steps").click()
        begin(page)
        page.click("#help-open")
        page.get_by_role("button", name="First steps").click()
        show(page, "ball")  # nothing is farther from the desk
        expect(page.locator("#tour-count")).to_have_text("2 / 4")
        page.click("#button-a")
        expect(page.locator("#tour-count")).to_have_text("3 / 4")
        show(page, "desk")
        sees(page, NOTHING)
        show(page, "ball")
        expect(page.locator("#tour-count")).to_have_text("4 / 4")
        begin(page)
        hint(page, "What is it?")
