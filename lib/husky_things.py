"""The HuskyLens of a camera that looks for things: the id of each class, and what a client may have done.

It runs object classification, or tracking: where the thing is, too.
"""

from micropython import const

import labels
import settings
from change import SETTING, Change
from command import Command
from command_error import CommandError
from husky import ALGORITHM, BUSY, NEED_PRO, OK, Husky
from store import StoreError

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable

    from app import App

_NAME = const(0x2F)
_SAVE = const(0x32)
_LOAD = const(0x33)
_TEXT = const(0x34)
_CLEAR = const(0x35)
_LEARN = const(0x36)
_FORGET = const(0x37)
_TRACKING = const(1)  # algorithms
_CLASSIFICATION = const(6)
_WHOLE = (0, 0, 224, 224)  # the picture
_TEXTS = const(10)  # on the screen


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


class ThingsHusky(Husky):
    """One block at most: the answer's."""

    def __init__(self, app: 'App') -> None:
        Husky.__init__(self, app)
        self._app = app  # type: App
        self._ids = Ids(app)
        self._asked = None  # type: tuple[int, bytes] | None  # a change, which waits for its moment in the turn
        self._texts = []  # type: list[tuple[int, int, str]]  # (y, x, text) that a client has put on the screen
        self._text = ''  # all of them
        self._box = ('', _WHOLE)  # type: tuple[str, tuple[int, ...]]  # where that was seen last

    def hear(self) -> None:
        self._ids.look()
        self.glance()
        if self._asked is not None:
            asked, self._asked = self._asked, None
            self._do(*asked)
            self._ids.look()
        if self._text and not self._app.session.message:
            self._app.session.message = self._text

    # -- what is seen -----------------------------------------------------------------------------------------

    def blocks(self, id: 'int | None') -> 'list[tuple[int, int, int, int, int]]':
        self._ids.look()
        name = self._seen() or ''
        number = self._ids.number(name)
        if not number or id not in (None, number):
            return []
        x, y, width, height = self._place(name)
        return [(x + width // 2, y + height // 2, width, height, number)]

    def learned(self) -> int:
        return self._ids.count()

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

    # -- what is to be done -----------------------------------------------------------------------------------

    def obey(self, command: int, data: bytes) -> None:
        if command in (ALGORITHM, _TEXT, _CLEAR):
            self._do(command, data)
        elif self._asked is None:
            self._asked = command, data
        else:
            self.say(BUSY)

    def _do(self, command: int, data: bytes) -> None:
        try:
            answer = _DEEDS[command](self, data)
        except (CommandError, UnicodeError, IndexError):
            answer = BUSY
        self.say(answer)

    # Each returns the answer's command

    def _algorithm(self, data: bytes) -> int:
        wanted, why = data[0] | data[1] << 8, self._app.session.why
        if wanted not in (_TRACKING, _CLASSIFICATION) or (wanted == _TRACKING and not why.where.possible()):
            return NEED_PRO
        why.followed = wanted == _TRACKING
        self._box = ('', _WHOLE)
        return OK

    def _learn(self, data: bytes) -> int:
        number = data[0] | data[1] << 8
        if not 0 < number < 1000:
            return BUSY
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
            return OK  # a sketch says so at each start
        if label is None or self._app.memory.examples.count_of(name):
            return BUSY  # two classes would become one
        return self._done(Command('rename', (label, name), True))

    def _save(self, data: bytes) -> int:
        """To a set of ours."""
        name = _set_name(data)
        return OK if name == self._app.status.set else self._done(Command('copy', name, True))

    def _load(self, data: bytes) -> int:
        name = _set_name(data)
        return self._done(Command('set', name, True)) if name in self._app.status.sets else BUSY

    def _write(self, data: bytes) -> int:
        place = data[3], data[2] + (255 if data[1] == 255 else 0)
        text = data[4 : 4 + data[0]].decode()
        if not text or not settings.sayable(text):
            return BUSY
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
        return OK

    def _done(self, request: Command) -> int:
        """Have it done: OK when it is on flash."""
        said = self.ask(request)
        return BUSY if any([message[0] in ('refused', 'error') for message in said]) else OK


_DEEDS = {
    ALGORITHM: ThingsHusky._algorithm,
    _NAME: ThingsHusky._rename,
    _TEXT: ThingsHusky._write,
    _CLEAR: ThingsHusky._clear,
    _SAVE: ThingsHusky._save,
    _LOAD: ThingsHusky._load,
    _LEARN: ThingsHusky._learn,
    _FORGET: ThingsHusky._forget,
}  # type: dict[int, Callable[[ThingsHusky, bytes], int]]
