"""What fit.py keeps in the KPU's memory, and where: row after row of a symmetric matrix, and the weights of classes.

    upwards     for each example a row of the matrix's lower triangle (float32) and the 768 bytes of the example
    downwards   one sum of examples, and for each class its weights (float32) and the same as int8

The examples are kept here, too: an update goes on for some turns, in which the camera's own may change.
"""

import uctypes
from micropython import const

from features import LENGTH

_SUM_BYTES = const(3072)  # 4 * LENGTH
_SLOT_BYTES = const(3840)  # 5 * LENGTH


class Triangle:
    """Views of `size_bytes` of memory from `address` on; each is made when it is asked for."""

    def __init__(self, address: int, size_bytes: int) -> None:
        self._address = address
        self._size_bytes = size_bytes
        self._end = address + size_bytes - _SUM_BYTES

    def fits(self, count: int, slots: int) -> bool:
        """Is there room for so many examples and classes?"""
        return _offset(count) + _SUM_BYTES + slots * _SLOT_BYTES <= self._size_bytes

    def row(self, i: int) -> bytearray:
        """Row i of the lower triangle: i + 1 floats."""
        return uctypes.bytearray_at(self._address + (LENGTH + 2 + 2 * i) * i, 4 * i + 4)

    def example(self, i: int) -> bytearray:
        return uctypes.bytearray_at(self._address + (LENGTH + 6 + 2 * i) * i + 4, LENGTH)

    def part(self, i: int, start: int, count: int) -> bytearray:
        """`count` features of an example."""
        return uctypes.bytearray_at(self._address + (LENGTH + 6 + 2 * i) * i + 4 + start, count)

    def sum(self, start: int, count: int) -> bytearray:
        """`count` floats of the sum."""
        return uctypes.bytearray_at(self._end + 4 * start, 4 * count)

    def weights(self, slot: int, start: int, count: int) -> bytearray:
        """`count` floats of a class's weights."""
        return uctypes.bytearray_at(self._end - (slot + 1) * _SLOT_BYTES + 4 * start, 4 * count)

    def int8(self, slot: int, start: int, count: int) -> bytearray:
        """`count` of a class's weights as int8."""
        return uctypes.bytearray_at(self._end - slot * _SLOT_BYTES - LENGTH + start, count)

    def move_up(self, k: int, gap: int) -> None:
        """Move row k and its example one place up, without the number in column `gap`."""
        source, target = self.row(k), self.row(k - 1)
        target[: 4 * gap] = source[: 4 * gap]
        target[4 * gap :] = source[4 * gap + 4 :]
        self.example(k - 1)[:] = self.example(k)


def _offset(i: int) -> int:
    """Where the record of example i starts."""
    return (LENGTH + 2 + 2 * i) * i
