"""A K210's boot ROM and kflash's loader on a pseudo terminal, which can lie.

What the loader does is what the real one does, read from its code: its commands are D2 to D9 and there is none to read;
it takes nothing for the flash before D7; a checksum covers address, length and data; a write keeps what else is in a
block of 64 KB. Unlike the real one it checks that the loader it is started as arrived whole.
"""

import hashlib
import struct
import threading
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.fakes.pty import PtyEnd

GREET, MEMORY, BOOT, ROM_BAUD = 0xC2, 0xC3, 0xC5, 0xC6
HELLO, WRITE, RESTART, BAUD, INIT, ERASE, STATUS, DEBUG = 0xD2, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xD1
OK, BAD_LENGTH, BAD_CHECKSUM, INVALID, BAD_WRITE, BUSY = 0xE0, 0xE1, 0xE2, 0xE3, 0xE6, 0xE7
SILENCE, UNPLUG, GARBAGE, CHATTER = "silence", "unplug", "garbage", "chatter"
SRAM_ADDRESS = 0x80000000
LOADER_SHA256 = "757776d0055048262ef92bd04a9f8cbad13647ec4f5c1f59494489a88d571129"  # of kflash 1.1.6
FOR_EVER = 10**9


@dataclass(frozen=True)
class Lie:
    """From the nth request of a command on (the first is 1), so many times: this answer instead of the right thing."""

    command: int
    answer: int | str
    nth: int = 1
    times: int = 1

    def holds(self, command: int, count: int) -> bool:
        return command == self.command and self.nth <= count < self.nth + self.times


class FakeRom(threading.Thread):
    """Plug it in with `with`; what arrived is in `flash`, what was asked in `requests`."""

    def __init__(self, lies: Sequence[Lie] = (), busy: int = 0) -> None:
        super().__init__(daemon=True)
        self.lies, self.busy = lies, busy
        self.flash = bytearray(b"\xff" * (16 << 20))
        self.requests: list[int] = []
        self.bauds: list[int] = []
        self.restarts = 0
        self.silent = threading.Event()  # what was asked last gets no answer
        self.unheard = False  # the host's last read gave nothing
        self._sram = bytearray(6 << 20)
        self._loader_bytes = 0
        self._counts: Counter[int] = Counter()
        self._mode = "rom"
        self._ready = False
        self._frame: bytearray | None = None
        self._escaped = False
        self.cable = PtyEnd()
        self.device = self.cable.device
        self.pause_s: float | None = None  # between two looks at what came; None: until something does

    def __enter__(self) -> "FakeRom":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.fall_silent()
        self.cable.unplug()

    def fall_silent(self) -> None:
        """Answers no more; somebody else may use the cable, as after a restart."""
        self.cable.stop()
        self.join()

    def run(self) -> None:
        try:
            while self.cable.plugged and (data := self.cable.read(self.pause_s)) is not None:
                self.hear(data)
        except BaseException:
            self.cable.unplug()  # the host would wait for long
            raise

    def hear(self, data: bytes) -> None:
        """What the host sends."""
        for frame in self._take(data):
            if self.cable.plugged:
                self._answer(frame)

    def _take(self, data: bytes) -> list[bytes]:
        frames = []
        for byte in data:
            if byte == 0xC0:
                if self._frame:
                    frames.append(bytes(self._frame))
                self._frame = None if self._frame else bytearray()
            elif self._frame is not None and self._escaped:
                self._frame.append({0xDC: 0xC0, 0xDD: 0xDB}[byte])
                self._escaped = False
            elif self._frame is not None and byte == 0xDB:
                self._escaped = True
            elif self._frame is not None:
                self._frame.append(byte)
        return frames

    def _say(self, command: int, code: int = OK, text: bytes = b"") -> None:
        payload = bytes([command, code]) + text
        self.cable.write(b"\xc0" + payload.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc") + b"\xc0")

    def _answer(self, frame: bytes) -> None:
        command = frame[0]
        self.requests.append(command)
        self._counts[command] += 1
        for lie in self.lies:
            if lie.holds(command, self._counts[command]):
                return self._lie(command, lie.answer)
        if self._mode == "rom":
            return self._rom(command, frame)
        if self._mode == "loader":
            return self._loader(command, frame)
        return self.silent.set()  # a loader that arrived damaged does nothing

    def _lie(self, command: int, answer: int | str) -> None:
        if answer == UNPLUG:
            self.cable.unplug()
        elif answer == SILENCE:
            self.silent.set()
        elif answer == GARBAGE:
            self.cable.write(b"\x00\xc0\x42\x99\xc0\xdb")
        elif answer == CHATTER:
            self.silent.set()  # before it is heard: what the host writes next ends the silence
            self._say(DEBUG, OK, b"the flash is a W25Q128")
        elif isinstance(answer, int):
            self._say(command, answer)

    def _rom(self, command: int, frame: bytes) -> None:
        if command == GREET:
            self._say(GREET)
        elif command == ROM_BAUD:
            self.bauds.append(struct.unpack_from("<I", frame, 16)[0])
        elif command == MEMORY:
            code, address, data = self._checked(frame)
            if code == OK:
                start = address - SRAM_ADDRESS
                self._sram[start : start + len(data)] = data
                self._loader_bytes = start + len(data)
            self._say(MEMORY, code)
        elif command == BOOT:
            digest = hashlib.sha256(self._sram[: self._loader_bytes]).hexdigest()
            self._mode, self._ready = ("loader" if digest == LOADER_SHA256 else "hung"), False
        else:
            self.silent.set()

    def _loader(self, command: int, frame: bytes) -> None:
        if command == HELLO:
            self._say(HELLO)
        elif command == BAUD:
            self.bauds.append(struct.unpack_from("<I", frame, 16)[0])
        elif command == INIT:
            self._ready = True
            self._say(INIT)
        elif command == RESTART:
            self._say(RESTART)
            self._mode, self._loader_bytes = "rom", 0
            self.restarts += 1
        elif command in (WRITE, ERASE, STATUS) and self._ready:
            self._flash(command, frame)
        else:
            self._say(command, INVALID)

    def _flash(self, command: int, frame: bytes) -> None:
        if command == STATUS:
            self.busy -= 1
            return self._say(STATUS, BUSY if self.busy >= 0 else OK)
        code, address, data = self._checked(frame)
        if code == OK and command == WRITE:
            self.flash[address : address + len(data)] = data
        elif code == OK:
            length = struct.unpack_from("<I", frame, 12)[0] or len(self.flash)
            self.flash[address : address + length] = b"\xff" * length
        return self._say(command, code)

    @staticmethod
    def _checked(frame: bytes) -> tuple[int, int, bytes]:
        """The code to answer, the address and the data of a request."""
        checksum, address, length = struct.unpack_from("<III", frame, 4)
        data = frame[16:]
        if frame[0] != ERASE and len(data) != length:
            return BAD_LENGTH, address, data
        return (OK if zlib.crc32(frame[8:]) == checksum else BAD_CHECKSUM), address, data
