"""Decodes as much of a RISC-V instruction as shows what a short loop does: which registers it reads and writes."""

from collections.abc import Iterator
from dataclasses import dataclass

LOAD, STORE, BRANCH, JUMP, MOVE, OTHER = "load", "store", "branch", "jump", "move", "other"
CONSTANT, FROM_PC, ADD_CONSTANT, COMPUTE, NOTHING = "constant", "from pc", "add constant", "compute", "nothing"
LINK, STACK = 1, 2  # registers


@dataclass(frozen=True)
class Instruction:
    """`target` is the register it writes (0: none), `sources` those it reads.

    `value` is the constant that it sets or adds; for a load, what is added to the source to give the address.
    """

    kind: str
    size: int
    target: int = 0
    sources: tuple[int, ...] = ()
    value: int = 0


def decode(code: bytes) -> Iterator[Instruction]:
    """The instructions of a piece of code; integer and memory instructions of RV64GC, the rest as OTHER."""
    at = 0
    while at + 2 <= len(code):
        half = int.from_bytes(code[at : at + 2], "little")
        if half & 3 == 3:
            instruction = _long(int.from_bytes(code[at : at + 4], "little"))
        else:
            instruction = _SHORT[half & 3](half, half >> 13)
        yield instruction
        at += instruction.size


def _signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) & 1 else value


def _long(word: int) -> Instruction:
    opcode, target, first, second = word & 0x7F, word >> 7 & 31, word >> 15 & 31, word >> 20 & 31
    immediate = _signed(word >> 20, 12)
    match opcode:
        case 0x03:
            return Instruction(LOAD, 4, target, (first,), immediate)
        case 0x13 | 0x1B:
            kind = ADD_CONSTANT if word >> 12 & 7 == 0 else COMPUTE
            return Instruction(kind, 4, target, (first,), immediate)
        case 0x33 | 0x3B:
            return Instruction(COMPUTE, 4, target, (first, second))
        case 0x37 | 0x17:
            return Instruction(CONSTANT if opcode == 0x37 else FROM_PC, 4, target, (), _signed(word & 0xFFFFF000, 32))
        case 0x63:
            return Instruction(BRANCH, 4, 0, (first, second))
        case 0x23:
            return Instruction(STORE, 4, 0, (first, second))
        case 0x0F:
            return Instruction(NOTHING, 4)
        case 0x6F | 0x67:
            return Instruction(JUMP, 4, target, (first,) if opcode == 0x67 else ())
    return Instruction(OTHER, 4)


def _quadrant_0(half: int, function: int) -> Instruction:
    target, first = 8 + (half >> 2 & 7), 8 + (half >> 7 & 7)
    if function == 0:
        return Instruction(COMPUTE, 2, target, (STACK,))
    offset = (half >> 10 & 7) << 3
    if function == 2:
        return Instruction(LOAD, 2, target, (first,), offset & 0x38 | (half >> 6 & 1) << 2 | (half >> 5 & 1) << 6)
    if function == 3:
        return Instruction(LOAD, 2, target, (first,), offset | (half >> 5 & 3) << 6)
    return Instruction(STORE if function >= 5 else OTHER, 2)


def _quadrant_1(half: int, function: int) -> Instruction:
    register, small = half >> 7 & 31, _signed(half >> 12 << 5 & 0x20 | half >> 2 & 31, 6)
    short = 8 + (half >> 7 & 7)
    if function in (0, 1):
        return Instruction(ADD_CONSTANT, 2, register, (register,), small) if register else Instruction(NOTHING, 2)
    if function == 2:
        return Instruction(CONSTANT, 2, register, (), small)
    if function == 3 and register == STACK:
        return Instruction(COMPUTE, 2, STACK, (STACK,))
    if function == 3:
        return Instruction(CONSTANT, 2, register, (), small << 12)
    if function == 4:
        sources = (short, 8 + (half >> 2 & 7)) if half >> 10 & 3 == 3 else (short,)
        return Instruction(COMPUTE, 2, short, sources)
    return Instruction(JUMP, 2) if function == 5 else Instruction(BRANCH, 2, 0, (short,))


def _quadrant_2(half: int, function: int) -> Instruction:
    register, second = half >> 7 & 31, half >> 2 & 31
    if function == 0:
        return Instruction(COMPUTE, 2, register, (register,))
    if function in (2, 3):
        return Instruction(LOAD, 2, register, (STACK,))
    if function == 4 and second:
        if half >> 12 & 1:
            return Instruction(COMPUTE, 2, register, (register, second))
        return Instruction(MOVE, 2, register, (second,))
    if function == 4:
        return Instruction(JUMP, 2, LINK if half >> 12 & 1 else 0, (register,))
    return Instruction(STORE if function >= 5 else OTHER, 2)


_SHORT = (_quadrant_0, _quadrant_1, _quadrant_2)
