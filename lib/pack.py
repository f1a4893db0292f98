"""The app in one file: modules compiled, checked, and imported as if the pack were a folder (docs/FORMATS.md).

Compiling them and looking for them on /flash takes six times as long (docs/BOARD.md). Without a pack nothing changes.
It lies on flash twice, and so does this module (lib/spare.py): a cut while SPIFFS recycles can take one file of all.
"""

import sys

import ubinascii
import uio
import ujson
import uos

NAMES = ('app.pack', 'spare.pack')
PLACE = '/app'
IS_FILE = (0x8000, 0, 0, 0, 0, 0, 0, 0, 0, 0)


class Pack:
    """What uos.mount wants of a file system, and import of that."""

    def __init__(self, names):
        """names: the copies; each module comes from the first in which it is whole."""
        self._names = names
        self._index = self._whole(self._read_index)

    def mount(self, readonly, mkfs):
        pass

    def stat(self, path):
        if path[1:] not in self._index:
            raise OSError(2)
        return IS_FILE

    def open(self, path, mode):
        return uio.BytesIO(self._whole(self._read_module, *self._index[path[1:]]))

    def _whole(self, read, *arguments):
        for name in self._names:
            try:
                with uio.open(name, 'rb') as file:
                    return read(file, *arguments)
            except (OSError, ValueError, MemoryError):  # the last one: a length of rubbish
                print('%s is damaged: install again' % name)
        raise OSError('the app is damaged')

    def _read_index(self, file):
        return ujson.loads(file.read(int.from_bytes(file.read(4), 'little')).decode())

    def _read_module(self, file, offset, size, crc):
        """A damaged one would not be refused by the firmware but run."""
        file.seek(offset)
        content = file.read(size)
        if ubinascii.crc32(content) & 0xFFFFFFFF != crc:
            raise ValueError
        return content


def mount(there):
    """there: the names on flash. Modules come from the pack, if there is one; those of an update come first."""
    sealed = 'next/sealed' in there
    for folder in ('next/', 'lib/')[0 if sealed else 1 :]:
        names = [folder + name for name in NAMES if folder + name in there]
        if names:
            uos.mount(Pack(names), PLACE)
            sys.path.insert(1 if sealed else 0, PLACE)
            return
