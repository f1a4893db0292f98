"""The float reference against sums written out from the definition, and what it keeps, frees and refuses."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeleine.kpu.compiler import reference
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
from madeleine.kpu.errors import KmodelError
from numpy.typing import NDArray

MEAN, DEVIATION = 100.0, 50.0


def _graph(*nodes, picture=(3, 6, 5), outputs=None) -> Graph:
    return Graph("small", picture, MEAN, DEVIATION, nodes, outputs or (nodes[-1].name,))


def _pictures(count: int = 2, channels: int = 3) -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, (count, 6, 5, channels), np.uint8)


def _seen(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    return ((pictures - MEAN) / DEVIATION).transpose(0, 3, 1, 2)


def _by_definition(x: NDArray[np.float64], node: ConvNode) -> NDArray[np.float64]:
    """One picture (channels, height, width), pixel by pixel."""
    channels, height, width = x.shape
    size, p = node.weights.shape[-1], node.padding
    wide = np.zeros((channels, height + p.top + p.bottom, width + p.left + p.right))
    wide[:, p.top : p.top + height, p.left : p.left + width] = x
    rows = range(0, wide.shape[1] - size + 1, node.stride)
    columns = range(0, wide.shape[2] - size + 1, node.stride)
    result = np.empty((len(node.bias), len(rows), len(columns)))
    for out, (i, row), (j, column) in product(range(len(result)), enumerate(rows), enumerate(columns)):
        patch = wide[out if node.depthwise else slice(None), row : row + size, column : column + size]
        result[out, i, j] = (patch * node.weights[out]).sum() + node.bias[out]
    return result


@given(
    size=st.sampled_from((1, 3)),
    stride=st.sampled_from((1, 2)),
    pads=st.tuples(*[st.integers(0, 2)] * 4),
    depthwise=st.booleans(),
)
def test_convolution(size: int, stride: int, pads: tuple[int, int, int, int], depthwise: bool) -> None:
    random, padding = np.random.default_rng(2), Padding(*pads)
    count = 3 if depthwise else 4
    weights = random.normal(size=(count, size, size) if depthwise else (count, 3, size, size)).astype(np.float32)
    rows = (6 + padding.top + padding.bottom - size) // stride + 1
    columns = (5 + padding.left + padding.right - size) // stride + 1
    node = ConvNode(
        name="c",
        inputs=(PICTURE,),
        shape=(count, rows, columns),
        weights=weights,
        bias=random.normal(size=count).astype(np.float32),
        stride=stride,
        padding=padding,
    )
    pictures = _pictures()
    found = reference.run(_graph(node), pictures)["c"]
    assert found.dtype == np.float32
    assert found.shape[1:] == node.shape
    np.testing.assert_allclose(found, [_by_definition(one, node) for one in _seen(pictures)], atol=1e-5)


def test_pool_leaves_an_odd_column_out() -> None:
    nodes = [Pool(name=name, inputs=(PICTURE,), shape=(3, 3, 2), maximum=name == "m") for name in ("m", "a")]
    pictures = _pictures()
    found = reference.run(_graph(*nodes), pictures)
    squares = np.stack([_seen(pictures)[:, :, i::2, j:4:2] for i in (0, 1) for j in (0, 1)])
    np.testing.assert_allclose(found["m"], squares.max(0), atol=1e-6)
    np.testing.assert_allclose(found["a"], squares.mean(0), atol=1e-6)


def test_head() -> None:
    random = np.random.default_rng(3)
    weights, bias = random.normal(size=(4, 3)).astype(np.float32), random.normal(size=4).astype(np.float32)
    pictures = _pictures()
    found = reference.run(
        _graph(
            GlobalAverage(name="mean", inputs=(PICTURE,), shape=(3,)),
            Dense(name="dense", inputs=("mean",), shape=(4,), weights=weights, bias=bias),
            Softmax(name="shares", inputs=("dense",), shape=(4,)),
        ),
        pictures,
    )
    means = _seen(pictures).mean((2, 3))
    powers = np.exp(means @ weights.T + bias)
    np.testing.assert_allclose(found["mean"], means, atol=1e-6)
    np.testing.assert_allclose(found["shares"], powers / powers.sum(1, keepdims=True), atol=1e-6)


def test_softmax_of_large_numbers() -> None:
    weights = np.array([[1e4], [0]], np.float32)
    mean = GlobalAverage(name="mean", inputs=(PICTURE,), shape=(1,))
    dense = Dense(name="dense", inputs=("mean",), shape=(2,), weights=weights, bias=np.zeros(2, np.float32))
    graph = _graph(mean, dense, Softmax(name="s", inputs=("dense",), shape=(2,)), picture=(1, 6, 5))
    shares = reference.run(graph, np.full((1, 6, 5, 1), 255, np.uint8))["s"]
    np.testing.assert_array_equal(shares, [[1, 0]])


CURVES = {
    Activation(): [-2, 0, 5, 7],
    Activation(Curve.RELU): [0, 0, 5, 7],
    Activation(Curve.RELU6): [0, 0, 5, 6],
    Activation(Curve.LEAKY, 0.5): [-1, 0, 5, 7],
    Activation(Curve.CLIP, low=-1, high=6): [-1, 0, 5, 6],
    Activation(Curve.CLIP, high=5): [-2, 0, 5, 5],
    Activation(Curve.CLIP, low=1): [1, 1, 5, 7],
}


@pytest.mark.parametrize("activation", CURVES)
def test_curves(activation: Activation) -> None:
    values = np.array([-2, 0, 5, 7], np.float32)
    found = reference.activate(values, activation)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, CURVES[activation])


def test_add_to_itself_and_what_is_kept() -> None:
    first = Add(name="twice", inputs=(PICTURE, PICTURE), shape=(3, 6, 5))
    second = Add(name="four", inputs=("twice", "twice"), shape=(3, 6, 5), activation=Activation(Curve.RELU))
    pictures = _pictures()
    assert reference.run(_graph(first, second), pictures, keep=()).keys() == set()
    found = reference.run(_graph(first, second), pictures, keep=["four"])
    assert found.keys() == {"four"}
    np.testing.assert_allclose(found["four"], np.maximum(4 * _seen(pictures), 0), rtol=1e-6)


def test_batches_are_visited_and_put_together() -> None:
    node = GlobalAverage(name="mean", inputs=(PICTURE,), shape=(3,))
    pictures = _pictures(2 * reference.BATCH + 1)
    visited = []
    found = reference.run(_graph(node), pictures, visit=lambda node, result: visited.append((node.name, len(result))))
    assert visited == [("mean", reference.BATCH), ("mean", reference.BATCH), ("mean", 1)]
    np.testing.assert_allclose(found["mean"], _seen(pictures).mean((2, 3)), atol=1e-6)


@pytest.mark.parametrize(
    "pictures",
    [
        np.zeros((1, 6, 5, 3), np.float32),
        np.zeros((1, 3, 6, 5), np.uint8),
        np.zeros((6, 5, 3), np.uint8),
        np.zeros((0, 6, 5, 3), np.uint8),
    ],
)
def test_other_pictures_are_refused(pictures: NDArray[np.uint8]) -> None:
    node = GlobalAverage(name="mean", inputs=(PICTURE,), shape=(3,))
    with pytest.raises(KmodelError, match=r"small: pictures are .*; uint8 \(n, 6, 5, 3\) are needed"):
        reference.run(_graph(node), pictures)


def test_unknown_names_are_refused() -> None:
    node = GlobalAverage(name="mean", inputs=(PICTURE,), shape=(3,))
    with pytest.raises(KmodelError, match="small: has no node head; its last one is mean"):
        reference.run(_graph(node), _pictures(), keep=["head"])
