"""The chip's watchdog on the real firmware: an app that hangs starts again, one that works is left alone."""

import re

import pytest
from k210.system import BY_WATCHDOG, RESET_STATUS

from tests import ROOT
from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import APP_MODULES, SLICE_MS, WALL_S, Camera, photo

pytestmark = pytest.mark.timeout(1800)

HANGS = (
    APP_MODULES
    + re.search(r"gc\.threshold\(\d+\)", (ROOT / "boot.py").read_text())[0]  # or the heap would be cut up
    + """
import main, vision
real, pictures = vision.Network.features, [0]
def features(self, picture, example):
    real(self, picture, example)
    pictures[0] += 1
    if pictures[0] == 40:
        print('it hangs')
        while True:
            pass
vision.Network.features = features
main.run()
"""
)
LIFE_MS, LESSON_EVERY_MS = 150_000, 10_000
PROMPT_MS = 45_000


def test_an_app_that_hangs_starts_again():
    camera = Camera()
    camera.look(photo("singles", "cat", "0.jpg"))
    camera.emulator.run_to_repl(interrupt=True)
    camera.emulator.enter_raw()
    camera.emulator.send(HANGS.encode() + b"\x04")
    camera.line("it hangs", within_ms=60_000)
    hung_ms = 0
    while not camera.emulator.reset_requested and hung_ms < 60_000:
        camera.emulator.run_for(ms=SLICE_MS, wall=WALL_S)
        hung_ms += SLICE_MS
    assert 20_000 < hung_ms < 21_000
    camera.reset()
    assert camera.emulator.sysctl.get(RESET_STATUS) == BY_WATCHDOG
    assert camera.ready()["board"] == "M5StickV"


def test_an_app_that_works_and_a_prompt_are_left_alone():
    """Lessons, settings and looks for cards, for minutes; then nothing feeds it, because it is off."""
    camera = Camera()
    camera.look(photo("singles", "cat", "0.jpg"))
    camera.ready()
    for lesson in range(LIFE_MS // LESSON_EVERY_MS):
        camera.look(photo("singles", ("cat", "owl")[lesson % 2], "0.jpg"))
        camera.tell(do="learn", name=f"thing {lesson}")
        camera.event("learned", within_ms=LESSON_EVERY_MS)
        camera.run(LESSON_EVERY_MS)
    camera.interrupt()
    camera.run(PROMPT_MS)
    assert camera.emulator.resets == 0
    assert int(camera.at_the_prompt("print(6 * 7)")) == 42
