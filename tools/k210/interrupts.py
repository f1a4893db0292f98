"""The interrupt controllers: CLINT (software and timer interrupts, mtime) and PLIC (those of the devices)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .native import Control

if TYPE_CHECKING:
    from .machine import Machine

SOFTWARE, TIMER, EXTERNAL = 1 << 3, 1 << 7, 1 << 11  # bits of mip
UNSET = 2**64 - 1
FAR = 1 << 50  # ticks: a firmware's way to say never
WORD = 0xFFFFFFFF


class Clint:
    """mtime is the virtual clock divided by 50."""

    BASE, BYTES = 0x02000000, 0x10000
    COMPARE, TIME = 0x4000, 0xBFF8
    TICK_CYCLES = 50

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._software = [0, 0]
        self._compare = [UNSET, UNSET]

    def _now(self) -> int:
        return self._machine.cycles // self.TICK_CYCLES

    def _update(self) -> None:
        now = self._now()
        for index, hart in enumerate(self._machine.harts):
            pending = hart.control.mip & ~(SOFTWARE | TIMER)
            if self._software[index]:
                pending |= SOFTWARE
            if now >= self._compare[index]:
                pending |= TIMER
            hart.control.mip = pending

    def _arm(self, index: int) -> None:
        self._update()
        compare, now = self._compare[index], self._now()
        if now < compare < FAR:
            self._machine.at((compare - now + 1) * self.TICK_CYCLES, self._update)

    def read(self, offset: int, size: int) -> int:
        """Software interrupts, comparators, mtime."""
        if offset < 8:
            return self._software[offset >> 2 & 1]
        if self.COMPARE <= offset < self.COMPARE + 16:
            value = self._compare[offset >> 3 & 1]
        elif self.TIME <= offset < self.TIME + 8:
            value = self._now()
        else:
            return 0
        if size == 4 and offset & 4:
            value >>= 32
        return value

    def write(self, offset: int, size: int, value: int) -> None:
        """A software interrupt to hart 1 starts it."""
        if offset < 8:
            index = offset >> 2 & 1
            self._software[index] = value & 1
            if index == 1 and value & 1 and not self._machine.harts[1].started:
                self._machine.start_second_hart()
            self._update()
        elif self.COMPARE <= offset < self.COMPARE + 16:
            index = offset >> 3 & 1
            if size == 8:
                self._compare[index] = value
            elif offset & 4:
                self._compare[index] = self._compare[index] & WORD | value << 32
            else:
                self._compare[index] = self._compare[index] & ~WORD | value
            self._arm(index)


class Plic:
    """Level sources; claim and complete as in SiFive's PLIC."""

    BASE, BYTES = 0x0C000000, 0x400000
    SOURCES = 128
    PENDING, ENABLE, CONTEXT = 0x1000, 0x2000, 0x200000

    def __init__(self, controls: list[Control]) -> None:
        self._controls = controls  # of the harts
        self._priority = [0] * self.SOURCES
        self._level = 0  # bit n: source n is asserted
        self._claimed = 0  # bit n: source n is in service
        self._threshold = [0, 0]
        self.enable = [0, 0]  # bit n of each context: source n may interrupt

    def set(self, source: int, on: bool) -> None:
        """A device raises or lowers its line."""
        bit, old = 1 << source, self._level
        self._level = old | bit if on else old & ~bit
        if self._level != old:
            self._update()

    def _best(self, context: int) -> int:
        """The source to be served next, 0 for none."""
        candidates = self._level & ~self._claimed & self.enable[context]
        best, highest, source = 0, self._threshold[context], 0
        while candidates:
            if candidates & 1 and self._priority[source] > highest:
                best, highest = source, self._priority[source]
            candidates >>= 1
            source += 1
        return best

    def _update(self) -> None:
        for context, control in enumerate(self._controls):
            if self._best(context):
                control.mip |= EXTERNAL
            else:
                control.mip &= ~EXTERNAL

    def read(self, offset: int, size: int) -> int:
        """Priorities, pending and enable bits, thresholds; reading the claim register takes a source into service."""
        if offset < self.PENDING:
            return self._priority[offset >> 2 & 127]
        if offset < self.PENDING + self.SOURCES:
            return self._level >> (32 * (offset >> 2 & 31)) & WORD
        if self.ENABLE <= offset < self.ENABLE + 0x100:
            return self.enable[offset - self.ENABLE >> 7] >> (8 * (offset & 0x7C)) & WORD
        if self.CONTEXT <= offset < self.CONTEXT + 0x2000:
            context = offset - self.CONTEXT >> 12
            if offset & 0xFFF == 0:
                return self._threshold[context]
            if offset & 0xFFF == 4:
                return self._claim(context)
        return 0

    def _claim(self, context: int) -> int:
        source = self._best(context)
        if source:
            self._claimed |= 1 << source
            self._update()
        return source

    def write(self, offset: int, size: int, value: int) -> None:
        """Priorities, enable bits, thresholds; writing the claim register ends the service of a source."""
        if size == 8:
            self.write(offset, 4, value & WORD)
            self.write(offset + 4, 4, value >> 32)
            return
        if offset < self.PENDING:
            self._priority[offset >> 2 & 127] = value
        elif self.ENABLE <= offset < self.ENABLE + 0x100:
            context, shift = offset - self.ENABLE >> 7, 8 * (offset & 0x7C)
            self.enable[context] = self.enable[context] & ~(WORD << shift) | value << shift
        elif self.CONTEXT <= offset < self.CONTEXT + 0x2000:
            context = offset - self.CONTEXT >> 12
            if offset & 0xFFF == 0:
                self._threshold[context] = value
            elif offset & 0xFFF == 4:
                self._claimed &= ~(1 << (value & 127))
        self._update()
