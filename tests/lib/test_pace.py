"""How long a turn takes."""

import pytest
from pace import Pace


def after(turns, turn_ms):
    status = Pace()
    status.skip(0)
    for turn in range(1, turns + 1):
        status.turn(turn * turn_ms)
    return status


@pytest.mark.parametrize("turn_ms", [50, 86, 2000])
def test_the_mean_is_that_of_the_turns(turn_ms):
    assert after(40, turn_ms).turn_ms() == turn_ms


def test_the_first_turn_says_nothing():
    assert after(1, 50).turn_ms() == 0


def test_a_camera_that_was_silent_does_not_count_as_a_slow_turn():
    status = after(30, 50)
    status.skip(60_000)
    for turn in range(1, 40):
        status.turn(60_000 + turn * 50)
    assert status.turn_ms() == 50
