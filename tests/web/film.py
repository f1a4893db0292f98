"""Makes README's film of the page: `python -m tests.web.film docs`. A cup is taught by button A, a ball by its name.

Needs Chromium, and what the tests need. The camera's own network is used, as `madeleine web` does.
"""

import argparse
import io
from pathlib import Path

from handbook.animation import Animation
from PIL import Image, ImageDraw
from playwright.sync_api import FloatRect, Page

from tests.web.browser import WINDOW, chromium, open_page, wait_turns
from tests.web.command_process import running
from tests.web.person import NOTHING, begin, counts, sees, show, shown

FILM = "film-web.webp"
SHOWN = FloatRect(x=0, y=0, width=WINDOW["width"], height=780)  # of the window; below it lie logs
SIZE_PX = (864, 468)
STEP_MS, STAY_MS = 200, 400  # a picture stays so long while the mouse moves or letters come, and otherwise
STEPS = 3  # pictures of a way of the mouse
MOUSE = ((0, 0), (0, 17), (4, 13), (7, 19), (10, 18), (7, 12), (12, 12))
THINGS = {"cup": "thing 1", "ball": "ball"}


class Camera:
    """Films a page while its mouse moves, clicks and writes."""

    def __init__(self, page: Page) -> None:
        self.film = Animation()
        self._page = page
        self._at = (WINDOW["width"] / 3, SHOWN["height"] / 2)

    def stay(self, ms: int) -> None:
        """What the page shows in the meantime."""
        for _ in range(ms // STAY_MS):
            wait_turns(self._page)
            self._take(STAY_MS)

    def click(self, selector: str) -> None:
        """Goes there and clicks."""
        box = self._page.locator(selector).bounding_box()
        assert box is not None
        begin, end = self._at, (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        for step in range(1, STEPS + 1):
            self._at = tuple(a + (b - a) * step / STEPS for a, b in zip(begin, end, strict=True))
            self._page.mouse.move(*self._at)
            self._take(STEP_MS)
        self._page.mouse.down()  # and up at once: to hold a button means something else
        self._page.mouse.up()
        self._take(STEP_MS)

    def write(self, text: str) -> None:
        """Letter by letter."""
        for letter in text:
            self._page.keyboard.type(letter)
            self._take(STEP_MS)

    def _take(self, ms: int) -> None:
        """A picture with the mouse in front, for so long."""
        with Image.open(io.BytesIO(self._page.screenshot(clip=SHOWN))) as taken:
            picture = taken.convert("RGB")
        outline = [(self._at[0] + x, self._at[1] + y) for x, y in MOUSE]
        ImageDraw.Draw(picture).polygon(outline, "white", "black")
        self.film.add(picture.resize(SIZE_PX, Image.Resampling.LANCZOS), ms)


def lesson(page: Page, camera: Camera) -> None:
    """Nothing is taught; a cup by button A; a ball by its name; both are known."""
    camera.stay(1600)
    camera.click('[data-scene="cup"]')
    shown(page, "cup")
    camera.stay(1200)
    camera.click("#button-a")
    counts(page, THINGS["cup"], 1)
    camera.stay(2000)
    for scene in ("desk", "ball"):  # taken away first: a name stays longer than it comes (lib/decision.py)
        camera.click(f'[data-scene="{scene}"]')
        sees(page, NOTHING)
        camera.stay(400)
    camera.click("#teach-name")
    camera.write(THINGS["ball"])
    camera.click("#teach-learn")
    counts(page, THINGS["ball"], 1)
    camera.stay(2000)
    for scene in ("desk", "cup", "ball"):
        camera.click(f'[data-scene="{scene}"]')
        sees(page, THINGS.get(scene, NOTHING))
        camera.stay(800 if scene == "desk" else 2000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the film goes")
    folder = parser.parse_args().folder
    with running() as address, chromium() as browser, open_page(browser, address) as page:
        begin(page)
        show(page, "desk")
        page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
        camera = Camera(page)
        lesson(page, camera)
        camera.film.save(folder / FILM)


if __name__ == "__main__":
    main()
