"""The app on the real firmware: what the virtual board cannot promise, because there MaixPy is our own stand-in.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import json
import re

import numpy as np
import pytest

from tests import ROOT
from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import APP_MODULES, MODEL_ADDRESS, Camera, photo
from tests.firmware.prompt import card

pytestmark = pytest.mark.timeout(1800)

PICTURE = np.s_[:, 8:232]  # of the screen: the picture, 224 wide, in the middle
VIEW = np.s_[44:179]  # of the camera's picture: the rows that the screen shows
NAME = np.s_[8:36, 12:60]  # of the screen: where the name stands
AS_CAMERA = np.array([0xF8, 0xFC, 0xF8], np.uint8)  # RGB565
MEMORY = (
    APP_MODULES
    + "import gc\n"
    + re.search(r"gc\.threshold\(\d+\)", (ROOT / "boot.py").read_text())[0]
    + """
import device, main
class Watchdog:
    turns = 0
    def feed(self):
        Watchdog.turns += 1
        if Watchdog.turns == 10:
            gc.collect()
            print(gc.mem_free())
            raise KeyboardInterrupt
    def feed_long(self):
        pass
    def stop(self):
        pass
device.watchdog = lambda timeout_ms: Watchdog()
try:
    main.run()
except KeyboardInterrupt:
    pass
"""
)
FREE_BYTES = 40_000  # of the heap, at least
LISTED = "APP = %r\n" % [file.stem for file in sorted((ROOT / "lib").glob("*.py")) if file.stem not in ("pack", "main")]
EVERY_NAME = (
    MEMORY
    + LISTED
    + """
import micropython
for name in APP:
    if name not in sys.modules:
        try:
            __import__(name)
        except MemoryError:
            print('no room', name)
        sys.modules.pop(name, None)
        gc.collect()
micropython.qstr_info()
"""
)


@pytest.fixture
def camera():
    """A camera with the app on it, switched on, seeing a cat."""
    camera = Camera()
    camera.look(photo("singles", "cat", "0.jpg"))
    return camera


def likeness(screen, picture):
    """The share of the panel's pixels that are the picture's."""
    return ((screen[PICTURE] & AS_CAMERA) == (picture[VIEW] & AS_CAMERA)).all(2).mean()


def green(pixels):
    """How many pixels have the colour of a name."""
    return int(((pixels[..., 1] > 240) & (pixels[..., 0] < 16) & (pixels[..., 2] < 16)).sum())


def test_a_life(camera):
    """Teach by buttons and by a card, name, undo, ask; pull the plug in the middle of a learn; all is still known."""
    teach_by_buttons(camera)
    undo(camera)
    teach_by_card(camera)
    ask(camera)
    pull_the_plug(camera)
    measure_memory(camera)


def teach_by_buttons(camera):
    cat, owl = photo("singles", "cat", "0.jpg"), photo("singles", "owl", "0.jpg")
    ready = camera.ready()
    assert ready["board"] == "M5StickV"
    assert ready["examples"] == 0
    camera.run(200)
    unnamed = camera.screen()
    assert likeness(unnamed, cat) > 0.6, "the live view is on the panel"
    assert not unnamed[:, :8].any()
    assert not unnamed[:, 232:].any()
    assert green(unnamed[NAME]) == 0
    assert camera.led() is None

    camera.press("A")
    learned = camera.event("learned")
    assert (learned["name"], learned["examples"]) == ("A", 1)
    assert camera.event("seen")["name"] == "A"
    camera.run(200)
    assert camera.led() == "green"
    assert camera.grove() == b"A\0"
    named = camera.screen()
    assert green(named[NAME]) > 50, "the name is on the panel"
    assert green(named) > 1000, "and the green frame"

    camera.look(owl)
    camera.event("gone")
    camera.run(200)
    assert camera.led() is None
    assert camera.grove() == b"\0"
    assert green(camera.screen()[NAME]) == 0

    camera.press("B")
    assert camera.event("selected")["name"] == "B"
    camera.press("A")
    assert camera.event("learned")["name"] == "B"
    assert camera.event("seen")["name"] == "B"
    camera.look(cat)
    seen = camera.event("seen")
    assert (seen["name"], seen["next"]) == ("A", "B")
    assert seen["distance"] < 10 < seen["next_distance"]


def undo(camera):
    camera.press("A", ms=1200)
    undone = camera.event("undone")
    assert (undone["name"], undone["examples"]) == ("B", 1)
    camera.look(photo("singles", "owl", "0.jpg"))
    camera.event("gone")


def teach_by_card(camera):
    """The name comes from a QR code; the count-down leaves time to take the card away."""
    camera.look(card("hot dog"))
    assert camera.event("card", within_ms=6000)["text"] == "hot dog"
    camera.run(300)
    assert camera.led() == "red"
    counting = camera.screen()
    red = (counting[..., 0] > 240) & (counting[..., 1] < 16) & (counting[..., 2] < 16)
    assert red.sum() > 1000, "a red frame and a number"
    camera.look(photo("singles", "hot_dog", "0.jpg"))
    learned = camera.event("learned", within_ms=8000)
    assert (learned["name"], learned["examples"]) == ("hot dog", 2)
    assert camera.event("seen")["name"] == "hot dog"
    assert camera.grove().endswith(b"hot dog\0")


def ask(camera):
    camera.tell(do="status", id=7)
    status = camera.event("status")
    assert (status["id"], status["examples"]) == (7, 2)
    camera.tell(do="list", id=8)
    assert camera.event("list")["classes"] == [["A", 1], ["hot dog", 1]]


def pull_the_plug(camera):
    """A cut while the record of a third example is written: what was acknowledged is there, and it can go on."""
    camera.emulator.cut_power_after(1)
    camera.press("A")
    while not camera.emulator.power_lost:
        camera.run(20)
    assert not any('"learned"' in line and '"examples": 3' in line for line in camera.said)
    camera.reset()
    ready = camera.ready()
    assert ready["examples"] in (2, 3), "the one that was not acknowledged may be there or not"
    for name, folder in (("A", "cat"), ("hot dog", "hot_dog")):
        camera.look(photo("singles", folder, "0.jpg"))
        assert camera.event("seen")["name"] == name
    camera.press("A")
    assert camera.event("learned")["examples"] == ready["examples"] + 1


def measure_memory(camera):
    """What the app leaves of the heap, started as boot.py does: a second start in one heap would find it cut up."""
    camera.reset()
    camera.emulator.run_to_repl(interrupt=True)
    lines = camera.at_the_prompt(MEMORY).splitlines()
    ready = next(json.loads(line) for line in lines if line.startswith('{"v": 1, "event": "ready"'))
    assert ready["capacity"] == 250
    assert ready["examples"] in (3, 4), "all that was acknowledged"
    assert int(lines[-1]) > FREE_BYTES


def test_names_fit(camera):
    """Whatever is loaded, no name calls for the seventh table, which is 10 KB in one piece (docs/DESIGN.md)."""
    camera.emulator.run_to_repl(interrupt=True)
    lines = camera.at_the_prompt(EVERY_NAME).splitlines()
    assert not [line for line in lines if line.startswith("no room")]
    assert re.match(r"qstr pool: n_pool=6, n_qstr=(\d+)", lines[-1]), lines[-1]


def test_rescue(camera):
    """Button A held at power-on: a prompt, and no app."""
    camera.emulator.press_button("A")
    camera.line("rescue", within_ms=30_000)
    camera.run(500)
    assert camera.screen().any(), "it is said on the panel"
    assert not any(line.startswith("{") for line in camera.said)
    camera.emulator.release_button("A")
    assert camera.at_the_prompt("import sys\nprint('app' in sys.modules)").strip() == "False"


def test_no_model(camera):
    """Flash without a model: the camera says so, on the panel too, and does not restart for ever."""
    camera.emulator.flash_write(MODEL_ADDRESS, b"\xff" * 4096)
    camera.line("no kmodel of version 3", within_ms=60_000)
    camera.run(1000)
    assert camera.screen().any()
    assert camera.led() == "red"
    assert camera.emulator.resets == 0


DAMAGE = (
    APP_MODULES
    + """
import pack
place = pack.Pack(['lib/app.pack']).entry('app.mpy')[0] + 500
for name in ('app.pack', 'spare.pack'):
    with open('/flash/lib/' + name, 'r+b') as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1]))
with open('/flash/faults.count', 'wb') as file:
    file.write('2')  # of the three that are allowed in a row
"""
)


def test_a_damaged_app(camera):
    """A module that is whole in no copy: a message, never a dark screen, no restart for ever, and A starts it again."""
    camera.emulator.run_to_repl(interrupt=True)
    camera.at_the_prompt(DAMAGE)
    camera.reset()
    resets = camera.emulator.resets
    camera.line("the app is damaged", within_ms=60_000)
    camera.run(100)
    assert camera.screen().any()
    assert camera.led() == "red"
    camera.run(10_000)
    assert camera.emulator.resets == resets + 1, "it has stopped restarting"
    assert camera.screen().any()
    assert camera.led() == "red"
    camera.press("A")
    camera.line("the app is damaged", within_ms=60_000)
