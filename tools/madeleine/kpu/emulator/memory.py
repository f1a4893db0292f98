"""The two memories a network works in: the main buffer and the KPU's AI RAM, and how maps lie in AI RAM."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from ..format.layertypes import Region

LINE_BYTES = 64
AI_RAM_LINES = 32768
SLACK_BYTES = 8  # the driver's quantized add works in blocks of 8 bytes and may pass the end of the buffer


class OutsideError(ValueError):
    """A place that is not in the memory, or a map that does not lie in AI RAM as one can."""


@dataclass(frozen=True)
class Placement:
    """Where a map of uint8 (channels, height, width) lies in AI RAM.

    `group` channels share each line, `row_lines` lines hold a row, `group_lines` lines hold a group of channels.
    """

    line: int
    channels: int
    height: int
    width: int
    group: int
    row_lines: int
    group_lines: int

    @classmethod
    def at(cls, line: int, channels: int, height: int, width: int) -> "Placement":
        """The layout the driver gives a map: narrow maps share lines."""
        group = 4 if width <= 16 else 2 if width <= 32 else 1
        row_lines = -(-width // LINE_BYTES)
        return cls(line, channels, height, width, group, row_lines, row_lines * height)

    @property
    def pitch(self) -> int:
        """Bytes from one channel to the next in a line."""
        return LINE_BYTES // self.group

    @property
    def lines(self) -> range:
        """The lines it takes."""
        return range(self.line, self.line + self.group_lines * -(-self.channels // self.group))

    def check(self) -> None:
        """OutsideError unless rows, channels and groups lie side by side inside AI RAM."""
        if self.group not in (1, 2, 4) or self.width > (self.pitch if self.group > 1 else LINE_BYTES * self.row_lines):
            raise OutsideError(f"{self.width} pixels a row do not fit {self.group} channels in {self.row_lines} lines")
        if self.row_lines < 1 or self.group_lines < self.row_lines * self.height:
            raise OutsideError(f"{self.height} rows do not fit in {self.group_lines} lines a channel")
        if self.lines.stop > AI_RAM_LINES:
            raise OutsideError(f"a map in lines {self.line} to {self.lines.stop} passes the {AI_RAM_LINES} of AI RAM")


class Memory:
    """The bytes of both memories; everything given out is a view of them."""

    def __init__(self, main_bytes: int) -> None:
        self.main_bytes = main_bytes
        self.main: NDArray[np.uint8] = np.zeros(main_bytes + SLACK_BYTES, np.uint8)
        self.ai_ram: NDArray[np.uint8] = np.zeros(AI_RAM_LINES * LINE_BYTES, np.uint8)

    def bytes_at(self, region: Region, slack_bytes: int = 0) -> NDArray[np.uint8]:
        """The uint8 of a region of the main buffer; OutsideError when it passes the end by more than the slack."""
        if region.end > self.main_bytes + slack_bytes:
            raise OutsideError(f"bytes {region.start} to {region.end} pass the {self.main_bytes} of the main buffer")
        return self.main[region.start : region.end]

    def map_at(self, place: Placement) -> NDArray[np.uint8]:
        """A map of AI RAM: uint8 (groups, channels of a group, height, width), the last group perhaps not in full."""
        place.check()
        groups = -(-place.channels // place.group)
        shape = (groups, place.group, place.height, place.width)
        strides = (place.group_lines * LINE_BYTES, place.pitch, place.row_lines * LINE_BYTES, 1)
        return as_strided(self.ai_ram[place.line * LINE_BYTES :], shape, strides)


def read_map(view: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    """Copies a view of AI RAM (`Memory.map_at`) to planar uint8 (channels, height, width)."""
    full = len(out) // view.shape[1]
    whole = full * view.shape[1]
    out[:whole].reshape(full, *view.shape[1:])[...] = view[:full]
    if whole < len(out):
        out[whole:] = view[full, : len(out) - whole]


def write_map(view: NDArray[np.uint8], planar: NDArray[np.uint8]) -> None:
    """Copies planar uint8 (channels, height, width) to a view of AI RAM; other bytes of its lines stay."""
    full = len(planar) // view.shape[1]
    whole = full * view.shape[1]
    view[:full] = planar[:whole].reshape(full, *view.shape[1:])
    if whole < len(planar):
        view[full, : len(planar) - whole] = planar[whole:]
