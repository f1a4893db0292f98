"""ONNX operators that the chip has no way for: refused in one line that names file, node and operator."""

from pathlib import Path

import numpy as np
import pytest
from madeleine.kpu.errors import KmodelError

onnx = pytest.importorskip("onnx", reason="the extra [onnx] is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from onnx import helper  # noqa: E402

from tests.kpu.onnx_network import Network  # noqa: E402
from tests.kpu.onnx_reading import parse  # noqa: E402

REFUSED = {
    "Sigmoid": lambda n: n.do("Sigmoid", "image"),
    "Mul": lambda n: n.do("Mul", "image", "image"),
    "Conv": lambda n: n.conv("image", 3, 4, 5),
    "Conv ": lambda n: n.conv("image", 3, 6, 3, group=3),
    "Conv  ": lambda n: n.conv("image", 3, 6, 3, dilations=[2, 2]),
    "Conv   ": lambda n: n.conv("image", 3, 6, 3, strides=[2, 1]),
    "Conv    ": lambda n: n.conv("image", 3, 6, 3, auto_pad="ODD"),
    "Conv     ": lambda n: n.do("Conv", "image", "image"),
    "Conv      ": lambda n: n.do("Conv", "image", n.constant(np.ones((4, 3, 1, 1)), np.int64)),
    "MaxPool": lambda n: n.do("MaxPool", "image", kernel_shape=[3, 3], strides=[2, 2]),
    "AveragePool": lambda n: n.do("AveragePool", "image", kernel_shape=[0, 0], strides=[0, 0], auto_pad="SAME_UPPER"),
    "Flatten": lambda n: n.do("Flatten", "image"),
    "Gemm": lambda n: n.do("Gemm", "image", n.random_constant(3, 3)),
    "Softmax": lambda n: n.do("Softmax", "image"),
    "Transpose": lambda n: n.do("Transpose", "image", perm=[0, 1, 3, 2]),
    "Pad": lambda n: n.do("Relu", n.do("Pad", "image", n.constant([0, 0, 1, 1] * 2, np.int64))),
    "Pad ": lambda n: n.do("Pad", "image", n.constant([0, 0, 1, 1] * 2, np.int64), n.constant(1)),
    "Pad  ": lambda n: n.do("Pad", "image", n.constant([0, 1, 0, 0] * 2, np.int64)),
    "Clip": lambda n: n.do("Clip", "image", n.constant(2), n.constant(1)),
    "Clip ": lambda n: n.do("Clip", "image", n.constant([0, 1]), n.constant(1)),
    "PRelu": lambda n: n.do("PRelu", "image", n.constant([[[0.1]], [[0.2]], [[0.3]]])),
    "LeakyRelu": lambda n: n.do("LeakyRelu", "image", alpha=float("nan")),
    "ReduceMean": lambda n: n.do("ReduceMean", "image", axes=[1]),
    "Div": lambda n: n.do("Div", "image", n.constant([0])),
    "Add": lambda n: n.do("Add", "image", n.random_constant(16, 12)),
    "Add ": lambda n: n.do("Add", "image", n.conv("image", 3, 3, 3)),
    "Dropout": lambda n: n.do("Dropout", "image", n.constant(0.5), n.constant(True, np.bool_)),
    "Relu": lambda n: n.do("Relu", n.do("GlobalAveragePool", "image")),
    "Reshape": lambda n: n.do("Reshape", "image", n.constant([-1, -1], np.int64)),
    "BatchNormalization": lambda n: n.do("BatchNormalization", "image", *[n.constant([-1, -1, -1])] * 4),
    "Cast": lambda n: n.do("Cast", "image", to=onnx.TensorProto.INT64),
    "Concat": lambda n: n.do("Concat", "image", "image", axis=1),
    "Constant": lambda n: n.do("Constant", value_string="six"),
    "Squeeze": lambda n: n.do("Squeeze", "image", n.constant([2], np.int64)),
    "Relu ": lambda n: n.do("Relu", "nowhere"),
    "Relu  ": lambda n: n.do("Relu"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals_name_file_node_and_operator(tmp_path: Path, case: str) -> None:
    network = Network()
    output = REFUSED[case](network)
    with pytest.raises(KmodelError, match=rf"^network\.onnx: node {case.strip()}\d+ \({case.strip()}\): .+") as caught:
        parse(network, tmp_path, output)
    assert "\n" not in str(caught.value)


def test_other_domains_are_named(tmp_path: Path) -> None:
    network = Network()
    network.nodes.append(helper.make_node("Conv", ["image"], ["y"], "mine", domain="com.example"))
    with pytest.raises(KmodelError, match=r"node mine \(com\.example\.Conv\): is not supported; supported: Add, "):
        parse(network, tmp_path, "y")
