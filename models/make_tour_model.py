"""Makes tour.kmodel, the small network of the tour. `python models/make_tour_model.py` writes it beside this file.

Nothing in it was learned from pictures of things. The first layer marks colours, darkness and edges; the others mix
what the layer before them found, at random, and keep the strongest of each 2x2 pixels; the last gives 768 features of
0..6 in the form of the real feature model. Drawn things of different colours and parts come out far apart, another
look at the same thing comes out near. It is no judge of photographs.

All arithmetic is on whole numbers, or on floats in a fixed order, so that every machine makes the same bytes.
"""

import math
from pathlib import Path

import numpy as np
from madeleine.kpu.compiler.compose import CLAMP, Y_BITS, make_conv_layer, pack_activation, pack_batch_norm
from madeleine.kpu.emulator.convolution import ConvRunner
from madeleine.kpu.emulator.memory import AI_RAM_LINES, Placement
from madeleine.kpu.format.kmodel import Kmodel
from madeleine.kpu.format.layertypes import ConvLayer, Dequantize, GlobalAveragePool2D, Layer, Region
from madeleine.kpu.format.write import write
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Maps = list[NDArray[np.uint8]]

SIDE_PX = 224
FEATURES, TOP = 768, 6.0  # as many features as the real model has, and their range
SEED = 8  # of the nine tried none keeps drawn things further apart
ZERO = 128  # the weights' zero point: bytes -128..127
MAXIMUM, NONE = 1, 0  # pool types: the largest of 2x2, or no pooling
MIXERS = ((3, 32, MAXIMUM), (3, 48, MAXIMUM), (3, 48, MAXIMUM), (1, 64, MAXIMUM), (3, 64, NONE), (1, FEATURES, NONE))
QUIET, LOUD = 0.35, 0.98  # the shares of calibration pixels below which a mixer says 0, and above which 255
LAST_QUIET = 0.5

BLUR = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]])
ACROSS = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
DIAGONAL = np.array([[0, 1, 2], [-1, 0, 1], [-2, -1, 0]])
GREY = (1, 1, 1)
# fmt: off
DETECTORS = (  # kernel, factor, parts of R, G, B; the sum (in units of 1/255) that gives 0 and the one that gives 255
    (BLUR,        3, (1, -1, 0),     5,  17),   # reddish, and so on: low thresholds, so that brightness matters little
    (BLUR,        3, (-1, 1, 0),     5,  17),
    (BLUR,        3, (-1, -1, 2),    8,  44),
    (BLUR,        3, (1, 1, -2),     8,  48),
    (BLUR,        3, (1, 0, -1),     6,  32),
    (BLUR,        3, (-1, 0, 1),     6,  32),
    (BLUR,        3, (1, -1, 0),    60, 120),   # full colours
    (BLUR,        3, (1, 1, -2),   120, 250),
    (BLUR,        3, (-1, 0, 1),    60, 120),
    (-BLUR,       3, GREY,        -170, -80),   # dark
    (ACROSS,      8, GREY,          60, 180),   # edges: six directions
    (-ACROSS,     8, GREY,          60, 180),
    (ACROSS.T,    8, GREY,          60, 180),
    (-ACROSS.T,   8, GREY,          60, 180),
    (DIAGONAL,    8, GREY,          60, 180),
    (-DIAGONAL,   8, GREY,          60, 180),
)
# fmt: on


def tour_model() -> bytes:
    """The file's bytes, the same on every machine."""
    random = np.random.RandomState(SEED)  # the one generator whose numbers numpy promises never to change
    maps = [_calibration_picture(random) for _ in range(12)]
    weights, quiet, loud = _detectors()
    layers: list[ConvLayer] = [_layer(weights, quiet, loud, MAXIMUM, None)]
    maps = _run(layers[-1], maps)
    for index, (kernel, channels, pool_type) in enumerate(MIXERS):
        last = index == len(MIXERS) - 1
        weights = _mixed(random, maps, channels, kernel)
        sums = np.sort(np.concatenate([_sums(weights, image) for image in maps], axis=1), axis=1)
        quiet, loud = (sums[:, int(share * (sums.shape[1] - 1))] for share in (LAST_QUIET if last else QUIET, LOUD))
        layers.append(_layer(weights, quiet, loud, pool_type, layers[-1], to_main_memory=last))
        maps = _run(layers[-1], maps)
    return write(_with_mean(layers))


def _calibration_picture(random: np.random.RandomState) -> NDArray[np.uint8]:
    """Coloured rectangles over one another, with noise: uint8 (3, SIDE_PX, SIDE_PX)."""
    picture = np.zeros((3, SIDE_PX, SIDE_PX), np.int64) + random.randint(40, 216, (3, 1, 1))
    for _ in range(random.randint(3, 9)):
        top, left = random.randint(0, SIDE_PX, 2)
        height, width = random.randint(20, 150, 2)
        picture[:, top : top + height, left : left + width] = random.randint(0, 256, (3, 1, 1))
    noisy: NDArray[np.uint8] = np.clip(picture + random.randint(-8, 9, picture.shape), 0, 255).astype(np.uint8)
    return noisy


def _detectors() -> tuple[Numbers, Numbers, Numbers]:
    """Weights (detectors, 3, 3, 3) of the first layer, and the sums at which each gives 0 and 255."""
    weights = [factor * np.array(parts)[:, None, None] * kernel for kernel, factor, parts, _, _ in DETECTORS]
    sizes = [factor * np.abs(kernel).sum() // (1 if kernel[1, 1] else 2) for kernel, factor, *_ in DETECTORS]
    quiet, loud = ([row[column] * size for row, size in zip(DETECTORS, sizes, strict=True)] for column in (3, 4))
    return np.array(weights), np.array(quiet), np.array(loud)


def _mixed(random: np.random.RandomState, maps: Maps, channels: int, kernel: int) -> Numbers:
    """Random weights (channels, in, kernel, kernel), alike for all taps.

    Each input counts by how much it varies, and what all inputs have in common, their mean, is taken out.
    """
    sources = len(maps[0])
    values = np.concatenate([image.reshape(sources, -1) for image in maps], axis=1).astype(np.int64)
    count = values.shape[1]
    total, squares = values.sum(1), (values * values).sum(1)
    deviation = np.array(
        [math.isqrt(int(s) * count - int(t) ** 2) // count + 2 for s, t in zip(squares, total, strict=True)]
    )
    mean = total // count + 1
    raw = (random.randint(-512, 513, (channels, sources)) << 16) // deviation
    raw = raw * (mean * mean).sum() - (raw * mean).sum(1, keepdims=True) * mean
    largest = np.abs(raw).max(1, keepdims=True)
    weights: Numbers = (raw * 240 + largest) // (2 * largest)
    return np.repeat(weights, kernel**2, axis=1).reshape(channels, sources, kernel, kernel)


def _sums(weights: Numbers, image: NDArray[np.uint8]) -> Numbers:
    """About 400 of the sums a layer makes of a map: (out, places). Whole numbers below 2^53, exact in float64."""
    kernel, (_, height, width) = weights.shape[-1], image.shape
    border = kernel // 2
    padded = np.pad(image, ((0, 0), (border, border), (border, border))).astype(np.float64)
    window = sum(padded[:, y : y + height, x : x + width] for y in range(kernel) for x in range(kernel))
    places = np.reshape(window, (len(image), -1))
    sums: Numbers = (weights[:, :, 0, 0] @ places[:, :: max(1, places.shape[1] // 400)]).astype(np.int64)
    return sums


def _layer(
    weights: Numbers,
    quiet: Numbers,
    loud: Numbers,
    pool_type: int,
    before: ConvLayer | None,
    to_main_memory: bool = False,
) -> ConvLayer:
    """A KPU layer that gives 0 at the sum `quiet` and 255 at `loud`, placed at the other end of AI RAM."""
    side = before.registers.out_width if before else SIDE_PX
    source = Placement.at(before.registers.out_line if before else 0, weights.shape[1], side, side)
    side //= 2 if pool_type == MAXIMUM else 1
    lines = len(Placement.at(0, len(weights), side, side).lines)
    target = Placement.at(0 if source.line else AI_RAM_LINES - lines, len(weights), side, side)
    return make_conv_layer(
        (weights + ZERO).astype(np.uint8),
        source,
        target,
        _batch_norm(quiet, loud),
        pack_activation(CLAMP),
        pool_type=pool_type,
        zero_w=ZERO,
        main_address=0 if to_main_memory else None,
    )


def _batch_norm(quiet: Numbers, loud: Numbers) -> bytes:
    """y = (sum - quiet) * 255 / (loud - quiet), with as many bits as mul can have."""
    factors = [(255 << Y_BITS) / max(int(high - low), 1) for low, high in zip(quiet, loud, strict=True)]
    shifts = [min(15, max(0, 21 - math.frexp(factor)[1])) for factor in factors]
    mul = [round(math.ldexp(factor, shift)) for factor, shift in zip(factors, shifts, strict=True)]
    add = [round(-int(low) * factor) for low, factor in zip(quiet, factors, strict=True)]
    return pack_batch_norm(np.array(mul), np.array(add), np.array(shifts))


def _run(layer: ConvLayer, maps: Maps) -> Maps:
    convolve = ConvRunner(layer, eight_bit=True)
    return [convolve(image) for image in maps]


def _with_mean(layers: list[ConvLayer]) -> Kmodel:
    """The convolutions, then features = the means of the last map's channels, each pixel worth 0..TOP."""
    pixels = layers[-1].registers.channel_bytes
    count = FEATURES * pixels
    floats = Dequantize(in_address=0, out_address=count, count=count, scale=float(np.float32(TOP / 255)), bias=0.0)
    means = GlobalAveragePool2D(in_address=count, out_address=5 * count, kernel_size=pixels, channels=FEATURES)
    every: tuple[Layer, ...] = (*layers, floats, means)
    return Kmodel(every, (Region(5 * count, 4 * FEATURES),), 5 * count + 4 * FEATURES)


if __name__ == "__main__":
    path = Path(__file__).with_name("tour.kmodel")
    path.write_bytes(tour_model())
    print(f"{path}: {path.stat().st_size} bytes")
