"""The softmax layer learns, its slope is right, and its curves say how it went."""

import numpy as np
from madeleine.teaching.softmax import BATCH, Softmax


def things(count):
    random = np.random.default_rng(count)
    classes = random.integers(0, 3, count)
    return 3 * np.eye(3, 10)[classes] + random.random((count, 10)), classes


def test_it_learns_what_is_easy():
    vectors, classes = things(100)
    layer = Softmax(10, 3, 1)
    course = layer.learn(vectors, classes, things(40), 600)
    new, known = things(50)
    assert np.mean(layer.answers(new) == known) > 0.95
    assert course.judged[-1].loss < course.judged[0].loss / 2 and course.judged[-1].right > 0.95


def test_the_curves_have_a_point_a_batch_and_one_an_epoch():
    vectors, classes = things(2 * BATCH + 3)
    course = Softmax(10, 3, 1).learn(vectors, classes, things(9), 2)
    assert [point.epochs for point in course.judged] == [0, 1, 2]
    np.testing.assert_allclose([point.epochs for point in course.learned], [0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3])


def test_the_first_step_of_adam_is_the_rate_against_the_slope():
    vectors, classes = things(20)
    layer = Softmax(10, 3, 1)
    before = layer._values[0].copy()

    def loss(weights):
        layer._values[0] = weights
        return layer._point(0, vectors, classes).loss

    at, nudge = (4, 1), np.zeros_like(before)
    nudge[at] = 1e-5
    slope = (loss(before + nudge) - loss(before - nudge)) / 2e-5
    layer._values[0] = before.copy()
    layer._step(vectors, classes)
    assert np.isclose((layer._values[0] - before)[at], -0.001 * np.sign(slope), atol=1e-5)


def test_one_seed_gives_one_layer():
    vectors, classes = things(50)
    layers = [Softmax(10, 3, seed) for seed in (1, 1, 2)]
    for layer in layers:
        layer.learn(vectors, classes, things(9), 1)
    assert (layers[0]._values[0] == layers[1]._values[0]).all()
    assert (layers[0]._values[0] != layers[2]._values[0]).any()
