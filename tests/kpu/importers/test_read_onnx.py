"""The ONNX reader against onnxruntime: every operator, in the ways that torch and tf2onnx write them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from madeleine.kpu.compiler.graph import (
    ConvNode,
    Dense,
    GlobalAverage,
    Padding,
    Pool,
    Softmax,
)
from madeleine.kpu.compiler.reference import run
from madeleine.kpu.errors import KmodelError

from tests import ROOT

onnx = pytest.importorskip("onnx", reason="the extra [onnx] is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from madeleine.kpu.importers.onnx_constants import READERS as CONSTANTS  # noqa: E402
from madeleine.kpu.importers.read_onnx import READERS, read_onnx  # noqa: E402

from tests.kpu.importers.test_fuse import clip6  # noqa: E402
from tests.kpu.onnx_network import Network, pictures  # noqa: E402
from tests.kpu.onnx_reading import only, parse, read  # noqa: E402


@pytest.mark.parametrize("opset", [7, 9, 11, 13, 17, 18, 21])
@pytest.mark.parametrize(
    ("kernel", "attributes", "padding"),
    [
        (1, {}, Padding()),
        (1, {"strides": [2, 2]}, Padding()),
        (3, {"pads": [1, 1, 1, 1]}, Padding.even(1)),
        (3, {"pads": [1, 1, 1, 1], "strides": [2, 2], "kernel_shape": [3, 3]}, Padding.even(1)),
        (3, {"pads": [0, 0, 1, 1], "strides": [2, 2]}, Padding(0, 0, 1, 1)),
        (3, {"auto_pad": "SAME_UPPER", "strides": [2, 2]}, Padding(0, 0, 1, 1)),
        (3, {"auto_pad": "SAME_LOWER", "strides": [2, 2]}, Padding(1, 1, 0, 0)),
        (3, {"auto_pad": "VALID", "dilations": [1, 1]}, Padding()),
        (3, {"pads": [1, 1, 1, 1], "group": 3}, Padding.even(1)),
        (1, {"group": 3}, Padding()),
    ],
)
def test_conv(tmp_path: Path, kernel: int, attributes: dict, padding: Padding, opset: int) -> None:
    network = Network(opset=opset)
    count = 3 if "group" in attributes else 5
    graph = read(network, tmp_path, network.conv("image", 3, count, kernel, **attributes))
    node = only(graph)
    assert isinstance(node, ConvNode)
    assert (node.padding, node.depthwise) == (padding, "group" in attributes)


def test_mean_and_deviation_of_each_channel(tmp_path: Path) -> None:
    """As torchvision's networks want them: the same as when the network does it itself, borders included."""
    mean, deviation = [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]
    graphs = []
    for inside in (False, True):
        network, x = Network(), "image"
        if inside:
            by_channel = [network.constant(np.reshape(numbers, (3, 1, 1))) for numbers in (mean, deviation)]
            x = network.do("Div", network.do("Sub", x, by_channel[0]), by_channel[1])
        weights = network.constant(np.random.default_rng(3).normal(0, 0.3, (4, 3, 3, 3)))
        onnx.save(network.model(network.do("Conv", x, weights, pads=[1, 1, 1, 1])), tmp_path / "network.onnx")
        given = ([0.0], [1.0]) if inside else (mean, deviation)
        graphs.append(read_onnx(tmp_path / "network.onnx", mean=given[0], deviation=given[1]))
    found, wanted = (run(graph, pictures(2, 16, 12))[graph.outputs[0]] for graph in graphs)
    np.testing.assert_allclose(found, wanted, atol=1e-4)
    assert [node.name for node in graphs[0].nodes] == ["channels", "Conv0"]


@pytest.mark.parametrize("given", [([1.0, 2.0], [1.0]), ([1.0], [0.0]), ([1.0], [1.0, 2.0, float("nan")])])
def test_mean_and_deviation_that_do_not_fit(tmp_path: Path, given: tuple[list[float], list[float]]) -> None:
    network = Network()
    onnx.save(network.model(network.conv("image", 3, 4)), tmp_path / "network.onnx")
    with pytest.raises(KmodelError, match=r"one number or 3, deviations above 0, are needed"):
        read_onnx(tmp_path / "network.onnx", mean=given[0], deviation=given[1])


@pytest.mark.parametrize("operator", ["Add", "Sub", "Mul", "Div"])
@pytest.mark.parametrize("shape", [(), (1,), (4, 1, 1), (1, 4, 1, 1)])
def test_arithmetic_with_constants(tmp_path: Path, operator: str, shape: tuple[int, ...]) -> None:
    network = Network()
    k = network.constant(network.random.uniform(0.5, 2, shape))
    only(read(network, tmp_path, network.do(operator, network.conv("image", 3, 4), k)))
    if operator != "Div":
        network = Network()
        k = network.constant(network.random.uniform(0.5, 2, shape))
        only(read(network, tmp_path, network.do(operator, k, network.conv("image", 3, 4))))


def test_picture_is_prepared_in_the_network(tmp_path: Path) -> None:
    network = Network()
    x = network.do("Sub", "image", network.constant(np.array([0.1, 0.2, 0.3]).reshape(3, 1, 1)))
    x = network.do("Div", x, network.constant(np.array([0.9, 1.1, 1.2]).reshape(1, 3, 1, 1)))
    graph = read(network, tmp_path, network.conv(x, 3, 4, 3, pads=[1, 1, 1, 1]))
    assert len(graph.nodes) == 2


@pytest.mark.parametrize("opset", [7, 11, 17, 19])
@pytest.mark.parametrize("operator", ["MaxPool", "AveragePool"])
@pytest.mark.parametrize("dims", [(1, 3, 8, 6), (1, 3, 9, 7)])
def test_pool(tmp_path: Path, operator: str, dims: tuple[int, ...], opset: int) -> None:
    network = Network(*dims, opset=opset)
    node = only(read(network, tmp_path, network.do(operator, "image", kernel_shape=[2, 2], strides=[2, 2])))
    assert isinstance(node, Pool)
    assert node.maximum == (operator == "MaxPool")


def test_pool_that_pads_even_sizes_by_nothing(tmp_path: Path) -> None:
    network = Network()
    shape = {"kernel_shape": [2, 2], "strides": [2, 2], "auto_pad": "SAME_UPPER"}
    only(read(network, tmp_path, network.do("MaxPool", "image", **shape)))
    network = Network()
    shape = {"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 1}
    only(read(network, tmp_path, network.do("AveragePool", "image", **shape)))


def _global(network: Network, x: str) -> str:
    return network.do("GlobalAveragePool", x)


def _over_all(network: Network, x: str) -> str:
    return network.do("AveragePool", x, kernel_shape=[16, 12])


def _mean(network: Network, x: str) -> str:
    return network.do("ReduceMean", x, axes=[2, 3])


def _mean_flat(network: Network, x: str) -> str:
    return network.do("ReduceMean", x, axes=[-1, -2], keepdims=0)


def _over_all_padded_by_nothing(network: Network, x: str) -> str:
    """As torch writes AvgPool2d until opset 10."""
    return _over_all(network, network.do("Pad", x, network.constant([0] * 8, np.int64)))


def _mean_twice(network: Network, x: str) -> str:
    return network.do("ReduceMean", network.do("ReduceMean", x, axes=[2, 3]), axes=[2, 3], keepdims=0)


@pytest.mark.parametrize("average", [_global, _over_all, _over_all_padded_by_nothing, _mean, _mean_flat, _mean_twice])
def test_global_average(tmp_path: Path, average: Callable[[Network, str], str]) -> None:
    network = Network()
    graph = read(network, tmp_path, average(network, "image"))
    assert isinstance(only(graph), GlobalAverage)
    assert graph.features == graph.outputs[0]


def test_mean_with_axes_as_input(tmp_path: Path) -> None:
    network = Network(opset=18)
    axes = network.constant([2, 3], np.int64)
    assert isinstance(only(read(network, tmp_path, network.do("ReduceMean", "image", axes))), GlobalAverage)


def _flatten(network: Network, x: str) -> str:
    return network.do("Flatten", x)


def _reshape(network: Network, x: str) -> str:
    return network.do("Reshape", x, network.constant([-1, 6], np.int64))


def _reshape_keeping(network: Network, x: str) -> str:
    return network.do("Reshape", x, network.constant([0, -1], np.int64))


def _squeeze(network: Network, x: str) -> str:
    return network.do("Squeeze", x, network.constant([2, 3], np.int64))


def _squeeze_and_back(network: Network, x: str) -> str:
    bare = network.do("Squeeze", x)
    return network.do("Unsqueeze", bare, network.constant([0], np.int64))


def _batch_size(network: Network, x: str) -> str:
    """As torch writes `x.view(x.size(0), -1)`."""
    batch = network.do("Gather", network.do("Shape", x), network.constant(0, np.int64), axis=0)
    sizes = [network.do("Unsqueeze", batch, network.constant([0], np.int64)), network.constant([-1], np.int64)]
    return network.do("Reshape", x, network.do("Concat", *sizes, axis=0))


def _batch_size_lately(network: Network, x: str) -> str:
    batch = network.do("Shape", x, start=0, end=1)
    for kind in onnx.TensorProto.FLOAT, onnx.TensorProto.INT64:
        batch = network.do("Cast", batch, to=kind)
    rest = network.do("Constant", value_ints=[6])
    return network.do("Reshape", x, network.do("Concat", batch, rest, axis=0))


def _transposed(network: Network, x: str) -> str:
    last = network.do("Transpose", x, perm=[0, 2, 3, 1])
    return network.do("Reshape", last, network.constant([1, 6], np.int64))


WAYS = [_flatten, _reshape, _reshape_keeping, _squeeze, _squeeze_and_back, _batch_size, _batch_size_lately, _transposed]


@pytest.mark.parametrize("flat", WAYS)
def test_head(tmp_path: Path, flat: Callable[[Network, str], str]) -> None:
    network = Network()
    x = flat(network, network.do("GlobalAveragePool", network.conv("image", 3, 6)))
    x = network.do(
        "Gemm", network.do("Dropout", x), network.random_constant(4, 6), network.random_constant(4), transB=1
    )
    graph = read(network, tmp_path, network.do("Softmax", network.do("Identity", x), axis=1))
    assert [type(node) for node in graph.nodes] == [ConvNode, GlobalAverage, Dense, Softmax]


@pytest.mark.parametrize("bias", [None, (), (1,), (5,), (1, 5)])
@pytest.mark.parametrize("attributes", [{}, {"alpha": 0.5, "beta": 2.0}, {"transB": 1}])
def test_gemm(tmp_path: Path, bias: tuple[int, ...] | None, attributes: dict) -> None:
    network = Network()
    x = network.do("Flatten", network.do("GlobalAveragePool", "image"))
    weights = network.random_constant(*((5, 3) if "transB" in attributes else (3, 5)))
    rest = [] if bias is None else [network.random_constant(*bias)]
    read(network, tmp_path, network.do("Relu", network.do("Gemm", x, weights, *rest, **attributes)))


def test_mat_mul_and_bias(tmp_path: Path) -> None:
    network = Network()
    x = network.do("Flatten", network.do("GlobalAveragePool", "image"))
    x = network.do("Add", network.do("MatMul", x, network.random_constant(3, 5)), network.random_constant(5))
    graph = read(network, tmp_path, network.do("Relu", x))
    assert [type(node) for node in graph.nodes] == [GlobalAverage, Dense]


def test_head_by_conv(tmp_path: Path) -> None:
    """As Keras' MobileNet v1 ends."""
    network = Network()
    x = network.conv(network.do("GlobalAveragePool", "image"), 3, 5)
    x = network.do("Reshape", network.do("Transpose", x, perm=[0, 2, 3, 1]), network.constant([1, 5], np.int64))
    graph = read(network, tmp_path, network.do("Softmax", x))
    assert [type(node) for node in graph.nodes] == [GlobalAverage, Dense, Softmax]


@pytest.mark.parametrize(("opset", "axis"), [(7, 1), (11, 1), (11, 0), (13, 1), (17, -3), (12, -3)])
def test_softmax_of_a_vector_in_four_dimensions(tmp_path: Path, opset: int, axis: int) -> None:
    network = Network(opset=opset)
    read(network, tmp_path, network.do("Softmax", network.do("GlobalAveragePool", "image"), axis=axis))


@pytest.mark.parametrize("batch", [1, "N", None])
def test_channels_last_pictures(tmp_path: Path, batch: int | str | None) -> None:
    """As tf2onnx begins and ends."""
    network = Network(batch, 16, 12, 3)
    x = network.do("Transpose", network.do("Mul", "image", network.constant(np.ones(3))), perm=[0, 3, 1, 2])
    x = network.do("Relu", network.conv(x, 3, 4, 3, pads=[1, 1, 1, 1]))
    last = network.do("Transpose", x, perm=[0, 2, 3, 1])
    graph = read(network, tmp_path, network.do("ReduceMean", last, axes=[1, 2], keepdims=0))
    assert graph.picture == (3, 16, 12)
    assert graph.outputs == (graph.nodes[-1].name,)


def test_residual_network(tmp_path: Path) -> None:
    """Two inverted residuals as in MobileNet v2, with leaky ReLU, and a head."""
    network = Network("batch", 3, 32, 24)
    x = clip6(network, network.norm(network.conv("image", 3, 8, 3, bias=False, strides=[2, 2], pads=[1] * 4), 8))
    for _ in range(2):
        y = network.do("LeakyRelu", network.norm(network.conv(x, 8, 24, bias=False), 24), alpha=0.1)
        y = clip6(network, network.norm(network.conv(y, 24, 24, 3, bias=False, group=24, pads=[1] * 4), 24))
        x = network.do("Add", x, network.norm(network.conv(y, 24, 8, bias=False), 8))
    x = network.do("Relu", network.do("Add", x, network.conv(x, 8, 8)))
    x = network.do("Flatten", network.do("GlobalAveragePool", x))
    x = network.do("Gemm", x, network.random_constant(5, 8), network.random_constant(5), transB=1)
    graph = read(network, tmp_path, network.do("Softmax", x))
    kinds = [type(node).__name__ for node in graph.nodes]
    block = ["ConvNode"] * 3 + ["Add"]
    assert kinds == ["ConvNode", *block, *block, "ConvNode", "Add", "GlobalAverage", "Dense", "Softmax"]


def test_what_no_output_needs_is_not_read(tmp_path: Path) -> None:
    network = Network()
    x = network.conv("image", 3, 4)
    network.do("Sigmoid", x)
    assert only(read(network, tmp_path, x)).name == "Conv0"


def test_names_are_unique_and_not_the_picture(tmp_path: Path) -> None:
    network = Network()
    x = "image"
    for _ in range(3):
        x = network.conv(x, 3, 3)
    for node in network.nodes:
        node.name = "picture"
    names = [node.name for node in parse(network, tmp_path, x).nodes]
    assert len({*names, "picture"}) == 4


def test_every_operator_is_in_a_test() -> None:
    """They are called by name."""
    here = [Path(__file__).with_name(name) for name in ("test_fuse.py", "test_read_onnx_constants.py")]
    files = [Path(__file__), *here, ROOT / "tests/kpu/onnx_network.py"]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    assert [operator for operator in {**READERS, **CONSTANTS} if f'"{operator}"' not in text] == []
