"""The layers the CPU runs, one function per layer, on arrays. float32 unless the docstring says otherwise.

Order of sums, rounding and quirks are those of kendryte-standalone-sdk, lib/drivers/kpu.c, compiled with fused
multiply-add: a * b + c is rounded once. Maps are planar: (channels, height, width).
"""

import numpy as np
from numpy.typing import NDArray

from ..format.layertypes import AveragePool2D, QuantizedAdd, QuantizedMaxPool2D

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
SMALLEST = np.finfo(np.float32).tiny  # FLT_MIN


def add(a: Floats, b: Floats) -> Floats:
    """(n,), (n,) -> (n,)."""
    return a + b


def quantized_add(a: Bytes, b: Bytes, layer: QuantizedAdd) -> Bytes:
    """uint8 (n,), (n,) -> uint8 (n,); each side has its offset, factor and shift, and so has the result."""
    left = (a.astype(np.int64) + layer.a_offset) * layer.a_mul
    right = (b.astype(np.int64) + layer.b_offset) * layer.b_mul
    if layer.a_shift == layer.b_shift:
        total = left + right >> layer.a_shift
    else:
        total = (left >> layer.a_shift) + (right >> layer.b_shift)
    total = carry_shift(total * layer.out_mul, layer.out_shift) + layer.out_offset
    return np.clip(total, 0, 255).astype(np.uint8)


def carry_shift(value: NDArray[np.int64], shift: int) -> NDArray[np.int64]:
    """int64 right shift, rounded away from the floor: the driver takes a negative half one too far down, so do we."""
    if not shift:
        return value
    half = value >> (shift - 1)
    return (half >> 1) + np.where(half & 1, np.where(half < 0, -1, 1), 0)


def global_average_pool(x: Floats) -> Floats:
    """(channels, pixels) -> (channels,): each sum in order, divided by the pixels."""
    return np.cumsum(x, axis=1, dtype=np.float32)[:, -1] / np.float32(x.shape[1])


def quantized_max_pool(x: Bytes, layer: QuantizedMaxPool2D) -> Bytes:
    """uint8 (channels, height, width) -> uint8 (channels, out height, out width); windows outside give 0."""
    out = np.zeros((len(x), layer.out_height, layer.out_width), np.uint8)
    for source, target in _taps(x, layer):
        np.maximum(out[target], x[source], out=out[target])
    return out


def average_pool(x: Floats, layer: AveragePool2D) -> Floats:
    """(channels, height, width) -> (channels, out height, out width): the mean of the pixels inside the map."""
    out = np.zeros((len(x), layer.out_height, layer.out_width), np.float32)
    count = np.zeros(out.shape[1:], np.float32)
    for source, target in _taps(x, layer):
        out[target] += x[source]
        count[target[1:]] += 1
    nothing = np.full_like(out, np.nan)  # a window wholly outside: 0 / 0, as in C
    return np.divide(out, count, out=nothing, where=count > 0)


Index = tuple[slice, slice, slice]


def _taps(x: NDArray[np.generic], layer: QuantizedMaxPool2D) -> list[tuple[Index, Index]]:
    """For each tap of the window, in order: which input pixels it meets, and in which output pixels."""
    rows = _meetings(layer.kernel_height, layer.stride_height, layer.padding_height, x.shape[1], layer.out_height)
    columns = _meetings(layer.kernel_width, layer.stride_width, layer.padding_width, x.shape[2], layer.out_width)
    whole = slice(None)
    return [((whole, r[0], c[0]), (whole, r[1], c[1])) for r in rows for c in columns]


def _meetings(kernel: int, stride: int, padding: int, size: int, out_size: int) -> list[tuple[slice, slice]]:
    """Along one axis, for each tap: the slice of the input it meets, and of the output."""
    pairs = []
    for tap in range(min(kernel, size + padding)):
        first = max(0, -(-(padding - tap) // stride))  # the first output whose tap is inside
        stop = min(out_size, (size - 1 + padding - tap) // stride + 1)
        if first < stop:
            start = first * stride - padding + tap
            pairs.append((slice(start, start + (stop - first - 1) * stride + 1, stride), slice(first, stop)))
    return pairs


def quantize(x: Floats, scale: float, bias: float) -> Bytes:
    """(n,) -> uint8 (n,): (v - bias) / scale without its fraction.

    So MaixPy v0.4.0 and v0.5.0 do it (tests/firmware); the vendor's later driver rounds.
    """
    value = (x - np.float32(bias)) * (np.float32(1) / np.float32(scale))
    clamped: Bytes = np.clip(np.nan_to_num(value, nan=255), 0, 255).astype(np.uint8)
    return clamped


def dequantize(x: Bytes, scale: Floats, bias: Floats) -> Floats:
    """uint8 (n,) or (channels, n) -> the same shape: q * scale + bias; scale and bias are scalars or (channels, 1)."""
    return (x * scale.astype(np.float64) + bias).astype(np.float32)


def requantize(x: Bytes, table: Bytes) -> Bytes:
    """uint8 (n,) -> uint8 (n,), through a table of 256."""
    return table[x]


def l2_normalization(x: Floats) -> Floats:
    """(n,) -> (n,), of length one."""
    total = _dot_in_order(x[:, None], x[:, None])[0]
    return x * np.float32(1 / np.sqrt(np.maximum(total, np.float32(1e-10))))


def softmax(x: Floats) -> Floats:
    """(n,) -> (n,). The driver starts its search for the largest value at FLT_MIN."""
    powers: Floats = np.exp(x - np.maximum(x.max(), SMALLEST))
    powers /= np.cumsum(powers, dtype=np.float32)[-1]
    return powers


def logistic(x: Floats) -> Floats:
    """(n,) -> (n,)."""
    out: Floats = np.float32(1) / (np.float32(1) + np.exp(-x))
    return out


def fully_connected(x: Floats, weights: Floats, bias: Floats, activation: int) -> Floats:
    """(in,), weights (in, out), bias (out,) -> (out,); activation 0 none, 1 ReLU, 2 ReLU6."""
    top = {1: np.inf, 2: 6}
    out: Floats = _dot_in_order(x[:, None], weights) + bias
    return np.clip(out, np.float32(0), np.float32(top[activation])) if activation in top else out


def _dot_in_order(x: Floats, weights: Floats) -> Floats:
    """(n, 1), (n, out) -> (out,): sum of products, rounded to float32 after each fused multiply-add."""
    total = np.zeros(weights.shape[1], np.float32)
    for products in x.astype(np.float64) * weights:  # a product of two float32 is exact in float64
        total = (total + products).astype(np.float32)
    return total


def flatten(x: NDArray[np.generic]) -> NDArray[np.generic]:
    """(channels, height, width) -> (height, width, channels)."""
    return x.transpose(1, 2, 0)


def resize_nearest(x: NDArray[np.generic], out_height: int, out_width: int) -> NDArray[np.generic]:
    """(channels, height, width) -> (channels, out height, out width): the pixel at floor(i * in / out)."""
    rows, columns = (
        np.minimum(np.floor(np.arange(out, dtype=np.float32) * (np.float32(size) / np.float32(out))), size - 1)
        for size, out in zip(x.shape[1:], (out_height, out_width), strict=True)
    )
    return x[:, rows.astype(np.intp)[:, None], columns.astype(np.intp)]
