"""What the chip can hold and its driver can run, checked before anything is computed; each error names the node."""

import math

import numpy as np

from ..errors import KmodelError
from .compose import LOAD_BYTES
from .graph import PICTURE, Add, Curve, Dense, GlobalAverage, Graph, Node, Shape, refusal
from .lower import KpuConv, Lowered
from .place import in_main

CHANNELS = range(1, 1025)
WIDTHS, HEIGHTS = range(4, 513), range(4, 257)  # as nncase has them
LOADS_TOP = 64  # of weights: a register of 6 bits
STREAMED_PX_TOP = 1 << 16  # of a map that goes to main memory: a register of 16 bits
DENSE_CURVES = (Curve.NONE, Curve.RELU, Curve.RELU6)  # in the order of FULLY_CONNECTED's numbers
SUM_CURVES = (Curve.NONE, Curve.RELU, Curve.RELU6)  # QUANTIZED_ADD has no table; the range of its bytes does these


def check(lowered: Lowered) -> None:
    """KmodelError for what the chip cannot hold, or the driver cannot run."""
    graph = lowered.graph
    if not 0 <= graph.mean <= 255 or not 0 < graph.deviation < math.inf:
        raise KmodelError(
            f"{graph.name}: mean {graph.mean:g} and deviation {graph.deviation:g} do not fit bytes 0..255"
        )
    shapes = {PICTURE: graph.picture} | {node.name: node.shape for node in lowered.nodes}
    for node in lowered.nodes:
        sources = [shapes[name] for name in node.inputs]
        if isinstance(node, (KpuConv, Add)):
            for shape in (*sources, node.shape):
                _check_map(graph, node, shape)
        if not isinstance(node, KpuConv) and PICTURE in node.inputs:
            raise refusal(graph, node, "reads the picture itself; only a convolution or a pool can be first")
        if in_main(lowered, node) and math.prod(node.shape[1:]) > STREAMED_PX_TOP:
            raise refusal(graph, node, f"over {STREAMED_PX_TOP} pixels cannot go to main memory; use smaller pictures")
        if isinstance(node, KpuConv):
            _check_kernel(graph, node, sources[0])
        elif isinstance(node, Add):
            _check_add(graph, node, sources)
        else:
            _check_vector(graph, node, sources[0])


def _check_map(graph: Graph, node: Node, shape: Shape) -> None:
    fits = len(shape) == 3 and shape[0] in CHANNELS and shape[1] in HEIGHTS and shape[2] in WIDTHS
    if not fits:
        raise refusal(
            graph,
            node,
            f"a map of {'x'.join(map(str, shape))} (channels, rows, columns); the chip takes 1..1024 channels of "
            f"{HEIGHTS[0]}..{HEIGHTS[-1]} rows and {WIDTHS[0]}..{WIDTHS[-1]} columns",
        )


def _check_kernel(graph: Graph, node: KpuConv, source: Shape) -> None:
    weights = node.weights
    expected = source[0] if node.depthwise else weights.shape[1]
    if expected != source[0] or len(weights) != node.shape[0] or node.bias.shape != (node.shape[0],):
        raise refusal(graph, node, f"weights {weights.shape} do not fit {source[0]} channels in, {node.shape[0]} out")
    if not (np.isfinite(weights).all() and np.isfinite(node.bias).all()):
        raise refusal(graph, node, "weights or biases that are not finite numbers; train or export it again")
    loads = 1 if node.depthwise else -(-len(weights) // (LOAD_BYTES // weights[0].size))
    if loads > LOADS_TOP:
        raise refusal(
            graph, node, f"{weights.size} weights take {loads} loads, the chip does {LOADS_TOP}; use fewer channels"
        )
    activation = node.activation
    if activation.curve is Curve.LEAKY and not 1e-4 <= activation.slope <= 1:
        raise refusal(graph, node, f"leaky ReLU with slope {activation.slope:g}; 0.0001 to 1 are supported")


def _check_add(graph: Graph, node: Add, sources: list[Shape]) -> None:
    if any(shape != node.shape for shape in sources):
        raise refusal(graph, node, "adds maps of different shapes; only equal ones are supported")
    if node.activation.curve not in SUM_CURVES:
        raise refusal(graph, node, f"{node.activation.curve.value} after a sum; none, ReLU and ReLU6 are supported")


def _check_vector(graph: Graph, node: Node, source: Shape) -> None:
    if isinstance(node, GlobalAverage) != (len(source) == 3):
        raise refusal(graph, node, f"its input is {'x'.join(map(str, source))}; it needs a global average before it")
    if isinstance(node, Dense) and node.activation.curve not in DENSE_CURVES:
        curve = node.activation.curve.value
        raise refusal(graph, node, f"{curve} after a dense layer; none, ReLU and ReLU6 are supported")
