"""A float network computed in float32 as it was trained: a compiled model is calibrated and measured with it."""

from collections.abc import Callable, Collection, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import KmodelError
from .graph import (
    PICTURE,
    Activation,
    Add,
    ConvNode,
    Curve,
    Dense,
    Floats,
    GlobalAverage,
    Graph,
    Node,
    Padding,
    Pool,
    Softmax,
)

Visit: TypeAlias = Callable[[Node, Floats], None]
BATCH = 8  # pictures at once: enough for BLAS, and 48 maps of 112x112 are 20 MB


def run(
    graph: Graph, pictures: NDArray[np.uint8], keep: Collection[str] | None = None, visit: Visit | None = None
) -> dict[str, Floats]:
    """The results, float32 (n, *shape), of the nodes in `keep` (None: of all).

    `pictures` are uint8 (n, height, width, channels). `visit` is given each node with its results for every batch of at
    most BATCH of them; a map is freed as soon as no node needs it. KmodelError for pictures of another shape and for
    names that no node has.
    """
    channels, height, width = graph.picture
    if pictures.dtype != np.uint8 or pictures.shape[1:] != (height, width, channels) or not len(pictures):
        wanted = f"uint8 (n, {height}, {width}, {channels})"
        raise KmodelError(f"{graph.name}: pictures are {pictures.dtype} {pictures.shape}; {wanted} are needed")
    names = [node.name for node in graph.nodes]
    kept = set(names if keep is None else keep)
    if unknown := sorted(kept.difference(names)):
        raise KmodelError(f"{graph.name}: has no node {', '.join(unknown)}; its last one is {names[-1]}")
    parts: dict[str, list[Floats]] = {name: [] for name in names if name in kept}
    for start in range(0, len(pictures), BATCH):
        for node, result in _forward(graph, pictures[start : start + BATCH]):
            if visit:
                visit(node, result)
            if node.name in kept:
                parts[node.name].append(result)
    return {name: np.concatenate(results) for name, results in parts.items()}


def _forward(graph: Graph, pictures: NDArray[np.uint8]) -> Iterator[tuple[Node, Floats]]:
    """Each node with its results. Maps lie channels last in memory, which numpy and BLAS run fastest on."""
    last_use = {name: index for index, node in enumerate(graph.nodes) for name in node.inputs}
    seen = (pictures.astype(np.float32) - np.float32(graph.mean)) / np.float32(graph.deviation)
    maps = {PICTURE: seen}
    for index, node in enumerate(graph.nodes):
        result = _compute(node, [maps[name] for name in node.inputs])
        yield node, np.moveaxis(result, -1, 1)
        maps[node.name] = result
        for name in {node.name, *node.inputs}:
            if last_use.get(name, -1) <= index:
                del maps[name]


def _compute(node: Node, inputs: list[Floats]) -> Floats:
    """The result of one node, channels last."""
    match node:
        case ConvNode():
            return activate(_convolve(node, inputs[0]), node.activation)
        case Pool():
            return _pool(inputs[0], node.maximum)
        case Add():
            return activate(inputs[0] + inputs[1], node.activation)
        case GlobalAverage():
            means: Floats = inputs[0].mean(axis=(1, 2))
            return means
        case Dense():
            return activate(_product(inputs[0], node.weights) + node.bias, node.activation)
        case Softmax():
            powers = np.exp(inputs[0] - inputs[0].max(axis=1, keepdims=True))
            shares: Floats = np.divide(powers, powers.sum(axis=1, keepdims=True), dtype=np.float32)
            return shares
    raise KmodelError(f"{node.name}: a {type(node).__name__} has no float reference; write one in reference.py")


def activate(x: Floats, activation: Activation) -> Floats:
    """The curve of a node, element by element."""
    match activation.curve:
        case Curve.RELU:
            return np.maximum(x, np.float32(0))
        case Curve.RELU6:
            return np.clip(x, np.float32(0), np.float32(6))
        case Curve.LEAKY:
            return np.where(x < 0, x * np.float32(activation.slope), x)
        case Curve.CLIP:
            return np.clip(x, np.float32(activation.low), np.float32(activation.high))
    return x


def _convolve(node: ConvNode, x: Floats) -> Floats:
    """The sum over the taps of the kernel: each is one product of matrices, or of numbers where depthwise."""
    padded = _pad(x, node.padding)
    size = node.weights.shape[-1]
    _, height, width = node.shape
    result = np.empty((len(x), height, width, len(node.bias)), np.float32)
    result[:] = node.bias
    for row in range(size):
        for column in range(size):
            rows = slice(row, row + (height - 1) * node.stride + 1, node.stride)
            columns = slice(column, column + (width - 1) * node.stride + 1, node.stride)
            under = padded[:, rows, columns]
            taps = node.weights[..., row, column]
            result += under * taps if node.depthwise else _product(under, taps)
    return result


def _product(x: Floats, taps: Floats) -> Floats:
    """taps (out, in) times each pixel or vector, as one product: BLAS is many times slower on a stack of small ones."""
    flat: Floats = x.reshape(-1, x.shape[-1]) @ taps.T
    return flat.reshape(*x.shape[:-1], len(taps))


def _pad(x: Floats, padding: Padding) -> Floats:
    if padding == Padding():
        return x
    return np.pad(x, ((0, 0), (padding.top, padding.bottom), (padding.left, padding.right), (0, 0)))


def _pool(x: Floats, maximum: bool) -> Floats:
    """Of every whole 2x2; an odd last row or column is left out."""
    count, height, width, channels = x.shape
    squares = x[:, : height // 2 * 2, : width // 2 * 2].reshape(count, height // 2, 2, width // 2, 2, channels)
    result: Floats = squares.max(axis=(2, 4)) if maximum else squares.mean(axis=(2, 4))
    return result
