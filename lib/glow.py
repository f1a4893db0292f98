"""Lays heat over a picture: colours on two of three rows, so that a third of the picture stays, and a box.

Between the cells the colours run smoothly: along a row in steps of 4 pixels, from row to row in bands of 12. What is
cold stays as it is. Loaded while it is wanted.
"""

import uctypes
from micropython import const

from constants import SIDE_PX
from heat import CELL_PX, CELLS, SIDE

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from image import Image

    from heat import Heat

_LEVELS = const(8)
_BAND_PX = const(12)
_STEP_PX = const(4)
_STEPS = const(8)  # of a cell
_LEVEL_BITS = const(10)  # of TOP * CELL_PX, to be taken away
_STRIP_BYTES = const(64)  # a cell wide
_ROW_BYTES = const(448)
WHITE = (255, 255, 255)
# From level to level.
RAMP = (
    (0, 0, 200),
    (0, 90, 255),
    (0, 200, 255),
    (0, 255, 130),
    (130, 255, 0),
    (255, 220, 0),
    (255, 110, 0),
    (255, 0, 0),
)


class Glow:
    """Keeps the colours between any two levels, a cell wide, as they are first needed."""

    def __init__(self) -> None:
        self._strips = [b''] * (_LEVELS * _LEVELS)  # by the two levels
        self._row = bytearray(_ROW_BYTES)
        self._view = memoryview(self._row)

    def draw(self, canvas: 'Image', height_px: int, heat: 'Heat') -> None:
        """Draw on the middle `height_px` rows of a picture, as the panel shows them."""
        pixels = uctypes.addressof(canvas)
        first_px = (SIDE_PX - height_px) // 2
        for y in range(0, height_px, _BAND_PX):
            left, right = self._lay(heat, first_px + y + _BAND_PX // 2)
            if left < right:
                self._write(pixels + left, y, min(height_px, y + _BAND_PX), self._view[left:right])
        x, top, width, height = heat.box()
        if width:
            canvas.draw_rectangle(x, top - first_px, width, height, color=WHITE)

    def _lay(self, heat: 'Heat', y: int) -> 'tuple[int, int]':
        """Lay the colours of a row of the picture; returns from which byte to which, for what is cold stays as it is.

        Written for few instructions: it is done for each band of each picture.
        """
        row, strips, cells = self._row, self._strips, heat.cells
        below = max(0, y - heat.top_px)
        part, above = below % CELL_PX, min(below // CELL_PX, SIDE - 1) * SIDE
        below, rest = min(above + SIDE, CELLS - SIDE), CELL_PX - part
        left = cells[above] * rest + cells[below] * part >> _LEVEL_BITS
        first, last, at = _ROW_BYTES, 0, 0
        for i in range(1, SIDE + 1):
            right = left
            if i < SIDE:
                right = cells[above + i] * rest + cells[below + i] * part >> _LEVEL_BITS
            if left or right:
                key = left * _LEVELS + right
                if not strips[key]:
                    strips[key] = _strip(left, right)
                row[at : at + _STRIP_BYTES] = strips[key]
                if not last:
                    first = at if left else at + _STRIP_BYTES // 2
                last = at + _STRIP_BYTES if right else at + _STRIP_BYTES // 2
            left = right
            at += _STRIP_BYTES
        return first, last

    def _write(self, pixels: int, top: int, bottom: int, part: memoryview) -> None:
        size, at = len(part), uctypes.bytearray_at  # a part of a longer bytearray would move all that follows it
        for y in range(top, bottom - 2, 3):
            at(pixels + _ROW_BYTES * (y + 1), size)[:] = part
            at(pixels + _ROW_BYTES * (y + 2), size)[:] = part


def _strip(left: int, right: int) -> bytes:
    return b''.join([_color(left * (_STEPS - i) + right * i) * _STEP_PX for i in range(_STEPS)])


def _color(heat: int) -> bytes:
    """A pixel as it lies in memory, RGB565 with the high byte first, of a heat in _STEPS of a level."""
    level, part = divmod(heat, _STEPS)
    low, high = RAMP[level], RAMP[min(level + 1, _LEVELS - 1)]
    red, green, blue = [(a * (_STEPS - part) + b * part) // _STEPS for a, b in zip(low, high)]
    return bytes([red & 0xF8 | green >> 5, green << 3 & 0xE0 | blue >> 3])
