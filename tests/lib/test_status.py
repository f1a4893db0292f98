"""Frames a second and battery, as the screen has them."""

import pytest
from status import BATTERY_EVERY, STATUS_EVERY_MS, Status


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


@pytest.mark.parametrize(("turn_ms", "text"), [(50, "20.0 fps 50%"), (86, "11.6 fps 50%"), (2000, "0.5 fps 50%")])
def test_the_rate_is_that_of_the_turns(turn_ms, text):
    turns = 2 + STATUS_EVERY_MS // turn_ms
    assert after(turns, turn_ms).text == text


def test_the_first_turn_says_nothing():
    assert after(1, 50).text == ""


def test_a_camera_that_was_silent_does_not_count_as_a_slow_turn():
    status = after(30, 50)
    status.skip(60_000)
    for turn in range(1, 40):
        status.turn(60_000 + turn * 50)
    assert status.text == "20.0 fps 50%"


def test_the_battery_is_read_now_and_then_and_may_be_missing():
    power = Power(4300)
    status = Status(power)
    power.mv = None
    for turn in range(1, BATTERY_EVERY):
        status.turn(turn * 50)
    assert status.battery_mv == 4300 and status.text == "20.0 fps 100%"
    for turn in range(BATTERY_EVERY, 2 * BATTERY_EVERY):
        status.turn(turn * 50)
    assert status.battery_mv is None and status.text == "20.0 fps"
