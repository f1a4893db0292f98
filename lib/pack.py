"""The app in one file: modules compiled, checked, and imported as if the pack were a folder (docs/FORMATS.md).

Compiling them and looking for them on /flash takes six times as long (docs/BOARD.md). Without a pack nothing changes.
"""

import sys

import ubinascii
import uio
import ujson
import uos
import ustruct

from files import Files

NAME = 'app.pack'
PLACE = '/app'
IS_FILE = (0x8000, 0, 0, 0, 0, 0, 0, 0, 0, 0)


class Pack:
    """What uos.mount wants of a file system, and import of that."""

    def __init__(self, files, name):
        self._files = files
        self._name = name
        size = ustruct.unpack('<I', self._read(0, 4))[0]
        self._index = ujson.loads(self._read(4, size).decode())

    def _read(self, offset, size):
        with self._files.open(self._name, 'rb') as file:
            file.seek(offset)
            return file.read(size)

    def mount(self, readonly, mkfs):
        pass

    def stat(self, path):
        if path[1:] not in self._index:
            raise OSError(2)
        return IS_FILE

    def open(self, path, mode):
        """A module; a damaged one would not be refused but run."""
        offset, size, crc = self._index[path[1:]]
        content = self._read(offset, size)
        if ubinascii.crc32(content) & 0xFFFFFFFF != crc:
            raise OSError('%s is damaged: install again' % path[1:])
        return uio.BytesIO(content)


def mount(there):
    """there: the names on flash. Modules come from the pack, if there is one; those of an update come first."""
    sealed = 'next/sealed' in there
    for name in ('next/' + NAME, 'lib/' + NAME)[0 if sealed else 1 :]:
        if name in there:
            uos.mount(Pack(Files('/flash'), name), PLACE)
            sys.path.insert(1 if sealed else 0, PLACE)
            return
