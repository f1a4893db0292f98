"""Small float networks for the compiler's tests: a builder that knows shapes, and random ones of every kind of node."""

from dataclasses import replace

import numpy as np
from madeleine.kpu.compiler.graph import (
    PICTURE,
    Activation,
    Add,
    ConvNode,
    Curve,
    Dense,
    GlobalAverage,
    Graph,
    Padding,
    Pool,
    Softmax,
)

NONE, RELU, RELU6 = Activation(), Activation(Curve.RELU), Activation(Curve.RELU6)
LEAKY = Activation(Curve.LEAKY, 0.1)
EVEN, AFTER = Padding.even(1), Padding(0, 0, 1, 1)


class Sketch:
    """A network in the making; each method adds a node behind `source` (the last one) and returns its name."""

    def __init__(self, random, picture=(3, 16, 16), mean=127.5, deviation=127.5):
        self.random, self.graph = random, Graph("sketch", picture, mean, deviation, (), ())
        self.last = PICTURE

    def conv(self, out=None, kernel=3, stride=1, activation=RELU6, depthwise=False, padding=None, source=None, gain=1):
        source = source or self.last
        channels, height, width = self.graph.shape_of(source)
        out = channels if depthwise else out
        shape = (out, kernel, kernel) if depthwise else (out, channels, kernel, kernel)
        taps = kernel**2 * (1 if depthwise else channels)
        padding = padding or (EVEN if kernel == 3 else Padding())
        return self._add(
            ConvNode,
            (source,),
            (out, height // stride, width // stride),
            weights=self.random.normal(0, 2 * gain / np.sqrt(taps), shape).astype(np.float32),
            bias=self.random.normal(0, 0.5 * gain, out).astype(np.float32),
            stride=stride,
            padding=padding,
            activation=activation,
        )

    def pool(self, maximum=True, source=None):
        source = source or self.last
        channels, height, width = self.graph.shape_of(source)
        return self._add(Pool, (source,), (channels, height // 2, width // 2), maximum=maximum)

    def add(self, a, b=None, activation=NONE):
        b = b or self.last
        return self._add(Add, (a, b), self.graph.shape_of(a), activation=activation)

    def average(self):
        return self._add(GlobalAverage, (self.last,), self.graph.shape_of(self.last)[:1])

    def dense(self, out, activation=NONE):
        (ins,) = self.graph.shape_of(self.last)
        weights = self.random.normal(0, 1 / np.sqrt(ins), (out, ins)).astype(np.float32)
        bias = self.random.normal(0, 0.1, out).astype(np.float32)
        return self._add(Dense, (self.last,), (out,), weights=weights, bias=bias, activation=activation)

    def softmax(self):
        return self._add(Softmax, (self.last,), self.graph.shape_of(self.last))

    def done(self, *outputs):
        return replace(self.graph, outputs=outputs or (self.last,))

    def _add(self, kind, inputs, shape, **values):
        name = f"{kind.__name__.removesuffix('Node').lower()}{len(self.graph.nodes)}"
        node = kind(name=name, inputs=inputs, shape=shape, **values)
        self.graph = replace(self.graph, nodes=(*self.graph.nodes, node))
        self.last = name
        return name


def pictures(random, count, graph):
    """Smooth coloured noise: uint8 (count, height, width, channels)."""
    channels, height, width = graph.picture
    coarse = random.uniform(0, 255, (count, -(-height // 4), -(-width // 4), channels))
    fine = coarse.repeat(4, 1).repeat(4, 2)[:, :height, :width] + random.normal(0, 12, (count, height, width, channels))
    return np.clip(fine, 0, 255).astype(np.uint8)


def random_graph(random):
    """A few nodes of any kind the compiler knows, in an order it can do, ending in a map, features or a head."""
    sketch = Sketch(
        random, (int(random.integers(1, 5)), int(random.choice([16, 20, 32])), int(random.choice([16, 32])))
    )
    turned = bool(random.integers(2))
    for _ in range(int(random.integers(1, 5))):
        BLOCKS[int(random.integers(len(BLOCKS)))](sketch, random, turned)
    ending = int(random.integers(4))
    if ending and min(sketch.graph.shape_of(sketch.last)[1:]) >= 4:
        sketch.average()
        if ending > 1:
            sketch.dense(int(random.integers(2, 12)))
        if ending > 2:
            sketch.softmax()
    return sketch.done()


def _activation(random):
    return (NONE, RELU, RELU6, LEAKY)[int(random.integers(4))]


def _plain(sketch, random, turned):
    sketch.conv(int(random.integers(2, 20)), int(random.choice([1, 3])), activation=_activation(random))


def _strided(sketch, random, turned):
    if _large(sketch):
        padding = AFTER if turned else EVEN
        sketch.conv(int(random.integers(2, 20)), 3, 2, _activation(random), padding=padding)


def _separable(sketch, random, turned):
    """Depthwise, perhaps with a stride, and mostly a 1x1 layer behind."""
    stride = 2 if _large(sketch) and random.integers(2) else 1
    sketch.conv(None, 3, stride, _activation(random), depthwise=True, padding=AFTER if turned and stride == 2 else EVEN)
    if random.integers(4):
        sketch.conv(int(random.integers(2, 20)), 1, activation=_activation(random))


def _pooled(sketch, random, turned):
    if _large(sketch):
        sketch.pool(bool(random.integers(2)))


def _residual(sketch, random, turned):
    if sketch.last == PICTURE:
        sketch.conv(8)
    before = sketch.last
    sketch.conv(None, 3, activation=_activation(random), depthwise=True)
    sketch.conv(sketch.graph.shape_of(before)[0], 1, activation=NONE)
    sketch.add(before, activation=(NONE, RELU, RELU6)[int(random.integers(3))])


def _large(sketch):
    """Whether the map may be halved: what comes out is at least 4x4, and even sizes stay even for the next time."""
    return all(size >= 8 and size % 4 == 0 for size in sketch.graph.shape_of(sketch.last)[1:])


BLOCKS = (_plain, _strided, _separable, _pooled, _residual)
