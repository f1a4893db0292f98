"""The pose network on the desk: a picture of any size in, people in that picture's own pixels out.

A TFLite file is computed in floats, as it was trained, at any size. A kmodel runs in the chip's arithmetic, at its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from madeleine.errors import ToolError, UsageError
from madeleine.kpu import Network
from madeleine.kpu.compiler import reference
from madeleine.kpu.emulator.network import BLAS
from madeleine.kpu.importers.read_tflite import read_tflite
from madeleine.pictures import Frame, Pixels

from .people import STRIDE_PX, Floats, Maps, Person, find_people, find_person
from .skeleton import BONES, POINTS

CHANNELS = (len(POINTS), 2 * len(POINTS), 2 * len(BONES), 2 * len(BONES))  # of the outputs, in this order
VALUE_LIMIT = 1e6  # of heat, and pixels
GREY = (128, 128, 128)  # what the network takes for nothing, around a picture of another shape
Size: TypeAlias = tuple[int, int]  # height and width in pixels
Run: TypeAlias = Callable[[Pixels], Sequence[NDArray[np.float32]]]


@dataclass(frozen=True)
class Finder:
    """Where and how people are looked for.

    `size` is that of the network's picture, None: the file's. `most` people are found, none with less than
    `least_score`.
    """

    path: Path
    size: Size | None
    most: int
    least_score: float

    def people(self, frame: Frame) -> list[Person]:
        """The people in a picture, the surest first, in pixels of the file it is from."""
        height, width = self.size_for(frame)
        seen, scale, left, top = _laid_in(frame.colours, height, width)
        maps = self._maps(seen)
        found = [find_person(maps)] if self.most == 1 else find_people(maps, self.most, self.least_score)
        # The middle of a pixel stays the middle of what it is reduced from.
        steps = np.array((frame.width_px / frame.colours.width, frame.height_px / frame.colours.height)) / scale
        corner = np.array((left, top)) - 0.5
        return [
            replace(person, points=((person.points - corner) * steps - 0.5).astype(np.float32))
            for person in found
            if person.score >= self.least_score
        ]

    def size_for(self, frame: Frame) -> Size:
        """The network's picture; without a size of their own, upright pictures get it upright."""
        size = _own_size(self.path)
        if self.path.suffix == ".kmodel" or self.size:
            return self.size or size
        return size if (frame.width_px >= frame.height_px) == (size[1] >= size[0]) else size[::-1]

    def _maps(self, seen: Pixels) -> Maps:
        rows, columns = (-(-side // STRIDE_PX) for side in seen.shape[:2])
        outputs = _loaded(self.path, seen.shape[:2])(seen)
        if [output.size for output in outputs] != [count * rows * columns for count in CHANNELS]:
            raise ToolError(f"{self.path} gives other maps than PoseNet's four; give one made of it")
        if not all(np.abs(output).max() < VALUE_LIMIT for output in outputs):
            raise ToolError(f"{self.path} gives numbers that mean nothing; make it or fetch it again")
        heat, *pairs = (output.reshape(-1, rows, columns) for output in outputs)
        return Maps(heat, *(pair.reshape(2, -1, rows, columns) for pair in pairs))

    def check(self) -> None:
        """ToolError, before the work, for a file that is no network or options that do not go with it."""
        if self.path.suffix == ".kmodel" and self.size:
            raise UsageError(f"--size applies to .tflite files only, not to {self.path}")
        size = self.size or _own_size(self.path)
        self._maps(np.zeros((*size, 3), np.uint8))


@cache
def _own_size(path: Path) -> Size:
    if path.suffix == ".kmodel":
        shape = Network.load(path).input_shape
    else:
        channels, *sides = read_tflite(path).picture
        shape = (*sides, channels)
    if len(shape) != 3 or shape[2] != 3:
        raise ToolError(f"{path} does not take pictures in colour; give PoseNet, or a kmodel made of it")
    return shape[0], shape[1]


@cache
def _loaded(path: Path, size: Size) -> Run:
    if path.suffix == ".kmodel":
        network = Network.load(path)
        return lambda seen: _floats(network.run(seen))
    graph = read_tflite(path, size=size)

    def run(seen: Pixels) -> list[Floats]:
        with BLAS.limit(limits=1):  # more threads would sum in another order
            found = reference.run(graph, seen[None], graph.outputs)
        return [found[name] for name in graph.outputs]

    return run


def _floats(outputs: NDArray[np.float32] | tuple[NDArray[np.float32], ...]) -> list[Floats]:
    return [output.astype(np.float32) for output in (outputs if isinstance(outputs, tuple) else (outputs,))]


def _laid_in(colours: Image.Image, height: int, width: int) -> tuple[Pixels, float, int, int]:
    """The whole picture within height and width, its scale, and where its left top corner is."""
    scale = min(width / colours.width, height / colours.height)
    across, down = max(1, round(colours.width * scale)), max(1, round(colours.height * scale))
    left, top = (width - across) // 2, (height - down) // 2
    around = Image.new("RGB", (width, height), GREY)
    around.paste(colours.resize((across, down), Image.Resampling.BILINEAR), (left, top))
    return np.asarray(around), scale, left, top
