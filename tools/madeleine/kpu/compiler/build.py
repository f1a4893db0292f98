"""The layers of a kmodel, one node after the other, quantised by what the network so far makes of the pictures.

Each layer runs on all pictures, in the chip's own arithmetic, before the next one is made. A layer's bias is set so
that its sums, which come from rounded weights and rounded maps, have the float network's mean: rounding otherwise
shifts them, and ever more from layer to layer. Cosines to the float MobileNet v1 0.75, of features and last map:
0.983 and 0.949 without that, 0.997 and 0.987 when only the weights are made up for, 0.998 and 0.990 like this.
"""

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from ..emulator import layers as cpu
from ..emulator.convolution import ConvRunner
from ..format import layertypes as k
from .calibrate import Statistics, weighted, window_means
from .compose import make_conv_layer, pack_activation, pack_batch_norm
from .graph import PICTURE, Add, Dense, GlobalAverage, Node, Softmax, refusal
from .limits import DENSE_CURVES
from .lower import MEAN, KpuConv, Lowered
from .place import FLOAT_BYTES, Places, averaged
from .quantise import (
    ZERO_W,
    Doubles,
    Scale,
    activation_table,
    batch_norm,
    largest_sum,
    quantise_weights,
    scale_for,
    sum_numbers,
)

CUT_OFF = 0.375  # what a mean of four bytes loses, on average, as the chip drops its fraction
SUM_TOP = 1 << 35  # of what batch-norm makes: 36 signed bits


class Builder:
    """`add` every node of a lowered network in order; `layers` are the result, `titles` the nodes they serve.

    `pictures` are uint8 (n, height, width, channels) as the chip is to see them. What the features are the means of
    is cut at `top`. `fixed` are the scales of some results; others have those of their ranges.
    """

    def __init__(
        self,
        lowered: Lowered,
        places: Places,
        found: Statistics,
        pictures: NDArray[np.uint8],
        top: float = math.inf,
        fixed: Mapping[str, Scale] | None = None,
    ) -> None:
        self.lowered, self.places, self.found, self.top, self.fixed = lowered, places, found, top, fixed or {}
        graph = lowered.graph
        self.maps = {PICTURE: np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))}
        self.scales = {PICTURE: Scale(1 / graph.deviation, round(graph.mean))}
        self.layers: list[k.Layer] = []
        self.titles: list[str] = []

    def add(self, index: int) -> None:
        """The layers of the node at this place; KmodelError when its numbers do not fit the chip's."""
        node, before = self.lowered.nodes[index], len(self.layers)
        match node:
            case KpuConv():
                self._kernel(node)
            case Add():
                self._sum(node)
            case GlobalAverage():
                self._average(node)
            case Dense():
                self._dense(node)
            case Softmax():
                source, target = (self.places.main[name].start for name in (node.inputs[0], node.name))
                self.layers.append(k.Softmax(in_address=source, out_address=target, channels=node.shape[0]))
        if node.name in self.scales and node.name in self.places.floats:
            self._as_floats(node)
        self.titles += [node.name] * (len(self.layers) - before)
        for name in list(self.maps):  # those that nothing is left to read
            if max(self.lowered.users(name), default=-1) <= index:
                del self.maps[name]

    def _kernel(self, node: KpuConv) -> None:
        source = self.scales[node.inputs[0]]
        scale = self.scales[node.name] = self._scale(node, source)
        weights, steps = quantise_weights(node.weights)
        bias = self._bias(node, source, (weights.astype(np.float64) - ZERO_W) * _column(steps, weights.ndim))
        if node.pool_type == MEAN:
            bias += CUT_OFF * scale.step
        numbers = batch_norm(source.step * steps, bias, scale)
        if largest_sum(weights, *numbers) >= SUM_TOP:
            raise refusal(self.lowered.graph, node, "its weights let a sum pass the chip's 36 bits; scale them down")
        home = self.places.main.get(node.name)
        layer = make_conv_layer(
            weights,
            self.places.maps[node.inputs[0]],
            self.places.maps[node.name],
            pack_batch_norm(*numbers),
            pack_activation(activation_table(node.activation, scale)),
            pool_type=node.pool_type,
            zero_x=source.zero,
            zero_w=ZERO_W,
            main_address=home.start if home else None,
        )
        self.layers.append(layer)
        self._run(node, ConvRunner(layer, eight_bit=True))
        if home:
            self._upload(node)

    def _sum(self, node: Add) -> None:
        a, b = (self.scales[name] for name in node.inputs)
        scale = self.scales[node.name] = self._scale(node, a)
        left, right = (self.places.main[name].start for name in node.inputs)
        home = self.places.main[node.name]
        layer = k.QuantizedAdd(
            a_address=left, b_address=right, out_address=home.start, count=home.size, **sum_numbers(a, b, scale)
        )
        self.layers.append(layer)
        first, second = (self.maps[name] for name in node.inputs)
        self.maps[node.name] = cpu.quantized_add(first.ravel(), second.ravel(), layer).reshape(first.shape)
        self._upload(node)

    def _average(self, node: GlobalAverage) -> None:
        """The mean of each channel, a few channels at a time."""
        name, part = node.inputs[0], averaged(self.lowered, node)
        source, summands, home = self.places.main[name], self.places.summands[node.name], self.places.main[node.name]
        channels, pixels = node.shape[0], source.size // node.shape[0]
        for first in range(0, channels, part):
            count = min(part, channels - first)
            self._dequantise(name, source.start + first * pixels, summands.start, count * pixels)
            self.layers.append(
                k.GlobalAveragePool2D(
                    in_address=summands.start,
                    out_address=home.start + FLOAT_BYTES * first,
                    kernel_size=pixels,
                    channels=count,
                )
            )

    def _dense(self, node: Dense) -> None:
        outs, ins = node.weights.shape
        layer = k.FullyConnected(
            in_address=self.places.main[node.inputs[0]].start,
            out_address=self.places.main[node.name].start,
            in_channels=ins,
            out_channels=outs,
            activation=DENSE_CURVES.index(node.activation.curve),
            weights=node.weights.astype("<f4").tobytes(),
            bias=node.bias.astype("<f4").tobytes(),
        )
        self.layers.append(layer)

    def _scale(self, node: KpuConv | Add, source: Scale) -> Scale:
        """From the range that the float network showed; an identity keeps that of its input."""
        origin = node.origin if isinstance(node, KpuConv) else node.name
        if origin is None:
            return source
        if node.name in self.fixed:
            return self.fixed[node.name]
        low, high = self.found.low[origin], self.found.high[origin]
        if not np.isfinite([low, high]).all():
            raise refusal(self.lowered.graph, node, f"its results reach {low:g} and {high:g}; train or export it again")
        scale = scale_for(node.activation, low, high)
        features = self.lowered.features
        if features and features.inputs[0] == node.name and scale.high > self.top:
            return scale.cut(self.top)
        return scale

    def _bias(self, node: KpuConv, source: Scale, weights: Doubles) -> Doubles:
        """What the rounded sums of the pictures lack, on average, to the float network's."""
        if node.origin is None:
            return node.bias.astype(np.float64)
        kernel = weights.shape[-1]
        means = window_means(self.maps[node.inputs[0]], kernel, node.stride, node.padding, source.zero)
        return self.found.means[node.origin] - weighted(weights, source.step * (means - source.zero))

    def _run(self, node: KpuConv, layer: Callable[[NDArray[np.uint8]], NDArray[np.uint8]]) -> None:
        self.maps[node.name] = np.stack([layer(picture) for picture in self.maps[node.inputs[0]]])

    def _upload(self, node: Node) -> None:
        """Brings a map of main memory to AI RAM when a layer of the KPU reads it."""
        if any(isinstance(self.lowered.nodes[user], KpuConv) for user in self.lowered.users(node.name)):
            channels, height, width = node.shape
            self.layers.append(
                k.Upload(
                    in_address=self.places.main[node.name].start,
                    out_line=self.places.maps[node.name].line,
                    width=width,
                    height=height,
                    channels=channels,
                )
            )

    def _as_floats(self, node: Node) -> None:
        """An output that is a map."""
        floats = self.places.floats[node.name]
        self._dequantise(node.name, self.places.main[node.name].start, floats.start, floats.size // FLOAT_BYTES)

    def _dequantise(self, name: str, source: int, target: int, count: int) -> None:
        scale = self.scales[name]
        step, low = float(np.float32(scale.step)), float(np.float32(scale.low))
        self.layers.append(k.Dequantize(in_address=source, out_address=target, count=count, scale=step, bias=low))


def _column(steps: Doubles, dimensions: int) -> Doubles:
    return steps.reshape(-1, *[1] * (dimensions - 1))
