"""How long a turn takes, and the charge of the battery."""

import pytest
from status import BATTERY_EVERY, Status


class Power:
    def __init__(self, battery_mv):
        self.mv = battery_mv

    def battery_mv(self):
        return self.mv


def after(turns, turn_ms, battery_mv=3725):
    status = Status(Power(battery_mv))
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


def test_the_battery_is_read_now_and_then_and_may_be_missing():
    power = Power(4300)
    status = Status(power)
    power.mv = None
    for turn in range(1, BATTERY_EVERY):
        status.turn(turn * 50)
    assert (status.battery_mv, status.battery_percent()) == (4300, 100)
    status.turn(BATTERY_EVERY * 50)
    assert (status.battery_mv, status.battery_percent()) == (None, None)
