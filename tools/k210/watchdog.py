"""The two watchdogs (DesignWare WDT): a program that does not feed one in time starts anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .registers import Registers

if TYPE_CHECKING:
    from .machine import Machine

CONTROL, RANGE, COUNT, FEED, STATUS, CLEAR = 0x00, 0x04, 0x08, 0x0C, 0x10, 0x14
ENABLED, INTERRUPT_FIRST = 1, 2  # bits of CONTROL
FOOD = 0x76
SHORTEST_BITS = 16  # of the count, for range 0
IRQ = 21  # of the first


class Watchdog(Registers):
    """`on_bite` is called when it has not been fed in time; with INTERRUPT_FIRST, when not even an interrupt helped.

    `source_hz` gives its clock. While `gate` has it off, the count stands.
    """

    def __init__(
        self,
        machine: Machine,
        index: int,
        source_hz: Callable[[], float],
        on_bite: Callable[[], object],
    ) -> None:
        super().__init__(machine, f"wdt{index}")
        self._index, self._source_hz, self._on_bite = index, source_hz, on_bite
        self._standing: int | None = None  # cycles left, while its clock is off
        self._fed = 0  # cycle
        self._round = 0  # feeding ends what was armed before
        self._warned = False
        self.on_read = {COUNT: self._left, STATUS: lambda: int(self._warned), CLEAR: self._clear}
        self.on_write = {CONTROL: self._switch, FEED: self._feed}

    def write(self, offset: int, size: int, value: int) -> None:
        """Once it is on, nothing but a reset switches it off, as the chip's manual has it."""
        if offset == CONTROL and self.get(CONTROL) & ENABLED:
            value |= ENABLED
        super().write(offset, size, value)

    def _period(self) -> int:
        counts = 1 << (SHORTEST_BITS + (self.get(RANGE) & 15))
        return int(counts / self._source_hz() * self.machine.cpu_freq)

    def gate(self, on: bool) -> None:
        """Its clock is let through or not."""
        if on and self._standing is not None:
            left, self._standing = self._standing, None
            self._fed = self.machine.cycles + left - self._period()
            self._wait(left)
        elif not on and self._standing is None:
            self._standing = self._left_cycles()
            self._round += 1

    def _arm(self) -> None:
        if self._standing is not None:
            self._standing = self._period()
            return
        self._fed = self.machine.cycles
        self._wait(self._period())

    def _wait(self, cycles: int) -> None:
        self._round += 1
        number = self._round
        self.machine.at(cycles, lambda: self._bark(number))

    def _bark(self, number: int) -> None:
        if number != self._round or not self.get(CONTROL) & ENABLED:
            return
        if self.get(CONTROL) & INTERRUPT_FIRST and not self._warned:
            self._warned = True
            self.machine.plic.set(IRQ + self._index, True)
            self._arm()
        else:
            self._on_bite()

    def _switch(self, value: int) -> None:
        if value & ENABLED:
            self._arm()

    def _feed(self, value: int) -> None:
        if value & 0xFF == FOOD:
            self._clear()
            self._arm()

    def _clear(self) -> int:
        self._warned = False
        self.machine.plic.set(IRQ + self._index, False)
        return 0

    def _left(self) -> int:
        left = self._left_cycles() if self._standing is None else self._standing
        return int(left / self.machine.cpu_freq * self._source_hz())

    def _left_cycles(self) -> int:
        return max(0, self._period() - (self.machine.cycles - self._fed))
