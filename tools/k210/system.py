"""The system controller: clocks as the firmware sets them, and the reset it can ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .registers import Registers

if TYPE_CHECKING:
    from .machine import Machine

CRYSTAL_HZ = 26_000_000
SLOWEST_HZ = 1_000_000
FREQUENCY, PLL0, PLL2, LOCK, SELECT, ENABLE_CENTRAL, ENABLE_DEVICES, SOFT_RESET = (
    0x04,
    0x08,
    0x10,
    0x18,
    0x20,
    0x28,
    0x2C,
    0x30,
)
SPI_THRESHOLDS, TIMER_THRESHOLDS, I2S_THRESHOLDS, WATCHDOG_THRESHOLDS, RESET_STATUS = 0x3C, 0x40, 0x44, 0x50, 0x60
LOCKED = 0x00030303  # all PLLs, at once
WATCHDOG_GATE_BIT = 24  # of ENABLE_DEVICES, for the first one
SPI3_SELECT_BIT, TIMER_SELECT_BIT = 12, 13  # of SELECT; the second for timer 0
APB1_SHIFT = 6  # of SELECT: the divider of the bus of the slow devices
BY_PIN, BY_WATCHDOG, BY_SOFTWARE = 2, 4, 16  # bits of RESET_STATUS; the second watchdog's is 8
AT_RESET = {0x00: 0x79C6D5A9, FREQUENCY: CRYSTAL_HZ, ENABLE_CENTRAL: 0x3F, ENABLE_DEVICES: 0xFFFFFFFF}
AT_RESET[RESET_STATUS] = BY_PIN


class SystemController(Registers):
    """Sets the machine's clock whenever the registers that decide it change."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine, "sysctl")
        self.regs.update(AT_RESET)
        self.on_read = {LOCK: lambda: LOCKED | self.get(LOCK)}
        self.on_write = {PLL0: self._set_clock, SELECT: self._set_clock, SOFT_RESET: self._reset}
        self.on_write[RESET_STATUS] = lambda _: self.regs.update({RESET_STATUS: 0})

    def pll0_hz(self) -> float:
        """The PLL that the processor's clock comes from."""
        return self._pll_hz(PLL0)

    def i2s_hz(self, index: int) -> float:
        """The clock of an I2S controller, from the third PLL."""
        threshold = self.get(I2S_THRESHOLDS + 4 * (index // 2)) >> (16 * (index % 2)) & 0xFFFF
        return self._pll_hz(PLL2) / ((threshold + 1) * 2)

    def _pll_hz(self, register: int) -> float:
        value = self.get(register)
        divider, factor, output = value & 15, value >> 4 & 63, value >> 10 & 15
        return CRYSTAL_HZ / (divider + 1) * (factor + 1) / (output + 1)

    def timer_hz(self, index: int) -> float:
        """The clock of one of the three timer blocks."""
        from_pll = self.get(SELECT) >> (TIMER_SELECT_BIT + index) & 1
        return (self.pll0_hz() if from_pll else CRYSTAL_HZ) / self._divider(TIMER_THRESHOLDS, index)

    def spi_hz(self, index: int) -> float:
        """The clock of an SPI controller, before its own divider."""
        from_crystal = index == 3 and not self.get(SELECT) >> SPI3_SELECT_BIT & 1
        return (CRYSTAL_HZ if from_crystal else self.pll0_hz()) / self._divider(SPI_THRESHOLDS, index)

    def watchdog_hz(self, index: int) -> float:
        """The clock of a watchdog."""
        return CRYSTAL_HZ / self._divider(WATCHDOG_THRESHOLDS, index)

    def apb1_hz(self) -> float:
        """The clock of the camera's port."""
        return self.machine.cpu_freq / ((self.get(SELECT) >> APB1_SHIFT & 7) + 1)

    def _divider(self, thresholds: int, index: int) -> int:
        """Of a register that holds a byte for each of four devices."""
        return ((self.get(thresholds) >> (8 * index) & 0xFF) + 1) * 2

    def _set_clock(self, _value: int) -> None:
        select = self.get(SELECT)
        hz = self.pll0_hz() / (2 << (select >> 1 & 3)) if select & 1 else CRYSTAL_HZ
        self.machine.cpu_freq = max(SLOWEST_HZ, int(hz))

    def _reset(self, value: int) -> None:
        if value & 1:
            self.machine.request_reset(BY_SOFTWARE)
