"""TFLite files that cannot be taken, are damaged or lie: always one line that says so, in bounded memory and time."""

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from madeleine.errors import ToolError
from madeleine.kpu.errors import KmodelError
from madeleine.kpu.importers import tflite_file
from madeleine.kpu.importers.read_tflite import read_tflite

pytest.importorskip("tflite", reason="the extra [tflite] is not installed")

from tests.kpu.tflite_network import POOL, Network

STRIDE = {"StrideH": 1, "StrideW": 1}


def refusal(path: Path, **options: object) -> str:
    """The one line that a file is refused with."""
    with pytest.raises(KmodelError) as caught:
        read_tflite(path, **options)
    text = str(caught.value)
    assert text.startswith(f"{path.name}: ") and text.isprintable() and len(text) < 600
    return text


def _softmax(n: Network, x: int, **options: object) -> int:
    return n.do("SOFTMAX", [x], n.result((1, 3)), **options)


def _mean(n: Network, *axes: int) -> int:
    return n.do("MEAN", [n.conv(0, 3), n.constant(axes)], n.result((1, 3)))


OUT = (1, 16, 12, 3)
OPERATORS: dict[str, tuple[Callable[[Network], int], str]] = {
    "unknown": (lambda n: n.do("RESIZE_BILINEAR", [0], n.result(OUT)), "node t1 (RESIZE_BILINEAR): is not supported; "),
    "custom": (lambda n: n.do("Decode\n", [0], n.result(OUT)), "node t1 (CUSTOM Decode?): is not supported; "),
    "kernel": (lambda n: n.conv(0, 4, 5), "a kernel of [5, 5] at strides [1, 1]"),
    "stride": (lambda n: n.conv(0, 4, 3, StrideH=2), "at strides [2, 1]"),
    "dilated": (lambda n: n.conv(0, 4, 3, DilationHFactor=2, DilationWFactor=2), "not dilated"),
    "padding": (lambda n: n.conv(0, 4, 3, Padding=7), "padding 7; SAME and VALID are supported"),
    "tanh": (lambda n: n.conv(0, 4, FusedActivationFunction=4), "activation 4; none, RELU"),
    "weights": (lambda n: n.do("CONV_2D", [0, 0], n.result(OUT), **STRIDE), "its input 1 is missing or a result"),
    "vector": (lambda n: _softmax(n, 0, Beta=1.0), "of (3, 16, 12), beta 1; of a vector"),
    "beta": (lambda n: _softmax(n, _mean(n, 1, 2), Beta=2.0), "beta 2; of a vector, beta 1"),
    "axes": (lambda n: _mean(n, 1), "over [1]; the mean over height and width"),
    "pool": (lambda n: n.do("MAX_POOL_2D", [0], n.result(OUT), **POOL | {"StrideH": 1}), "at strides [1, 2] on 16x12"),
    "odd": (lambda n: n.do("MAX_POOL_2D", [n.conv(0, 4)], n.result(OUT), **POOL | {"FilterHeight": 3}), "[3, 2]"),
    "reshape": (lambda n: n.do("RESHAPE", [n.conv(0, 4)], n.result((1, 768))), "only vectors can be reshaped"),
    "dense": (
        lambda n: n.do("FULLY_CONNECTED", [0, n.weights(4, 3)], n.result((1, 4))),
        "a vector times a matrix is supported: average maps first",
    ),
    "pad": (lambda n: n.do("PAD", [0, n.constant([[0, 0]] * 3 + [[0, 1]])], n.result(OUT)), "0 to 1024 around a map"),
    "pad alone": (
        lambda n: n.do("RELU", [n.do("PAD", [0, n.constant([[0, 0]] + [[1, 1]] * 2 + [[0, 0]])], n.result(OUT))], 1),
        "only Conv behind it can take a border",
    ),
    "sum": (lambda n: n.do("ADD", [0, n.conv(0, 3, 3, 2)], n.result(OUT)), "of two results only equal maps"),
    "constant": (lambda n: n.do("ADD", [0, n.weights(16, 1, 1)], n.result(OUT)), "one number for each channel"),
    "parts": (
        lambda n: n.conv(n.do("CONCATENATION", [n.conv(0, 2), n.conv(0, 1)], n.result(OUT), Axis=3), 3),
        "only outputs of the network can be ones",
    ),
    "rows": (lambda n: n.do("CONCATENATION", [0, 0], n.result(OUT), Axis=1), "not along the channels"),
    "forward": (lambda n: n.do("RELU", [n.result(OUT)], n.result(OUT)), "is made by no node before it"),
    "picture": (lambda n: n.do("QUANTIZE", [0], n.result(OUT)), "some output is made by no node"),
}  # fmt: skip


@pytest.mark.parametrize("case", OPERATORS)
def test_operators_that_the_chip_has_no_way_for(tmp_path: Path, case: str) -> None:
    make, words = OPERATORS[case]
    network = Network()
    assert words in refusal(network.save(tmp_path, make(network)))


TENSORS: dict[str, tuple[dict[str, object], str]] = {
    "negative": ({"shape": (4, -3, 1, 1)}, "bytes for float32 (4, -3, 1, 1); export"),
    "too many": ({"shape": (1 << 15, 1 << 15, 1, 1)}, "has 48 bytes for float32 (32768, 32768, 1, 1)"),
    "rank": ({"shape": (1,) * 9}, "9 dimensions of a tensor; 0 to 8 are supported"),
    "kind": ({"kind": "int32"}, "its input 1 is int32 without a scale"),
    "scales": ({"kind": "int8", "scale": [1, 2, 3], "axis": 9}, "bytes for int8"),
    "scale": ({"scale": [np.nan]}, "has scales that mean nothing"),
    "zero": ({"scale": [1], "zero": [1 << 40]}, "has a zero that is not a byte"),
    "nan": ({"data": np.full((4, 3), np.nan, "float32")}, "values that are not finite"),
    "name": ({"name": "n" * 20000}, "20000 bytes of a name; 0 to 10000"),
}


@pytest.mark.parametrize("case", TENSORS)
def test_tensors_that_lie(tmp_path: Path, case: str) -> None:
    network, (change, words) = Network(), TENSORS[case]
    x = network.conv(0, 4)
    network.tensors[1] |= change
    assert words in refusal(network.save(tmp_path, x))


@pytest.mark.parametrize(
    ("dims", "options", "words"),
    [
        ((1, 0, 12, 3), {}, "is a picture of 0x12x3"),
        ((8, 16, 12, 3), {}, "a picture (1, height, width, channels) is needed"),
        ((1, 16), {}, "a picture (1, height, width, channels) is needed"),
        ((1, 16, 12, 3), {"size": (4096, 4096)}, "is a picture of 4096x4096x3; sizes up to 1024"),
        ((1, 16, 12, 3), {"mean": [1, 2]}, "one number or 3, deviations above 0, are needed"),
    ],
)
def test_pictures_that_are_none(tmp_path: Path, dims: tuple[int, ...], options: dict[str, object], words: str) -> None:
    network = Network(*dims)
    if len(dims) < 4:
        network.tensors.append({**network.tensors[0], "name": "result"})
        path = network.save(tmp_path, network.do("RELU", [0], 1))
    else:
        path = network.save(tmp_path, network.conv(0, 4))
    assert words in refusal(path, **options)


def test_an_open_size_needs_one(tmp_path: Path) -> None:
    network = Network(1, 1, 1, 3, signature=(1, -1, -1, 3))
    assert "has an open height or width; give a size" in refusal(network.save(tmp_path, network.conv(0, 4)))


def test_whole_numbers_without_a_scale(tmp_path: Path) -> None:
    network = Network()
    network.tensors[0]["kind"] = "int32"
    assert "takes int32; float32, and bytes with a scale" in refusal(network.save(tmp_path, network.conv(0, 4)))


def test_one_weight_for_all(tmp_path: Path) -> None:
    """Megabytes in the file, gigabytes in layers."""
    network = Network(1, 16, 12, 1024)
    x, weights = 0, network.constant(np.zeros((1024, 1, 1, 1024)), "float32")
    for _ in range(20):
        x = network.do("CONV_2D", [x, weights, -1], network.result((1, 16, 12, 1024)), **STRIDE)
    assert "more than 16777216 weights up to here" in refusal(network.save(tmp_path, x))


def test_a_concatenation_that_grows(tmp_path: Path) -> None:
    network = Network()
    x = network.conv(0, 3)
    for _ in range(60):
        x = network.do("CONCATENATION", [x, x], network.result(OUT), Axis=3)
    assert "of 128 results; 64 are supported" in refusal(network.save(tmp_path, x))


def test_files_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "bad.tflite"
    for data in (b"", b"\xff" * 50, b"PK\x03\x04" * 9):
        path.write_bytes(data)
        assert "not a TFLite file" in refusal(path)
    path.write_bytes(struct.pack("<I", 1 << 31) + b"TFL3" + bytes(99))
    assert "a damaged TFLite file" in refusal(path)
    with path.open("wb") as file:
        file.truncate(tflite_file.SIZE_LIMIT_BYTES + 1)
    assert f"it is larger than {tflite_file.SIZE_LIMIT_BYTES} bytes" in refusal(path)
    assert "cannot be read (No such file" in refusal(tmp_path / "none.tflite")


def test_without_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "tflite", None)
    with pytest.raises(ToolError, match=r"pip install '\.\[tflite\]'"):
        read_tflite(tmp_path / "any.tflite")
