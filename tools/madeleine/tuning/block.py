"""The last convolutions of a float network, as torch can train them; all before them stays as it is."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from madeleine.errors import ToolError
from madeleine.kpu.compiler.graph import Activation, ConvNode, Curve, GlobalAverage, Graph

LAST = 2  # MobileNet's last block: one convolution for each channel alone, one across them


class Block:
    """Gives features, (n, channels), of the maps that its first convolution reads, (n, channels, height, width)."""

    def __init__(self, nodes: Sequence[ConvNode]) -> None:
        self._nodes = nodes
        self.weights = [_parameter(node.weights[:, None] if node.depthwise else node.weights) for node in nodes]
        self.biases = [_parameter(node.bias) for node in nodes]

    @property
    def parameters(self) -> list[Tensor]:
        """All that learns."""
        return [*self.weights, *self.biases]

    def __call__(self, maps: Tensor) -> Tensor:
        for node, weights, bias in zip(self._nodes, self.weights, self.biases, strict=True):
            pads = node.padding
            framed = functional.pad(maps, (pads.left, pads.right, pads.top, pads.bottom))
            groups = len(weights) if node.depthwise else 1
            maps = _activated(functional.conv2d(framed, weights, bias, node.stride, 0, 1, groups), node.activation)
        return maps.mean((2, 3))

    def state(self) -> list[Tensor]:
        """A copy of all that learns."""
        return [parameter.detach().clone() for parameter in self.parameters]

    def restore(self, state: Sequence[Tensor]) -> None:
        """What `state` gave."""
        with torch.no_grad():
            for parameter, kept in zip(self.parameters, state, strict=True):
                parameter.copy_(kept)

    def nodes(self) -> list[ConvNode]:
        """The convolutions with what they have learned."""
        learned = zip(self._nodes, self.weights, self.biases, strict=True)
        return [
            replace(node, weights=weights.detach().numpy().reshape(node.weights.shape), bias=bias.detach().numpy())
            for node, weights, bias in learned
        ]


def last_nodes(graph: Graph) -> list[ConvNode]:
    """The convolutions of a Block, in order; ToolError when the network does not end in such."""
    average = graph.node(graph.outputs[0])
    found: list[ConvNode] = []
    name = average.inputs[0] if isinstance(average, GlobalAverage) and len(graph.outputs) == 1 else ""
    while name and len(found) < LAST:
        node = next((each for each in graph.nodes if each.name == name), None)
        users = [each for each in graph.nodes if name in each.inputs]
        if not isinstance(node, ConvNode) or len(users) != 1:
            break
        found.insert(0, node)
        (name,) = node.inputs
    if len(found) < LAST:
        raise ToolError(f"{graph.name} does not end in {LAST} convolutions and a global average; give a feature model")
    return found


def with_nodes(graph: Graph, nodes: Sequence[ConvNode]) -> Graph:
    """The network with these in the place of those of the same names."""
    by_name = {node.name: node for node in nodes}
    return replace(graph, nodes=tuple(by_name.get(node.name, node) for node in graph.nodes))


def _parameter(array: Any) -> Tensor:
    return torch.tensor(array, dtype=torch.float32, requires_grad=True)


def _activated(maps: Tensor, activation: Activation) -> Tensor:
    match activation.curve:
        case Curve.RELU:
            return functional.relu(maps)
        case Curve.RELU6:
            return functional.relu6(maps)
        case Curve.LEAKY:
            return functional.leaky_relu(maps, activation.slope)
        case Curve.CLIP:
            return maps.clamp(activation.low, activation.high)
    return maps
