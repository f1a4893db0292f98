"""What several tests of the device modules need."""

import change as changes
import pytest
from change import Change
from engines import Plain
from features import LENGTH
from madeleine.sim.painter import Painter
from madeleine.sim.world import world
from memory import Memory
from vectors import on_heap


@pytest.fixture
def painted_board():
    """A virtual board whose KPU has run once; its pictures have pixels."""
    world.power_on(painter=Painter())
    world.ai_clock = True
    yield world
    world.power_on()


@pytest.fixture
def memory():
    """Of a camera that was taught a cup and an ignored view, the same, with a mark and a setting."""
    memory, vector = Memory(Plain(), on_heap(16)), bytes([1]) * LENGTH
    memory.apply(Change(changes.LEARN, "cup", vector))
    memory.apply(Change(changes.LEARN, "", vector))
    memory.apply(Change(changes.SETTING, "limit2", "90"))
    memory.apply(Change(changes.MARK, 100, vector))
    return memory
