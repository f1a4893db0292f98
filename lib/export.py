"""All that the camera was taught and set, message by message, while the camera goes on seeing."""

from micropython import const

import change as changes
import messages
from change import checksum

_TYPING = const(0)
if _TYPING:
    from change import Change
    from memory import Memory
    from messages import Message

_COUNTED = {changes.LEARN: 'count', changes.MARK: 'anchors', changes.SETTING: 'settings'}


class Export:
    """The messages of one export; the memory must not change until the last one."""

    def __init__(self, memory: 'Memory', id: 'str | int | None') -> None:
        self.id = id
        self.done = False
        self._changes = memory.changes()
        self._counts = dict.fromkeys(_COUNTED, 0)
        self._crc = 0

    def next(self) -> 'Message':
        """The next message, with the host's mark of its request."""
        return messages.with_id(self._next(), self.id)

    def _next(self) -> 'Message':
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
            return ('anchored', 'value', change.key, 'vector', messages.base64(change.value))
        return ('example', 'index', index, 'name', change.key, 'vector', messages.base64(change.value))
