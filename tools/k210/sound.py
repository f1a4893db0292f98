"""The I2S controllers: what is sent to the loudspeaker is kept and takes its time, what is recorded is silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .registers import Registers

if TYPE_CHECKING:
    from .machine import Machine

KEPT_BYTES = 8 << 20
INTERRUPT_STATUS = (0x2C, 0x30)  # in a channel's registers
EMPTY = 0x10  # of the FIFO to be sent
CONTROL = 0x10  # its bits 3 and 4: 16, 24 or 32 clocks a sample
PAIRS_BIT = 10  # of CONTROL: a word from the DMA controller is a sample for the left and one for the right


class I2s(Registers):
    """`pcm` is what was played, `bit_hz` gives the clock of its bits."""

    def __init__(self, machine: Machine, index: int, bit_hz: Callable[[], float]) -> None:
        super().__init__(machine, f"i2s{index}")
        self.pcm = bytearray()
        self._bit_hz = bit_hz

    def sample_hz(self) -> float:
        """Pairs of samples a second."""
        return self._bit_hz() / (2 * 8 * ((self.get(CONTROL) >> 3 & 3) + 2))

    def dma_cycles(self, count: int) -> int:
        """How long so many words take to be played."""
        pairs = count if self.get(CONTROL) >> PAIRS_BIT & 1 else count / 2
        return int(pairs / self.sample_hz() * self.machine.cpu_freq)

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
