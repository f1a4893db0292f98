"""The examples in memory, and the k = 1 search: which stored example is nearest to what the camera sees?

The squared distance of two byte vectors is |p|^2 + |q|^2 - 2 p.q, and |q|^2 is kept beside each example, so one
inner product decides; engines.py has three ways to compute it, all exact.
"""

from array import array

import features

FAR = 1 << 40  # no example is as far as this
CAPACITY = 250  # examples
SPARE = 48  # vectors' worth of heap that is left for everything else


class MemoryFull(Exception):
    """There is no room for another example."""


def on_heap(count=CAPACITY):
    """Memory for up to `count` vectors, fewer when the heap is smaller."""
    vectors = []
    try:
        for _ in range(count + SPARE):
            vectors.append(bytearray(features.LENGTH))
    except MemoryError:
        pass
    del vectors[-SPARE:]
    return vectors


class Match:
    """The answer of a search; one object, filled anew each time, so that a frame leaves no garbage."""

    def __init__(self):
        self.clear()

    def clear(self):
        self.label = None  # of the nearest example; '' is an example to ignore; None: there are no examples
        self.distance = FAR  # squared, in steps (features.py)
        self.runner_up = None  # the nearest other label
        self.runner_up_distance = FAR


class Examples:
    """As many examples as it is given vectors to keep them in; `engine` computes inner products."""

    def __init__(self, engine, vectors):
        self._engine = engine
        self.take(vectors)

    def take(self, vectors):
        """Use `vectors`, writable buffers of features.LENGTH bytes, and start without an example."""
        self._vectors = list(vectors)  # those at `count` and above are free
        self.capacity = len(self._vectors)
        self.count = 0
        self.labels = []  # the distinct labels in the order they were learned
        self._norms = array('i', [0] * self.capacity)
        self._label_of = [None] * self.capacity  # the very string in `labels`

    def learn(self, label, vector):
        """Add an example; MemoryFull when there is no room. Label '' makes it one to ignore."""
        if self.full():
            raise MemoryFull('%d examples are all that fit' % self.capacity)
        i = self.count
        self._vectors[i][:] = vector
        self._norms[i] = self._engine.query(self._vectors[i])
        if label not in self.labels:
            self.labels.append(label)
        self._label_of[i] = self.labels[self.labels.index(label)]
        self.count += 1

    def undo(self):
        """Drop the newest example and return its label, or None when there is none."""
        if not self.count:
            return None
        label = self._label_of[self.count - 1]
        self._drop(self.count - 1, self.count)
        return label

    def forget(self, label):
        """Drop every example of a label; how many they were."""
        before = self.count
        i = 0
        while i < self.count:
            if self._label_of[i] == label:
                self._drop(i, i + 1)
            else:
                i += 1
        return before - self.count

    def clear(self):
        self._drop(0, self.count)

    def count_of(self, label):
        """How many examples a label has."""
        return sum(1 for i in range(self.count) if self._label_of[i] == label)

    def full(self):
        return self.count == self.capacity

    def item(self, index):
        """(label, vector) of one example; the vector is valid until the next change."""
        return self._label_of[index], self._vectors[index]

    def items(self):
        """Every item in the order they were learned."""
        for i in range(self.count):
            yield self.item(i)

    def _drop(self, start, end):
        """Remove examples start..end-1; their vectors go to the free end."""
        dropped = self._vectors[start:end]
        del self._vectors[start:end]
        self._vectors.extend(dropped)
        for i in range(end, self.count):
            self._norms[i - (end - start)] = self._norms[i]
            self._label_of[i - (end - start)] = self._label_of[i]
        for i in range(self.count - (end - start), self.count):
            self._label_of[i] = None
        self.count -= end - start
        used = self._label_of[: self.count]
        self.labels[:] = [label for label in self.labels if label in used]

    def find(self, norm, match):
        """Fill `match` with the example nearest to the engine's query and the nearest of another label.

        norm: the squared length of the query, as `engine.query` returned it.
        """
        match.clear()
        dot = self._engine.dot
        best = second = FAR
        label = runner_up = None
        for i in range(self.count):
            distance = norm + self._norms[i] - 2 * dot(self._vectors[i], self._norms[i])
            if distance >= second:
                continue
            of = self._label_of[i]
            if distance < best:
                if of is not label:
                    second, runner_up = best, label
                best, label = distance, of
            elif of is not label:
                second, runner_up = distance, of
        match.label, match.distance = label, best
        match.runner_up, match.runner_up_distance = runner_up, second
