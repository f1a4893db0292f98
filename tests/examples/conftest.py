"""A virtual board in a process of its own, and collections to play with."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from madeleine.examples.collection import Collection, Example, Mark
from madeleine.model import find_model

from tests.fakes import virtual_camera

TOUR = "b922520e"  # the model of the virtual board


def vector(seed: int) -> bytes:
    """Some 768 bytes of 0..127."""
    return bytes((seed * 37 + i * (seed + 3)) % 128 for i in range(768))


def some(model: str = TOUR, **changes) -> Collection:
    """A collection with everything in it."""
    taught = [("cup", 1), ("", 2), ("りんご", 3), ("cup", 4)]
    fields = {
        "examples": tuple(Example(label, vector(seed)) for label, seed in taught),
        "marks": (Mark(0, vector(5)), Mark(100, vector(6))),
        "settings": {"limit2": "150", "sound": "off"},
        "app": "0.1.0",
        "board": "M5StickV",
    }
    return Collection(model, **(fields | changes))


class Camera:
    """A virtual camera that is on; `off` pulls its plug."""

    def __init__(self, flash: Path, cut_after: int | None = None) -> None:
        self._process = virtual_camera.started(flash, *([] if cut_after is None else [str(cut_after)]))
        self.port = self._process.stdout.readline().strip()

    def off(self) -> None:
        self._process.kill()
        self.ended()

    def ended(self) -> None:
        """Waits for its end."""
        self._process.wait(60)
        self._process.stdout.close()


@pytest.fixture
def switch_on(tmp_path: Path) -> Iterator[Callable[..., Camera]]:
    """Switches on a camera: with the flash of this name, and maybe with a power cut to come."""
    find_model("tour")
    cameras = []

    def on(flash: str = "flash", cut_after: int | None = None) -> Camera:
        cameras.append(Camera(tmp_path / flash, cut_after))
        return cameras[-1]

    yield on
    for camera in cameras:
        camera.off()
