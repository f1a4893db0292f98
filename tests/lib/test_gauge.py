"""The gauge against exact fractions."""

from fractions import Fraction
from itertools import pairwise

import distance
import features
import pytest
from engines import Compare, Plain, Ulab
from gauge import HIGHEST, LOWEST, OFF, PICTURES, Gauge
from hypothesis import given
from hypothesis import strategies as st

from tests.lib.test_engines import compare, exact, ulab

LENGTH = 6
Marks = list[tuple[int, bytes]]
vectors = st.binary(min_size=LENGTH, max_size=LENGTH).map(lambda raw: bytes(byte & 127 for byte in raw))
marks = st.lists(st.tuples(st.integers(LOWEST, HIGHEST) | st.sampled_from([0, 50, 100]), vectors), max_size=PICTURES)


def gauge_of(*taught: tuple[int, bytes], places: int = PICTURES) -> tuple[Gauge, Plain]:
    engine = Plain()
    gauge = Gauge(engine)
    gauge.take([bytearray(len(taught[0][1]) if taught else LENGTH) for _ in range(places)])
    for value, vector in taught:
        gauge.add(value, vector)
    return gauge, engine


def apart(one: bytes, other: bytes) -> int:
    """Of the unit vectors, in steps."""
    return exact(one, other)[2]


def between_two(p: bytes, low: tuple[int, bytes], high: tuple[int, bytes], limit_steps: int) -> tuple[int, int] | None:
    """(distance of p from the segment, reading); None when the segment has no length.

    t = (p-a).(b-a) / |b-a|^2, clamped and rounded half up; OFF far from the line, which goes on.
    """
    (zero, a), (full, b) = low, high
    length = apart(a, b)
    if not length:
        return None
    along = Fraction(apart(p, a) - apart(p, b) + length, 2 * length)
    t = max(Fraction(0), min(Fraction(1), along))
    far = apart(p, b) if t == 1 else (apart(p, a) - t * t * length).__ceil__()
    if (apart(p, a) - along * along * length).__ceil__() > limit_steps:
        return far, OFF
    return far, zero + ((full - zero) * t + Fraction(1, 2)).__floor__()


def by_definition(p: bytes, taught: Marks, limit_steps: int) -> int | None:
    """Of each mark the nearest picture, the first of equally near ones; of the segments the nearest, likewise."""
    nearest: dict[int, bytes] = {}
    for value, vector in taught:
        if value not in nearest or apart(p, vector) < apart(p, nearest[value]):
            nearest[value] = vector
    if len(nearest) < 2:
        return None
    found = [between_two(p, *pair, limit_steps) for pair in pairwise(sorted(nearest.items()))]
    return min((one for one in found if one), key=lambda one: one[0], default=(0, OFF))[1]


@given(vectors, marks, st.integers(0, 1 << 20))
def test_it_reads_what_the_definition_says(p, taught, limit_steps):
    gauge, engine = gauge_of(*taught)
    assert gauge.read(engine.query(p), limit_steps) == by_definition(p, taught, limit_steps)


@given(st.lists(vectors, min_size=2, max_size=PICTURES, unique=True))
def test_the_pictures_themselves_read_their_marks(pictures):
    taught = [(10 * (number // 2), vector) for number, vector in enumerate(pictures)]
    gauge, engine = gauge_of(*taught)
    for value, vector in taught:
        assert gauge.read(engine.query(vector), 0) == (None if len(taught) == 2 else value)


@pytest.mark.parametrize("make", [Plain, compare, ulab])
def test_every_engine_reads_the_same(make):
    engine, plain = make(), Plain()
    assert isinstance(engine, Plain | Compare | Ulab)
    taught = [(number // 2, bytes((seed * 7 + i * number) % 128 for i in range(features.LENGTH)))
              for number, seed in enumerate(range(3, 13))]  # fmt: skip
    one, other = Gauge(engine), Gauge(plain)
    for gauge in (one, other):
        gauge.take([bytearray(features.LENGTH) for _ in taught])
        for value, vector in taught:
            gauge.add(100 * value, vector)
    readings = set()
    for (_, a), (_, b) in pairwise(taught):
        mixed = bytearray((3 * x + y) // 4 for x, y in zip(a, b, strict=True))
        readings.add(one.read(engine.query(mixed), distance.ONE))
        assert one.read(engine.query(mixed), distance.ONE) == other.read(plain.query(mixed), distance.ONE)
    assert len(readings) > 4


def test_a_third_mark_bends_the_line():
    """At 22 of 90 degrees the chord is 0.227 of its length long; that picture may stand for half of the glass."""
    empty, quarter, full = bytes([100, 0]), bytes([100, 41]), bytes([0, 100])
    gauge, engine = gauge_of((0, empty), (425, full))
    assert gauge.read(engine.query(quarter), distance.ONE) == 96
    gauge.add(200, quarter)
    assert gauge.read(engine.query(quarter), distance.ONE) == 200
    assert gauge.read(engine.query(bytes([100, 20])), distance.ONE) == pytest.approx(100, abs=2)  # half the angle
    assert gauge.read(engine.query(bytes([67, 100])), distance.ONE) == pytest.approx(312, abs=2)
    assert (gauge.low(), gauge.high()) == (0, 425)


def test_of_several_pictures_the_nearest_counts():
    """As with Brownie: an empty glass by day and by night, and a full one likewise."""
    day, night = (bytes([90, 10, 0, 0]), bytes([10, 90, 0, 0])), (bytes([0, 0, 20, 2]), bytes([0, 0, 2, 20]))
    gauge, engine = gauge_of((0, day[0]), (100, day[1]), (0, night[0]), (100, night[1]))
    assert gauge.read(engine.query(bytes([50, 50, 0, 0])), distance.ONE // 2) == 50
    assert gauge.read(engine.query(bytes([0, 0, 11, 11])), distance.ONE // 2) == 50
    assert (gauge.count_of(0), gauge.count_of(50)) == (2, 0)


def test_a_picture_far_from_the_line_is_off():
    third = features.LENGTH // 3
    empty, full = (bytes([one]) * third + bytes([other]) * third + bytes(third) for one, other in ((80, 40), (40, 80)))
    gauge, engine = gauge_of((0, empty), (100, full))
    middle = bytes([(x + y) // 2 for x, y in zip(empty, full, strict=True)])
    stranger = bytes(2 * third) + bytes([50]) * third
    assert 49 <= gauge.read(engine.query(middle), distance.ONE // 100) <= 51
    assert gauge.read(engine.query(stranger), distance.ONE) == OFF
    gauge.add(50, middle)
    assert gauge.read(engine.query(middle), distance.ONE // 100) == 50
    assert gauge.read(engine.query(stranger), distance.ONE) == OFF


def test_brightness_alone_makes_no_line():
    """Vectors are compared at length one: two pictures of one direction are the same view, in more or less light."""
    gauge, engine = gauge_of((0, bytes([1]) * LENGTH), (100, bytes([101]) * LENGTH))
    assert gauge.read(engine.query(bytes([51]) * LENGTH), distance.ONE) == OFF
    gauge.add(50, bytes([51, 0, 51, 0, 51, 0]))
    assert gauge.read(engine.query(bytes([51, 0, 51, 0, 51, 0])), 0) == 50
