"""The outputs of a network made for the board that gives maps: each as bytes, as the KPU leaves it, then notes.

A byte q stands for map_step * (q - ZERO). The notes are bytes that do not change with the picture: MAPS_VERSION, 1 if
the network wants its picture upside down, and of each map the parts of its step.
"""

from collections.abc import Sequence

from ..errors import KmodelError
from .feature_notes import HUGE, noted
from .feature_outputs import Ending, aligned
from .layertypes import Dequantize, Layer, Quantize, Region

MAPS_VERSION = 2  # of a feature model it is NOTES_VERSION
STEP_PARTS = 64  # of 1
ZERO = 128
PARTS_MAX = 255
FLOAT_BYTES = 4


def map_step(parts: int) -> float:
    """What one step of a map's bytes is worth; KmodelError when the notes cannot hold it."""
    if not 1 <= parts <= PARTS_MAX:
        raise KmodelError(f"a step of {parts} parts does not fit the notes; give 1 to {PARTS_MAX}")
    return parts / STEP_PARTS


def map_notes(steps: Sequence[int], upside_down: bool) -> bytes:
    """The notes of a network with maps of these steps, in parts."""
    return bytes((MAPS_VERSION, int(upside_down), *steps))


def map_ending(maps: Sequence[Region], free_address: int, steps: Sequence[int], upside_down: bool) -> Ending:
    """The last layers and the output table; what the notes need lies from `free_address` on.

    The number that they are made of (feature_notes.py) comes from the first byte of the first map.
    """
    notes = map_notes(steps, upside_down)
    number = Region(aligned(free_address), FLOAT_BYTES)
    last = Region(aligned(number.end), len(notes))
    layers: list[Layer] = [Dequantize(in_address=maps[0].start, out_address=number.start, count=1, scale=1.0, bias=0.0)]
    for index, value in enumerate(notes):
        layer = Quantize(in_address=number.start, out_address=last.start + index, count=1, scale=HUGE, bias=0.0)
        layers.append(noted(layer, value))
    return Ending(tuple(layers), (*maps, last), aligned(last.end))
