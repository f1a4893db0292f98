"""Clocks that interrupt and clocks that tell the date: the three timer blocks and the real time clock."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from .registers import Registers
from .system import SystemController

if TYPE_CHECKING:
    from .machine import Machine

CHANNELS, CHANNEL_BYTES = 4, 0x14
LOAD, CURRENT, CONTROL, CLEAR, STATUS = 0x00, 0x04, 0x08, 0x0C, 0x10  # of a channel
ALL_STATUS, ALL_CLEAR, ALL_RAW = 0xA0, 0xA4, 0xA8
ENABLED, MASKED, PWM = 1, 4, 8  # bits of CONTROL
SHORTEST_CYCLES = 100
IRQ = 14  # of the first block's first two channels
CENTURY = 2000


class Timer(Registers):
    """DesignWare's timer block, four channels."""

    def __init__(self, machine: Machine, index: int, system: SystemController) -> None:
        super().__init__(machine, f"timer{index}")
        self._index, self._system = index, system
        self._pending = 0
        self._generation = [0] * CHANNELS  # a write to CONTROL ends what was armed before
        self._start = [0] * CHANNELS

    def _period(self, channel: int) -> int:
        load = self.get(channel * CHANNEL_BYTES) or 1
        return max(SHORTEST_CYCLES, int(load * self.machine.cpu_freq / self._system.timer_hz(self._index)))

    def _control(self, channel: int) -> int:
        return self.get(channel * CHANNEL_BYTES + CONTROL)

    def _arm(self, channel: int) -> None:
        generation = self._generation[channel]
        self.machine.at(self._period(channel), lambda: self._fire(channel, generation))

    def _fire(self, channel: int, generation: int) -> None:
        if generation == self._generation[channel] and self._control(channel) & ENABLED:
            self._start[channel] = self.machine.cycles
            self._pending |= 1 << channel
            self._interrupt()
            self._arm(channel)

    def _interrupt(self) -> None:
        active = sum(
            1 << channel
            for channel in range(CHANNELS)
            if self._pending >> channel & 1 and not self._control(channel) & MASKED
        )
        self.machine.plic.set(IRQ + 2 * self._index, bool(active & 3))
        self.machine.plic.set(IRQ + 1 + 2 * self._index, bool(active & 12))

    def read(self, offset: int, size: int) -> int:
        """Counts and pending bits; reading a clear register clears."""
        if offset < CHANNELS * CHANNEL_BYTES:
            channel, register = divmod(offset, CHANNEL_BYTES)
            if register == CURRENT:
                return self._count(channel)
            if register == CLEAR:
                self._clear(1 << channel)
                return 0
            if register == STATUS:
                return self._pending >> channel & 1
        elif offset in (ALL_STATUS, ALL_RAW):
            return self._pending
        elif offset == ALL_CLEAR:
            self._clear(self._pending)
            return 0
        return super().read(offset, size)

    def _count(self, channel: int) -> int:
        period, load = self._period(channel), self.get(channel * CHANNEL_BYTES)
        passed = (self.machine.cycles - self._start[channel]) % period
        return max(0, load - int(load * passed / period))

    def _clear(self, channels: int) -> None:
        self._pending &= ~channels
        self._interrupt()

    def write(self, offset: int, size: int, value: int) -> None:
        """A write to a channel's control starts or stops it."""
        super().write(offset, size, value)
        channel, register = divmod(offset, CHANNEL_BYTES)
        if channel < CHANNELS and register == CONTROL:
            self._generation[channel] += 1
            if value & ENABLED:
                self._start[channel] = self.machine.cycles
                if not value & (MASKED | PWM):
                    self._arm(channel)
            self._interrupt()


class Rtc(Registers):
    """Date and time go on with the virtual clock, from what was written last."""

    DATE, TIME = 0x00, 0x04

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine, "rtc")
        self._since = 0  # cycles
        self.on_read = {self.DATE: lambda: self._now()[0], self.TIME: lambda: self._now()[1]}

    def write(self, offset: int, size: int, value: int) -> None:
        """Sets one of the two; the other keeps the time."""
        if offset & ~3 in (self.DATE, self.TIME):
            self.regs[self.DATE], self.regs[self.TIME] = self._now()
            self._since = self.machine.cycles
        super().write(offset, size, value)

    def _now(self) -> tuple[int, int]:
        """The two registers."""
        date, clock = self.get(self.DATE), self.get(self.TIME)
        year, month, day = date >> 20, max(1, date >> 16 & 15), max(1, date >> 8 & 31)
        passed = datetime.timedelta(seconds=int((self.machine.cycles - self._since) // self.machine.cpu_freq))
        try:
            time = datetime.time(clock >> 24 & 31, clock >> 16 & 63, clock >> 10 & 63)
            start = datetime.datetime.combine(datetime.date(CENTURY + year % 100, month, day), time)
            now = start + passed
        except (ValueError, OverflowError):  # no such date was written: it stands still
            return date, clock
        year = year + now.year - (CENTURY + year % 100) & 0xFFF
        return (
            date & 7 | now.day << 8 | now.month << 16 | year << 20,
            now.second << 10 | now.minute << 16 | now.hour << 24,
        )
