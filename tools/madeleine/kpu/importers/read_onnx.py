"""ONNX, the interchange format of the field, into a float network, as torch.onnx and tf2onnx write MobileNet-like ones.

One function for each operator, and a table of them at the end; `fuse.py` joins what the format writes apart.
"""

from collections.abc import Callable, Sequence
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush
from math import prod
from pathlib import Path
from typing import TypeAlias

import numpy as np

from ..compiler.graph import (
    Add,
    ConvNode,
    Dense,
    Floats,
    GlobalAverage,
    Graph,
    Padding,
    Pool,
    Softmax,
)
from ..errors import KmodelError
from . import onnx_constants as constants
from . import onnx_curves as curves
from . import onnx_shapes as shapes
from .fuse import Border
from .onnx_file import Array, OnnxFile, Operation, load
from .onnx_scope import Scope, Value
from .scope import SIDE_LIMIT_PX, same_padding

Reader: TypeAlias = Callable[[Scope], Value | Array]


def read_onnx(path: Path, *, mean: Sequence[float], deviation: Sequence[float]) -> Graph:
    """The network in the file at `path`, which sees (pixel - mean) / deviation of each byte of the picture.

    Both are one number, or one for each channel: the chip takes one, so the network gets a layer more, in front.
    KmodelError names the file, the node and its operator, and what is supported; ToolError says that `onnx` is missing.
    """
    file = load(path)
    scope = Scope(file, path.name)
    common = _normalise(scope, file.input, mean, deviation)
    for operation in _needed(file, path.name):
        scope.begin(operation)
        scope.keep(_reader(scope, operation.operator)(scope))
    return scope.graph(path.stem, scope.picture.shape, *common, [scope.output(name) for name in file.outputs])


def _normalise(scope: Scope, entry: str, mean: Sequence[float], deviation: Sequence[float]) -> tuple[float, float]:
    """One mean and one deviation for all channels; a layer in front does the rest, if there is any."""
    scope.begin(Operation("channels", "mean and deviation", (entry,), (entry,), {}))
    *common, rest = scope.normalised(scope.picture.shape[0], mean, deviation)
    if rest:
        scope.keep(scope.affine(scope.picture, *rest))
    return common[0], common[1]


def _reader(scope: Scope, operator: str) -> Reader:
    """The function for an operator, which may know it on constants, on results or on both."""
    if scope.of_constants and operator in constants.READERS:
        return constants.READERS[operator]
    if operator in READERS:
        return READERS[operator]
    if operator in constants.READERS:
        scope.error("of a result is not supported; of constants it is")
    return scope.error(f"is not supported; supported: {', '.join(sorted({*READERS, *constants.READERS}))}")


def _needed(file: OnnxFile, title: str) -> list[Operation]:
    """The operations that an output depends on, each after those it reads, else in the file's order.

    The order of a file need not be right: converters to float16 add their casts at the end.
    """
    makers = {name: index for index, operation in enumerate(file.operations) for name in operation.outputs if name}
    reads = [[makers[name] for name in operation.inputs if name in makers] for operation in file.operations]
    needed = {makers[name] for name in file.outputs if name in makers}
    unseen = list(needed)
    while unseen:
        new = {index for index in reads[unseen.pop()] if index not in needed}
        needed |= new
        unseen += new
    sorter = TopologicalSorter({index: reads[index] for index in sorted(needed)})
    try:
        sorter.prepare()
    except CycleError as error:
        nodes = ", ".join(file.operations[index].name for index in error.args[1][:3])
        raise KmodelError(f"{title}: nodes read each other in a circle ({nodes}); export the network again") from error
    ready: list[int] = []
    ordered = []
    while sorter.is_active():
        for index in sorter.get_ready():
            heappush(ready, index)
        ordered.append(heappop(ready))
        sorter.done(ordered[-1])
    return [file.operations[index] for index in ordered]


# Layers with weights


def _conv(scope: Scope) -> Value:
    x, weights = scope.value(), scope.floats(1)
    if len(x.dims) != 4 or x.axis != 1 or weights.ndim != 4:
        scope.error(
            f"its input is {x.dims} and its weights {weights.shape}; only flat maps, channels first, are supported"
        )
    (channels, *plane), (count, each, *size) = x.shape, weights.shape
    bias = np.zeros(count, np.float32) if scope.get(2) is None else scope.floats(2)
    groups = scope.attribute("group", 1)
    depthwise = groups == channels == count > 1 and each == 1
    if (not depthwise and (groups, each) != (1, channels)) or bias.shape != (count,):
        scope.error(
            f"weights {weights.shape} and bias {bias.shape} in {groups} groups on {channels} channels; "
            "one group for all or one for each channel is supported"
        )
    strides = scope.attribute("strides", [1, 1])
    fits = scope.attribute("kernel_shape", size) == size and scope.attribute("dilations", [1, 1]) == [1, 1]
    if not fits or size not in ([1, 1], [3, 3]) or strides not in ([1, 1], [2, 2]):
        scope.error(f"a kernel of {size} at strides {strides}; 1x1 and 3x3 at 1 or 2, not dilated, are supported")
    stride = strides[0]
    if not x.is_map:
        return _conv_of_vector(scope, x, weights, bias)
    if depthwise:
        weights = weights[:, 0]
    p = _padding(scope, plane, size, strides)
    height, width = plane[0] + p.top + p.bottom - size[0], plane[1] + p.left + p.right - size[1]
    shape = count, height // stride + 1, width // stride + 1
    fields = {"weights": weights, "bias": bias, "stride": stride, "padding": p}
    return scope.add(ConvNode, [x], shape, (1, *shape), 1, **fields)


def _conv_of_vector(scope: Scope, x: Value, weights: Floats, bias: Floats) -> Value:
    """1x1 on a map of one pixel, as Keras' MobileNet ends."""
    count, each, *size = weights.shape
    if size != [1, 1] or each != x.shape[0] or _padding(scope, [1, 1], size, [1, 1]) != Padding():
        scope.error(f"weights {weights.shape} on a vector; there only 1x1, one group, without padding is supported")
    return scope.add(Dense, [x], (count,), (1, count, 1, 1), 1, weights=weights[:, :, 0, 0], bias=bias)


def _padding(scope: Scope, plane: list[int], size: list[int], strides: list[int]) -> Padding:
    """The border a node asks for around a map of height and width `plane`."""
    kind = scope.attribute("auto_pad", "NOTSET")
    pads = [0, 0, 0, 0]
    if kind == "NOTSET":
        pads = scope.attribute("pads", pads)
    if kind in ("SAME_UPPER", "SAME_LOWER"):
        return same_padding(plane, size, strides, upper=kind == "SAME_UPPER")
    if kind not in ("NOTSET", "VALID"):
        scope.error(f"auto_pad {kind[:20]!r}; NOTSET, VALID, SAME_UPPER and SAME_LOWER are supported")
    if len(pads) != 4 or not all(0 <= pad <= SIDE_LIMIT_PX for pad in pads):
        scope.error(f"pads {pads[:8]}; four from 0 to {SIDE_LIMIT_PX} are supported")
    return Padding(*pads)


def _gemm(scope: Scope) -> Value:
    weights = scope.floats(1)
    if scope.attribute("transA", 0) or weights.ndim != 2:
        scope.error(f"transA, or weights {weights.shape}; a vector times a matrix is supported")
    weights = weights if scope.attribute("transB", 0) else weights.T
    count = len(weights)
    alpha, beta = (np.float32(scope.attribute(name, 1.0)) for name in ("alpha", "beta"))
    bias = np.zeros(1, np.float32) if scope.get(2) is None else scope.floats(2)
    if bias.size not in (1, count) or bias.shape not in ((), (bias.size,), (1, bias.size)):
        scope.error(f"its input 2 is {bias.shape}; one for each of {count} is supported")
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is refused when all is read
        offset = np.broadcast_to(bias.reshape(-1) * beta, (count,))
        return _product(scope, weights if alpha == 1 else weights * alpha, offset)


def _mat_mul(scope: Scope) -> Value:
    weights = scope.floats(1)
    if weights.ndim != 2:
        scope.error(f"weights {weights.shape}; a vector times a matrix is supported")
    return _product(scope, weights.T, np.zeros(weights.shape[1], np.float32))


def _product(scope: Scope, weights: Floats, bias: Floats) -> Value:
    """weights (out, in) times the first input, a vector whose last dimension it is."""
    x, (count, length) = scope.value(), weights.shape
    if x.is_map or x.axis != len(x.dims) - 1 or length != x.shape[0]:
        scope.error(f"its input is {x.dims}, its weights {(length, count)}; a vector of {length} is needed")
    return scope.add(Dense, [x], (count,), (*x.dims[:-1], count), x.axis, weights=weights, bias=bias)


def _batch_normalization(scope: Scope) -> Value:
    x = scope.value()
    scale, offset, mean, variance = (scope.floats(index).astype(np.float64) for index in (1, 2, 3, 4))
    if x.axis != 1 or {array.shape for array in (scale, offset, mean, variance)} != {x.shape[:1]}:
        scope.error(f"its input is {x.dims}; that many channels, second, and as many of each constant are needed")
    if scope.attribute("training_mode", 0) or not scope.attribute("spatial", 1):
        scope.error("as in training, or not one for each channel; export the network for inference")
    variance = variance + scope.attribute("epsilon", 1e-5)
    if not variance.min() > 0:
        scope.error("a variance is below zero; train or export the network again")
    gain = scale / np.sqrt(variance)
    return scope.affine(x, gain, offset - mean * gain)


# Layers without


def _arithmetic(scope: Scope) -> Value:
    """Add, Sub, Mul, Div of a result and a constant; Add of two results."""
    operator, a, b = scope.operation.operator, scope.get(0), scope.get(1)
    if isinstance(a, Value) and isinstance(b, Value):
        if operator != "Add" or a.shape != b.shape or a.dims != b.dims or a.axis != b.axis:
            scope.error(f"of {a.dims} and {b.dims}; of two results only Add with equal shapes is supported")
        return scope.add(Add, [a, b], a.shape, a.dims, a.axis)
    x, other = (scope.value(0), 1) if isinstance(a, Value) else (scope.value(1), 0)
    k = _per_channel(scope, scope.floats(other), x)
    one, none = np.ones_like(k), np.zeros_like(k)
    if operator == "Add":
        return scope.affine(x, one, k)
    if operator == "Mul":
        return scope.affine(x, k, none)
    if operator == "Sub":
        return scope.affine(x, one, -k) if other == 1 else scope.affine(x, -one, k)
    if other == 0 or not k.all():
        scope.error("divides by a result or by zero; a division by constants is supported")
    return scope.affine(x, one / k, none)


def _per_channel(scope: Scope, array: Floats, x: Value) -> Array:
    """A constant that is the same for all pixels, as float64 (channels,)."""
    channels = x.shape[0]
    dims = (1,) * (len(x.dims) - array.ndim) + array.shape
    fits = len(dims) == len(x.dims) and dims[x.axis] in (1, channels)
    if not fits or prod(dims) != dims[x.axis]:
        scope.error(
            f"its constant is {array.shape}, the other input {x.dims}; one number for each channel is supported"
        )
    scope.spend(channels)
    return np.broadcast_to(array.reshape(-1).astype(np.float64), (channels,))


def _pool(scope: Scope) -> Value:
    """2x2 at stride 2; an average over all of the map is a global one."""
    x = scope.map()
    maximum = scope.operation.operator == "MaxPool"
    channels, height, width = x.shape
    size, strides = (scope.attribute(name, [1, 1]) for name in ("kernel_shape", "strides"))
    plain = scope.attribute("dilations", [1, 1]) == [1, 1] and len(size) == len(strides) == 2
    if not plain or min(strides) < 1 or _padding(scope, [height, width], size, strides) != Padding():
        scope.error("dilated or padded; 2x2 at stride 2 is supported")
    if not maximum and size == [height, width]:
        return _global_average(scope)
    odd = height % 2 or width % 2
    if size != [2, 2] or strides != [2, 2] or (odd and scope.attribute("ceil_mode", 0)):
        scope.error(f"{size} at strides {strides} on {height}x{width}; 2x2 at stride 2, rounded down, is supported")
    shape = channels, height // 2, width // 2
    return scope.add(Pool, [x], shape, (1, *shape), 1, maximum=maximum)


def _global_average(scope: Scope) -> Value:
    x = scope.map()
    return scope.add(GlobalAverage, [x], x.shape[:1], (1, x.shape[0], 1, 1), 1)


def _reduce_mean(scope: Scope) -> Value:
    x = scope.value()
    axes = scope.axes(len(x.dims))
    if axes is None or set(axes) != set(x.plane) or len(x.dims) != 4:
        scope.error(f"over {axes} of {x.dims}; the mean over height and width is supported")
    dims = tuple(1 if index in axes else size for index, size in enumerate(x.dims))
    if x.is_map:
        x = scope.add(GlobalAverage, [x], x.shape[:1], dims, x.axis)
    return x if scope.attribute("keepdims", 1) else shapes.reshaped(scope, x, (1, x.shape[0]))


def _softmax(scope: Scope) -> Value:
    x = scope.value()
    rank, older = len(x.dims), scope.opset < 13  # where it is over all dimensions from the axis on
    axis = scope.attribute("axis", 1 if older else -1)
    axis += rank * (axis < 0)
    if x.is_map or not (axis <= x.axis if older else axis == x.axis):
        scope.error(f"over axis {axis} of {x.dims}; over a whole vector is supported")
    return scope.add(Softmax, [x], x.shape, x.dims, x.axis)


def _pad(scope: Scope) -> Value:
    x = scope.value()
    older, rank = scope.opset < 11, len(x.dims)
    pads = scope.attribute("pads", [0] * 2 * rank) if older else scope.integers(1)
    axes = range(rank) if older or scope.get(3) is None else scope.integers(3)
    filled = scope.attribute("value", 0.0) if older else curves.bound(scope, 2, 0.0)
    mode = scope.attribute("mode", "constant")
    if pads is None or axes is None or len(pads) != 2 * len(axes) or filled or mode != "constant" or not x.is_map:
        scope.error("of this kind is not supported; a border of zeros around a map is")
    before, after = [0] * rank, [0] * rank
    for axis, first, last in zip(axes, pads, pads[len(axes) :], strict=False):
        if not (-rank <= axis < rank and 0 <= first <= SIDE_LIMIT_PX and 0 <= last <= SIDE_LIMIT_PX):
            scope.error(f"by {first} and {last} on axis {axis}; 0 to {SIDE_LIMIT_PX} are supported")
        before[axis], after[axis] = first, last
    if not any(pads):
        return x
    rows, columns = x.plane
    p = Padding(before[rows], before[columns], after[rows], after[columns])
    if sum(before) + sum(after) != p.top + p.left + p.bottom + p.right:
        scope.error("adds pictures or channels; a border around a map is supported")
    dims = tuple(size + first + last for size, first, last in zip(x.dims, before, after, strict=True))
    return scope.add(Border, [x], (x.shape[0], dims[rows], dims[columns]), dims, x.axis, operator="Pad", padding=p)


READERS: dict[str, Reader] = {
    "Add": _arithmetic,
    "AveragePool": _pool,
    "BatchNormalization": _batch_normalization,
    "Cast": shapes.cast,
    "Clip": curves.clip,
    "Constant": shapes.constant,
    "Conv": _conv,
    "Div": _arithmetic,
    "Dropout": shapes.same,
    "Flatten": shapes.flatten,
    "Gemm": _gemm,
    "GlobalAveragePool": _global_average,
    "HardSigmoid": curves.hard_sigmoid,
    "Identity": shapes.same,
    "LeakyRelu": curves.leaky_relu,
    "MatMul": _mat_mul,
    "MaxPool": _pool,
    "Mul": _arithmetic,
    "PRelu": curves.p_relu,
    "Pad": _pad,
    "ReduceMean": _reduce_mean,
    "Relu": curves.relu,
    "Reshape": shapes.reshape,
    "Shape": shapes.shape,
    "Softmax": _softmax,
    "Squeeze": shapes.squeeze,
    "Sub": _arithmetic,
    "Transpose": shapes.transpose,
    "Unsqueeze": shapes.unsqueeze,
}
