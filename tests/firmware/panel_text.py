"""Is this text on the panel? The firmware's own letters are looked for, pixel by pixel, with the app's shadow."""

import functools

import numpy as np
from k210 import Emulator
from numpy.lib.stride_tricks import sliding_window_view
from screen import AMBER, BLUE, GREEN, GREY, RED, WHITE

from tests.firmware.harness import WALL_S, firmware

WIDTH_PX, CELL_PX, LINE_PX = 240, 8, 10  # of a sheet of letters; of a letter up to v0.5.0
LETTERS = "".join(map(chr, range(32, 127)))
PER_LINE = WIDTH_PX // CELL_PX
LINES = [LETTERS[start : start + PER_LINE] for start in range(0, len(LETTERS), PER_LINE)]
DRAW = """
import image, ubinascii
sheet = image.Image(size=(%d, %d))
for row, text in enumerate(%r):
    sheet.draw_string(0, %d * row, text, color=(255, 255, 255), scale=1, x_spacing=0, mono_space=True)
print(ubinascii.hexlify(sheet.to_bytes()).decode())
"""
AS_PANEL = np.array([0xF8, 0xFC, 0xF8], np.uint8)  # RGB565
SCALES = (1, 2, 3)


@functools.cache
def letters():
    """The firmware's font: {letter: bool (10, 8)}."""
    board = Emulator(firmware())
    board.run_to_repl(interrupt=True, wall=WALL_S)
    height = LINE_PX * len(LINES)
    said = board.exec(DRAW % (WIDTH_PX, height, LINES, LINE_PX), wall=WALL_S)
    sheet = np.frombuffer(bytes.fromhex(said.strip()), ">u2").reshape(height, WIDTH_PX) > 0
    cells = sheet.reshape(len(LINES), LINE_PX, PER_LINE, CELL_PX).swapaxes(1, 2).reshape(-1, LINE_PX, CELL_PX)
    return dict(zip(LETTERS, cells, strict=False))  # the last line is not full


def shows(screen, text):
    """Is it on this screen, uint8 (135, 240, 3), in any of the app's colours and sizes?"""
    drawn = np.hstack([letters()[letter] for letter in text])
    screen = screen & AS_PANEL
    shadow = (screen == 0).all(axis=2)
    for color in (WHITE, GREEN, AMBER, RED, BLUE, GREY):
        inked = (screen == np.array(color, np.uint8) & AS_PANEL).all(axis=2)
        if any(_lies_in(np.kron(drawn, np.ones((scale, scale), bool)), inked, shadow) for scale in SCALES):
            return True
    return False


def _lies_in(drawn, inked, shadow):
    """Somewhere all of `drawn` is inked, and its shadow, one pixel right and below, is black."""
    drawn = np.pad(drawn, ((0, 1), (0, 1)))
    below = np.roll(drawn, (1, 1), (0, 1)) & ~drawn
    if drawn.shape[0] > inked.shape[0] or drawn.shape[1] > inked.shape[1]:
        return False
    lit = sliding_window_view(inked, drawn.shape)[:, :, drawn].all(axis=-1)
    return any(sliding_window_view(shadow, drawn.shape)[y, x][below].all() for y, x in np.argwhere(lit))
