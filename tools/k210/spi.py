"""The SPI controllers (DesignWare SSI): frames from registers or DMA to the chip that is selected, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import numpy as np

from .registers import Registers

if TYPE_CHECKING:
    from .machine import Machine

CONTROL, LENGTH, ENABLE, SELECT, DIVIDER, SENT, RECEIVED, STATUS, DMA, DATA, DATA_END, ENHANCED, ENDIAN = (
    0x00, 0x04, 0x08, 0x10, 0x14, 0x20, 0x24, 0x28, 0x48, 0x60, 0xF0, 0xF4, 0x118,
)  # fmt: skip
STANDARD = 0  # one line each way
LINES = (1, 2, 4, 8)  # by format
MIN_DIVIDER = 2
BOTH_WAYS, SEND, RECEIVE = 0, 1, 2  # modes of a transfer; the fourth reads memory chips
CHIP_SELECTS = 4
ELEMENTS = {1: "<u1", 2: "<u2", 4: "<u4", 8: "<u8"}  # by width
FLASH_CONTROLLER = 3  # its control register is laid out in another way


class Chip(Protocol):
    """What hangs on a bus. `plain` chips take frames on several lines as bytes; others as command, address, data."""

    plain: bool

    def select(self, on: bool) -> None: ...

    def transfer(self, data: bytes) -> bytes: ...

    def read(self, count: int) -> bytes: ...

    def collect(self, frames: list[int], has_address: bool) -> None: ...

    def read_from(self, command: int, address: int, address_bits: int, count: int) -> bytes: ...


class Spi(Registers):
    """A controller; `chips` by chip select. `source_hz` gives its clock, `poke` is called when it has something."""

    def __init__(self, machine: Machine, index: int, source_hz: Callable[[], float], poke: Callable[[], None]) -> None:
        super().__init__(machine, f"spi{index}")
        self.chips: dict[int, Chip] = {}
        self._index, self._source_hz, self._poke = index, source_hz, poke
        self._frames: list[int] = []  # to be sent
        self._received = bytearray()  # frames of `_frame_bytes` each
        self._selected: Chip | None = None
        self.on_read = {
            SENT: lambda: 0,
            RECEIVED: lambda: len(self._received) // self._frame_bytes,
            STATUS: lambda: 0x06 | (8 if self._received else 0),
            DMA: lambda: 0,
        }
        self.on_write = {ENABLE: self._enable, SELECT: self._select}

    # -- registers -------------------------------------------------------------------------------------------------

    def read(self, offset: int, size: int) -> int:
        """The data registers give the next frame."""
        return self._next_frame() if DATA <= offset < DATA_END else super().read(offset, size)

    def write(self, offset: int, size: int, value: int) -> None:
        """The data registers take a frame."""
        if DATA <= offset < DATA_END:
            self._frames.append(value)
            self._exchange()
        else:
            super().write(offset, size, value)

    def _enable(self, value: int) -> None:
        if value & 1:
            self._exchange()
        else:
            self._frames.clear()
            self._received.clear()
            self._deselect()

    def _select(self, value: int) -> None:
        if value:
            self._exchange()
        else:
            self._deselect()

    def _deselect(self) -> None:
        if self._selected is not None:
            self._selected.select(False)
            self._selected = None

    @property
    def _format(self) -> tuple[int, int, int]:
        """Bits of a frame, mode of transfer, and lines (0 for one each way)."""
        control = self.get(CONTROL)
        if self._index == FLASH_CONTROLLER:
            return (control & 31) + 1, control >> 10 & 3, control >> 22 & 3
        return (control >> 16 & 31) + 1, control >> 8 & 3, control >> 21 & 3

    @property
    def _frame_bytes(self) -> int:
        bits = self._format[0]
        return 1 if bits <= 8 else 2 if bits <= 16 else 4

    @property
    def _little(self) -> bool:
        return bool(self.get(ENDIAN) & 1)

    def _int(self, data: bytes | bytearray) -> int:
        return int.from_bytes(data, "little" if self._little else "big")

    def _next_frame(self) -> int:
        size = self._frame_bytes
        if len(self._received) < size:
            return 0
        value = self._int(self._received[:size])
        del self._received[:size]
        return value

    # -- DMA -------------------------------------------------------------------------------------------------------

    def dma_write(self, _offset: int, data: bytes, width: int) -> bool:
        """Elements of `width` bytes, a frame each."""
        self._frames.extend(np.frombuffer(data, ELEMENTS[width]).tolist())
        self._exchange()
        return True

    def dma_read(self, _offset: int, count: int, width: int) -> bytes | None:
        """Received frames as elements of `width` bytes, or None as long as there are fewer."""
        size = self._frame_bytes
        if len(self._received) < count * size:
            return None
        data = bytes(self._received[: count * size])
        del self._received[: count * size]
        if size == width and (size == 1 or self._little):
            return data
        frames = (self._int(data[at : at + size]) for at in range(0, len(data), size))
        return b"".join(frame.to_bytes(width, "little") for frame in frames)

    def dma_cycles(self, count: int) -> int:
        """How long so many frames are on the wire."""
        bits, _, lines = self._format
        hz = self._source_hz() / max(MIN_DIVIDER, self.get(DIVIDER))
        return int(count * bits / LINES[lines] / hz * self.machine.cpu_freq)

    # -- transfers -------------------------------------------------------------------------------------------------

    def _exchange(self) -> None:
        """Send what waits, if the controller is on and a chip select is low."""
        if not (self.get(ENABLE) & 1 and self.get(SELECT) and self._frames):
            return
        chip = self._chip()
        if chip is None:
            self._talk_to_nobody()
        else:
            if self._selected is not chip:
                self._deselect()
                self._selected = chip
                chip.select(True)
            if self._format[2] == STANDARD:
                self._standard(chip)
            else:
                self._several_lines(chip)
        self._poke()

    def _chip(self) -> Chip | None:
        selected = self.get(SELECT)
        for number in range(CHIP_SELECTS):
            if selected >> number & 1:
                return self.chips.get(number)
        return None

    def _take_bytes(self) -> bytes:
        """The frames that wait, as bytes on the wire."""
        size = self._frame_bytes
        frames, self._frames = self._frames, []
        if size == 1:
            return bytes(frame & 0xFF for frame in frames)
        mask = (1 << (8 * size)) - 1
        return b"".join((frame & mask).to_bytes(size, "little" if self._little else "big") for frame in frames)

    @property
    def _asked_bytes(self) -> int:
        return (self.get(LENGTH) + 1) * self._frame_bytes

    def _talk_to_nobody(self) -> None:
        mode, count = self._format[1], len(self._frames)
        self._frames.clear()
        if mode == BOTH_WAYS:
            self._received += b"\xff" * (count * self._frame_bytes)
        elif mode >= RECEIVE:
            self._received += b"\xff" * self._asked_bytes

    def _standard(self, chip: Chip) -> None:
        mode, data = self._format[1], self._take_bytes()
        if mode == RECEIVE:
            self._received += chip.read(self._asked_bytes)
            return
        answer = chip.transfer(data)
        if mode == BOTH_WAYS:
            self._received += answer
        elif mode != SEND:
            self._received += chip.read(self._asked_bytes)

    def _several_lines(self, chip: Chip) -> None:
        """Command and address have their own widths there."""
        shape = self.get(ENHANCED)
        command_bits, address_bits = (0, 4, 8, 16)[shape >> 8 & 3], (shape >> 2 & 15) * 4
        if chip.plain:
            chip.transfer(self._take_bytes())
            return
        frames, head = self._frames, bool(command_bits) + bool(address_bits)
        if self._format[1] == SEND:
            self._frames = []
            chip.collect(frames, bool(address_bits))
        elif len(frames) >= head:
            self._frames = []
            command = frames[0] if command_bits else 0
            address = frames[head - 1] if address_bits else 0
            self._received += chip.read_from(command, address, address_bits, self._asked_bytes)
