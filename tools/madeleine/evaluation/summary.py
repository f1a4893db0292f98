"""The numbers an evaluation gives, as plain data: by model, set, and number of shots."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from madeleine.evaluation.limits import Errors, auroc
from madeleine.evaluation.trials import Numbers, Trials
from madeleine.logic import logic

NORMAL_95 = 1.96  # standard errors on either side of a mean
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
class MatchedLimit:
    """The limit of this model that lets in as many known queries as `reference_limit` does with `reference`.

    The two rates are those of both limits; `above_chance` is this model's share of the reference's accuracy above
    chance, at each number of shots; None where the reference is no better than chance.
    """

    reference: str
    reference_limit: int
    limit: int
    false_reject: float
    false_accept: float
    reference_false_accept: float
    above_chance: tuple[float | None, ...]


@dataclass(frozen=True)
class ModelResult:
    """A model on all sets; `mean` gives each of them the same weight."""

    name: str
    sets: tuple[SetResult, ...]
    mean: tuple[Score, ...]
    matched: MatchedLimit | None = None


def set_result(name: str, ways: int, classes: Sequence[str], runs: Sequence[Trials], limit: int) -> SetResult:
    """What the runs of one set, one for each number of shots, come to."""
    return SetResult(name, ways, tuple(classes), tuple(_score(trials, ways, limit) for trials in runs))


def mean_score(several: Sequence[Score], errors: Sequence[Errors]) -> Score:
    """Over sets, at one number of shots. The equal-error limit is one limit for all sets."""
    equal_limit, equal_error = Errors.mean(errors).equal()

    def mean(name: str) -> float:
        return float(np.mean([getattr(score.rejection, name) for score in several]))

    return Score(
        several[0].shots,
        float(np.mean([score.accuracy for score in several])),
        float(np.sqrt(np.sum([score.interval**2 for score in several])) / len(several)),
        float(np.mean([score.above_chance for score in several])),
        Rejection(
            mean("auroc"),
            several[0].rejection.limit,
            mean("false_accept"),
            mean("false_reject"),
            mean("misnamed"),
            equal_limit,
            equal_error,
        ),
        (),
    )


def matched_limit(
    own: Errors, mean: Sequence[Score], reference: Errors, reference_mean: Sequence[Score], name: str, limit: int
) -> MatchedLimit:
    """A model beside the reference called `name`."""
    found = own.like(reference, limit)
    return MatchedLimit(
        name,
        limit,
        found,
        float(own.false_reject[found - 1]),
        float(own.false_accept[found - 1]),
        float(reference.false_accept[limit - 1]),
        tuple(_share(a.above_chance, b.above_chance) for a, b in zip(mean, reference_mean, strict=True)),
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def shots_for_unknown(shots: Sequence[int]) -> int:
    """The index of the number of shots whose rejection is shown."""
    return max((index for index, count in enumerate(shots) if count <= SHOTS_FOR_UNKNOWN), default=0)


def _score(trials: Trials, ways: int, limit: int) -> Score:
    accuracy = float(trials.accuracy.mean())
    return Score(
        trials.shots,
        accuracy,
        _interval(trials.accuracy),
        accuracy - 1 / ways,
        _rejection(trials, limit),
        tuple(tuple(int(count) for count in row) for row in trials.confusion),
    )


def _interval(values: Numbers) -> float:
    """Half the width of the 95 % interval of the mean."""
    return NORMAL_95 * float(values.std(ddof=1)) / float(np.sqrt(len(values)))


def _rejection(trials: Trials, limit: int) -> Rejection:
    errors = Errors.of(trials)
    equal_limit, equal_error = errors.equal()
    seen = trials.known <= logic("features").steps(limit)
    return Rejection(
        auroc(trials.known, trials.unknown),
        limit,
        float(errors.false_accept[limit - 1]),
        float(errors.false_reject[limit - 1]),
        float(np.mean(seen & ~trials.named_right)),
        equal_limit,
        equal_error,
    )
