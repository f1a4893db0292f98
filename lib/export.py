"""All that was taught and set, told to a host message by message, so that the camera goes on seeing meanwhile."""

import ubinascii

import link
from generation import content


class Export:
    """The messages of one export; `id` is the host's mark of its request. The memory must not change until the last one."""

    def __init__(self, memory, id):
        self.id = id
        self.done = False
        self._changes = memory.changes()
        self._counts = {'setting': 0, 'anchor': 0, 'learn': 0}
        self._crc = 0

    def next(self):
        """The next message."""
        for change in self._changes:
            return self._message(change)
        self.done = True
        counts = self._counts
        message = ('exported', 'count', counts['learn'], 'anchors', counts['anchor'], 'settings', counts['setting'])
        return message + ('checksum', '%08x' % self._crc)

    def _message(self, change):
        what, key, value = change.what, change.key, change.value
        _, key_bytes, value_bytes = content(change)
        self._crc = ubinascii.crc32(value_bytes, ubinascii.crc32(key_bytes, self._crc))
        index = self._counts[what]
        self._counts[what] = index + 1
        if what == 'setting':
            return ('setting', 'name', key, 'value', value)
        if what == 'anchor':
            return ('anchored', 'value', key, 'vector', link.base64(value))
        return ('example', 'index', index, 'name', key, 'vector', link.base64(value))
