"""The panel: an ST7789 that decodes windows and pixels, and the part of its memory that the M5StickV shows."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]
WIDTH, HEIGHT = 240, 320  # of its memory
SHOWN_ROWS, SHOWN_COLUMNS = slice(40, 280), slice(52, 187)  # of it, that the panel covers
RESET, INVERT_OFF, INVERT_ON, COLUMNS, ROWS, WRITE, ROTATION, WRITE_ON = 0x01, 0x20, 0x21, 0x2A, 0x2B, 0x2C, 0x36, 0x3C
SWAP, MIRROR_X, MIRROR_Y = 0x20, 0x40, 0x80  # bits of ROTATION


class St7789:
    """`memory` is uint8 (320, 240, 2), RGB565 high byte first; `frames` counts the pictures that were begun.

    `rotation` has the bits of the last ROTATION. `is_data` gives the level of the pin that tells data from commands.
    """

    plain = True

    def __init__(self, is_data: Callable[[], int]) -> None:
        self._is_data = is_data
        self.memory: Pixels = np.zeros((HEIGHT, WIDTH, 2), np.uint8)
        self.frames = 0
        self._command = 0
        self._arguments = bytearray()
        self._columns, self._rows = (0, WIDTH - 1), (0, HEIGHT - 1)  # of the window, both ends included
        self._x = self._y = 0  # of the next pixel
        self.rotation = 0
        self._half = b""  # of a pixel

    def select(self, _on: bool) -> None:
        """Nothing depends on it."""

    def read(self, count: int) -> bytes:
        """It answers nothing."""
        return bytes(count)

    def collect(self, frames: list[int], has_address: bool) -> None:
        """A plain chip gets its frames by `transfer`."""
        raise NotImplementedError

    def read_from(self, command: int, address: int, address_bits: int, count: int) -> bytes:
        """A plain chip is not asked."""
        raise NotImplementedError

    def transfer(self, data: bytes) -> bytes:
        """Commands, their arguments, or pixels."""
        if not self._is_data():
            for byte in data:
                self._begin(byte)
        elif self._command in (WRITE, WRITE_ON):
            self._write_pixels(data)
        else:
            self._arguments += data
            self._take_arguments()
        return bytes(len(data))

    def _begin(self, command: int) -> None:
        self._command = command
        self._arguments.clear()
        if command == WRITE:
            self._x, self._y = self._columns[0], self._rows[0]
            self._half = b""
            self.frames += 1
        elif command == RESET:
            self.rotation = 0

    def _take_arguments(self) -> None:
        arguments = self._arguments
        if self._command in (COLUMNS, ROWS) and len(arguments) >= 4:
            ends = int.from_bytes(arguments[:2], "big"), int.from_bytes(arguments[2:4], "big")
            if self._command == COLUMNS:
                self._columns = ends
            else:
                self._rows = ends
        elif self._command == ROTATION and arguments:
            self.rotation = arguments[0]

    def _write_pixels(self, data: bytes) -> None:
        data = self._half + data
        whole = len(data) & ~1
        self._half = data[whole:]
        pixels = np.frombuffer(data[:whole], np.uint8).reshape(-1, 2)
        (left, right), (top, bottom) = self._columns, self._rows
        width, height = right - left + 1, bottom - top + 1
        if width < 1 or height < 1 or not len(pixels):
            return
        # From the next pixel on, row by row through the window, and again from its start.
        first = (self._y - top) * width + self._x - left
        places = (first + np.arange(len(pixels))) % (width * height)
        x, y = left + places % width, top + places // width
        last = (first + len(pixels)) % (width * height)
        self._x, self._y = left + last % width, top + last // width
        if self.rotation & SWAP:
            x, y = y, x
        if self.rotation & MIRROR_X:
            x = WIDTH - 1 - x
        if self.rotation & MIRROR_Y:
            y = HEIGHT - 1 - y
        inside = (x >= 0) & (x < WIDTH) & (y >= 0) & (y < HEIGHT)
        self.memory[y[inside], x[inside]] = pixels[inside]

    def image(self) -> Pixels:
        """What the panel shows, uint8 (135, 240, 3) or (240, 135, 3), in the direction the firmware last set.

        Every rotation of the firmware writes the same part of the memory; a real panel may be off by one line in one.
        """
        memory = self.memory.view(">u2")[:, :, 0]
        if self.rotation & MIRROR_X:
            memory = memory[:, ::-1]
        if self.rotation & MIRROR_Y:
            memory = memory[::-1]
        shown = memory.T[SHOWN_COLUMNS, SHOWN_ROWS] if self.rotation & SWAP else memory[SHOWN_ROWS, SHOWN_COLUMNS]
        red, green, blue = (shown >> shift & mask for shift, mask in ((11, 31), (5, 63), (0, 31)))
        channels = (red << 3 | red >> 2, green << 2 | green >> 4, blue << 3 | blue >> 2)
        return np.dstack([channel.astype(np.uint8) for channel in channels])
