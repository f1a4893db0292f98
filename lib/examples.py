"""The examples in memory: their labels and vectors, and the lengths of these, which every search needs."""

from array import array

from micropython import const

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from engines import Buffer, Engine

CAPACITY = 250  # examples


class MemoryFull(Exception):
    """There is no room for another example."""


class Examples:
    """As many examples as there are vectors to keep them in; `engine` measures them.

    A search reads the lists `vectors`, `norms` and `label_of`, whose first `count` entries are examples.
    """

    def __init__(self, engine: 'Engine', vectors: 'Sequence[bytearray]') -> None:
        """The tables are made here: later the heap has no more pieces of 2 KB (seen on v0.5.0_9)."""
        self.engine = engine
        self.revision = 0  # counts the changes: whoever keeps something derived from the examples compares it
        self.vectors = [b''] * CAPACITY  # type: list[Any]
        self.norms = array('i', bytes(4 * CAPACITY))  # squared lengths
        self.label_of = [''] * CAPACITY  # the very strings in `labels`
        self.take(vectors)

    def take(self, vectors: 'Sequence[bytearray]', first: int = 0) -> None:
        """Use up to CAPACITY `vectors` from the `first` on, and start without an example.

        They are writable buffers of features.LENGTH bytes.
        """
        self.capacity = min(CAPACITY, len(vectors) - first)
        self.vectors[: self.capacity] = vectors[first : first + self.capacity]
        self.count = 0
        self.labels = []  # type: list[str]  # the distinct labels in the order they were learned
        self._counts = []  # type: list[int]  # of the examples of each
        self.revision += 1

    def learn(self, label: str, vector: 'Buffer') -> None:
        """Add an example; MemoryFull when there is no room. Label '' makes it one to ignore."""
        if self.full():
            raise MemoryFull('%d examples are all that fit' % self.capacity)
        i = self.count
        self.vectors[i][:] = vector
        self.norms[i] = self.engine.query(vector).norm
        if label not in self.labels:
            self.labels.append(label)
            self._counts.append(0)
        known = self.labels.index(label)
        self.label_of[i] = self.labels[known]
        self._counts[known] += 1
        self.count += 1
        self.revision += 1

    def undo(self) -> 'str | None':
        """Drop the newest example and return its label, or None when there is none."""
        if not self.count:
            return None
        label = self.label_of[self.count - 1]
        self._drop(self.count - 1, self.count)
        return label

    def forget(self, label: str) -> int:
        """Drop every example of a label; returns how many they were."""
        before = self.count
        i = 0
        while i < self.count:
            if self.label_of[i] == label:
                self._drop(i, i + 1)
            else:
                i += 1
        return before - self.count

    def rename(self, label: str, new: str) -> int:
        """Give every example of a label another one; returns how many have that now."""
        if new in self.labels:
            new = self.labels[self.labels.index(new)]
        elif label in self.labels:
            self.labels[self.labels.index(label)] = new
        for i in range(self.count):
            if self.label_of[i] == label:
                self.label_of[i] = new
        self._recount()
        return self.count_of(new)

    def clear(self) -> None:
        """Drop every example."""
        self._drop(0, self.count)

    def count_of(self, label: str) -> int:
        """How many examples a label has."""
        return self._counts[self.labels.index(label)] if label in self.labels else 0

    def full(self) -> bool:
        return self.count == self.capacity

    def item(self, index: int) -> 'tuple[str, bytearray]':
        """(label, vector) of one example; the vector is valid until the next change."""
        return self.label_of[index], self.vectors[index]

    def items(self) -> 'Iterator[tuple[str, bytearray]]':
        """Every item in the order they were learned."""
        for i in range(self.count):
            yield self.item(i)

    def _drop(self, start: int, end: int) -> None:
        """Remove examples start..end-1; their vectors go to the free end."""
        dropped = self.vectors[start:end]
        del self.vectors[start:end]
        free = self.capacity - len(dropped)
        self.vectors[free:free] = dropped
        for i in range(end, self.count):
            self.norms[i - (end - start)] = self.norms[i]
            self.label_of[i - (end - start)] = self.label_of[i]
        for i in range(self.count - (end - start), self.count):
            self.label_of[i] = ''
        self.count -= end - start
        self._recount()

    def _recount(self) -> None:
        """Keep the labels that an example has, and count these. No copy: in time the heap has no piece of 2 KB left."""
        counts = [0] * len(self.labels)
        for i in range(self.count):
            counts[self.labels.index(self.label_of[i])] += 1
        for known in range(len(counts) - 1, -1, -1):
            if not counts[known]:
                del self.labels[known], counts[known]
        self._counts[:] = counts
        self.revision += 1
