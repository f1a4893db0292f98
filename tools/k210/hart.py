"""One RISC-V hart: a Unicorn instance that shares the machine's SRAM, its traps and interrupts."""

import contextlib
import ctypes
import functools
from collections.abc import Callable
from typing import Any, Protocol

from unicorn import (
    UC_ARCH_RISCV,
    UC_HOOK_BLOCK,
    UC_HOOK_INTR,
    UC_HOOK_MEM_UNMAPPED,
    UC_MODE_RISCV64,
    UC_PROT_ALL,
    Uc,
    UcError,
)
from unicorn import riscv_const as riscv
from unicorn.unicorn_py3.unicorn import uclib

from . import native
from .errors import MachineFault
from .memory import SRAM_ALIAS, SRAM_BASE, SRAM_BYTES, Memory

NEVER = 1 << 62
LAST_ADDRESS = 0xFFFFFFFFFFFFFFFE  # where no run ends
BREAKPOINT, USER_CALL, MACHINE_CALL = 3, 8, 11  # causes of exceptions
CALLS = (USER_CALL, 9, 10, MACHINE_CALL)
ECALL, SHORT_EBREAK = b"\x73\0\0\0", b"\x02\x90"
BY_PRIORITY = (11, 3, 7)  # interrupts: external, software, timer
INTERRUPT = 1 << 63
ENABLED, WAS_ENABLED, FROM_MACHINE = 1 << 3, 1 << 7, 3 << 11  # bits of mstatus
NAMES = (
    "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6".split()
)  # of the integer registers, by number
CSRS = "mstatus mie mepc mcause mtvec".split()


class Log(Protocol):
    """Where remarks go."""

    def __call__(self, text: str) -> None: ...


class Hart:
    """Runs until told to stop. `control.icount` are the instructions it has retired."""

    def __init__(self, index: int, memory: Memory, counts: Any, kinds: Any, log: Log) -> None:
        self.index, self.started = index, index == 0
        self.pc = SRAM_BASE
        self.wfi = False  # it waits for an interrupt
        self._memory, self._log = memory, log
        self._exception: int | None = None
        self.uc = Uc(UC_ARCH_RISCV, UC_MODE_RISCV64)
        self.control = native.Control(
            limit=NEVER,
            ram=memory.address,
            ram_size=SRAM_BYTES,
            table=ctypes.addressof(counts),
            kinds=None if kinds is None else ctypes.addressof(kinds),
            stop=ctypes.cast(uclib.uc_emu_stop, ctypes.c_void_p).value,
            reg_read=ctypes.cast(uclib.uc_reg_read, ctypes.c_void_p).value,
            reg_mstatus=riscv.UC_RISCV_REG_MSTATUS,
            reg_mie=riscv.UC_RISCV_REG_MIE,
        )
        for base in (SRAM_BASE, SRAM_ALIAS):
            self.uc.mem_map_ptr(base, SRAM_BYTES, UC_PROT_ALL, memory.address)
        self._hook_blocks()
        self.uc.hook_add(UC_HOOK_INTR, self._on_exception)
        self.uc.hook_add(UC_HOOK_MEM_UNMAPPED, self._on_unmapped)

    def _hook_blocks(self) -> None:
        """By the C interface: a function of Python for each block would be a hundred times slower."""
        error = uclib.uc_hook_add(
            self.uc._uch,
            ctypes.byref(ctypes.c_size_t()),
            UC_HOOK_BLOCK,
            ctypes.cast(native.load().on_block, ctypes.c_void_p),
            ctypes.cast(ctypes.byref(self.control), ctypes.c_void_p),
            ctypes.c_uint64(1),
            ctypes.c_uint64(0),
        )
        if error:
            raise MachineFault(f"Unicorn refuses the hook for blocks: error {error}")

    # -- registers -------------------------------------------------------------------------------------------------

    def reg(self, name: str) -> int:
        """A register, by its name in lower case."""
        value: int = self.uc.reg_read(_number(name))
        return value

    def set_reg(self, name: str, value: int) -> None:
        """Writes a register, by its name in lower case."""
        self.uc.reg_write(_number(name), value)

    def map_device(self, base: int, size: int, read: Callable[..., int], write: Callable[..., None]) -> None:
        """Accesses to these addresses become calls: read(uc, offset, size, _), write(uc, offset, size, value, _)."""
        self.uc.mmio_map(base, size, read, None, write, None)

    # -- running ---------------------------------------------------------------------------------------------------

    def run(self, limit: int) -> None:
        """Run until `control.icount` reaches the limit or something stops the hart."""
        control = self.control
        control.limit = limit
        control.reason = 0
        self._exception = None
        self.wfi = False
        try:
            self.uc.emu_start(self.pc, LAST_ADDRESS)
        except UcError as error:
            if self._exception is None:
                self.pc = self.reg("pc")
                raise MachineFault(f"hart {self.index}: {error}\n{self.dump()}") from error
        self.pc = self.reg("pc")
        if self._exception is not None:
            self._trap_exception(self._exception)
        elif control.reason == 0:
            self.wfi = True  # stopped without our doing: the instruction wfi

    def take_interrupt(self) -> int:
        """Enter the handler of the first pending interrupt; its number, or 0 when none is pending and enabled."""
        if not self.control.mip:
            return 0
        pending = self.control.mip & self.reg("mie")
        if pending:
            self.wfi = False
        if not pending or not self.reg("mstatus") & ENABLED:
            return 0
        number = next((n for n in BY_PRIORITY if pending >> n & 1), 0)
        if number:
            self._trap(number | INTERRUPT)
        return number

    def _on_exception(self, uc: Uc, number: int, _data: object) -> None:
        self._exception = number
        uc.emu_stop()

    def _on_unmapped(self, _uc: Uc, access: int, address: int, size: int, value: int, _data: object) -> bool:
        value &= 2**64 - 1
        self._log(f"unmapped access={access} {address=:#x} {size=} {value=:#x} pc={self.reg('pc'):#x}")
        return False

    def _trap_exception(self, number: int) -> None:
        if number not in (*CALLS, BREAKPOINT):
            raise MachineFault(f"hart {self.index}: exception {number}\n{self.dump()}")
        # Unicorn leaves pc behind ecall and ebreak; mepc must name the instruction.
        if number == BREAKPOINT:
            self.pc -= 2 if self._memory.read(self.pc - 2, 2) == SHORT_EBREAK else 4
        elif self._memory.read(self.pc - 4, 4) == ECALL:
            self.pc -= 4
        self._trap(MACHINE_CALL if number == USER_CALL else number)

    def _trap(self, cause: int) -> None:
        status = self.reg("mstatus")
        was_enabled = WAS_ENABLED if status & ENABLED else 0
        self.set_reg("mstatus", status & ~(ENABLED | WAS_ENABLED | FROM_MACHINE) | was_enabled | FROM_MACHINE)
        self.set_reg("mepc", self.pc)
        self.set_reg("mcause", cause)
        with contextlib.suppress(UcError):
            self.set_reg("mtval", 0)
        self.pc = self.reg("mtvec") & ~3

    def dump(self) -> str:
        """The registers and the next bytes of code, as text."""
        parts = [f"{name}={self.reg(name):#x}" for name in ["pc", *NAMES[1:], *CSRS]]
        lines = [" ".join(parts[start : start + 6]) for start in range(0, len(parts), 6)]
        code = self._memory.read(self.pc, 16).hex() if self._memory.holds(self.pc) else "outside of memory"
        return "\n".join([*lines, "code: " + code])

    def registers(self) -> dict[int, int]:
        """All integer registers, by number."""
        return {number: self.reg(name) for number, name in enumerate(NAMES)}


@functools.cache
def _number(name: str) -> int:
    """Unicorn's number of a register."""
    number: int = getattr(riscv, "UC_RISCV_REG_" + name.upper())
    return number
