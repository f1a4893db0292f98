"""Does a loop wait? Tells loops that only pass the time from those that work, by their instructions.

A loop is a block of code that branches back to its own start.

- POLL: it stores nothing, and no register goes from one turn to the next. Every turn is the same, so it can only wait
  for a word of memory, or of a device, to change.
- DELAY: it stores nothing, and all that goes from one turn to the next is a counter to which a constant is added. If
  it loads anything, then from a fixed place: a wait that gives up after so many turns, or a look at the clock.
- WORK: all others.
"""

from .riscv import ADD_CONSTANT, BRANCH, COMPUTE, CONSTANT, FROM_PC, LOAD, MOVE, NOTHING, Instruction, decode

UNKNOWN, WORK, DELAY, POLL = range(4)  # as in native.c
HARMLESS = (ADD_CONSTANT, COMPUTE, CONSTANT, FROM_PC, LOAD, MOVE, NOTHING)
WORD_MASK = 2**64 - 1
CLOCK = 0  # the register whose loads are from the page of counters


def kind_of(code: bytes) -> int:
    """The kind of a loop, given the code of its block."""
    *body, last = decode(code)
    if last.kind != BRANCH or any(instruction.kind not in HARMLESS for instruction in body):
        return WORK
    carried = _carried([*body, last])
    loads = [instruction for instruction in body if instruction.kind == LOAD]
    if not carried:
        return DELAY if any(load.sources == (CLOCK,) for load in loads) else POLL
    counters = all(_counts(instruction) for instruction in body if instruction.target in carried)
    return DELAY if counters and not _moving(loads, body, carried) else WORK


def _carried(block: list[Instruction]) -> set[int]:
    """Registers that a turn reads before it writes them, and writes."""
    written: set[int] = set()
    early: set[int] = set()
    for instruction in block:
        early |= set(instruction.sources) - written
        written.add(instruction.target)
    return (early & written) - {0}


def _counts(instruction: Instruction) -> bool:
    return instruction.kind == ADD_CONSTANT and instruction.sources == (instruction.target,)


def _moving(loads: list[Instruction], body: list[Instruction], carried: set[int]) -> bool:
    """Does the address of a load depend on a counter?"""
    tainted = set(carried)
    for instruction in body * 2:  # twice, for what is written after it is read
        if instruction.kind != LOAD and tainted & set(instruction.sources) and instruction.target:
            tainted.add(instruction.target)
    return any(tainted & set(load.sources) for load in loads)


def polled(code: bytes, registers: dict[int, int], place: int) -> list[int] | None:
    """The addresses that a polling loop at `place` reads, given what the registers hold; None if one is not known."""
    known: dict[int, int | None] = {**registers, 0: 0}
    addresses = []
    for instruction in decode(code):
        base = known.get(instruction.sources[0]) if instruction.sources else 0
        total = None if base is None else base + instruction.value & WORD_MASK
        if instruction.kind == LOAD:
            if total is None:
                return None
            addresses.append(total)
        if instruction.target:
            known[instruction.target] = _value(instruction, total, place)
        place += instruction.size
    return addresses


def _value(instruction: Instruction, total: int | None, place: int) -> int | None:
    """What an instruction leaves in its target, if that can be known."""
    if instruction.kind == FROM_PC:
        return place + instruction.value & WORD_MASK
    return total if instruction.kind in (CONSTANT, ADD_CONSTANT, MOVE) else None
