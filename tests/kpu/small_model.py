"""A model of a few kilobytes with layers of several kinds, for tests of the format and of the whole network."""

import numpy as np
from madeleine.kpu.compiler.compose import CLAMP, make_conv_layer, pack_activation, pack_batch_norm
from madeleine.kpu.emulator.memory import Placement
from madeleine.kpu.format import layertypes as k
from madeleine.kpu.format.kmodel import Kmodel

SIDE, CHANNELS = 8, 6
MAP = CHANNELS * SIDE * SIDE


def model() -> Kmodel:
    """8x8x3 -> 3x3, depthwise, 1x1 to main memory -> mean of each channel and, beside it, the bytes of the map."""
    random = np.random.default_rng(7)
    lines = [Placement.at(0, 3, SIDE, SIDE), Placement.at(100, CHANNELS, SIDE, SIDE)]
    lines += [Placement.at(0, CHANNELS, SIDE, SIDE), Placement.at(100, CHANNELS, SIDE, SIDE)]
    norm = np.full(CHANNELS, 900), np.full(CHANNELS, 50 << 10), np.full(CHANNELS, 3)
    shared = {"batch_norm": pack_batch_norm(*norm), "activation": pack_activation(CLAMP), "zero_w": 128}
    shapes = ((CHANNELS, 3, 3, 3), (CHANNELS, 3, 3), (CHANNELS, CHANNELS, 1, 1))
    convs = [
        make_conv_layer(random.integers(90, 166, shape).astype(np.uint8), source, target, main_address=place, **shared)
        for shape, source, target, place in zip(shapes, lines, lines[1:], (None, None, 0), strict=False)
    ]
    floats = k.Dequantize(in_address=0, out_address=MAP, count=MAP, scale=0.5, bias=0.0)
    means = k.GlobalAveragePool2D(in_address=MAP, out_address=MAP, kernel_size=SIDE * SIDE, channels=CHANNELS)
    outputs = k.Region(MAP, 4 * CHANNELS), k.Region(0, MAP)
    return Kmodel((*convs, floats, means), outputs, main_memory_bytes=5 * MAP)
