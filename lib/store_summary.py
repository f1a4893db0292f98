"""The first pass over a file of the store: how much of it is whole, which records were taken back, and its rank."""

from micropython import const

import store_records
from journal import HEADER

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from journal import Journal


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
            number = store_records.number(body, 0 if kind == store_records.SEAL else store_records.IDENTITY_BYTES)
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
