"""`Emulator`: the board with its console, and what is measured on it."""

import ctypes
from dataclasses import dataclass

import numpy as np

from .clock import Moment
from .console import Console
from .markers import Markers
from .memory import SRAM_BASE, SRAM_BYTES

HEAD = f"import uctypes,gc\n_emu_port=uctypes.bytearray_at({Markers.BASE:#x},4)\n"
FUNCTION = "def _emu_f():\n _emu_p=_emu_port\n gc.collect()\n _emu_p[0]=1\n{} _emu_p[0]=2\n_emu_f()"
BEGIN, END = 1, 2  # marks


@dataclass(frozen=True)
class Count:
    """What a piece of code took, and what it printed."""

    took: Moment
    output: str

    @property
    def instr(self) -> int:
        """Instructions of hart 0, those of waiting loops included."""
        return self.took.instructions


class Emulator(Console):
    """An M5StickV: firmware, flash, panel, camera, buttons, console; instructions are counted exactly."""

    _profile: ctypes.Array[ctypes.c_uint32]
    _mark_cost: Moment | None = None

    def count(self, code: str, setup: str = "", wall: float = 300) -> Count:
        """What `code` takes, run in a function of its own after a collection of garbage.

        The cost of the two marks is measured with an empty body and subtracted.
        """
        if self._mark_cost is None:
            self._mark_cost = self._count("pass", wall).took
        if setup:
            self.exec(setup, wall)
        counted = self._count(code, wall)
        return Count(counted.took - self._mark_cost, counted.output)

    def _count(self, code: str, wall: float) -> Count:
        body = "".join(f" {line}\n" for line in code.strip("\n").split("\n"))
        self.markers.marks.clear()
        output = self.exec(HEAD + FUNCTION.format(body), wall)
        begin, end = ([mark.moment for mark in self.markers.marks if mark.value == value][-1] for value in (BEGIN, END))
        return Count(end - begin, output)

    def profile(self, on: bool = True) -> None:
        """Count hart 0's instructions by block from now on, or no longer."""
        control = self.harts[0].control
        if on:
            self._profile = (ctypes.c_uint32 * (SRAM_BYTES // 2))()
            control.profile = ctypes.addressof(self._profile)
        control.profile_on = int(on)

    def profile_top(self, count: int = 20) -> list[tuple[int, int]]:
        """(address, instructions) of the blocks that took most, the dearest first."""
        spent = np.ctypeslib.as_array(self._profile)
        return [(SRAM_BASE + 2 * int(at), int(spent[at])) for at in np.argsort(spent)[::-1][:count] if spent[at]]
