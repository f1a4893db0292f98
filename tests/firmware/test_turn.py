"""A camera that hangs upside down, on the real firmware: `turn` is for what people see and for what the network gets.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import numpy as np
import pytest
from k210.lcd import MIRROR_X, MIRROR_Y
from PIL import Image

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import Camera, photo
from tests.firmware.test_firmware import likeness

pytestmark = pytest.mark.timeout(3600)
CAT = photo("singles", "cat", "0.jpg")
SEEN = np.s_[40:90, 8:232]  # of the screen: where nothing is written on the picture
HANGING = np.ascontiguousarray(CAT[::-1, ::-1])  # the same, as the sensor of a camera that hangs gets it


@pytest.fixture
def camera():
    camera = Camera()
    camera.look(CAT)
    camera.ready()
    return camera


def distance(camera):
    """Of the view from what was taught."""
    camera.run(600)
    camera.tell(do="scores")
    return dict(camera.event("scores")["scores"])["A"]


def held(camera, upright, path):
    """The panel as somebody sees it who holds the camera as it was held at first."""
    screen = camera.screen()
    screen = screen if camera.emulator.lcd.rotation == upright else screen[::-1, ::-1]
    Image.fromarray(screen).save(path)
    return screen


def test_what_was_taught_before_is_seen_by_a_camera_that_hangs(camera, tmp_path):
    upright = camera.emulator.lcd.rotation
    camera.press("A")
    camera.event("learned")
    assert distance(camera) == 0
    before = held(camera, upright, tmp_path / "before.png")
    camera.look(HANGING)
    assert distance(camera) > 20
    camera.tell(do="turn", value=180)
    assert camera.event("set")["value"] == 180
    assert distance(camera) == 0
    after = held(camera, upright, tmp_path / "after.png")
    assert camera.emulator.lcd.rotation == upright ^ (MIRROR_X | MIRROR_Y)
    assert (after[::-1, ::-1] == before)[SEEN].all(2).mean() > 0.95
    assert likeness(camera.screen(), CAT) > 0.4
    camera.reset()
    assert camera.ready()["examples"] == 1
    assert camera.event("seen")["name"] == "A"
    assert distance(camera) == 0
    assert camera.emulator.lcd.rotation == upright ^ (MIRROR_X | MIRROR_Y)
    camera.tell(do="turn", value=0)
    camera.event("set")
    assert distance(camera) > 20
