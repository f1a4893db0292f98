"""Reads the small ONNX networks of the tests, and compares what comes out with onnxruntime."""

from pathlib import Path

import numpy as np
import onnx
from madeleine.kpu.compiler.graph import Graph, Node
from madeleine.kpu.compiler.reference import run
from madeleine.kpu.importers.read_onnx import read_onnx

from tests.kpu.onnx_network import DEVIATION, MEAN, Network, pictures, run_onnx


def parse(network: Network, folder: Path, *outputs: str) -> Graph:
    """The network as the reader sees it."""
    onnx.save(network.model(*outputs), folder / "network.onnx")
    return read_onnx(folder / "network.onnx", mean=[MEAN], deviation=[DEVIATION])


def read(network: Network, folder: Path, *outputs: str) -> Graph:
    """The same, after a comparison of all outputs with onnxruntime's."""
    graph = parse(network, folder, *outputs)
    _, height, width = graph.picture
    seen = pictures(2, height, width, graph.picture[0])
    channels_last = network.dims[1:] == (height, width, graph.picture[0])
    found = run(graph, seen, graph.outputs)
    for name, expected in zip(graph.outputs, run_onnx(folder / "network.onnx", seen, channels_last), strict=True):
        assert found[name].shape[1:] == graph.shape_of(name)
        np.testing.assert_allclose(found[name].reshape(expected.shape), expected, rtol=1e-4, atol=1e-5)
    return graph


def only(graph: Graph) -> Node:
    """The one node that all was joined into."""
    assert len(graph.nodes) == 1
    return graph.nodes[0]
