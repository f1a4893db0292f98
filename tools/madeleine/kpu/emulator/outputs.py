"""The three outputs of a feature model made for the board: features, the last map, notes about the picture.

0  features: bytes 0..127, which the board compares as they are, or float32
1  the last map: bytes, channel after channel, as the last convolution left it in main memory
2  notes: NOTES_BYTES bytes: NOTES_VERSION, 1 if the network wants its picture upside down, and a Scale

The firmware drops the fraction of QUANTIZE (docs/MEASURED.md); the vendor's later driver rounds it.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..errors import KmodelError
from ..format.kmodel import Kmodel
from ..format.layertypes import Layer, Quantize, Region
from .network import Network

TOP_BYTE = 127  # the greatest int8: the firmware's C helpers take no other
RANGE = 6.0  # what TOP_BYTE stands for, unless another number is given: ReLU6 ends at 6
LIMIT_PARTS = 256  # of a distance of 1: the unit of the limit in the notes
NOTES_VERSION, NOTES_BYTES = 1, 4
MAP_OUTPUT, NOTES_OUTPUT = 1, 2
ALIGN_BYTES = 8  # the DMA and the driver's quantized add write whole blocks of 8
BYTE_MAX, SURE_MAX = 255, 200
HUGE = 2.0**20  # a scale beside which any feature is nothing: what is quantised by it is constant


@dataclass(frozen=True)
class Marks:
    """How the board reads a model's distances, 2 - 2 cos of the angle between two vectors (lib/distance.py).

    `limit` is the distance that it shows as 200, `sure` the strict mark as it is shown. Without: the board's own.
    """

    limit: float
    sure: int

    @property
    def notes(self) -> tuple[int, int]:
        """As bytes; KmodelError when these cannot hold them."""
        parts = round(self.limit * LIMIT_PARTS) if math.isfinite(self.limit) else 0
        if not 1 <= parts <= BYTE_MAX:
            raise KmodelError(f"a limit of {self.limit:g} does not fit the notes; give 0.004 to 0.996")
        if not 1 <= self.sure <= SURE_MAX:
            raise KmodelError(f"a strict mark of {self.sure} is not within the limit; give 1 to {SURE_MAX}")
        return parts, self.sure


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
    layers += _notes(features, free, (NOTES_VERSION, int(upside_down), *(marks.notes if marks else (0, 0))))
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


def has_notes(model: Kmodel) -> bool:
    """Whether there is a third output that can be notes."""
    return len(model.outputs) > NOTES_OUTPUT and model.outputs[NOTES_OUTPUT].size == NOTES_BYTES


def wants_upside_down(network: Network) -> bool:
    """Whether the notes say so; without notes: no. Runs the network once, on black."""
    return notes(network)[1] == 1


def marks_of(network: Network) -> Marks | None:
    """The marks in the notes, if there are any. Runs the network once, on black."""
    _, _, parts, sure = notes(network)
    return Marks(parts / LIMIT_PARTS, sure) if parts else None


def notes(network: Network) -> bytes:
    """NOTES_BYTES bytes: the notes; zeros of a model without."""
    if has_notes(network.model) and len(network.input_shape) == 3:
        found = network.outputs_bytes(np.zeros(network.input_shape, np.uint8))[NOTES_OUTPUT]
        if found[0] == NOTES_VERSION:
            return bytes(found)
    return bytes(NOTES_BYTES)


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


def noted(layer: Quantize, value: int) -> Quantize:
    """A layer of the notes with another value."""
    return replace(layer, bias=-(value + 0.25) * HUGE)


def _notes(features: Region, address: int, values: Sequence[int]) -> Iterator[Quantize]:
    """Constants: no layer makes any, but a feature over HUGE is one. A quarter more serves both kinds of QUANTIZE."""
    for index, value in enumerate(values):
        layer = Quantize(in_address=features.start, out_address=address + index, count=1, scale=HUGE, bias=0.0)
        yield noted(layer, value)
