"""A memory card (SDHC) in SPI mode."""

import struct
from collections.abc import Callable

SECTOR_BYTES = 512
CAPACITY_STEP = 1 << 19  # bytes in which its description counts
READY, IDLE = b"\x00", b"\x01"  # answers
BLOCK_STARTS, STREAM_END = (0xFE, 0xFC), 0xFD
ACCEPTED = b"\x05\x00\xff"
COMMAND_BYTES = 6
IDENTITY = b"\x02EMSD001\x10\0\0\0\1\x01\x4a\x01"
APP_COMMAND, START, READ, READ_MANY, STOP, WRITE, WRITE_MANY = 55, 41, 17, 18, 12, 24, 25


class SdCard:
    """`data` is its content. Its chip select is a GPIO's level: `is_off` gives that."""

    plain = True

    def __init__(self, image: bytes, is_off: Callable[[], int]) -> None:
        size = -(-len(image) // CAPACITY_STEP) * CAPACITY_STEP
        self.data = bytearray(image).ljust(size, b"\0")
        self._is_off = is_off
        self._answer = bytearray()
        self._frame = bytearray()  # of a command, as far as it has come
        self._is_app_command = False
        self._idle = True
        self._next_read: int | None = None  # sector, of a stream
        self._next_write: int | None = None  # sector
        self._write_many = self._in_block = False
        self._block = bytearray()  # with its checksum

    def select(self, _on: bool) -> None:
        """The controller's own chip select is not used."""

    def collect(self, frames: list[int], has_address: bool) -> None:
        """It has one line each way."""
        raise NotImplementedError

    def read_from(self, command: int, address: int, address_bits: int, count: int) -> bytes:
        """It has one line each way."""
        raise NotImplementedError

    def transfer(self, data: bytes) -> bytes:
        """Commands and blocks in; the answer leaves byte by byte as they come."""
        if self._is_off():
            self._answer.clear()
            self._frame.clear()
            self._next_read = self._next_write = None
            return b"\xff" * len(data)
        at = 0
        while at < len(data):
            if self._next_write is not None:
                at += self._take_block(self._next_write, data, at)
            else:
                self._take(data[at])
                at += 1
        return b"\xff" * len(data)

    def read(self, count: int) -> bytes:
        """The answer, and idle bytes after it."""
        if self._is_off():
            return b"\xff" * count
        while len(self._answer) < count and self._next_read is not None:
            self._give_block(self._next_read)
            self._next_read += 1
        answer = bytes(self._answer[:count])
        del self._answer[:count]
        return answer.ljust(count, b"\xff")

    def _take(self, byte: int) -> None:
        if self._frame or byte & 0xC0 == 0x40:
            self._frame.append(byte)
            if len(self._frame) == COMMAND_BYTES:
                number, argument = self._frame[0] & 63, int.from_bytes(self._frame[1:5], "big")
                self._frame.clear()
                self._answer[:] = self._obey(number, argument)

    def _take_block(self, sector: int, data: bytes, at: int) -> int:
        """How many bytes from `at` on belong to a block that is written."""
        if not self._in_block:
            if data[at] in BLOCK_STARTS:
                self._in_block = True
            elif data[at] == STREAM_END:
                self._next_write = None
            return 1
        taken = min(len(data) - at, SECTOR_BYTES + 2 - len(self._block))
        self._block += data[at : at + taken]
        if len(self._block) == SECTOR_BYTES + 2:
            place = sector * SECTOR_BYTES
            if place + SECTOR_BYTES <= len(self.data):
                self.data[place : place + SECTOR_BYTES] = self._block[:SECTOR_BYTES]
            self._answer += ACCEPTED
            self._expect_block(sector + 1 if self._write_many else None)
        return taken

    def _expect_block(self, sector: int | None) -> None:
        self._next_write, self._in_block = sector, False
        self._block.clear()

    def _give_block(self, sector: int) -> None:
        place = sector * SECTOR_BYTES
        self._answer += (
            b"\xff\xfe" + bytes(self.data[place : place + SECTOR_BYTES]).ljust(SECTOR_BYTES, b"\0") + b"\0\0"
        )

    def _obey(self, number: int, argument: int) -> bytes:
        """Carries out a command; the answer."""
        for_app, self._is_app_command = self._is_app_command, number == APP_COMMAND
        state = IDLE if self._idle else READY
        if number == 0:
            self._idle = True
            return IDLE
        if number == START and for_app:
            self._idle = False
            return READY
        if number == READ:
            self._answer.clear()
            self._give_block(argument)
            return READY + self._answer
        if number == READ_MANY:
            self._next_read = argument
            return READY
        if number == STOP:
            self._next_read = None
            return b"\xff\x00\xff"
        if number in (WRITE, WRITE_MANY):
            self._write_many = number == WRITE_MANY
            self._expect_block(argument)
            return READY
        descriptions = {
            8: state + struct.pack(">I", argument & 0xFFF),
            9: b"\x00\xff\xfe" + self._capacity() + b"\0\0",
            10: b"\x00\xff\xfe" + IDENTITY + b"\0\0",
            58: state + b"\xc0\xff\x80\x00",
        }
        return descriptions.get(number, state)

    def _capacity(self) -> bytes:
        size = len(self.data) // CAPACITY_STEP - 1
        return bytes([0x40, 0x0E, 0, 0x32, 0x5B, 0x59, 0]) + size.to_bytes(3, "big") + b"\x7f\x80\x0a\x40\x00\x01"
