"""What follows the multiply array for each sum: batch-norm and the activation table, to uint8."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Y_LIMIT = 1 << 35  # y has 36 signed bits; what the chip does beyond is unknown, here it saturates


@dataclass(frozen=True)
class Line:
    """A table that is one straight line, (y - start) * slope, for every y in reach; the clamp at 0 does the rest."""

    start: int
    slope: float

    @property
    def dtype(self) -> type[np.floating[Any]]:
        """What holds y - start on its way to uint8: float32 can when halving is all that the slope does.

        Past 2^24 it rounds y - start, which then gives 255 with either.
        """
        halves = np.frexp(self.slope)[0] == 0.5
        return np.float32 if halves and self.slope >= 2.0**-16 else np.float64


class ActivationTable:
    """(sum + constant) * mul >> shift, + add; then the segment of the table it falls in; rounded and clamped.

    `constant` (int64) and `largest` (bound of |sum + constant|) are per output channel.
    """

    def __init__(
        self, batch_norm: bytes, table: bytes, constant: NDArray[np.int64], largest: NDArray[np.int64]
    ) -> None:
        numbers = np.frombuffer(batch_norm, "<u8").astype(np.uint64)
        self.mul, self.add = _signed(numbers, 0, 24), _signed(numbers, 24, 32)
        self.shift = (numbers >> np.uint64(56) & np.uint64(15)).astype(np.int64)
        self.constant = constant
        segments = np.frombuffer(table, "<u8", 16).astype(np.uint64)
        self.starts = _signed(segments, 24, 36)
        self.slopes = _signed(segments, 8, 16) * 2.0 ** -(segments & np.uint64(255)).astype(np.float64)
        self.biases = np.frombuffer(table, np.uint8, offset=128).astype(np.float64)
        self.line = self._as_line(largest)
        self.factor = (self.mul * 2.0**-self.shift)[:, None]
        self.term = constant[:, None] * self.factor + self.add[:, None]

    @property
    def rising(self) -> bool:
        """Whether the segments' starts are sorted, as the chip needs them."""
        return bool((np.diff(self.starts) >= 0).all())

    def __call__(self, sums: NDArray[Any], part: slice) -> NDArray[np.uint8]:
        """Whole numbers (channels of `part`, places), in floating point, -> uint8 of the same shape."""
        return self._by_line(self.line, sums, part) if self.line else self._by_segments(sums, part)

    def _as_line(self, largest: NDArray[np.int64]) -> Line | None:
        """The line, when one serves for every y this layer can have and float64 holds every step."""
        products = [int(a) * abs(int(m)) for a, m in zip(largest, self.mul, strict=True)]
        y_limit = max((p >> int(s)) + abs(int(a)) + 1 for p, s, a in zip(products, self.shift, self.add, strict=True))
        # float64 has 53 bits: sum * mul / 2^shift is a multiple of 2^-shift, so what counts is the size in those units.
        in_units = max(
            p + (abs(int(a)) + Y_LIMIT << int(s)) for p, s, a in zip(products, self.shift, self.add, strict=True)
        )
        if y_limit >= Y_LIMIT or in_units >= 1 << 52:
            return None
        *level, last = [k for k in range(16) if self.starts[k] < y_limit] or [0]
        if self.slopes[level].any() or self.biases[[*level, last]].any() or self.slopes[last] < 0:
            return None
        return Line(int(self.starts[last]), float(self.slopes[last]))

    def _by_line(self, line: Line, sums: NDArray[Any], part: slice) -> NDArray[np.uint8]:
        y = sums.astype(np.float64)
        y *= self.factor[part]
        y += self.term[part] - line.start
        np.floor(y, out=y)
        out = y.astype(line.dtype, copy=False)
        out *= line.slope
        np.rint(out, out=out)
        np.clip(out, 0, 255, out=out)
        return out.astype(np.uint8)

    def _by_segments(self, sums: NDArray[Any], part: slice) -> NDArray[np.uint8]:
        """The definition, in int64; ties round to even, as in nncase's C++ simulator."""
        total = sums.astype(np.int64) + self.constant[part, None]
        y = (total * self.mul[part, None] >> self.shift[part, None]) + self.add[part, None]
        np.clip(y, -Y_LIMIT, Y_LIMIT - 1, out=y)
        segment = np.maximum(np.searchsorted(self.starts, y, side="left") - 1, 0)  # the last start below y
        out = np.rint((y - self.starts[segment]) * self.slopes[segment]) + self.biases[segment]
        return np.clip(out, 0, 255).astype(np.uint8)


def _signed(numbers: NDArray[np.uint64], low: int, width: int) -> NDArray[np.int64]:
    """Bits `low` .. `low + width` of each number, as two's complement."""
    top = 64 - width
    return (numbers << np.uint64(top - low)).astype(np.int64) >> top
