"""A new layer over the network's features: least squares on unit vectors, its regularisation by leave-one-out.

With one unit vector a row in X and y = 1 for its class and 0 for the others, the weights are
W = inverse(Xt X + ridge I) Xt Y. The answer for a picture that was left out needs no second solution: with the hat
matrix H = X inverse(Xt X + ridge I) Xt and the residuals e = Y - H Y, the residuals of the pictures g that were left
out together are inverse(I - H_gg) e_g (D. M. Allen, Technometrics 16 (1974) 125-127, for one picture). The camera's
rule `fit` is this with the ridge of lib/fit.py.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from madeleine.evaluation.sets import Indices

Numbers: TypeAlias = NDArray[np.float64]
RIDGES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


def unit(vectors: Numbers) -> Numbers:
    """Rows of length one; a row of zeros stays as it is."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths, lengths, 1.0))


def _axes(vectors: Numbers) -> tuple[Numbers, Numbers]:
    """The values and axes of Xt X; with fewer pictures than features (768) only those in which a picture is."""
    if len(vectors) < vectors.shape[1]:
        _, lengths, axes = np.linalg.svd(vectors, full_matrices=False)
        return lengths**2, axes.T
    values, axes = np.linalg.eigh(vectors.T @ vectors)
    return values, axes


@dataclass(frozen=True)
class Layer:
    """weights (768, classes), and the ridge they were made with."""

    weights: Numbers
    ridge: float

    def answers(self, vectors: Numbers) -> Indices:
        """The class of each of the unit vectors."""
        return np.asarray((vectors @ self.weights).argmax(axis=1))


class LeastSquares:
    """The least squares of unit vectors (n, 768), for any ridge.

    classes (n,): 0 and up. groups (n,): pictures of one number are left out together.
    """

    def __init__(self, vectors: Numbers, classes: Indices, groups: Indices) -> None:
        self._targets = np.eye(int(classes.max()) + 1)[classes]
        self._groups = groups
        self._values, self._axes = _axes(vectors)
        self._turned = vectors @ self._axes
        self._products = self._turned.T @ self._targets

    def layer(self, ridge: float) -> Layer:
        """The layer over all of them."""
        return Layer(self._axes @ (self._products / self._shrunk(ridge)), ridge)

    def left_out(self, ridge: float) -> Numbers:
        """(n, classes): the scores of each picture from a layer that never saw it, nor any of its group."""
        hat = self._turned / self._shrunk(ridge).T
        residuals = self._targets - hat @ self._products
        alone = np.einsum("ij,ij->i", hat, self._turned)
        found = residuals / (1 - alone)[:, None]
        numbers, counts = np.unique(self._groups, return_counts=True)
        for number in numbers[counts > 1]:
            own = np.flatnonzero(self._groups == number)
            within = np.eye(len(own)) - hat[own] @ self._turned[own].T
            found[own] = np.linalg.solve(within, residuals[own])
        return np.asarray(self._targets - found)

    def best(self) -> Layer:
        """The layer with the ridge at which the scores of the left out come nearest to what they should be."""
        return self.layer(min(RIDGES, key=self.error))

    def error(self, ridge: float) -> float:
        """The mean squared error of the scores of the left out."""
        return float(np.mean((self.left_out(ridge) - self._targets) ** 2))

    def _shrunk(self, ridge: float) -> Numbers:
        return np.asarray(self._values.clip(0) + ridge)[:, None]
