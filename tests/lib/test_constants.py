"""The battery's two registers and what is left in it."""

import pytest
from constants import battery_mv, battery_percent


@pytest.mark.parametrize(("high", "low", "mv"), [(0, 0, 0), (0xD3, 0x9, 3723), (0xFF, 0xF, 4504)])
def test_twelve_bits_of_1_1_mv(high, low, mv):
    assert battery_mv(high, low) == mv


@pytest.mark.parametrize(("mv", "percent"), [(0, 0), (3300, 0), (3725, 50), (4150, 100), (4300, 100)])
def test_percent(mv, percent):
    assert battery_percent(mv) == percent
