"""What a person does with the camera on the page, and what they wait to see there."""

import base64
import io
import itertools
import json
from collections.abc import Sequence

import numpy as np
from madeleine.sim.scenes import scene
from PIL import Image

from tests.web.browser import Page

# Which of the drawn scenes is before the lens? They are on their buttons, and are compared in 8 x 8 fields.
BEFORE_THE_LENS = """(name => {
  const fields = picture => {
    const canvas = new OffscreenCanvas(8, 8), context = canvas.getContext('2d');
    context.drawImage(picture, 0, 0, 8, 8);
    return context.getImageData(0, 0, 8, 8).data;
  };
  const lens = fields(document.querySelector('#lens'));
  const apart = image => fields(image).reduce((sum, value, at) => sum + (value - lens[at]) ** 2, 0);
  const images = [...document.querySelectorAll('[data-scene] img')];
  const nearest = images.reduce((one, other) => apart(other) < apart(one) ? other : one);
  return nearest.closest('[data-scene]').dataset.scene === name;
})"""


SAID = "[...document.querySelectorAll('#usb [data-way=out]')].map(line => line.textContent)"
NOTHING = "nothing it knows"
BEGIN = "begin "  # in the answer that tells one test's lines from those before it

_tests = itertools.count(1)


def begin(page: Page) -> None:
    """Waits until all is there, skips the first steps, and makes the camera forget what it knows."""
    page.wait("document.body.dataset.firstFrameMs")
    if not page.evaluate("document.querySelector('#tour').hidden"):
        page.click("#tour-skip")
    page.wait("[...document.querySelectorAll('[data-scene] img')].length > 2")
    mark = f"{BEGIN}{next(_tests)}"
    page.click("#usb-line")
    page.write(json.dumps({"do": "reset", "value": "yes", "id": mark}))
    page.key("Enter")
    page.wait(f"{SAID}.some(line => line.includes('\"{mark}\"'))")
    page.wait("!document.querySelector('[data-class]')")
    page.wait("document.querySelector('#teach-text').textContent === 'Learn “thing 1”'")
    page.hear('"event":"turn"')


def show(page: Page, name: str) -> None:
    """Puts a drawn scene before the lens, and waits until the camera sees it."""
    page.click(f'[data-scene="{name}"]')
    shown(page, name)


def shown(page: Page, name: str) -> None:
    """Waits until the camera sees a drawn scene that was chosen."""
    page.wait(f"""document.querySelector('[data-scene="{name}"]').ariaPressed === 'true'""")
    page.hear('"event":"turn"', 2)  # the first may be of the picture before


def sees(page: Page, name: str) -> None:
    """Waits until the page names it; NOTHING for what it does not know."""
    page.wait(f"document.querySelector('#answer-name').textContent === {json.dumps(name)}")


def says(page: Page, **fields: object) -> None:
    """Waits until the camera has said so on its USB cable since the beginning."""
    part = json.dumps(", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in fields.items()))
    since = f"{SAID}.slice({SAID}.findLastIndex(line => line.includes('{BEGIN}')) + 1)"
    page.wait(f"{since}.some(line => line.includes({part}))")


def counts(page: Page, name: str, count: int) -> None:
    """Waits until the page has so many examples of a class; the class "" is what is ignored."""
    where = f"""document.querySelector('[data-class="{name}"] .count')"""
    page.wait(f"{where}?.textContent === '{count}'" if count else f"!{where}")


def hint(page: Page, start: str) -> None:
    """Waits until the page says what to do next, with these words."""
    page.wait(f"document.querySelector('#hint').textContent.startsWith({json.dumps(start)})")


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
    page.wait(f"document.body.dataset.heldCard === {json.dumps(card)}")
    says(page, event="card", text=card)
    page.click(f'[data-card="{card}"]')
    page.wait("!document.body.dataset.heldCard")


def thumbnails(page: Page, name: str, among: Sequence[str]) -> list[str]:
    """Which of some drawn scenes is on each of a class's thumbnails."""
    images = f"""document.querySelectorAll('[data-class="{name}"] img[data-key]')"""
    fields = {thing: _fields(Image.fromarray(scene(thing))) for thing in among}
    found = []
    for address in page.evaluate(f"[...{images}].map(image => image.src)"):
        shown = _fields(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))))
        found.append(min(among, key=lambda thing: float(np.abs(fields[thing] - shown).sum())))
    return found


def _fields(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.resize((8, 8), Image.Resampling.BOX), np.float64)
