"""What the readers of all file formats share: the nodes so far, the limits of a file, errors that name the node."""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, Generic, Never, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..compiler.graph import PICTURE, ConvNode, Dense, Graph, Node, Padding, Shape
from ..errors import KmodelError
from .fuse import fuse

MEAN = DEVIATION = 127.5  # of the pictures that most networks are trained on, -1..1
SIDE_LIMIT_PX = 1024  # the K210 does 512
MAP_LIMIT = 1 << 24  # values; eight times the K210's AI RAM
WEIGHT_LIMIT = 1 << 24  # values in all; in a hostile file one constant may serve many nodes


class Named(Protocol):
    """A node of a file, as errors show it."""

    @property
    def name(self) -> str: ...
    @property
    def operator(self) -> str: ...


Operation = TypeVar("Operation", bound=Named)


class Draft(Generic[Operation]):
    """The nodes of the network in the file `title`, while its operators are read; `operation` is the one being read."""

    def __init__(self, title: str, operation: Operation) -> None:
        self.title = title
        self.operation = operation
        self.nodes: list[Node] = []
        self._taken = {PICTURE}
        self._weights = 0

    def error(self, what: str) -> Never:
        """KmodelError about the node being read."""
        raise KmodelError(f"{self.title}: node {self.operation.name} ({self.operation.operator}): {what}")

    def begin(self, operation: Operation) -> None:
        """From now on it is this one that asks."""
        self.operation = operation

    def node(self, kind: Callable[..., Node], sources: Sequence[str], shape: Shape, **fields: Any) -> str:
        """The name of a new node of this kind; `weights` and the like among the fields count towards the limit."""
        if min(shape) < 1 or prod(shape) > MAP_LIMIT:
            self.error(f"its result is {shape}; 1 to {MAP_LIMIT} values are supported")
        self.spend(sum(field.size for field in fields.values() if isinstance(field, np.ndarray)))
        name = self.operation.name
        while name in self._taken:
            name = f"{self.operation.name} {len(self.nodes)}" if name == self.operation.name else f"{name}'"
        self._taken.add(name)
        self.nodes.append(kind(name=name, inputs=tuple(sources), shape=shape, **fields))
        return name

    def spend(self, weights: int) -> None:
        """Refuses a network whose weights, made layer by layer, would not fit anywhere."""
        self._weights += weights
        if self._weights > WEIGHT_LIMIT:
            self.error(f"more than {WEIGHT_LIMIT} weights up to here; the K210 holds 6 million")

    def normalised(
        self, channels: int, means: Sequence[float], deviations: Sequence[float]
    ) -> tuple[float, float, tuple[NDArray[Any], NDArray[Any]] | None]:
        """One mean and one deviation for all channels, and gain and offset of a layer in front, if one has to remain.

        Both are one number, or one for each channel; the chip takes one.
        """
        mean, deviation = np.array(means, float), np.array(deviations, float)
        if {mean.size, deviation.size} - {1, channels} or not (deviation > 0).all():
            self.error(f"{mean} and {deviation}; one number or {channels}, deviations above 0, are needed")
        mean, deviation = np.broadcast_arrays(mean, deviation)
        common = float(mean.mean()), float(deviation.mean())
        if np.ptp(mean) or np.ptp(deviation):
            return *common, (common[1] / deviation, (common[0] - mean) / deviation)
        return *common, None

    def graph(self, name: str, picture: Shape, mean: float, deviation: float, ends: Sequence[str]) -> Graph:
        """The network, its nodes joined where the format writes one layer as several."""
        nodes, outputs = fuse(self.nodes, ends, self.title)
        for node in nodes:
            if isinstance(node, ConvNode | Dense) and not all(np.isfinite(a).all() for a in (node.weights, node.bias)):
                raise KmodelError(
                    f"{self.title}: node {node.name}: its weights are too large for float32; train it again"
                )
        return Graph(name, picture, mean, deviation, nodes, outputs)


def same_padding(plane: Sequence[int], kernel: Sequence[int], strides: Sequence[int], *, upper: bool = True) -> Padding:
    """The border that keeps ceil(size / stride) pixels; an odd pixel of it goes to the right and the bottom (upper)."""
    before, after = [0, 0], [0, 0]
    for axis, (side, size, stride) in enumerate(zip(plane, kernel, strides, strict=True)):
        total = max((-(-side // stride) - 1) * stride + size - side, 0)
        less, more = total // 2, total - total // 2
        before[axis], after[axis] = (less, more) if upper else (more, less)
    return Padding(*before, *after)
