"""Small TFLite networks, of floats and of bytes: the reader's network computes what LiteRT does."""

from pathlib import Path

import numpy as np
import pytest
from madeleine.kpu import Network as Kpu
from madeleine.kpu.compiler.compile import Options, compile_network
from madeleine.kpu.compiler.graph import Add, ConvNode, Curve, Dense, GlobalAverage, Graph, Padding, Pool, Softmax
from madeleine.kpu.compiler.reference import run
from madeleine.pictures import photograph

from tests.kpu import graphs

pytest.importorskip("tflite", reason="the extra [tflite] is not installed")
pytest.importorskip("ai_edge_litert", reason="ai-edge-litert is not installed")

from madeleine.kpu.importers.read_tflite import read_tflite

from tests.kpu.tflite_network import POOL, Network, run_tflite

KINDS = ["float32", "uint8", "int8"]
FINE = 1e-5  # of floats
BYTES = 3.0  # steps of bytes that rounding layer after layer makes, at most


def pictures(graph: Graph, count: int = 2) -> np.ndarray:
    """Pictures that are no noise, which bytes lose themselves in."""
    return graphs.pictures(np.random.default_rng(4), count, graph)


def read(network: Network, folder: Path, *outputs: int) -> Graph:
    """The network as the reader sees it, after a comparison of all outputs with LiteRT's."""
    path = network.save(folder, *outputs)
    graph = read_tflite(path)
    seen = pictures(graph)
    found = run(graph, seen, graph.outputs)
    ours = [np.moveaxis(found[name], 1, -1) for name in graph.outputs]
    theirs = run_tflite(path, seen)
    step = max(float(tensor["scale"] or 0) for tensor in network.tensors if "data" not in tensor)
    for mine, expected in zip([np.concatenate(ours, -1)] if len(theirs) < len(ours) else ours, theirs, strict=True):
        assert np.abs(mine.reshape(expected.shape) - expected).max() <= max(FINE, BYTES * step)
    return graph


@pytest.mark.parametrize("kind", KINDS)
def test_a_small_mobilenet(tmp_path: Path, kind: str) -> None:
    """All that MobileNet v1 has, down to the probabilities."""
    network = Network(kind=kind)
    x = network.conv(0, 8, 3, 2, FusedActivationFunction=3, low=0, high=6)
    x = network.conv(x, 0, 3, FusedActivationFunction=3, low=0, high=6)
    x = network.conv(x, 16, FusedActivationFunction=3, low=0, high=6)
    x = network.do(
        "AVERAGE_POOL_2D", [x], network.result((1, 1, 1, 16), 0, 6), **POOL | {"FilterHeight": 8, "FilterWidth": 6}
    )
    x = network.conv(x, 5)
    x = network.do("RESHAPE", [x, network.constant([1, 5])], network.result((1, 5)))
    graph = read(network, tmp_path, x)
    assert [type(node) for node in graph.nodes] == [ConvNode, ConvNode, ConvNode, GlobalAverage, Dense]
    assert graph.nodes[0].name == "t2", "without what the converter folded into it"
    assert [node.activation.curve for node in graph.nodes[:3] if isinstance(node, ConvNode)] == [Curve.RELU6] * 3
    probabilities = network.result((1, 5), 0, 255 / 256)
    graph = read(network, tmp_path, network.do("SOFTMAX", [x], probabilities, Beta=1.0))
    assert isinstance(graph.nodes[-1], Softmax)


@pytest.mark.parametrize("kind", KINDS)
def test_residuals_pools_and_a_classifier(tmp_path: Path, kind: str) -> None:
    network = Network(1, 16, 24, 3, kind=kind)
    x = network.do("MAX_POOL_2D", [network.conv(0, 4)], network.result((1, 8, 12, 4)), **POOL)
    y = network.conv(x, 4, 3, FusedActivationFunction=1, low=0, high=6)
    x = network.do("ADD", [x, y], network.result((1, 8, 12, 4)))
    x = network.do("AVERAGE_POOL_2D", [x], network.result((1, 4, 6, 4)), **POOL)
    x = network.do("RELU", [x], network.result((1, 4, 6, 4), 0, 6))
    x = network.do("MEAN", [x, network.constant([1, 2])], network.result((1, 4)))
    weights = network.weights(6, 4, kind="int8" if kind == "int8" else None)
    if kind == "int8":
        network.tensors[weights] |= {"scale": 0.01, "zero": 0}
    x = network.do("FULLY_CONNECTED", [x, weights, network.bias(x, weights, 6)], network.result((1, 6)))
    graph = read(network, tmp_path, x)
    assert {Pool, Add, GlobalAverage, Dense} <= {type(node) for node in graph.nodes}


@pytest.mark.parametrize("kind", KINDS)
def test_a_concatenation_at_the_end_is_its_parts(tmp_path: Path, kind: str) -> None:
    network = Network(kind=kind)
    x = network.conv(0, 8, 3, FusedActivationFunction=3, low=0, high=6)
    parts = [network.conv(x, count) for count in (3, 5)]
    x = network.do("CONCATENATION", parts, network.result((1, 16, 12, 8)), Axis=3)
    graph = read(network, tmp_path, x)
    assert [graph.shape_of(name) for name in graph.outputs] == [(3, 16, 12), (5, 16, 12)]


@pytest.mark.parametrize("kind", ["uint8", "int8"])
def test_bytes_that_begin_at_zero_are_a_relu(tmp_path: Path, kind: str) -> None:
    """PoseNet's converter left all its ReLU6 out."""
    network = Network(kind=kind)
    x = network.conv(network.conv(0, 8, low=0, high=6), 8, low=0, high=3)
    graph = read(network, tmp_path, x)
    assert [node.activation.curve for node in graph.nodes if isinstance(node, ConvNode)] == [Curve.RELU6, Curve.RELU]


def test_quantize_and_dequantize_at_the_borders(tmp_path: Path) -> None:
    network = Network()
    network.kind = "int8"
    x = network.do("QUANTIZE", [0], network.tensor((1, 16, 12, 3), "int8", 1 / 128, 0))
    x = network.conv(x, 4, 3, low=0, high=6)
    graph = read(network, tmp_path, network.do("DEQUANTIZE", [x], network.tensor((1, 16, 12, 4), "float32")))
    assert graph.mean == graph.deviation == 127.5 and len(graph.nodes) == 1


def test_weights_of_half_the_bits(tmp_path: Path) -> None:
    network = Network()
    weights = network.do("DEQUANTIZE", [network.weights(4, 1, 1, 3, kind="float16")], network.result((4, 1, 1, 3)))
    options = {"StrideH": 1, "StrideW": 1}
    read(
        network,
        tmp_path,
        network.do("CONV_2D", [0, weights, network.bias(0, weights, 4)], network.result((1, 16, 12, 4)), **options),
    )


def test_a_border_and_a_bias_apart(tmp_path: Path) -> None:
    network = Network()
    x = network.do("PAD", [0, network.constant([[0, 0], [0, 1], [0, 1], [0, 0]])], network.result((1, 17, 13, 3)))
    x = network.conv(x, 4, 3, 2, padding=1)
    x = network.do("ADD", [x, network.weights(4)], network.result((1, 8, 6, 4)), FusedActivationFunction=1)
    (node,) = read(network, tmp_path, x).nodes
    assert isinstance(node, ConvNode) and node.padding == Padding(0, 0, 1, 1) and node.activation.curve is Curve.RELU


def test_another_size_keeps_the_borders(tmp_path: Path) -> None:
    """Odd sizes have the border all round, even ones would have it on two sides: the maps keep to their pixels."""
    network = Network(1, 17, 13, 3, kind="uint8")
    x = network.conv(network.conv(0, 4, 3, 2, low=0, high=6), 4, 3, 2)
    path = network.save(tmp_path, x)
    own, wide = read(network, tmp_path, x), read_tflite(path, size=(32, 24))
    assert [node.shape for node in own.nodes] == [(4, 9, 7), (4, 5, 4)]
    assert [node.shape for node in wide.nodes] == [(4, 16, 12), (4, 8, 6)] and wide.picture == (3, 32, 24)
    assert {node.padding for node in wide.nodes if isinstance(node, ConvNode)} == {Padding.even(1)}
    seen = pictures(wide, 1)
    there, here = (
        run(graph, some)[x] for graph, some in ((wide, seen), (own, seen[:, :17, :13])) for x in graph.outputs
    )
    np.testing.assert_allclose(there[..., :3, :2], here[..., :3, :2], atol=1e-5)


def test_an_open_size(tmp_path: Path) -> None:
    network = Network(1, 1, 1, 3, signature=(1, -1, -1, 3))
    path = network.save(tmp_path, network.conv(0, 4, 3))
    assert read_tflite(path, size=(8, 12)).nodes[0].shape == (4, 8, 12)


@pytest.mark.parametrize("kind", KINDS)
def test_onto_the_chip(tmp_path: Path, kind: str) -> None:
    """Two outputs in the chip's arithmetic, next to LiteRT's."""
    network = Network(1, 33, 33, 3, kind=kind)
    x = network.conv(0, 8, 3, 2, FusedActivationFunction=3, low=0, high=6)
    x = network.conv(
        network.conv(x, 0, 3, low=0, high=6, FusedActivationFunction=3), 8, low=0, high=6, FusedActivationFunction=1
    )
    ends = [network.conv(x, 3), network.conv(x, 4)]
    graph = read_tflite(network.save(tmp_path, *ends), size=(32, 32))
    seen = pictures(graph, 12)
    compiled = compile_network(graph, seen[:8], Options(features="float"))
    assert not compiled.upside_down
    kpu, wanted = Kpu.parse(compiled.data), run(graph, seen[8:], graph.outputs)
    for picture, *results in zip(seen[8:], *wanted.values(), strict=True):
        for found, expected in zip(kpu.run(picture), results, strict=True):
            assert np.abs(found.reshape(expected.shape) - expected).mean() < 0.02 * np.abs(expected).max()


MOBILENETS = ("mobilenet_v1_0.25_128_quant", "mobilenet_v1_0.5_160_quant", "mobilenet_v1_0.75_192_quant")


@pytest.mark.parametrize("name", MOBILENETS)
def test_the_mobilenets_of_tensorflow(shared: Path, name: str) -> None:
    """Their own bytes round layer after layer; the same best class, and nearly the same probabilities."""
    path = shared / "models" / f"{name}.tflite"
    graph = read_tflite(path)
    seen = np.stack(
        [photograph(each, *graph.picture[1:]) for each in sorted((shared / "data").glob("grocery/*/*1.jpg"))[:3]]
    )
    (theirs,), ours = run_tflite(path, seen), run(graph, seen, graph.outputs)[graph.outputs[0]]
    assert (theirs.argmax(1) == ours.argmax(1)).all() and np.abs(theirs - ours).max() < 0.05
