"""Keras' MobileNet v1, as an npz of its arrays, into a float network; batch-norm is folded on the way.

Names are Keras' with dots for slashes (`conv_dw_1.depthwise_kernel`, `conv_dw_1_bn.gamma`). The width (alpha) is taken
from the arrays. Nothing in the file is trusted: sizes and shapes are checked before anything is unpacked.
"""

import io
import lzma
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madeleine.inputs import opened

from ..compiler.graph import (
    PICTURE,
    Activation,
    ConvNode,
    Curve,
    Dense,
    Floats,
    GlobalAverage,
    Graph,
    Node,
    Padding,
    Shape,
    Softmax,
)
from ..errors import KmodelError

STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)  # of the thirteen depthwise layers
EPSILON = 1e-3  # Keras' in MobileNet's batch-norm
SIDE_PX = 224
MEAN = DEVIATION = 127.5  # it was trained on -1..1
RELU6 = Activation(Curve.RELU6)
SIZE_LIMIT_BYTES = 64 << 20  # alpha 1.0 with its head is 17 MB
ENTRY_LIMIT, ENTRY_MARK = 4096, b"PK\x01\x02"  # zipfile keeps half a kilobyte for each that this mark begins
CHANNEL_LIMIT = 1024  # the KPU's
CLASS_LIMIT = 65536  # ours
SHOWN = 100  # characters of an error that has names of the file in it
ANY = 0  # a dimension of a shape that the file decides
# The header of an npy as numpy writes it. numpy's own reader evaluates it as Python, which can fail in a dozen ways.
HEADER = re.compile(
    rb"\{'descr': '([<>|=]\w{1,4})', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d{1,9}, ?){0,32}(?:\d{1,9})?)\), ?\}\s*"
)
# What zipfile raises for a damaged archive, an encrypted one, or a way of packing it does not know.
DAMAGE = (OSError, EOFError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)


@dataclass(frozen=True)
class _Arrays:
    """The arrays of an npz, each checked when it is asked for."""

    archive: zipfile.ZipFile
    file: str

    def __contains__(self, name: str) -> bool:
        return name + ".npy" in self.archive.NameToInfo

    def get(self, name: str, shape: Shape, limit: int = CHANNEL_LIMIT) -> Floats:
        """float32 of this shape, in which a dimension of ANY may be 1..limit; KmodelError names file and array."""
        title = f"{self.file}: array {name}"
        if name not in self:
            raise KmodelError(
                f"{title} is missing; it is needed for a Keras MobileNet v1 (names with dots for slashes)"
            )
        try:
            array = _decode(self.archive.read(name + ".npy"), title, shape, limit)
        except DAMAGE as error:
            raise KmodelError(f"{title} cannot be read ({str(error)[:SHOWN]}); make or fetch the file again") from error
        if not np.isfinite(array).all():
            raise KmodelError(f"{title} has values that are not finite; train or fetch the network again")
        return array


def _decode(data: bytes, title: str, shape: Shape, limit: int) -> Floats:
    """The npy's array. numpy would set aside whatever the header asks for, so that is held against the data first."""
    found, by_columns, kind, start = _header(data)
    fits = len(found) == len(shape) and all(
        have == want or (want == ANY and 1 <= have <= limit) for have, want in zip(found, shape, strict=True)
    )
    if not fits:
        wanted = ", ".join(f"1..{limit}" if want == ANY else str(want) for want in shape)
        raise KmodelError(f"{title} has the shape {found}; ({wanted}) is needed")
    if kind.kind != "f":
        raise KmodelError(f"{title} is {kind}; floats are needed")
    with np.errstate(over="ignore"):  # a double too large becomes infinite, and is refused
        values = np.frombuffer(data, kind, offset=start).astype(np.float32)
    return values.reshape(found, order="F" if by_columns else "C")


def _header(data: bytes) -> tuple[Shape, bool, np.dtype[Any], int]:
    """(shape, in Fortran's order?, type, where the values begin) of an npy; ValueError if it is not one of numpy's."""
    version = np.lib.format.read_magic(io.BytesIO(data))
    if version != (1, 0):
        raise ValueError(f"npy version {version[0]}.{version[1]}")
    start = 10 + int.from_bytes(data[8:10], "little")
    header = HEADER.fullmatch(data[10:start])
    if not header:
        raise ValueError("its header is not as numpy writes it")
    kind, by_columns, shape = (group.decode("ascii") for group in header.groups())
    try:
        return tuple(int(side) for side in re.findall(r"\d+", shape)), by_columns == "True", np.dtype(kind), start
    except TypeError as error:  # of a type that numpy does not know
        raise ValueError(str(error)) from error


def read_keras(path: Path, *, same_padding: bool = True, head: bool = True) -> Graph:
    """The network in the npz at `path`: picture (3, 224, 224), output "predictions" or, without a head, "features".

    `same_padding`: as TensorFlow pads at stride 2, nothing before and one pixel after; else one pixel on every side, as
    the KPU does it. `head`: with the classifier, if the file has one. KmodelError names file and array in error.
    """
    try:
        with opened(path) as stream:
            data = stream.read(SIZE_LIMIT_BYTES + 1)
        if len(data) > SIZE_LIMIT_BYTES or data.count(ENTRY_MARK) > ENTRY_LIMIT:
            what = f"more than {SIZE_LIMIT_BYTES} bytes or {ENTRY_LIMIT} arrays"
            raise KmodelError(f"{path.name}: {what}; no MobileNet v1 is that large")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > SIZE_LIMIT_BYTES:
                raise KmodelError(f"{path.name}: unpacks to more than {SIZE_LIMIT_BYTES} bytes; no MobileNet v1 does")
            return _graph(_Arrays(archive, path.name), path.stem, same_padding, head)
    except DAMAGE as error:
        raise KmodelError(
            f"{path.name}: cannot be read as npz ({str(error)[:SHOWN]}); make or fetch the file again"
        ) from error


def _graph(arrays: _Arrays, name: str, same_padding: bool, head: bool) -> Graph:
    nodes: list[Node] = [_layer(arrays, "conv1", PICTURE, (3, SIDE_PX, SIDE_PX), 2, same_padding)]
    for block, stride in enumerate(STRIDES, 1):
        for kind, step in ("dw", stride), ("pw", 1):
            before = nodes[-1]
            nodes.append(_layer(arrays, f"conv_{kind}_{block}", before.name, before.shape, step, same_padding))
    channels = nodes[-1].shape[0]
    nodes.append(GlobalAverage(name="features", inputs=(nodes[-1].name,), shape=(channels,)))
    if head and "conv_preds.kernel" in arrays:
        kernel = arrays.get("conv_preds.kernel", (1, 1, channels, ANY), CLASS_LIMIT)
        count = kernel.shape[-1]
        bias = arrays.get("conv_preds.bias", (count,))
        weights = np.ascontiguousarray(kernel[0, 0].T)
        nodes.append(Dense(name="conv_preds", inputs=("features",), shape=(count,), weights=weights, bias=bias))
        nodes.append(Softmax(name="predictions", inputs=("conv_preds",), shape=(count,)))
    return Graph(name, (3, SIDE_PX, SIDE_PX), MEAN, DEVIATION, tuple(nodes), (nodes[-1].name,))


def _layer(arrays: _Arrays, name: str, before: str, shape: Shape, stride: int, same_padding: bool) -> ConvNode:
    """A convolution with its batch-norm and ReLU6, on a map of this shape."""
    channels, height, width = shape
    if name.startswith("conv_dw"):
        kernel = arrays.get(f"{name}.depthwise_kernel", (3, 3, channels, 1))
        weights = kernel[..., 0].transpose(2, 0, 1)
    else:
        size = 3 if name == "conv1" else 1
        weights = arrays.get(f"{name}.kernel", (size, size, channels, ANY)).transpose(3, 2, 0, 1)
    size, count = weights.shape[-1], len(weights)
    gain, offset = _norm(arrays, name + "_bn", count)
    with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused
        weights = (weights * gain.reshape(-1, *[1] * (weights.ndim - 1))).astype(np.float32)
        bias = offset.astype(np.float32)
    if not (np.isfinite(weights).all() and np.isfinite(bias).all()):
        raise KmodelError(f"{arrays.file}: array {name}_bn.gamma is too large for float32; train the network again")
    return ConvNode(
        name=name,
        inputs=(before,),
        shape=(count, height // stride, width // stride),
        weights=np.ascontiguousarray(weights),
        bias=bias,
        stride=stride,
        padding=_padding(size, stride, same_padding),
        activation=RELU6,
    )


def _norm(arrays: _Arrays, name: str, channels: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the batch-norm multiplies each channel with, and what it adds."""
    parts = ("gamma", "beta", "moving_mean", "moving_variance")
    gamma, beta, mean, variance = (arrays.get(f"{name}.{part}", (channels,)).astype(np.float64) for part in parts)
    if variance.min() < 0:
        raise KmodelError(f"{arrays.file}: array {name}.moving_variance is negative; train or fetch the network again")
    gain = gamma / np.sqrt(variance + EPSILON)
    return gain, beta - mean * gain


def _padding(size: int, stride: int, same_padding: bool) -> Padding:
    if size == 1:
        return Padding()
    return Padding(bottom=1, right=1) if stride == 2 and same_padding else Padding.even(1)
