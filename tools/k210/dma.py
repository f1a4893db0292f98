"""The DMA controller (DesignWare AXI, six channels): moves blocks between memory and devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from .registers import WORD, Registers

if TYPE_CHECKING:
    from .machine import Machine

CHANNELS = 6
SOURCE, TARGET, LENGTH, CONTROL, ENABLE_STATUS, STATUS, ENABLE_SIGNAL, CLEAR = (
    0x00, 0x08, 0x10, 0x18, 0x80, 0x88, 0x90, 0x98,
)  # fmt: skip
INTERRUPTS, CHANNEL_ENABLE = 0x30, 0x18
BLOCK_DONE = 3  # block and whole transfer
LENGTH_MASK = 0x3FFFFF
POLL_GAP = 200  # instructions between two looks of a program that only waits
IRQ = 27  # of the first channel


@runtime_checkable
class Slow(Protocol):
    """A device that a transfer of so many elements keeps busy for some cycles."""

    def dma_cycles(self, count: int) -> int: ...


@runtime_checkable
class Source(Protocol):
    """A device that gives data: None as long as it has less than asked for."""

    def dma_read(self, offset: int, count: int, width: int) -> bytes | None: ...


@runtime_checkable
class Sink(Protocol):
    """A device that takes data."""

    def dma_write(self, offset: int, data: bytes, width: int) -> bool: ...


class Dmac(Registers):
    """A channel whose source has too little waits until a device pokes; its data then move at once, and it is done
    when the device can have sent or received them.
    """

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine, "dmac")
        self._enabled = 0
        self._waiting: set[int] = set()
        self._status = [0] * CHANNELS
        self._moving: dict[int, object] = {}  # a token for each transfer that has begun

    def poke(self) -> None:
        """A device has new data or room."""
        for channel in sorted(self._waiting):
            if channel in self._waiting and self._transfer(channel):
                self._waiting.discard(channel)

    def read(self, offset: int, size: int) -> int:
        """Registers that are not listed read as they were written."""
        place = offset & ~3
        channel, register = (place >> 8) - 1, place & 0xFF
        if self._moving and (place == CHANNEL_ENABLE or register == STATUS):
            self.machine.poll(POLL_GAP)
        if place == 0x00:
            value = 0x30
        elif place == CHANNEL_ENABLE:
            value = self._enabled
        elif place in (CHANNEL_ENABLE + 4, 0x34, 0x58):
            value = 0
        elif place == INTERRUPTS:
            value = sum(1 << number for number in range(CHANNELS) if self._status[number])
        elif channel >= 0 and register == STATUS:
            value = self._status[channel] if channel < CHANNELS else 0
        elif channel >= 0 and register == STATUS + 4:
            value = 0
        else:
            value = self.get(place)
        return value >> (8 * (offset & 3))

    def _written(self, place: int, value: int) -> None:
        """Starts and stops channels, clears their interrupts."""
        channel, register = (place >> 8) - 1, place & 0xFF
        if place == CHANNEL_ENABLE:
            for number in range(CHANNELS):
                if value >> (8 + number) & 1:
                    self._switch(number, bool(value >> number & 1))
        elif channel >= 0 and register == CLEAR:
            self._status[channel] &= ~value
            self._interrupt(channel)
        elif channel >= 0 and register in (ENABLE_STATUS, ENABLE_SIGNAL):
            self._interrupt(channel)

    def _switch(self, channel: int, on: bool) -> None:
        if not on:
            self._enabled &= ~(1 << channel)
            self._waiting.discard(channel)
            self._moving.pop(channel, None)
            self._interrupt(channel)
        elif not self._enabled >> channel & 1:
            self._enabled |= 1 << channel
            if not self._transfer(channel):
                self._waiting.add(channel)

    def _long(self, channel: int, register: int) -> int:
        """64 bits of a channel."""
        place = 0x100 * (channel + 1) + register
        return self.get(place) | self.get(place + 4) << 32

    def _interrupt(self, channel: int) -> None:
        enabled = self._long(channel, ENABLE_STATUS) & WORD
        self.machine.plic.set(IRQ + channel, bool(self._status[channel] & enabled))

    def _transfer(self, channel: int) -> bool:
        """Move a channel's block; False when a device is not ready for it."""
        data = self._take(channel)
        if data is None or not self._give(channel, data):
            return False
        token = self._moving[channel] = object()
        cycles = self._cycles(channel)
        if cycles:
            self.machine.at(cycles, lambda: self._finish(channel, token))
        else:
            self._finish(channel, token)
        return True

    def _finish(self, channel: int, token: object) -> None:
        if self._moving.get(channel) is token:
            del self._moving[channel]
            self._enabled &= ~(1 << channel)
            self._status[channel] |= BLOCK_DONE
            self._interrupt(channel)

    def _cycles(self, channel: int) -> int:
        """How long the slower of the two ends is busy."""
        count = (self._long(channel, LENGTH) & LENGTH_MASK) + 1
        ends: list[object] = [self.machine.find_device(self._long(channel, place))[0] for place in (SOURCE, TARGET)]
        return max((end.dma_cycles(count) for end in ends if isinstance(end, Slow)), default=0)

    def _take(self, channel: int) -> bytes | None:
        address, control = self._long(channel, SOURCE), self._long(channel, CONTROL)
        count = (self._long(channel, LENGTH) & LENGTH_MASK) + 1
        fixed, width = control >> 4 & 1, 1 << (control >> 8 & 7)
        if self.machine.is_ram(address):
            return self.machine.read(address, width) * count if fixed else self.machine.read(address, count * width)
        device, offset = self.machine.find_device(address)
        if isinstance(device, Source):
            return device.dma_read(offset, count, width)
        self.machine.log(f"DMA from {address:#x}, where no device gives any")
        return bytes(count * width)

    def _give(self, channel: int, data: bytes) -> bool:
        address, control = self._long(channel, TARGET), self._long(channel, CONTROL)
        fixed, width = control >> 6 & 1, 1 << (control >> 11 & 7)
        if self.machine.is_ram(address):
            self.machine.write(address, data[-width:] if fixed else data)
            return True
        device, offset = self.machine.find_device(address)
        if isinstance(device, Sink):
            return device.dma_write(offset, data, width)
        self.machine.log(f"DMA to {address:#x}, where no device takes any")
        return True
