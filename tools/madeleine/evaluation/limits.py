"""What a limit does: what it turns away and what it lets in, and one model's limit in terms of another's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from madeleine.device import distance, settings
from madeleine.evaluation.trials import Trials

Numbers: TypeAlias = NDArray[np.float64]
LIMITS = np.arange(1, settings.LIMIT_MAX + 1)  # what can be set on the board
KEPT = 0.95  # of the right answers: what a limit that suits somebody's things keeps


def auroc(known: Numbers, unknown: Numbers) -> float:
    """The chance that a known query is nearer than an unknown one; equal distances count half."""
    ordered = np.sort(known)
    nearer, not_farther = (np.searchsorted(ordered, unknown, side) for side in ("left", "right"))
    return float(np.mean(nearer + not_farther) / (2 * len(known)))


@dataclass(frozen=True)
class Errors:
    """Shares at each of LIMITS: known queries that are not seen, unknown ones that are."""

    false_reject: Numbers
    false_accept: Numbers

    @classmethod
    def of(cls, trials: Trials, scale: distance.Scale) -> Self:
        """Of one run of episodes with a model whose distances are read so."""
        bounds = np.array([scale.steps(int(limit)) for limit in LIMITS])
        seen = [_at_most(distances, bounds) for distances in (trials.known, trials.unknown)]
        return cls(1 - seen[0], seen[1])

    @classmethod
    def mean(cls, several: Sequence[Self], weights: Sequence[float]) -> Self:
        """Of several sets."""
        rejects, accepts = [errors.false_reject for errors in several], [errors.false_accept for errors in several]
        return cls(np.average(rejects, axis=0, weights=weights), np.average(accepts, axis=0, weights=weights))

    def equal(self) -> tuple[int, float]:
        """The limit at which both errors are the most alike, and their mean there."""
        index = int(np.argmin(np.abs(self.false_reject - self.false_accept)))
        return int(LIMITS[index]), float(self.false_reject[index] + self.false_accept[index]) / 2

    def like(self, reference: Self, limit: int) -> int:
        """The limit that lets in as many known queries as `limit` does with the reference.

        Distances of two networks are not proportional, so a factor fitted to all pairs of pictures would be settled by
        the far pairs, which no limit ever parts. The quantile of the nearest distances is right where the limit acts,
        and means to the user what the limit means to him: how near a thing must be to count as seen.
        """
        wanted = reference.false_reject[limit - 1]
        return int(LIMITS[np.argmin(np.abs(self.false_reject - wanted))])


def keeping(right: Numbers, scale: distance.Scale) -> int:
    """The least limit that keeps KEPT of the right answers, whose distances in steps are `right`."""
    least = np.sort(right)[int(np.ceil(KEPT * len(right))) - 1]
    low, high = 1, settings.LIMIT_MAX
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if scale.steps(middle) >= least else (middle + 1, high)
    return low


def _at_most(distances: Numbers, bounds: NDArray[np.int64]) -> Numbers:
    """The share of the distances that do not pass each bound."""
    return np.searchsorted(np.sort(distances), bounds, "right") / len(distances)
