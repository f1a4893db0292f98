"""The machine: exact counts, waits told from work, the virtual clock, interrupts, the second hart."""

import pytest
from k210 import MachineFault, loops
from k210.clock import CYCLES_PER_INSTRUCTION
from k210.memory import SRAM_ALIAS, SRAM_BASE

from tests.k210 import needs_unicorn  # noqa: F401
from tests.k210.machine_programs import (
    A0,
    A1,
    MARKERS,
    MCYCLE,
    MHARTID,
    MIE,
    MRET,
    MSTATUS,
    MTVEC,
    NOP,
    T0,
    T1,
    T2,
    WFI,
    ZERO,
    add,
    addi,
    beq,
    blt,
    bne,
    board,
    csrr,
    csrw,
    jump,
    lw,
    mark,
    program,
    set_register,
    sw,
)

DATA = SRAM_ALIAS + 0x1000
LAST_BLOCK = 5  # instructions of the second mark and of what stands still after it


def between_marks(machine):
    """What passed between two marks. A block is counted when it begins: that of the first mark is not in it."""
    first, second = machine.markers.marks
    return second.moment - first.moment


def test_counts_each_instruction():
    machine = board(mark(1), addi(T0, ZERO, 100), [add(T1, T1, T0), addi(T0, T0, -1), bne(T0, ZERO, -8)], mark(2))
    machine.run(max_instr=1000)
    assert between_marks(machine).instructions == 3 * 99 + LAST_BLOCK


def test_a_loop_that_sums_is_work():
    machine = board(mark(1), addi(T0, ZERO, 100), [add(T1, T1, T0), addi(T0, T0, -1), bne(T0, ZERO, -8)], mark(2))
    machine.run(max_instr=1000)
    assert between_marks(machine).wait == 0


def test_a_loop_that_only_counts_down_is_a_wait():
    machine = board(mark(1), addi(T0, ZERO, 100), [NOP, addi(T0, T0, -1), bne(T0, ZERO, -8)], mark(2))
    machine.run(max_instr=1000)
    took = between_marks(machine)
    assert (took.work, took.wait) == (LAST_BLOCK, 3 * 99)
    assert took.cycles == took.instructions * CYCLES_PER_INSTRUCTION


def test_short_loops_are_work():
    machine = board(mark(1), addi(T0, ZERO, 10), [NOP, addi(T0, T0, -1), bne(T0, ZERO, -8)], mark(2))
    machine.run(max_instr=1000)
    assert between_marks(machine).wait == 0


def test_what_lies_between_two_runs_of_a_wait_is_a_wait():
    inner = [addi(T0, ZERO, 30), NOP, addi(T0, T0, -1), bne(T0, ZERO, -8)]
    machine = board(mark(1), addi(T1, ZERO, 10), [*inner, addi(T1, T1, -1), bne(T1, ZERO, -20)], mark(2))
    machine.run(max_instr=2000)
    took = between_marks(machine)
    assert took.instructions == 9 * (1 + 3 * 30 + 2) + 3 * 29 + 2 + LAST_BLOCK
    assert took.work < 20


def test_a_poll_of_memory_lets_the_clock_skip_to_the_next_event():
    machine = board(mark(1), set_register(A0, DATA), [lw(T0, A0), beq(T0, ZERO, -4)], mark(2))
    machine.at(5_000_000, lambda: machine.write(DATA, b"\1\0\0\0"))
    assert machine.run(max_instr=1000) == "budget"
    assert between_marks(machine).instructions < 100
    assert 5_000_000 <= machine.markers.marks[1].moment.cycles < 5_000_200


@pytest.mark.parametrize("millicycles", [1000, 1400, 2700])
def test_time_passes_by_the_cycles_of_an_instruction(millicycles):
    machine, times = board(addi(T0, ZERO, 1), cycles_per_instruction=millicycles / 1000), []
    for delay in range(1, 60):
        machine.at(delay, lambda: times.append(machine.cycles))
    machine.run(max_instr=10_000)
    assert machine.cycles == machine.icount * millicycles // 1000
    assert len(times) == 59


def test_events_come_in_the_order_of_time():
    machine, order = board(), []
    for delay in (300, 100, 200):
        machine.at(delay, lambda delay=delay: order.append((delay, machine.cycles)))
    machine.run(max_instr=500)
    assert [delay for delay, _ in order] == [100, 200, 300]
    assert all(delay <= cycle < delay + 10 for delay, cycle in order)


def test_a_loop_that_watches_the_cycle_counter_sleeps():
    until = [csrr(T0, MCYCLE), *set_register(T2, 40_000_000), add(T2, T2, T0)]
    machine = board(mark(1), until, [csrr(T1, MCYCLE), NOP, blt(T1, T2, -8)], mark(2))
    machine.run(max_instr=100_000)
    took = between_marks(machine)
    assert 40_000_000 <= took.cycles < 41_300_000
    assert took.instructions < 2000
    assert took.work < 60


def test_a_timer_interrupt_wakes_a_hart_that_sleeps():
    handler, compare = SRAM_ALIAS + 0x200, 0x02004000
    machine = board(
        [*set_register(T0, handler), csrw(MTVEC, T0)],
        [*set_register(A0, compare), addi(A1, ZERO, 1000), sw(A1, A0), sw(ZERO, A0, 4)],
        [addi(T1, ZERO, 0x80), csrw(MIE, T1), addi(T1, ZERO, 8), csrw(MSTATUS, T1), WFI],
    )
    machine.write(handler, program(mark(7), [addi(A1, ZERO, -1), sw(A1, A0, 4)], MRET))
    machine.run(max_instr=200)
    (mark_,) = machine.markers.marks
    assert mark_.value == 7
    assert 1000 * 50 <= mark_.moment.cycles < 1001 * 50 + 200
    assert mark_.moment.instructions < 50
    assert machine.stats["irq7"] == 1


def test_nothing_can_happen_any_more():
    machine = board(WFI)
    assert machine.run(wall=5) == "halted"


def test_a_wild_jump_is_a_fault_that_shows_the_registers():
    machine = board(addi(T0, ZERO, 7), 0x00000067 | T0 << 15)  # jalr zero, t0
    with pytest.raises(MachineFault, match="t0=0x7"):
        machine.run(max_instr=100)


def test_the_second_hart_is_parked_while_it_polls():
    second = [*set_register(A0, DATA), lw(T0, A0), beq(T0, ZERO, -4)]
    machine = board(set_register(T1, 12345))
    machine.write(SRAM_BASE + 0x300, program(second, mark(5)))
    machine.harts[1].pc = SRAM_BASE + 0x300
    machine.start_second_hart()
    machine.run(max_instr=20_000)
    count = machine.harts[1].control.icount
    machine.run(max_instr=100_000)
    assert machine.harts[1].control.icount == count, "parked"
    machine.write(DATA, b"\1\0\0\0")
    machine.run(max_instr=20_000)
    assert [mark_.value for mark_ in machine.markers.marks] == [5]


def test_each_hart_knows_its_number():
    tell = [*set_register(A0, MARKERS), csrr(T0, MHARTID), sw(T0, A0)]
    machine = board(tell)
    machine.harts[1].pc = SRAM_BASE
    machine.start_second_hart()
    machine.run(max_instr=5_000)
    assert [mark_.value for mark_ in machine.markers.marks] == [0, 1]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (loops.POLL, [lw(T0, A0), beq(T0, ZERO, -4)]),
        (loops.DELAY, [NOP, addi(T0, T0, -1), bne(T0, ZERO, -8)]),
        (loops.DELAY, [lw(T1, A0), addi(T0, T0, -1), bne(T0, T1, -8)]),
        (loops.DELAY, [lw(T1, ZERO, 0x100), bne(T0, T1, -4)]),
        (loops.WORK, [lw(T1, A0), addi(A0, A0, 4), bne(A0, A1, -8)]),
        (loops.WORK, [sw(T1, A0), addi(T0, T0, -1), bne(T0, ZERO, -8)]),
        (loops.WORK, [add(T1, T1, T0), addi(T0, T0, -1), bne(T0, ZERO, -8)]),
        (loops.WORK, [addi(T0, T0, -1), jump(-4)]),
    ],
)
def test_kinds_of_loops(kind, words):
    assert loops.kind_of(program(words)[: 4 * len(words)]) == kind
