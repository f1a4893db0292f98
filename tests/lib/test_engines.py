"""The three engines give the same whole number, even in the single precision of the board."""

import math

import engines
import features
import numpy as np
import pytest
from examples import Examples
from gauge import Gauge
from hypothesis import given, settings
from hypothesis import strategies as st
from search import Match, Search
from vectors import on_heap

seeds = st.integers(0, 2**32 - 1)
single = np.float32


def face_compare(a, b):
    """kpu.face_compare in single precision: its sums stay below 2^24 and are exact, the rest is rounded."""
    a, b = (np.frombuffer(bytes(x), np.int8).astype(np.int64) for x in (a, b))
    assert a.any() and b.any(), "the firmware divides by zero"
    lengths = np.sqrt(single((a * a).sum())) * np.sqrt(single((b * b).sum()))
    return single(50) * (single(1) + single((a * b).sum()) / lengths)


class Row:
    """A row of ulab 0.262: uint8 or float; a product with a float, or of two kinds, is float32."""

    def __init__(self, values):
        self.values = values

    def asbytearray(self):
        return memoryview(self.values)

    def __mul__(self, other):
        factor = single(other) if isinstance(other, float) else other.values.astype(single)
        return Row(self.values.astype(single) * factor)


class Ulab:
    """As much of ulab as the engine uses; what comes out of `sum` was added up one by one in float32."""

    uint8 = np.uint8

    @staticmethod
    def zeros(length, dtype):
        return Row(np.zeros(length, dtype))

    @staticmethod
    def sum(row):
        return float(np.cumsum(row.values, dtype=single)[-1])


def vectors(seed: int, kind: str) -> tuple[bytes, bytes]:
    random = np.random.default_rng(seed)
    shape = (2, features.LENGTH)
    if kind == "realistic":
        values = random.gamma(0.9, 0.585 / 0.84 / 0.9, shape) * (random.random(shape) >= 0.16) * 127 / 6
    elif kind == "high":
        values = random.integers(100, 128, shape)
    elif kind == "sparse":
        values = random.integers(1, 128, shape) * (random.random(shape) < 0.005)
    else:
        values = random.integers(0, 128, shape)
    one, other = np.minimum(values, 127).astype(np.uint8)
    return one.tobytes(), other.tobytes()


def products(engine, one: bytes, other: bytes, query: engines.Query | None = None) -> tuple[int, int]:
    """(squared length of the one, inner product) as the engine computes them; `query` is filled again."""
    root = engine.query(bytearray(other)).root
    query = engine.query(bytearray(one), query)
    assert (query.vector, query.norm, query.root) == (one, engine.query(bytearray(one)).norm, engines.root(query.norm))
    alike = [None]
    engine.dots(query, [bytearray(other)], [root], alike)
    assert alike == [engine.dot(query, bytearray(other), root)]
    return query.norm, alike[0]


def exact(one: bytes, other: bytes) -> tuple[int, int]:
    a, b = (np.frombuffer(x, np.uint8).astype(np.int64) for x in (one, other))
    return int(a @ a), int(a @ b)


def compare():
    return engines.Compare(face_compare, features.LENGTH)


def ulab():
    return engines.Ulab(Ulab, features.LENGTH)


@given(st.integers(0, 127 * 127 * features.LENGTH))
def test_a_root_has_sixteen_bits_behind_the_point(norm):
    assert abs(engines.root(norm) - math.isqrt(norm << 32)) <= 1


@pytest.mark.parametrize("kind", ["realistic", "high", "sparse", "any"])
@pytest.mark.parametrize("engine", [engines.Plain, ulab])
@settings(max_examples=20)
@given(seed=seeds)
def test_plain_and_ulab_are_exact(engine, kind, seed):
    assert products(engine(), *vectors(seed, kind)) == exact(*vectors(seed, kind))


@settings(max_examples=200)
@given(seeds)
def test_compare_is_exact_on_realistic_vectors(seed):
    assert products(compare(), *vectors(seed, "realistic")) == exact(*vectors(seed, "realistic"))


@pytest.mark.parametrize("kind", ["high", "sparse", "any"])
@settings(max_examples=60)
@given(seed=seeds)
def test_compare_is_off_by_next_to_nothing_on_the_worst_vectors(kind, seed):
    """Two millionths: 27 units at the most that there can be, where a limit of 200 is 89,606 units."""
    norm, dot = products(compare(), *vectors(seed, kind))
    true_norm, true_dot = exact(*vectors(seed, kind))
    assert abs(norm - true_norm) <= 2 + true_norm * 1.5e-6
    assert abs(dot - true_dot) <= 2 + true_dot * 2e-6


@pytest.mark.parametrize("engine", [engines.Plain, compare, ulab])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (bytes(768), bytes(768)),
        (bytes(768), b"\x05" * 768),
        (b"\x05" * 768, bytes(768)),
        (b"\x7f" + bytes(767), b"\x7f" + bytes(767)),
        (b"\x7f" + bytes(767), bytes(767) + b"\x7f"),
        (b"\x01" + bytes(767), b"\x01" * 768),
    ],
)
def test_vectors_of_nothing_and_next_to_nothing(engine, one, other):
    assert products(engine(), one, other) == exact(one, other)


@pytest.mark.parametrize("engine", [engines.Plain, compare, ulab])
def test_a_query_can_be_filled_again(engine):
    used, query = engine(), engines.Query()
    for kind in ("realistic", "sparse", "realistic"):
        one, other = vectors(11, kind)
        assert products(used, one, other, query) == exact(one, other)
    products(used, bytes(768), bytes(768), query)
    assert products(used, *vectors(12, "realistic"), query) == exact(*vectors(12, "realistic"))
    assert used.query(bytes(768), query) is query


@pytest.mark.parametrize("engine", [engines.Plain, compare, ulab])
def test_nothing_disturbs_the_query_of_a_frame(engine):
    """Neither another query, nor learning, nor an anchor, nor a search for something else."""
    used = engine()
    (one, other), (third, fourth) = vectors(21, "realistic"), vectors(22, "realistic")
    query = used.query(bytearray(one))
    examples, gauge = Examples(used, on_heap(3)), Gauge(used)
    search = Search(examples, used)
    for label, vector in (("cup", third), ("", other), ("pen", fourth)):
        examples.learn(label, vector)
        used.query(vector)
        gauge.anchor(0, vector)
        gauge.anchor(100, third)
        search.nearest(used.query(bytearray(fourth)), Match())
        root = used.query(other).root
        assert (query.norm, used.dot(query, other, root)) == exact(one, other)
