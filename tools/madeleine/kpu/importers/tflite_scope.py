"""What the operators of a TFLite file can ask and give: values and constants by number, options, new nodes, errors.

A value is the picture, a map or a vector; TFLite has the channels last, always.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..compiler.graph import PICTURE, Activation, Floats, Node, Shape
from ..errors import KmodelError
from .fuse import NONE, RELU, RELU6, Affine, Part
from .scope import SIDE_LIMIT_PX, Draft
from .tflite_file import LINKS_LIMIT, RANK_LIMIT, Array, Operation, Tensor, TfliteFile

WHOLE = ("int32", "int64")
LEAST = {"uint8": 0, "int8": -128}


@dataclass(frozen=True)
class Value:
    """A result: of the node `source`, `shape` as in graph.py; `plane`: height and width at the file's own size."""

    source: str
    shape: Shape
    plane: Shape

    @property
    def is_map(self) -> bool:
        """A map or the picture; else a vector."""
        return len(self.shape) == 3


class Scope(Draft[Operation]):
    """All that is known while the operators are read in order. A concatenation is several values."""

    def __init__(self, file: TfliteFile, title: str, size: tuple[int, int] | None) -> None:
        self.tensors = file.tensors
        self.entry = file.tensors[file.input]
        super().__init__(title, Operation(self.entry.name or "input", "input", (), (file.input,), {}))
        self.picture = self._picture(size)
        self._known: dict[int, tuple[Value, ...]] = {}
        self._constants: dict[int, Floats] = {}
        self.keep(self.picture)

    def _picture(self, size: tuple[int, int] | None) -> Value:
        dims = self.entry.shape
        if len(dims) != 4 or dims[0] not in (1, -1):
            self.error(f"is {dims[:RANK_LIMIT]}; a picture (1, height, width, channels) is needed")
        plane = tuple(dims[1:3])
        if -1 in plane:
            if size is None:
                self.error("has an open height or width; give a size")
            plane = size
        shape = (dims[3], *(size or plane))
        if not all(0 < side <= SIDE_LIMIT_PX for side in (*shape, *plane)):
            self.error(f"is a picture of {shape[1]}x{shape[2]}x{shape[0]}; sizes up to {SIDE_LIMIT_PX} are supported")
        return Value(PICTURE, shape, plane)

    def keep(self, result: Value) -> None:
        """The first output of the node being read; of the operators we know, nobody needs another."""
        self._known[self.operation.outputs[0]] = (result,)

    def keep_picture(self, gain: Array, offset: Array) -> None:
        """From now on the picture is gain times itself plus offset, both (channels,)."""
        self.keep(self.affine(self.picture, gain, offset))

    def keep_parts(self) -> None:
        """The parts of a concatenation along the channels."""
        parts = [value for index in range(len(self.operation.inputs)) for value in self._values(index)]
        rank = len(self.tensors[self.operation.outputs[0]].shape)
        if self.operation.options["Axis"] not in (-1, rank - 1) or self.operation.options["FusedActivationFunction"]:
            self.error("not along the channels, or with an activation; plain ones along the channels are supported")
        if len(parts) > LINKS_LIMIT:
            self.error(f"of {len(parts)} results; {LINKS_LIMIT} are supported")
        self._known[self.operation.outputs[0]] = tuple(parts)

    def keep_constant(self) -> None:
        """Weights that stand in the file in fewer bits."""
        self._constants[self.operation.outputs[0]] = self.floats(0)

    def ends(self, outputs: Sequence[int]) -> list[str]:
        """The nodes that make the outputs of the network."""
        sources = [value.source for number in outputs for value in self._known.get(number, ())]
        if len(sources) < len(outputs) or PICTURE in sources or len(set(sources)) < len(sources):
            raise KmodelError(f"{self.title}: some output is made by no node, or two by one; export it again")
        return sources

    @property
    def of_constants(self) -> bool:
        """Whether the first input of the node being read stands in the file."""
        return bool(self.operation.inputs) and not self.is_result(0)

    def is_result(self, index: int) -> bool:
        """Whether an input is the picture or a result."""
        return index < len(self.operation.inputs) and self.operation.inputs[index] in self._known

    def value(self, index: int = 0) -> Value:
        """An input that is the picture or a result."""
        values = self._values(index)
        if len(values) != 1:
            self.error("reads a concatenation; only outputs of the network can be ones")
        return values[0]

    def _values(self, index: int) -> tuple[Value, ...]:
        if not self.is_result(index):
            self.error(f"its input {index} is made by no node before it; a result is needed")
        return self._known[self.operation.inputs[index]]

    def map(self) -> Value:
        """The first input, a map."""
        x = self.value()
        if not x.is_map:
            self.error(f"its input is {x.shape}; a map is needed")
        return x

    def _tensor(self, index: int) -> Tensor:
        if index >= len(self.operation.inputs) or self.operation.inputs[index] < 0 or self.is_result(index):
            self.error(f"its input {index} is missing or a result; a constant is needed")
        return self.tensors[self.operation.inputs[index]]

    def floats(self, index: int) -> Floats:
        """What the numbers of an input that stands in the file mean, float32."""
        tensor = self._tensor(index)
        made = self._constants.get(self.operation.inputs[index])
        if made is not None:
            return made
        self.spend(tensor.data.size)
        try:
            values = tensor.values
        except (ValueError, TypeError) as error:
            self.error(f"its input {index} {error}; export the network again")
        if not np.isfinite(values).all():
            self.error(f"its input {index} has values that are not finite; train or export the network again")
        return values

    def integers(self, index: int, shape: Shape | None = None) -> list[int]:
        """An input of a few whole numbers that stands in the file, of this shape, or of any."""
        tensor = self._tensor(index)
        if tensor.kind not in WHOLE or tensor.data.size > 8 * RANK_LIMIT or (shape and tensor.shape != shape):
            self.error(f"its input {index} is {tensor.kind} {tensor.shape}; a few whole numbers are needed")
        try:
            return [int(number) for number in tensor.numbers.reshape(-1)]
        except ValueError as error:
            self.error(f"its input {index} {error}; export the network again")

    def bias(self, count: int) -> Floats:
        """The third input, (count,); zeros where it is left out."""
        if len(self.operation.inputs) < 3 or self.operation.inputs[2] < 0:
            return np.zeros(count, np.float32)
        bias = self.floats(2)
        if bias.shape != (count,):
            self.error(f"its bias is {bias.shape}; ({count},) is needed")
        return bias

    def whole(self, option: str) -> int:
        """An option that is a whole number."""
        return int(self.operation.options[option])

    def dims(self) -> Shape:
        """The dimensions of the result, as the file has them."""
        return self.tensors[self.operation.outputs[0]].shape

    def curve_of_range(self) -> Activation:
        """The ReLU or ReLU6 that converters leave out, because the bytes of the result begin at 0 and end at 6."""
        made = self.tensors[self.operation.outputs[0]]
        if not made.is_bytes or made.zeros[0] != LEAST[made.kind]:
            return NONE
        return RELU6 if abs(255 * made.scales[0] - 6) < made.scales[0] else RELU

    def add(
        self, kind: Callable[..., Node], sources: Sequence[Value], shape: Shape, plane: Shape, **fields: Any
    ) -> Value:
        """A new node of this kind."""
        return Value(self.node(kind, [value.source for value in sources], shape, **fields), shape, plane)

    def part(self, kind: Callable[..., Part], x: Value, shape: Shape, plane: Shape, **fields: Any) -> Value:
        """What goes into a layer before or after it."""
        return self.add(kind, [x], shape, plane, operator=self.operation.operator, **fields)

    def affine(self, x: Value, gain: Array, offset: Array) -> Value:
        """gain times a result plus offset, both (channels,)."""
        with np.errstate(over="ignore"):  # what is not finite is refused when all is read
            single = gain.astype(np.float32), offset.astype(np.float32)
        return self.part(Affine, x, x.shape, x.plane, gain=single[0], offset=single[1])
