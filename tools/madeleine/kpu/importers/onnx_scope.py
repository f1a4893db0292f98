"""What the operators of an ONNX file can ask and give: values and constants by name, attributes, new nodes, errors.

A value is the picture, a map or a vector, and with it what ONNX has beside its shape (batch of one, channels first or
last, vectors as maps of one pixel), so that Transpose, Reshape and the like cost nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from ..compiler.graph import PICTURE, Floats, Node, Shape
from ..errors import KmodelError
from .fuse import Affine, Part
from .onnx_file import RANK_LIMIT, Array, OnnxFile, Operation
from .scope import SIDE_LIMIT_PX, Draft

T = TypeVar("T", int, float, str, list[int])


@dataclass(frozen=True)
class Value:
    """A result: of the node `source`, `shape` as in graph.py, `dims` as ONNX has it, with the channels at `axis`."""

    source: str
    shape: Shape
    dims: Shape
    axis: int

    @property
    def is_map(self) -> bool:
        """A map or the picture; else a vector."""
        return len(self.shape) == 3

    @property
    def plane(self) -> tuple[int, ...]:
        """Which of `dims` are neither batch nor channels."""
        return tuple(index for index in range(1, len(self.dims)) if index != self.axis)


class Scope(Draft[Operation]):
    """All that is known while the operators are read in order."""

    def __init__(self, file: OnnxFile, title: str) -> None:
        super().__init__(title, file.operations[0])
        self.opset = file.opset
        self.picture = self._picture(file.shape)
        self._known: dict[str, Value | Array] = {**file.constants, file.input: self.picture}

    def _picture(self, dims: tuple[int | None, ...]) -> Value:
        """A batch of one or an open one, then the channels, which are fewer than rows and columns, first or last."""
        batch, *sizes = dims or (None,)
        if batch not in (1, None) or len(sizes) != 3 or not all(size and 0 < size <= SIDE_LIMIT_PX for size in sizes):
            shown = ", ".join("open" if size is None else str(size) for size in dims[:RANK_LIMIT])
            wanted = f"(1, 3, height, width) with sizes up to {SIDE_LIMIT_PX}"
            raise KmodelError(f"{self.title}: its input is ({shown}); export it as {wanted}")
        a, b, c = (int(size or 0) for size in sizes)
        first = a <= c
        return Value(PICTURE, (a, b, c) if first else (c, a, b), (1, a, b, c), 1 if first else 3)

    def keep(self, result: Value | Array) -> None:
        """The first output of the node being read; of the operators we know, nobody needs another."""
        self._known[self.operation.outputs[0]] = result

    def output(self, name: str) -> str:
        """The node that makes an output of the network."""
        found = self._known.get(name)
        if not isinstance(found, Value) or found.source == PICTURE:
            raise KmodelError(f"{self.title}: its output {name[:100]!r} is made by no node; export it again")
        return found.source

    def get(self, index: int) -> Value | Array | None:
        """An input of the node; None where it is left out."""
        name = self.operation.inputs[index] if index < len(self.operation.inputs) else ""
        if not name:
            return None
        found = self._known.get(name)
        if found is None:
            self.error(f"reads {name[:100]!r}, which no node before it makes; export the network again")
        return found

    def value(self, index: int = 0) -> Value:
        """An input that is the picture or a result."""
        found = self.get(index)
        if not isinstance(found, Value):
            self.error(f"its input {index} is {'missing' if found is None else 'a constant'}; a result is needed")
        return found

    def map(self) -> Value:
        """The first input, a map with the channels first."""
        x = self.value()
        if not x.is_map or x.axis != 1:
            self.error(f"its input is {x.dims}; a map (1, channels, height, width) is needed")
        return x

    def constant(self, index: int) -> Array | None:
        """An input that stands in the file, float32 or int64; None where it is left out."""
        found = self.get(index)
        if isinstance(found, Value):
            self.error(f"its input {index} is a result; only a constant is supported")
        return found

    def floats(self, index: int) -> Floats:
        """An input of float32 that stands in the file."""
        found = self.constant(index)
        if found is None or found.dtype != np.float32:
            self.error(f"its input {index} is {'missing' if found is None else found.dtype}; floats are needed")
        return found

    def integers(self, index: int) -> list[int] | None:
        """An input of whole numbers, at most one dimension; None where it is left out."""
        found = self.constant(index)
        if found is None:
            return None
        if found.dtype != np.int64 or found.ndim > 1:
            self.error(f"its input {index} is {found.dtype} {found.shape}; a list of whole numbers is needed")
        return [int(number) for number in found.reshape(-1)]

    def attribute(self, name: str, default: T) -> T:
        """An attribute, which has to be of the kind of the default."""
        found: Any = self.operation.attributes.get(name, default)
        if isinstance(found, bytes):
            found = found.decode("ascii", "replace")
        members = found if isinstance(found, list) else []
        if type(found) is not type(default) or not all(type(member) is int for member in members):
            self.error(f"its attribute {name} is of the wrong kind; export the network again")
        checked: T = found
        return checked

    def axes(self, rank: int) -> list[int] | None:
        """The axes that a node names by an attribute or by its second input, 0..rank-1; None when it names none."""
        named = "axes" in self.operation.attributes
        empty: list[int] = []
        axes = self.attribute("axes", empty) if named else self.integers(1)
        if axes is None:
            return None
        if not all(-rank <= axis < rank for axis in axes) or len({axis % rank for axis in axes}) < len(axes):
            self.error(f"its axes {axes[:8]} are not those of {rank} dimensions; export the network again")
        return [axis % rank for axis in axes]

    def widened(self, dims: Shape) -> Shape:
        """The dimensions with those of one that Unsqueeze adds."""
        named: list[int] = []
        axes = self.attribute("axes", named) or self.integers(1) or named
        if len(axes) > RANK_LIMIT - len(dims):
            self.error(f"adds {len(axes)} dimensions; {RANK_LIMIT} in all are supported")
        rank = len(dims) + len(axes)
        places, rest = self.axes(rank) or named, iter(dims)
        return tuple(1 if axis in places else next(rest) for axis in range(rank))

    @property
    def of_constants(self) -> bool:
        """Whether the node being read has inputs, and all of them are constants."""
        given = [self._known.get(name) for name in self.operation.inputs if name]
        return bool(given) and all(isinstance(found, np.ndarray) for found in given)

    def add(
        self, kind: Callable[..., Node], sources: Sequence[Value], shape: Shape, dims: Shape, axis: int, **fields: Any
    ) -> Value:
        """A new node of this kind."""
        name = self.node(kind, [value.source for value in sources], shape, **fields)
        return Value(name, shape, dims, axis)

    def part(self, kind: Callable[..., Part], x: Value, **fields: Any) -> Value:
        """What goes into a layer before or after it, and leaves the shape of its input."""
        return self.add(kind, [x], x.shape, x.dims, x.axis, operator=self.operation.operator, **fields)

    def affine(self, x: Value, gain: Array, offset: Array) -> Value:
        """gain times a result plus offset, both (channels,)."""
        with np.errstate(over="ignore"):  # what is not finite is refused when all is read
            return self.part(Affine, x, gain=gain.astype(np.float32), offset=offset.astype(np.float32))
