"""What the battery's voltage means."""

from types import SimpleNamespace

import pytest
from battery import EMPTY, LOW, OK, Battery
from view import View

from tests.lib.session_camera import Camera


class Bench:
    """A battery whose voltage and charger a test sets; what is known of it, and what is said."""

    def __init__(self, usb=False):
        self.mv, self.plugged = None, usb
        self.files = SimpleNamespace(frozen=False)
        self.session = Camera().session
        self.status = self.session.status
        power = SimpleNamespace(battery_mv=lambda: self.mv, usb=lambda: self.plugged)
        self.battery = Battery(power, self.files, self.session)

    def read(self, mv):
        self.mv = mv
        self.battery.read()
        assert self.files.frozen == (self.status.level == EMPTY)
        return self.status.level

    def looks(self, turns):
        """The turns in which it is looked at."""
        found = []
        for turn in range(1, turns + 1):
            self.status.usb = "not looked at"
            self.battery.turn(turn)
            found += [turn] if self.status.usb != "not looked at" else []
        return found


def levels(*readings, usb=False):
    bench = Bench(usb)
    return [bench.read(mv) for mv in readings]


def test_low_is_below_3500_mv_and_ends_above_3600():
    assert levels(3500, 3499, 3500, 3599, 3600, 3599) == [OK, LOW, LOW, LOW, OK, OK]


def test_empty_are_three_readings_in_a_row_below_3300_mv():
    assert levels(3299, 3299, 3300, 3299, 3299, 3299) == [LOW] * 5 + [EMPTY]


def test_a_voltage_that_comes_back_with_rest_is_still_that_of_an_empty_battery():
    assert levels(3200, 3200, 3200, 3300, 3499, 3500, 3200) == [LOW, LOW, EMPTY, EMPTY, EMPTY, LOW, LOW]


def test_with_usb_power_nothing_is_empty():
    assert levels(3200, 3200, 3200, 3200, usb=True) == [LOW] * 4
    bench = Bench()
    assert [bench.read(3200) for _ in range(3)] == [LOW, LOW, EMPTY]
    bench.plugged = True
    assert bench.read(3200) == LOW


@pytest.mark.parametrize("mv", [None, 0, 2499])
def test_a_battery_that_is_not_there_is_not_empty(mv):
    assert levels(mv, mv, mv, mv) == [OK] * 4


def test_near_the_limits_it_is_looked_at_more_often():
    bench = Bench()
    assert bench.looks(400) == [200, 400]
    bench.read(3600)
    assert bench.looks(400) == [200, 400]
    bench.read(3599)
    assert bench.looks(60) == [20, 40, 60]


def test_a_level_is_said_once():
    bench = Bench()
    for mv in (3700, 3480, 3470, 3250, 3250, 3250, 3250, 3700):
        bench.read(mv)
        bench.battery.report()
    said = [("battery", "level", level, "battery_mv", mv, "usb", False) for level, mv in
            ((LOW, 3480), (EMPTY, 3250), (OK, 3700))]  # fmt: skip
    assert bench.session.messages == said


@pytest.mark.parametrize(("mv", "percent"), [(3725, 50), (4300, 100), (3000, 0), (0, None), (None, None)])
def test_the_charge_on_the_screen(mv, percent):
    bench, view = Bench(), View()
    bench.read(mv)
    view.update(bench.session)
    assert (view.battery, view.usb, view.message) == (percent, False, "")


def test_an_empty_battery_asks_to_be_charged_when_nothing_else_is_said():
    bench, view = Bench(), View()
    for _ in range(3):
        bench.read(3200)
    view.update(bench.session)
    assert (view.low, view.message) == (True, "charge me")
    bench.session.show_message("undone: cup")
    view.update(bench.session)
    assert view.message == "undone: cup"
