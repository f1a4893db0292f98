"""Distances against their definition, and the numbers people read."""

import math

import distance
import pytest
from constants import MODEL_SCALES, OTHER_SCALE, USUAL_LIMIT
from distance import Scale
from hypothesis import given
from hypothesis import strategies as st

scales = st.builds(Scale, st.integers(1, 255), st.integers(1, USUAL_LIMIT))


@given(st.integers(0, 1 << 80))
def test_a_square_root_is_whole_and_not_above(number):
    assert distance.square_root(number) == math.isqrt(number)


@given(st.integers(0, 1 << 60), st.floats(0.9999, 1.0001))
def test_a_square_root_forgives_a_bad_guess(number, error):
    """The board's floats have 24 bits, and a root of theirs may be off in the last two."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distance, "sqrt", lambda value: max(1.0, math.sqrt(value) * error))
        assert distance.square_root(number) == math.isqrt(number)


@given(st.integers(1, 12_387_072), st.integers(1, 12_387_072), st.floats(0, 1))
def test_a_distance_is_two_less_two_cosines(norm, other, cosine):
    product = int(cosine * math.sqrt(norm * other))
    exact = 2 - 2 * product / math.sqrt(norm * other)
    assert 0 <= distance.between(product, norm, other) / distance.ONE - exact + 1e-12 <= 2**-19 + 2e-12


def test_equal_and_right_angled():
    assert distance.between(50, 50, 50) == distance.between(100, 50, 200) == 0
    assert distance.between(0, 50, 7) == distance.RIGHT_ANGLE == distance.between(0, 0, 7)
    assert distance.between(0, 0, 0) == 0


@given(scales, st.integers(1, 9999), st.integers(0, distance.RIGHT_ANGLE))
def test_what_is_within_a_limit_reads_no_more_than_it(scale, limit, found):
    if found <= scale.steps(limit):
        assert scale.tenths(found) <= 10 * limit
    elif found > scale.steps(limit) + 1:
        assert scale.tenths(found) >= 10 * limit
    assert scale.sure_steps(limit) <= scale.steps(limit)


def test_the_strict_mark_moves_with_the_limit():
    scale = Scale(128, 110)
    assert scale.steps(200) == distance.ONE // 2 and scale.tenths(distance.ONE // 2) == 2000
    assert scale.tenths(scale.sure_steps(200)) == 1100
    assert scale.tenths(scale.sure_steps(100)) == 550


def test_the_scale_of_a_model():
    """Its notes say it; else its name; else it is that of any other."""
    limit = USUAL_LIMIT
    (name, (parts, _)) = next(iter(MODEL_SCALES.items()))
    assert distance.scale_of(name, 128, 110).steps(limit) == distance.ONE // 2
    assert distance.scale_of(name, 0, 0).steps(limit) == parts * distance.ONE // distance.PARTS
    assert distance.scale_of("0badcafe", 0, 0).steps(limit) == OTHER_SCALE[0] * distance.ONE // distance.PARTS
