"""The serial ports: the fast one that carries the console, and the three plain ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from .clock import CONSOLE_BITS
from .registers import Registers

if TYPE_CHECKING:
    from .machine import Machine

Listener = Callable[[int], object]  # is given each byte that leaves
EMPTY = FULL = 0x80000000
PACE_CYCLES = 4000  # between two received bytes: some ten times faster than a cable, so that scripts arrive soon


class ConsoleUart(Registers):
    """SiFive's UART. Bytes leave at the pace of the line; those that come in wait in `waiting` for places in the FIFO.

    The host gets each byte when it is written, the program has to wait for a place when 8 of them are on their way.
    """

    IRQ = 33
    FIFO_BYTES = 8
    SEND, RECEIVE, RECEIVE_CONTROL, ENABLE, PENDING, DIVIDER = 0x00, 0x04, 0x0C, 0x10, 0x14, 0x18
    POLL_GAP = 200  # instructions between two looks of a program that waits for a place

    def __init__(self, machine: Machine, on_sent: Listener) -> None:
        super().__init__(machine, "uarths")
        self.waiting: deque[int] = deque()
        self._fifo: deque[int] = deque()
        self._busy = False
        self._on_sent = on_sent
        self._sent_at = 0  # the cycle at which the last byte will have left
        self.on_read = {self.SEND: self._is_full, self.RECEIVE: self._receive, self.PENDING: self._pending}
        self.on_write = {
            self.SEND: self._send,
            self.RECEIVE_CONTROL: lambda _: self._interrupt(),
            self.ENABLE: lambda _: self._interrupt(),
        }

    def send(self, data: bytes) -> None:
        """Bytes from the host."""
        self.waiting.extend(data)
        self._feed()

    def _byte_cycles(self) -> int:
        return CONSOLE_BITS * (self.get(self.DIVIDER) + 1)

    def _send(self, value: int) -> None:
        self._sent_at = max(self._sent_at, self.machine.cycles) + self._byte_cycles()
        self._on_sent(value & 0xFF)

    def _is_full(self) -> int:
        """Whether no place is free; a program that looks waits for one."""
        free_at = self._sent_at - (self.FIFO_BYTES - 1) * self._byte_cycles()
        wait = free_at - self.machine.cycles
        if wait <= 0:
            return 0
        self.machine.at(wait, lambda: None)
        self.machine.poll(self.POLL_GAP)
        return FULL

    def _feed(self) -> None:
        if self.waiting and not self._busy:
            self._busy = True
            self.machine.at(PACE_CYCLES, self._deliver)

    def _deliver(self) -> None:
        self._busy = False
        if self.waiting:
            if len(self._fifo) < self.FIFO_BYTES:
                self._fifo.append(self.waiting.popleft())
            self._interrupt()
            self._feed()

    def _above_mark(self) -> bool:
        return len(self._fifo) > self.get(self.RECEIVE_CONTROL) >> 16 & 7

    def _interrupt(self) -> None:
        enabled = self.get(self.ENABLE)
        self.machine.plic.set(self.IRQ, bool((enabled & 2 and self._above_mark()) or enabled & 1))

    def _receive(self) -> int:
        if not self._fifo:
            return EMPTY
        byte = self._fifo.popleft()
        self._interrupt()
        return byte

    def _pending(self) -> int:
        return 1 | (2 if self._above_mark() else 0)


class Uart(Registers):
    """A 16550 as DesignWare makes it. `tx` holds the bytes that left, until the host clears it."""

    DATA, ENABLE, IDENTITY, LINE, STATUS, USR, FIFO_SENT, FIFO_RECEIVED = 0x00, 0x04, 0x08, 0x0C, 0x14, 0x7C, 0x80, 0x84
    DIVISOR_LATCH = 0x80  # of LINE: DATA is the divisor
    THRESHOLD_MODE = 0x80  # of ENABLE: bit 5 of STATUS means "full" and not "empty"
    IRQ = 10  # of the one before the first

    def __init__(self, machine: Machine, index: int) -> None:
        super().__init__(machine, f"uart{index}")
        self.tx = bytearray()
        self._irq = self.IRQ + index
        self._fifo: deque[int] = deque()
        self._divisor = self._divisor_high = self._enabled = 0
        self.on_read = {
            self.DATA: self._receive,
            self.ENABLE: self._read_enabled,
            self.IDENTITY: self._identity,
            self.STATUS: self._status,
            self.USR: lambda: 6 | (8 if self._fifo else 0),
            self.FIFO_SENT: lambda: 0,
            self.FIFO_RECEIVED: lambda: len(self._fifo),
        }
        self.on_write = {self.DATA: self._send, self.ENABLE: self._enable}

    def send(self, data: bytes) -> None:
        """Bytes from outside."""
        self._fifo.extend(data)
        self._interrupt()
        self.machine.kick()

    def dma_write(self, _offset: int, data: bytes, width: int) -> bool:
        """Bytes to be sent, each in an element of that width."""
        for byte in data[::width]:
            self._send(byte)
        return True

    def _latched(self) -> bool:
        return bool(self.get(self.LINE) & self.DIVISOR_LATCH)

    def _read_enabled(self) -> int:
        return self._divisor_high if self._latched() else self._enabled

    def _enable(self, value: int) -> None:
        """With the latch open it is the high byte of the divisor, which is 0 at a fast rate."""
        if self._latched():
            self._divisor_high = value
        else:
            self._enabled = value
            self._interrupt()

    def _interrupt(self) -> None:
        enabled = self._enabled
        self.machine.plic.set(self._irq, bool((enabled & 1 and self._fifo) or enabled & 2))

    def _receive(self) -> int:
        if self._latched():
            return self._divisor
        byte = self._fifo.popleft() if self._fifo else 0
        self._interrupt()
        return byte

    def _send(self, value: int) -> None:
        if self._latched():
            self._divisor = value
        else:
            self.tx.append(value & 0xFF)

    def _identity(self) -> int:
        enabled = self._enabled
        if enabled & 1 and self._fifo:
            return 4
        return 2 if enabled & 2 else 1

    def _status(self) -> int:
        room = 0 if self._enabled & self.THRESHOLD_MODE else 0x20
        return 0x40 | room | (1 if self._fifo else 0)
