"""The three engines give the same whole numbers, even in the single precision of the board."""

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
    """kpu.face_compare: the float32 next to the true score (docs/MEASURED.md)."""
    a, b = (np.frombuffer(bytes(x), np.int8).astype(np.int64) for x in (a, b))
    assert a.any() and b.any(), "the firmware divides by zero"
    return single(50 * (1 + int(a @ b) / math.sqrt(int(a @ a) * int(b @ b))))


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
    if kind in ("realistic", "rich"):  # in a rich one 127 stands for less: a byte of madeleine.kmodel is 3.8 / 127
        values = random.gamma(0.9, 0.585 / 0.84 / 0.9, shape) * (random.random(shape) >= 0.16) * 127
        values /= 6 if kind == "realistic" else 3.8
    elif kind == "tour":  # many of its bytes are 0 or 127
        values = 127 * random.random(shape) ** 3
    elif kind == "high":
        values = random.integers(100, 128, shape)
    elif kind == "sparse":
        values = random.integers(1, 128, shape) * (random.random(shape) < 0.005)
    else:
        values = random.integers(0, 128, shape)
    one, other = np.minimum(values, 127).astype(np.uint8)
    return one.tobytes(), other.tobytes()


def compared(engine, one: bytes, other: bytes, query: engines.Query | None = None) -> tuple[int, int, int]:
    """(squared length of the one, inner product, distance) as the engine computes them; `query` is filled again."""
    norm = engine.query(bytearray(other)).norm
    query = engine.query(bytearray(one), query)
    assert (query.vector, query.norm) == (one, engine.query(bytearray(one)).norm)
    gap = engine.gap(query, bytearray(other), norm)
    gaps = [None]
    engine.gaps(query, [bytearray(other)], [norm], gaps)
    found = engine.distance(query, bytearray(other), norm)
    assert gaps == [gap] and abs(gap - 12.5 * found + 6.25) < engines.SLACK / 2
    return query.norm, engine.product(query, bytearray(other), norm), found


def exact(one: bytes, other: bytes) -> tuple[int, int, int]:
    a, b = (np.frombuffer(x, np.uint8).astype(np.int64) for x in (one, other))
    return int(a @ a), int(a @ b), by_definition(int(a @ b), int(a @ a), int(b @ b))


def by_definition(product: int, norm: int, other_norm: int) -> int:
    """2 - 2 cos in steps of 2^-19, the cosine's part cut off."""
    if not norm * other_norm:
        return 0 if norm == other_norm else 1 << 20
    return (1 << 20) - math.isqrt((product << 20) ** 2 // (norm * other_norm))


def compare():
    return engines.Compare(face_compare, features.LENGTH)


def ulab():
    return engines.Ulab(Ulab, features.LENGTH)


@pytest.mark.parametrize("kind", ["realistic", "rich", "tour", "high", "sparse", "any"])
@pytest.mark.parametrize("engine", [engines.Plain, ulab, compare])
@settings(max_examples=40)
@given(seed=seeds)
def test_every_engine_is_exact(engine, kind, seed):
    assert compared(engine(), *vectors(seed, kind)) == exact(*vectors(seed, kind))


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
    assert compared(engine(), one, other) == exact(one, other)


@pytest.mark.parametrize("engine", [engines.Plain, compare, ulab])
def test_a_query_can_be_filled_again(engine):
    used, query = engine(), engines.Query()
    for kind in ("realistic", "sparse", "realistic"):
        one, other = vectors(11, kind)
        assert compared(used, one, other, query) == exact(one, other)
    compared(used, bytes(768), bytes(768), query)
    assert compared(used, *vectors(12, "realistic"), query) == exact(*vectors(12, "realistic"))
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
        gauge.take(on_heap(2))
        gauge.add(0, vector)
        gauge.add(100, third)
        search.nearest(used.query(bytearray(fourth)), Match())
        norm = used.query(other).norm
        assert (query.norm, used.product(query, other, norm)) == exact(one, other)[:2]
