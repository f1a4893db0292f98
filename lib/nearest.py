"""The examples in memory, and the k = 1 search: which stored example is nearest to what the camera sees?

The squared distance of two byte vectors is |p|^2 + |q|^2 - 2 p.q, and |q|^2 is kept beside each example, so one
inner product decides; engines.py has three ways to compute it, all exact.

Most examples are not measured at all. A *survey* measures every one, and keeps the picture and the distances from it
in order. A later picture cannot be nearer to an example than that distance less how far the picture has come since
(the triangle inequality), so the search goes through the examples in that order until none can win any more. What it
finds is what a search of all finds, whatever the camera sees; a still camera finds it after two or three.
"""

from array import array
from math import sqrt

import engines
import features

FAR = 1 << 40  # no example is as far as this
CAPACITY = 250  # examples
SPARE = 48  # vectors' worth of heap that is left for everything else
_INDEX_BITS = 10  # of a key, which is a distance and, below it, the example's index
_INDEX = (1 << _INDEX_BITS) - 1
_SURVEY_AFTER = 2  # examples measured since the last survey, for each example there is


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
    """The answer of a search; one object, filled anew each time, so that a frame leaves no garbage.

    The nearest example of another label is looked for when somebody asks for it, which has to be in the same frame.
    """

    def __init__(self):
        self.fill(None, FAR, None)

    def fill(self, label, distance, find_other):
        self.label = label  # of the nearest example; '' is an example to ignore; None: there are no examples
        self.distance = distance  # squared, in steps (features.py)
        self._find_other = find_other  # from a label to (label, distance) of the nearest with another one
        self._other = None

    @property
    def runner_up(self):
        """The nearest other label, or None."""
        return self._runner_up()[0]

    @property
    def runner_up_distance(self):
        return self._runner_up()[1]

    def _runner_up(self):
        if self._other is None:
            self._other = self._find_other(self.label) if self._find_other else (None, FAR)
        return self._other


class Examples:
    """As many examples as it is given vectors to keep them in; `engine` computes inner products."""

    def __init__(self, engine, vectors):
        self._engine = engine
        self._surveyed = bytearray(features.LENGTH)  # the picture of the survey
        self._surveyed_norm = self._surveyed_root = 0
        self._find_other = self._nearest_other  # once: a bound method made each frame would be garbage
        self.take(vectors)

    def take(self, vectors):
        """Use `vectors`, writable buffers of features.LENGTH bytes, and start without an example."""
        self._vectors = list(vectors)  # those at `count` and above are free
        self.capacity = len(self._vectors)
        self.count = 0
        self.labels = []  # the distinct labels in the order they were learned
        self._counts = []  # of the examples of each
        self._norms = array('i', [0] * self.capacity)
        self._roots = array('i', [0] * self.capacity)  # of the norms
        self._label_of = [None] * self.capacity  # the very string in `labels`
        self._forget_survey()

    def learn(self, label, vector):
        """Add an example; MemoryFull when there is no room. Label '' makes it one to ignore."""
        if self.full():
            raise MemoryFull('%d examples are all that fit' % self.capacity)
        i = self.count
        self._vectors[i][:] = vector
        self._norms[i] = self._engine.query(self._vectors[i])
        self._roots[i] = engines.root(self._norms[i])
        if label not in self.labels:
            self.labels.append(label)
            self._counts.append(0)
        known = self.labels.index(label)
        self._label_of[i] = self.labels[known]
        self._counts[known] += 1
        self.count += 1
        self._forget_survey()

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
        return self._counts[self.labels.index(label)] if label in self.labels else 0

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
            self._roots[i - (end - start)] = self._roots[i]
            self._label_of[i - (end - start)] = self._label_of[i]
        for i in range(self.count - (end - start), self.count):
            self._label_of[i] = None
        self.count -= end - start
        used = self._label_of[: self.count]
        self.labels[:] = [label for label in self.labels if label in used]
        self._counts[:] = [used.count(label) for label in self.labels]
        self._forget_survey()

    def find(self, norm, match):
        """Fill `match` with the example nearest to the engine's query; of equally near ones the first learned.

        norm: the squared length of the query, as `engine.query` returned it.
        """
        self._norm = norm
        self._slack = 4 + (norm >> 17)  # what engines.Compare's distances may be off by (nothing, for real features)
        if self._measured >= _SURVEY_AFTER * self.count or self._lost():
            self._survey()
        distance, index = self._nearest(None)
        match.fill(None if index < 0 else self._label_of[index], distance, self._find_other)

    def _forget_survey(self):
        self._keys = [0] * self.count
        self._measured = _SURVEY_AFTER * self.count

    def _lost(self):
        """Measure how far the picture has come since the survey. Is that so far that most examples could win?"""
        dot, norm = self._engine.dot, self._norm
        moved = norm + self._surveyed_norm - 2 * dot(self._surveyed, self._surveyed_root)
        self._moved = sqrt(moved + self._slack)
        i = self._keys[0] & _INDEX
        nearest = norm + self._norms[i] - 2 * dot(self._vectors[i], self._roots[i])
        reach = sqrt(nearest + self._slack) + self._moved
        return int(reach * reach) > self._keys[self.count // 2] >> _INDEX_BITS

    def _survey(self):
        """Measure every example, and begin the searches to come with the nearest."""
        norm, norms, keys = self._norm, self._norms, self._keys
        self._engine.dots(self._vectors, self._roots, keys)
        for i in range(self.count):
            keys[i] = norm + norms[i] - 2 * keys[i] << _INDEX_BITS | i
        keys.sort()
        self._surveyed[:] = self._engine.vector
        self._surveyed_norm, self._surveyed_root = norm, engines.root(norm)
        self._moved = sqrt(self._slack)
        self._measured = 0

    def _nearest(self, but):
        """(squared distance, index) of the nearest example with another label than `but`; (FAR, -1) without any."""
        dot, norm, norms, roots = self._engine.dot, self._norm, self._norms, self._roots
        vectors, label_of = self._vectors, self._label_of
        best, index, measured = FAR, -1, self._measured
        last = FAR << _INDEX_BITS
        for key in self._keys:
            if key > last:
                break
            i = key & _INDEX
            if label_of[i] is but:
                continue
            measured += 1
            distance = norm + norms[i] - 2 * dot(vectors[i], roots[i])
            if distance < best or (distance == best and i < index):
                best, index = distance, i
                reach = (sqrt(best + self._slack) + self._moved) * 1.00001  # the floats' own errors: ten of 2^-24
                last = int(reach * reach) + 1 + self._slack << _INDEX_BITS | _INDEX
        self._measured = measured
        return best, index

    def _nearest_other(self, label):
        distance, index = self._nearest(label)
        return None if index < 0 else self._label_of[index], distance
