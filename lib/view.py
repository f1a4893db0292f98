"""What the screen shows of a session, frame by frame."""

from micropython import const

import change as changes
import menu
import settings
from battery import EMPTY, OK
from constants import battery_percent
from gauge import OFF

_TYPING = const(0)
if _TYPING:
    from collections.abc import Callable

    from change import Change
    from heat import Heat
    from session import Session
    from status import Status

RING = const(12)  # parts of the ring of a count-down
NUMBER_EVERY = const(4)  # frames: nobody reads ten numbers a second, and writing one takes 100,000 instructions


class View:
    """What one frame shows; screen.py draws it."""

    def __init__(self) -> None:
        self.say = str  # type: Callable[[str], str]  # puts a sentence into the language of the screen
        self.name = None  # type: str | None  # the answer
        self.sure = False  # of the answer
        self.distance = None  # type: int | None  # of the nearest example, in tenths
        self.number = None  # type: int | None  # the same, whole, to be read
        self._updates = 0
        self.gauge = None  # type: str | int | None  # what to write for it
        self.unit = ''  # of it
        self.gauge_name = ''
        self.percent = None  # type: int | None  # 0..100 for the bar
        self.selected = ''  # class at the bottom
        self.count = 0  # of its examples
        self.following = None  # type: str | None  # the class that button B selects; None: a new one
        self.oddness = None  # type: int | None  # 0..100, of a view that is inspected
        self.odd = False  # too much of it
        self.heat = None  # type: Heat | None  # laid over the picture
        self.battery = None  # type: int | None  # its charge, 0..100
        self._battery_mv = None  # type: int | None  # of which it is
        self.low = False  # too little of it
        self.locked = False
        self.usb = False  # gives power
        self.limit = self.strict = 0  # marks of the meter, in tenths
        self.message = ''
        self.count_down = None  # type: int | None  # seconds
        self.ring = 0  # how much of it is left, 0..RING
        self.lesson = ''  # what the count-down leads to
        self.question = ''
        self.hint = ''  # what the buttons do, where it is not what they usually do
        self.menu = None  # type: list[str] | None  # lines of text
        self.views = None  # type: list[int] | None  # of the class in each line, 0..5
        self.cursor = 0
        self._classes = ()  # type: tuple[object, ...]  # what `following` is for

    def answer(self) -> 'tuple[object, ...]':
        """What the upper part of the screen depends on."""
        gauge = None if self.asks() else (self.gauge, self.unit, self.gauge_name, self.percent)
        return self.name, self.sure, self.oddness, self.odd, self.menu is None, gauge

    def asks(self) -> bool:
        """Does a question or a count-down take the middle of the screen?"""
        return bool(self.question) or self.count_down is not None

    def talk(self) -> 'tuple[object, ...]':
        """What the rest depends on, but distance and number, which change in almost every frame."""
        talk = self.message, self.count_down, self.ring, self.lesson, self.question, self.hint
        listed = self.menu, self.views, self.cursor
        power = self.battery, self.low, self.usb, self.locked
        chips = self.selected, self.count, self.following
        return talk, listed, power, chips, (self.limit, self.strict, self.distance is None)

    def update(self, session: 'Session') -> None:
        """Take over what a session shows in this frame."""
        self.sure = session.answer.sure
        self.distance = None if session.distance is None else session.scale.tenths(session.distance)
        self._numbers(session)
        self.name = session.answer.name
        limit = session.limit()
        if limit * 10 != self.limit:
            self.limit, self.strict = limit * 10, session.scale.tenths(session.scale.sure_steps(limit))
        reading = session.gauge.value
        self.gauge = '--' if reading == OFF else reading
        if reading is not None:
            self.unit = session.memory.settings.value(settings.UNIT)
            self.gauge_name = session.memory.settings.value(settings.GAUGE)
            self.percent = _percent(session)
        self.selected = session.classes.current()
        self._follow(session)
        self.heat = session.why.heat
        self._power(session.status)
        self.locked = session.status.locked
        self.message = session.message or ('charge me' if session.status.level == EMPTY else '')
        if self.message:
            self.message = self.say(self.message)
        self._count_down(session)
        self.question = self.say(session.question.text) if session.question else ''
        self.hint = _hint(session)
        if self.hint:
            self.hint = self.say(self.hint)
        self._list(session)

    def _count_down(self, session: 'Session') -> None:
        self.count_down, self.ring, self.lesson = None, 0, ''
        if session.pending:
            self.count_down = session.count_down()
            self.ring = (session.due_in_ms() * RING + changes.COUNT_DOWN_MS - 1) // changes.COUNT_DOWN_MS
            self.lesson = self.say(_lesson(session.pending.change, self.count_down))

    def _follow(self, session: 'Session') -> None:
        """A list of the classes would be garbage of every frame."""
        examples = session.memory.examples
        classes = self.selected, examples.revision
        if classes != self._classes:
            self._classes, self.following = classes, session.classes.following()
            self.count = examples.count_of(self.selected)
            if not examples.count_of(self.following):
                self.following = None

    def _list(self, session: 'Session') -> None:
        """The menu, or the classes."""
        self.menu, self.views, self.cursor = None, None, session.menu.cursor
        if session.menu.classes:
            self.menu, self.views, self.cursor = session.menu.classes.rows(self.cursor)
        elif session.menu.opened:
            self.menu = [self.say(line) for line in _menu(session)]

    def _numbers(self, session: 'Session') -> None:
        """They stand still for some frames, unless the answer is another one."""
        self._updates += 1
        due, inspection = self._updates % NUMBER_EVERY == 0, session.why.inspection
        if self.distance is None:
            self.number = None
        elif due or self.number is None or session.answer.name != self.name:
            self.number = (self.distance + 5) // 10
        if inspection is None:
            self.oddness, self.odd = None, False
        elif due or self.oddness is None or inspection.odd() != self.odd:
            self.oddness, self.odd = inspection.oddness, inspection.odd()

    def _power(self, status: 'Status') -> None:
        if status.battery_mv != self._battery_mv:
            self._battery_mv = status.battery_mv
            self.battery = battery_percent(status.battery_mv) if status.battery_mv else None
        self.low, self.usb = status.level != OK, bool(status.usb)


def _hint(session: 'Session') -> str:
    if session.question:
        return 'A: yes   B: no'
    if session.menu.opened:
        return session.menu.hint()
    if session.pending:
        return 'A, B: stop'
    return 'A, B: end' if session.why.shown or session.why.inspection is not None else ''


def _percent(session: 'Session') -> 'int | None':
    """How far along the gauge the reading is."""
    reading, gauge = session.gauge.value, session.memory.gauge
    length = gauge.high() - gauge.low()
    if reading is None or reading == OFF or not length:
        return None
    return (reading - gauge.low()) * 100 // length


def _lesson(change: 'Change', count_down: 'int | None') -> str:
    if not count_down:
        return 'take the card away'
    if change.what == changes.MARK:
        return 'set %d' % change.key
    return 'learn ' + change.key if change.key else 'ignore this view'


def _menu(session: 'Session') -> 'list[str]':
    lines = []
    for item, title in session.menu.items:
        if item == menu.FORGET:
            title = title % session.classes.current()
        elif item == menu.SET:
            title = title % session.status.set
        elif '%' in title:
            title = title % session.memory.settings.value(item)
        lines.append(title)
    return lines
