"""All that was taught and set, told to a host message by message, so that the camera goes on seeing meanwhile."""

import link
from change import checksum


class Export:
    """The messages of one export; `id` is the host's mark of its request. The memory must not change until the last one."""

    def __init__(self, memory, id):
        self.id = id
        self.done = False
        self._records = memory.records()
        self._counts = {'setting': 0, 'anchor': 0, 'learn': 0}
        self._crc = 0

    def next(self):
        """The next message."""
        for what, key, value in self._records:
            return self._record(what, key, value)
        self.done = True
        counts = self._counts
        message = ('exported', 'count', counts['learn'], 'anchors', counts['anchor'], 'settings', counts['setting'])
        return message + ('checksum', '%08x' % self._crc)

    def _record(self, what, key, value):
        self._crc = checksum(self._crc, what, key, value)
        index = self._counts[what]
        self._counts[what] = index + 1
        if what == 'setting':
            return ('setting', 'name', key, 'value', value)
        if what == 'anchor':
            return ('anchored', 'value', key, 'vector', link.base64(value))
        return ('example', 'index', index, 'name', key, 'vector', link.base64(value))
