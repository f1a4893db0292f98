"""The three outputs of a feature model made for the board: features, the last map, notes about the picture.

0  features: bytes 0..127, which the board compares as they are, or float32
1  the last map: bytes, channel after channel, as the last convolution left it in main memory
2  notes (feature_notes.py)

The firmware drops the fraction of QUANTIZE (docs/MEASURED.md); the vendor's later driver rounds it.
"""

import math
from dataclasses import dataclass

import numpy as np

from ..errors import KmodelError
from .feature_notes import NOTES_BYTES, Marks, note_layers
from .layertypes import Layer, Quantize, Region

TOP_BYTE = 127  # the greatest int8: the firmware's C helpers take no other
RANGE = 6.0  # what TOP_BYTE stands for, unless another number is given: ReLU6 ends at 6
MAP_OUTPUT = 1
ALIGN_BYTES = 8  # the DMA and the driver's quantized add write whole blocks of 8


@dataclass(frozen=True)
class Ending:
    """What comes behind the global average pool, and where main memory then ends."""

    layers: tuple[Layer, ...]
    outputs: tuple[Region, ...]
    main_memory_bytes: int


def ending(
    features: Region,
    last_map: Region,
    free_address: int,
    *,
    as_bytes: bool = True,
    top: float = RANGE,
    full: float = RANGE,
    marks: Marks | None = None,
    upside_down: bool = False,
) -> Ending:
    """The last layers and the output table; new results lie one after the other from `free_address`.

    `features` is where the pool leaves its float32, none below 0 or above `top`; `full` is what the greatest byte shall
    stand for. KmodelError when bytes cannot hold the features.
    """
    layers: list[Layer] = []
    first, free = features, aligned(free_address)
    if as_bytes:
        first = Region(free, features.size // 4)
        layers.append(_bytes(features, first, byte_step(top, full)))
        free = aligned(first.end)
    layers += note_layers(features, free, upside_down, marks)
    last = Region(free, NOTES_BYTES)
    return Ending(tuple(layers), (first, last_map, last), aligned(last.end))


def byte_step(top: float, full: float = RANGE) -> float:
    """What one step of a byte is worth: byte = round(feature / step), and 127 stands for `full`.

    KmodelError when features up to `top` would pass 127.
    """
    if not 0 < full < math.inf:
        raise KmodelError(f"{full:g} is not a feature that the greatest byte can stand for; give a number above 0")
    step = full / TOP_BYTE
    if top / step >= TOP_BYTE + 0.5:
        raise KmodelError(f"features up to {top:g} do not fit bytes that end at {full:g}; give {top:.2f} or more")
    return step


def aligned(address: int) -> int:
    """The next address in main memory at which a result may lie."""
    return address + -address % ALIGN_BYTES


def _bytes(source: Region, target: Region, step: float) -> Quantize:
    """Rounds: half a step is added before the firmware drops the fraction."""
    scale = np.float32(step)
    return Quantize(
        in_address=source.start,
        out_address=target.start,
        count=target.size,
        scale=float(scale),
        bias=float(-scale / 2),
    )
