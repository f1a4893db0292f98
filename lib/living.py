"""Which examples of the store's files live, in the order they were learned.

Each has a serial number, so that an undo after a damaged record still knows its own example: it strikes out that one
and any later one, for those were gone when it was written.
"""

from array import array

from micropython import const

_BLOCK = const(64)  # examples


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
