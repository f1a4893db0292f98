"""The pins: which function each has (FPIOA), the levels from outside, and the GPIO blocks that read and drive them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .registers import WORD, Registers

if TYPE_CHECKING:
    from .machine import Machine

PIN_COUNT = 48
FUNC_GPIOHS0, GPIOHS_COUNT = 24, 32
FUNC_GPIO0, GPIO_COUNT = 56, 8
GPIOHS_IRQ = 34  # of its first pin
HIGH = 1  # what a pin reads that nothing pulls down


class Fpioa(Registers):
    """Which of the chip's functions each pin has."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine, "fpioa")
        self._pins: dict[int, list[int]] | None = None  # by function
        self.changes = 0

    def write(self, offset: int, size: int, value: int) -> None:
        """A new function for a pin."""
        super().write(offset, size, value)
        self._pins = None
        self.changes += 1

    def function(self, pin: int) -> int:
        """The function of a pin."""
        return self.get(4 * pin) & 0xFF

    def pins_of(self, function: int) -> list[int]:
        """The pins with a function."""
        if self._pins is None:
            self._pins = {}
            for pin in range(PIN_COUNT):
                self._pins.setdefault(self.function(pin), []).append(pin)
        return self._pins.get(function, [])


class Pins:
    """Levels that the world outside gives the pins, by pin number."""

    def __init__(self, fpioa: Fpioa, levels: dict[int, int]) -> None:
        self._fpioa, self._levels = fpioa, levels
        self.changes = 0

    def set(self, pin: int, level: int) -> None:
        """Pull a pin up or down."""
        self._levels[pin] = 1 if level else 0
        self.changes += 1

    def level(self, function: int) -> int:
        """The level that a function of the chip reads."""
        for pin in self._fpioa.pins_of(function):
            return self._levels.get(pin, HIGH)
        return HIGH

    @property
    def generation(self) -> tuple[int, int]:
        """It changes whenever a level or a routing does."""
        return self._fpioa.changes, self.changes


class GpioHs(Registers):
    """32 fast GPIOs with interrupts by edge and level."""

    INPUT, IN_ENABLE, OUTPUT = 0x00, 0x08, 0x0C
    RISE, RISEN, FALL, FALLEN, ON_HIGH, IS_HIGH, ON_LOW, IS_LOW = range(0x18, 0x38, 4)  # enabled and pending, in turn

    def __init__(self, machine: Machine, fpioa: Fpioa, pins: Pins) -> None:
        super().__init__(machine, "gpiohs")
        self._fpioa, self._pins = fpioa, pins
        self._last: int | None = None  # inputs
        self._active = 0  # interrupt sources that are raised
        self._outside: tuple[tuple[int, int] | None, int] = (None, 0)  # levels, as they were at that generation
        self.on_read = {self.INPUT: self._inputs}

    def output(self, pin: int) -> int:
        """The level that is driven on a pin."""
        number = self._fpioa.function(pin) - FUNC_GPIOHS0
        return self.get(self.OUTPUT) >> number & 1 if 0 <= number < GPIOHS_COUNT else HIGH

    def poll(self) -> None:
        """A level outside has changed: edges are noticed."""
        new = self._inputs()
        old = new if self._last is None else self._last
        self._last = new
        self.regs[self.RISEN] = self.get(self.RISEN) | new & ~old
        self.regs[self.FALLEN] = self.get(self.FALLEN) | old & ~new
        self._interrupt()

    def write(self, offset: int, size: int, value: int) -> None:
        """Pending bits are cleared by writing ones."""
        if offset in (self.RISEN, self.FALLEN, self.IS_HIGH, self.IS_LOW):
            self.regs[offset] = self.get(offset) & ~value
            self._interrupt()
            return
        super().write(offset, size, value)
        if offset in (self.RISE, self.FALL, self.ON_HIGH, self.ON_LOW, self.IN_ENABLE, self.OUTPUT):
            self._last = self._inputs()
            self._interrupt()

    def _inputs(self) -> int:
        """What the 32 read: their own output where they are no inputs' enabled, else the level outside."""
        if self._outside[0] != self._pins.generation:
            levels = sum(self._pins.level(FUNC_GPIOHS0 + index) << index for index in range(GPIOHS_COUNT))
            self._outside = (self._pins.generation, levels)
        enabled = self.get(self.IN_ENABLE)
        return self.get(self.OUTPUT) & enabled | self._outside[1] & ~enabled

    def _interrupt(self) -> None:
        get = self.get
        if not (get(self.RISE) | get(self.FALL) | get(self.ON_HIGH) | get(self.ON_LOW) | self._active):
            return
        inputs = self._inputs()
        active = get(self.RISE) & get(self.RISEN) | get(self.FALL) & get(self.FALLEN)
        active |= get(self.ON_HIGH) & inputs | get(self.ON_LOW) & ~inputs & WORD
        for index in range(GPIOHS_COUNT):
            if (active ^ self._active) >> index & 1:
                self.machine.plic.set(GPIOHS_IRQ + index, bool(active >> index & 1))
        self._active = active


class Gpio(Registers):
    """8 plain GPIOs."""

    OUTPUT, DIRECTION, INPUT = 0x00, 0x04, 0x50

    def __init__(self, machine: Machine, fpioa: Fpioa, pins: Pins) -> None:
        super().__init__(machine, "gpio")
        self._fpioa, self._pins = fpioa, pins
        self.on_read = {self.INPUT: self._inputs}

    def output(self, pin: int) -> int:
        """The level that is driven on a pin."""
        number = self._fpioa.function(pin) - FUNC_GPIO0
        return self.get(self.OUTPUT) >> number & 1 if 0 <= number < GPIO_COUNT else HIGH

    def _inputs(self) -> int:
        driven = self.get(self.DIRECTION)
        levels = sum(self._pins.level(FUNC_GPIO0 + index) << index for index in range(GPIO_COUNT))
        return self.get(self.OUTPUT) & driven | levels & ~driven
