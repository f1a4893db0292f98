"""From the KPU's output to a stored example.

An example is 768 bytes, one a feature. A feature of a ReLU6 network lies in 0..6, so 127 steps of 6/127 cover
it, and 127 is also the largest value of an int8, which the firmware's C helpers want. Models made for the board give
these bytes themselves.
"""

from array import array

from micropython import const

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable, Sequence
    from typing import Any

    Floats = memoryview[Any] | array[float]

LENGTH = 768  # features, and bytes, of an example
TOP = 127  # the greatest byte
RANGE = 6  # what TOP stands for: ReLU6 ends at 6


def reader(view: 'memoryview[Any]', to_bytes: 'Callable[[Floats, bytearray], None]') -> 'Callable[[bytearray], None]':
    """How to read the features of each run: a function of the example to write into.

    view: a memoryview of the network's first output, whose place in memory stays. to_bytes: `quantise`, or Ulab's.
    ValueError when there are neither LENGTH bytes nor LENGTH floats.
    """
    item_bytes = len(bytes(view[:1]))
    size_bytes = item_bytes * len(view)
    if size_bytes not in (LENGTH, LENGTH + 1, 4 * LENGTH, 4 * LENGTH + 1):  # v0.4.0 and v0.5.0_9 count one too many
        raise ValueError('%d numbers, not %d features' % (len(view), LENGTH))
    numbers = view[: LENGTH if size_bytes < 2 * LENGTH else 4 * LENGTH // item_bytes]

    def copy(example: bytearray) -> None:
        example[:] = numbers

    def convert(example: bytearray) -> None:
        # The firmware calls all outputs what the last layer makes: bytes, if notes follow the features.
        to_bytes(numbers if item_bytes == 4 else array('f', bytes(numbers)), example)

    return copy if size_bytes < 2 * LENGTH else convert


def quantise(floats: 'Sequence[float]', example: bytearray) -> None:
    """Write LENGTH float features, 0..6 each, into the bytes of `example`: round(feature * 127 / 6)."""
    scale = TOP / RANGE
    for i in range(LENGTH):
        step = int(floats[i] * scale + 0.5)
        example[i] = step if 0 <= step <= TOP else (0 if step < 0 else TOP)


class Ulab:
    """`quantise` in the C of ulab, for a twentieth of the instructions; the same bytes for features of 0..6."""

    def __init__(self, ulab: 'Any') -> None:
        self._floats = ulab.zeros(LENGTH)
        self._floats_view = memoryview(self._floats.asbytearray())
        self._bytes = ulab.zeros(4 * LENGTH, dtype=ulab.uint8)
        self._bytes_view = memoryview(self._bytes.asbytearray())

    def quantise(self, floats: 'Floats', example: bytearray) -> None:
        try:
            self._quantise(floats, example)
        except MemoryError:  # three pieces of 3 KB are not always to be had between what else lives on the heap
            quantise(floats, example)

    def _quantise(self, floats: 'Floats', example: bytearray) -> None:
        self._floats_view[:] = floats
        # At 2^23 the unit of a float32 is 1: the sum is rounded, and its lowest byte is the whole number.
        shifted = self._floats * (TOP / RANGE) + 8388608.0
        self._bytes_view[:] = bytes(shifted.asbytearray())
        example[:] = self._bytes[::4].asbytearray()
