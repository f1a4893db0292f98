"""The reader of Keras' MobileNet v1: against torch, against known photographs, and with files that lie."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from madeleine.kpu.compiler.graph import ConvNode, Padding
from madeleine.kpu.compiler.reference import run
from madeleine.kpu.errors import KmodelError
from madeleine.kpu.importers.read_keras import EPSILON, SIZE_LIMIT_BYTES, read_keras
from numpy.typing import NDArray
from PIL import Image

from tests.kpu.keras_arrays import CHANNELS, keras_arrays, keras_layers


@pytest.fixture
def small(tmp_path: Path) -> Path:
    np.savez(tmp_path / "small.npz", **keras_arrays())
    return tmp_path / "small.npz"


def test_layers_and_names(small: Path) -> None:
    graph = read_keras(small)
    assert (graph.name, graph.picture, graph.mean, graph.deviation) == ("small", (3, 224, 224), 127.5, 127.5)
    names = [name for name, _, _ in keras_layers()]
    assert [node.name for node in graph.nodes] == [*names, "features", "conv_preds", "predictions"]
    assert (graph.outputs, graph.features) == (("predictions",), "features")
    assert graph.shape_of("conv_pw_13") == (CHANNELS, 7, 7)


def test_without_head(small: Path, tmp_path: Path) -> None:
    assert read_keras(small, head=False).outputs == ("features",)
    np.savez(tmp_path / "headless.npz", **{name: a for name, a in keras_arrays().items() if "preds" not in name})
    assert read_keras(tmp_path / "headless.npz").outputs == ("features",)


@pytest.mark.parametrize("same", [True, False])
def test_padding(small: Path, same: bool) -> None:
    for node in read_keras(small, same_padding=same).nodes:
        if isinstance(node, ConvNode):
            at_two = Padding(0, 0, 1, 1) if same else Padding.even(1)
            expected = at_two if node.stride == 2 else Padding.even(1)
            assert node.padding == (expected if node.weights.shape[-1] == 3 else Padding())


def test_batch_norm_is_folded(small: Path) -> None:
    arrays, node = keras_arrays(), read_keras(small).node("conv_pw_3")
    assert isinstance(node, ConvNode)
    gamma, beta, mean, variance = (
        arrays[f"conv_pw_3_bn.{part}"] for part in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    x = np.array([0.3, -0.7])
    plain = arrays["conv_pw_3.kernel"][0, 0].T @ x
    expected = gamma * (plain - mean) / np.sqrt(variance + EPSILON) + beta
    np.testing.assert_allclose(node.weights[:, :, 0, 0] @ x + node.bias, expected, rtol=1e-5)


def test_other_layouts_of_arrays(tmp_path: Path, small: Path) -> None:
    """By columns, in double precision, compressed: all the same network."""
    other = {name: np.asfortranarray(array.astype(np.float64)) for name, array in keras_arrays().items()}
    np.savez_compressed(tmp_path / "other.npz", **other)
    for a, b in zip(read_keras(small).nodes, read_keras(tmp_path / "other.npz").nodes, strict=True):
        if isinstance(a, ConvNode):
            assert isinstance(b, ConvNode)
            np.testing.assert_array_equal(a.weights, b.weights)


def _without(name: str) -> Callable[[dict], None]:
    return lambda arrays: arrays.pop(name)


def _with(name: str, array: NDArray) -> Callable[[dict], None]:
    return lambda arrays: arrays.update({name: array})


WRONG = {
    "array conv1.kernel is missing": _without("conv1.kernel"),
    "array conv_dw_7_bn.beta is missing": _without("conv_dw_7_bn.beta"),
    "array conv_preds.bias is missing": _without("conv_preds.bias"),
    r"array conv1.kernel has the shape \(3, 3\); \(3, 3, 3, 1..1024\) is": _with("conv1.kernel", np.zeros((3, 3))),
    r"array conv_pw_2.kernel has the shape \(1, 1, 2, 1025\); \(1, 1, 2, 1..1024\) is": _with(
        "conv_pw_2.kernel", np.zeros((1, 1, 2, 1025))
    ),
    r"array conv_dw_1.depthwise_kernel has the shape \(3, 3, 3, 1\)": _with(
        "conv_dw_1.depthwise_kernel", np.zeros((3, 3, 3, 1))
    ),
    "array conv1_bn.gamma has values that are not finite": _with("conv1_bn.gamma", np.array([1, np.nan])),
    "array conv1_bn.beta has values that are not finite": _with("conv1_bn.beta", np.array([1e300, 0])),
    "array conv1_bn.gamma is too large": _with("conv1_bn.gamma", np.array([3e38, 1])),
    "array conv1_bn.moving_mean is int64; floats are": _with("conv1_bn.moving_mean", np.zeros(2, np.int64)),
    "array conv1_bn.moving_variance is negative": _with("conv1_bn.moving_variance", np.array([1.0, -1.0])),
    "array conv1_bn.gamma cannot be read|array conv1_bn.gamma is object": _with(
        "conv1_bn.gamma", np.array([1, "pickled"], object)
    ),
    "unpacks to more than": _with("rest", np.zeros(SIZE_LIMIT_BYTES // 8)),
}


@pytest.mark.parametrize("message", WRONG)
def test_errors_name_file_and_array(tmp_path: Path, message: str) -> None:
    arrays = keras_arrays()
    WRONG[message](arrays)
    np.savez_compressed(tmp_path / "bad.npz", **arrays)
    with pytest.raises(KmodelError, match=rf"^bad\.npz: (?:{message})") as caught:
        read_keras(tmp_path / "bad.npz")
    assert "\n" not in str(caught.value)


def test_a_header_that_claims_more_than_there_is(tmp_path: Path) -> None:
    """numpy would set the memory aside first."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": (1, 1, CHANNELS, 1024)}
    )
    np.savez(tmp_path / "bad.npz", **{k: a for k, a in keras_arrays().items() if k != "conv_pw_1.kernel"})
    with zipfile.ZipFile(tmp_path / "bad.npz", "a") as archive:
        archive.writestr("conv_pw_1.kernel.npy", header.getvalue())
    with pytest.raises(KmodelError, match=r"array conv_pw_1\.kernel cannot be read"):
        read_keras(tmp_path / "bad.npz")


HEADERS = [
    b"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3, 3, True)}",
    b"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3",
    b"  {'descr':\n 1}\n2",
    b"(" * 5000,
    b"{'descr': '<f4', 'fortran_order': False, 'shape': (999999999, 999999999)}",
    b"{'descr': '|O', 'fortran_order': False, 'shape': ()}",
    b"{'descr': '<q9', 'fortran_order': False, 'shape': (3,)}",
]


def npz_with_header(path: Path, header: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        data = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(400)
        archive.writestr("conv1.kernel.npy", data)


@pytest.mark.parametrize("header", HEADERS)
def test_headers_that_numpy_does_not_write(tmp_path: Path, header: bytes) -> None:
    npz_with_header(tmp_path / "bad.npz", header)
    with pytest.raises(KmodelError, match=r"^bad\.npz: array conv1\.kernel") as caught:
        read_keras(tmp_path / "bad.npz")
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=80) | st.text("{}()[]'<f4|,: 0123456789descrforanulshpTi_").map(str.encode))
def test_any_header(tmp_path_factory: pytest.TempPathFactory, header: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "header.npz"
    npz_with_header(path, header)
    with pytest.raises(KmodelError):
        read_keras(path)


def test_an_archive_packed_in_a_way_that_zipfile_does_not_know(tmp_path: Path) -> None:
    np.savez(tmp_path / "bad.npz", **keras_arrays())
    data = bytearray((tmp_path / "bad.npz").read_bytes())
    method = data.index(b"PK\x01\x02") + 10
    data[method] = 14  # LZMA, of data that is not
    (tmp_path / "bad.npz").write_bytes(data)
    with pytest.raises(KmodelError, match=r"^bad\.npz: "):
        read_keras(tmp_path / "bad.npz")


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06" + b"\xff" * 18, b"x" * 100])
def test_what_is_no_npz(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "bad.npz").write_bytes(data)
    with pytest.raises(KmodelError, match=r"^bad\.npz: cannot be read as npz"):
        read_keras(tmp_path / "bad.npz")
    with pytest.raises(KmodelError, match=r"^none\.npz: cannot be read as npz"):
        read_keras(tmp_path / "none.npz")


def test_more_arrays_than_any_network_has(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bad.npz", "w") as archive:
        for index in range(5000):
            archive.writestr(str(index), b"")
    with pytest.raises(KmodelError, match=r"bad\.npz: more than \d+ bytes or 4096 arrays"):
        read_keras(tmp_path / "bad.npz")


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_files(small: Path, data: st.DataObject) -> None:
    """Bytes changed, a tail cut off: the network or a KmodelError, nothing else."""
    good = small.read_bytes()
    bad = bytearray(good[: data.draw(st.integers(0, len(good)) | st.just(len(good)))])
    for at in data.draw(st.lists(st.integers(0, max(0, len(bad) - 1)), max_size=4)) if bad else ():
        bad[at] = data.draw(st.integers(0, 255))
    path = small.with_name("damaged.npz")
    path.write_bytes(bad)
    try:
        read_keras(path)
    except KmodelError as error:
        assert str(error).startswith("damaged.npz: ")


def test_our_own_student(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the training saves computes the same here as in torch."""
    torch = pytest.importorskip("torch", reason="the extra [train] is not installed")
    monkeypatch.syspath_prepend(root / "models")
    from training import networks

    torch.manual_seed(1)
    student = networks.Network().eval()
    for layer in student._layers():
        torch.nn.init.uniform_(layer.norm.running_mean, -0.5, 0.5)
        torch.nn.init.uniform_(layer.norm.running_var, 0.1, 0.5)
    networks.save(student, tmp_path / "student.npz")
    graph = read_keras(tmp_path / "student.npz", same_padding=False)
    pictures = np.random.default_rng(2).integers(0, 256, (2, 224, 224, 3), np.uint8)
    with torch.no_grad():
        expected = student(torch.from_numpy(pictures.transpose(0, 3, 1, 2) / np.float32(127.5) - 1))
    found = run(graph, pictures, graph.outputs)["features"]
    assert found.std() > 0.01
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


SEEN = {"bird": "chickadee", "dragonfly": "damselfly", "hot_dog": "hotdog, hot dog, red hot", "parrot": "macaw"}


def test_known_photographs(shared: Path) -> None:
    graph = read_keras(shared / "models/mobilenet_v1_0.75_224_float32.npz")
    labels = json.loads((shared / "models/imagenet_labels.json").read_text(encoding="utf-8"))
    pictures = np.stack([_photograph(shared / f"data/singles/{name}/0.jpg") for name in SEEN])
    shares = run(graph, pictures, graph.outputs)["predictions"]
    assert [labels[best] for best in shares.argmax(1)] == list(SEEN.values())
    assert shares.max(1).min() > 0.7


def _photograph(path: Path) -> NDArray[np.uint8]:
    """The middle square, 224x224."""
    with Image.open(path) as picture:
        side = min(picture.size)
        left, top = (picture.width - side) // 2, (picture.height - side) // 2
        square = picture.convert("RGB").crop((left, top, left + side, top + side))
        return np.asarray(square.resize((224, 224), Image.Resampling.BILINEAR))


def test_a_shape_of_many_digits(tmp_path: Path) -> None:
    """One that a careless pattern would take years to refuse."""
    entry = io.BytesIO()
    np.save(entry, keras_arrays()["conv1.kernel"])
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (" + b"1" * 40 + b"x), }\n"
    data = b"\x93NUMPY\x01\0" + len(header).to_bytes(2, "little") + header + entry.getvalue()[128:]
    with zipfile.ZipFile(tmp_path / "bad.npz", "w") as archive:
        archive.writestr("conv1.kernel.npy", data)
    with pytest.raises(KmodelError, match="header is not as numpy writes it"):
        read_keras(tmp_path / "bad.npz")
