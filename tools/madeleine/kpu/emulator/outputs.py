"""The three outputs of a feature model made for the board: features, the last map, notes about the picture.

0  features: bytes 0..127, which the board compares as they are, or float32
1  the last map: bytes, channel after channel, as the last convolution left it in main memory
2  notes: NOTES_BYTES bytes: NOTES_VERSION, 1 if the network wants its picture upside down, 0, 0

The firmware drops the fraction of QUANTIZE (docs/MEASURED.md); the vendor's later driver rounds it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..errors import KmodelError
from ..format.kmodel import Kmodel
from ..format.layertypes import Layer, Quantize, Region
from .network import Network

TOP_BYTE = 127  # the greatest int8: the firmware's C helpers take no other
RANGE = 6.0  # what TOP_BYTE stands for at the usual limit: ReLU6 ends at 6
USUAL_LIMIT = 200.0  # of the squared distance, as the board shows it
NOTES_VERSION, NOTES_BYTES = 1, 4
MAP_OUTPUT, NOTES_OUTPUT = 1, 2
ALIGN_BYTES = 8  # the DMA and the driver's quantized add write whole blocks of 8
HUGE = 2.0**20  # a scale beside which any feature is nothing: what is quantised by it is constant


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
    limit: float = USUAL_LIMIT,
    upside_down: bool = False,
) -> Ending:
    """The last layers and the output table; new results lie one after the other from `free_address`.

    `features` is where the pool leaves its float32, none below 0 or above `top`. `limit` is the squared distance of
    these floats which the board shall show as 200. KmodelError when bytes cannot hold the features.
    """
    layers: list[Layer] = []
    first, free = features, aligned(free_address)
    if as_bytes:
        first = Region(free, features.size // 4)
        layers.append(_bytes(features, first, byte_step(top, limit)))
        free = aligned(first.end)
    layers += _notes(features, free, upside_down)
    notes = Region(free, NOTES_BYTES)
    return Ending(tuple(layers), (first, last_map, notes), aligned(notes.end))


def byte_step(top: float, limit: float = USUAL_LIMIT) -> float:
    """What one step of a byte is worth: byte = round(feature / step), step = 6/127 * sqrt(limit / 200).

    KmodelError when features up to `top` would pass 127.
    """
    if not 0 < limit < math.inf:
        raise KmodelError(f"a limit of {limit:g} means nothing; give the squared distance that counts as seen")
    step = RANGE / TOP_BYTE * math.sqrt(limit / USUAL_LIMIT)
    if top / step >= TOP_BYTE + 0.5:
        least = USUAL_LIMIT * (top / RANGE) ** 2
        raise KmodelError(f"features up to {top:g} do not fit bytes at limit {limit:g}; give {least:.0f} or more")
    return step


def aligned(address: int) -> int:
    """The next address in main memory at which a result may lie."""
    return address + -address % ALIGN_BYTES


def has_notes(model: Kmodel) -> bool:
    """Whether there is a third output that can be notes."""
    return len(model.outputs) > NOTES_OUTPUT and model.outputs[NOTES_OUTPUT].size == NOTES_BYTES


def wants_upside_down(network: Network) -> bool:
    """Whether the notes say so; without notes: no. Runs the network once, on black."""
    if not has_notes(network.model) or len(network.input_shape) != 3:
        return False
    notes = network.outputs_bytes(np.zeros(network.input_shape, np.uint8))[NOTES_OUTPUT]
    return notes[0] == NOTES_VERSION and notes[1] == 1


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


def _notes(features: Region, address: int, upside_down: bool) -> Iterator[Quantize]:
    """Constants: no layer makes any, but a feature over HUGE is one. A quarter more serves both kinds of QUANTIZE."""
    for index, value in enumerate((NOTES_VERSION, int(upside_down), 0, 0)):
        yield Quantize(
            in_address=features.start,
            out_address=address + index,
            count=1,
            scale=HUGE,
            bias=-(value + 0.25) * HUGE,
        )
