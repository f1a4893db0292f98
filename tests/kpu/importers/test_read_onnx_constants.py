"""What exporters leave half computed: constants made of constants, casts, nodes in another order than they run."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from madeleine.kpu.compiler.graph import ConvNode, Padding
from madeleine.kpu.compiler.reference import run
from madeleine.kpu.errors import KmodelError

onnx = pytest.importorskip("onnx", reason="the extra [onnx] is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from madeleine.kpu.importers.read_onnx import read_onnx  # noqa: E402
from onnx import TensorProto, numpy_helper  # noqa: E402

from tests.kpu.onnx_network import Network, pictures, run_onnx  # noqa: E402
from tests.kpu.onnx_reading import only, parse, read  # noqa: E402

WHOLE = np.int64
FOUR = ([[1, 2], [3, 4]], np.float32)  # the bias of four channels, made of this

BIASES: dict[str, Callable[[Network], str]] = {
    "Reshape": lambda n: n.do("Reshape", n.constant(*FOUR), n.constant([-1], WHOLE)),
    "Reshape keeps": lambda n: n.do("Reshape", n.constant([[1], [2], [3], [4]]), n.constant([0], WHOLE)),
    "Transpose": lambda n: n.do("Squeeze", n.do("Transpose", n.constant([[1, 2, 3, 4]])), n.constant([1], WHOLE)),
    "Squeeze": lambda n: n.do("Squeeze", n.constant([[[1, 2, 3, 4]]])),
    "Slice": lambda n: n.do("Slice", n.constant(range(9)), *[n.constant([k], WHOLE) for k in (7, 0, -1, -2)]),
    "Slice to the end": lambda n: n.do("Slice", n.constant(range(9)), *[n.constant([k], WHOLE) for k in (5, 1 << 40)]),
    "Gather": lambda n: n.do("Gather", n.constant(range(9)), n.constant([1, 1, -1, 0], WHOLE)),
    "Gather across": lambda n: n.do("Gather", n.constant([range(9)] * 4), n.constant(-2, WHOLE), axis=1),
    "Concat": lambda n: n.do("Concat", n.constant([1]), n.constant([2, 3, 4]), axis=-1),
    "Cast": lambda n: n.do("Cast", n.constant(range(4), WHOLE), to=TensorProto.FLOAT),
    "Cast down": lambda n: n.do("Cast", n.do("Cast", n.constant([0.7, 1, 2.9, -3.2]), to=TensorProto.INT32), to=1),
    "ConstantOfShape": lambda n: n.do(
        "ConstantOfShape", n.constant([4], WHOLE), value=numpy_helper.from_array(np.array([7], np.float32))
    ),
    "ConstantOfShape of zeros": lambda n: n.do("ConstantOfShape", n.constant([4], WHOLE)),
    "Unsqueeze": lambda n: n.do("Squeeze", n.do("Unsqueeze", n.constant(range(4)), n.constant([0, 2], WHOLE))),
    "Mul": lambda n: n.do("Mul", n.constant(range(4)), n.constant([3])),
    "Sub": lambda n: n.do("Sub", n.constant([3]), n.constant(range(4))),
    "Add": lambda n: n.do("Add", n.constant(range(4)), n.constant(range(4))),
    "Div": lambda n: n.do("Div", n.constant(range(4)), n.constant([2, 4, 5, 8])),
    "Div of whole numbers": lambda n: n.do(
        "Cast", n.do("Div", n.constant([7, -7, 8, 9], WHOLE), n.constant([2], WHOLE)), to=TensorProto.FLOAT
    ),
}


@pytest.mark.parametrize("bias", BIASES.values(), ids=BIASES)
def test_constants_of_constants(tmp_path: Path, bias: Callable[[Network], str]) -> None:
    network = Network()
    weights = network.random_constant(4, 3, 1, 1)
    only(read(network, tmp_path, network.do("Conv", "image", weights, bias(network))))


def test_slices_by_attributes(tmp_path: Path) -> None:
    network = Network(opset=9)
    part = network.do("Slice", network.constant(np.eye(8)), starts=[2, -5], ends=[3, 1 << 40], axes=[0, 1])
    bias = network.do("Reshape", part, network.constant([-1], WHOLE))
    short = network.do("Slice", bias, starts=[0], ends=[4])
    only(read(network, tmp_path, network.do("Conv", "image", network.random_constant(4, 3, 1, 1), short)))


def test_weights_that_come_turned(tmp_path: Path) -> None:
    """As a MatMul with the transposed matrix of torch's Linear."""
    network = Network()
    x = network.do("Flatten", network.do("GlobalAveragePool", network.conv("image", 3, 5)))
    turned = network.do("Transpose", network.random_constant(7, 5), perm=[1, 0])
    read(network, tmp_path, network.do("MatMul", x, turned))


def test_border_as_torch_exports_it(tmp_path: Path) -> None:
    """nn.ZeroPad2d by torch's older exporter: (left, right, top, bottom), filled up with zeros and turned over."""
    network = Network()
    given = network.constant([0, 1, 0, 1], WHOLE)
    zeros = network.do(
        "ConstantOfShape", network.constant([4], WHOLE), value=numpy_helper.from_array(np.zeros(1, np.int64))
    )
    pairs = network.do("Reshape", network.do("Concat", given, zeros, axis=0), network.constant([-1, 2], WHOLE))
    backwards = [network.constant([k], WHOLE) for k in (-1, -(1 << 62), 0, -1)]
    turned = network.do("Transpose", network.do("Slice", pairs, *backwards), perm=[1, 0])
    pads = network.do("Cast", network.do("Reshape", turned, network.constant([-1], WHOLE)), to=TensorProto.INT64)
    weights = network.random_constant(4, 3, 3, 3)
    node = only(read(network, tmp_path, network.do("Conv", network.do("Pad", "image", pads), weights, strides=[2, 2])))
    assert isinstance(node, ConvNode) and node.padding == Padding(0, 0, 1, 1)


def test_nodes_in_any_order(tmp_path: Path) -> None:
    network = Network()
    x = network.do("Relu", network.conv(network.conv("image", 3, 4, 3), 4, 4))
    expected = [node.name for node in read(network, tmp_path, x).nodes]
    network.nodes.reverse()
    assert [node.name for node in parse(network, tmp_path, x).nodes] == expected


def test_half_floats(tmp_path: Path) -> None:
    """As onnxruntime's converter writes them: casts at the ends, listed last, and weights of float16."""
    network = Network()
    x = network.do("Cast", "image", to=TensorProto.FLOAT16)
    y = network.do("Conv", x, network.constant(network.random.normal(0, 0.3, (4, 3, 1, 1)), np.float16))
    z = network.do("Cast", network.do("Relu", y), to=TensorProto.FLOAT)
    model = network.model(z)
    first = model.graph.node[0]
    seen = pictures(1, 16, 12)
    onnx.save(model, tmp_path / "half.onnx")
    [expected] = run_onnx(tmp_path / "half.onnx", seen)
    network.nodes = [*network.nodes[1:], first]
    graph = parse(network, tmp_path, z)
    np.testing.assert_allclose(run(graph, seen)[graph.outputs[0]], expected, atol=0.01)


REFUSED = {
    "ConstantOfShape": lambda n: n.do("ConstantOfShape", n.constant([1 << 40], WHOLE)),
    "ConstantOfShape ": lambda n: n.do("ConstantOfShape", n.constant([-1], WHOLE)),
    "Slice": lambda n: n.do("Slice", "image", n.constant([0], WHOLE), n.constant([1], WHOLE)),
    "Slice ": lambda n: n.do("Slice", n.constant([1]), n.constant([0], WHOLE), n.constant([1, 2], WHOLE)),
    "Slice  ": lambda n: n.do("Slice", n.constant([1]), *[n.constant([k], WHOLE) for k in (0, 1, 3)]),
    "Slice   ": lambda n: n.do("Slice", n.constant([1]), *[n.constant([k], WHOLE) for k in (0, 1, 0, 0)]),
    "Gather": lambda n: n.do("Gather", n.constant([1, 2]), n.constant([2], WHOLE)),
    "Gather ": lambda n: n.do("Gather", n.constant(1), n.constant([0], WHOLE)),
    "Gather  ": lambda n: n.do("Gather", n.constant(np.ones((1,) * 8)), n.constant([[0]], WHOLE)),
    "Gather   ": lambda n: n.do("Gather", n.constant(np.ones((1, 1 << 13))), n.constant(np.zeros(1 << 13), WHOLE)),
    "Add": lambda n: n.do("Add", n.constant(np.ones((1 << 13, 1))), n.constant(np.ones(1 << 13))),
    "Add ": lambda n: n.do("Add", n.constant([1, 2]), n.constant([1, 2, 3])),
    "Mul": lambda n: n.do("Mul", n.constant([1]), n.constant([1], WHOLE)),
    "Div": lambda n: n.do("Div", n.constant([1]), n.constant([0])),
    "Concat": lambda n: n.do("Concat", n.constant([1]), n.constant([1], WHOLE), axis=0),
    "Concat ": lambda n: n.do("Concat", n.constant([1]), n.constant([[1]]), axis=0),
    "Concat  ": lambda n: n.do("Concat", n.constant([1]), axis=1),
    "Reshape": lambda n: n.do("Reshape", n.constant([1, 2]), n.constant([3], WHOLE)),
    "Reshape ": lambda n: n.do("Reshape", n.constant([1, 2]), n.constant([0, -1, 0], WHOLE)),
    "Transpose": lambda n: n.do("Transpose", n.constant([1, 2]), perm=[1]),
    "Squeeze": lambda n: n.do("Squeeze", n.constant([1, 2]), n.constant([0], WHOLE)),
    "Unsqueeze": lambda n: n.do("Unsqueeze", n.constant([1, 2]), n.constant(range(8), WHOLE)),
    "Cast": lambda n: n.do("Cast", n.constant([1]), to=TensorProto.STRING),
    "Cast ": lambda n: n.do("Cast", "image", to=TensorProto.INT64),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals_name_file_node_and_operator(tmp_path: Path, case: str) -> None:
    """Of what cannot be, or would be huge; before it is made."""
    network = Network()
    made, name = REFUSED[case](network), case.strip()
    end = made if made == "Cast0" else network.do("Add", "image", made)
    with pytest.raises(KmodelError, match=rf"^network\.onnx: node \w+ \({name}\): .+") as caught:
        parse(network, tmp_path, end)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["pad_folded", "late_cast"])
def test_files_from_outside(shared: Path, name: str) -> None:
    path = shared / "cases" / "files" / f"{name}.onnx"
    assert read_onnx(path, mean=[127.5], deviation=[127.5]).nodes
