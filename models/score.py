"""How good the features of models are, by the nearest example and by least squares, on sets of photographs.

    python models/score.py kit --model models/training/student.npz:symmetric mbnet751-feature

Unit vectors. Models and folders are those of `madeleine eval`, and the episodes are drawn as there. The sets that NEW
and SHARED name are measured, others not. A line of JSON for each model is appended to the scores.
"""

import argparse
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from madeleine.evaluation.evaluate import Plan, Task, tasks_of
from madeleine.evaluation.features import features_of
from madeleine.evaluation.models import Features, ModelFile
from madeleine.evaluation.sets import Indices, find_sets
from madeleine.evaluation.trials import Numbers
from rich.progress import Progress
from threadpoolctl import threadpool_limits

RULES = ("nearest", "least squares")
LAMBDA = 0.1  # what least squares adds to the diagonal
NEW = ("fork_scissors", "rps_janken", "sign_digits")  # sets of collections that training has not seen
SHARED = ("grocery", "rps_hands", "trashnet")  # other photographs of these collections were trained on
EASY = "fork_scissors"  # every model knows these apart: not in the mean of the hard sets
SCORES = Path(__file__).with_name("training") / "scores.jsonl"


def main() -> None:
    """Reads the command line, measures and writes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+", help="a folder for each class, or such folders")
    parser.add_argument("--model", nargs="+", required=True, help="as for madeleine eval")
    parser.add_argument("--shots", type=int, nargs="+", default=[1, 5], help="examples a class")
    parser.add_argument("--episodes", type=int, default=300, help="of each set (%(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (%(default)s)")
    parser.add_argument("--output", type=Path, default=SCORES, help="lines are appended (%(default)s)")
    arguments = parser.parse_args()
    plan = Plan(tuple(arguments.shots), arguments.episodes)
    sets = [pictures for folder in arguments.folders for pictures in find_sets(folder) if pictures.name in NEW + SHARED]
    tasks, _ = tasks_of(sets, plan)
    for name in arguments.model:
        model = ModelFile.find(name)
        features = _features(model, tasks, arguments.jobs)
        line = {"model": model.name, "seen": _seen(model.path)} | scores(features, tasks, plan)
        print(json.dumps(line))
        with arguments.output.open("a") as file:
            print(json.dumps(line), file=file)


def _seen(path: Path) -> int | None:
    """How many pictures a student had seen, where its file says so."""
    if path.suffix != ".npz":
        return None
    with np.load(path) as arrays:
        return int(arrays["seen"]) if "seen" in arrays else None


def _features(model: ModelFile, tasks: Sequence[Task], jobs: int) -> dict[Path, Features]:
    paths = list(dict.fromkeys(path for task in tasks for path in task.pictures.paths))
    with Progress() as progress:
        bar = progress.add_task(model.name, total=len(paths))
        features, _ = features_of(model, paths, jobs, lambda more: progress.advance(bar, more))
    return features


def scores(features: dict[Path, Features], tasks: Sequence[Task], plan: Plan) -> dict[str, dict[str, list[float]]]:
    """Per cent named right by set and by means of sets: for each rule, one number for each number of shots."""
    by_set = {task.name: _task(features, task, plan) for task in tasks}
    groups = {
        "hard": [task.name for task in tasks if task.pictures.name != EASY],
        "new": [task.name for task in tasks if task.pictures.name in NEW],
        "shared": [task.name for task in tasks if task.pictures.name in SHARED],
    }
    means = {f"mean {group}": np.mean([by_set[one] for one in names], 0) for group, names in groups.items() if names}
    return {name: dict(zip(RULES, np.round(rows, 1).tolist(), strict=True)) for name, rows in (by_set | means).items()}


def _task(features: dict[Path, Features], task: Task, plan: Plan) -> Numbers:
    """(rules, shots): per cent right, the mean of the set's episodes."""
    vectors = np.stack([features[path] for path in task.pictures.paths]).astype(np.float64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with threadpool_limits(1):
        cosines = vectors @ vectors.T
        found = [_episodes(cosines, task, shots) for shots in plan.shots]
    return 100 * np.array(found).T


def _episodes(cosines: Numbers, task: Task, shots: int) -> Numbers:
    """The share named right by each rule."""
    rights = []
    for episode in task.drawn:
        learned, asked = episode.support[:, :shots].T.ravel(), episode.query.ravel()
        label, true = task.pictures.class_of[learned], task.pictures.class_of[asked]
        near, own = cosines[np.ix_(asked, learned)], cosines[np.ix_(learned, learned)]
        rights.append([np.mean(answer == true) for answer in _answers(near, own, label)])
    return np.asarray(np.mean(rights, 0))


def _answers(near: Numbers, own: Numbers, label: Indices) -> Iterable[Indices]:
    """What each rule answers: the nearest example's label, and the greatest of the classes fitted by least squares."""
    yield label[near.argmax(1)]
    classes, one_hot = np.unique(label), np.equal.outer(label, np.unique(label))
    fitted = np.linalg.solve(own + LAMBDA * np.eye(len(own)), one_hot.astype(np.float64))
    yield classes[(near @ fitted).argmax(1)]


if __name__ == "__main__":
    main()
