"""Pictures of any shape, and points in their own pixels; PoseNet's own file, next to its authors' answers."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from madeleine.errors import ToolError, UsageError
from madeleine.pictures import Frame
from PIL import Image

pytest.importorskip("tflite", reason="the extra [tflite] is not installed")

from madeleine.pose.network import Finder

from tests.kpu.tflite_network import Network
from tests.pose.small_posenet import HEIGHT_PX, WIDTH_PX, small_posenet

POSENET = "posenet_mobilenet_v1_075_353_481_quant"


def spot(width: int, height: int, x: int, y: int, side: int) -> Frame:
    """A white square around x, y on grey."""
    picture = np.full((height, width, 3), 128, np.uint8)
    picture[max(0, y - side) : y + side, max(0, x - side) : x + side] = 255
    return Frame(Image.fromarray(picture), width, height)


def finder(path: Path, most: int = 1, size: tuple[int, int] | None = None) -> Finder:
    return Finder(path, size, most, 0.0)


@pytest.mark.parametrize(
    ("width", "height", "x", "y"),
    [(970, 650, 480, 320), (970, 650, 160, 480), (650, 970, 320, 800), (1600, 400, 800, 192)],
)
def test_points_are_in_the_pixels_of_the_file(tmp_path: Path, width: int, height: int, x: int, y: int) -> None:
    """Within half a cell: the small network has no offsets."""
    (person,) = finder(small_posenet(tmp_path)).people(spot(width, height, x, y, 100))
    cell = 16 * max(width, height) / WIDTH_PX
    assert np.abs(person.points - (x, y)).max() <= cell / 2 + 1


def test_a_picture_reduced_while_it_was_read(tmp_path: Path) -> None:
    small = spot(970, 650, 480, 320, 100)
    (person,) = finder(small_posenet(tmp_path)).people(Frame(small.colours, 1940, 1300))
    (same,) = finder(small_posenet(tmp_path)).people(small)
    np.testing.assert_allclose(person.points + 0.5, 2 * (same.points + 0.5), atol=0.01)


def test_the_size_of_the_networks_picture(tmp_path: Path) -> None:
    path = small_posenet(tmp_path)
    assert finder(path).size_for(spot(300, 200, 9, 9, 2)) == (HEIGHT_PX, WIDTH_PX)
    assert finder(path).size_for(spot(200, 300, 9, 9, 2)) == (WIDTH_PX, HEIGHT_PX), "upright"
    assert finder(path, size=(33, 49)).size_for(spot(200, 300, 9, 9, 2)) == (33, 49)


def test_other_networks_are_refused(tmp_path: Path) -> None:
    network = Network(1, 33, 49, 3)
    with pytest.raises(ToolError, match="gives other maps than PoseNet's four"):
        finder(network.save(tmp_path, network.conv(0, 17, 3, 2))).check()
    (tmp_path / "grey").mkdir()
    network = Network(1, 33, 49, 1)
    with pytest.raises(ToolError, match="does not take pictures in colour"):
        finder(network.save(tmp_path / "grey", network.conv(0, 17, 3, 2))).check()
    with pytest.raises(UsageError, match=r"--size applies to \.tflite files only"):
        finder(tmp_path / "own.kmodel", size=(32, 32)).check()


@pytest.fixture
def posenet() -> Path:
    """The folder with PoseNet's file, its authors' picture and their answers for it."""
    folder = os.environ.get("MADELEINE_POSENET")
    if not folder:
        pytest.skip("MADELEINE_POSENET names no folder with PoseNet's files (CONTRIBUTING.md)")
    return Path(folder)


def test_the_answers_of_its_authors(posenet: Path) -> None:
    """They enlarge and reduce by the nearest pixel."""
    with (posenet / f"{POSENET}_decoder_reference.csv").open() as file:
        rows = [[float(row[f"keypoint_{key}"]) for key in "xy"] for row in csv.DictReader(file)]
    picture = Image.open(posenet / "test_couple.jpg").convert("RGB").resize((481, 353), Image.Resampling.NEAREST)
    found = finder(posenet / f"{POSENET}.tflite", most=5).people(Frame(picture, 481, 353))
    wanted = np.array(rows).reshape(2, 17, 2)
    away = [np.linalg.norm(person.points - body, axis=1).max() for person, body in zip(found[:2], wanted, strict=True)]
    assert away[0] < 1 and away[1] < 4
