"""Makes one layer of what file formats write as several: batch-norm, bias, activation and border go into their layer.

What finds no layer to go into becomes one of its own, a depthwise 1x1 convolution.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from ..compiler.graph import Activation, Add, ConvNode, Curve, Dense, Floats, Node, Padding
from ..compiler.limits import SUM_CURVES
from ..errors import KmodelError

NONE = Activation()
RELU = Activation(Curve.RELU)
RELU6 = Activation(Curve.RELU6)
BOUNDS = {NONE: (-inf, inf), RELU: (0.0, inf), RELU6: (0.0, 6.0)}


@dataclass(frozen=True, kw_only=True)
class Part(Node):
    """What belongs to a layer before or after it; `operator` is its name in the file."""

    operator: str


@dataclass(frozen=True, kw_only=True)
class Affine(Part):
    """gain times the map or vector plus offset, both (channels,)."""

    gain: Floats
    offset: Floats


@dataclass(frozen=True, kw_only=True)
class Curved(Part):
    """An activation by itself."""

    activation: Activation


@dataclass(frozen=True, kw_only=True)
class Border(Part):
    """Zeros around a map."""

    padding: Padding


def fuse(nodes: Sequence[Node], outputs: Sequence[str], file: str) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """Nodes as the compiler takes them, and the names that the outputs then have; KmodelError, with `file` in it."""
    readers = Counter(name for node in nodes for name in node.inputs) + Counter(outputs)
    renamed: dict[str, str] = {}
    done: dict[str, Node] = {}
    for given in nodes:
        node = replace(given, inputs=tuple(renamed.get(name, name) for name in given.inputs))
        before = done.get(node.inputs[0])
        if isinstance(before, Border) and isinstance(node, ConvNode):
            node = replace(node, inputs=before.inputs, padding=_sum(before.padding, node.padding))
            before = None
        joined = _joined(before, node) if before and readers[before.name] == 1 else None
        if before and joined:
            done[before.name] = joined
            renamed[node.name] = before.name
            readers[before.name] = readers[node.name]
        else:
            done[node.name] = _layer(node, file)
    ends = tuple(renamed.get(name, name) for name in outputs)
    read = {*ends, *(name for node in done.values() for name in node.inputs)}
    for node in done.values():
        if isinstance(node, Border) and node.name in read:
            raise _refusal(node, file, "only Conv behind it can take a border; export without it")
    return tuple(node for node in done.values() if not isinstance(node, Border)), ends


def _joined(before: Node, node: Node) -> Node | None:
    """One node for two; None where that is not possible."""
    match before, node:
        case ConvNode() | Dense(), Affine() if before.activation == NONE:
            gain = node.gain.astype(np.float64)
            with np.errstate(over="ignore", invalid="ignore"):  # what is not finite then is refused by the reader
                weights = before.weights * gain.reshape(-1, *[1] * (before.weights.ndim - 1))
                bias = before.bias * gain + node.offset
                return replace(before, weights=weights.astype(np.float32), bias=bias.astype(np.float32))
        case ConvNode() | Dense() | Add(), Curved():
            both = _composed(before.activation, node.activation)
            fits = both and (both.curve in SUM_CURVES or not isinstance(before, Add))
            return replace(before, activation=both) if both and fits else None
    return None


def clip(low: float, high: float) -> Activation:
    """The curve that keeps values from `low` to `high`."""
    known = next((activation for activation, bounds in BOUNDS.items() if bounds == (low, high)), None)
    return known or Activation(Curve.CLIP, low=low, high=high)


def _composed(first: Activation, then: Activation) -> Activation | None:
    """The curve of one after the other, if there is one."""
    if first == NONE:
        return then
    if Curve.LEAKY in (first.curve, then.curve):
        return None
    (low, high), (least, most) = (BOUNDS.get(each, (each.low, each.high)) for each in (first, then))
    return clip(min(max(low, least), most), min(max(high, least), most))


def _layer(node: Node, file: str) -> Node:
    """The node itself, or the depthwise 1x1 convolution that does the same."""
    match node:
        case Affine():
            weights, bias, activation = node.gain, node.offset, NONE
        case Curved():
            ones = np.ones(node.shape[0], np.float32)
            weights, bias, activation = ones, 0 * ones, node.activation
        case _:
            return node
    if len(node.shape) == 1:
        raise _refusal(node, file, "supported on maps, and on vectors right behind Gemm or MatMul; export without it")
    return ConvNode(
        name=node.name,
        inputs=node.inputs,
        shape=node.shape,
        weights=weights[:, None, None],
        bias=bias,
        activation=activation,
    )


def _refusal(part: Part, file: str, what: str) -> KmodelError:
    return KmodelError(f"{file}: node {part.name} ({part.operator}): {what}")


def _sum(a: Padding, b: Padding) -> Padding:
    return Padding(a.top + b.top, a.left + b.left, a.bottom + b.bottom, a.right + b.right)
