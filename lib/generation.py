"""A generation of the store: equal files, the records that are appended to them, and what lives in them.

A file is read twice. The first pass (store_summary.py) counts what is whole and ranks the files; the second
(store_replay.py) does the records of the best one again, in memory.
"""

import ustruct
from micropython import const

import change as word
import store_records
from change import Change
from history import History
from living import LiveExamples
from settings import ID
from store_replay import Replay

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from store_replay import Memory
    from store_summary import FileSummary

_EIO = const(5)


class Generation:
    """What was saved since the last compaction, reset or commit: equal files, and what lives in them."""

    def __init__(self, summary: 'FileSummary', number: int, names: 'list[str]', examples: LiveExamples) -> None:
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

    def read(self, memory: 'Memory', vector_bytes: int) -> Replay:
        """Fill an empty memory. OSError: the files are not what they were."""
        reader = self._read(memory, vector_bytes, ())
        if reader.overflow.count:  # perhaps only for a time: again, without what does not live
            memory.clear()
            reader = self._read(memory, vector_bytes, (reader.examples, reader.overflow))
        self.examples, self.overflow, self.next_serial = reader.examples, reader.overflow, reader.next_serial
        return reader

    def _read(self, memory: 'Memory', vector_bytes: int, living: 'tuple[LiveExamples, ...]') -> Replay:
        for name in self.names:
            reader = Replay(memory, vector_bytes, self.journal.identity[0], self._taken_back, living)
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
