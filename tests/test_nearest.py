"""The search against numpy, and the examples in memory against a plain list."""

import engines
import features
import hypothesis.strategies as st
import nearest
import numpy as np
import pytest
from engines import Plain
from hypothesis import given, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from nearest import Examples, Match, MemoryFull, on_heap
from test_engines import face_compare

LABELS = ["cup", "pen", "", "りんご"]


class Numpy(Plain):
    """An engine as exact as Plain, and fast enough for many examples."""

    def query(self, vector):
        self.vector = vector
        self._query = np.frombuffer(bytes(vector), np.uint8).astype(np.int64)
        return int(self._query @ self._query)

    def dot(self, vector, root):
        return int(self._query @ np.frombuffer(bytes(vector), np.uint8))


def found(examples: Examples, engine, query: bytes) -> tuple:
    match = Match()
    examples.find(engine.query(query), match)
    return match.label, match.distance, match.runner_up, match.runner_up_distance


def by_numpy(pairs: list[tuple[str, bytes]], query: bytes) -> tuple:
    """(label, distance, runner-up, its distance); of equally near ones the first learned."""
    if not pairs:
        return None, nearest.FAR, None, nearest.FAR
    stored = np.array([list(vector) for _, vector in pairs], np.int64)
    distances = ((stored - np.frombuffer(query, np.uint8)) ** 2).sum(axis=1)
    best = int(np.argmin(distances))
    others = [i for i, (label, _) in enumerate(pairs) if label != pairs[best][0]]
    if not others:
        return pairs[best][0], distances[best], None, nearest.FAR
    second = min(others, key=lambda i: distances[i])
    return pairs[best][0], distances[best], pairs[second][0], distances[second]


def padded(raw: bytes) -> bytes:
    return bytes(byte & 127 for byte in raw).ljust(features.LENGTH, b"\0")


few_values = st.binary(min_size=3, max_size=3).map(lambda raw: padded(bytes(byte & 3 for byte in raw)))  # many ties


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(LABELS), few_values), max_size=12), few_values)
def test_it_finds_what_numpy_finds_even_among_ties(pairs, query):
    engine = Numpy()
    examples = Examples(engine, on_heap(12))
    for label, vector in pairs:
        examples.learn(label, vector)
    label, distance, _, runner_up_distance = by_numpy(pairs, query)
    got = found(examples, engine, query)
    assert (got[0], got[1], got[3]) == (label, distance, runner_up_distance)
    alone = {(other, by_numpy([(other, vector)], query)[1]) for other, vector in pairs if other != label}
    assert got[2] is None if not alone else (got[2], runner_up_distance) in alone


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_it_finds_what_numpy_finds_among_realistic_vectors(seed):
    random = np.random.default_rng(seed)
    shape = (41, features.LENGTH)
    values = random.gamma(0.9, 0.585 / 0.84 / 0.9, shape) * (random.random(shape) >= 0.16) * 127 / 6
    rows = [row.tobytes() for row in np.minimum(values, 127).astype(np.uint8)]
    pairs = [(LABELS[random.integers(4)], row) for row in rows[:-1]]
    engine = Plain()
    examples = Examples(engine, on_heap(len(pairs)))
    for label, vector in pairs:
        examples.learn(label, vector)
    assert found(examples, engine, rows[-1]) == by_numpy(pairs, rows[-1])
    assert found(examples, engine, rows[7])[:2] == (pairs[7][0], 0)


class Counting(Numpy):
    """Counts the inner products it is asked for."""

    products = 0

    def dot(self, vector, root):
        self.products += 1
        return super().dot(vector, root)


class Compare(engines.Compare):
    """The engine of the board, as inexact as it is there with vectors that no network makes."""

    def __init__(self):
        super().__init__(face_compare, features.LENGTH)


def film(random: np.random.Generator, top: int) -> list[bytes]:
    """What a camera sees: kinds of things, each still for a while with noise, moved slowly, and taken away at once."""
    frames = []
    for _ in range(4):
        thing = random.gamma(0.9, top / 9, features.LENGTH)
        drift = random.normal(0, top / 40, features.LENGTH)
        noise = random.choice([0, 0.3, 2])
        for step in range(random.integers(1, 7)):
            values = thing + drift * step * random.integers(2) + random.normal(0, noise, features.LENGTH)
            frames.append(values.round().clip(max(0, top - 127), min(top, 127)).astype(np.uint8).tobytes())
    return frames


@pytest.mark.parametrize("engine", [Plain, Compare])
@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), top=st.sampled_from([2, 60, 127, 227]))
def test_what_is_skipped_could_not_have_won(engine, seed, top):
    """Frame by frame, the answer is that of a search that measures everything with the same engine."""
    random = np.random.default_rng(seed)
    frames = film(random, top)
    examples = Examples(engine(), on_heap(40))
    for frame in frames:
        for _ in range(random.integers(3)):
            vector = np.frombuffer(frames[random.integers(len(frames))], np.uint8) + random.integers(0, 3, 768)
            examples.learn(LABELS[random.integers(4)], np.minimum(vector, 127).astype(np.uint8).tobytes())
        if random.integers(8) == 0:
            examples.forget(LABELS[random.integers(4)])
        assert found(examples, examples._engine, frame) == by_measuring_all(examples, frame)


in_a_plane = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda point: padded(bytes(10 * c for c in point)))


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(LABELS), in_a_plane), max_size=12), st.lists(in_a_plane, max_size=12))
def test_in_a_plane_the_bounds_are_tight_and_ties_many(pairs, queries):
    examples = Examples(Numpy(), on_heap(12))
    for label, vector in pairs:
        examples.learn(label, vector)
    for query in queries:
        assert found(examples, examples._engine, query) == by_measuring_all(examples, query)


def by_measuring_all(examples: Examples, query: bytes) -> tuple:
    engine = examples._engine
    norm = engine.query(query)
    measured = []
    for i, (label, vector) in enumerate(examples.items()):
        measured.append((norm + examples._norms[i] - 2 * engine.dot(vector, examples._roots[i]), i, label))
    if not measured:
        return None, nearest.FAR, None, nearest.FAR
    distance, _, label = min(measured)
    others = [entry for entry in measured if entry[2] != label]
    other = min(others) if others else (nearest.FAR, -1, None)
    return label, distance, other[2], other[0]


def test_a_still_camera_measures_few():
    """Of 100 examples of 10 things a fifth is measured, surveys included, where frames differ by noise."""
    random = np.random.default_rng(3)
    things = random.gamma(0.9, 13, (10, features.LENGTH))
    engine = Counting()
    examples = Examples(engine, on_heap(100))
    for i in range(100):
        seen = things[i % 10] + random.normal(0, 6, features.LENGTH)
        examples.learn(str(i % 10), seen.clip(0, 127).astype(np.uint8).tobytes())
    match = Match()
    engine.products = 0
    for _ in range(200):
        seen = things[3] + random.normal(0, 2.4, features.LENGTH)
        examples.find(engine.query(seen.clip(0, 127).astype(np.uint8).tobytes()), match)
        assert match.label == "3"
    assert engine.products < 200 * 20
    assert match.runner_up != "3"


def test_the_greatest_distance_is_nearer_than_far():
    examples = Examples(Plain(), on_heap(1))
    examples.learn("x", bytes(features.LENGTH))
    greatest = features.LENGTH * features.TOP**2
    assert found(examples, examples._engine, bytes([features.TOP]) * features.LENGTH)[1] == greatest < nearest.FAR


def test_a_match_is_filled_anew():
    engine = Numpy()
    examples = Examples(engine, on_heap(2))
    examples.learn("cup", padded(b"\1"))
    examples.learn("pen", padded(b"\2"))
    match = Match()
    examples.find(engine.query(padded(b"\1")), match)
    assert match.runner_up == "pen"
    examples.forget("pen")
    examples.find(engine.query(padded(b"\1")), match)
    assert (match.runner_up, match.runner_up_distance) == (None, nearest.FAR)
    examples.clear()
    examples.find(engine.query(padded(b"\1")), match)
    assert (match.label, match.distance) == (None, nearest.FAR)


class Life(RuleBasedStateMachine):
    """Any life of the examples, beside a list of (label, vector)."""

    @initialize(free=st.integers(0, 4), pairs=st.lists(st.tuples(st.sampled_from(LABELS), few_values), max_size=6))
    def start(self, free, pairs):
        self.engine = Numpy()
        self.capacity = len(pairs) + free
        self.examples = Examples(self.engine, on_heap(self.capacity))
        self.model: list[tuple[str, bytes]] = []
        for label, vector in pairs:
            self.learn(label, vector)

    @rule(label=st.sampled_from(LABELS), vector=few_values)
    def learn(self, label, vector):
        label = "".join(list(label))  # equal, not the same string
        if len(self.model) == self.capacity:
            with pytest.raises(MemoryFull, match=str(self.capacity)):
                self.examples.learn(label, vector)
        else:
            self.examples.learn(label, memoryview(vector))
            self.model.append((label, vector))

    @rule()
    def undo(self):
        assert self.examples.undo() == (self.model.pop()[0] if self.model else None)

    @rule(label=st.sampled_from(LABELS))
    def forget(self, label):
        left = [pair for pair in self.model if pair[0] != label]
        assert self.examples.forget(label) == len(self.model) - len(left)
        self.model = left

    @rule()
    def clear(self):
        self.examples.clear()
        self.model = []

    @invariant()
    def same(self):
        if not hasattr(self, "model"):
            return
        assert [(label, bytes(vector)) for label, vector in self.examples.items()] == self.model
        assert self.examples.count == len(self.model)
        assert self.examples.full() == (len(self.model) == self.capacity)
        for query in (padded(b""), padded(b"\3\3\3")):
            assert found(self.examples, self.engine, query)[:2] == by_numpy(self.model, query)[:2]
        labels = [label for label, _ in self.model]
        assert sorted(self.examples.labels) == sorted(set(labels))
        assert all(self.examples.count_of(label) == labels.count(label) for label in LABELS)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=25)


def test_labels_are_in_the_order_they_were_learned():
    examples = Examples(Numpy(), on_heap(9))
    for label in ("b", "a", "b", "c", "a"):
        examples.learn(label, padded(b""))
    assert examples.labels == ["b", "a", "c"]
    examples.forget("b")
    examples.learn("b", padded(b""))
    assert examples.labels == ["a", "c", "b"]


@pytest.mark.parametrize("fit", [100, 250, 250 + nearest.SPARE])
def test_some_of_the_heap_is_kept_free(monkeypatch, fit):
    left = [fit]

    def scarce(length):
        if not left[0]:
            raise MemoryError
        left[0] -= 1
        return bytearray(length)

    monkeypatch.setattr(nearest, "bytearray", scarce, raising=False)
    vectors = on_heap(250)
    monkeypatch.undo()
    examples = Examples(Numpy(), vectors)
    assert examples.capacity == fit - nearest.SPARE
    for _ in range(examples.capacity):
        examples.learn("x", padded(b""))
    with pytest.raises(MemoryFull, match=str(examples.capacity)):
        examples.learn("x", padded(b""))


def test_the_usual_capacity_is_what_the_design_promises():
    assert Examples(Numpy(), on_heap()).capacity == 250
