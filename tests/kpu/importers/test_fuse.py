"""What becomes part of the layer before or after it: curves, batch-norm, borders."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from madeleine.kpu.compiler.graph import Add, ConvNode, Curve, Padding
from madeleine.kpu.compiler.limits import check
from madeleine.kpu.compiler.lower import lower

pytest.importorskip("onnx", reason="the extra [onnx] is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from tests.kpu.onnx_network import Network
from tests.kpu.onnx_reading import only, read


def _relu(network: Network, x: str) -> str:
    return network.do("Relu", x)


def clip6(network: Network, x: str) -> str:
    return network.do("Clip", x, network.constant(0), network.constant(6))


def _clip0(network: Network, x: str) -> str:
    return network.do("Clip", x, network.constant(0))


def _relu_then_clip(network: Network, x: str) -> str:
    return network.do("Clip", network.do("Relu", x), "", network.constant(6))


def _clip_then_relu(network: Network, x: str) -> str:
    return network.do("Relu", network.do("Clip", x, network.constant(0), network.constant(6)))


def _leaky(network: Network, x: str) -> str:
    return network.do("LeakyRelu", x, alpha=0.125)


def _open_clip(network: Network, x: str) -> str:
    return network.do("Clip", x)


def _clip(low: float | None, high: float | None) -> Callable[[Network, str], str]:
    def clip(network: Network, x: str) -> str:
        bounds = ["" if bound is None else network.constant(bound) for bound in (low, high)]
        return network.do("Clip", x, *bounds)

    return clip


def _clip_twice(network: Network, x: str) -> str:
    return _clip(-0.5, 2)(network, _clip(-1, 0.5)(network, x))


def _clips_apart(network: Network, x: str) -> str:
    return _clip(0.5, 2)(network, _clip(-1, 0.25)(network, x))


def _one_slope(network: Network, x: str) -> str:
    return network.do("PRelu", x, network.constant([[[0.25]]] * 4))


def _hard_sigmoid(network: Network, x: str) -> str:
    return network.do("HardSigmoid", x, alpha=0.25, beta=0.375)


CURVES = {
    _clip(0, 1): Curve.CLIP,
    _clip(-1, 0.5): Curve.CLIP,
    _clip(0.5, 1): Curve.CLIP,
    _clip(None, 0.5): Curve.CLIP,
    _clip(-0.5, None): Curve.CLIP,
    _clip_twice: Curve.CLIP,
    _clips_apart: Curve.CLIP,
    _one_slope: Curve.LEAKY,
    _hard_sigmoid: Curve.CLIP,
    _relu: Curve.RELU,
    clip6: Curve.RELU6,
    _clip0: Curve.RELU,
    _relu_then_clip: Curve.RELU6,
    _clip_then_relu: Curve.RELU6,
    _leaky: Curve.LEAKY,
    _open_clip: Curve.NONE,
}


@pytest.mark.parametrize("curve", CURVES)
def test_curves_join_the_layer_before(tmp_path: Path, curve: Callable[[Network, str], str]) -> None:
    network = Network()
    x = network.norm(network.conv("image", 3, 4, 3, bias=False, pads=[1, 1, 1, 1]), 4)
    x = network.do("Mul", x, network.constant(5))
    node = only(read(network, tmp_path, curve(network, x)))
    assert isinstance(node, ConvNode)
    assert node.activation.curve == CURVES[curve]
    assert node.name == "Conv0"


@pytest.mark.parametrize("curve", CURVES)
def test_curves_of_their_own(tmp_path: Path, curve: Callable[[Network, str], str]) -> None:
    """Of a result that others read too, and behind a pool."""
    network = Network()
    x = network.conv("image", 3, 4)
    pooled = network.do("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    if curve is _relu_then_clip:
        pooled = network.do("Relu", pooled)
    read(network, tmp_path, curve(network, pooled), x)


@pytest.mark.parametrize("curve", CURVES)
def test_curves_after_a_sum(tmp_path: Path, curve: Callable[[Network, str], str]) -> None:
    """The chip's sum has no table: what the range of its bytes cannot do becomes a layer."""
    network = Network()
    x = network.conv("image", 3, 4)
    total = network.do("Add", x, network.conv(x, 4, 4))
    graph = read(network, tmp_path, curve(network, network.do("Mul", total, network.constant(3))))
    check(lower(graph))


def test_clip_by_attributes(tmp_path: Path) -> None:
    network = Network(opset=10)
    node = only(read(network, tmp_path, network.do("Clip", network.conv("image", 3, 4), min=0.0, max=6.0)))
    assert isinstance(node, ConvNode)
    assert node.activation.curve == Curve.RELU6


def test_a_curve_does_not_change_what_others_read(tmp_path: Path) -> None:
    network = Network()
    x = network.conv("image", 3, 4)
    graph = read(network, tmp_path, network.do("Add", x, network.do("LeakyRelu", x, alpha=0.3)), x)
    assert [type(node) for node in graph.nodes] == [ConvNode, ConvNode, Add]


def test_norm_without_a_layer(tmp_path: Path) -> None:
    network = Network()
    graph = read(network, tmp_path, network.do("Relu", network.norm("image", 3)))
    node = only(graph)
    assert isinstance(node, ConvNode)
    assert node.depthwise


def test_norm_of_a_depthwise_layer(tmp_path: Path) -> None:
    network = Network()
    only(read(network, tmp_path, network.norm(network.conv("image", 3, 3, 3, group=3, pads=[1, 1, 1, 1]), 3)))


@pytest.mark.parametrize("opset", [10, 17])
def test_pad_goes_into_the_conv(tmp_path: Path, opset: int) -> None:
    network = Network(opset=opset)
    pads = [0, 0, 0, 0, 0, 0, 1, 1]
    if opset < 11:
        x = network.do("Pad", "image", pads=pads)
    else:
        x = network.do("Pad", "image", network.constant(pads, np.int64), network.constant(0))
    a, b = network.conv(x, 3, 4, 3, strides=[2, 2]), network.conv(x, 3, 4, 3, strides=[2, 2])
    graph = read(network, tmp_path, network.do("Add", a, b))
    first = graph.nodes[0]
    assert isinstance(first, ConvNode)
    assert (first.padding, first.inputs) == (Padding(0, 0, 1, 1), ("picture",))


def test_pad_with_axes(tmp_path: Path) -> None:
    network = Network(opset=18)
    x = network.do("Pad", "image", network.constant([1, 1, 1, 1], np.int64), "", network.constant([-2, 3], np.int64))
    node = only(read(network, tmp_path, network.conv(x, 3, 4, 3)))
    assert isinstance(node, ConvNode)
    assert node.padding == Padding.even(1)
