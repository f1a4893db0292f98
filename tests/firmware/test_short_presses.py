"""Presses that are shorter than a turn, on the real firmware.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import pytest

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import Camera, photo

pytestmark = pytest.mark.timeout(3600)
PRESSES = 24
PRESS_MS = 10  # a turn takes eight times as long
APART_MS = 230
TAKES, FALLEN = 0x20, 0x24  # GPIOHS: of which pins it makes an interrupt when they fall; which have fallen
BOTH = 1 << 7 | 1 << 2


def tap(camera, button):
    camera.emulator.press_button(button)
    camera.emulator.run_for(ms=PRESS_MS, wall=600)
    camera.emulator.release_button(button)


def events(camera, kind):
    return sum(f'"event": "{kind}"' in line for line in camera.said)


def test_none_is_lost_and_none_counts_twice(shared):
    camera = Camera()
    camera.look(photo("singles", "cat", "0.jpg"))
    camera.ready()
    for number in range(PRESSES):
        tap(camera, "B")
        camera.run(APART_MS + 7 * number)  # somewhere else in the turn each time
    assert events(camera, "selected") == PRESSES
    assert camera.emulator.gpiohs.get(TAKES) & BOTH == 0, "v0.4.0 calls a handler even within a collection, and dies"
    tap(camera, "A")
    camera.event("learned")


def test_buttons_do_no_harm_when_the_app_has_ended(shared):
    """The firmware would call what is registered, and keeps no reference."""
    camera = Camera()
    camera.ready()
    camera.interrupt()
    for reset in (False, True):
        if reset:
            camera.emulator.exit_raw()
            camera.emulator.send(b"\x04")  # a soft reset
            camera.emulator.run_until(b">>> ", wall=600)
        camera.at_the_prompt("import gc\ngc.collect()\nrubbish = [bytearray(64) for _ in range(500)]")
        for button in "ABAB":
            tap(camera, button)
        assert camera.emulator.gpiohs.get(FALLEN) & BOTH == BOTH, "the edges are there, and no handler has taken them"
        assert camera.at_the_prompt("print(6 * 7)").strip() == "42"
