"""A HuskyLens on the Grove port: its frames in and out. Loaded while the setting `link` wants it.

Facts from "HUSKYLENS Protocol" 0.5.1 and the clients of it (docs/GROVE.md): a frame is 55 AA 11, the length of the
data, a command, the data, and the low byte of the sum of all these; numbers are little-endian.
"""

import ustruct
from micropython import const

import labels
import settings
from change import SETTING, Change
from command import Command
from command_error import CommandError
from grove import Port
from store import StoreError

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable

    from app import App

HEAD = b'\x55\xaa\x11'
DATA_MAX_BYTES = const(64)  # clients send 25 at most
# Requests for what is seen are 20..28 hex: all, blocks, arrows; the same of what was learned; the same by id.
_SEEN = const(0x20)
_BY_ID = const(0x26)
_INFO = const(0x29)
_BLOCK = const(0x2A)
_KNOCK = const(0x2C)
_ALGORITHM = const(0x2D)
_OK = const(0x2E)
_NAME = const(0x2F)
_TEXT = const(0x34)
_CLEAR = const(0x35)
_SAVE = const(0x32)
_LOAD = const(0x33)
_LEARN = const(0x36)
_FORGET = const(0x37)
_IS_PRO = const(0x3B)
_VERSION = const(0x3C)
_BUSY = const(0x3D)
_NEED_PRO = const(0x3E)
_NOT_HERE = b'\x30\x31\x38\x39\x3a'  # photos, screenshots
_TRACKING = const(1)  # algorithms
_CLASSIFICATION = const(6)
_SPOKEN = b'\x050.5.1'  # the version of the protocol
_WHOLE = (0, 0, 224, 224)  # the picture, of which a HuskyLens has 320 x 240: ours is its middle
_LEFT_PX = const(48)
_TOP_PX = const(8)
_TEXTS = const(10)  # on the screen


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


class Ids:
    """The number of each class: by the order of learning, as a HuskyLens counts.

    The app keeps it on flash as a setting whose value is the class, so it outlives the power. A class keeps its number
    under a new name (Settings.rename), and when it is forgotten, until everything is. A class without a number that is
    called ID7 gets 7 if that is free.
    """

    def __init__(self, app: 'App') -> None:
        self._app = app
        self._examples = app.memory.examples
        self._revision = -1

    def look(self) -> None:
        """Give a number to each class that has none."""
        if self._examples.revision == self._revision:
            return
        self._revision = self._examples.revision
        fresh = [label for label in self._examples.labels if label and not self.number(label)]
        for label in [label for label in fresh if _own(label)] + [label for label in fresh if not _own(label)]:
            self.give(label, self._free(label))

    def _free(self, label: str) -> int:
        given = [number for number, _ in self._app.memory.settings.ids()]
        number = _own(label)
        if number and number not in given:
            return number
        number = 1
        while number in given:
            number += 1
        return number

    def count(self) -> int:
        return len([label for label in self._examples.labels if label])

    def number(self, label: str) -> int:
        """Of a class that is there; 0 of any other."""
        for number, known in self._app.memory.settings.ids():
            if known == label and label in self._examples.labels:
                return number
        return 0

    def label(self, number: int) -> 'str | None':
        """The class with this number, None if there is none."""
        label = dict(self._app.memory.settings.ids()).get(number)
        return label if label in self._examples.labels else None

    def give(self, label: str, number: int) -> None:
        """This is the number of a class that is there, or will be soon."""
        for former, known in list(self._app.memory.settings.ids()):
            if known == label:
                self._keep(former, '')
        self._keep(number, label)

    def _keep(self, number: int, label: str) -> None:
        change = Change(SETTING, settings.ID + str(number), label)
        try:
            self._app.keep(change)
        except (CommandError, StoreError):  # locked, or no room: it is in memory alone
            self._app.memory.apply(change)


def _own(label: str) -> int:
    """The number in a name such as ID7; 0 in any other."""
    digits = label[2:] if label.startswith('ID') else ''
    return int(digits) if digits.isdigit() and 0 < len(digits) < 4 and not digits.startswith('0') else 0


def _set_name(data: bytes) -> str:
    """Of the set that stands for a numbered file on a HuskyLens's memory card."""
    return 'file %d' % (data[0] | data[1] << 8)


class Husky(Port):
    """Answers as a HuskyLens does that runs object classification, or tracking: where the thing is, too."""

    def __init__(self, app: 'App') -> None:
        Port.__init__(self, app)
        self._frames = Frames()
        self._ids = Ids(app)
        self._asked = None  # type: tuple[int, bytes] | None  # a change, which waits for its moment in the turn
        self._texts = []  # type: list[tuple[int, int, str]]  # (y, x, text) that a client has put on the screen
        self._text = ''  # all of them
        self._box = ('', _WHOLE)  # type: tuple[str, tuple[int, ...]]  # where that was seen last

    def glance(self) -> None:
        if not self._app.board.grove.waiting():
            return
        self._ids.look()
        for command, data in self._frames.feed(self._app.board.grove.read()):
            if _SEEN <= command < _INFO:
                self._say_seen(command, data)
            elif command == _KNOCK or (command == _VERSION and data):
                self._say(_OK)
            elif command == _VERSION:
                self._say(_VERSION, _SPOKEN)
            elif command == _IS_PRO:
                self._say(_IS_PRO, b'\0\0')
            elif command in _NOT_HERE:
                self._say(_NEED_PRO)
            elif command in (_ALGORITHM, _TEXT, _CLEAR):
                self._do(command, data)
            elif command not in _DEEDS:
                pass  # the answer of another, or unknown
            elif self._asked is None:
                self._asked = command, data
            else:
                self._say(_BUSY)

    def hear(self) -> None:
        self._ids.look()
        self.glance()
        if self._asked is not None:
            asked, self._asked = self._asked, None
            self._do(*asked)
            self._ids.look()
        if self._text and not self._app.session.message:
            self._app.session.message = self._text

    def _do(self, command: int, data: bytes) -> None:
        try:
            answer = _DEEDS[command](self, data)
        except (CommandError, UnicodeError, IndexError):
            answer = _BUSY
        self._say(answer)

    def _say(self, command: int, data: bytes = b'') -> None:
        self._app.board.grove.write(frame(command, data))

    # -- what is seen -----------------------------------------------------------------------------------------

    def _say_seen(self, command: int, data: bytes) -> None:
        """How many blocks there are, and each: one at most. There are no arrows."""
        name = self._seen() or ''
        number = self._ids.number(name)
        wanted = number and command % 3 != 1  # 22, 25 and 28 hex are arrows
        if command >= _BY_ID:
            wanted = wanted and data[:2] == ustruct.pack('<H', number)
        turns = self._app.pace.turns & 0x7FFF
        self._say(_INFO, ustruct.pack('<HHHHH', 1 if wanted else 0, self._ids.count(), turns, 0, 0))
        if wanted:
            x, y, width, height = self._place(name)
            centre = _LEFT_PX + x + width // 2, _TOP_PX + y + height // 2
            self._say(_BLOCK, ustruct.pack('<HHHHH', centre[0], centre[1], width, height, number))

    def _seen(self) -> 'str | None':
        """The answer, as the Grove port gets it otherwise."""
        session = self._app.session
        sure = session.answer.sure or session.memory.settings.value(settings.GROVE) == settings.ALL
        return session.answer.name if sure else None

    def _place(self, name: str) -> 'tuple[int, ...]':
        """Box of the answer, the last one if this frame has none; the whole picture while nobody wants to know."""
        session = self._app.session
        if session.why.followed or session.memory.settings.value(settings.WHERE) == settings.ON:
            heat = session.why.where.find(name, session.match)
            if heat and heat.box()[2]:
                self._box = name, heat.box()
        return self._box[1] if self._box[0] == name else _WHOLE

    # -- what is to be done: each returns the answer's command --------------------------------------------------

    def _algorithm(self, data: bytes) -> int:
        wanted, why = data[0] | data[1] << 8, self._app.session.why
        if wanted not in (_TRACKING, _CLASSIFICATION) or (wanted == _TRACKING and not why.where.possible()):
            return _NEED_PRO
        why.followed = wanted == _TRACKING
        self._box = ('', _WHOLE)
        return _OK

    def _learn(self, data: bytes) -> int:
        number = data[0] | data[1] << 8
        if not 0 < number < 1000:
            return _BUSY
        label = self._ids.label(number)
        if label is None:
            label = 'ID%d' % number
            self._ids.give(label, number)
        return self._done(Command('learn', label, True))

    def _forget(self, data: bytes) -> int:
        return self._done(Command('reset', 'yes', True))

    def _rename(self, data: bytes) -> int:
        """Clients send 20 bytes for a name of any length, which counts a NUL or not; after it stands anything."""
        label = self._ids.label(data[0])
        name = labels.check(data[2 : 2 + data[1]].split(b'\0')[0].decode())
        if label == name:
            return _OK  # a sketch says so at each start
        if label is None or self._app.memory.examples.count_of(name):
            return _BUSY  # two classes would become one
        return self._done(Command('rename', (label, name), True))

    def _save(self, data: bytes) -> int:
        """To a set of ours."""
        name = _set_name(data)
        return _OK if name == self._app.status.set else self._done(Command('copy', name, True))

    def _load(self, data: bytes) -> int:
        name = _set_name(data)
        return self._done(Command('set', name, True)) if name in self._app.status.sets else _BUSY

    def _write(self, data: bytes) -> int:
        place = data[3], data[2] + (255 if data[1] == 255 else 0)
        text = data[4 : 4 + data[0]].decode()
        if not text or not settings.sayable(text):
            return _BUSY
        self._texts = [one for one in self._texts if one[:2] != place][1 - _TEXTS :] + [place + (text,)]
        return self._show_texts()

    def _clear(self, data: bytes) -> int:
        self._texts = []
        return self._show_texts()

    def _show_texts(self) -> int:
        """In the order of lines, in one: the screen has its own places."""
        session = self._app.session
        if session.message == self._text:
            session.message = ''
        self._text = ' '.join([text for _, _, text in sorted(self._texts)])
        return _OK

    def _done(self, request: Command) -> int:
        """Have it done: _OK when it is on flash."""
        said = self.ask(request)
        return _BUSY if any([message[0] in ('refused', 'error') for message in said]) else _OK


_DEEDS = {
    _ALGORITHM: Husky._algorithm,
    _NAME: Husky._rename,
    _TEXT: Husky._write,
    _CLEAR: Husky._clear,
    _SAVE: Husky._save,
    _LOAD: Husky._load,
    _LEARN: Husky._learn,
    _FORGET: Husky._forget,
}  # type: dict[int, Callable[[Husky, bytes], int]]
