"""What the page advises in a real browser: it knows what is open on the screen, and nothing it says destroys."""

from tests.web.browser import Browser, Page
from tests.web.person import begin, counts, hint, show, teach


def test_under_the_menu_and_a_question(page: Page) -> None:
    """Neither advice nor a glowing button while something is open on the screen."""
    teach(page, {"thing 1": "cup"})
    show(page, "leaf")
    with page.held("#button-b"):
        hint(page, "Its menu is open")
    assert page.text("#keys-a") == "take the line"
    with page.held("#button-b"):
        page.wait("document.querySelector('#keys-a').textContent === 'learn'")
    page.click("#usb-line")
    page.write("*reset")  # without a "yes" the screen asks
    page.key("Enter")
    hint(page, "It asks on its screen")
    assert page.evaluate("document.querySelector('.wanted')") is None
    assert page.text("#keys-b") == "no"
    page.click("#button-b")
    page.wait("document.querySelector('#keys-b').textContent === 'next name'")
    counts(page, "thing 1", 1)


def test_the_first_steps(browser: Browser, address: str) -> None:
    """Four of them, once; the list of the keys has them again."""
    page = browser.open(address)
    page.wait("document.body.dataset.firstFrameMs")
    for step in range(1, 5):
        page.wait(f"document.querySelector('#tour-count').textContent === '{step} / 4'")
        page.click("#tour-next")
    page.reload()
    page.wait("document.body.dataset.firstFrameMs")
    assert page.evaluate("document.querySelector('#tour').hidden")
    page.key("?")
    page.click("#tour-again")
    page.wait("!document.querySelector('#tour').hidden")
    begin(page)
    hint(page, "What is it?")
    page.close()
    assert page.complaints == []
