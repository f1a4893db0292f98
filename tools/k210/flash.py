"""The flash chip, a W25Q128: 16 MB, sectors and pages, and power that can fail in any operation."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from . import clock

CHIP_BYTES = 1 << 24
PAGE_BYTES = 256
WRITE_ENABLE, WRITE_DISABLE, WRITE_STATUS, WRITE_STATUS_2, WRITE_STATUS_3 = 0x06, 0x04, 0x01, 0x31, 0x11
READ_STATUS, READ_STATUS_2, READ_STATUS_3 = 0x05, 0x35, 0x15
PROGRAM, QUAD_PROGRAMS = 0x02, (0x32, 0x02, 0x38)
ERASES = {0x20: 4096, 0x52: 32768, 0xD8: 65536}
ERASE_CHIP = (0x60, 0xC7)
READS = (0x03, 0x0B)
FAST_READS = (0xEB, 0xBB, 0xE7, 0x6B, 0x3B, 0x0B, 0x03)
IDENTITIES = {
    0x9F: b"\xef\x40\x18",
    0x90: b"\xef\x17",
    0xAB: b"\x17",
    0x4B: b"\xd1\x62\x34\x56\x78\x9a\xbc\xde",
}
BUSY, WRITABLE = 1, 2  # bits of the first status register
ERASED = 0xFF


class Pace(Protocol):
    """How long operations take: clock.Busy on a board."""

    def start(self, microseconds: float) -> None: ...

    def look(self) -> bool: ...


class AtOnce:
    """No operation takes any time."""

    def start(self, microseconds: float) -> None:
        pass

    def look(self) -> bool:
        return False


class NorFlash:
    """`data` is its content, `busy` makes its operations take time.

    `fuse` counts the operations until the power fails; the one in flight is done to the part `torn`.
    """

    plain = False

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.data = bytearray(bytes([ERASED]) * CHIP_BYTES)
        if path and path.exists():
            content = path.read_bytes()[:CHIP_BYTES]
            self.data[: len(content)] = content
        self.erases = self.programs = 0
        self.fuse: int | None = None
        self.torn = 0.5
        self.dead = False
        self.on_power_cut: Callable[[], object] = lambda: None
        self.busy: Pace = AtOnce()
        self._status = [0, 2, 0]
        self._writable = False
        self._command: int | None = None
        self._arguments = bytearray()
        self._collected: list[int] | None = None  # frames of a command on several lines
        self._has_address = False

    def save(self) -> None:
        """Writes the content to the chip's file, if it has one."""
        if self._path:
            self._path.write_bytes(self.data)

    # -- the bus ---------------------------------------------------------------------------------------------------

    def select(self, on: bool) -> None:
        """A command ends, and is carried out, when the chip select rises."""
        if not on:
            if self._collected is not None:
                self._finish_collected(self._collected)
            elif self._command is not None:
                self._finish(self._command, bytes(self._arguments))
        self._command, self._collected = None, None
        self._arguments.clear()

    def transfer(self, data: bytes) -> bytes:
        """The first byte is the command, the others its arguments."""
        for byte in data:
            if self._command is None:
                self._command = byte
            else:
                self._arguments.append(byte)
        return bytes([ERASED]) * len(data)

    def read(self, count: int) -> bytes:
        """The answer to the command so far."""
        command, arguments = self._command, self._arguments
        if command in IDENTITIES:
            answer = IDENTITIES[command]
            return (answer * (count // len(answer) + 1))[:count]
        if command == READ_STATUS:
            status = self._status[0] | (WRITABLE if self._writable else 0) | (BUSY if self.busy.look() else 0)
            return bytes([status]) * count
        if command in (READ_STATUS_2, READ_STATUS_3):
            return bytes([self._status[1 if command == READ_STATUS_2 else 2]]) * count
        if command in READS and len(arguments) >= 3:
            return self._read_at(int.from_bytes(arguments[:3], "big"), count)
        return bytes([ERASED]) * count

    def collect(self, frames: list[int], has_address: bool) -> None:
        """Frames of a command on several lines; more may follow until the chip select rises."""
        if self._collected is None:
            self._collected, self._has_address = [], has_address
        self._collected.extend(frames)

    def read_from(self, command: int, address: int, address_bits: int, count: int) -> bytes:
        """The answer to a command on several lines."""
        command &= 0xFF
        if command in FAST_READS:
            return self._read_at((address >> 8 if address_bits == 32 else address) & CHIP_BYTES - 1, count)
        self._command, self._arguments = command, bytearray(address.to_bytes(4, "big")[1:])
        return self.read(count)

    def _read_at(self, address: int, count: int) -> bytes:
        if self.busy.look():
            return bytes([ERASED]) * count
        address %= CHIP_BYTES
        data = bytes(self.data[address : address + count])
        return data + bytes(self.data[: count - len(data)])  # past the end it goes on at the start

    def _finish_collected(self, frames: list[int]) -> None:
        if not frames:
            return
        command, head = frames[0] & 0xFF, 2 if self._has_address else 1
        if len(frames) < head:
            self._finish(command, b"")
        elif command in QUAD_PROGRAMS:
            address = frames[1] if self._has_address else 0
            if not self.busy.look():
                self._program(address & CHIP_BYTES - 1, bytes(frame & 0xFF for frame in frames[head:]))
        else:
            self._finish(command, frames[1].to_bytes(4, "big")[1:] if self._has_address else b"")

    # -- operations ------------------------------------------------------------------------------------------------

    def _finish(self, command: int, arguments: bytes) -> None:
        if self.busy.look():
            return  # as the data sheet has it
        address = int.from_bytes(arguments[:3], "big")
        if command in (WRITE_ENABLE, WRITE_DISABLE):
            self._writable = command == WRITE_ENABLE
        elif command == WRITE_STATUS:
            self._status[: len(arguments[:2])] = arguments[:2]
            if arguments:
                self._status[0] &= 0xFC
            self._writable = False
        elif command in (WRITE_STATUS_2, WRITE_STATUS_3):
            if arguments:
                self._status[1 if command == WRITE_STATUS_2 else 2] = arguments[0]
            self._writable = False
        elif command in ERASES and len(arguments) >= 3:
            self._erase(address & -ERASES[command], ERASES[command])
        elif command in ERASE_CHIP:
            self._erase(0, CHIP_BYTES)
        elif command == PROGRAM and len(arguments) > 3:
            self._program(address, arguments[3:])

    def _powered(self, size: int) -> int:
        """How many bytes of an operation of this size take effect."""
        if self.dead or self.fuse is None:
            return 0 if self.dead else size
        self.fuse -= 1
        if self.fuse >= 0:
            return size
        self.dead = True
        self.on_power_cut()
        return int(size * self.torn)

    def _erase(self, address: int, size: int) -> None:
        if self._writable:
            done = self._powered(size)
            self.data[address : address + done] = bytes([ERASED]) * done
            self.erases += 1
            self.busy.start(clock.ERASE_US[size])
        self._writable = False

    def _program(self, address: int, data: bytes) -> None:
        if self._writable:
            data = data[: self._powered(len(data))]
            page, offset = address & -PAGE_BYTES, address & PAGE_BYTES - 1
            for byte in data:  # past the end of the page it goes on at its start
                self.data[page + offset] &= byte
                offset = offset + 1 & PAGE_BYTES - 1
            self.programs += 1
            self.busy.start(clock.PROGRAM_US)
        self._writable = False
