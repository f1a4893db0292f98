"""Any feature model as one function: a kmodel in the KPU's arithmetic, or a float network of Keras' weights."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from madeleine.device import constants, distance, features
from madeleine.errors import ToolError
from madeleine.inputs import opened
from madeleine.kpu import Network
from madeleine.kpu.compiler import reference
from madeleine.kpu.emulator.notes import wants_upside_down
from madeleine.kpu.importers.read_keras import read_keras
from madeleine.model import find_model
from madeleine.model.identity import name_of_model, scale_of_model
from madeleine.sim.eyes import HostEyes, Outputs
from madeleine.sim.scenes import SIDE_PX
from madeleine.sim.world import Scene

Pictures: TypeAlias = NDArray[np.uint8]
Features: TypeAlias = NDArray[Any]
Extractor: TypeAlias = Callable[[Pictures], Features]
Read = TypeVar("Read")
SYMMETRIC = ":symmetric"
ARITHMETIC = 1  # raise it when the same model gives other features than before: kept ones are then computed anew
CAMERA = (SIDE_PX, SIDE_PX, 3)


@dataclass(frozen=True)
class ModelFile:
    """A model as it was asked for; small enough to be sent to another process, which loads it there."""

    name: str
    path: Path
    symmetric: bool
    key: str

    @classmethod
    def find(cls, name: str) -> "ModelFile":
        """A model of the catalogue, a kmodel, or an npz; `:symmetric` behind the npz's name tells its padding."""
        plain = name.removesuffix(SYMMETRIC)
        path = find_model(plain)
        floating = path.suffix == ".npz"
        symmetric = plain != name
        if symmetric and not floating:
            raise ToolError(f"{name}: a kmodel has its own padding; use its name without {SYMMETRIC}")
        try:
            with opened(path) as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ToolError(f"{path} cannot be read ({error.strerror}); check the name") from error
        key = f"{digest}-{ARITHMETIC}{'-symmetric' if symmetric else ''}"
        return cls(Path(plain).name + SYMMETRIC * symmetric, path, symmetric, key)

    def scale(self) -> distance.Scale:
        """How the camera reads the model's distances; a float network's as those of a model that it does not know."""
        if self.path.suffix == ".npz":
            return distance.Scale(*constants.OTHER_SCALE)
        return self._as_the_app(scale_of_model)

    def identity(self) -> str:
        """How the camera calls a kmodel (docs/FORMATS.md, Store)."""
        return self._as_the_app(name_of_model)

    def _as_the_app(self, read: Callable[[Outputs], Read]) -> Read:
        """What the app reads from the outputs of a black picture."""
        eyes = HostEyes()
        try:
            return read(eyes.forward(eyes.load(self.path), Scene("black", np.zeros(CAMERA, np.uint8))))
        except ValueError as error:
            raise ToolError(f"{self.name} cannot be used: {error}") from error

    def load(self) -> Extractor:
        """pictures, uint8 (n, 224, 224, 3), to features (n, 768): float32, or the bytes the board compares."""
        extract = self._float_network() if self.path.suffix == ".npz" else self._kmodel()

        def checked(pictures: Pictures) -> Features:
            found = extract(pictures)
            if found.shape != (len(pictures), features.LENGTH) or found.dtype not in (np.float32, np.uint8):
                given = f"{'x'.join(map(str, found.shape[1:])) or 'one'} {found.dtype}"
                raise ToolError(
                    f"{self.name} gives {given}, no feature model's {features.LENGTH} numbers; cut its head off"
                )
            if not np.isfinite(found).all() or (found.dtype == np.uint8 and found.max() > features.TOP):
                raise ToolError(f"{self.name} gives features that no example can hold; the file is damaged")
            return found

        return checked

    def _kmodel(self) -> Extractor:
        network = Network.load(self.path)
        if network.input_shape != CAMERA:
            raise ToolError(f"{self.name} takes pictures of {network.input_shape}; the camera gives {CAMERA}")
        upside_down = wants_upside_down(network)

        def extract(picture: Pictures) -> Features:
            outputs = network.run(np.flipud(picture) if upside_down else picture)
            first = outputs[0] if isinstance(outputs, tuple) else outputs
            return np.asarray(first).reshape(-1)

        return lambda pictures: np.stack([extract(picture) for picture in pictures])

    def _float_network(self) -> Extractor:
        graph = read_keras(self.path, same_padding=not self.symmetric, head=False)
        name = graph.features
        if name is None:
            raise ToolError(f"{self.name} has no global average pool, so no features; give a feature model")
        return lambda pictures: reference.run(graph, pictures, keep={name})[name]


def steps(found: Features, *, rounded: bool = True) -> NDArray[np.float64]:
    """Features in the board's unit, 6/127 of a float feature: whole numbers of 0..127, or with their fractions."""
    if found.dtype == np.uint8:
        return found.astype(np.float64)
    if not rounded:
        return np.asarray(found.astype(np.float64) * (features.TOP / features.RANGE))
    return np.array([_example(floats) for floats in found], np.float64)


def _example(floats: Any) -> NDArray[np.uint8]:
    example = bytearray(features.LENGTH)
    features.quantise(floats, example)
    return np.frombuffer(example, np.uint8)
