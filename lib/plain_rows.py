"""What rows.py does, in plain Python, for firmware without ulab: a hundred times slower."""

from array import array
from math import sqrt

from micropython import const

from features import LENGTH

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable
    from typing import Any

    from engines import Buffer
    from rows import Row


class Plain:
    """Rows are arrays of floats."""

    capacity = 20
    work = 8

    def __init__(self, compare: 'Callable[[Buffer, Buffer], float] | None' = None) -> None:
        self.compare = compare or _compare  # kpu.face_compare, if there is one
        self.part_size = LENGTH
        self.part = bytearray(LENGTH)
        self.part_view = memoryview(self.part)

    def zeros(self, count: int) -> 'Row':
        return array('f', bytes(4 * count))

    def numbers(self, row: 'Row') -> 'Any':
        return row

    def dot(self, a: 'Row', b: 'Row') -> float:
        total = 0.0
        for x, y in zip(a, b):
            total += x * y
        return total

    def add_multiple(self, z: 'Row', row: 'Row', other: 'Row', factor: float) -> 'Row':
        return self.plus(z, row, self.dot(row, other) * factor)

    def plus(self, a: 'Row', b: 'Row', factor: float) -> 'Row':
        for i in range(len(a)):
            a[i] += factor * b[i]
        return a

    def most(self, row: 'Row') -> float:
        return float(max(max(row), -min(row)))

    def int8(self, row: 'Row', scale: float, into: bytearray) -> None:
        for i in range(len(row)):
            into[i] = int(row[i] * scale + 128.5) - 128 & 255


def _compare(a: 'Buffer', b: 'Buffer') -> float:
    """50 * (1 + cosine) of two vectors of int8."""
    product = norm_a = norm_b = 0
    for x, y in zip(array('b', bytes(a)), array('b', bytes(b))):
        product += x * y
        norm_a += x * x
        norm_b += y * y
    return 50.0 + 50.0 * product / sqrt(norm_a) / sqrt(norm_b)
