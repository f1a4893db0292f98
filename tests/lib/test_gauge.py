"""The gauge against exact fractions."""

from fractions import Fraction
from itertools import pairwise

import distance
import features
import pytest
from engines import Compare, Plain, Query, Ulab
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
    return sum((x - y) ** 2 for x, y in zip(one, other, strict=True))


def between_two(p: bytes, low: tuple[int, bytes], high: tuple[int, bytes], limit_steps: int) -> tuple[int, int] | None:
    """(squared distance of p from the segment, reading); None when the segment has no length.

    t = (p-a).(b-a) / |b-a|^2, clamped and rounded half up; OFF far from the line of the unit vectors.
    """
    (zero, a), (full, b) = low, high
    length = apart(a, b)
    if not length:
        return None
    along = Fraction(apart(p, a) - apart(p, b) + length, 2 * length)
    t = max(Fraction(0), min(Fraction(1), along))
    far = (apart(p, a) - 2 * t * along * length + t * t * length).__ceil__()
    from_a, from_b, long = (exact(*pair)[2] for pair in ((p, a), (p, b), (a, b)))
    if long:
        along = Fraction(from_a - from_b + long, 2 * long)
        from_a = (from_a - along * along * long).__ceil__()
    if from_a > limit_steps:
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


@given(vectors, vectors, vectors, st.integers(0, 1 << 20))
def test_two_marks_read_as_in_the_first_edition(p, a, b, limit_steps):
    gauge, engine = gauge_of((100, b), (0, a))
    ab = [y - x for x, y in zip(a, b, strict=True)]
    ap = [y - x for x, y in zip(a, p, strict=True)]
    reading = gauge.read(engine.query(p), limit_steps)
    if reading != OFF:
        t = Fraction(100 * sum(x * y for x, y in zip(ap, ab, strict=True)), sum(x * x for x in ab))
        assert reading == max(0, min(100, (t + Fraction(1, 2)).__floor__()))


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
    """A quarter of the way in the vectors stands for half of it in millilitres."""
    empty, quarter, full = bytes([1, 1, 1]), bytes([26, 1, 1]), bytes([101, 1, 1])
    gauge, engine = gauge_of((0, empty), (425, full))
    assert gauge.read(engine.query(quarter), distance.ONE) == 106
    gauge.add(200, quarter)
    assert gauge.read(engine.query(quarter), distance.ONE) == 200
    assert gauge.read(engine.query(bytes([11, 1, 1])), distance.ONE) == 80
    assert gauge.read(engine.query(bytes([51, 1, 1])), distance.ONE) == 275
    assert (gauge.low(), gauge.high()) == (0, 425)


def test_of_several_pictures_the_nearest_counts():
    """As with Brownie: an empty glass by day and by night, and a full one likewise."""
    day, night = (bytes([90, 10, 0, 0]), bytes([90, 90, 0, 0])), (bytes([0, 0, 20, 2]), bytes([0, 0, 20, 20]))
    gauge, engine = gauge_of((0, day[0]), (100, day[1]), (0, night[0]), (100, night[1]))
    assert gauge.read(engine.query(bytes([90, 50, 0, 0])), distance.ONE // 50) == 50
    assert gauge.read(engine.query(bytes([0, 0, 20, 11])), distance.ONE // 50) == 50
    assert (gauge.count_of(0), gauge.count_of(50)) == (2, 0)


def test_a_picture_far_from_the_line_is_off():
    third = features.LENGTH // 3
    empty, full = (bytes([one]) * third + bytes([other]) * third + bytes(third) for one, other in ((1, 0), (100, 30)))
    gauge, engine = gauge_of((0, empty), (100, full))
    middle = bytes([(x + y) // 2 for x, y in zip(empty, full, strict=True)])
    stranger = bytes(2 * third) + bytes([50]) * third
    assert 49 <= gauge.read(engine.query(middle), distance.ONE // 100) <= 51
    assert gauge.read(engine.query(stranger), distance.ONE) == OFF
    gauge.add(50, middle)
    assert gauge.read(engine.query(middle), distance.ONE // 100) == 50
    assert gauge.read(engine.query(stranger), distance.ONE) == OFF


def test_two_pictures_of_one_direction_still_read():
    gauge, engine = gauge_of((0, bytes([1]) * LENGTH), (100, bytes([101]) * LENGTH))
    assert gauge.read(engine.query(bytes([51]) * LENGTH), 0) == 50
    assert gauge.read(engine.query(bytes([51]) + bytes(LENGTH - 1)), 0) == OFF


def test_one_mark_alone_reads_nothing():
    gauge, _ = gauge_of(places=3)
    gauge.take([bytearray(2) for _ in range(3)])
    assert gauge.read(Query(), 0) is None
    gauge.add(100, b"ab")
    gauge.add(100, b"bc")
    assert gauge.read(Query(), 0) is None
    assert list(gauge.marks()) == [(100, b"ab"), (100, b"bc")]
    gauge.add(-5, b"cd")
    assert list(gauge.marks()) == [(-5, b"cd"), (100, b"ab"), (100, b"bc")]
    assert gauge.full()
    with pytest.raises(ValueError, match="7"):
        gauge.add(7, b"ef")
    gauge.clear()
    assert gauge.read(Query(), 0) is None and list(gauge.marks()) == [] and not gauge.full()


def test_a_picture_is_a_copy():
    gauge, engine = gauge_of((0, b"\x00\x00"))
    picture = bytearray(b"\x01\x02")
    gauge.add(100, picture)
    picture[:] = b"\x00\x09"
    assert gauge.read(engine.query(b"\x01\x02"), 0) == 100
