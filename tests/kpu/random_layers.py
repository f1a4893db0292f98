"""Random layers of every kind with room to work in, drawn from a numpy generator."""

from dataclasses import replace

import numpy as np
from madeleine.kpu.compiler.compose import CLAMP, FAR, make_conv_layer, pack_activation, pack_batch_norm
from madeleine.kpu.emulator.convolution import POOLS
from madeleine.kpu.emulator.memory import Placement
from madeleine.kpu.format import layertypes as k

MAIN_BYTES = 4096
IN, SECOND, OUT = 0, 1024, 2048  # places in the main buffer, apart from each other
SIZES = (4, 5, 7, 13, 16, 17, 20, 32, 33, 40, 65)  # widths on both sides of every change of layout


def conv(random, *, pool_type=0, kernel=3, depthwise=False, bits=8, fractional=False, table="clamp", main=False):
    """A KPU layer of a few thousand multiplications."""
    width, height = int(random.choice(SIZES)), int(random.integers(4, 7))
    in_channels = int(random.integers(1, 6))
    out_channels = in_channels if depthwise else int(random.integers(1, 5))
    stride = POOLS[pool_type].stride
    source = Placement.at(int(random.integers(0, 40)), in_channels, height, width)
    target = Placement.at(20000, out_channels, height // stride, width // stride)
    shape = (out_channels, kernel, kernel) if depthwise else (out_channels, in_channels, kernel, kernel)
    top = 1 << bits
    weights = random.integers(0, top, shape).astype(np.uint8 if bits == 8 else np.uint16)
    layer = make_conv_layer(
        weights,
        source,
        target,
        batch_norm(random, out_channels, bits, kernel**2 * (1 if depthwise else in_channels)),
        pack_activation(TABLES[table](random)),
        pool_type=pool_type,
        zero_x=int(random.integers(0, 256)),
        zero_w=int(random.integers(0, top)),
        main_address=OUT if main else None,
    )
    return _with(layer, random, fractional)


def _with(layer, random, fractional):
    """Another border than the zero point and, as Maix-EMC writes them, zero points that are not whole numbers."""
    changes = {"pad_value": int(random.integers(0, 256))}
    if fractional:
        shr_x, shr_w = (int(random.integers(0, 16)) for _ in range(2))
        changes.update(
            arg_x=int(random.uniform(-250, 250) * 2**shr_x),
            arg_w=int(random.uniform(-250, 250) * 2**shr_w),
            shr_x=shr_x,
            shr_w=shr_w,
            arg_add=int(random.integers(-(1 << 20), 1 << 20)),
        )
    return replace(layer, registers=replace(layer.registers, **changes))


def batch_norm(random, channels, bits, taps):
    """Factors that bring sums of `taps` products to about 0..255 * 1024, of either sign."""
    shift = random.integers(0, 16, channels)
    size = 255 * 1024 / (127 * (1 << bits - 1) * np.sqrt(taps)) * 2.0**shift
    mul = np.clip(random.normal(0, 1, channels) * size, -(1 << 22), 1 << 22).astype(np.int64)
    return pack_batch_norm(mul, random.integers(-(1 << 17), 1 << 18, channels), shift)


def leaky(random):
    """Slope 0.1 below zero, one above."""
    return [
        *((-FAR + k, 102, 20, 0) for k in range(13)),
        (-1000 * 1024, 102, 20, 10),
        (0, 1024, 20, 110),
        (FAR, 0, 0, 255),
    ]


def steps(random):
    """Level segments of different heights, then a line."""
    starts = np.sort(random.integers(-(1 << 17), 1 << 17, 15))
    return [*((int(s), 0, 0, int(random.integers(0, 256))) for s in starts), (1 << 17, 1024, 20, 0)]


def broken(random):
    """Segments of any slope and bias at rising starts in reach."""
    starts = np.sort(random.integers(-(1 << 18), 1 << 19, 16))
    return [
        (int(s), int(random.integers(-3000, 3000)), int(random.integers(12, 24)), int(random.integers(0, 256)))
        for s in starts
    ]


TABLES = {"clamp": lambda random: CLAMP, "leaky": leaky, "steps": steps, "broken": broken}


def f32(value):
    return float(np.float32(value))


def _sizes(random, *names):
    return {name: int(random.integers(1, 7)) for name in names}


def _window(random):
    kernel = {f"kernel_{side}": int(random.integers(1, 5)) for side in ("width", "height")}
    padding = {f"padding_{side}": int(random.integers(0, kernel[f"kernel_{side}"])) for side in ("width", "height")}
    sizes = _sizes(random, "in_width", "in_height", "out_width", "out_height", "stride_width", "stride_height")
    channels = int(random.integers(1, 5))
    return {**sizes, **kernel, **padding, "in_channels": channels, "out_channels": channels}


def _quantized_add(random):
    shift = int(random.integers(0, 12))
    places = {"a_address": IN, "b_address": SECOND, "out_address": OUT, "count": int(random.integers(1, 300))}
    offsets = {f"{side}_offset": int(random.integers(-200, 200)) for side in ("a", "b", "out")}
    factors = {f"{side}_mul": int(random.integers(-3000, 3000)) for side in ("a", "b", "out")}
    other = shift if random.integers(2) else int(random.integers(0, 12))
    return {
        **places,
        **offsets,
        **factors,
        "a_shift": shift,
        "b_shift": other,
        "out_shift": int(random.integers(0, 20)),
    }


def _fully_connected(random):
    ins, outs = int(random.integers(1, 20)), int(random.integers(1, 12))
    numbers = random.normal(0, 1, (ins + 1) * outs).astype("<f4").tobytes()
    split = 4 * ins * outs
    return {
        "in_channels": ins, "out_channels": outs, "activation": int(random.integers(0, 3)),
        "weights": numbers[:split], "bias": numbers[split:],
    }  # fmt: skip


def _concat(random):
    inputs = tuple(k.Region(int(random.integers(0, 900)), int(random.integers(1, 200))) for _ in range(3))
    return {"input_count": 3, "inputs": inputs, "out_address": OUT}


def _scales(random):
    return {"scale": f32(random.uniform(0.001, 0.1)), "bias": f32(random.normal())}


def _channelwise(random):
    sizes = _sizes(random, "channels", "channel_size")
    return {**sizes, "parameters": random.normal(0, 1, 2 * sizes["channels"]).astype("<f4").tobytes()}


def _count(random):
    return int(random.integers(1, 250))


INOUT = {"in_address": IN, "out_address": OUT}
MAKERS = {
    k.Add: lambda r: {"a_address": IN, "b_address": SECOND, "out_address": OUT, "count": _count(r)},
    k.QuantizedAdd: _quantized_add,
    k.GlobalAveragePool2D: lambda r: {**INOUT, **_sizes(r, "kernel_size", "channels")},
    k.QuantizedMaxPool2D: lambda r: {**INOUT, **_window(r)},
    k.AveragePool2D: lambda r: {**INOUT, **_window(r), "activation": 0},
    k.Quantize: lambda r: {**INOUT, "count": _count(r), **_scales(r)},
    k.Dequantize: lambda r: {**INOUT, "count": _count(r), **_scales(r)},
    k.Requantize: lambda r: {**INOUT, "count": _count(r), "table": r.bytes(256)},
    k.L2Normalization: lambda r: {**INOUT, "channels": _count(r)},
    k.Softmax: lambda r: {**INOUT, "channels": _count(r)},
    k.Logistic: lambda r: {**INOUT, "channels": _count(r)},
    k.Concat: _concat,
    k.QuantizedConcat: _concat,
    k.FullyConnected: lambda r: {**INOUT, **_fully_connected(r)},
    k.TensorflowFlatten: lambda r: {**INOUT, **_sizes(r, "width", "height", "channels")},
    k.QuantizedTensorflowFlatten: lambda r: {**INOUT, **_sizes(r, "width", "height", "channels")},
    k.ResizeNearestNeighbor: lambda r: {**INOUT, **_resize(r)},
    k.QuantizedResizeNearestNeighbor: lambda r: {**INOUT, **_resize(r)},
    k.ChannelwiseDequantize: lambda r: {**INOUT, **_channelwise(r)},
    k.AddPadding: lambda r: {"in_address": IN, "out_line": 77, "channels": _count(r)},
    k.RemovePadding: lambda r: {**INOUT, "channels": int(r.integers(1, 60))},
    k.Upload: lambda r: {
        "in_address": IN,
        "out_line": 55,
        "width": int(r.choice(SIZES)),
        **_sizes(r, "height", "channels"),
    },
}


def _resize(random):
    return {**_sizes(random, "in_width", "in_height", "in_channels", "out_width", "out_height"), "align_corners": 0}


def cpu_layer(random, kind):
    """A layer the CPU runs."""
    return kind(**MAKERS[kind](random))
