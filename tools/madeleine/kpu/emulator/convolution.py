"""One layer of the KPU, integers exactly as the chip: multiply array, batch-norm, activation, pooling.

Exact and fast at once: all numbers are whole numbers held in floating point, and a sum of whole numbers is exact in
any order while no partial sum can pass 2^24 (float32) or 2^53 (float64). `__init__` bounds every sum by the layer's own
weights and chooses the type; what fits neither goes through int64.

The 36-bit overflow of the chip's accumulator is not modelled: nobody has published what happens.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..format.layertypes import ConvLayer
from .activation import ActivationTable

Pixels = NDArray[np.uint8]
SUM_LIMIT = 1 << 39  # loose, as it bounds what no picture reaches; times mul (24 bits) it still fits int64
PRODUCT_NUMBERS = 1 << 22  # accumulators of one matrix product: 16 MB of float32
BLOCK_NUMBERS = 1 << 16  # accumulators worked on at a time: 256 KB of float32 and 512 KB of float64 stay in cache
TAPS_NUMBERS = 1 << 14  # the same where each takes the pixels under nine taps along


@dataclass(frozen=True)
class Pool:
    """How the chip thins a map: a window of `size` pixels every `stride`; `right`: pixels right of the corner."""

    kind: str
    size: int
    stride: int
    right: int = 0


# fmt: off
POOLS = {  # pool_type of the registers
    0: Pool("corner",  1, 1),
    1: Pool("maximum", 2, 2),
    2: Pool("mean",    2, 2),
    3: Pool("maximum", 4, 4),
    4: Pool("mean",    4, 4),
    5: Pool("corner",  2, 2),
    6: Pool("corner",  2, 2, right=1),
    7: Pool("corner",  4, 4),
    8: Pool("mean",    2, 1),
    9: Pool("maximum", 2, 1),
}
# fmt: on


def pool(x: Pixels, how: Pool) -> Pixels:
    """uint8 (channels, height, width) -> (channels, height // stride, width // stride)."""
    height, width = x.shape[1] // how.stride, x.shape[2] // how.stride
    if how.kind == "corner":
        return x[:, : height * how.stride : how.stride, how.right : width * how.stride : how.stride]
    if how.stride < how.size:  # past the edge the mean repeats the last pixel, which changes no maximum
        x = np.pad(x, ((0, 0), (0, 1), (0, 1)), mode="edge")
    taps = [
        x[:, dy : dy + height * how.stride : how.stride, dx : dx + width * how.stride : how.stride]
        for dy in range(how.size)
        for dx in range(how.size)
    ]
    if how.kind == "maximum":
        largest: Pixels = np.maximum.reduce(taps)
        return largest
    mean: Pixels = (np.add.reduce(taps, dtype=np.uint16) // len(taps)).astype(np.uint8)
    return mean


class ConvRunner:
    """A layer with all that does not depend on the picture worked out."""

    def __init__(self, layer: ConvLayer, eight_bit: bool) -> None:
        registers = self.registers = layer.registers
        self.kernel, self.pool = registers.kernel, POOLS[registers.pool_type]
        rows = registers.out_channels
        raw = np.frombuffer(layer.weights, np.uint8 if eight_bit else "<u2").astype(np.int64).reshape(rows, -1)
        taps = self.kernel**2
        sums = raw.reshape(rows, -1, taps).sum(2)  # (rows, input channels)
        constant = (registers.arg_w * sums >> registers.shr_w).sum(1) + registers.arg_add * sums.shape[1]
        # arg_x * s >> shr_x == (arg_x >> shr_x) * s + (rest * s >> shr_x): the whole part joins the weights.
        centred = raw + (registers.arg_x >> registers.shr_x)
        self.rest = registers.arg_x & ((1 << registers.shr_x) - 1)
        positive, negative = np.maximum(centred, 0).sum(1), -np.minimum(centred, 0).sum(1)
        largest = 255 * np.maximum(positive, negative)  # of any partial sum of a row, as every x is 0..255
        if self.rest:
            largest += 255 * taps * sums.shape[1]  # it adds less than one s per input channel
        self.dtype = np.float32 if largest.max() < 1 << 24 else np.float64
        self.weights = centred.astype(self.dtype)
        largest_sum = largest + np.abs(constant)
        if largest_sum.max() >= SUM_LIMIT:
            raise layer.error("its zero points let a sum pass the chip's 36 bits; the file is damaged")
        self.table = ActivationTable(layer.batch_norm, layer.activation, constant, largest_sum)
        if not self.table.rising:
            raise layer.error("the starts of its activation table do not rise; the file is damaged")

    def __call__(self, x: Pixels) -> Pixels:
        """uint8 (in, height, width) -> uint8 (out, out height, out width)."""
        registers = self.registers
        out = np.empty((registers.out_channels, registers.out_height, registers.out_width), np.uint8)
        if registers.depthwise:
            self._depthwise(x, out)
        else:
            self._full(x, out)
        return out

    def _full(self, x: Pixels, out: Pixels) -> None:
        """Every output channel from every input channel: one matrix product."""
        picks = self.pool if self.pool.kind == "corner" else POOLS[0]  # corners: the others need not be computed
        columns = self._columns(x, picks)
        height, width = x.shape[1] // picks.stride, x.shape[2] // picks.stride
        extra = None
        if self.rest:
            extra = self._rest_of(columns.reshape(len(x), -1, columns.shape[1]).sum(1)).sum(0)
        for rows in _blocks(slice(0, len(out)), columns.shape[1], PRODUCT_NUMBERS):
            sums = self.weights[rows] @ columns
            if extra is not None:
                sums = sums + extra
            for part in _blocks(rows, columns.shape[1], BLOCK_NUMBERS):
                maps = self.table(sums[part.start - rows.start : part.stop - rows.start], part)
                maps = maps.reshape(-1, height, width)
                out[part] = maps if picks is self.pool else pool(maps, self.pool)

    def _columns(self, x: Pixels, picks: Pool) -> NDArray[Any]:
        """The pixels under each tap: (in * taps, places), places being the picked ones only."""
        height, width = x.shape[1] // picks.stride, x.shape[2] // picks.stride
        padded = self._padded(x)
        columns = np.empty((len(x), self.kernel**2, height, width), self.dtype)
        for tap in range(self.kernel**2):
            top, left = tap // self.kernel, tap % self.kernel + picks.right
            columns[:, tap] = padded[:, top :: picks.stride, left :: picks.stride][:, :height, :width]
        return columns.reshape(-1, height * width)

    def _depthwise(self, x: Pixels, out: Pixels) -> None:
        """Each channel by itself: its taps times its pixels. Places over the border are computed too, and dropped."""
        _, height, width = x.shape
        pitch = width + self.kernel - 1
        for part in _blocks(slice(0, len(out)), height * pitch, BLOCK_NUMBERS):
            lines = self._padded(x[part], more=1).reshape(part.stop - part.start, -1)
            sums = np.empty((len(lines), height * pitch), self.dtype)
            for few in _blocks(slice(0, len(lines)), height * pitch, TAPS_NUMBERS):
                columns = self._shifted(lines[few], pitch, height * pitch)
                np.matmul(self.weights[part][few, None], columns, out=sums[few, None])
                if self.rest:
                    sums[few] += self._rest_of(columns.sum(1))
            maps = self.table(sums, part).reshape(-1, height, pitch)
            out[part] = pool(maps[:, :, :width], self.pool)

    def _shifted(self, lines: Pixels, pitch: int, places: int) -> NDArray[Any]:
        """The pixels under each tap: (channels, taps, places); with rows end to end a tap is a shift."""
        columns = np.empty((len(lines), self.kernel**2, places), self.dtype)
        for tap in range(self.kernel**2):
            shift = tap // self.kernel * pitch + tap % self.kernel
            columns[:, tap] = lines[:, shift : shift + places]
        return columns

    def _padded(self, x: Pixels, more: int = 0) -> Pixels:
        """The map with a border of pad_value when the kernel needs one, and so many rows more."""
        edge = self.kernel // 2
        if not edge and not more:
            return x
        channels, height, width = x.shape
        shape = (channels, height + 2 * edge + more, width + 2 * edge)
        padded = np.full(shape, self.registers.pad_value, np.uint8)  # np.pad takes longer
        padded[:, edge : edge + height, edge : edge + width] = x
        return padded

    def _rest_of(self, window_sums: NDArray[Any]) -> NDArray[np.float64]:
        """The fraction of arg_x times the sum of an input channel's taps at each place.

        The chip shifts for each input channel (a published run on a board settles it), so this comes before the sum.
        """
        return np.floor(window_sums * (self.rest * 2.0**-self.registers.shr_x))


def _blocks(rows: slice, places: int, numbers: int) -> list[slice]:
    """A range of rows in pieces of about so many numbers."""
    step = max(1, numbers // places)
    return [slice(start, min(start + step, rows.stop)) for start in range(rows.start, rows.stop, step)]
