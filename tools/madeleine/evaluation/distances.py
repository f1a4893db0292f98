"""The board's distances (lib/distance.py) of many vectors at once, to the last digit."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from madeleine.device import distance

Numbers: TypeAlias = NDArray[np.float64]
NEAR_WHOLE = 1e-6  # float64 is good to 2e-10 here: nearer to a whole number than this, whole numbers decide


def distances(queries: Numbers, examples: Numbers) -> Numbers:
    """(queries, examples) whole numbers. Vectors of whole numbers 0..127, or of others as they are."""
    norms = [np.einsum("ij,ij->i", vectors, vectors) for vectors in (queries, examples)]
    products = queries @ examples.T
    lengths = np.sqrt(np.outer(*norms))
    with np.errstate(invalid="ignore"):
        parts = distance.RIGHT_ANGLE * products / lengths
    found = distance.RIGHT_ANGLE - np.floor(parts)
    for row, column in np.argwhere(~(np.abs(parts - np.rint(parts)) > NEAR_WHOLE)):
        norm, other = int(norms[0][row]), int(norms[1][column])
        found[row, column] = distance.between(int(products[row, column]), norm, other)
    return np.asarray(found)
