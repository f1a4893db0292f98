"""The decoder of the pose mode: that of the desk, on bytes and in whole numbers."""

import numpy as np
import pose
import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeleine.kpu.format.map_outputs import map_notes
from madeleine.pose.people import Maps, find_person
from madeleine.pose.skeleton import BONES, POINTS

MAP = (pose.POINTS, pose.SIDE, pose.SIDE)


def maps(seed):
    """Heat and offsets as bytes."""
    random = np.random.default_rng(seed)
    return random.integers(0, 256, MAP, np.uint8), random.integers(0, 256, (2, *MAP), np.uint8)


def floats(bytes_, parts):
    return ((bytes_.astype(np.float32) - pose.ZERO) * parts / pose.PARTS).astype(np.float32)


@pytest.mark.parametrize("seed", range(20))
def test_as_on_the_desk(seed):
    heat, short = maps(seed)
    found = pose.points(heat.tobytes(), short.tobytes())
    person = find_person(Maps(floats(heat, pose.HEAT_PARTS), floats(short, pose.OFFSET_PARTS), short, short))
    assert np.abs(np.array(found)[:, :2] - person.points).max() <= 0.5
    assert np.abs(np.array(found)[:, 2] / 100 - person.scores).max() <= 0.00501
    assert pose.is_person(found) == (sum(point[2] for point in found) >= 17 * 25)


def test_the_first_of_equal_cells_and_each_corner():
    heat, short = np.zeros(MAP, np.uint8), np.full((2, *MAP), pose.ZERO, np.uint8)
    heat[0, 3, 5] = heat[0, 9, 1] = 200
    heat[1, 13, 13] = 1
    heat[2, 0, 0], short[:, 2, 0, 0] = 255, (0, 255)  # y first
    found = pose.points(memoryview(heat.tobytes()), bytearray(short.tobytes()))
    assert found[:3] == [(80, 48, 100), (208, 208, 0), (40, -40, 100)]
    assert found[3] == (0, 0, 0)


@given(st.binary(min_size=17, max_size=17))
def test_nobody_below_a_quarter(scores):
    points = [(0, 0, score % 101) for score in scores]
    assert pose.is_person(points) == (np.mean([score for _, _, score in points]) >= 25)


def test_the_facts_of_host_and_board():
    assert map_notes((pose.HEAT_PARTS, pose.OFFSET_PARTS), upside_down=False) == pose.NOTES
    assert len(POINTS) == pose.POINTS and len(BONES) == pose.POINTS - 1
    assert (POINTS[5], POINTS[10], BONES[5]) == ("left_shoulder", "right_wrist", (5, 7))
    assert {end for bone in BONES for end in bone} == set(range(17)), "all hangs together"
