"""Least squares in float32, bordered lesson by lesson, against numpy's solution in float64."""

import features
import fit
import numpy as np
import plain_rows
import pytest
import rows
import triangle
from engines import Plain as PlainEngine
from examples import Examples
from test_engines import face_compare
from vectors import on_heap

ADDRESS = 0x40650000
ROOM_BYTES = 528_896  # what 250 examples leave of the AI RAM with our model
LABELS = ["cup", "pen", "", "りんご", "key"]
CLOSE = 0.004  # scores nearer than this may change places: int8 weights are off by a third of a per mille
single = np.float32


class Row:
    """A row of ulab 0.262."""

    def __init__(self, values):
        self.values = values

    def asbytearray(self):
        return self.values

    def __len__(self):
        return len(self.values)

    def __getitem__(self, index):
        return Row(self.values[index].copy())

    def __mul__(self, other):
        factor = single(other) if not isinstance(other, Row) else other.values
        return Row(self.values.astype(single) * factor)

    def __add__(self, other):
        return Row(self.values + (other.values if isinstance(other, Row) else single(other)))


class Ulab:
    """As much of ulab as fit uses; sums are added up one by one."""

    uint8 = np.uint8
    zeros = staticmethod(lambda length, dtype=single: Row(np.zeros(length, dtype)))
    sum = staticmethod(lambda row: float(np.cumsum(row.values, dtype=single)[-1]))
    max = staticmethod(lambda row: float(row.values.max()))
    min = staticmethod(lambda row: float(row.values.min()))


class Memory:
    """uctypes: addresses of the AI RAM, and arrays that are their own address."""

    def __init__(self):
        self.ram = bytearray(np.random.default_rng(0).bytes(ROOM_BYTES))

    def addressof(self, values):
        return values

    def bytearray_at(self, address, size):
        if not isinstance(address, int):
            view = memoryview(address).cast("B")
            assert size <= len(view)
            return view[:size]
        start = address - ADDRESS
        assert 0 <= start <= start + size <= ROOM_BYTES
        return memoryview(self.ram)[start : start + size]


@pytest.fixture(autouse=True)
def memory(monkeypatch):
    memory = Memory()
    monkeypatch.setattr(rows, "uctypes", memory)
    monkeypatch.setattr(triangle, "uctypes", memory)
    return memory


class Engine(PlainEngine):
    def dot(self, query, vector, root):
        return int(whole(query.vector) @ whole(vector))


def whole(vector):
    return np.frombuffer(bytes(vector), np.uint8).astype(np.int64)


def ulab():
    return rows.Ulab(Ulab, face_compare, 384)


class Camera:
    """Examples and their fit, with the truth beside them."""

    def __init__(self, arithmetic=None, size_bytes=ROOM_BYTES):
        self.examples = Examples(Engine(), on_heap(250))
        self.fit = fit.Fit(self.examples, arithmetic or ulab(), triangle.Triangle(ADDRESS, size_bytes))

    def settle(self, turns=100_000):
        """Turns until nothing is left to do; how many."""
        for turn in range(turns):
            if self.fit.state != fit.BUSY and self.fit._revision == self.examples.revision:
                return turn
            self.fit.work()
        raise AssertionError("it never ends")

    def truth(self, queries):
        """Scores (queries, classes) and labels, by numpy."""
        pairs = list(self.examples.items())
        labels = sorted({label for label, _ in pairs})
        known = unit(np.array([whole(vector) for _, vector in pairs], float))
        target = np.array([[label == name for name in labels] for label, _ in pairs], float)
        weights = known.T @ np.linalg.solve(known @ known.T + fit.RIDGE * np.eye(len(pairs)), target)
        return unit(np.array([whole(query) for query in queries], float)) @ weights, labels

    def differences(self, queries):
        """By how much the truth prefers another name than the camera gives, for each query where it does."""
        scores, labels = self.truth(queries)
        names = [self.fit.name(query) for query in queries]
        return [
            score.max() - score[labels.index(name)]
            for score, name in zip(scores, names, strict=True)
            if name != labels[score.argmax()]
        ]


def unit(vectors):
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


class Things:
    """Vectors of kinds of things as a network makes them: not negative, alike, a fifth of them zero."""

    def __init__(self, seed, kinds=12):
        self.random = np.random.default_rng(seed)
        self._kinds = self.random.gamma(0.9, 13, (kinds, features.LENGTH))

    def vector(self, kind=None):
        kind = self.random.integers(len(self._kinds)) if kind is None else kind
        seen = self._kinds[kind] * self.random.normal(1, 0.5, features.LENGTH) + self.random.normal(-1, 6, 768)
        return seen.clip(0, 127).astype(np.uint8).tobytes()

    def vectors(self, count):
        return [self.vector() for _ in range(count)]


@pytest.mark.parametrize("arithmetic", [ulab, plain_rows.Plain])
@pytest.mark.parametrize("seed", range(3))
def test_names_are_numpys_after_every_change(arithmetic, seed):
    things, camera = Things(seed), Camera(arithmetic())
    queries = things.vectors(12)
    for _ in range(25):
        change(things, camera.examples, most=18)
        camera.settle()
        assert camera.fit.state == fit.READY
        if camera.examples.count:
            assert max(camera.differences(queries), default=0) < CLOSE
        else:
            assert camera.fit.name(queries[0]) is None


def change(things, examples, most):
    """A lesson, an undo, a class forgotten or given another name; now and then the same view twice."""
    kind = things.random.random()
    if (kind < 0.6 and examples.count < most) or not examples.count:
        label = things.random.integers(len(LABELS))
        again = examples.count and things.random.random() < 0.1
        vector = bytes(examples.vectors[things.random.integers(examples.count)]) if again else things.vector(label)
        examples.learn(LABELS[label], vector)
    elif kind < 0.8:
        examples.undo()
    elif kind < 0.9:
        examples.forget(examples.labels[things.random.integers(len(examples.labels))])
    else:
        rename(
            examples, examples.labels[things.random.integers(len(examples.labels))], LABELS[things.random.integers(5)]
        )


def rename(examples, old, new):
    """As a replay of the store does it: all that lies in memory is dropped and learned again."""
    pairs = [(new if label == old else label, bytes(vector)) for label, vector in examples.items()]
    examples.clear()
    for label, vector in pairs:
        examples.learn(label, vector)


@pytest.mark.timeout(1200)
def test_twenty_thousand_changes(memory):
    """Names are those of a fresh solution at each hundredth, nothing grows, and the inverse is never built again."""
    things, camera, often = Things(7), Camera(), []
    queries = things.vectors(10)
    for number in range(20_000):
        change(things, camera.examples, most=10 + number // 100 % 40)
        for _ in range(things.random.integers(40)):  # the next change may come before this one is through
            camera.fit.work()
        if number % 100 == 99:
            camera.settle()
            if camera.examples.count:
                often += camera.differences(queries)
    assert max(often, default=0) < CLOSE
