"""The gauge against exact fractions."""

from fractions import Fraction

import features
import pytest
from engines import Plain, Query
from gauge import OFF, Gauge
from hypothesis import given
from hypothesis import strategies as st

LENGTH = 6
vectors = st.binary(min_size=LENGTH, max_size=LENGTH).map(lambda raw: bytes(byte & 127 for byte in raw))


def gauge_of(zero: bytes, full: bytes) -> tuple[Gauge, Plain]:
    engine = Plain()
    gauge = Gauge(engine)
    gauge.anchor(0, zero)
    gauge.anchor(100, full)
    return gauge, engine


def by_definition(p: bytes, a: bytes, b: bytes, limit_steps: int) -> int:
    """t = (p-a).(b-a) / |b-a|^2 in per cent, rounded half up and clamped; OFF far from the line."""
    ab = [y - x for x, y in zip(a, b, strict=True)]
    ap = [y - x for x, y in zip(a, p, strict=True)]
    length = sum(x * x for x in ab)
    if not length:
        return OFF
    t = Fraction(sum(x * y for x, y in zip(ap, ab, strict=True)), length)
    if sum((x - t * y) ** 2 for x, y in zip(ap, ab, strict=True)) > limit_steps:
        return OFF
    return max(0, min(100, (100 * t + Fraction(1, 2)).__floor__()))


@given(vectors, vectors, vectors, st.integers(0, 60000))
def test_it_reads_what_the_definition_says(p, a, b, limit_steps):
    gauge, engine = gauge_of(a, b)
    assert gauge.read(engine.query(p), limit_steps) == by_definition(p, a, b, limit_steps)


@given(vectors, vectors)
def test_the_anchors_themselves_are_0_and_100(a, b):
    gauge, engine = gauge_of(a, b)
    same = a == b
    assert gauge.read(engine.query(a), 0) == (OFF if same else 0)
    assert gauge.read(engine.query(b), 0) == (OFF if same else 100)


def test_the_whole_range_of_real_vectors():
    empty, full = bytes(features.LENGTH), bytes([features.TOP]) * features.LENGTH
    gauge, engine = gauge_of(empty, full)
    assert gauge.read(engine.query(bytes([64]) * features.LENGTH), 0) == 50
    half = bytes([features.TOP, 0]) * (features.LENGTH // 2)
    distance = features.LENGTH * 127 * 127 // 4  # from the line
    assert gauge.read(engine.query(half), distance) == 50
    assert gauge.read(engine.query(half), distance - 1) == OFF


def test_one_anchor_alone_reads_nothing():
    gauge = Gauge(Plain())
    assert gauge.read(Query(), 0) is None
    gauge.anchor(100, b"ab")
    assert gauge.read(Query(), 0) is None and not gauge.ready()
    assert list(gauge.anchors()) == [(100, b"ab")]
    gauge.anchor(0, b"cd")
    assert gauge.ready() and list(gauge.anchors()) == [(0, b"cd"), (100, b"ab")]
    gauge.clear()
    assert gauge.read(Query(), 0) is None and list(gauge.anchors()) == []


@pytest.mark.parametrize("which", [0, 100])
def test_an_anchor_is_a_copy_and_can_be_set_anew(which):
    engine = Plain()
    gauge = Gauge(engine)
    picture = bytearray(b"\x01\x02")
    gauge.anchor(100 - which, b"\x00\x00")
    gauge.anchor(which, picture)
    picture[:] = b"\x00\x09"
    assert gauge.read(engine.query(b"\x01\x02"), 0) == which
    gauge.anchor(which, picture)
    assert gauge.read(engine.query(b"\x00\x09"), 0) == which
