"""Makes the README's pictures of the page: `python -m tests.web.pictures docs`. It takes a lesson and is photographed.

Needs Chromium, and what the tests need. The camera's own network is used, as `madeleine web` does.
"""

import argparse
import tempfile
from pathlib import Path

from PIL import Image

from tests.web.browser import Browser, Page
from tests.web.command_process import running
from tests.web.person import begin, counts, hold, sees, show
from tests.web.webcam import write_film

#  file              width, height, pixels of the display for each
PICTURES = {
    "web.png": (1440, 900, 1),
    "web-tablet.png": (820, 1180, 1),
    "web-phone.png": (390, 844, 2),
}
MESSAGE_TURNS = 60  # after these the camera's last message has gone
DRAWN_TURNS = 4  # after these the page is drawn in its new size
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
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch, running() as address:
        browser = Browser(Path(scratch), write_film(Path(scratch) / "film.y4m"))
        try:
            take(browser.open(address), folder)
        finally:
            browser.close()


def take(page: Page, folder: Path) -> None:
    """Teaches, then photographs the page on every width."""
    begin(page)
    for thing in LESSON:
        teach(page, thing)
    show(page, "hand")
    hold(page, "*exclude")
    counts(page, "", 1)
    show(page, "cup")
    sees(page, "cup")
    page.hear('"event":"turn"', MESSAGE_TURNS)
    for name, (width, height, scale) in PICTURES.items():
        page.view(width, height, scale)
        page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
        page.hear('"event":"turn"', DRAWN_TURNS)
        page.picture(folder / name)
        with Image.open(folder / name) as picture:
            picture.convert("RGB").save(folder / name, optimize=True)
        print(f"{folder / name}: {width} x {height}, {(folder / name).stat().st_size >> 10} kB")


if __name__ == "__main__":
    main()
