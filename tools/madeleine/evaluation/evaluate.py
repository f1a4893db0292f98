"""One evaluation: every model on the same episodes of every set."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from madeleine.device import constants, distance, settings
from madeleine.errors import ToolError
from madeleine.evaluation import trials
from madeleine.evaluation.as_the_camera import CameraResult, camera_result
from madeleine.evaluation.limits import Errors
from madeleine.evaluation.models import Features, steps
from madeleine.evaluation.sets import PictureSet
from madeleine.evaluation.showing import Show
from madeleine.evaluation.summary import (
    SHOTS_FOR_UNKNOWN,
    Comparison,
    ModelResult,
    SetResult,
    combined,
    interval,
    mean_score,
    set_result,
    shots_for_unknown,
)
from madeleine.evaluation.trials import Episode, Numbers, Trials

SHOTS = (1, 3, 5, 10)  # examples a class, where the pictures are many


@dataclass(frozen=True)
class Plan:
    """What is asked for: numbers of shots, rising; episodes of each set; the limit that is judged; the random seed."""

    shots: tuple[int, ...] = SHOTS
    episodes: int = 200
    limit: int = constants.USUAL_LIMIT
    seed: int = 1
    rounded: bool = True  # features as bytes, as on the board; else as the float network gave them
    rule: str = settings.NEAREST  # naming.RULES


@dataclass(frozen=True)
class Task:
    """A set with a number of ways, its episodes, and pictures that show none of its things."""

    pictures: PictureSet
    ways: int
    drawn: tuple[Episode, ...]
    unrelated: tuple[Path, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """All pictures."""
        return self.pictures.paths + self.unrelated

    @property
    def lessons(self) -> int:
        """How many the headline has."""
        return 1 if self.pictures.in_halves else len(self.drawn)

    @property
    def weight(self) -> float:
        """In a mean over sets."""
        return 1 / len(self.pictures.ways)

    @property
    def name(self) -> str:
        """As it stands in tables."""
        return f"{self.pictures.name}, {self.ways}"


@dataclass(frozen=True)
class Outcome:
    """A model's numbers, and what they were made of: the runs of each task, one for each number of shots."""

    result: ModelResult
    scale: distance.Scale
    runs: tuple[tuple[Trials, ...], ...]
    weights: tuple[float, ...]

    @property
    def errors(self) -> Errors:
        """Mean over all sets and numbers of shots."""
        each = [
            (Errors.of(run, self.scale), weight)
            for runs, weight in zip(self.runs, self.weights, strict=True)
            for run in runs
        ]
        return Errors.mean([errors for errors, _ in each], [weight for _, weight in each])


def shots_for(sets: Sequence[PictureSet]) -> tuple[int, ...]:
    """How many examples to teach: SHOTS if a set has pictures enough; else what the smallest usable set allows."""
    most = [one for one in (_most_shots(pictures) for pictures in sets) if one]
    if not most:
        return (1,)
    if max(most) >= max(SHOTS) + trials.QUERIES - 1:
        return SHOTS
    enough = min(most)
    return tuple(sorted({shots for shots in (*SHOTS, min(enough, SHOTS_FOR_UNKNOWN)) if shots <= enough}))


def _most_shots(pictures: PictureSet) -> int:
    """So many of each class can be taught, and one is left to ask; 0 where that is not so."""
    if len(pictures.classes) < 2:
        return 0
    return min(pictures.most_shots(number) for number in range(len(pictures.classes)))


def tasks_of(sets: Sequence[PictureSet], plan: Plan, unrelated: Sequence[Path] = ()) -> tuple[list[Task], list[str]]:
    """The episodes of every set and number of ways, and why a set has none. ToolError when none has any."""
    tasks: list[Task] = []
    refused: list[ToolError] = []
    for pictures in sets:
        others = (*pictures.untaught, *unrelated)
        try:
            tasks += [Task(pictures, ways, _drawn(pictures, ways, plan), others) for ways in pictures.ways]
        except ToolError as error:
            refused.append(error)
    if not tasks:
        raise refused[0]
    return tasks, [str(error) for error in refused]


def _drawn(pictures: PictureSet, ways: int, plan: Plan) -> tuple[Episode, ...]:
    return tuple(trials.episodes(pictures, ways, max(plan.shots), plan.episodes, plan.seed))


def evaluate(
    name: str,
    scale: distance.Scale,
    features: dict[Path, Features],
    tasks: Sequence[Task],
    plan: Plan,
    advance: Callable[[int], None] = lambda more: None,
) -> Outcome:
    """A model whose features of every picture are known, and how its distances are read. advance: lessons are done."""
    results: list[SetResult] = []
    runs: list[tuple[Trials, ...]] = []
    camera: list[CameraResult] = []
    for task in tasks:
        pictures, vectors = task.pictures, vectors_of(task, features, plan)
        runs.append(tuple(trials.run(pictures, vectors[: len(pictures.paths)], task.drawn, plan.shots, plan.rule)))
        results.append(set_result(pictures.name, task.ways, pictures.classes, runs[-1], plan.limit, scale))
        showing = show_of(task, vectors, plan).run(scale, plan.limit, advance)
        camera.append(camera_result(pictures.name, task.ways, showing, scale, plan.limit))
    weights = tuple(task.weight for task in tasks)
    mean = tuple(
        mean_score(
            [result.scores[index] for result in results], [Errors.of(run[index], scale) for run in runs], weights
        )
        for index in range(len(plan.shots))
    )
    result = ModelResult(name, tuple(results), mean, tuple(camera))
    return Outcome(result, scale, tuple(runs), weights)


def vectors_of(task: Task, features: dict[Path, Features], plan: Plan) -> Numbers:
    """(pictures, 768) of all of the task's pictures, in steps."""
    return steps(np.stack([features[path] for path in task.paths]), rounded=plan.rounded)


def show_of(task: Task, vectors: Numbers, plan: Plan) -> Show:
    """What the camera shows with as many examples a class as stand for the others in the tables."""
    return Show(task.pictures, vectors, task.drawn, plan.shots[shots_for_unknown(plan.shots)], plan.rule)


def compared(outcome: Outcome, reference: Outcome, limit: int) -> Outcome:
    """With what the model gains over the reference, and the limit that means what `limit` means there."""
    own, other = outcome.errors, reference.errors
    found = own.like(other, limit)
    means = list(zip(outcome.result.mean, reference.result.mean, strict=True))
    comparison = Comparison(
        reference.result.name,
        limit,
        found,
        float(own.false_reject[found - 1]),
        float(own.false_accept[found - 1]),
        float(other.false_accept[limit - 1]),
        tuple(a.accuracy - b.accuracy for a, b in means),
        tuple(_gain_interval(outcome, reference, index) for index in range(len(means))),
        tuple(a.above_chance / b.above_chance if b.above_chance > 0 else None for a, b in means),
    )
    return replace(outcome, result=replace(outcome.result, comparison=comparison))


def _gain_interval(outcome: Outcome, reference: Outcome, index: int) -> float:
    pairs = zip(outcome.runs, reference.runs, strict=True)
    return combined([interval(a[index].accuracy - b[index].accuracy) for a, b in pairs], outcome.weights)
