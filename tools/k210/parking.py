"""Parks the second hart while it polls one word of memory, which is what it does nearly always."""

import ctypes

from .hart import NAMES, Hart
from .memory import SRAM_BASE, Memory

LOOP_BYTES, READ_BYTES = 24, 32
SETTLE_STEPS, STEP = 4, 7  # instructions it runs on to prove that it really turns round
LOAD, STORE, ATOMIC, BRANCH, JUMP = 0x03, 0x23, 0x2F, 0x63, 0x6F  # opcodes
WORD_MASK = 2**64 - 1


class Parking:
    """`spot` for the second hart; the first one's hook watches the word and stops when it changes."""

    def __init__(self, watcher: Hart, sleeper: Hart, memory: Memory) -> None:
        self._watcher, self._sleeper, self._memory = watcher, sleeper, memory
        self.taken = False

    def leave(self) -> bool:
        """Free the spot if the word has changed or an interrupt is pending; whether the hart may run."""
        control = self._watcher.control
        if self.taken:
            same = ctypes.c_uint32.from_address(control.watch or 0).value == control.watch_val
            if same and not self._sleeper.control.mip:
                return False
            self.taken = False
            control.watch = None
        return True

    def enter(self) -> None:
        """Park the hart if it sits in a short loop that only reads one word."""
        address = self._polled()
        if address is None or not self._memory.holds(address):
            return
        place = self._memory.address + self._memory.offset(address)
        word = ctypes.c_uint32.from_address(place)
        value, places = word.value, set()
        for _ in range(SETTLE_STEPS):
            self._sleeper.run(self._sleeper.control.icount + STEP)
            places.add(self._sleeper.pc)
        if max(places) - min(places) > READ_BYTES or self._polled() is None or word.value != value:
            return
        self._watcher.control.watch_val = value
        self._watcher.control.watch = place
        self.taken = True

    def _polled(self) -> int | None:
        """The address that the only load of the loop around the hart's pc reads; None when it is no such loop."""
        pc = self._sleeper.pc
        if not self._memory.holds(pc):
            return None
        code = self._memory.read(max(SRAM_BASE, pc), READ_BYTES)
        at, found = 0, None
        while at < LOOP_BYTES:
            half = int.from_bytes(code[at : at + 2], "little")
            if half & 3 == 3:
                word = int.from_bytes(code[at : at + 4], "little")
                opcode = word & 0x7F
                if opcode == LOAD:
                    found = self._sum(word >> 15 & 31, (word >> 20) - (0x1000 if word >> 31 else 0))
                elif opcode in (STORE, ATOMIC):
                    return None
                elif opcode in (BRANCH, JUMP):
                    break
                at += 4
            else:
                function, quadrant = half >> 13, half & 3
                if quadrant == 0 and function in (2, 3):
                    found = self._sum(8 + (half >> 7 & 7), _short_offset(half))
                elif quadrant == 0 and function in (6, 7):
                    return None
                elif quadrant == 1 and function in (5, 6, 7):
                    break
                at += 2
        return found

    def _sum(self, register: int, offset: int) -> int:
        base = self._sleeper.reg(NAMES[register]) if register else 0
        return base + offset & WORD_MASK


def _short_offset(half: int) -> int:
    """The offset of a compressed load, c.lw or c.ld."""
    offset = (half >> 10 & 7) << 3
    if half >> 13 == 2:
        return offset | (half >> 6 & 1) << 2 | (half >> 5 & 1) << 6
    return offset | (half >> 5 & 3) << 6
