"""Clients of a HuskyLens as they are, at a virtual board's Grove port.

HUSKYLENS names a git directory of HUSKYLENS/HUSKYLENSArduino, DFRobot's library for Arduino, which is not ours to give
away; pyhuskylens is a package.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from madeleine import Camera
from madeleine.device import constants

from tests.fakes import virtual_camera
from tests.grove.sketches import STUBS, build

LIBRARY = ("HUSKYLENS.h", "HuskyLensProtocolCore.c", "HuskyLensProtocolCore.h")
WAIT_S = 120


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A folder with the Arduino library, unchanged."""
    source = os.environ.get("HUSKYLENS")
    if not source:
        pytest.skip("HUSKYLENS does not name a git directory of HUSKYLENS/HUSKYLENSArduino (CONTRIBUTING.md)")
    for name in LIBRARY:
        git = ["git", "-C", source, "show", f"HEAD:HUSKYLENS/{name}"]
        (tmp_path / name).write_bytes(subprocess.run(git, capture_output=True, check=True, timeout=60).stdout)
    return tmp_path


@pytest.fixture
def grove(tmp_path: Path) -> Iterator[str]:
    """The Grove port of a camera that has learned a cup, sees it, and is a HuskyLens."""
    with virtual_camera.started(tmp_path / "flash") as process:
        try:
            usb, grove = (process.stdout.readline().strip() for _ in range(2))
            with Camera(usb) as camera:
                camera.learn("cup")
                assert camera.wait_for("cup", timeout=30)
                camera.board.ask("link", value="husky")
            yield grove
        finally:
            process.kill()


@pytest.fixture
def bodies(tmp_path: Path) -> Iterator[str]:
    """The Grove port of one that looks for bodies: a small network finds all points in one place."""
    pytest.importorskip("tflite", reason="the extra [tflite] is not installed")
    from tests.pose.small_camera_model import small_camera_model

    flash, model = tmp_path / "flash", tmp_path / "pose.kmodel"
    flash.mkdir()
    (flash / constants.POSE_FILE).write_text("6 0 en husky", encoding="utf-8")
    model.write_bytes(small_camera_model())
    with virtual_camera.started(flash, "--pose", str(model)) as process:
        try:
            _, grove = (process.stdout.readline().strip() for _ in range(2))
            yield grove
        finally:
            process.kill()


def test_the_arduino_library(library: Path, tmp_path: Path, grove: str) -> None:
    core = library / "HuskyLensProtocolCore.c"
    client = build(tmp_path / "client", STUBS / "huskylens_client.cpp", core, include=[library])
    table = [
        ("begin", 1),
        ("request", 1),
        ("id", 1),
        ("request_id 1", 1),
        ("request_id 2", 0),
        ("arrows", 0),
        ("learned", 1),
        ("algorithm 6", 1),
        ("algorithm 0", 0),
        ("name 1 mug", 1),
        ("text 100 100 hello", 1),
        ("clear", 1),
        ("photo", 0),
        ("save", 0),
        ("pro", 0),
        ("version", 1),
        ("learn 2", 1),
        ("learned", 2),
        ("forget", 1),
        ("learned", 0),
        ("learn 1", 1),
        ("learned", 1),
    ]
    asked = "".join(line + "\n" for line, _ in table)
    ran = subprocess.run([client, grove], input=asked, capture_output=True, text=True, check=True, timeout=WAIT_S)
    assert ran.stdout.splitlines() == [f"{line.split()[0]} {answer}" for line, answer in table]


def test_the_sketch_for_it(library: Path, tmp_path: Path) -> None:
    sketch = virtual_camera.ROOT / "examples/arduino/huskylens/huskylens.ino"
    core = library / "HuskyLensProtocolCore.c"
    assert build(tmp_path / "sketch", sketch, core, STUBS / "main.cpp", include=[library]).is_file()


def test_the_python_package(grove: str) -> None:
    client = pytest.importorskip("pyhuskylens")
    lens = client.HuskyLens(grove)
    assert lens.version == 1
    (block,) = lens.get_blocks()
    assert (block.ID, block.x, block.y, block.learned) == (1, 160, 120, True)
    assert lens.get_blocks(ID=2) == [] and len(lens.get_blocks(learned=True)) == 1
    # Each sends a knock after it, whose answer it leaves for the next.
    assert lens.mode_object_classification() and lens.show_text("hello") and lens.clear_text()


def test_the_python_package_hears_of_bodies(bodies: str) -> None:
    client = pytest.importorskip("pyhuskylens")
    lens = client.HuskyLens(bodies)
    assert lens.version == 1
    blocks = next(filter(None, (lens.get_blocks() for _ in range(50))))  # it may not have seen anything yet
    assert [block.ID for block in blocks] == list(range(1, 18))
    places = {(block.x, block.y, block.width, block.height) for block in blocks}
    assert len(places) == 1 and places.pop()[2:] == (16, 16)
    assert [block.ID for block in lens.get_blocks(ID=11)] == [11]
    assert lens.get_arrows() == []
    assert lens.mode_object_recognition()
