"""A HuskyLens on the Grove port: its frames in and out. Loaded while the setting `link` wants it.

Facts from "HUSKYLENS Protocol" 0.5.1 and the clients of it (docs/GROVE.md): a frame is 55 AA 11, the length of the
data, a command, the data, and the low byte of the sum of all these; numbers are little-endian. What it sees and does is
for others to say: husky_things.py, pose_husky.py.
"""

import ustruct
from micropython import const

from grove import Port

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from app import App
    from messages import Message
    from pose_app import PoseApp

HEAD = b'\x55\xaa\x11'
DATA_MAX_BYTES = const(64)  # clients send 25 at most
# Requests for what is seen are 20..28 hex: all, blocks, arrows; the same of what was learned; the same by id.
_SEEN = const(0x20)
_BY_ID = const(0x26)
_INFO = const(0x29)
_BLOCK = const(0x2A)
_KNOCK = const(0x2C)
ALGORITHM = const(0x2D)
OK = const(0x2E)
_IS_PRO = const(0x3B)
_VERSION = const(0x3C)
BUSY = const(0x3D)
NEED_PRO = const(0x3E)
_DEEDS = b'\x2d\x2f\x32\x33\x34\x35\x36\x37'  # algorithm, name, save, load, text, clear, learn, forget
_NOT_HERE = b'\x30\x31\x38\x39\x3a'  # photos, screenshots
_SPOKEN = b'\x050.5.1'  # the version of the protocol
_LEFT_PX = const(48)  # a HuskyLens's picture has 320 x 240, of which ours is the middle
_TOP_PX = const(8)


def frame(command: int, data: bytes = b'') -> bytes:
    """A frame."""
    body = HEAD + bytes([len(data), command]) + data
    return body + bytes([sum(body) & 255])


class Frames:
    """Bytes in, whole frames out; finds the next one in any rubbish, and keeps less than two."""

    def __init__(self) -> None:
        self._rest = b''

    def feed(self, data: bytes) -> 'list[tuple[int, bytes]]':
        """(command, data) of the frames that `data` completes."""
        rest, frames, start, first = self._rest + data, [], 0, -1
        while True:
            start = rest.find(HEAD, start)
            if start < 0 or len(rest) < start + 6:
                break
            end = start + 5 + rest[start + 3]
            if rest[start + 3] > DATA_MAX_BYTES:
                pass
            elif end >= len(rest):
                first = start if first < 0 else first  # it may come yet, or a whole one within what is there
            elif sum(rest[start:end]) & 255 == rest[end]:
                frames.append((rest[start + 4], rest[start + 5 : end]))
                start, first = end, -1
                continue
            start += 1
        if first < 0:
            first = start if start >= 0 else max(0, len(rest) - len(HEAD) + 1)
        self._rest = rest[first:]
        return frames


class Husky(Port):
    """Answers as a HuskyLens does."""

    def __init__(self, app: 'App | PoseApp') -> None:
        Port.__init__(self, app)
        self._frames = Frames()

    def tell(self, message: 'Message', id: 'str | int | None' = None) -> None:
        """It speaks when it is asked."""

    def glance(self) -> None:
        if not self._app.board.grove.waiting():
            return
        for command, data in self._frames.feed(self._app.board.grove.read()):
            if _SEEN <= command < _INFO:
                self._say_seen(command, data)
            elif command == _KNOCK or (command == _VERSION and data):
                self.say(OK)
            elif command == _VERSION:
                self.say(_VERSION, _SPOKEN)
            elif command == _IS_PRO:
                self.say(_IS_PRO, b'\0\0')
            elif command in _NOT_HERE:
                self.say(NEED_PRO)
            elif command in _DEEDS:
                self.obey(command, data)  # anything else is the answer of another, or unknown

    def hear(self) -> None:
        self.glance()

    def say(self, command: int, data: bytes = b'') -> None:
        """Write a frame."""
        self._app.board.grove.write(frame(command, data))

    def _say_seen(self, command: int, data: bytes) -> None:
        """How many blocks there are, and each. There are no arrows."""
        id = None
        if command >= _BY_ID:
            id = data[0] | data[1] << 8 if len(data) > 1 else 0
        blocks = [] if command % 3 == 1 else self.blocks(id)  # 22, 25 and 28 hex are arrows
        turns = self._app.pace.turns & 0x7FFF
        self.say(_INFO, ustruct.pack('<HHHHH', len(blocks), self.learned(), turns, 0, 0))
        for x, y, width, height, number in blocks:
            self.say(_BLOCK, ustruct.pack('<HHHHH', _LEFT_PX + x, _TOP_PX + y, width, height, number))

    # -- for a subclass to say --------------------------------------------------------------------------------

    def blocks(self, id: 'int | None') -> 'list[tuple[int, int, int, int, int]]':
        """What is seen: middle and size in pixels of the camera's picture, and its id. `id`: of this one alone."""
        raise NotImplementedError

    def learned(self) -> int:
        """How many ids there are."""
        raise NotImplementedError

    def obey(self, command: int, data: bytes) -> None:
        """Do what is asked for, and say what came of it: OK, BUSY if it was not done, NEED_PRO if it never can be."""
        raise NotImplementedError
