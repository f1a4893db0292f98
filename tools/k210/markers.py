"""A port that real boards do not have: a program that writes to it leaves a mark with the counters of that moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .clock import Moment

if TYPE_CHECKING:
    from .machine import Machine


@dataclass(frozen=True)
class Mark:
    """What was written, and the counters then."""

    value: int
    moment: Moment


class Markers:
    """`marks` in the order of time."""

    BASE, BYTES = 0x5F000000, 0x1000

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.marks: list[Mark] = []

    def read(self, _offset: int, _size: int) -> int:
        """Nothing is to be read."""
        return 0

    def write(self, _offset: int, _size: int, value: int) -> None:
        """A mark."""
        self.marks.append(Mark(value, self._machine.now()))
