"""The I2S controllers: what is sent to the loudspeaker is kept, what is recorded is silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .registers import Registers

if TYPE_CHECKING:
    from .machine import Machine

KEPT_BYTES = 8 << 20
INTERRUPT_STATUS = (0x2C, 0x30)  # in a channel's registers
EMPTY = 0x10  # of the FIFO to be sent


class I2s(Registers):
    """`pcm` is what was played. It is swallowed at once: sound takes no time."""

    def __init__(self, machine: Machine, index: int) -> None:
        super().__init__(machine, f"i2s{index}")
        self.pcm = bytearray()

    def dma_write(self, _offset: int, data: bytes, _width: int) -> bool:
        """Samples to be played."""
        if len(self.pcm) < KEPT_BYTES:
            self.pcm += data
        return True

    def dma_read(self, _offset: int, count: int, width: int) -> bytes:
        """Silence."""
        return bytes(count * width)

    def read(self, offset: int, size: int) -> int:
        """Always ready."""
        return EMPTY if offset & 0xFF in INTERRUPT_STATUS else super().read(offset, size)
