"""Which board it is, and that no pin of one does two things."""

import pytest
from profiles import A_PINS, M5STICKV, MAIX, UNITV, choose


@pytest.mark.parametrize(
    ("m5_pins", "power_chip", "name"),
    [(True, True, "M5StickV"), (True, False, "UnitV"), (False, True, "Maix"), (False, False, "Maix")],
)
def test_the_board_is_known_by_its_pins_and_its_power_chip(m5_pins, power_chip, name):
    assert choose(m5_pins, power_chip).name == name


@pytest.mark.parametrize("profile", [M5STICKV, UNITV, MAIX], ids=lambda profile: profile.name)
def test_each_pin_has_one_job(profile):
    groups = (profile.buttons, profile.leds, profile.speaker, profile.grove, profile.power, (profile.ws2812,))
    pins = [pin for group in groups if group for pin in group if pin is not None]
    assert len(pins) == len(set(pins)) and all(0 <= pin < 48 for pin in pins)


def test_button_a_is_known_before_the_board_is():
    assert A_PINS == (36, 18, 16)
