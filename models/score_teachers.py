"""How good the features of the teachers are, each one's and both side by side: what a student can learn of them.

    python models/score_teachers.py kit --teacher MOBILENET.npz --photographs PHOTOGRAPHS

Sets, rules and episodes are those of score.py. The vectors are centred, as the losses take them (training/losses.py).
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from madeleine.errors import ToolError
from madeleine.evaluation.evaluate import Plan, tasks_of
from madeleine.evaluation.sets import find_sets
from madeleine.pictures import photograph
from means import taken
from rich.progress import track
from score import NEW, SHARED, scores
from torch import Tensor
from torch.nn import functional
from training.lessons import BATCH, centred, mean_of
from training.teachers import Teachers


def main() -> None:
    """Reads the command line, measures and prints a line of JSON for each teacher, and for both."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+", help="a folder for each class, or such folders")
    parser.add_argument("--teacher", type=Path, required=True, help="npz of Keras' MobileNet v1 0.75 weights")
    parser.add_argument("--photographs", type=Path, nargs="+", required=True, help="what the vectors are centred on")
    parser.add_argument("--pictures", type=int, default=1000, help="of these, taken by chance (%(default)s)")
    parser.add_argument("--shots", type=int, nargs="+", default=[1, 5, 10], help="examples a class")
    parser.add_argument("--episodes", type=int, default=300, help="of each set (%(default)s)")
    arguments = parser.parse_args()
    try:
        _measure(arguments)
    except ToolError as error:
        raise SystemExit(f"score_teachers.py: {error}") from None


def _measure(arguments: argparse.Namespace) -> None:
    plan = Plan(tuple(arguments.shots), arguments.episodes)
    sets = [pictures for folder in arguments.folders for pictures in find_sets(folder) if pictures.name in NEW + SHARED]
    tasks, _ = tasks_of(sets, plan)
    teachers = Teachers(arguments.teacher)
    means = {
        name: functional.normalize(found, dim=1).mean(0)
        for name, found in _vectors(teachers, taken(arguments.photographs, arguments.pictures), "photographs").items()
    }
    paths = list(dict.fromkeys(path for task in tasks for path in task.pictures.paths))
    vectors = {name: centred(found, means[name]) for name, found in _vectors(teachers, paths, "sets").items()}
    for name, found in (vectors | {"both": torch.cat(list(vectors.values()), 1)}).items():
        features = dict(zip(paths, found.numpy().astype(np.float64), strict=True))
        print(json.dumps({"teacher": name} | scores(features, tasks, plan)))


def _vectors(teachers: Teachers, paths: Sequence[Path], what: str) -> dict[str, Tensor]:
    """For each teacher the means of its maps: (pictures, channels)."""
    found: dict[str, list[Tensor]] = {}
    for start in track(range(0, len(paths), BATCH), what):
        pictures = np.stack([photograph(path) for path in paths[start : start + BATCH]])
        given = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
        for name, map_ in teachers(given).items():
            found.setdefault(name, []).append(mean_of(map_))
    return {name: torch.cat(parts) for name, parts in found.items()}


if __name__ == "__main__":
    main()
