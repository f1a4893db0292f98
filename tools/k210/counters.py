"""Counter registers that Unicorn cannot hook: their reads are patched into loads from page 0, which answers them."""

import struct
from collections.abc import Callable

PAGE, PAGE_BYTES = 0x0, 0x1000
CYCLE, INSTRET, TIME, PENDING, HART = 0x100, 0x108, 0x110, 0x118, 0x120  # offsets in the page
OFFSETS = {0xB00: CYCLE, 0xC00: CYCLE, 0xB02: INSTRET, 0xC02: INSTRET, 0xC01: TIME, 0x344: PENDING, 0xF14: HART}
SYSTEM, LOAD, CSRRS, DOUBLE = 0x73, 0x03, 2, 3  # opcodes and functions of instructions


def patch(image: bytes) -> bytes:
    """The image with `csrr rd, COUNTER` replaced by `ld rd, offset(zero)`."""
    patched = bytearray(image)
    for at in range(0, len(image) - 3, 2):
        if image[at] & 0x7F != SYSTEM:
            continue
        (word,) = struct.unpack_from("<I", image, at)
        function, source, target, csr = word >> 12 & 7, word >> 15 & 31, word >> 7 & 31, word >> 20
        if function == CSRRS and not source and target and csr in OFFSETS:
            struct.pack_into("<I", patched, at, OFFSETS[csr] << 20 | DOUBLE << 12 | target << 7 | LOAD)
    return bytes(patched)


class CounterPage:
    """Page 0 of one hart: `values` has a function for each offset."""

    def __init__(self, values: dict[int, Callable[[], int]], log: Callable[[str], None]) -> None:
        self._values, self._log = values, log
        self._upper = 0  # the upper half of the last counter read in halves

    def read(self, _uc: object, offset: int, size: int, _data: object) -> int:
        """A counter; a read of the lower half keeps the upper one for the next read."""
        place, upper = offset & ~7, offset & 4
        if place not in self._values:
            self._log(f"read through a null pointer, offset {offset:#x}")
            return 0
        if upper and place == CYCLE:
            return self._upper
        value = self._values[place]()
        if size == 8:
            return value
        if upper:
            return value >> 32 & 0xFFFFFFFF
        self._upper = value >> 32
        return value & 0xFFFFFFFF

    def write(self, _uc: object, offset: int, _size: int, value: int, _data: object) -> None:
        """Nothing is written there but by mistake."""
        self._log(f"write through a null pointer, offset {offset:#x}, value {value:#x}")
