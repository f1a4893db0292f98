"""Is this text on the panel? The app's own letters are looked for, pixel by pixel, drawn by its own module."""

import functools

import image

import numpy as np
from letters import LARGE, LINES_PX, SMALL, WANTED_BYTES
from madeleine.fonts.make import font_files
from madeleine.sim.painter import Painter
from madeleine.sim.world import AI_RAM, world
from numpy.lib.stride_tricks import sliding_window_view
from screen import AMBER, BLACK, BLUE, GREEN, GREY, RED, WHITE
from typeface import Typeface

from tests.fakes.flash import Flash

WIDTH_PX = 240
PAINTER = Painter()
AS_PANEL = np.array([0xF8, 0xFC, 0xF8], np.uint8)  # RGB565
COLORS = [(color, BLACK) for color in (WHITE, GREEN, AMBER, RED, BLUE)] + [(WHITE, GREY)]


@functools.cache
def face():
    """The typeface, on the stand-ins, with Japanese letters."""
    return Typeface(image.Image, Flash(font_files("ja")), AI_RAM, WANTED_BYTES)


@functools.cache
def strip(text, size, color, ground):
    """What the panel shows of a text: uint8 (height, width, 3), without the margins."""
    world.painter, world.ai_clock = PAINTER, True  # whatever was played in between
    letters = face()
    picture = image.Image(size=(WIDTH_PX, LINES_PX[size]))
    width = letters.draw(picture, 0, 0, (text, size, color, ground))
    values = np.frombuffer(bytes(picture.to_bytes()), ">u2").reshape(-1, WIDTH_PX)[:, 2 : width - 2]
    return np.stack([values >> 8, values >> 3, values << 3], axis=-1).astype(np.uint8) & AS_PANEL


def shows(screen, text):
    """Is it on this screen, uint8 (135, 240, 3), in any of the app's colours and sizes, or digit by digit?"""
    screen = screen & AS_PANEL
    text = text.strip()
    looks = [strip(text, size, *colors) for colors in COLORS for size in (SMALL, LARGE)]
    return any(_lies_in(look, screen) for look in looks)


def _lies_in(look, screen):
    height, width = look.shape[:2]
    if not width or width > screen.shape[1]:
        return False
    inked = (look != look[0, 0]).any(axis=2)
    y, x = np.argwhere(inked)[0]
    candidates = (screen[y : y - height + 1 or None, x : x - width + 1 or None] == look[y, x]).all(axis=2)
    windows = sliding_window_view(screen, look.shape)[:, :, 0]
    return any((windows[at] == look).all() for at in map(tuple, np.argwhere(candidates)))
