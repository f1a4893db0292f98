"""The machine without its devices: two harts, memory, the virtual clock with its events, and the run loop."""

import ctypes
import heapq
import time
from collections import Counter
from collections.abc import Callable
from typing import Protocol

from . import counters, loops, native
from .clock import CYCLES_PER_INSTRUCTION, Moment
from .counters import CounterPage
from .hart import NEVER, Hart
from .interrupts import Clint, Plic
from .memory import OFFSET_MASK, SRAM_BYTES, Memory
from .parking import Parking

Action = Callable[[], object]
RESET_HZ = 400_000_000  # until the firmware sets its clock
TICK_CYCLES = 50  # cycles of the processor to one of mtime
SLICE = 5_000_000  # instructions of hart 0 between two looks at the host's clock
TURN = 2000  # instructions of each hart while both run
LOG_LINES = 2000
PAGE_BYTES = 4096


class Device(Protocol):
    """A block of registers."""

    def read(self, offset: int, size: int) -> int: ...

    def write(self, offset: int, size: int, value: int) -> None: ...


class Machine:
    """`icount` instructions of hart 0 and `cycles` of the virtual clock since the last reset; `at` for events.

    `cycles_per_instruction` is the clock's one assumption about the processor (clock.py).
    """

    def __init__(self, verbose: bool = False, cycles_per_instruction: float = CYCLES_PER_INSTRUCTION) -> None:
        self.verbose = verbose
        self._millicycles = round(1000 * cycles_per_instruction)  # a whole number, so that no cycle is lost
        self.logs: list[str] = []
        self.memory = Memory()
        self.ram = self.memory.array
        self.count_table = (ctypes.c_uint16 * SRAM_BYTES)()  # size and count of instructions, of each block
        self._kinds = (ctypes.c_uint8 * (SRAM_BYTES // 2))()  # of loops, by the block
        self.power_up()

    def power_up(self) -> None:
        """Fresh harts and interrupt controllers, no devices, no events. SRAM keeps what it holds."""
        self.stats: Counter[str] = Counter()  # interrupts taken
        self.warp = 0  # cycles that passed without instructions: asleep, or a wait that was skipped
        self.cpu_freq = RESET_HZ
        self.stop_request = self.reset_requested = False
        self.reset_cause = 0  # what the system controller says of a reset that was asked for
        self._events: list[tuple[int, int, Action]] = []
        self._event_number = 0
        ctypes.memset(self.count_table, 0, ctypes.sizeof(self.count_table))
        ctypes.memset(self._kinds, loops.UNKNOWN, ctypes.sizeof(self._kinds))
        kinds = (self._kinds, None)  # the second hart is parked while it waits
        self.harts = [Hart(index, self.memory, self.count_table, kinds[index], self.log) for index in range(2)]
        self._parking = Parking(self.harts[0], self.harts[1], self.memory)
        self._regions: list[tuple[range, Device]] = []
        self._sleep_spot: tuple[int, ...] | None = None
        self._sleep_cycles = 0
        self._sleep_from = self._poll_from = self.now()
        for hart in self.harts:
            self._map_counters(hart)
        self.plic = Plic([hart.control for hart in self.harts])
        self.clint = Clint(self)
        self.add_device(Clint.BASE, Clint.BYTES, self.clint)
        self.add_device(Plic.BASE, Plic.BYTES, self.plic)

    def log(self, text: str) -> None:
        """A remark on something odd: kept in `logs`, printed too when verbose."""
        if len(self.logs) < LOG_LINES:
            self.logs.append(text)
            if self.verbose:
                print("[k210]", text, flush=True)

    # -- time and events -------------------------------------------------------------------------------------------

    @property
    def icount(self) -> int:
        """Instructions that hart 0 has retired since the last reset."""
        return self.harts[0].control.icount

    @property
    def cycles(self) -> int:
        """The virtual clock, in cycles of the processor since the last reset."""
        return self.cycles_of(self.harts[0].control.icount) + self.warp

    @property
    def cycles_per_instruction(self) -> float:
        """What the clock reckons with."""
        return self._millicycles / 1000

    def cycles_of(self, instructions: int) -> int:
        """Cycles that so many instructions take."""
        return instructions * self._millicycles // 1000

    def now(self) -> Moment:
        """All counters."""
        control = self.harts[0].control
        return Moment(control.icount - control.waited, control.waited, self.cycles)

    def at(self, delay: float, action: Action) -> None:
        """Call the action so many cycles from now."""
        when = self.cycles + max(1, int(delay))
        self._event_number += 1
        heapq.heappush(self._events, (when, self._event_number, action))
        control = self.harts[0].control
        control.limit = min(control.limit, self._icount_at(when))

    def _icount_at(self, cycle: int) -> int:
        """The count of instructions at which the clock gets there, if nothing is skipped."""
        return -((self.warp - cycle) * 1000 // self._millicycles)

    def _skip_to_event(self) -> None:
        """Let the time until the next event pass at once."""
        if self._events:
            self.warp += max(0, self._events[0][0] - self.cycles)
            self.harts[0].control.limit = 0

    def us(self, microseconds: float) -> int:
        """Cycles of so many microseconds."""
        return int(microseconds * self.cpu_freq / 1e6)

    def kick(self) -> None:
        """Stop the running slice at the next block, so that the loop looks at the new state."""
        for hart in self.harts:
            hart.control.limit = 0

    def stop(self) -> None:
        """Let `run` return as soon as possible."""
        self.stop_request = True
        self.kick()

    def request_reset(self, cause: int) -> None:
        """A device asks for a reset: `run` returns, and whoever called it carries the reset out."""
        self.log(f"reset requested, cause {cause}")
        self.reset_requested, self.reset_cause = True, cause
        self.stop()

    # -- memory and devices ----------------------------------------------------------------------------------------

    def is_ram(self, address: int) -> bool:
        """Is it an address of SRAM?"""
        return self.memory.holds(address)

    def read(self, address: int, size: int) -> bytes:
        """Bytes of SRAM."""
        return self.memory.read(address, size)

    def write(self, address: int, data: bytes | bytearray | memoryview) -> None:
        """Puts bytes into SRAM."""
        self.memory.write(address, data)

    def add_device(self, base: int, size: int, device: Device) -> None:
        """Map a device's registers into both harts."""
        self._regions.append((range(base, base + size), device))

        def read(_uc: object, offset: int, size: int, _data: object) -> int:
            return device.read(offset, size) & ((1 << (8 * size)) - 1)

        def write(_uc: object, offset: int, size: int, value: int, _data: object) -> None:
            device.write(offset, size, value)

        for hart in self.harts:
            hart.map_device(base, -(-size // PAGE_BYTES) * PAGE_BYTES, read, write)

    def find_device(self, address: int) -> tuple[Device | None, int]:
        """The device at an address and the offset in it."""
        for region, device in self._regions:
            if address in region:
                return device, address - region.start
        return None, 0

    # -- counters --------------------------------------------------------------------------------------------------

    def _map_counters(self, hart: Hart) -> None:
        values: dict[int, Callable[[], int]] = {
            counters.CYCLE: lambda: self._read_cycles(hart),
            counters.INSTRET: lambda: hart.control.icount,
            counters.TIME: lambda: self.cycles // TICK_CYCLES,
            counters.PENDING: lambda: hart.control.mip,
            counters.HART: lambda: hart.index,
        }
        page = CounterPage(values, self.log)
        hart.map_device(counters.PAGE, counters.PAGE_BYTES, page.read, page.write)

    SLEEP_GAP = 1400  # instructions between two reads of a delay loop, at most
    SLEEP_SHARE = 32  # the clock jumps by this fraction of the time slept so far

    def _read_cycles(self, hart: Hart) -> int:
        """The cycle counter. A loop that does nothing but read it moves the clock forward instead of spinning."""
        if hart.index == 0:
            before, self._sleep_from = self._sleep_from, self.now()
            passed = self._sleep_from - before
            if passed.instructions < self.SLEEP_GAP:
                spot = (hart.reg("sp"), hart.reg("ra"), hart.reg("pc"))
                if spot == self._sleep_spot:
                    self._sleep_on(passed)
                else:
                    self._sleep_spot, self._sleep_cycles = spot, passed.instructions
        return self.cycles

    def _sleep_on(self, passed: Moment) -> None:
        self._count_as_wait(passed)
        self._sleep_cycles += self.cycles_of(passed.instructions)
        skip = self._sleep_cycles // self.SLEEP_SHARE
        if self._events:
            skip = min(skip, max(0, self._events[0][0] - self.cycles))
        self.warp += skip
        self._sleep_cycles += skip
        if self._events:
            control = self.harts[0].control
            control.limit = min(control.limit, self._icount_at(self._events[0][0]))

    # -- waits -----------------------------------------------------------------------------------------------------

    def poll(self, gap: int) -> None:
        """A program looks at a busy device. If it did so before, at most `gap` instructions ago, it waits for it."""
        before, self._poll_from = self._poll_from, self.now()
        passed = self._poll_from - before
        if passed.instructions <= gap:
            self._count_as_wait(passed)
            self._skip_to_event()

    def _count_as_wait(self, passed: Moment) -> None:
        """What was taken for work turns out to have been a wait."""
        self.harts[0].control.waited += max(0, passed.work)

    def _look_at_loop(self) -> None:
        """Hart 0 stopped at a loop: classify it, or let it wait."""
        hart = self.harts[0]
        place = hart.control.loop
        code = self.read(place, self.count_table[(place & OFFSET_MASK) // 2 * 2])
        if hart.control.reason == native.LOOP:
            self._kinds[(place & OFFSET_MASK) // 2] = loops.kind_of(code)
            return
        addresses = loops.polled(code, hart.registers(), place)
        if addresses is not None and all(self.is_ram(address) for address in addresses):
            self._skip_to_event()

    # -- the run loop ----------------------------------------------------------------------------------------------

    def run(self, max_instr: int | None = None, wall: float | None = None) -> str:
        """Run until stopped ("stop"), for so many instructions ("budget"), for so many seconds of the host ("timeout"),
        or until nothing can happen any more ("halted"); returns which.
        """
        end = NEVER if max_instr is None else self.icount + max_instr
        deadline = None if wall is None else time.monotonic() + wall
        self.stop_request = False
        while True:
            while self._events and self._events[0][0] <= self.cycles:
                heapq.heappop(self._events)[2]()
            if self.stop_request:
                return "stop"
            if self.icount >= end:
                return "budget"
            if deadline is not None and time.monotonic() >= deadline:
                return "timeout"
            if not self._run_slice(end):
                return "halted"

    def _run_slice(self, end: int) -> bool:
        """Run both harts for a while; False when neither ever will again."""
        first, second = self.harts
        both = second.started and not self._parking.taken and not second.wfi
        number = first.take_interrupt()
        if number:
            self.stats[f"irq{number}"] += 1
        if not first.wfi:
            first.run(self._limit(end, TURN if both else SLICE))
            if first.control.reason == native.LOOP or (first.control.reason == native.IDLE and not both):
                self._look_at_loop()
        elif self._events:
            self._skip_to_event()
            if not both:
                return True
        elif not both:
            return False
        if second.started:
            self._run_second()
        return True

    def _limit(self, end: int, slice_length: int) -> int:
        limit = min(end, self.icount + slice_length)
        return min(limit, self._icount_at(self._events[0][0])) if self._events else limit

    def _run_second(self) -> None:
        if not self._parking.leave():
            return
        second = self.harts[1]
        number = second.take_interrupt()
        if number:
            self.stats[f"irq{number}"] += 1
        if second.wfi:
            return
        second.run(second.control.icount + TURN)
        self._parking.enter()

    def start_second_hart(self) -> None:
        """The first one calls it by an interrupt."""
        self.harts[1].started = True
        self.log("hart 1 started")
