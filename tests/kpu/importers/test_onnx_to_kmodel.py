"""From an ONNX file to the chip's arithmetic: the board computes what onnxruntime does, but for the rounding."""

from pathlib import Path

import numpy as np
import pytest
from madeleine.kpu import Network as Kpu
from madeleine.kpu.compiler.compile import Options, compile_network, orient

from tests.kpu import graphs

onnx = pytest.importorskip("onnx", reason="the extra [onnx] is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from madeleine.kpu.importers.read_onnx import read_onnx  # noqa: E402

from tests.kpu.onnx_network import DEVIATION, MEAN, Network, run_onnx  # noqa: E402


def inverted_residuals(pads: list[int]) -> Network:
    """Two blocks as in MobileNet v2, with leaky ReLU, behind a layer of stride 2."""
    network = Network(1, 3, 32, 32)
    x = network.do("Relu", network.norm(network.conv("image", 3, 8, 3, bias=False, strides=[2, 2], pads=pads), 8))
    for _ in range(2):
        y = network.do("LeakyRelu", network.conv(x, 8, 24), alpha=0.1)
        y = network.do("LeakyRelu", network.conv(y, 24, 24, 3, group=24, pads=[1] * 4), alpha=0.1)
        x = network.do("Add", x, network.norm(network.conv(y, 24, 8, bias=False), 8))
    return network


@pytest.mark.parametrize("pads", [[1, 1, 1, 1], [0, 0, 1, 1]])
def test_inverted_residuals_with_leaky_relu(tmp_path: Path, pads: list[int]) -> None:
    network, path = inverted_residuals(pads), tmp_path / "residual.onnx"
    onnx.save(network.model(network.do("GlobalAveragePool", network.nodes[-1].output[0])), path)
    graph = read_onnx(path, mean=[MEAN], deviation=[DEVIATION])
    pictures = graphs.pictures(np.random.default_rng(3), 12, graph)
    compiled = compile_network(graph, pictures[:8], Options(features="float"))
    shown, seen = orient(pictures[8:], compiled.upside_down)
    kpu = Kpu.parse(compiled.data)
    outputs = [kpu.run(np.ascontiguousarray(picture)) for picture in shown]
    found = np.stack([output[0] if isinstance(output, tuple) else output for output in outputs])
    wanted = run_onnx(path, seen)[0].reshape(found.shape)
    assert compiled.upside_down == (pads == [0, 0, 1, 1])
    assert np.abs(found - wanted).max() < 0.02 * np.abs(wanted).max()
