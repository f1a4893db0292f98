"""A small part of bench/heat.py: the heat is where the thing is, more often than Grad-CAM's."""

import numpy as np
import pytest
from madeleine.explain.maps import Model
from madeleine.model import find_model
from madeleine.pictures import is_photograph, photographs

from bench.heat import composites, inside, judge, overlap, ways

TRIALS = 5  # composites of each size
QUARTER = 0.5


@pytest.fixture(scope="module")
def found(shared):
    """{way: judgements} of groceries in a quarter of photographs of something else."""
    backgrounds = sorted(path for path in (shared / "data" / "trashnet").rglob("*") if is_photograph(path))[::4]
    model, results = Model(find_model("madeleine")), {}
    for composite in composites(model, "grocery", photographs(shared / "data" / "grocery"), backgrounds, TRIALS, 1):
        if composite.share == QUARTER:
            for name, cells in ways(model, None, composite):
                results.setdefault(name.strip("*"), []).append(judge(cells, composite))
    return {name: np.array(rows, float).mean(axis=0) for name, rows in results.items()}


def test_pointing_game(found):
    ours, others = (
        next(rows for name, rows in found.items() if name.startswith("ours")),
        found["Grad-CAM of the distance"],
    )
    hit, energy, box = ours
    assert hit >= 0.95 and energy >= 0.65 and box >= 0.5
    assert hit > others[0] + 0.2 and energy > others[1] + 0.2 and box > others[2] + 0.2


def test_chance_is_chance(found):
    assert abs(found["chance"][1] - QUARTER**2) < 0.1


def test_the_judge():
    """Known answers: all heat in the square, none of it, and half of a box."""
    within = inside((0, 0, 112))
    assert within.sum() == 16
    assert overlap((0, 0, 112, 112), (0, 0, 112)) == 1
    assert overlap((0, 0, 56, 112), (0, 0, 112)) == 0.5
    assert overlap((112, 112, 112, 112), (0, 0, 112)) == 0
