"""The 8 MB of SRAM: 6 MB for programs, 2 MB for the KPU, each visible at a cached and an uncached address."""

import ctypes

from .errors import MachineFault

SRAM_BASE = 0x80000000  # cached
SRAM_ALIAS = 0x40000000  # uncached, the same bytes
SRAM_BYTES = 0x800000
AI_RAM_OFFSET = 0x600000
OFFSET_MASK = 0x3FFFFFFF
PAGE_BYTES = 4096


class Memory:
    """Bytes that the harts, the devices and the host share. `view` is all of it; addresses are the chip's."""

    def __init__(self) -> None:
        self._buffer = ctypes.create_string_buffer(SRAM_BYTES + PAGE_BYTES)
        self.address = (ctypes.addressof(self._buffer) + PAGE_BYTES - 1) & -PAGE_BYTES  # on the host
        self.array = (ctypes.c_uint8 * SRAM_BYTES).from_address(self.address)
        self.view = memoryview(self.array).cast("B")

    def holds(self, address: int) -> bool:
        """Is it an address of SRAM?"""
        return address >> 30 in (1, 2) and address & OFFSET_MASK < SRAM_BYTES

    def offset(self, address: int) -> int:
        """Where in `view` an address lies; MachineFault outside."""
        if not self.holds(address):
            raise MachineFault(f"not a memory address: {address:#x}")
        return address & OFFSET_MASK

    def read(self, address: int, size: int) -> bytes:
        """Bytes from an address on."""
        offset = self.offset(address)
        return bytes(self.view[offset : offset + size])

    def write(self, address: int, data: bytes | bytearray | memoryview) -> None:
        """Puts bytes at an address."""
        offset = self.offset(address)
        self.view[offset : offset + len(data)] = data
