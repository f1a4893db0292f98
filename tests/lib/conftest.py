"""What several tests of the device modules need."""

import pytest
from madeleine.sim.painter import Painter
from madeleine.sim.world import world


@pytest.fixture
def painted_board():
    """A virtual board whose KPU has run once; its pictures have pixels."""
    world.power_on(painter=Painter())
    world.ai_clock = True
    yield world
    world.power_on()
