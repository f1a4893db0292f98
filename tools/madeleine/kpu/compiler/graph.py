"""A float network as the compiler takes it: nodes in the order they run, batch-norm folded, every shape known.

The readers (`read_keras.py`, `read_onnx.py`) make it, `reference.py` computes it in float32, `compile.py` turns it into
a kmodel. Maps are (channels, height, width), vectors (length,). Padding is what the network was trained with; that the
KPU can only do it symmetrically is the compiler's business.
"""

from dataclasses import dataclass
from enum import Enum
from math import inf
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import KmodelError

Floats: TypeAlias = NDArray[np.float32]
Shape: TypeAlias = tuple[int, ...]
PICTURE = "picture"  # the name of the network's input


class Curve(Enum):
    """What a node does to its result."""

    NONE = "none"
    RELU = "relu"
    RELU6 = "relu6"
    LEAKY = "leaky"
    CLIP = "clip"


@dataclass(frozen=True)
class Activation:
    """A curve; `slope` is that of a leaky ReLU below zero, `low` and `high` are the bounds of a clip."""

    curve: Curve = Curve.NONE
    slope: float = 0.0
    low: float = -inf
    high: float = inf


@dataclass(frozen=True)
class Padding:
    """Pixels of border on each side of a map."""

    top: int = 0
    left: int = 0
    bottom: int = 0
    right: int = 0

    @classmethod
    def even(cls, pixels: int) -> Self:
        """The same on all four sides."""
        return cls(pixels, pixels, pixels, pixels)


@dataclass(frozen=True, kw_only=True)
class Node:
    """One operation. `inputs` are names of earlier nodes or PICTURE; `shape` is that of its result."""

    name: str
    inputs: tuple[str, ...]
    shape: Shape


@dataclass(frozen=True, kw_only=True)
class ConvNode(Node):
    """weights (out, in, k, k), or (channels, k, k) where each channel has its own kernel (depthwise); bias (out,)."""

    weights: Floats
    bias: Floats
    stride: int = 1
    padding: Padding = Padding()
    activation: Activation = Activation()

    @property
    def depthwise(self) -> bool:
        """Whether each channel is convolved alone."""
        return self.weights.ndim == 3


@dataclass(frozen=True, kw_only=True)
class Pool(Node):
    """The greatest value or the mean of every 2x2 ."""

    maximum: bool


@dataclass(frozen=True, kw_only=True)
class Add(Node):
    """The sum of two maps of one shape."""

    activation: Activation = Activation()


@dataclass(frozen=True, kw_only=True)
class GlobalAverage(Node):
    """The mean of each channel, a vector."""


@dataclass(frozen=True, kw_only=True)
class Dense(Node):
    """weights (out, in) times a vector, plus bias (out,)."""

    weights: Floats
    bias: Floats
    activation: Activation = Activation()


@dataclass(frozen=True, kw_only=True)
class Softmax(Node):
    """Of a vector."""


@dataclass(frozen=True)
class Graph:
    """A network. It sees (pixel - mean) / deviation of each byte of the picture, whose shape is `picture`."""

    name: str
    picture: Shape
    mean: float
    deviation: float
    nodes: tuple[Node, ...]
    outputs: tuple[str, ...]

    def node(self, name: str) -> Node:
        """The node of this name."""
        return next(node for node in self.nodes if node.name == name)

    def shape_of(self, name: str) -> Shape:
        """The shape of a node's result, or of the picture."""
        return self.picture if name == PICTURE else self.node(name).shape

    @property
    def features(self) -> str | None:
        """The name of the last global average."""
        names = [node.name for node in self.nodes if isinstance(node, GlobalAverage)]
        return names[-1] if names else None


def refusal(graph: Graph, node: Node, what: str) -> KmodelError:
    """An error that names the network, the node and its operator there."""
    operator = type(next((other for other in graph.nodes if other.name == node.name), node)).__name__.removesuffix(
        "Node"
    )
    return KmodelError(f"{graph.name}: {node.name} ({operator}): {what}")
