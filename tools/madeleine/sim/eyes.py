"""What the virtual board sees with: the KPU's arithmetic for features and a QR reader; both remember pictures."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from madeleine.inputs import read
from madeleine.kpu import KmodelError, Network
from madeleine.kpu.format.kmodel import FILE_LIMIT_BYTES
from madeleine.kpu.format.layertypes import Quantize
from madeleine.sim.cards import payloads
from madeleine.sim.world import Scene

KMODEL_VERSION = 3
REMEMBERED = 1024  # pictures, each with 3 KB of features
TYPECODES = {"float32": "f", "uint8": "B"}
Outputs = list[tuple[str, bytes]]
Answer = TypeVar("Answer")


class Model:
    """A loaded kmodel, with what the firmware knows about it."""

    version = KMODEL_VERSION

    def __init__(self, network: Network, file_bytes: int) -> None:
        self.network, self.file_bytes = network, file_bytes
        self.ram_bytes = file_bytes + network.model.main_memory_bytes
        shape = self.network.input_shape
        self.input = (shape[1], shape[0]) if len(shape) == 3 else (0, 0)  # (width, height)
        self.answers: dict[bytes, Outputs] = {}

    @cached_property
    def rounded(self) -> "Model":
        """The same on a firmware whose QUANTIZE rounds: half a step is added before the fraction is dropped."""
        model = self.network.model
        layers = tuple(
            replace(layer, bias=layer.bias - layer.scale / 2) if type(layer) is Quantize else layer
            for layer in model.layers
        )
        return Model(Network(replace(model, layers=layers), self.network.name), self.file_bytes)

    def outputs(self, pixels: NDArray[np.uint8]) -> Outputs:
        """Typecode and bytes of each output for a picture of the model's size.

        The firmware calls all outputs what the last layer makes, floats or bytes.
        """
        arrays = self.network.run(pixels)
        if not isinstance(arrays, tuple):
            arrays = (arrays,)
        typecode = TYPECODES[self.network.steps[-1].dtype.name]
        return [(typecode, array.tobytes()) for array in arrays]


class HostEyes:
    """The eyes of the world on the host; the same picture is never computed twice."""

    def __init__(self) -> None:
        self._models: dict[bytes, Model] = {}
        self._cards: dict[bytes, list[bytes]] = {}
        self._last, self._digest = b"", b""  # picture, which is asked for cards and features, often in many turns

    def load(self, source: Path | str | bytes) -> Model:
        """A model from a path or from its bytes; ValueError when it is none."""
        try:
            data = source if isinstance(source, bytes) else read(Path(source), FILE_LIMIT_BYTES)
        except OSError as error:
            raise ValueError(str(error)) from error
        key = blake2b(data).digest()
        if key not in self._models:
            name = "model" if isinstance(source, bytes) else Path(source).name
            try:
                self._models[key] = Model(Network.parse(data, name), len(data))
            except KmodelError as error:
                raise ValueError(str(error)) from error
        return self._models[key]

    def forward(self, model: Model, scene: Scene) -> Outputs:
        """The model's outputs for the scene."""
        return _remembered(model.answers, self._key(scene), lambda: model.outputs(scene.pixels))

    def read_cards(self, scene: Scene) -> list[bytes]:
        """The payloads of the QR codes in the scene that the camera reads."""
        return _remembered(self._cards, self._key(scene), lambda: payloads(scene.pixels))

    def _key(self, scene: Scene) -> bytes:
        """What the scene's picture is remembered by."""
        picture: bytes = scene.pixels.tobytes()
        if picture != self._last:
            self._last, self._digest = picture, blake2b(picture).digest()
        return self._digest


def _remembered(memory: dict[bytes, Answer], key: bytes, compute: Callable[[], Answer]) -> Answer:
    if key not in memory:
        if len(memory) >= REMEMBERED:
            del memory[next(iter(memory))]
        memory[key] = compute()
    return memory[key]
