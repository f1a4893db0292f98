"""ONNX files changed at random: each is read, or refused in one line."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from madeleine.kpu.errors import KmodelError

onnx = pytest.importorskip("onnx", reason="the extra [onnx] is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from madeleine.kpu.importers.read_onnx import READERS, read_onnx  # noqa: E402
from onnx import helper  # noqa: E402

from tests.kpu.importers.test_read_onnx_hostile import GOOD  # noqa: E402


def _survives(folder: Path, data: bytes) -> None:
    """The network, or a refusal in one line."""
    (folder / "damaged.onnx").write_bytes(data)
    try:
        read_onnx(folder / "damaged.onnx", mean=[0], deviation=[1])
    except KmodelError as error:
        assert str(error).startswith("damaged.onnx: ")
        assert str(error).isprintable()


RELAXED = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])


@RELAXED
@given(end=st.integers(0, len(GOOD)))
def test_truncated_files(tmp_path: Path, end: int) -> None:
    _survives(tmp_path, GOOD[:end])


@RELAXED
@given(changes=st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_changed_bytes(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    data = bytearray(GOOD)
    for at, byte in changes:
        data[at] = byte
    _survives(tmp_path, bytes(data))


ATTRIBUTES = "strides pads group axes axis perm kernel_shape auto_pad alpha start end to value value_ints".split()
NUMBERS = st.integers(-4, 8) | st.sampled_from([-(1 << 63), (1 << 63) - 1, 1 << 31, 4096])


@RELAXED
@given(data=st.data())
def test_changed_meaning(tmp_path: Path, data: st.DataObject) -> None:
    """Valid messages with other operators, inputs, attributes, sizes."""
    model = onnx.ModelProto.FromString(GOOD)
    graph = model.graph
    names = ["", "image", *(tensor.name for tensor in graph.initializer), *(node.output[0] for node in graph.node)]
    operators = sorted(READERS)
    for _ in range(data.draw(st.integers(1, 3))):
        node = data.draw(st.sampled_from(list(graph.node)))
        match data.draw(st.integers(0, 4)):
            case 0:
                node.op_type = data.draw(st.sampled_from(operators))
            case 1:
                node.input[:] = data.draw(st.lists(st.sampled_from(names), max_size=4))
            case 2:
                value = data.draw(st.lists(NUMBERS, max_size=5) | NUMBERS | st.floats() | st.text(max_size=4))
                name = data.draw(st.sampled_from(ATTRIBUTES))
                if value != []:
                    node.attribute.append(helper.make_attribute(name, value))
            case 3:
                tensor = data.draw(st.sampled_from(list(graph.initializer)))
                tensor.dims[:] = data.draw(st.lists(NUMBERS, max_size=5))
            case 4:
                dims = graph.input[0].type.tensor_type.shape.dim
                data.draw(st.sampled_from(list(dims))).dim_value = data.draw(NUMBERS)
    _survives(tmp_path, model.SerializeToString())
