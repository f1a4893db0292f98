"""The host's side: what the camera is and has, and an export line by line while the camera goes on seeing."""

import sys

from micropython import const

import change as changes
import link
import settings
import version
from battery import OK
from change import checksum

_TYPING = const(0)
if _TYPING:
    from change import Change
    from distance import Scale
    from link import Message
    from memory import Memory

_COUNTED = {changes.LEARN: 'count', changes.MARK: 'anchors', changes.SETTING: 'settings'}


class Host:
    """Answers of the camera about itself; the app fills in what it knows of the board."""

    def __init__(self, memory: 'Memory') -> None:
        self.board = ''
        self.model = ''
        self.battery_mv = None  # type: int | None
        self.usb = None  # type: bool | None  # gives power
        self.level = OK  # of the battery
        self.turn_ms = 0
        self.fit = ''  # how far the rule `fit` is, while it is on (naming.py)
        self.heap_note = ''  # what is wrong with the size of the GC heap
        self._memory = memory
        self._export = None  # type: Export | None

    def status(self, event: str) -> 'Message':
        """`ready` or `status`."""
        memory, examples = self._memory, self._memory.examples
        message = (event, 'app', version.APP, 'board', self.board, 'model', self.model)  # type: Message
        message += ('examples', examples.count, 'capacity', examples.capacity)
        message += ('limit', int(memory.settings.value(settings.LIMIT)), 'battery_mv', self.battery_mv)
        message += ('usb', self.usb)
        message += ('fit', self.fit) if self.fit else ()
        return message + ('heap', self.heap_note) if self.heap_note else message

    def battery(self) -> 'Message':
        return ('battery', 'level', self.level, 'battery_mv', self.battery_mv, 'usb', self.usb)

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

    def about(self) -> str:
        examples = self._memory.examples
        text = 'Madeleine %s, %d of %d' % (version.APP, examples.count, examples.capacity)
        return text + ', %d.%d fps' % divmod(10000 // self.turn_ms, 10) if self.turn_ms else text

    # -- export -----------------------------------------------------------------------------------------------

    def start_export(self, id: 'str | int | None') -> None:
        self._export = Export(self._memory, id)

    def export_line(self) -> 'Message | None':
        """The next message of the export that runs, if one does: one a turn."""
        export = self._export
        if export is None:
            return None
        message = export.next()
        if export.done:
            self._export = None
        return link.with_id(message, export.id)

    def stop_export(self) -> 'Export | None':
        """End the export that runs, if one does: its lines would not fit together any more."""
        export, self._export = self._export, None
        return export


class Export:
    """The messages of one export; the memory must not change until the last one."""

    def __init__(self, memory: 'Memory', id: 'str | int | None') -> None:
        self.id = id
        self.done = False
        self._changes = memory.changes()
        self._counts = dict.fromkeys(_COUNTED, 0)
        self._crc = 0

    def next(self) -> 'Message':
        """The next message."""
        for change in self._changes:
            return self._line(change)
        self.done = True
        message = ('exported',)  # type: Message
        for what in (changes.LEARN, changes.MARK, changes.SETTING):
            message += (_COUNTED[what], self._counts[what])
        return message + ('checksum', '%08x' % self._crc)

    def _line(self, change: 'Change') -> 'Message':
        self._crc = checksum(change, self._crc)
        index = self._counts[change.what]
        self._counts[change.what] = index + 1
        if change.what == changes.SETTING:
            return ('setting', 'name', change.key, 'value', change.value)
        if change.what == changes.MARK:
            return ('anchored', 'value', change.key, 'vector', link.base64(change.value))
        return ('example', 'index', index, 'name', change.key, 'vector', link.base64(change.value))
