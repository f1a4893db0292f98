"""The numbers an evaluation gives, as plain data: by model, set, and number of shots."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from madeleine.device import distance
from madeleine.evaluation.as_the_camera import NORMAL_95, CameraResult
from madeleine.evaluation.limits import Errors, auroc
from madeleine.evaluation.trials import Numbers, Trials

SHOTS_FOR_UNKNOWN = 5  # at most: the number of shots whose rejection stands in the tables


@dataclass(frozen=True)
class Rejection:
    """How the unknown is told from the known by the distance of the nearest example.

    `limit` and `equal_limit` in the board's own unit; all others are shares. misnamed: known queries that are seen as
    another class. The two errors are the same at `equal_limit`, namely `equal_error`.
    """

    auroc: float
    limit: int
    false_accept: float
    false_reject: float
    misnamed: float
    equal_limit: int
    equal_error: float


@dataclass(frozen=True)
class Score:
    """At one number of shots: the share of queries named right, +- its 95 % interval, and the share beyond chance."""

    shots: int
    accuracy: float
    interval: float
    above_chance: float
    rejection: Rejection
    confusion: tuple[tuple[int, ...], ...]  # true class, answered class; empty in a mean over sets


@dataclass(frozen=True)
class SetResult:
    """A model on one set. `ways` classes an episode; `classes` of the set, in the order of `confusion`."""

    name: str
    ways: int
    classes: tuple[str, ...]
    scores: tuple[Score, ...]


@dataclass(frozen=True)
class Comparison:
    """A model beside the reference.

    `limit` lets in as many known queries as `reference_limit` does with the reference; the shares are those of both.
    At each number of shots: `gain` in accuracy, +- its 95 % interval (over the same episodes),
    and the share of the reference's accuracy above chance (None where that is no better than chance).
    """

    reference: str
    reference_limit: int
    limit: int
    false_reject: float
    false_accept: float
    reference_false_accept: float
    gain: tuple[float, ...]
    gain_interval: tuple[float, ...]
    above_chance: tuple[float | None, ...]


@dataclass(frozen=True)
class ModelResult:
    """A model on all sets; in `mean` each of them weighs the same, with however many ways it was tried.

    camera: what the camera does with each of the sets (as_the_camera.py).
    """

    name: str
    sets: tuple[SetResult, ...]
    mean: tuple[Score, ...]
    camera: tuple[CameraResult, ...] = ()
    comparison: Comparison | None = None


def set_result(
    name: str, ways: int, classes: Sequence[str], runs: Sequence[Trials], limit: int, scale: distance.Scale
) -> SetResult:
    """What the runs of one set, one for each number of shots, come to."""
    return SetResult(name, ways, tuple(classes), tuple(_score(trials, ways, limit, scale) for trials in runs))


def mean_score(several: Sequence[Score], errors: Sequence[Errors], weights: Sequence[float]) -> Score:
    """Over sets, at one number of shots. The equal-error limit is one limit for all sets."""
    equal_limit, equal_error = Errors.mean(errors, weights).equal()

    def mean(values: list[float]) -> float:
        return float(np.average(values, weights=weights))

    def share(name: str) -> float:
        return mean([getattr(score.rejection, name) for score in several])

    return Score(
        several[0].shots,
        mean([score.accuracy for score in several]),
        combined([score.interval for score in several], weights),
        mean([score.above_chance for score in several]),
        Rejection(
            share("auroc"),
            several[0].rejection.limit,
            share("false_accept"),
            share("false_reject"),
            share("misnamed"),
            equal_limit,
            equal_error,
        ),
        (),
    )


def combined(intervals: Sequence[float], weights: Sequence[float]) -> float:
    """The interval of a weighted mean of independent numbers."""
    parts = np.multiply(intervals, weights) / np.sum(weights)
    return float(np.sqrt((parts**2).sum()))


def interval(values: Numbers) -> float:
    """Half the width of the 95 % interval of the mean."""
    return NORMAL_95 * float(values.std(ddof=1)) / float(np.sqrt(len(values)))


def shots_for_unknown(shots: Sequence[int]) -> int:
    """The index of the number of shots whose rejection is shown."""
    return max((index for index, count in enumerate(shots) if count <= SHOTS_FOR_UNKNOWN), default=0)


def _score(trials: Trials, ways: int, limit: int, scale: distance.Scale) -> Score:
    accuracy = float(trials.accuracy.mean())
    return Score(
        trials.shots,
        accuracy,
        interval(trials.accuracy),
        accuracy - 1 / ways,
        _rejection(trials, limit, scale),
        tuple(tuple(int(count) for count in row) for row in trials.confusion),
    )


def _rejection(trials: Trials, limit: int, scale: distance.Scale) -> Rejection:
    errors = Errors.of(trials, scale)
    equal_limit, equal_error = errors.equal()
    seen = trials.known <= scale.steps(limit)
    return Rejection(
        auroc(trials.known, trials.unknown),
        limit,
        float(errors.false_accept[limit - 1]),
        float(errors.false_reject[limit - 1]),
        float(np.mean(seen & ~trials.named_right)),
        equal_limit,
        equal_error,
    )
