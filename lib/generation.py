"""The store's files on flash: which of them count, and what their records mean (docs/FORMATS.md, Store).

A file is read twice. The first time gives a FileSummary: how much of it is whole, and which of its records were taken
back later. The files are ranked by that, and the second time the records of the best are done to a memory again.

Each example has a serial number, so that an undo after a damaged record still knows its own example: it strikes out
that one and any later one, for those were gone when it was written.
"""

from array import array

import ustruct
from micropython import const

import change as word
from change import Change, encoded
from examples import MemoryFull
from gauge import HIGHEST, LOWEST
from journal import HEADER

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from journal import Journal
    from memory import Memory

# Kinds of records beside the header, and their bodies.
SEAL = const(0x45)  # 'E': generation; the end of what was carried over
UNDO = const(0x55)  # 'U': serial
_TAKEN_BACK = const(0x54)  # 'T': how many bytes before this record that one begins which does not count any more
_LEARN = const(0x4C)  # 'L': serial, label, vector
_MARK = const(0x41)  # 'A': number, vector
_SETTING = const(0x53)  # 'S': name, NUL, text
_FORGET = const(0x46)  # 'F': label
_FORGET_GAUGE = const(0x47)  # 'G'
_RENAME = const(0x52)  # 'R': label, NUL, new label

OLDER = (2, 1)  # versions that are read, and written anew
_IDENTITY_BYTES = const(11)  # in a header; the number of the generation follows
_HISTORY = const(32)  # changes that can be taken back, beside the examples
_EIO = const(5)
_BLOCK = const(64)  # examples


def record(change: Change, serial: int) -> 'tuple[int, list[bytes]]':
    """Kind and body of a change, the body in parts; `serial` is that of a learn."""
    if change.what == word.FORGET_GAUGE:
        return _FORGET_GAUGE, []
    if change.what == word.FORGET:
        return _FORGET, [change.key.encode()]
    if change.what == word.RENAME:
        return _RENAME, [change.key.encode(), b'\0', change.value.encode()]
    key, value = encoded(change)
    if change.what == word.LEARN:
        return _LEARN, [ustruct.pack('<I', serial), key, value]
    return (_MARK if change.what == word.MARK else _SETTING), [key, value]


class LiveExamples:
    """Which examples live, in the order they were learned. In blocks: later the heap has no larger pieces."""

    def __init__(self) -> None:
        self.count = 0
        self._serials = []  # type: list[array[int]]  # _BLOCK in each
        self._label_of = []  # type: list[array[int]]  # likewise, indices into
        self._labels = []  # type: list[str]  # each once

    def _serial(self, index: int) -> int:
        return self._serials[index // _BLOCK][index % _BLOCK]

    def newest(self) -> int:
        """The serial of the newest; -1 without any."""
        return self._serial(self.count - 1) if self.count else -1

    def newest_label(self) -> 'str | None':
        """The label of the newest; None without any."""
        last = self.count - 1
        return self._labels[self._label_of[last // _BLOCK][last % _BLOCK]] if self.count else None

    def add(self, serial: int, label: str) -> None:
        if self.count == _BLOCK * len(self._serials):
            self._serials.append(array('I', bytes(4 * _BLOCK)))
            self._label_of.append(array('H', bytes(2 * _BLOCK)))
        if label not in self._labels:
            self._labels.append(label)
        self._put(serial, self._labels.index(label))

    def _put(self, serial: int, label: int) -> None:
        block, index = self.count // _BLOCK, self.count % _BLOCK
        self._serials[block][index] = serial
        self._label_of[block][index] = label
        self.count += 1

    def undo(self, serial: int) -> int:
        """Strike out this example and any later one; how many that were."""
        before = self.count
        while self.newest() >= serial:
            self.count -= 1
        return before - self.count

    def forget(self, label: str) -> None:
        """Strike out every example of a label."""
        if label not in self._labels:
            return
        gone, before, self.count = self._labels.index(label), self.count, 0
        for i in range(before):
            label_of = self._label_of[i // _BLOCK][i % _BLOCK]
            if label_of != gone:
                self._put(self._serial(i), label_of)

    def rename(self, label: str, new: str) -> None:
        """Every example of a label has another one now."""
        if label not in self._labels:
            return
        old = self._labels.index(label)
        if new not in self._labels:
            self._labels[old] = new
            return
        known = self._labels.index(new)
        for i in range(self.count):
            if self._label_of[i // _BLOCK][i % _BLOCK] == old:
                self._label_of[i // _BLOCK][i % _BLOCK] = known

    def has(self, serial: int) -> bool:
        """Does this example live?"""
        return any([self._serial(i) == serial for i in range(self.count)])

    def known(self, label: str) -> str:
        """The equal label that is in memory already, if there is one: a class needs its name once."""
        return self._labels[self._labels.index(label)] if label in self._labels else label


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
        if kind in (HEADER, SEAL):
            number = _number(body, 0 if kind == SEAL else _IDENTITY_BYTES)
            if self.sealed or (number != self.number and self.number):
                raise ValueError(number)  # a page of another file
            self.number, self.sealed = number, kind == SEAL
        elif kind == _TAKEN_BACK:
            self.taken_back.append(offset - _number(body, 0))
        elif kind == _LEARN:
            serial = _number(body[:4], 0)
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


class Reader:
    """Does to a memory what the records of a file say, and keeps count of the examples."""

    def __init__(
        self,
        memory: 'Memory',
        vector_bytes: int,
        version: int,
        taken_back: 'list[int]',
        living: 'tuple[LiveExamples, ...]',
    ) -> None:
        """`taken_back`: where records begin that do not count; `living`: those to learn, () for all."""
        self.records = 0
        self.damaged = 0  # places
        self.examples = LiveExamples()
        self.overflow = LiveExamples()  # memory has no room for them
        self.next_serial = 0
        self.missing = 0  # examples in between
        self._memory = memory
        self._vector_bytes = vector_bytes
        self._older = version in OLDER
        self._older_marks = {}  # type: dict[int, bytes]
        self._taken_back = taken_back
        self._living = living

    def visit(self, kind: int, body: memoryview, offset: int) -> None:
        """Do what one record says; ValueError when it says nothing that can be done."""
        self.records += 1
        if offset in self._taken_back or kind in (HEADER, SEAL, _TAKEN_BACK):
            return
        if kind == _LEARN:
            self._learn(body)
        elif kind == UNDO:
            self._undo(_number(body, 0))
        elif kind == _MARK and self._older:
            value, vector = self._mark(body)
            self._older_marks[value] = bytes(vector)
        else:
            self._memory.apply(self._change(kind, body))

    def finish(self) -> None:
        """Do what only the end of a file settles: in older ones a later picture of a mark replaces the earlier."""
        for value in self._older_marks:
            self._memory.apply(Change(word.MARK, value, self._older_marks[value]))

    def _learn(self, body: memoryview) -> None:
        split = len(body) - self._vector_bytes
        if split < 4:
            raise ValueError(split)
        label = self.examples.known(str(body[4:split], 'utf-8'))
        serial = _number(body[:4], 0)
        self.missing += max(0, serial - self.next_serial)  # no number is left out in writing
        self.next_serial = max(self.next_serial, serial + 1)
        if self._living and not any([each.has(serial) for each in self._living]):
            return
        try:
            self._memory.apply(Change(word.LEARN, label, body[split:]))
        except MemoryFull:
            self.overflow.add(serial, label)
        else:
            self.examples.add(serial, label)

    def _undo(self, serial: int) -> None:
        self.next_serial = max(self.next_serial, serial + 1)
        self.overflow.undo(serial)
        for _ in range(self.examples.undo(serial)):
            self._memory.apply(Change(word.UNDO))

    def _change(self, kind: int, body: memoryview) -> Change:
        if kind == _MARK:
            value, vector = self._mark(body)
            return Change(word.MARK, value, vector)
        if kind == _SETTING:
            name, text = str(body, 'utf-8').split('\0', 1)
            return Change(word.SETTING, name, text)
        if kind == _FORGET:
            label = str(body, 'utf-8')
            self.overflow.forget(label)
            self.examples.forget(label)
            return Change(word.FORGET, label)
        if kind == _RENAME:
            label, new = str(body, 'utf-8').split('\0')
            self.overflow.rename(label, new)
            self.examples.rename(label, new)
            return Change(word.RENAME, label, new)
        if kind == _FORGET_GAUGE:
            self._older_marks.clear()
            return Change(word.FORGET_GAUGE)
        raise ValueError(kind)

    def _mark(self, body: memoryview) -> 'tuple[int, memoryview]':
        """Number and vector of a mark: 0 and 100 have one byte, other numbers two."""
        split = len(body) - self._vector_bytes
        if split == 1 and body[0] in (0, 100):
            return body[0], body[1:]
        if split == 2 and not self._older:
            value = ustruct.unpack_from('<h', body, 0)[0]
            if LOWEST <= value <= HIGHEST:
                return value, body[2:]
        raise ValueError(split)

    def reports(self, summary: FileSummary) -> 'list[str]':
        """What there is to say of the file, for the user."""
        count = self.examples.count
        overflow = self.overflow.count
        reports = []
        if overflow:
            reports.append('%d examples fit, %d on flash do not: forget a class.' % (count, overflow))
        if summary.sealed and self.damaged == 1 and summary.torn and not self.missing:
            reports.append('The last change was cut off while it was saved; all before it is there.')
        elif summary.sealed and self.damaged:
            reports.append('%s was damaged: %d examples are lost, the rest is there.' % (summary.name, self.missing))
        elif not summary.sealed and self.records > 1:
            reports.append('%s was cut short: %d examples are left.' % (summary.name, count + overflow))
        elif not summary.sealed:
            reports.append('%s is empty: nothing was saved in it.' % summary.name)
        return reports


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
        self._history = []  # type: list[tuple[str, str | int | None, int, int]]

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
        self._history.append((change.what, change.key, offset, self.next_serial))
        del self._history[:-_HISTORY]

    def undoable(self) -> 'Change | None':
        """The newest change that can be taken back; of torn files an example only: the next change writes them anew."""
        if self._history and not self.torn:
            what, key, _, next_serial = self._history[-1]
            if next_serial > self.examples.newest():
                return Change(what, key)
        label = self.examples.newest_label()
        return None if label is None else Change(word.LEARN, label)

    def take_back(self) -> None:
        """Undo it, if it is no example. OSError as from append."""
        _, _, offset, _ = self._history[-1]
        self.append(_TAKEN_BACK, ustruct.pack('<I', self.size_bytes - offset))
        self._taken_back.append(offset)
        self._history.pop()


def _number(body: memoryview, offset: int) -> int:
    """The u32 that ends a body."""
    if len(body) != offset + 4:
        raise ValueError(len(body))
    return int(ustruct.unpack_from('<I', body, offset)[0])
