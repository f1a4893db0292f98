"""The store's files on flash: how much of a file is whole, and what a generation of equal files is good for.

A file is read twice. The first time gives a FileSummary: how much of it is whole, and which of its records were taken
back later. The files are ranked by that, and the second time a Reader does the records of the best to a memory again.
"""

import ustruct
from micropython import const

import change as word
import store_records
from change import Change
from history import History
from journal import HEADER
from living import LiveExamples
from settings import ID
from store_reader import Reader

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from journal import Journal
    from store_reader import Memory

_IDENTITY_BYTES = const(11)  # in a header; the number of the generation follows
_EIO = const(5)


class FileSummary:
    """What one file holds, whatever the changes in it say."""

    def __init__(self, name: str, journal: 'Journal') -> None:
        self.name = name
        self.journal = journal  # reads it
        self.number = 0  # of its generation
        self.sealed = False
        self.records = 0  # all that are intact, header and seal too
        self.taken_back = []  # type: list[int]
        self.damaged = 0  # places
        self._next_serial = 0
        self.size_bytes = 0
        self.torn = False  # it ends in half a record

    def read(self) -> None:
        """Go through the file."""
        try:
            end, self.damaged, self.size_bytes = self.journal.scan(self.name, self._visit)
            self.torn = end < self.size_bytes
        except OSError:  # listed, but not there
            self.damaged = 1

    def _visit(self, kind: int, body: memoryview, offset: int) -> None:
        if kind in (HEADER, store_records.SEAL):
            number = store_records.number(body, 0 if kind == store_records.SEAL else _IDENTITY_BYTES)
            if self.sealed or (number != self.number and self.number):
                raise ValueError(number)  # a page of another file
            self.number, self.sealed = number, kind == store_records.SEAL
        elif kind == store_records.TAKEN_BACK:
            self.taken_back.append(offset - store_records.number(body, 0))
        elif kind == store_records.LEARN:
            serial = store_records.number(body[:4], 0)
            if serial < self._next_serial:
                raise ValueError(serial)  # likewise
            self._next_serial = serial + 1
        self.records += 1

    def sound(self) -> bool:
        """Nothing is missing, but perhaps the last change, in flight when the power went."""
        return self.sealed and self.damaged == (1 if self.torn else 0)

    def rank(self) -> 'tuple[bool, int, int, int, bool, int]':
        """The highest counts. A damaged file is outranked by a sound one of an older generation, which is removed only
        when both copies of the newer one are sealed. Of two unsealed ones the older counts: the other is cut short."""
        number = self.number if self.sealed else 0
        return self.sound(), number, self.records, -self.number, not self.damaged, self.size_bytes


class Generation:
    """What was saved since the last compaction, reset or commit: equal files, and what lives in them."""

    def __init__(self, summary: FileSummary, number: int, names: 'list[str]', examples: LiveExamples) -> None:
        """`summary` of one of the files `names`; there are none before anything was saved."""
        self.journal = summary.journal
        self.number = number  # no file has a higher one
        self.names = names
        self.sealed = summary.sealed
        self.torn = summary.torn  # the files may end in half a record
        self.size_bytes = summary.size_bytes  # of each file
        self.records = summary.records
        self.examples = examples
        self.overflow = LiveExamples()  # on flash, but not in memory
        self.next_serial = examples.count
        self.refused = None  # type: list[str] | None
        self._taken_back = summary.taken_back
        self._history = History()

    def read(self, memory: 'Memory', vector_bytes: int) -> Reader:
        """Fill an empty memory. OSError: the files are not what they were."""
        reader = self._read(memory, vector_bytes, ())
        if reader.overflow.count:  # perhaps only for a time: again, without what does not live
            memory.clear()
            reader = self._read(memory, vector_bytes, (reader.examples, reader.overflow))
        self.examples, self.overflow, self.next_serial = reader.examples, reader.overflow, reader.next_serial
        return reader

    def _read(self, memory: 'Memory', vector_bytes: int, living: 'tuple[LiveExamples, ...]') -> Reader:
        for name in self.names:
            reader = Reader(memory, vector_bytes, self.journal.identity[0], self._taken_back, living)
            try:
                _, reader.damaged, _ = self.journal.scan(name, reader.visit)
                if reader.records >= self.records:
                    reader.finish()
                    return reader
            except OSError:
                pass
            memory.clear()
        raise OSError(_EIO)

    def append(self, kind: int, *parts: bytes) -> int:
        """Write a record to each file and read it back; where it begins. OSError: it may be in the `refused` files."""
        self.torn, self.refused = True, []  # until all of it has been read back
        offset = self.size_bytes
        for name in self.names:
            size_bytes = self.journal.append(name, offset, kind, *parts)
            self.refused.append(name)
        self.torn, self.refused, self.size_bytes = False, None, size_bytes
        self.records += 1
        return offset

    def learned(self, label: str) -> None:
        """The newest record is an example of this label."""
        self.examples.add(self.next_serial, self.examples.known(label))
        self.next_serial += 1

    def changed(self, change: Change, offset: int) -> None:
        """The record at `offset` is a change that is no example, and can be taken back."""
        if change.what == word.FORGET:
            self.examples.forget(change.key)
            self.overflow.forget(change.key)
        elif change.what == word.RENAME:
            self.examples.rename(change.key, change.value)
            self.overflow.rename(change.key, change.value)
        if change.what != word.SETTING or not change.key.startswith(ID):  # an undo passes ids by
            self._history.add(change, offset, self.next_serial)

    def undoable(self) -> 'Change | None':
        """The newest change that can be taken back; of torn files an example only: the next change writes them anew."""
        change = None if self.torn else self._history.newest(self.examples.newest())
        if change is not None:
            return change
        label = self.examples.newest_label()
        return None if label is None else Change(word.LEARN, label)

    def take_back(self) -> None:
        """Undo it, if it is no example. OSError as from append."""
        offset = self._history.offset()
        self.append(store_records.TAKEN_BACK, ustruct.pack('<I', self.size_bytes - offset))
        self._taken_back.append(offset)
        self._history.drop()
