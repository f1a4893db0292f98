"""What the virtual clock reckons with: every assumption about time, where it comes from and how sure it is.

Instructions are counted exactly. Milliseconds are reckoned: from the instructions by CYCLES_PER_INSTRUCTION, and from
what the devices need by the constants below. No board has been measured for this project.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .machine import Machine

# The weakest of all. Two hints: a loop of MicroPython that a K210 board ran at 333 turns a ms (an issue of 2019 in
# loboris/MicroPython_K210_LoBo, another build) takes 437 to 456 instructions here, which makes 2.6; a comment in
# MaixPy's camera code gives 1.7 ms for a loop of 250 or 500 thousand instructions, which makes 2.7 or 1.4. The middle
# of that range, as a ratio.
CYCLES_PER_INSTRUCTION = 2.0
CYCLES_PER_INSTRUCTION_RANGE = (1.4, 2.7)

# Of the flash chip: typical times of the data sheet of the W25Q128JV; the worst are 400 ms, 1.6 s, 2 s, 200 s and 3 ms.
# Which chip a board carries differs (MaixPy asks for its identity); others of that size are as fast.
ERASE_US = {4096: 45_000, 32768: 120_000, 65536: 150_000, 1 << 24: 40_000_000}
PROGRAM_US = 500  # a page of 256 bytes: 0.4 to 0.7 ms in the editions of the data sheet

# Of the console: MaixPy's 115,200 baud with a start and a stop bit come out of the UART's own divisor (sure).
CONSOLE_BITS = 10

# Of the panel, the flash chip's data and the memory card: the lines and the clock that the firmware sets in the SPI
# controller (sure; for the panel 41.6 MHz on one line: 11.6 ms for the 60,480 bytes of the app's picture). Only blocks
# by DMA take time.

# Of the camera: a frame is HTS x VTS ticks of the sensor's clock, from its registers (MaixPy's own table writes them);
# at most 58 frames a second with XCLK at 23.1 MHz. Two of the numbers are the data sheet's reset values, which MaixPy
# does not write. Likely, but on a board the frame time may be longer: exposure can add lines.
CAMERA_RESET = {0x11: 0x01, 0x29: 0x17, 0x2A: 0x03, 0x2B: 0xF8, 0x2C: 0x01}


@dataclass(frozen=True)
class Moment:
    """The counters at some moment, or what passed between two: exact instructions and reckoned cycles.

    `work` and `wait` are the instructions of hart 0, `wait` those in waiting loops; `cycles` are all cycles of the
    virtual clock, those included that passed while the hart slept or was let skip a wait.
    """

    work: int
    wait: int
    cycles: int

    @property
    def instructions(self) -> int:
        """All of them."""
        return self.work + self.wait

    def __sub__(self, earlier: Moment) -> Moment:
        return Moment(self.work - earlier.work, self.wait - earlier.wait, self.cycles - earlier.cycles)

    def __add__(self, other: Moment) -> Moment:
        return Moment(self.work + other.work, self.wait + other.wait, self.cycles + other.cycles)


class Busy:
    """A device that needs some time for what it was told to do."""

    GAP = 20_000  # instructions between two looks of a program that does nothing but wait for the device

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._until = 0

    def start(self, microseconds: float) -> None:
        """It is busy from now on."""
        delay = self._machine.us(microseconds)
        self._until = self._machine.cycles + delay
        self._machine.at(delay, lambda: None)  # a wait may skip to here

    def look(self) -> bool:
        """Is it busy? A program asks."""
        if self._machine.cycles >= self._until:
            return False
        self._machine.poll(self.GAP)
        return True
