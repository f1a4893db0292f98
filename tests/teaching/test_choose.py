"""Which pictures go to the camera."""

import numpy as np
import pytest
from madeleine.teaching.choose import METHODS, chosen, quotas
from madeleine.teaching.layers import unit


@pytest.mark.parametrize(
    ("counts", "places", "given"),
    [
        ([100, 100], 10, [5, 5]),
        ([2, 100, 100], 10, [2, 4, 4]),
        ([100, 1, 3], 250, [100, 1, 3]),
        ([5, 5, 5], 7, [2, 2, 3]),
        ([4] * 4, 3, [0, 1, 1, 1]),
    ],
)
def test_small_classes_leave_their_places_to_the_others(counts, places, given):
    assert quotas(counts, places) == given


@pytest.mark.parametrize("method", METHODS)
def test_classes_in_turn_and_none_twice(method):
    random = np.random.default_rng(1)
    vectors, classes = unit(random.random((30, 8))), np.repeat([0, 1, 2], 10)
    rows = chosen(vectors, classes, 12, method)
    assert list(classes[rows]) == [0, 1, 2] * 4
    assert len(set(rows)) == 12


def clusters():
    """Twenty views of one kind, then two of another."""
    random = np.random.default_rng(2)
    common, rare = np.eye(2, 6) * 10
    return unit(np.concatenate([common + random.random((20, 6)), rare + random.random((2, 6))]))


def test_herding_keeps_to_the_mean_and_k_centre_goes_to_the_edge():
    vectors, classes = clusters(), np.zeros(22, np.int64)
    few = chosen(vectors, classes, 2, "k-centre")
    assert few[0] < 20 <= few[1], "the second is as far as can be from the first"
    herd = chosen(vectors, classes, 8, "herding")
    away = {
        name: np.linalg.norm(vectors.mean(0) - vectors[chosen(vectors, classes, 8, name)].mean(0)) for name in METHODS
    }
    assert away["herding"] == min(away.values())
    assert 0 < np.count_nonzero(herd >= 20) < 4


def test_at_random_the_seed_decides():
    vectors, classes = unit(np.random.default_rng(1).random((30, 8))), np.zeros(30, np.int64)
    first, again, other = (list(chosen(vectors, classes, 5, "random", seed)) for seed in (1, 1, 2))
    assert first == again != other
