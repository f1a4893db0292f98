"""The kmodel of the camera's pose mode: the same twice, as near as the chip is, and made of PoseNet alone."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from madeleine.device import pose
from madeleine.errors import ToolError
from madeleine.kpu import Network
from madeleine.pictures import Frame
from madeleine.sim.scenes import scene
from PIL import Image, ImageOps

pytest.importorskip("tflite", reason="the extra [tflite] is not installed")

from madeleine.pose.camera_model import camera_model
from madeleine.pose.network import Finder

from tests.kpu.tflite_network import Network as Tflite
from tests.pose.small_camera_model import small_camera_model
from tests.pose.small_posenet import small_posenet
from tests.pose.test_network import POSENET, posenet  # noqa: F401

BRIGHT = 60  # percent


def points(model: bytes, picture: np.ndarray) -> np.ndarray:
    heat, offsets, notes = Network.parse(model).outputs_bytes(picture)
    assert notes == pose.NOTES
    return np.array(pose.points(heat, offsets))


def test_it_is_the_same_every_time_and_finds_what_is_bright(tmp_path: Path) -> None:
    model = small_camera_model()
    assert hashlib.sha256(camera_model(small_posenet(tmp_path))).digest() == hashlib.sha256(model).digest()
    for x, y in ((60, 90), (150, 40)):
        picture = np.full((224, 224, 3), 90, np.uint8)
        picture[y - 24 : y + 24, x - 24 : x + 24] = 255
        found = points(model, picture)
        assert (np.abs(found[:, :2] - (x, y)) <= 16).all() and (found[:, 2] > BRIGHT).all()


def test_other_networks_are_refused(tmp_path: Path) -> None:
    network = Tflite(1, 65, 97, 3)
    with pytest.raises(ToolError, match="does not begin with PoseNet's two maps"):
        camera_model(network.save(tmp_path, network.conv(0, 17, 3, 2)))


def test_posenet_by_drawn_pictures_alone(posenet: Path) -> None:  # noqa: F811
    """Next to the floats of the same network, in the middle of its authors' photograph."""
    model = camera_model(posenet / f"{POSENET}.tflite")
    with Image.open(posenet / "test_couple.jpg") as picture:
        seen = ImageOps.fit(picture.convert("RGB"), (224, 224), centering=(0.25, 0.5))
    (person,) = Finder(posenet / f"{POSENET}.tflite", (224, 224), 1, 0.0).people(Frame(seen, 224, 224))
    found = points(model, np.asarray(seen))
    away = np.linalg.norm(found[:, :2] - person.points, axis=1)
    print(f"mean {away.mean():.2f}, most {away.max():.2f} pixels")
    assert away.mean() < 0.7 and away.max() < 1.5
    assert np.abs(found[:, 2] / 100 - person.scores).max() < 0.02
    assert not pose.is_person([tuple(point) for point in points(model, scene("desk"))])
