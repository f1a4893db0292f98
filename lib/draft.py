"""A generation in the making: files that count for nothing before their seal (docs/FORMATS.md, Store)."""

import ustruct
from micropython import const

from change import LEARN, MARK, checksum
from generation import Generation
from journal import HEADER
from living import LiveExamples
from store_records import SEAL, record
from store_summary import FileSummary

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from typing import Callable, Iterable

    from change import Change
    from files import Files
    from journal import Journal

_EIO = const(5)


class Draft:
    """Equal files `names`, written through `journal`. OSError from a method: the draft is of no use any more."""

    def __init__(self, files: 'Files', journal: 'Journal', names: 'list[str]', number: int) -> None:
        self.names = names
        self.size_bytes = 0  # of each file
        self.marks = 0  # pictures of them
        self._crc = 0  # of all keys and values, as a host computes it too
        self._files = files
        self._journal = journal
        self._number = number
        self._tail = ustruct.pack('<I', number)  # of header and seal
        self._records = 0
        self._examples = LiveExamples()

    def create(self, changes: 'Callable[[], Iterable[Change]]') -> None:
        """Begin the files, each with what `changes()` gives."""
        for name in self.names:
            self._crc, self.marks, self._records, self._examples = 0, 0, 1, LiveExamples()
            with self._files.open(name, 'wb') as file:
                self.size_bytes = self._journal.put(file, HEADER, self._journal.identity, self._tail)
                for change in changes():
                    kind, parts = self._record(change)
                    self.size_bytes += self._journal.put(file, kind, *parts)

    def put(self, change: 'Change') -> None:
        """Append one change to each file and read it back."""
        kind, parts = self._record(change)
        self._append(kind, *parts)

    def complete(self, checksum: str) -> bool:
        """Has all come that was sent? The CRC-32 of that, in eight hex digits, says so."""
        return checksum == '%08x' % self._crc

    def seal(self) -> Generation:
        """Read everything back; from then on it counts."""
        for name in self.names:
            summary = FileSummary(name, self._journal)
            summary.read()
            if summary.damaged or summary.records != self._records:
                raise OSError(_EIO)
        self._append(SEAL, self._tail)
        summary.sealed, summary.records, summary.size_bytes = True, self._records + 1, self.size_bytes
        return Generation(summary, self._number, self.names, self._examples)

    def _append(self, kind: int, *parts: bytes) -> None:
        for name in self.names:
            size_bytes = self._journal.append(name, self.size_bytes, kind, *parts)
        self.size_bytes = size_bytes

    def _record(self, change: 'Change') -> 'tuple[int, list[bytes]]':
        """The next record."""
        self._crc = checksum(change, self._crc)
        self._records += 1
        self.marks += change.what == MARK
        serial = self._examples.count
        if change.what == LEARN:
            self._examples.add(serial, self._examples.known(change.key))
        return record(change, serial)
