"""What a person does with the camera on the page, and what they wait to see there."""

import base64
import io
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from madeleine.sim.scenes import scene
from PIL import Image
from playwright.sync_api import Page, expect

from tests.web.browser import wait_turns

# Which of the drawn scenes is before the lens? They are on their buttons, and are compared in 8 x 8 fields.
BEFORE_THE_LENS = """(() => {
  const fields = picture => {
    const canvas = new OffscreenCanvas(8, 8), context = canvas.getContext('2d');
    context.drawImage(picture, 0, 0, 8, 8);
    return context.getImageData(0, 0, 8, 8).data;
  };
  const lens = fields(document.querySelector('#lens'));
  const apart = image => fields(image).reduce((sum, value, at) => sum + (value - lens[at]) ** 2, 0);
  const images = [...document.querySelectorAll('[data-scene] img')];
  const nearest = images.reduce((one, other) => apart(other) < apart(one) ? other : one);
  return nearest.closest('[data-scene]').dataset.scene;
})()"""

NOTHING = "nothing it knows"
BEGIN = "begin "  # in the answer that tells one test's lines from those before it
SAID = f"//*[@id='usb']/*[contains(., '{BEGIN}')][last()]/following-sibling::*[@data-way='out']"

_tests = itertools.count(1)


def begin(page: Page) -> None:
    """Waits until all is there, skips the first steps, and makes the camera forget what it knows."""
    page.get_by_role("button", name="Skip").click()
    expect(page.locator("[data-scene] img")).not_to_have_count(0)
    mark = f"{BEGIN}{next(_tests)}"
    page.fill("#usb-line", json.dumps({"do": "reset", "value": "yes", "id": mark}))
    page.keyboard.press("Enter")
    expect(page.locator("#usb [data-way=out]", has_text=f'"{mark}"')).to_have_count(1)
    expect(page.locator("[data-class]")).to_have_count(0)
    expect(page.locator("#teach-text")).to_have_text("Learn “thing 1”")
    wait_turns(page)


def show(page: Page, name: str) -> None:
    """Puts a drawn scene before the lens, and waits until the camera sees it."""
    page.click(f'[data-scene="{name}"]')
    shown(page, name)


def shown(page: Page, name: str) -> None:
    """Waits until the camera sees a drawn scene that was chosen."""
    expect(page.locator(f'[data-scene="{name}"]')).to_have_attribute("aria-pressed", "true")
    wait_turns(page, 2)  # the first may be of the picture before


def sees(page: Page, name: str) -> None:
    """Waits until the page names it; NOTHING for what it does not know."""
    expect(page.locator("#answer-name")).to_have_text(name)


def says(page: Page, **fields: object) -> None:
    """Waits until the camera has said so on its USB cable since the beginning."""
    part = ", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in fields.items())
    expect(page.locator(SAID, has_text=part)).not_to_have_count(0)


def counts(page: Page, name: str, count: int) -> None:
    """Waits until the page has so many examples of a class; the class "" is what is ignored."""
    expect(page.locator(f'[data-class="{name}"] .count')).to_have_text([str(count)] if count else [])


def hint(page: Page, start: str) -> None:
    """Waits until the page says what to do next, with these words."""
    expect(page.locator("#hint")).to_have_text(re.compile(f"^{re.escape(start)}"))


def teach(page: Page, things: dict[str, str]) -> None:
    """Teaches drawn scenes by the buttons: {"thing 1": "cup", "thing 2": "pen"}, in the order in which B names them."""
    for at, (name, thing) in enumerate(things.items()):
        show(page, thing)
        sees(page, NOTHING)
        if at:
            page.click("#button-b")
            says(page, event="selected", name=name)
        page.click("#button-a")
        counts(page, name, 1)


def hold(page: Page, card: str) -> None:
    """Holds a card of the tray before the lens until it is read, then takes it away."""
    page.click(f'[data-card="{card}"]')
    state(page, held_card=card)
    says(page, event="card", text=card)
    page.click(f'[data-card="{card}"]')
    state(page, held_card="")


def state(page: Page, **states: str) -> None:
    """Waits until the page is in these states, as it notes them for its style: power="on", held_card=""."""
    for name, value in states.items():
        expect(page.locator("body")).to_have_attribute(f"data-{name.replace('_', '-')}", value)


@contextmanager
def pressed(page: Page, selector: str) -> Iterator[None]:
    """The mouse button is down on an element meanwhile."""
    page.hover(selector)
    page.mouse.down()
    yield
    page.mouse.up()


def thumbnails(page: Page, name: str, among: Sequence[str]) -> list[str]:
    """Which of some drawn scenes is on each of a class's thumbnails."""
    fields = {thing: _fields(Image.fromarray(scene(thing))) for thing in among}
    found = []
    for image in page.locator(f'[data-class="{name}"] img[data-key]').all():
        shown = _fields(Image.open(io.BytesIO(base64.b64decode(image.get_attribute("src").partition(",")[2]))))
        found.append(min(among, key=lambda thing: float(np.abs(fields[thing] - shown).sum())))
    return found


def _fields(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.resize((8, 8), Image.Resampling.BOX), np.float64)
