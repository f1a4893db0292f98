"""Does again, in memory, what the records of a file of the store say."""

import ustruct
from micropython import const

import change as word
import store_records
from change import Change
from examples import MemoryFull
from gauge import HIGHEST, LOWEST
from journal import HEADER
from living import LiveExamples

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Iterator
    from typing import Protocol

    class Memory(Protocol):
        """What a store fills, and writes again: memory.Memory, or a catalogue."""

        def apply(self, change: Change) -> object: ...

        def clear(self) -> None: ...

        def changes(self) -> 'Iterator[Change]': ...


class Replay:
    """Does it record by record, and keeps count of the examples."""

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
        self._older = version in store_records.OLDER
        self._older_marks = {}  # type: dict[int, bytes]
        self._taken_back = taken_back
        self._living = living

    def visit(self, kind: int, body: memoryview, offset: int) -> None:
        """Do what one record says; ValueError when it says nothing that can be done."""
        self.records += 1
        if offset in self._taken_back or kind in (HEADER, store_records.SEAL, store_records.TAKEN_BACK):
            return
        if kind == store_records.LEARN:
            self._learn(body)
        elif kind == store_records.UNDO:
            self._undo(store_records.number(body, 0))
        elif kind == store_records.MARK and self._older:
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
        serial = store_records.number(body[:4], 0)
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
        if kind == store_records.MARK:
            value, vector = self._mark(body)
            return Change(word.MARK, value, vector)
        if kind == store_records.SETTING:
            name, text = str(body, 'utf-8').split('\0', 1)
            return Change(word.SETTING, name, text)
        if kind == store_records.FORGET:
            label = str(body, 'utf-8')
            self.overflow.forget(label)
            self.examples.forget(label)
            return Change(word.FORGET, label)
        if kind == store_records.RENAME:
            label, new = str(body, 'utf-8').split('\0')
            self.overflow.rename(label, new)
            self.examples.rename(label, new)
            return Change(word.RENAME, label, new)
        if kind == store_records.FORGET_GAUGE:
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
