"""Arithmetic on rows of float32 by ulab 0.262; plain_rows.py does the same where the firmware has no ulab.

What lives longer than a step lies in the KPU's memory: `raw` gives the bytes of a row themselves, to be copied from
there and back. Examples are worked on in parts of `part_size` features, because each row is a piece of the heap.
"""

import uctypes
from micropython import const

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable
    from typing import Any

    from engines import Buffer

    Row = Any  # of ulab, or an array

_LOW_BYTE = 12582912.0  # at 1.5 * 2^23 the unit of a float32 is 1, and its lowest byte a whole number of -128..127


class Ulab:
    capacity = 250  # examples
    work = 14  # a turn, in steps of about 30,000 instructions

    def __init__(self, ulab: 'Any', compare: 'Callable[[Buffer, Buffer], float]', part_size: int) -> None:
        self.compare = compare  # kpu.face_compare
        self.part_size = part_size
        self.part = ulab.zeros(part_size, dtype=ulab.uint8)  # features of an example
        self.part_view = memoryview(self.part.asbytearray())
        self._ulab = ulab
        self._bytes = ulab.zeros(4 * part_size, dtype=ulab.uint8)
        self._bytes_view = memoryview(self._bytes.asbytearray())

    def zeros(self, count: int) -> 'Row':
        return self._ulab.zeros(count)

    def numbers(self, row: 'Row') -> 'Any':
        """A row's numbers, to be read and written one by one."""
        return row.asbytearray()

    def dot(self, a: 'Row', b: 'Row') -> float:
        return self._ulab.sum(a * b)  # type: ignore[no-any-return]

    def add_multiple(self, z: 'Row', row: 'Row', other: 'Row', factor: float) -> 'Row':
        """z + factor * (row . other) * row; `z` is not used any more."""
        return z + row * (self._ulab.sum(row * other) * factor)

    def plus(self, a: 'Row', b: 'Row', factor: float) -> 'Row':
        """a + factor * b; `a` is not used any more."""
        return a + b * factor

    def most(self, row: 'Row') -> float:
        """The largest absolute value."""
        return max(self._ulab.max(row), -self._ulab.min(row))  # type: ignore[no-any-return]

    def int8(self, row: 'Row', scale: float, into: bytearray) -> None:
        """Write round(scale * number) as int8; `row` has part_size numbers."""
        shifted = row * scale + _LOW_BYTE
        self._bytes_view[:] = raw(shifted.asbytearray(), self.part_size)
        into[:] = self._bytes[::4].asbytearray()


def raw(values: 'Any', count: int) -> bytearray:
    """The bytes of the first `count` of a row's values themselves."""
    return uctypes.bytearray_at(uctypes.addressof(values), 4 * count)
