"""Every text of every view can be read: nothing lies over it, and its pixels stand out from their ground at 4.5:1.

On white, on black, and on the three photographs of the kit (each from another set) on whose pixels the colours of the
camera's texts stand out least.
"""

import image

import numpy as np
import pytest
import typeface
from letters import LINES_PX, WANTED_BYTES
from madeleine.fonts.make import made
from madeleine.pictures import photograph
from madeleine.sim.painter import packed, unpacked
from madeleine.sim.world import AI_RAM
from screen import Screen
from view import View

from tests.fakes.flash import Flash
from tests.lib.test_screen import LIVE, VIEWS, filled, luminance

SIZE_PX = (224, 135)
PLAIN = {"white": 255, "black": 0}
WORST = ("qr/set2/25.jpg", "rps_hands/paper/g001_000.jpg", "trashnet/plastic/022.jpg")
GAUGE = {"gauge": 67, "percent": 67, "unit": "ml", "gauge_name": "water tank"}
SHOWN = [fields for fields, _ in VIEWS] + [{**LIVE, **fields, **GAUGE, "name": "cup"} for fields, _ in VIEWS]


class Witness:
    """A typeface that notes what it has drawn onto which picture, and where."""

    def __init__(self, face) -> None:
        self.MORE, self.width, self._draw = face.MORE, face.width, face.draw
        self.texts = []  # (x, y, width, what)

    def draw(self, picture, x, y, what):
        width = self._draw(picture, x, y, what)
        self.texts.append((x, y, width, what))
        return width


def filled_picture(pixels: np.ndarray):
    """A picture of the panel's size with these pixels, uint8 (135, 224, 3)."""
    picture = image.Image(size=SIZE_PX)
    np.frombuffer(picture.to_bytes(), ">u2").reshape(pixels.shape[:2])[:] = packed(pixels)
    return picture


def pixels_of(picture, x, y, width, height) -> np.ndarray:
    values = np.frombuffer(bytes(picture.to_bytes()), ">u2").reshape(SIZE_PX[::-1])
    return unpacked(values[y : y + height, x : x + width].astype(np.uint16))


def check_contrast(background: np.ndarray) -> None:
    """Draw every view onto it and look at the pixels of each text."""
    witness = Witness(typeface.Typeface(image.Image, Flash({"latin.font": made("latin")}), AI_RAM, WANTED_BYTES))
    for fields in SHOWN:
        screen, witness.texts = Screen(0, 0, *SIZE_PX), []
        screen.face = witness
        picture = filled_picture(background)
        screen.draw(picture, filled(View(), **fields))
        shown = list(witness.texts)
        assert shown
        for x, y, width, what in shown:
            words, size, color, ground = what
            alone = filled_picture(background)
            witness.draw(alone, x, y, what)
            place = x, y, width, LINES_PX[size]
            assert np.array_equal(pixels_of(picture, *place), pixels_of(alone, *place)), f"over {words} in {fields}"
            lightest, darkest = (luminance(tone) + 0.05 for tone in extremes(pixels_of(picture, *place)))
            assert lightest / darkest >= 4.5, (words, color, ground)


def extremes(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The lightest and the darkest pixel: ink and ground."""
    flat = sorted({tuple(map(int, pixel)) for pixel in pixels.reshape(-1, 3)}, key=luminance)
    return flat[-1], flat[0]


@pytest.mark.parametrize("name", PLAIN)
def test_on_a_plain_picture(painted_board, name):
    check_contrast(np.full((*SIZE_PX[::-1], 3), PLAIN[name], np.uint8))


@pytest.mark.reference
@pytest.mark.parametrize("name", WORST)
def test_on_the_worst_photographs(painted_board, shared, name):
    check_contrast(photograph(shared / "data" / name)[44:179])
