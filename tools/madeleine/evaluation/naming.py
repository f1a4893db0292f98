"""The two rules that name (lib/rule.py), for many queries at once; `fit` is lib/fit.py's solution in float64."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from madeleine.device import distance, fit, settings

Numbers: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int64]
RULES = (settings.NEAREST, settings.FIT)


def answers(rule: str, between: Numbers, asked: Labels, learned: Labels, labels: Labels) -> tuple[Labels, Numbers]:
    """The label of each query, and the distance of the nearest example of that label.

    between (vectors, vectors): distances in steps (lib/distance.py). asked, learned: its rows. labels: of the learned.
    """
    near = between[np.ix_(asked, learned)]
    if rule == settings.NEAREST:
        return labels[near.argmin(axis=1)], near.min(axis=1)
    classes = np.unique(labels)
    alike = _cosines(between[np.ix_(learned, learned)]) + fit.RIDGE * np.eye(len(labels))
    targets = (labels[:, None] == classes).astype(np.float64)
    answered = classes[(_cosines(near) @ np.linalg.solve(alike, targets)).argmax(axis=1)]
    own = np.where(answered[:, None] == labels, near, distance.FAR)
    return answered, own.min(axis=1)


def _cosines(distances: Numbers) -> Numbers:
    return 1 - distances / distance.RIGHT_ANGLE
