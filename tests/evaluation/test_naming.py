"""The rule fit in one matrix product, against the board's own lesson by lesson."""

import numpy as np
import pytest
from madeleine.evaluation.distances import distances
from madeleine.evaluation.naming import answers
from search import Match, Search

from tests.lib.test_fit import CLOSE, Camera, Things, memory, whole

__all__ = ["memory"]
LABELS = np.array([4, 9, 2])  # numbers of classes, in no order


@pytest.mark.parametrize("seed", range(3))
def test_fit_answers_as_the_board(seed):
    things, camera = Things(seed, kinds=3), Camera()
    taught = [(LABELS[number % 3], things.vector(number % 3)) for number in range(12)]
    for label, vector in taught:
        camera.examples.learn(str(label), vector)
    camera.settle()
    asked = [vector for vector in (things.mixed(0, 1) for _ in range(60)) if is_clear(camera, vector)]
    search, match, named = Search(camera.examples, camera.engine), Match(), []
    for vector in asked:
        name = camera.fit.name(vector)
        search.nearest(camera.engine.query(vector), match, only=name)
        named.append((int(name), match.distance))
    vectors = np.array([whole(vector) for vector in [*asked, *(vector for _, vector in taught)]], float)
    rows = np.arange(len(vectors))
    which = distances(vectors, vectors), rows[: len(asked)], rows[len(asked) :], np.array([one for one, _ in taught])
    found = answers("fit", *which)
    assert list(zip(*found, strict=True)) == named and len(named) > 30
    others, nearest = answers("nearest", *which)
    assert (others != found[0]).any() and (nearest <= found[1]).all()


def is_clear(camera, vector):
    """Are the two best scores farther apart than the board's int8 weights may be off?"""
    *_, second, best = sorted(camera.truth([vector])[0][0])
    return best - second > CLOSE
