"""The notes of a model, its third output: bytes that do not change with the picture.

NOTES_VERSION, 1 if the network wants its picture upside down, then Marks or zeros: NOTES_BYTES bytes.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ..errors import KmodelError
from ..format.kmodel import Kmodel
from ..format.layertypes import Quantize, Region
from .network import Network

LIMIT_PARTS = 256  # of a distance of 1: the unit of the limit in the notes
NOTES_VERSION, NOTES_BYTES = 1, 4
NOTES_OUTPUT = 2
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


def noted(layer: Quantize, value: int) -> Quantize:
    """A layer of the notes with another value."""
    return replace(layer, bias=-(value + 0.25) * HUGE)


def note_layers(features: Region, address: int, upside_down: bool, marks: Marks | None) -> Iterator[Quantize]:
    """What writes the notes to `address`.

    Constants: no layer makes any, but a feature over HUGE is one. A quarter more serves both kinds of QUANTIZE.
    """
    for index, value in enumerate((NOTES_VERSION, int(upside_down), *(marks.notes if marks else (0, 0)))):
        layer = Quantize(in_address=features.start, out_address=address + index, count=1, scale=HUGE, bias=0.0)
        yield noted(layer, value)


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
