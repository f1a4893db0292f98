"""The pose mode on the real firmware: PoseNet loads, gives the bytes of the desk, and its skeleton is on the panel.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md), and MADELEINE_POSENET, a folder with PoseNet's
file and its authors' photograph (CONTRIBUTING.md).
"""

import json
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from husky import Frames
from k210 import Emulator
from madeleine.device import constants, pose
from madeleine.kpu import Network
from madeleine.model import find_model
from PIL import Image, ImageOps

pytest.importorskip("tflite", reason="the extra [tflite] is not installed")

from madeleine.pose.camera_model import camera_model
from madeleine.sim.scenes import card, scene

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import Camera, firmware, flash_of, packed_app
from tests.firmware.test_grove import KNOCK, REQUEST
from tests.firmware.test_models import CHECKSUM, READY

pytestmark = pytest.mark.timeout(3600)

POSENET = "posenet_mobilenet_v1_075_353_481_quant.tflite"
GREEN = (0, 248, 0)  # as much of it as RGB565 keeps


def answers(camera, line, ms=600):
    """What the Grove port says meanwhile, the answer to this line among it."""
    camera.grove()
    camera.emulator.uarts[1].send(line)
    camera.run(ms)
    return [json.loads(text) for text in camera.grove().split(b"\0")[:-1] if text.startswith(b'{"v"')]  # whole ones


@pytest.fixture(scope="module")
def folder():
    named = os.environ.get("MADELEINE_POSENET")
    if not named:
        pytest.skip("MADELEINE_POSENET names no folder with PoseNet's files (CONTRIBUTING.md)")
    return Path(named)


@pytest.fixture(scope="module")
def model(folder):
    return camera_model(folder / POSENET)


@pytest.fixture
def couple(folder):
    with Image.open(folder / "test_couple.jpg") as picture:
        return np.asarray(ImageOps.fit(picture.convert("RGB"), (224, 224)))


@pytest.fixture
def camera():
    return Camera(flash_of(packed_app(), find_model("madeleine").read_bytes()))


def test_the_network_gives_the_bytes_of_the_desk(model, couple):
    emulator = Emulator(firmware())
    emulator.flash_write(constants.POSE_ADDRESS, model)
    emulator.inject_frame(couple)
    emulator.run_to_repl(interrupt=True)
    emulator.exec(READY % constants.POSE_ADDRESS)
    expected = Network.parse(model).outputs_bytes(couple)
    assert [len(output) for output in expected] == [pose.HEAT_BYTES, pose.OFFSET_BYTES, len(pose.NOTES)]
    for index, output in enumerate(expected):
        assert int(emulator.exec(CHECKSUM % (index, len(output)))) == zlib.crc32(output)


def test_to_bodies_and_back(camera, model, couple):
    camera.emulator.flash_write(constants.POSE_ADDRESS, model)
    camera.look(couple)
    camera.ready()
    camera.tell(do="mode", value="pose", id=7)
    said = camera.event("set")
    assert (said["name"], said["value"], said["id"]) == ("mode", "pose", 7)
    assert camera.ready()["mode"] == "pose"
    heat, offsets, _ = Network.parse(model).outputs_bytes(couple)
    expected = [list(point) for point in pose.points(heat, offsets)]
    for _ in range(3):
        assert camera.event("pose")["points"] == expected
    heard = answers(camera, b'{"do": "status", "id": 8}\n')
    assert next(one["points"] for one in heard if one["event"] == "pose") == expected
    assert [one["id"] for one in heard if one["event"] == "status"] == [8]
    assert (camera.screen() & 0xF8 == GREEN).all(axis=2).sum() > 300
    if kept := os.environ.get("MADELEINE_SHOTS"):
        Image.fromarray(camera.screen()).resize((960, 540), Image.Resampling.NEAREST).save(Path(kept) / "pose.png")
    assert camera.led() == "green"
    camera.look(scene("desk"))
    camera.hear(lambda line: '"points": []' in line, 3000)
    camera.look(card("*mode things"))
    assert camera.event("set", 10_000)["value"] == "things"
    assert "mode" not in camera.ready()


def test_as_a_huskylens_each_point_is_a_block(camera, model, couple):
    camera.emulator.flash_write(constants.POSE_ADDRESS, model)
    camera.look(couple)
    camera.ready()
    camera.tell(do="link", value="husky115200")
    camera.event("set")
    camera.tell(do="mode", value="pose")
    camera.event("set")
    assert camera.ready()["mode"] == "pose"
    points = camera.event("pose")["points"]
    camera.grove()
    camera.emulator.uarts[1].send(KNOCK + REQUEST)
    camera.run(400)
    knock, (code, info), *blocks = Frames().feed(camera.grove())
    assert (knock, code) == ((0x2E, b""), 0x29)
    assert struct.unpack("<HH", info[:4]) == (len(blocks), 17)
    seen = [
        (number, x, y) for number, (x, y, score) in enumerate(points, 1) if score >= 30 and {x, y} <= set(range(224))
    ]
    assert [(id, x - 48, y - 8) for x, y, _, _, id in (struct.unpack("<5H", data) for _, data in blocks)] == seen
    assert len(seen) > 10
    camera.run(400)
    assert camera.grove() == b"", "it speaks when it is asked"


def test_it_outlasts_the_power_and_ends_with_a_held_button(camera, model):
    camera.emulator.flash_write(constants.POSE_ADDRESS, model)
    camera.look(card("*mode pose"))
    camera.ready()
    assert camera.event("set", 10_000)["value"] == "pose"
    camera.look(scene("desk"))
    camera.ready()
    camera.reset()
    camera.emulator.axp192.supply(3450, usb=False)
    assert camera.ready()["mode"] == "pose"
    assert camera.event("battery")["level"] == "low"
    camera.emulator.press_button("B")
    assert camera.event("set")["value"] == "things"
    camera.emulator.release_button("B")
    assert "mode" not in camera.ready()


def test_without_a_model_it_stays_with_things(camera):
    camera.look(scene("desk"))
    camera.ready()
    camera.tell(do="mode", value="pose")
    refused = camera.event("refused")
    assert (refused["code"], refused["text"]) == ("model", "No pose model: madeleine setup --with pose")
    camera.tell(do="status")
    assert "mode" not in camera.event("status")
