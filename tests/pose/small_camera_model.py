"""The small network of small_posenet.py as the camera takes it: all points of the body where it is bright."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from madeleine.pose.camera_model import camera_model

from tests.pose.small_posenet import small_posenet


@cache
def small_camera_model() -> bytes:
    """Its kmodel."""
    with TemporaryDirectory() as folder:
        return camera_model(small_posenet(Path(folder)))
