"""The app in one file: modules compiled, checked, and imported as if the pack were a folder (docs/FORMATS.md).

Compiling them and looking for them on /flash takes six times as long (docs/BOARD.md). Without a pack nothing changes.
It lies on flash twice, and so does this module (lib/spare.py): a cut while SPIFFS recycles can take one file of all.
"""

import sys

import ubinascii
import uio
import ujson
import uos
from micropython import const

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable

NAMES = ('app.pack', 'spare.pack')
PLACE = '/app'
IS_FILE = (0x8000, 0, 0, 0, 0, 0, 0, 0, 0, 0)
INDEX_MAX_BYTES = 4096  # a length of rubbish is none
PIECE_BYTES = 256


class Pack:
    """What uos.mount wants of a file system, and import of that."""

    def __init__(self, names: 'list[str]') -> None:
        """names: the copies; the index, and then each module, comes from the first in which it is whole."""
        self._names = names
        self._index = self._whole(_index).decode()  # as text: a dict of it would take 5 KB for ever

    def mount(self, readonly: bool, mkfs: bool) -> None:
        pass

    def stat(self, path: str) -> 'tuple[int, ...]':
        self.entry(path[1:])
        return IS_FILE

    def open(self, path: str, mode: str) -> 'uio.BytesIO | uio.FileIO':
        """A module: read at once, which is quick, or where no piece of the heap is as large, as it is imported."""
        entry = self.entry(path[1:])
        try:
            return uio.BytesIO(self._whole(_module, *entry))
        except MemoryError:
            return self._stream(*entry)

    def _stream(self, offset: int, size: int, crc: int) -> 'uio.FileIO':
        """A module in its file; an import ends where the module does."""
        for name in self._names:
            file = uio.open(name, 'rb')
            if _is_whole(file, offset, size, crc):
                file.seek(offset)
                return file
            file.close()
        raise OSError('the app is damaged')

    def entry(self, name: str) -> 'list[int]':
        """Offset, size and CRC-32 of a module."""
        at = self._index.find('"%s":[' % name)
        if at < 0:
            raise OSError(2)
        start, end = self._index.find('[', at), self._index.find(']', at)
        return ujson.loads(self._index[start : end + 1])  # type: ignore[no-any-return]

    def _whole(self, read: 'Callable[..., bytes]', *arguments: int) -> bytes:
        for name in self._names:
            try:
                with uio.open(name, 'rb') as file:
                    return read(file, *arguments)
            except (OSError, ValueError):
                print('%s is damaged: install again' % name)
        raise OSError('the app is damaged')


def _index(file: 'uio.FileIO') -> bytes:
    size, crc = [int.from_bytes(file.read(4), 'little') for _ in range(2)]
    if not 0 < size <= INDEX_MAX_BYTES:
        raise ValueError
    return _checked(file.read(size), size, crc)


def _module(file: 'uio.FileIO', offset: int, size: int, crc: int) -> bytes:
    file.seek(offset)
    return _checked(file.read(size), size, crc)


def _is_whole(file: 'uio.FileIO', offset: int, size: int, crc: int) -> bool:
    file.seek(offset)
    found = 0
    while size > 0:
        piece = file.read(min(size, PIECE_BYTES))
        if not piece:
            return False
        found = ubinascii.crc32(piece, found)
        size -= len(piece)
    return found & 0xFFFFFFFF == crc


def _checked(content: bytes, size: int, crc: int) -> bytes:
    """Damaged byte code would not be refused by the firmware but run."""
    if len(content) != size or ubinascii.crc32(content) & 0xFFFFFFFF != crc:
        raise ValueError
    return content


def mount(there: 'list[str]') -> None:
    """there: the names on flash. Modules come from the pack, if there is one; those of an update come first."""
    sealed = 'next/sealed' in there
    folders = ('next/', 'lib/') if sealed else ('lib/',)
    # Those of another version do no harm: nothing in them has the checksums of the first one's index.
    names = [folder + name for folder in folders for name in NAMES if folder + name in there]
    if names:
        uos.mount(Pack(names), PLACE)
        sys.path.insert(1 if sealed else 0, PLACE)
