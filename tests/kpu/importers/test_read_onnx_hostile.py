"""ONNX files that are damaged or lie: always one line that says so, no other file opened, bounded memory and time."""

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from madeleine.errors import ToolError
from madeleine.kpu.errors import KmodelError

onnx = pytest.importorskip("onnx", reason="the extra [onnx] is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from madeleine.kpu.importers import onnx_file  # noqa: E402
from madeleine.kpu.importers.read_onnx import read_onnx  # noqa: E402
from onnx import TensorProto, helper  # noqa: E402

from tests.kpu.onnx_network import Network  # noqa: E402


def network() -> Network:
    """A little of everything; the last node gives the output."""
    network = Network()
    x = network.do("Relu", network.norm(network.conv("image", 3, 4, 3, pads=[1, 1, 1, 1], strides=[2, 2]), 4))
    x = network.do("Add", x, network.do("LeakyRelu", network.conv(x, 4, 4, 3, group=4, pads=[1, 1, 1, 1]), alpha=0.1))
    x = network.do("Clip", network.do("Mul", x, network.random_constant(4, 1, 1)), "", network.constant(6))
    x = network.do("Relu", network.conv(x, 4, 4, 1))
    x = network.do("Transpose", network.do("ReduceMean", x, axes=[2, 3]), perm=[0, 2, 3, 1])
    x = network.do("Reshape", x, network.constant([-1, 4], np.int64))
    x = network.do("Gemm", x, network.random_constant(5, 4), network.random_constant(5), transB=1, alpha=0.5)
    network.do("Softmax", x)
    return network


def network_without_clip() -> bytes:
    """One that is read."""
    good = network()
    clip = next(node for node in good.nodes if node.op_type == "Clip")
    clip.op_type = "Identity"
    del clip.input[1:]
    return good.model(good.nodes[-1].name).SerializeToString()


GOOD = network_without_clip()


def refusal(folder: Path, data: bytes) -> str:
    """The one line that a file is refused with."""
    path = folder / "bad.onnx"
    path.write_bytes(data)
    with pytest.raises(KmodelError) as caught:
        read_onnx(path, mean=[0], deviation=[1])
    text = str(caught.value)
    assert text.startswith("bad.onnx: ")
    assert text.isprintable()
    assert len(text) < 600
    return text


def changed(change: Callable[[onnx.ModelProto], object]) -> bytes:
    """The good file with a change."""
    model = onnx.ModelProto.FromString(GOOD)
    change(model)
    return model.SerializeToString()


def _first(model: onnx.ModelProto, operator: str) -> onnx.NodeProto:
    return next(node for node in model.graph.node if node.op_type == operator)


def _lose_weights(model: onnx.ModelProto) -> None:
    del model.graph.initializer[0]


def _loop(model: onnx.ModelProto) -> None:
    _first(model, "Add").input[1] = model.graph.node[-1].output[0]


def _read_itself(model: onnx.ModelProto) -> None:
    node = _first(model, "Relu")
    node.input[0] = node.output[0]


def _external(model: onnx.ModelProto) -> None:
    tensor = model.graph.initializer[0]
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "other.bin"


def _external_without_saying_so(model: onnx.ModelProto) -> None:
    _external(model)
    model.graph.initializer[0].data_location = TensorProto.DEFAULT


def _external_attribute(model: onnx.ModelProto) -> None:
    tensor = helper.make_tensor("t", TensorProto.FLOAT, [1], [1.0])
    tensor.data_location = TensorProto.EXTERNAL
    model.graph.node.insert(0, helper.make_node("Constant", [], ["c"], value=tensor))


def _two_gigabytes(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].dims[:] = [1 << 15, 1 << 14]


def _endless_dims(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].dims[:] = [1 << 62] * 100


def _negative_dims(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].dims[:] = [-4, -3, 3, 3]


def _wrong_rank(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].dims[:] = [4, 27]


def _not_a_number(model: onnx.ModelProto) -> None:
    tensor = model.graph.initializer[0]
    tensor.raw_data = struct.pack("<f", float("nan")) + tensor.raw_data[4:]


def _strings(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].data_type = TensorProto.STRING


def _unknown_type(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].data_type = 999


def _huge_picture(model: onnx.ModelProto) -> None:
    for dim in model.graph.input[0].type.tensor_type.shape.dim[1:]:
        dim.dim_value = 1 << 40


def _negative_picture(model: onnx.ModelProto) -> None:
    model.graph.input[0].type.tensor_type.shape.dim[2].dim_value = -16


def _open_picture(model: onnx.ModelProto) -> None:
    model.graph.input[0].type.tensor_type.shape.dim[2].dim_param = "height"


def _many_pictures(model: onnx.ModelProto) -> None:
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 8


def _no_shape(model: onnx.ModelProto) -> None:
    model.graph.input[0].type.Clear()


def _two_inputs(model: onnx.ModelProto) -> None:
    model.graph.input.append(helper.make_tensor_value_info("other\nline", TensorProto.FLOAT, [1]))


def _no_output(model: onnx.ModelProto) -> None:
    del model.graph.output[:]


def _output_of_nothing(model: onnx.ModelProto) -> None:
    model.graph.output[0].name = "nothing"


def _output_is_the_picture(model: onnx.ModelProto) -> None:
    model.graph.output[0].name = "image"


def _huge_padding(model: onnx.ModelProto) -> None:
    for attribute in _first(model, "Conv").attribute:
        if attribute.name == "pads":
            attribute.ints[:] = [1 << 40] * 4


def _huge_map(model: onnx.ModelProto) -> None:
    for attribute in _first(model, "Conv").attribute:
        if attribute.name == "pads":
            attribute.ints[:] = [1024] * 4
    weights = np.zeros((1024, 3, 3, 3), np.float32)
    model.graph.initializer[0].CopyFrom(onnx.numpy_helper.from_array(weights, model.graph.initializer[0].name))
    del _first(model, "Conv").input[2]


def _wrong_kind_of_attribute(model: onnx.ModelProto) -> None:
    node = _first(model, "Conv")
    del node.attribute[:]
    node.attribute.append(helper.make_attribute("strides", [1.5, 2.5]))


def _attribute_without_type(model: onnx.ModelProto) -> None:
    _first(model, "Softmax").attribute.add(name="axis", type=onnx.AttributeProto.INT, ref_attr_name="other")


def _future(model: onnx.ModelProto) -> None:
    model.opset_import[0].version = 1 << 40


def _past(model: onnx.ModelProto) -> None:
    model.opset_import[0].version = 6


def _too_many_nodes(model: onnx.ModelProto) -> None:
    model.graph.node.extend([helper.make_node("Relu", ["image"], ["x"])] * onnx_file.NODE_LIMIT)


def _one_weight_for_all(model: onnx.ModelProto) -> None:
    """Megabytes in the file, gigabytes in layers."""
    array = onnx.numpy_helper.from_array(np.zeros((1024, 1024, 1, 1), np.float32), "shared")
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.initializer.append(array)
    model.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 1024
    model.graph.input[0].type.tensor_type.shape.dim[3].dim_value = 1024
    for index in range(1000):
        before = "image" if not index else f"x{index - 1}"
        model.graph.node.append(helper.make_node("Conv", [before, "shared"], [f"x{index}"]))
    model.graph.output[0].name = "x999"


def _growing_shape(model: onnx.ModelProto) -> None:
    """Twice as long with every node."""
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.ones(8, np.int64), "s0"))
    nodes = [helper.make_node("Concat", [f"s{i}", f"s{i}"], [f"s{i + 1}"], axis=0) for i in range(60)]
    for index, node in enumerate(nodes):
        model.graph.node.insert(index, node)
    _first(model, "Reshape").input[1] = "s60"


def _growing_number(model: onnx.ModelProto) -> None:
    shape = onnx.numpy_helper.from_array(np.full(64, 1 << 62, np.int64), "huge")
    model.graph.initializer.append(shape)
    _first(model, "Reshape").input[1] = "huge"


def _weights_overflow(model: onnx.ModelProto) -> None:
    scale = _first(model, "BatchNormalization").input[1]
    for tensor in model.graph.initializer:
        if tensor.name == scale:
            tensor.raw_data = struct.pack("<4f", *[3e38] * 4)


CHANGES = {
    _lose_weights: "node Conv0 (Conv): reads 'constant0', which no node before it makes",
    _loop: "nodes read each other in a circle (",
    _read_itself: "nodes read each other in a circle (Relu2, Relu2)",
    _external: "constant constant0 is in another file",
    _external_without_saying_so: "constant constant0 is in another file",
    _external_attribute: "constant t is in another file",
    _two_gigabytes: "constant constant0 has not the [32768, 16384] values it declares",
    _endless_dims: "constant constant0 has not the [",
    _negative_dims: "constant constant0 has not the [-4, -3, 3, 3] values it declares",
    _wrong_rank: "node Conv0 (Conv): its input is (1, 3, 16, 12) and its weights (4, 27)",
    _not_a_number: "constant constant0 has values that are not finite",
    _strings: "constant constant0 is STRING; export the network in float32",
    _unknown_type: "constant constant0 is 999; export the network in float32",
    _huge_picture: "its input is (1, 1099511627776,",
    _negative_picture: "its input is (1, 3, -16, 12); export it as",
    _open_picture: "its input is (1, 3, open, 12); export it as",
    _many_pictures: "its input is (8, 3, 16, 12); export it as",
    _no_shape: "its input is (); export it as",
    _two_inputs: "needs one picture as input and some output; its inputs: image, other?line",
    _no_output: "needs one picture as input and some output",
    _output_of_nothing: "its output 'nothing' is made by no node",
    _output_is_the_picture: "its output 'image' is made by no node",
    _huge_padding: "node Conv0 (Conv): pads [",
    _huge_map: "node Conv0 (Conv): its result is (1024, 1031, 1029); 1 to ",
    _wrong_kind_of_attribute: "node Conv0 (Conv): its attribute strides is of the wrong kind",
    _attribute_without_type: "its attribute axis is of no known type",
    _future: "opset 1099511627776; export with 7 to ",
    _past: "opset 6; export with 7 to ",
    _too_many_nodes: "nodes; 1 to 10000 are supported",
    _one_weight_for_all: "node x15 (Conv): more than 16777216 weights up to here",
    _growing_shape: "node s21 (Concat): more than 16777216 weights up to here",
    _growing_number: "(Reshape): to [4611686018427387904, ",
    _weights_overflow: "node Conv0: its weights are too large for float32",
}


@pytest.mark.parametrize("change", CHANGES)
def test_lies(tmp_path: Path, change: Callable[[onnx.ModelProto], object]) -> None:
    assert CHANGES[change] in refusal(tmp_path, changed(change))


def test_the_good_one_is_read(tmp_path: Path) -> None:
    (tmp_path / "good.onnx").write_bytes(GOOD)
    assert read_onnx(tmp_path / "good.onnx", mean=[0], deviation=[1]).name == "good"


def _message(field: int, body: bytes) -> bytes:
    length, size = b"", len(body)
    while size > 127:
        length, size = length + bytes([size & 127 | 128]), size >> 7
    return bytes([field << 3 | 2]) + length + bytes([size]) + body


def test_messages_in_messages(tmp_path: Path) -> None:
    """Graphs in attributes of nodes of graphs, to a depth that no parser takes."""
    data = b""
    for _ in range(500):
        data = _message(1, _message(5, _message(6, data)))
    assert "not an ONNX file, or a damaged one" in refusal(tmp_path, _message(7, data))


def test_large_files_are_not_parsed(tmp_path: Path) -> None:
    with (tmp_path / "bad.onnx").open("wb") as file:
        file.truncate(onnx_file.SIZE_LIMIT_BYTES + 1)
    with pytest.raises(KmodelError, match=r"^bad\.onnx: more than \d+ bytes"):
        read_onnx(tmp_path / "bad.onnx", mean=[0], deviation=[1])


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(KmodelError, match=r"^none\.onnx: cannot be read \(No such file"):
        read_onnx(tmp_path / "none.onnx", mean=[0], deviation=[1])


NONSENSE = [
    b"",
    b"\x00",
    b"\xff" * 50,
    b"PK\x03\x04" * 9,
    b"\x3a\xff\xff\xff\xff\x0f",
    b"\x0b\x0c",
    _message(2, b"\xff"),
]


@pytest.mark.parametrize("data", NONSENSE)
def test_what_is_no_onnx(tmp_path: Path, data: bytes) -> None:
    refusal(tmp_path, data)


def test_without_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    with pytest.raises(ToolError, match=r"pip install '\.\[onnx\]'"):
        read_onnx(tmp_path / "any.onnx", mean=[0], deviation=[1])
