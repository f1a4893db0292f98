"""Layers made ready to run: each finds its inputs and its place for the result in the memories, once, at load.

Everything a file could ask for that the chip or its driver could not do is refused here or in `kmodel`, so that
running never fails.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..format import layertypes as k
from . import layers
from .convolution import POOLS, ConvRunner
from .memory import Memory, OutsideError, Placement, read_map, write_map

Array: TypeAlias = NDArray[Any]
Compute: TypeAlias = Callable[[], Array]
Shape: TypeAlias = tuple[int, ...]
U8, F32 = np.dtype(np.uint8), np.dtype("<f4")
WINDOW_LIMIT = 1024  # the KPU's widest map
BUFFER_NUMBERS = 256  # numpy copies shorter rows before it adds a number of their own to each; longer ones need not be
ADD_BLOCK = 8
ADDED_PIXELS = 16  # ADD_PADDING and REMOVE_PADDING work on maps of 4x4

# The driver goes through these from the first number to the last, so that the result may lie over what was read.
FORWARD = (
    k.Add, k.Quantize, k.Requantize, k.L2Normalization, k.GlobalAveragePool2D, k.RemovePadding,
)  # fmt: skip


@dataclass
class Step:
    """A layer ready to run. `work` is its multiplications or copies, `shape` and `dtype` are the result's.

    `reads` and `main` are its places in main memory, `main_view` and `map_view` those of the result in either memory.
    """

    layer: k.Layer
    compute: Compute
    work: int
    shape: Shape
    dtype: np.dtype[Any]
    reads: tuple[k.Region, ...]
    main: k.Region | None
    main_view: Array | None
    map_view: Array | None

    def run(self) -> Array:
        """Computes the result, puts it where it belongs and returns it."""
        with np.errstate(all="ignore"):  # infinities and not-a-numbers are nothing special to the chip
            np.setbufsize(BUFFER_NUMBERS)
            result = self.compute().reshape(self.shape)
        if self.main_view is not None:
            self.main_view[...] = result
        if self.map_view is not None:
            write_map(self.map_view, result)
        return result


class Wires:
    """The places one layer reads and writes; KmodelError when they are outside or in each other's way."""

    def __init__(self, layer: k.Layer, memory: Memory, eight_bit: bool) -> None:
        self.layer, self.memory, self.eight_bit = layer, memory, eight_bit
        self.reads: list[tuple[k.Region, int]] = []
        self.lines_read = range(0)
        self.shape: Shape = ()
        self.dtype = U8
        self.main: k.Region | None = None
        self.main_view: Array | None = None
        self.map_view: Array | None = None

    def read(self, address: int, shape: Shape, dtype: np.dtype[Any] = F32, slack_bytes: int = 0) -> Array:
        """A view of the main buffer to read from."""
        region, view = self._main(address, shape, dtype, slack_bytes)
        self.reads.append((region, dtype.itemsize))
        return view

    def write(self, address: int, shape: Shape, dtype: np.dtype[Any] = F32, slack_bytes: int = 0) -> None:
        """The result goes to the main buffer."""
        self.shape, self.dtype = shape, dtype
        self.main, self.main_view = self._main(address, shape, dtype, slack_bytes)
        for region, item_bytes in self.reads:
            apart = region.end <= self.main.start or self.main.end <= region.start
            behind = self.main.start <= region.start and dtype.itemsize <= item_bytes
            if not apart and not (behind and isinstance(self.layer, FORWARD)):
                raise self.layer.error(f"its result at byte {self.main.start} of memory lies over what it reads")

    def read_map(self, place: Placement) -> Array:
        """A view of a map in AI RAM to read from."""
        view = self._map(place)
        self.lines_read = place.lines
        return view

    def write_map(self, place: Placement) -> None:
        """The result goes to AI RAM (and to the main buffer when `write` was called, too)."""
        self.shape = (place.channels, place.height, place.width)
        self.map_view = self._map(place)
        if range(max(place.lines[0], self.lines_read.start), min(place.lines.stop, self.lines_read.stop)):
            raise self.layer.error(f"its result in line {place.line} of AI RAM lies over what it reads")

    def _main(self, address: int, shape: Shape, dtype: np.dtype[Any], slack_bytes: int) -> tuple[k.Region, Array]:
        self.some(*shape)
        region = k.Region(address, math.prod(shape) * dtype.itemsize)
        try:
            return region, self.memory.bytes_at(region, slack_bytes).view(dtype).reshape(shape)
        except OutsideError as error:
            raise self.layer.error(f"{error}; the file is damaged") from error

    def _map(self, place: Placement) -> Array:
        try:
            return self.memory.map_at(place)
        except OutsideError as error:
            raise self.layer.error(f"{error}; the file is damaged") from error

    def some(self, *sizes: int) -> None:
        """KmodelError unless there is at least one of everything."""
        if 0 in sizes:
            raise self.layer.error("a size of zero; the file is damaged")


def ready(layer: k.Layer, memory: Memory, eight_bit: bool) -> Step:
    """A layer wired to the memories."""
    wires = Wires(layer, memory, eight_bit)
    compute, work = BUILDERS[type(layer)](layer, wires)
    reads = tuple(region for region, _ in wires.reads)
    return Step(layer, compute, work, wires.shape, wires.dtype, reads, wires.main, wires.main_view, wires.map_view)


def input_place(layer: k.ConvLayer) -> Placement:
    """Where a convolution finds its input map."""
    r = layer.registers
    return Placement(r.in_line, r.in_channels, r.in_height, r.in_width, r.in_group, r.in_row_lines, r.in_group_lines)


Built: TypeAlias = tuple[Compute, int]


def _conv(layer: k.ConvLayer, wires: Wires) -> Built:
    r = layer.registers
    _check_registers(layer)
    view = wires.read_map(input_place(layer))
    if layer.to_main_memory:
        wires.write(layer.out_address, (r.out_channels, r.out_height, r.out_width), U8)
    wires.write_map(
        Placement(
            r.out_line, r.out_channels, r.out_height, r.out_width, r.out_group, r.out_row_lines, r.out_group_lines
        )
    )
    convolution = ConvRunner(layer, wires.eight_bit)
    x = np.empty((r.in_channels, r.in_height, r.in_width), np.uint8)

    def compute() -> Array:
        read_map(view, x)
        return convolution(x)

    return compute, r.in_width * r.in_height * r.weight_count()


def _check_registers(layer: k.ConvLayer) -> None:
    """KmodelError for what the chip's documentation does not describe, or for sizes that contradict each other."""
    r = layer.registers
    if r.kernel_type > 1 or r.pool_type not in POOLS:
        raise layer.error(f"kernel type {r.kernel_type} with pool type {r.pool_type} is not known; the file is damaged")
    for name in ("full_add", "pad_type", "first_stride", "bypass_conv", "coef_column_offset", "coef_row_offset"):
        if getattr(r, name):
            raise layer.error(f"register {name} is {getattr(r, name)}; only 0 is supported")
    stride = POOLS[r.pool_type].stride
    if (r.out_width, r.out_height) != (r.in_width // stride, r.in_height // stride):
        raise layer.error(
            f"{r.in_width}x{r.in_height} pixels pooled by {stride} do not give {r.out_width}x{r.out_height}"
        )
    if r.depthwise and r.in_channels != r.out_channels:
        raise layer.error(f"depthwise from {r.in_channels} to {r.out_channels} channels; both have to be the same")
    if r.loads * r.channels_per_load < r.out_channels:
        raise layer.error(f"{r.loads} loads of {r.channels_per_load} channels are too few for {r.out_channels}")
    pixels = r.out_width * r.out_height
    if (r.channel_bytes, r.output_bytes) != (pixels & 0xFFFF or 1 << 16, pixels * r.out_channels):
        raise layer.error(f"{r.output_bytes} bytes of result do not fit {pixels} pixels of {r.out_channels} channels")


def _add(layer: k.Add, wires: Wires) -> Built:
    a, b = (wires.read(address, (layer.count,)) for address in (layer.a_address, layer.b_address))
    wires.write(layer.out_address, (layer.count,))
    return lambda: layers.add(a, b), layer.count


def _quantized_add(layer: k.QuantizedAdd, wires: Wires) -> Built:
    if not all(0 <= shift < 64 for shift in (layer.a_shift, layer.b_shift, layer.out_shift)):
        raise layer.error("a shift is not 0 to 63; the file is damaged")
    count = -(-layer.count // ADD_BLOCK) * ADD_BLOCK
    slack = count - layer.count  # the driver reads and writes that many bytes too many
    a, b = (wires.read(address, (count,), U8, slack) for address in (layer.a_address, layer.b_address))
    wires.write(layer.out_address, (count,), U8, slack)
    return lambda: layers.quantized_add(a, b, layer), count


def _global_average_pool(layer: k.GlobalAveragePool2D, wires: Wires) -> Built:
    x = wires.read(layer.in_address, (layer.channels, layer.kernel_size))
    wires.write(layer.out_address, (layer.channels,))
    return lambda: layers.global_average_pool(x), x.size


def _window_pool(layer: k.QuantizedMaxPool2D, wires: Wires) -> Built:
    dtype = F32 if isinstance(layer, k.AveragePool2D) else U8
    windows = (
        (layer.kernel_width, layer.stride_width, layer.padding_width),
        (layer.kernel_height, layer.stride_height, layer.padding_height),
    )
    if not all(0 < kernel <= WINDOW_LIMIT and stride and padding < kernel for kernel, stride, padding in windows):
        raise layer.error("kernel, stride and padding make no window; the file is damaged")
    if layer.out_channels != layer.in_channels:
        raise layer.error(f"{layer.in_channels} channels in and {layer.out_channels} out; both have to be the same")
    x = wires.read(layer.in_address, (layer.in_channels, layer.in_height, layer.in_width), dtype)
    shape = (layer.out_channels, layer.out_height, layer.out_width)
    wires.write(layer.out_address, shape, dtype)
    work = layer.kernel_width * layer.kernel_height * math.prod(shape)
    if isinstance(layer, k.AveragePool2D):
        return lambda: layers.average_pool(x, layer), work
    return lambda: layers.quantized_max_pool(x, layer), work


def _quantize(layer: k.Quantize, wires: Wires) -> Built:
    if not layer.scale or not math.isfinite(layer.scale) or not math.isfinite(layer.bias):
        raise layer.error(f"scale {layer.scale} and bias {layer.bias}; the file is damaged")
    x = wires.read(layer.in_address, (layer.count,))
    wires.write(layer.out_address, (layer.count,), U8)
    return lambda: layers.quantize(x, layer.scale, layer.bias), layer.count


def _dequantize(layer: k.Dequantize, wires: Wires) -> Built:
    x = wires.read(layer.in_address, (layer.count,), U8)
    wires.write(layer.out_address, (layer.count,))
    scale, bias = np.array(layer.scale, F32), np.array(layer.bias, F32)
    return lambda: layers.dequantize(x, scale, bias), layer.count


def _channelwise_dequantize(layer: k.ChannelwiseDequantize, wires: Wires) -> Built:
    shape = (layer.channels, layer.channel_size)
    x = wires.read(layer.in_address, shape, U8)
    wires.write(layer.out_address, shape)
    pairs = np.frombuffer(layer.parameters, F32).reshape(-1, 2)
    return lambda: layers.dequantize(x, pairs[:, :1], pairs[:, 1:]), x.size


def _requantize(layer: k.Requantize, wires: Wires) -> Built:
    x = wires.read(layer.in_address, (layer.count,), U8)
    wires.write(layer.out_address, (layer.count,), U8)
    table = np.frombuffer(layer.table, U8)
    return lambda: layers.requantize(x, table), layer.count


def _vector(layer: k.L2Normalization, wires: Wires) -> Built:
    function = {
        k.L2Normalization: layers.l2_normalization,
        k.Softmax: layers.softmax,
        k.Logistic: layers.logistic,
    }[type(layer)]
    x = wires.read(layer.in_address, (layer.channels,))
    wires.write(layer.out_address, (layer.channels,))
    return lambda: function(x), layer.channels


def _concat(layer: k.Concat, wires: Wires) -> Built:
    parts = [wires.read(region.start, (region.size,), U8) for region in layer.inputs]
    wires.write(layer.out_address, (sum(region.size for region in layer.inputs),), U8)
    return lambda: np.concatenate(parts), wires.shape[0]


def _fully_connected(layer: k.FullyConnected, wires: Wires) -> Built:
    x = wires.read(layer.in_address, (layer.in_channels,))
    wires.write(layer.out_address, (layer.out_channels,))
    weights = np.frombuffer(layer.weights, F32).reshape(layer.out_channels, layer.in_channels).T
    bias = np.frombuffer(layer.bias, F32)
    return lambda: layers.fully_connected(x, weights, bias, layer.activation), weights.size


def _flatten(layer: k.TensorflowFlatten, wires: Wires) -> Built:
    dtype = U8 if isinstance(layer, k.QuantizedTensorflowFlatten) else F32
    x = wires.read(layer.in_address, (layer.channels, layer.height, layer.width), dtype)
    wires.write(layer.out_address, (layer.height, layer.width, layer.channels), dtype)
    return lambda: layers.flatten(x), x.size


def _resize(layer: k.ResizeNearestNeighbor, wires: Wires) -> Built:
    dtype = U8 if isinstance(layer, k.QuantizedResizeNearestNeighbor) else F32
    x = wires.read(layer.in_address, (layer.in_channels, layer.in_height, layer.in_width), dtype)
    shape = (layer.in_channels, layer.out_height, layer.out_width)
    wires.write(layer.out_address, shape, dtype)
    return lambda: layers.resize_nearest(x, layer.out_height, layer.out_width), math.prod(shape)


def _add_padding(layer: k.AddPadding, wires: Wires) -> Built:
    x = wires.read(layer.in_address, (layer.channels, 1, 1), U8)
    corner = Placement(layer.out_line, layer.channels, height=1, width=1, group=4, row_lines=1, group_lines=4)
    wires.write_map(corner)
    return lambda: x, layer.channels


def _remove_padding(layer: k.RemovePadding, wires: Wires) -> Built:
    x = wires.read(layer.in_address, (layer.channels, ADDED_PIXELS), U8)
    wires.write(layer.out_address, (layer.channels,), U8)
    return lambda: x[:, 0], layer.channels


def _upload(layer: k.Upload, wires: Wires) -> Built:
    shape = (layer.channels, layer.height, layer.width)
    x = wires.read(layer.in_address, shape, U8)
    wires.write_map(Placement.at(layer.out_line, *shape))
    return lambda: x, x.size


BUILDERS: dict[type[k.Layer], Callable[[Any, Wires], Built]] = {
    k.Add: _add,
    k.QuantizedAdd: _quantized_add,
    k.GlobalAveragePool2D: _global_average_pool,
    k.QuantizedMaxPool2D: _window_pool,
    k.AveragePool2D: _window_pool,
    k.Quantize: _quantize,
    k.Dequantize: _dequantize,
    k.Requantize: _requantize,
    k.L2Normalization: _vector,
    k.Softmax: _vector,
    k.Concat: _concat,
    k.QuantizedConcat: _concat,
    k.FullyConnected: _fully_connected,
    k.TensorflowFlatten: _flatten,
    k.QuantizedTensorflowFlatten: _flatten,
    k.ResizeNearestNeighbor: _resize,
    k.QuantizedResizeNearestNeighbor: _resize,
    k.ChannelwiseDequantize: _channelwise_dequantize,
    k.Logistic: _vector,
    k.ConvLayer: _conv,
    k.AddPadding: _add_padding,
    k.RemovePadding: _remove_padding,
    k.Upload: _upload,
}
