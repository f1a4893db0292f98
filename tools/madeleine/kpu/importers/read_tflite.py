"""TFLite, as TensorFlow's converter writes it, float or quantised to bytes, into a float network.

One function for each operator, and a table of them at the end. Bytes become the floats that they stand for; the
compiler quantises anew for the chip, which has a step for each output channel.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from ..compiler.graph import Activation, Add, ConvNode, Dense, GlobalAverage, Graph, Padding, Pool, Shape, Softmax
from .fuse import NONE, RELU, RELU6, Border, Curved, clip
from .scope import DEVIATION, MEAN, SIDE_LIMIT_PX, same_padding
from .tflite_file import load
from .tflite_scope import Scope, Value

Reader: TypeAlias = Callable[[Scope], Value]
SAME, VALID = 0, 1  # Padding
ACTIVATIONS = {0: NONE, 1: RELU, 2: clip(-1.0, 1.0), 3: RELU6}  # ActivationFunctionType


def read_tflite(
    path: Path,
    *,
    size: tuple[int, int] | None = None,
    mean: Sequence[float] | None = None,
    deviation: Sequence[float] | None = None,
) -> Graph:
    """The network in the file at `path`.

    `size`: height and width of the picture in pixels, where they are not to be the file's. Every layer keeps the
    border that it has at the file's own size, so that a cell of a map stays over the pixel that it was trained over.
    `mean`, `deviation`: a float network sees (pixel - mean) / deviation, see `read_onnx`; of bytes the file says what
    they mean. A concatenation at the end becomes an output for each of its parts. KmodelError names the file, the node
    and its operator, and what is supported; ToolError says that the package `tflite` is missing.
    """
    file = load(path)
    scope = Scope(file, path.name, size)
    common = _normalise(scope, mean, deviation)
    for operation in file.operations:
        scope.begin(operation)
        if operation.operator == "CONCATENATION":
            scope.keep_parts()
        elif operation.operator == "DEQUANTIZE" and scope.of_constants:
            scope.keep_constant()
        elif operation.operator in READERS:
            scope.keep(READERS[operation.operator](scope))
        else:
            supported = ", ".join(sorted([*READERS, "CONCATENATION"]))
            scope.error(f"is not supported; supported: {supported}")
    return scope.graph(path.stem, scope.picture.shape, *common, scope.ends(file.outputs))


def _normalise(scope: Scope, mean: Sequence[float] | None, deviation: Sequence[float] | None) -> tuple[float, float]:
    """What the network sees of a byte: from the file where it takes bytes, else one mean and one deviation."""
    entry = scope.entry
    if entry.is_bytes:
        zero = int(entry.zeros[0]) + (128 if entry.kind == "int8" else 0)  # a pixel of 0 is the least byte
        if mean is not None or deviation is not None:
            scope.error(f"takes bytes, the file says what they mean: leave mean and deviation out ({zero} there)")
        return float(zero), 1 / float(entry.scales[0])
    if entry.kind != "float32":
        scope.error(f"takes {entry.kind}; float32, and bytes with a scale, are supported")
    *common, rest = scope.normalised(scope.picture.shape[0], mean or (MEAN,), deviation or (DEVIATION,))
    if rest:
        scope.keep_picture(*rest)
    return common[0], common[1]


# Layers with weights


def _conv(scope: Scope) -> Value:
    """weights (out, k, k, in)."""
    x, weights = scope.value(), scope.floats(1)
    if weights.ndim != 4 or weights.shape[3] != x.shape[0]:
        scope.error(f"weights {weights.shape} on {x.shape[0]} channels; one group for all is supported")
    weights = np.ascontiguousarray(weights.transpose(0, 3, 1, 2))
    if x.is_map:
        return _convolution(scope, x, weights)
    if weights.shape[2:] != (1, 1):
        scope.error(f"{weights.shape[2]}x{weights.shape[3]} on a vector; there only 1x1 is supported")
    return _product(scope, x, weights[:, :, 0, 0])


def _depthwise(scope: Scope) -> Value:
    """weights (1, k, k, channels)."""
    x, weights = scope.value(), scope.floats(1)
    if not x.is_map or weights.ndim != 4 or (weights.shape[0], weights.shape[3]) != (1, x.shape[0]):
        scope.error(f"weights {weights.shape} on {x.shape}; one kernel for each channel of a map is supported")
    return _convolution(scope, x, np.ascontiguousarray(weights[0].transpose(2, 0, 1)))


def _convolution(scope: Scope, x: Value, weights: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Value:
    kernel, strides = list(weights.shape[-2:]), [scope.whole("StrideH"), scope.whole("StrideW")]
    plain = scope.whole("DilationHFactor") == scope.whole("DilationWFactor") == 1
    if not plain or kernel not in ([1, 1], [3, 3]) or strides not in ([1, 1], [2, 2]):
        scope.error(f"a kernel of {kernel} at strides {strides}; 1x1 and 3x3 at 1 or 2, not dilated, are supported")
    stride, p = strides[0], _padding(scope, x, kernel, strides)
    shape, plane = (
        tuple((side + border - size) // stride + 1 for side, border, size in zip(sides, _both(p), kernel, strict=True))
        for sides in (x.shape[1:], x.plane)
    )
    fields = {"weights": weights, "bias": scope.bias(len(weights)), "stride": stride, "padding": p}
    return _activated(scope, scope.add(ConvNode, [x], (len(weights), *shape), plane, **fields))


def _both(p: Padding) -> tuple[int, int]:
    """What a border adds to height and width."""
    return p.top + p.bottom, p.left + p.right


def _padding(scope: Scope, x: Value, kernel: Sequence[int], strides: Sequence[int]) -> Padding:
    """The border at the file's own size."""
    kind = scope.whole("Padding")
    if kind not in (SAME, VALID):
        scope.error(f"padding {kind}; SAME and VALID are supported")
    return same_padding(x.plane, kernel, strides) if kind == SAME else Padding()


def _fully_connected(scope: Scope) -> Value:
    x, weights = scope.value(), scope.floats(1)
    if x.is_map or weights.ndim != 2 or weights.shape[1] != x.shape[0] or scope.whole("WeightsFormat"):
        scope.error(f"weights {weights.shape} on {x.shape}; a vector times a matrix is supported: average maps first")
    return _product(scope, x, weights)


def _product(scope: Scope, x: Value, weights: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Value:
    """weights (out, in) times a vector."""
    count = len(weights)
    return _activated(scope, scope.add(Dense, [x], (count,), (), weights=weights, bias=scope.bias(count)))


def _activated(scope: Scope, x: Value) -> Value:
    """With the activation of the options, or the one that the range of the result's bytes does."""
    activation = _fused(scope)
    if activation == NONE:
        activation = scope.curve_of_range()
    return _curved(scope, x, activation)


def _fused(scope: Scope) -> Activation:
    number = scope.whole("FusedActivationFunction")
    if number not in ACTIVATIONS:
        scope.error(f"activation {number}; none, RELU, RELU_N1_TO_1 and RELU6 are supported")
    return ACTIVATIONS[number]


def _curved(scope: Scope, x: Value, activation: Activation) -> Value:
    return x if activation == NONE else scope.part(Curved, x, x.shape, x.plane, activation=activation)


# Layers without


def _relu(scope: Scope) -> Value:
    return _curved(scope, scope.value(), {"RELU": RELU, "RELU6": RELU6}[scope.operation.operator])


def _add(scope: Scope) -> Value:
    """Of two results, or of a result and a constant, one number for each channel."""
    if scope.is_result(0) and scope.is_result(1):
        a, b = scope.value(0), scope.value(1)
        if not a.is_map or a.shape != b.shape:
            scope.error(f"of {a.shape} and {b.shape}; of two results only equal maps are supported")
        return _activated(scope, scope.add(Add, [a, b], a.shape, a.plane))
    x, constant = (scope.value(0), scope.floats(1)) if scope.is_result(0) else (scope.value(1), scope.floats(0))
    if constant.size not in (1, x.shape[0]) or constant.shape[-1:] not in ((), (constant.size,)):
        scope.error(f"of {x.shape} and a constant {constant.shape}; one number for each channel is supported")
    offset = np.broadcast_to(constant.reshape(-1), x.shape[:1])
    return _activated(scope, scope.affine(x, np.ones_like(offset), offset))


def _pool(scope: Scope) -> Value:
    """2x2 at stride 2; an average over all of the map is a global one."""
    x, maximum = scope.map(), scope.operation.operator == "MAX_POOL_2D"
    kernel, strides = (
        [scope.whole(down), scope.whole(across)]
        for down, across in (("FilterHeight", "FilterWidth"), ("StrideH", "StrideW"))
    )
    if min(*kernel, *strides) < 1:
        scope.error(f"{kernel} at strides {strides}; export the network again")
    whole = not maximum and tuple(kernel) == x.plane
    if whole and (scope.whole("Padding") == VALID or strides == kernel or x.plane == (1, 1)):
        return _curved(scope, _average(scope, x), _fused(scope))
    if kernel != [2, 2] or strides != [2, 2] or _padding(scope, x, kernel, strides) != Padding():
        height, width = x.plane
        scope.error(f"{kernel} at strides {strides} on {height}x{width}; 2x2 at stride 2, not padded, is supported")
    shape, plane = (tuple(side // 2 for side in sides) for sides in (x.shape[1:], x.plane))
    return _curved(scope, scope.add(Pool, [x], (x.shape[0], *shape), plane, maximum=maximum), _fused(scope))


def _average(scope: Scope, x: Value) -> Value:
    return scope.add(GlobalAverage, [x], x.shape[:1], ())


def _mean(scope: Scope) -> Value:
    x, axes = scope.map(), scope.integers(1)
    if {axis % 4 for axis in axes} != {1, 2} or not all(-4 <= axis < 4 for axis in axes):
        scope.error(f"over {axes}; the mean over height and width is supported")
    return _average(scope, x)


def _softmax(scope: Scope) -> Value:
    x = scope.value()
    if x.is_map or scope.operation.options["Beta"] != 1:
        scope.error(f"of {x.shape}, beta {scope.operation.options['Beta']:g}; of a vector, beta 1, is supported")
    return scope.add(Softmax, [x], x.shape, ())


def _reshape(scope: Scope) -> Value:
    """RESHAPE and SQUEEZE: what they give is checked, not how they are told to."""
    x, dims = scope.value(), scope.dims()
    if x.is_map and dims[1:] != (*x.plane, x.shape[0]):
        scope.error(f"from {x.shape} to {dims}; only vectors can be reshaped: average maps first")
    if not x.is_map and (x.shape[0] not in dims or set(dims) - {1, -1, x.shape[0]}):
        scope.error(f"from {x.shape} to {dims}; the vector has to stay one")
    return x


def _pad(scope: Scope) -> Value:
    x, pads = scope.map(), scope.integers(1, (4, 2))
    if not all(0 <= pad <= SIDE_LIMIT_PX for pad in pads) or any(pads[:2] + pads[6:]):
        scope.error(f"by {pads}; 0 to {SIDE_LIMIT_PX} around a map are supported")
    p = Padding(pads[2], pads[4], pads[3], pads[5])
    if p == Padding():
        return x
    height, width = _both(p)
    shape: Shape = (x.shape[0], x.shape[1] + height, x.shape[2] + width)
    return scope.part(Border, x, shape, (x.plane[0] + height, x.plane[1] + width), padding=p)


def _same(scope: Scope) -> Value:
    """QUANTIZE and DEQUANTIZE: all is computed in floats."""
    return replace(scope.value())


READERS: dict[str, Reader] = {
    "ADD": _add,
    "AVERAGE_POOL_2D": _pool,
    "CONV_2D": _conv,
    "DEPTHWISE_CONV_2D": _depthwise,
    "DEQUANTIZE": _same,
    "FULLY_CONNECTED": _fully_connected,
    "MAX_POOL_2D": _pool,
    "MEAN": _mean,
    "PAD": _pad,
    "QUANTIZE": _same,
    "RELU": _relu,
    "RELU6": _relu,
    "RESHAPE": _reshape,
    "SOFTMAX": _softmax,
    "SQUEEZE": _reshape,
}
