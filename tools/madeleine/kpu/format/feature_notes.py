"""The notes of a feature model, its third output: bytes that do not change with the picture.

NOTES_VERSION, 1 if the network wants its picture upside down, then Marks or zeros: NOTES_BYTES bytes.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..errors import KmodelError
from .layertypes import Quantize, Region

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
