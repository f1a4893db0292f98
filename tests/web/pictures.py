"""Makes the README's pictures of the page: `python -m tests.web.pictures docs`. It takes a lesson and is photographed.

Needs Chromium, and what the tests need. The camera's own network is used, as `madeleine web` does.
"""

import argparse
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.web.browser import chromium, open_page, wait_turns
from tests.web.command_process import running
from tests.web.person import begin, counts, hold, sees, show

DESKTOP = "web.png"
TOUCHED = {
    "web-tablet.png": {"viewport": {"width": 820, "height": 1180}, "has_touch": True},
    "web-phone.png": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "device_scale_factor": 2},
}
MESSAGE_TURNS = 60  # after these the camera's last message has gone
DRAWN_TURNS = 4  # after these the page is drawn
LESSON = ("leaf", "ball", "cup")  # there are cards with these names


def teach(page: Page, thing: str) -> None:
    """One look by its card, another by button A."""
    show(page, thing)
    hold(page, thing)
    counts(page, thing, 1)
    page.click("#button-a")
    counts(page, thing, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    folder = parser.parse_args().folder
    with running() as address, chromium() as browser:
        with open_page(browser, address) as page:
            take_lesson(page)
            photograph(page, folder / DESKTOP)
            memory = page.context.storage_state(indexed_db=True)
        for name, device in TOUCHED.items():
            with open_page(browser, address, storage_state=memory, **device) as page:
                photograph(page, folder / name)


def take_lesson(page: Page) -> None:
    begin(page)
    for thing in LESSON:
        teach(page, thing)
    show(page, "hand")
    hold(page, "*exclude")
    counts(page, "", 1)
    show(page, "cup")
    wait_turns(page, MESSAGE_TURNS)


def photograph(page: Page, path: Path) -> None:
    """What the window shows of a cup, without a mark of where the focus is."""
    sees(page, "cup")
    page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
    page.wait_for_function("() => [...document.images].every(image => image.complete)")
    wait_turns(page, DRAWN_TURNS)
    page.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").save(path, optimize=True)
        print(f"{path}: {picture.width} x {picture.height} pixels, {path.stat().st_size >> 10} kB")


if __name__ == "__main__":
    main()
