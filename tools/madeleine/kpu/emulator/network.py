"""A network ready to run: places its layers in the chip's memories, feeds pictures in, hands outputs out."""

import math
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from madeleine.inputs import opened

from ..errors import KmodelError
from ..format.kmodel import FILE_LIMIT_BYTES, Kmodel, parse
from ..format.layertypes import ConvLayer, FullyConnected, Region
from .memory import Memory, OutsideError, write_map
from .steps import U8, Shape, Step, input_place, ready

Picture: TypeAlias = NDArray[Any]
Output: TypeAlias = NDArray[Any]
BLAS = ThreadpoolController()  # its own threads wait spinning: four times slower when another program has a core
WORK_LIMIT = 1 << 32  # multiplications a run may take, eight times a MobileNet's: a hostile file stops somewhere


class Network:
    """A kmodel in working order. The memories keep their contents from run to run, as on the board.

    `steps` are its layers: one may call `run` of each after `place` to look inside. `outputs` are views of what the
    outputs hold.
    """

    def __init__(self, model: Kmodel, name: str = "model") -> None:
        self.model, self.name = model, name
        self.memory = Memory(model.main_memory_bytes)
        self.steps: list[Step] = []
        work = 0
        for layer in model.layers:
            self.steps.append(ready(layer, self.memory, model.eight_bit_weights))
            work += self.steps[-1].work
            if work > WORK_LIMIT:
                raise layer.error(f"up to here {work} multiplications; more than {WORK_LIMIT} are not supported")
        self.input_shape = self._input_shape()
        self.outputs = [self._output(index, region) for index, region in enumerate(model.outputs)]

    @classmethod
    def parse(cls, data: bytes, name: str = "model") -> Self:
        """From the bytes of a kmodel v3 file; KmodelError, with `name` in front, when they cannot be used."""
        return cls(parse(data, name), name)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """From a file; KmodelError when it cannot be read or used."""
        path = Path(path)
        try:
            with opened(path) as file:
                data = file.read(FILE_LIMIT_BYTES + 1)
        except OSError as error:
            raise KmodelError(f"{path}: cannot be read ({error.strerror}); check the name") from error
        return cls.parse(data, path.name)

    def run(self, picture: Picture) -> Output | tuple[Output, ...]:
        """The outputs for a picture, uint8 (height, width, channels) as in `input_shape`: one array, or a tuple.

        An output is float32 or uint8, whatever the layer that wrote it made, and has that layer's shape.
        A network that starts with a fully connected layer takes float32 (channels,).
        """
        self._forward(picture)
        arrays = tuple(view.copy() for view in self.outputs)
        return arrays[0] if len(arrays) == 1 else arrays

    def outputs_bytes(self, picture: Picture) -> list[bytes]:
        """The very bytes of each output after a run, as the board's `kpu.forward` hands them out."""
        self._forward(picture)
        return [self.memory.bytes_at(region).tobytes() for region in self.model.outputs]

    def place(self, picture: Picture) -> None:
        """Puts the input where the first layer looks for it; ValueError for another shape or type."""
        first = self.model.layers[0]
        dtype = np.uint8 if isinstance(first, ConvLayer) else np.float32
        picture = np.asarray(picture)
        if picture.shape != self.input_shape or picture.dtype != dtype:
            raise ValueError(
                f"{self.name} takes {np.dtype(dtype)} {self.input_shape}, not {picture.dtype} {picture.shape}"
            )
        if isinstance(first, ConvLayer):
            write_map(self.memory.map_at(input_place(first)), picture.transpose(2, 0, 1))
        elif isinstance(first, FullyConnected):
            self.memory.bytes_at(Region(first.in_address, picture.nbytes))[...] = picture.view(np.uint8)

    def _forward(self, picture: Picture) -> None:
        self.place(picture)
        with BLAS.limit(limits=1):
            for step in self.steps:
                step.run()

    def _input_shape(self) -> Shape:
        """The driver takes a picture for a convolution, floats for a fully connected layer, and nothing else."""
        first = self.model.layers[0]
        if isinstance(first, ConvLayer):
            registers = first.registers
            return registers.in_height, registers.in_width, registers.in_channels
        if isinstance(first, FullyConnected):
            return (first.in_channels,)
        raise first.error("a network has to start with K210_CONV or FULLY_CONNECTED")

    def _output(self, index: int, region: Region) -> Output:
        """A view of an output; its type and shape are those of the last layer that writes where it starts."""
        try:
            view = self.memory.bytes_at(region)
        except OutsideError as error:
            raise KmodelError(f"{self.name}: output {index}: {error}; the file is damaged") from error
        writers = [step for step in self.steps if step.main and step.main.start <= region.start < step.main.end]
        dtype, shape = (writers[-1].dtype, writers[-1].shape) if writers else (U8, ())
        if region.size % dtype.itemsize:
            dtype = U8
        typed = view.view(dtype)
        return typed.reshape(shape) if math.prod(shape) == typed.size and shape else typed
