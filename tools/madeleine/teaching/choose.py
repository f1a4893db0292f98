"""The examples for the camera: places for each class, and the pictures that stand for the others best."""

from collections.abc import Callable, Sequence

import numpy as np

from madeleine.evaluation.sets import Indices
from madeleine.teaching.layers import Numbers


def herding(vectors: Numbers, count: int, seed: int) -> list[int]:
    """Rows whose mean stays as near as can be to the mean of all (M. Welling, Herding dynamical weights, ICML 2009)."""
    mean = vectors.mean(axis=0)
    wanted, chosen = mean.copy(), list[int]()
    free = np.zeros(len(vectors))
    for _ in range(count):
        chosen.append(int(np.argmax(vectors @ wanted + free)))
        free[chosen[-1]] = -np.inf
        wanted += mean - vectors[chosen[-1]]
    return chosen


def k_centre(vectors: Numbers, count: int, seed: int) -> list[int]:
    """The row nearest to the mean, then always the one farthest from those chosen (T. F. Gonzalez, TCS 38 (1985))."""
    chosen = [int(np.argmax(vectors @ vectors.mean(axis=0)))]
    nearest = vectors @ vectors[chosen[0]]
    for _ in range(count - 1):
        nearest[chosen[-1]] = np.inf
        chosen.append(int(np.argmin(nearest)))
        nearest = np.maximum(nearest, vectors @ vectors[chosen[-1]])
    return chosen


def at_random(vectors: Numbers, count: int, seed: int) -> list[int]:
    """Any rows."""
    return list(np.random.default_rng(seed).permutation(len(vectors))[:count])


METHODS: dict[str, Callable[[Numbers, int, int], list[int]]] = {
    "herding": herding,
    "k-centre": k_centre,
    "random": at_random,
}


def quotas(counts: Sequence[int], capacity: int) -> list[int]:
    """So many of each class: the same of all, and what small classes leave goes to the others."""
    given, left = [0] * len(counts), capacity
    order = sorted(range(len(counts)), key=lambda number: counts[number])
    for place, number in enumerate(order):
        given[number] = min(counts[number], left // (len(order) - place))
        left -= given[number]
    return given


def chosen(vectors: Numbers, classes: Indices, capacity: int, method: str, seed: int = 1) -> Indices:
    """Rows of unit vectors (n, 768), up to `capacity`, one of each class in turn, the best first."""
    numbers = np.unique(classes)
    own = [np.flatnonzero(classes == number) for number in numbers]
    shares = quotas([len(rows) for rows in own], capacity)
    picks = [
        rows[METHODS[method](vectors[rows], share, seed)] for rows, share in zip(own, shares, strict=True) if share
    ]
    turns = max(len(rows) for rows in picks)
    return np.array([rows[turn] for turn in range(turns) for rows in picks if turn < len(rows)], np.int64)
