"""The least squares layer: what leave-one-out says in closed form is what leaving out and solving again gives."""

import numpy as np
import pytest
from madeleine.device import fit, settings
from madeleine.evaluation.distances import distances
from madeleine.evaluation.naming import answers
from madeleine.teaching.layers import RIDGES, LeastSquares, unit

PICTURES = 24


@pytest.fixture(params=[12, 60], ids=["many pictures", "few pictures"])
def taught(request):
    """Vectors of three classes with fewer or more features than pictures; groups: two pictures, then one each."""
    features = request.param
    random = np.random.default_rng(4)
    classes = np.arange(PICTURES) % 3
    vectors = random.integers(0, 60, (PICTURES, features)) + 40 * np.eye(3)[classes] @ np.eye(3, features)
    groups = np.array([max(number, 1) for number in range(PICTURES)])
    return np.rint(vectors), classes, groups


def solved(units, classes, ridge):
    """The weights, from nothing."""
    return np.linalg.solve(units.T @ units + ridge * np.eye(units.shape[1]), units.T @ np.eye(3)[classes])


@pytest.mark.parametrize("ridge", RIDGES)
def test_left_out_in_closed_form(taught, ridge):
    vectors, classes, groups = taught
    units = unit(vectors)
    found = LeastSquares(units, classes, groups).left_out(ridge)
    for row in range(PICTURES):
        kept = groups != groups[row]
        np.testing.assert_allclose(found[row], units[row] @ solved(units[kept], classes[kept], ridge), atol=1e-9)


def test_the_layer_and_its_ridge(taught):
    vectors, classes, groups = taught
    units = unit(vectors)
    squares = LeastSquares(units, classes, groups)
    best = squares.best()
    np.testing.assert_allclose(best.weights, solved(units, classes, best.ridge), atol=1e-9)
    assert all(squares.error(best.ridge) <= squares.error(ridge) for ridge in RIDGES)


def test_it_is_the_cameras_rule_with_the_cameras_ridge(taught):
    vectors, classes, groups = taught
    between = distances(vectors, vectors)
    learned, asked = np.arange(0, PICTURES, 2), np.arange(1, PICTURES, 2)
    named, _ = answers(settings.FIT, between, asked, learned, classes[learned])
    units = unit(vectors)
    layer = LeastSquares(units[learned], classes[learned], groups[learned]).layer(fit.RIDGE)
    assert (layer.answers(units[asked]) == named).all()


def test_a_vector_without_a_length_stays_as_it_is():
    assert (unit(np.zeros((1, 3))) == 0).all()
    np.testing.assert_allclose(unit(np.array([[3.0, 4.0]])), [[0.6, 0.8]])
