"""What the float network does on the calibration pictures: the range of each node, the mean of each channel's sums."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import reference
from .graph import PICTURE, ConvNode, Graph, Node, Padding
from .quantise import Doubles


@dataclass
class Statistics:
    """By node: the least and greatest result, and for convolutions the mean (out,) before the activation."""

    low: dict[str, float] = field(default_factory=lambda: defaultdict(lambda: np.inf))
    high: dict[str, float] = field(default_factory=lambda: defaultdict(lambda: -np.inf))
    means: dict[str, Doubles] = field(default_factory=dict)


def statistics(graph: Graph, pictures: NDArray[np.uint8], done: Callable[[int], None]) -> Statistics:
    """Runs the float network; `done` is told the number of pictures after each batch."""
    found = Statistics()
    readers: dict[str, list[ConvNode]] = defaultdict(list)
    for node in graph.nodes:
        if isinstance(node, ConvNode):
            readers[node.inputs[0]].append(node)
            found.means[node.name] = node.bias.astype(np.float64)
    share = 1 / len(pictures)

    def visit(name: str, maps: NDArray[np.float32]) -> None:
        for node in readers[name]:
            patch = window_means(maps, node.weights.shape[-1], node.stride, node.padding)
            found.means[node.name] += weighted(node.weights, patch) * len(maps) * share

    def visit_node(node: Node, result: NDArray[np.float32]) -> None:
        found.low[node.name] = min(found.low[node.name], float(result.min()))
        found.high[node.name] = max(found.high[node.name], float(result.max()))
        visit(node.name, result)

    for start in range(0, len(pictures), reference.BATCH):
        batch = pictures[start : start + reference.BATCH]
        visit(PICTURE, (batch.transpose(0, 3, 1, 2) - np.float32(graph.mean)) / np.float32(graph.deviation))
        reference.run(graph, batch, keep=(), visit=visit_node)
        done(len(batch))
    return found


def window_means(maps: NDArray[Any], kernel: int, stride: int, padding: Padding, border: int = 0) -> Doubles:
    """The mean of what each tap of a kernel meets: maps (n, channels, height, width) -> (channels, kernel, kernel)."""
    p = padding
    padded = np.pad(maps, ((0, 0), (0, 0), (p.top, p.bottom), (p.left, p.right)), constant_values=border)
    height = (padded.shape[2] - kernel) // stride + 1
    width = (padded.shape[3] - kernel) // stride + 1
    means = np.empty((maps.shape[1], kernel, kernel))
    for x in range(kernel):
        rows = padded[..., x : x + (width - 1) * stride + 1 : stride].sum(3, dtype=np.float64)
        for y in range(kernel):
            means[:, y, x] = rows[:, :, y : y + (height - 1) * stride + 1 : stride].sum((0, 2))
    means /= len(maps) * height * width
    return means


def weighted(weights: NDArray[Any], means: Doubles) -> Doubles:
    """What a kernel, (out, in, k, k) or depthwise (channels, k, k), makes of the means of its taps: (out,)."""
    rows = weights.reshape(len(weights), -1).astype(np.float64)
    sums: Doubles = (rows * means.reshape(rows.shape)).sum(1) if weights.ndim == 3 else rows @ means.ravel()
    return sums
