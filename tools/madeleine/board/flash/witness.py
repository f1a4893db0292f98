"""Reads along on the cable and keeps what the board has acknowledged: the proof of a write.

The loader that kflash runs on the board has no command that reads the flash (they are D2 to D9), and kflash itself goes
on after some answers that mean failure. So neither its logs nor its success are trusted: a piece counts when the board,
which compares the checksum of each with its own, has answered OK to it.
"""

import struct

from madeleine.board.flash.package import Part

END, ESCAPE = 0xC0, 0xDB
ESCAPED = {0xDC: 0xC0, 0xDD: 0xDB}
FLASH_WRITE, OK = 0xD4, 0xE0
HEADER = struct.Struct("<4sIII")  # command and filler, checksum, address, length


class Frames:
    """Takes SLIP apart: bytes in, whole frames out."""

    def __init__(self) -> None:
        self._frame: bytearray | None = None
        self._escaped = False

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that `data` completes; what stands between frames is left out."""
        frames = []
        for byte in data:
            if byte == END:
                if self._frame:
                    frames.append(bytes(self._frame))
                self._frame = None if self._frame else bytearray()
            elif self._frame is None:
                continue
            elif self._escaped:
                self._frame.append(ESCAPED.get(byte, byte))
                self._escaped = False
            elif byte == ESCAPE:
                self._escaped = True
            else:
                self._frame.append(byte)
        return frames


class Witness:
    """What was sent for the flash and acknowledged, in this order; and whether the port has failed."""

    def __init__(self) -> None:
        self.lost = False
        self.acknowledged: list[tuple[int, bytes]] = []  # address, bytes
        self._waiting: tuple[int, bytes] | None = None
        self._answers = Frames()

    def sent(self, data: bytes) -> None:
        """The host has written this frame."""
        self._waiting = None
        self._answers = Frames()
        if data[:2] == bytes([END, FLASH_WRITE]):
            frame = data[1:-1].replace(b"\xdb\xdc", b"\xc0").replace(b"\xdb\xdd", b"\xdb")
            _, _, address, length = HEADER.unpack_from(frame)
            self._waiting = address, frame[HEADER.size :][:length]

    def received(self, data: bytes) -> None:
        """The board has answered this much."""
        for frame in self._answers.feed(data):
            if frame[:2] == bytes([FLASH_WRITE, OK]) and self._waiting:
                self.acknowledged.append(self._waiting)
                self._waiting = None

    def proved_bytes(self, part: Part) -> int:
        """How many bytes of the part, from its start, the board has acknowledged as they should be."""
        image, done = part.image(), 0
        for address, data in self.acknowledged:
            if address == part.address + done and image[done : done + len(data)] == data:
                done += len(data)
        return done
