"""Blocks of device registers that remember what was written; subclasses say which registers do more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .machine import Machine

WORD = 0xFFFFFFFF
REMARKS = 200  # of one stub


class Registers:
    """32-bit registers by offset. `on_read` and `on_write` give those that do more than remember their functions."""

    def __init__(self, machine: Machine, name: str) -> None:
        self.machine, self.name = machine, name
        self.regs: dict[int, int] = {}
        self.on_read: dict[int, Callable[[], int]] = {}
        self.on_write: dict[int, Callable[[int], object]] = {}

    def get(self, offset: int) -> int:
        """What was last written to a register."""
        return self.regs.get(offset, 0)

    def read(self, offset: int, size: int) -> int:
        """A read of 1, 2, 4 or 8 bytes; bits beyond them are the caller's to drop."""
        place = offset & ~3
        value = self._read(place)
        if size == 8:
            return value | self._read(place + 4) << 32
        return value >> (8 * (offset & 3)) if size < 4 else value

    def _read(self, place: int) -> int:
        action = self.on_read.get(place)
        return action() if action else self.regs.get(place, 0)

    def write(self, offset: int, size: int, value: int) -> None:
        """A write of 1, 2, 4 or 8 bytes."""
        if size == 8:
            self.write(offset, 4, value & WORD)
            self.write(offset + 4, 4, value >> 32)
            return
        place = offset & ~3
        if size < 4:
            shift = 8 * (offset & 3)
            mask = ((1 << (8 * size)) - 1) << shift
            value = self.regs.get(place, 0) & ~mask | value << shift & mask
        self.regs[place] = value
        self._written(place, value)

    def _written(self, place: int, value: int) -> None:
        action = self.on_write.get(place)
        if action:
            action(value)


class Stub(Registers):
    """A device that is not modelled: it remembers what was written, and each first access is remarked."""

    def __init__(self, machine: Machine, name: str) -> None:
        super().__init__(machine, name)
        self._seen: set[tuple[str, int]] = set()

    def read(self, offset: int, size: int) -> int:
        """What was written last."""
        self._remark("read", offset)
        return super().read(offset, size)

    def write(self, offset: int, size: int, value: int) -> None:
        """Remembered, and nothing happens."""
        self._remark("write", offset)
        super().write(offset, size, value)

    def _remark(self, access: str, offset: int) -> None:
        if (access, offset) not in self._seen and len(self._seen) < REMARKS:
            self._seen.add((access, offset))
            self.machine.log(f"{self.name} is not modelled: {access} at offset {offset:#x}")
