"""The gauge against exact fractions."""

from fractions import Fraction

import distance
import features
import pytest
from engines import Plain, Query
from gauge import OFF, Gauge
from hypothesis import given
from hypothesis import strategies as st

from tests.lib.test_engines import exact

LENGTH = 6
vectors = st.binary(min_size=LENGTH, max_size=LENGTH).map(lambda raw: bytes(byte & 127 for byte in raw))


def gauge_of(zero: bytes, full: bytes) -> tuple[Gauge, Plain]:
    engine = Plain()
    gauge = Gauge(engine)
    gauge.anchor(0, zero)
    gauge.anchor(100, full)
    return gauge, engine


def by_definition(p: bytes, a: bytes, b: bytes, limit_steps: int) -> int:
    """t = (p-a).(b-a) / |b-a|^2 in per cent, rounded half up and clamped; OFF far from the line of the unit vectors."""
    ab = [y - x for x, y in zip(a, b, strict=True)]
    ap = [y - x for x, y in zip(a, p, strict=True)]
    length = sum(x * x for x in ab)
    if not length:
        return OFF
    from_zero, from_full, apart = (exact(*pair)[2] for pair in ((p, a), (p, b), (a, b)))
    if apart:
        along = Fraction(from_zero - from_full + apart, 2 * apart)
        from_zero = (from_zero - along * along * apart).__ceil__()
    if from_zero > limit_steps:
        return OFF
    t = Fraction(sum(x * y for x, y in zip(ap, ab, strict=True)), length)
    return max(0, min(100, (100 * t + Fraction(1, 2)).__floor__()))


@given(vectors, vectors, vectors, st.integers(0, 1 << 20))
def test_it_reads_what_the_definition_says(p, a, b, limit_steps):
    gauge, engine = gauge_of(a, b)
    assert gauge.read(engine.query(p), limit_steps) == by_definition(p, a, b, limit_steps)


@given(vectors, vectors)
def test_the_anchors_themselves_are_0_and_100(a, b):
    gauge, engine = gauge_of(a, b)
    same = a == b
    assert gauge.read(engine.query(a), 1) == (OFF if same else 0)
    assert gauge.read(engine.query(b), 1) == (OFF if same else 100)


def test_a_picture_far_from_both_anchors_is_off():
    third = features.LENGTH // 3
    empty, full = (bytes([one]) * third + bytes([other]) * third + bytes(third) for one, other in ((1, 0), (100, 30)))
    gauge, engine = gauge_of(empty, full)
    middle = bytes([(x + y) // 2 for x, y in zip(empty, full, strict=True)])
    assert 49 <= gauge.read(engine.query(middle), distance.ONE // 100) <= 51
    assert gauge.read(engine.query(bytes(2 * third) + bytes([50]) * third), distance.ONE) == OFF


def test_two_anchors_of_one_direction_still_read():
    gauge, engine = gauge_of(bytes([1]) * LENGTH, bytes([101]) * LENGTH)
    assert gauge.read(engine.query(bytes([51]) * LENGTH), 0) == 50
    assert gauge.read(engine.query(bytes([51]) + bytes(LENGTH - 1)), 0) == OFF


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
