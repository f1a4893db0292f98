"""What the camera is and has, as it says to a host or on its screen."""

import sys

from micropython import const

import settings
import version
from battery import OK
from constants import FIRST_SET

_TYPING = const(0)
if _TYPING:
    from distance import Scale
    from memory import Memory
    from messages import Message


class Status:
    """The app fills in what it knows of the board."""

    def __init__(self, memory: 'Memory') -> None:
        self.board = ''
        self.model = ''
        self.battery_mv = None  # type: int | None
        self.usb = None  # type: bool | None  # gives power
        self.level = OK  # of the battery
        self.turn_ms = 0
        self.fit = ''  # how far the rule `fit` is, while it is on (rule.py)
        self.set, self.sets = FIRST_SET, [FIRST_SET]  # the active one, and all of them (set_catalogue.py)
        self.locked = False
        self.heap_note = ''  # what is wrong with the size of the GC heap
        self.identity = ()  # type: Message  # its fields of a message (device_id.py)
        self._memory = memory

    def message(self, event: str) -> 'Message':
        """`ready` or `status`."""
        memory, examples = self._memory, self._memory.examples
        message = (event, 'app', version.APP, 'board', self.board, 'model', self.model)  # type: Message
        message += ('examples', examples.count, 'capacity', examples.capacity)
        message += ('limit', int(memory.settings.value(settings.LIMIT)), 'battery_mv', self.battery_mv)
        message += ('usb', self.usb) + self.identity
        message += ('fit', self.fit) if self.fit else ()
        message += ('set', self.set) if len(self.sets) > 1 else ()
        message += ('locked', True) if self.locked else ()
        return message + ('heap', self.heap_note) if self.heap_note else message

    def next_set(self) -> str:
        """The one that the menu goes on to."""
        return self.sets[(self.sets.index(self.set) + 1) % len(self.sets)]

    def classes(self, scale: 'Scale') -> 'Message':
        """`list`: every class with its number of examples, and how many different views they are (coach.py)."""
        import coach

        del sys.modules['coach']
        examples = self._memory.examples
        labels = [label for label in examples.labels if label]
        counts = [[label, examples.count_of(label)] for label in labels]
        views = [coach.views(examples, scale, label) for label in labels]
        ignored = examples.count_of('')
        return ('list', 'classes', counts, 'views', views, 'ignored', ignored, 'examples', examples.count)

    def gauge(self, value: 'int | None') -> 'Message':
        """A reading, with the ends of the gauge if they are not 0 and 100, and with its unit and name if it has any."""
        memory, message = self._memory, ('gauge', 'value', value)  # type: Memory, Message
        low, high = memory.gauge.low(), memory.gauge.high()
        if low != high and (low, high) != (0, 100):
            message += ('low', low, 'high', high)
        for key, name in (('unit', settings.UNIT), ('name', settings.GAUGE)):
            text = memory.settings.value(name)
            message += (key, text) if text else ()
        return message

    def text(self) -> str:
        examples = self._memory.examples
        text = 'Madeleine %s, %d of %d' % (version.APP, examples.count, examples.capacity)
        return text + ', %d.%d fps' % divmod(10000 // self.turn_ms, 10) if self.turn_ms else text
