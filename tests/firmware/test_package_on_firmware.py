"""A package of `madeleine pack --app` is all that a camera needs: on an erased flash the app starts, and learns.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import os

import pytest
from madeleine import cli
from madeleine.board.flash.package import FLASH_BYTES, read
from madeleine.device import heap
from madeleine.sim.scenes import scene

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.emulated import firmware_in
from tests.firmware.harness import Camera, firmware, has_fixed_heap, packed_app

pytestmark = pytest.mark.timeout(3600)


def test_a_package_alone_makes_a_camera(tmp_path):
    package = tmp_path / "camera.kfpkg"
    words = ["pack", "--app", "--firmware", os.environ["MAIXPY_FIRMWARE"], "--model", "madeleine", "-o", package]
    assert cli.main([str(word) for word in words]) == 0
    flash = bytearray(b"\xff" * FLASH_BYTES)
    for part in read(package):
        flash[part.address : part.end] = part.image()
    assert firmware_in(flash) == firmware()
    camera = Camera(flash)
    camera.look(scene("cup"))
    assert camera.ready()["examples"] == 0
    camera.run(600)
    camera.press("A")
    assert camera.event("learned")["count"] == 1
    camera.reset()
    ready = camera.ready()
    assert ready["examples"] == 1 and "uid" not in ready
    camera.interrupt()
    there = set(eval(camera.at_the_prompt("import uos\nprint(uos.listdir('/flash'))").splitlines()[-1]))
    assert set(packed_app()) <= there and (has_fixed_heap() or heap.UNSET not in there), "it has set the heap"
