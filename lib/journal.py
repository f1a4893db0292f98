"""Records with a checksum in a file: written, read back, and found again after damage.

    magic (1)   kind (1)   length of the body (2)   body   crc32 of all before (4)        little-endian, docs/FORMATS.md

The checksum covers an identity too (which model, which format), so a record of another identity never passes for
ours; only the header, which states the identity, goes without. What the records mean: store_records.py.
Closing a file is what brings it to flash: MaixPy's flush() does, too, but then raises EIO (seen on v0.5.0_9).
"""

import ubinascii
import ustruct
from micropython import const

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from typing import Callable

    from uio import FileIO

    from files import Files

HEADER = const(0x48)  # 'H', the first record of a file
OVERHEAD = const(8)  # bytes of a record beside its body

_MAGIC = const(0xA7)  # no ASCII and no first byte of UTF-8 text that people write
_HEAD = const(4)
_EIO = const(5)
_ENOSPC = const(28)


class Journal:
    """Records in `files` that are checked against `identity`.

    `buffer` holds the largest record, OVERHEAD and body; several journals may share one.
    """

    def __init__(self, files: 'Files', identity: bytes, buffer: bytearray) -> None:
        self.identity = identity
        self._files = files
        self._seed = ubinascii.crc32(identity)
        self._buffer = buffer
        self._view = memoryview(buffer)

    def put(self, file: 'FileIO', kind: int, *parts: bytes) -> int:
        """Write one record, its body being the `parts` in a row, and return its length; OSError when it cannot be."""
        self._files.feed()
        end = _HEAD
        for part in parts:
            self._buffer[end : end + len(part)] = part
            end += len(part)
        ustruct.pack_into('<BBH', self._buffer, 0, _MAGIC, kind, end - _HEAD)
        ustruct.pack_into('<I', self._buffer, end, self._crc(end))
        end += 4
        if file.write(self._view[:end]) != end:
            raise OSError(_ENOSPC)
        return end

    def append(self, name: str, offset: int, kind: int, *parts: bytes) -> int:
        """Add a record to a file of `offset` bytes and read it back; the file's new length. OSError: not there."""
        with self._files.open(name, 'ab') as file:
            if file.seek(0, 2) != offset:
                raise OSError(_EIO)
            total = self.put(file, kind, *parts)
            crc = self._stored_crc(total)
        with self._files.open(name, 'rb') as file:
            if self._read(file, offset) != total or self._stored_crc(total) != crc:
                raise OSError(_EIO)
        return offset + total

    def copy(self, name: str, twin: str) -> None:
        """Make a file equal to another, byte by byte. OSError: it is not."""
        with self._files.open(twin, 'wb'):
            pass
        for offset in range(0, self._files.size(name), len(self._buffer)):
            with self._files.open(name, 'rb') as file:  # one open file at a time is all that flash allows
                count = self._fill(file, offset)
            with self._files.open(twin, 'ab') as file:
                if file.write(self._view[:count]) != count:
                    raise OSError(_ENOSPC)

    def header(self, name: str) -> 'bytes | None':
        """The body of a file's first record, None when that is not an intact header. OSError: a lost page."""
        with self._files.open(name, 'rb') as file:
            total = self._read(file, 0)
        if total and self._buffer[1] == HEADER:
            return bytes(self._body(total))
        return None

    def scan(self, name: str, visit: 'Callable[[int, memoryview, int], None]') -> 'tuple[int, int, int]':
        """Call visit(kind, body, offset) for each intact record: (end of the last one, damaged places, file length).

        `body` is a view, valid during the call. A ValueError from `visit` makes its record a damaged one, and a page
        that the file system has lost counts as damage, too.
        """
        size = self._files.size(name)
        offset = end = damaged = 0
        with self._files.open(name, 'rb') as file:
            while offset < size:
                total = self._visit(file, offset, visit)
                if total:
                    offset = end = offset + total
                else:
                    if offset == end:  # the first bytes of a gap
                        damaged += 1
                    offset = self._next(file, offset + 1, size)
        return end, damaged, size

    def _visit(self, file: 'FileIO', offset: int, visit: 'Callable[[int, memoryview, int], None]') -> int:
        """Show the record at `offset`; its length, 0 when it is not intact."""
        try:
            total = self._read(file, offset)
            if total:
                visit(self._buffer[1], self._body(total), offset)
            return total
        except (ValueError, OSError):
            return 0

    def _fill(self, file: 'FileIO', offset: int) -> int:
        """Read from `offset` on, once more if that fails: what the file system has lost fails again."""
        self._files.feed()
        file.seek(offset)
        try:
            return file.readinto(self._buffer)
        except OSError:
            file.seek(offset)
            return file.readinto(self._buffer)

    def _read(self, file: 'FileIO', offset: int) -> int:
        """Bring the record at `offset` into the buffer; its length, 0 when none is intact there."""
        count = self._fill(file, offset)
        if count < OVERHEAD or self._buffer[0] != _MAGIC:
            return 0
        end = _HEAD + (self._buffer[2] | self._buffer[3] << 8)
        if end + 4 > count or self._stored_crc(end + 4) != self._crc(end):
            return 0
        return end + 4

    def _next(self, file: 'FileIO', offset: int, size: int) -> int:
        """Where from `offset` on a record may begin; `size` when nowhere."""
        while offset < size:
            try:
                count = self._fill(file, offset)
            except OSError:
                count = 0
            for i in range(count):
                if self._buffer[i] == _MAGIC:
                    return offset + i
            offset += count or len(self._buffer)
        return size

    def _body(self, total: int) -> memoryview:
        return self._view[_HEAD : total - 4]

    def _crc(self, end: int) -> int:
        seed = 0 if self._buffer[1] == HEADER else self._seed
        return ubinascii.crc32(self._view[:end], seed)

    def _stored_crc(self, total: int) -> int:
        return int(ustruct.unpack_from('<I', self._buffer, total - 4)[0])
