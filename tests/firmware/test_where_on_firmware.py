"""Where the thing is, on the real firmware: the place that the camera says, and the heat on the panel.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import numpy as np
import pytest
from madeleine.device import heat
from madeleine.model import find_model
from PIL import Image

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import Camera, flash_of, packed_app, photo

pytestmark = pytest.mark.timeout(1800)
MIDDLES = (56, 112, 168)  # of a thing half as wide as the picture
HALF_PX = 112
COLORED = 40  # of a pixel's blue, or red, above the other


@pytest.fixture(scope="module")
def camera():
    """A camera that was taught a banana."""
    camera = Camera(flash_of(packed_app(), find_model("madeleine").read_bytes()))
    camera.look(photo("grocery", "banana", "a_00.jpg"))
    camera.ready()
    camera.tell(do="learn", name="banana")
    camera.event("learned")
    camera.tell(do="limit", value=300)
    camera.event("set")
    return camera


def at(middle):
    """Another picture of it, half as large, before a picture of a street."""
    picture = photo("singles", "owl", "0.jpg").copy()
    thing = Image.fromarray(photo("grocery", "banana", "a_00.jpg")).resize((HALF_PX, HALF_PX))
    picture[HALF_PX // 2 : HALF_PX // 2 + HALF_PX, middle - HALF_PX // 2 : middle + HALF_PX // 2] = np.asarray(thing)
    return picture


@pytest.mark.parametrize("middle", MIDDLES)
def test_left_middle_right(camera, middle):
    camera.look(at(middle))
    camera.run(500)
    camera.tell(do="where")
    said = camera.event("where")
    assert said["name"] == "banana"
    assert abs(said["centre"][0] - middle) <= heat.CELL_PX and abs(said["centre"][1] - 112) <= heat.CELL_PX
    x, y, width, height = said["box"]
    assert x < middle < x + width and y < 112 < y + height


def test_the_heat_is_seen_until_the_next_press(camera, tmp_path):
    camera.look(at(MIDDLES[0]))
    camera.run(500)
    plain = colored(camera.screen())
    camera.tell(do="why")
    assert camera.event("why")["on"]
    camera.run(500)
    Image.fromarray(camera.screen()).save(tmp_path / "why.png")
    assert colored(camera.screen()) > plain + 2000
    camera.press("B")
    assert not camera.event("why")["on"]
    camera.run(500)
    assert abs(colored(camera.screen()) - plain) < 1000


def colored(screen):
    """How many pixels are far from grey."""
    return int((np.ptp(screen.astype(int), axis=2) > COLORED * 3).sum())


def test_good_and_odd(camera, tmp_path):
    for number in range(3):
        camera.look(photo("grocery", "banana", f"a_0{number}.jpg"))
        camera.run(500)
        camera.tell(do="learn", name="banana")
        camera.event("learned")
    camera.tell(do="good")
    assert camera.event("good", within_ms=10_000)["on"]
    camera.look(photo("grocery", "banana", "a_01.jpg"))
    camera.run(500)
    assert camera.led() == "green"
    camera.look(photo("singles", "owl", "0.jpg"))
    camera.hear(lambda line: '"event": "oddness"' in line and '"odd": true' in line, 5000)
    camera.run(500)
    Image.fromarray(camera.screen()).save(tmp_path / "odd.png")
    assert camera.led() == "red"
    camera.press("A")
    assert not camera.event("good")["on"]
