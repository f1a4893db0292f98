"""The search against numpy, and against a search that measures every example."""

import engines
import features
import hypothesis.strategies as st
import numpy as np
import pytest
import search
from distance import RIGHT_ANGLE
from engines import Plain
from examples import Examples
from hypothesis import given, settings
from search import Match, Search
from vectors import on_heap

from tests.lib.test_engines import exact, face_compare

LABELS = ["cup", "pen", "", "りんご"]


class Numpy(Plain):
    """An engine as exact as Plain, and fast enough for many examples."""

    def _measure(self, query):
        return int(whole(query.vector) @ whole(query.vector))

    def product(self, query, vector, norm):
        return int(whole(query.vector) @ whole(vector))


def whole(vector) -> np.ndarray:
    return np.frombuffer(bytes(vector), np.uint8).astype(np.int64)


def search_of(engine, pairs=(), capacity: int | None = None) -> Search:
    """A search of examples (label, vector)."""
    examples = Examples(engine, on_heap(len(pairs) if capacity is None else capacity))
    for label, vector in pairs:
        examples.learn(label, vector)
    return Search(examples, engine)


def found(search: Search, vector: bytes) -> tuple:
    """(label, distance, runner-up, its distance)"""
    match, other = Match(), Match()
    search.nearest(search._engine.query(vector), match)
    search.runner_up(match, other)
    return match.label, match.distance, other.label, other.distance


def by_numpy(pairs: list[tuple[str, bytes]], query: bytes) -> tuple:
    """(label, distance, runner-up, its distance); of equally near ones the first learned."""
    if not pairs:
        return None, search.FAR, None, search.FAR
    distances = np.array([exact(query, vector)[2] for _, vector in pairs])
    best = int(np.argmin(distances))
    others = [i for i, (label, _) in enumerate(pairs) if label != pairs[best][0]]
    if not others:
        return pairs[best][0], distances[best], None, search.FAR
    second = min(others, key=lambda i: distances[i])
    return pairs[best][0], distances[best], pairs[second][0], distances[second]


def padded(raw: bytes) -> bytes:
    return bytes(byte & 127 for byte in raw).ljust(features.LENGTH, b"\0")


few_values = st.binary(min_size=3, max_size=3).map(lambda raw: padded(bytes(byte & 3 for byte in raw)))  # many ties


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(LABELS), few_values), max_size=12), few_values)
def test_it_finds_what_numpy_finds_even_among_ties(pairs, query):
    label, distance, _, runner_up_distance = by_numpy(pairs, query)
    got = found(search_of(Numpy(), pairs), query)
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
    searched = search_of(Plain(), pairs)
    assert found(searched, rows[-1]) == by_numpy(pairs, rows[-1])
    assert found(searched, rows[7])[:2] == (pairs[7][0], 0)


class Counting(Numpy):
    """Counts the inner products it is asked for."""

    products = 0

    def gap(self, query, vector, norm):
        self.products += 1
        return super().gap(query, vector, norm)


class Compare(engines.Compare):
    """The engine of the board."""

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
    """Frame by frame, the answer is that of a search that measures everything."""
    random = np.random.default_rng(seed)
    frames = film(random, top)
    searched = search_of(engine(), capacity=40)
    examples = searched._examples
    for frame in frames:
        for _ in range(random.integers(3)):
            vector = np.frombuffer(frames[random.integers(len(frames))], np.uint8) + random.integers(0, 3, 768)
            examples.learn(LABELS[random.integers(4)], np.minimum(vector, 127).astype(np.uint8).tobytes())
        if random.integers(8) == 0:
            examples.forget(LABELS[random.integers(4)])
        assert found(searched, frame) == by_measuring_all(searched, frame)


in_a_plane = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda point: padded(bytes(10 * c for c in point)))


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(LABELS), in_a_plane), max_size=12), st.lists(in_a_plane, max_size=12))
def test_in_a_plane_the_bounds_are_tight_and_ties_many(pairs, queries):
    searched = search_of(Numpy(), pairs)
    for query in queries:
        assert found(searched, query) == by_measuring_all(searched, query)


def by_measuring_all(searched: Search, vector: bytes) -> tuple:
    engine, examples = searched._engine, searched._examples
    query = engine.query(vector)
    measured = []
    for i, (label, stored) in enumerate(examples.items()):
        measured.append((engine.distance(query, stored, examples.norms[i]), i, label))
    if not measured:
        return None, search.FAR, None, search.FAR
    distance, _, label = min(measured)
    others = [entry for entry in measured if entry[2] != label]
    other = min(others) if others else (search.FAR, -1, None)
    return label, distance, other[2], other[0]


def test_a_still_camera_measures_few():
    """Of 100 examples of 10 things a fifth is measured, baselines included, where frames differ by noise."""
    random = np.random.default_rng(3)
    things = random.gamma(0.9, 13, (10, features.LENGTH))
    engine = Counting()
    searched = search_of(engine, capacity=100)
    for i in range(100):
        seen = things[i % 10] + random.normal(0, 6, features.LENGTH)
        searched._examples.learn(str(i % 10), seen.clip(0, 127).astype(np.uint8).tobytes())
    match, other = Match(), Match()
    engine.products = 0
    for _ in range(200):
        seen = things[3] + random.normal(0, 2.4, features.LENGTH)
        searched.nearest(engine.query(seen.clip(0, 127).astype(np.uint8).tobytes()), match)
        assert match.label == "3"
    assert engine.products < 200 * 20
    searched.runner_up(match, other)
    assert other.label not in ("3", None)


def test_the_greatest_distance_is_nearer_than_far():
    searched = search_of(Plain(), [("x", padded(b"\1"))])
    assert found(searched, padded(b"\0\1"))[1] == RIGHT_ANGLE < search.FAR


def test_a_match_is_filled_again():
    cup, pen = padded(b"\1"), padded(b"\2\1")
    searched = search_of(Numpy(), [("cup", cup), ("pen", pen)])
    query = Numpy().query(cup)
    match, other = Match(), Match()
    searched.nearest(query, match)
    searched.runner_up(match, other)
    apart = exact(cup, pen)[2]
    assert (match.label, match.distance, match.query, other.label, other.distance) == ("cup", 0, query, "pen", apart)
    searched._examples.forget("pen")
    searched.nearest(query, match)
    searched.runner_up(match, other)
    assert (match.label, other.label, other.distance) == ("cup", None, search.FAR)
    searched._examples.clear()
    searched.nearest(query, match)
    searched.runner_up(match, other)
    assert (match.label, match.distance) == (other.label, other.distance) == (None, search.FAR)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(LABELS), few_values), max_size=12), few_values, st.integers(1, 5))
def test_scores_are_those_of_the_nearest_of_each_label(pairs, query, most):
    nearest: dict[str, int] = {}
    for label, vector in pairs:
        nearest[label] = min(exact(query, vector)[2], nearest.get(label, search.FAR))
    got = search_of(Numpy(), pairs).scores(Numpy().query(query), most)
    assert [distance for _, distance in got] == sorted(nearest.values())[:most]
    assert all(nearest[label] == distance for label, distance in got) and len({label for label, _ in got}) == len(got)


def test_a_match_of_no_search_has_no_runner_up():
    other = Match()
    search_of(Numpy(), [("cup", padded(b""))]).runner_up(Match(), other)
    assert (other.label, other.distance) == (None, search.FAR)


@pytest.mark.parametrize("change", ["learn", "forget", "undo", "clear", "take"])
def test_a_change_between_the_two_questions_counts(change):
    """The search notices it by the revision of the examples."""
    cup, mug, key, pen = (padded(bytes([10, side])) for side in (0, 2, 6, 9))
    pairs = [("cup", cup), ("pen", pen), ("key", key)]
    searched = search_of(Numpy(), pairs, capacity=4)
    match, other = Match(), Match()
    searched.nearest(Numpy().query(cup), match)
    examples = searched._examples
    arguments = {"learn": ("mug", mug), "forget": ("key",), "take": (on_heap(3),)}.get(change, ())
    getattr(examples, change)(*arguments)
    searched.runner_up(match, other)
    expected = {"learn": ("mug", mug), "forget": ("pen", pen), "undo": ("pen", pen)}.get(change)
    found = (None, search.FAR) if expected is None else (expected[0], exact(cup, expected[1])[2])
    assert (other.label, other.distance) == found


@pytest.mark.parametrize("engine", [Plain, Compare])
def test_asking_again_changes_no_answer(engine):
    random = np.random.default_rng(9)
    frames = film(random, 127)
    searched = search_of(engine(), [(LABELS[i % 4], frame) for i, frame in enumerate(frames)])
    for frame in frames:
        once = found(searched, frame)
        assert [found(searched, frame) for _ in range(3 * len(frames))] == [once] * (3 * len(frames))


@pytest.mark.parametrize("engine", [Numpy, Compare])
@pytest.mark.parametrize("most", [1, 12])
def test_the_nearest_of_one_label(engine, most):
    """Of a label with few examples, which are all measured, and of one with many."""
    random = np.random.default_rng(most)
    frames = film(random, 127)
    pairs = [("many" if i % most else f"few {i}", frame) for i, frame in enumerate(frames)]
    searched, match = search_of(engine(), pairs), Match()
    for frame in frames:
        for label in {label for label, _ in pairs}:
            searched.nearest(searched._engine.query(frame), match, only=label)
            own = [(distance, i) for distance, i in measured(searched, frame) if pairs[i][0] == label]
            assert (match.label, match.distance) == (label, min(own)[0])
    searched.nearest(searched._engine.query(frames[0]), match, only="nobody's")
    assert match.label is None


def measured(searched, vector):
    """(distance, index) of each example."""
    engine, examples = searched._engine, searched._examples
    query = engine.query(vector)
    return [(engine.distance(query, examples.vectors[i], examples.norms[i]), i) for i in range(examples.count)]
