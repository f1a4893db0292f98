"""Small programs for the emulator, and just enough of an assembler to write them."""

import struct

from k210.console import Console

ZERO, RA, SP, T0, T1, T2, A0, A1, A2, A3 = 0, 1, 2, 5, 6, 7, 10, 11, 12, 13
MSTATUS, MIE, MTVEC, MCYCLE, MHARTID = 0x300, 0x304, 0x305, 0xB00, 0xF14
MARKERS = 0x5F000000
NOP, WFI, MRET = 0x00000013, 0x10500073, 0x30200073


def addi(target: int, source: int, value: int) -> int:
    return (value & 0xFFF) << 20 | source << 15 | target << 7 | 0x13


def add(target: int, first: int, second: int) -> int:
    return second << 20 | first << 15 | target << 7 | 0x33


def lui(target: int, value: int) -> int:
    """The upper 20 bits of a 32-bit value."""
    return value & 0xFFFFF000 | target << 7 | 0x37


def lw(target: int, base: int, offset: int = 0) -> int:
    return (offset & 0xFFF) << 20 | base << 15 | 2 << 12 | target << 7 | 0x03


def sw(source: int, base: int, offset: int = 0) -> int:
    return (offset & 0xFE0) << 20 | source << 20 | base << 15 | 2 << 12 | (offset & 31) << 7 | 0x23


def bne(first: int, second: int, offset: int) -> int:
    offset &= 0x1FFF
    low = (offset >> 11 & 1) | (offset >> 1 & 15) << 1
    high = (offset >> 5 & 63) | (offset >> 12) << 6
    return high << 25 | second << 20 | first << 15 | 1 << 12 | low << 7 | 0x63


def beq(first: int, second: int, offset: int) -> int:
    return bne(first, second, offset) & ~(7 << 12)


def blt(first: int, second: int, offset: int) -> int:
    return bne(first, second, offset) & ~(7 << 12) | 4 << 12


def jump(offset: int) -> int:
    offset &= 0x1FFFFF
    bits = offset >> 20 << 31 | (offset >> 1 & 0x3FF) << 21 | (offset >> 11 & 1) << 20 | (offset >> 12 & 0xFF) << 12
    return bits | 0x6F


def csrw(csr: int, source: int) -> int:
    return csr << 20 | source << 15 | 1 << 12 | 0x73


def csrr(target: int, csr: int) -> int:
    return csr << 20 | 2 << 12 | target << 7 | 0x73


def set_register(target: int, value: int) -> list[int]:
    """Two instructions that load a 31-bit value."""
    return [lui(target, value + 0x800), addi(target, target, value)]


def mark(value: int) -> list[int]:
    """Writes to the markers' port, which takes instructions of its own."""
    return [*set_register(A2, MARKERS), addi(A3, ZERO, value), sw(A3, A2)]


def program(*parts: int | list[int]) -> bytes:
    """The instructions as code; afterwards it stands still."""
    words: list[int] = []
    for part in parts:
        words += part if isinstance(part, list) else [part]
    return struct.pack(f"<{len(words) + 1}I", *words, jump(0))


def board(*parts: int | list[int], **options: object) -> Console:
    """A board whose firmware is this program."""
    return Console(program(*parts), **options)  # type: ignore[arg-type]
