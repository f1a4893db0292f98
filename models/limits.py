"""Where a model's limit and strict mark lie, and what the camera does at them: before, raw vectors; now, unit vectors.

    python models/limits.py kit --model madeleine mbnet751-feature compiled.kmodel

The limit lets in 1 % of unrelated things, pictures of sets of another kind; the strict mark a quarter of similar ones,
pictures of a class of the same set that was not taught. Both are those of the mean of the sets that KINDS names, less
the easy one. Every set is also judged at marks that were chosen without it and its pictures ("held out"). The last line
of a model is for `madeleine model build --marks` and lib/constants.py.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from madeleine.device import constants, distance
from madeleine.errors import ToolError
from madeleine.evaluation.distances import distances
from madeleine.evaluation.evaluate import Plan, Task, tasks_of
from madeleine.evaluation.features import features_of
from madeleine.evaluation.limits import auroc
from madeleine.evaluation.models import ModelFile, steps
from madeleine.evaluation.sets import find_sets
from madeleine.evaluation.trials import Numbers
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

KINDS = {
    "fork_scissors": "tools",
    "grocery": "groceries",
    "rps_hands": "hands",
    "rps_janken": "hands",
    "sign_digits": "hands",
    "trashnet": "litter",
}
EASY = "fork_scissors"  # every model knows these apart: only asked as something unrelated
SHOTS = 5
UNRELATED, SIMILAR = 0.01, 0.25  # shares that are let in at the limit, at the strict mark
RAW_LIMIT = constants.USUAL_LIMIT * (127 / 6) ** 2  # of the first edition, in squared steps of a byte
COLUMNS = ("right", "misnamed", "similar in", "unrelated in", "refused")
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class Asked:
    """What came out of one task: nearest distances of taught things, of similar and of unrelated ones.

    known, right (queries,), similar (queries,), unrelated (episodes, pictures) of the sets `strangers` (pictures,).
    """

    name: str
    of_set: str
    known: Numbers
    right: Flags
    similar: Numbers
    unrelated: Numbers
    strangers: NDArray[np.str_]

    def without(self, name: str) -> "Asked":
        """The same without the pictures of a set."""
        kept = self.strangers != name
        return replace(self, unrelated=self.unrelated[:, kept], strangers=self.strangers[kept])

    def shares(self, limit: float) -> list[float]:
        """Per cent, as COLUMNS says."""
        seen = self.known <= limit
        counts = (seen & self.right, seen & ~self.right, self.similar <= limit, self.unrelated <= limit, ~seen)
        return [100 * float(flags.mean()) for flags in counts]


def main() -> None:
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="the folder of the sets")
    parser.add_argument("--model", nargs="+", required=True, help="as for madeleine eval")
    parser.add_argument("--episodes", type=int, default=200, help="of each set (%(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (%(default)s)")
    arguments = parser.parse_args()
    try:
        _measure(arguments)
    except ToolError as error:
        raise SystemExit(f"limits.py: {error}") from None


def _measure(arguments: argparse.Namespace) -> None:
    sets = [pictures for pictures in find_sets(arguments.folder) if pictures.name in KINDS]
    tasks, _ = tasks_of(sets, Plan((SHOTS,), arguments.episodes))
    paths = [path for pictures in sets for path in pictures.paths]
    names = np.array([pictures.name for pictures in sets for _ in pictures.paths])
    hard = [task for task in tasks if task.pictures.name != EASY]
    for name in arguments.model:
        model = ModelFile.find(name)
        features, damaged = features_of(model, paths, arguments.jobs, lambda more: None)
        if damaged:
            raise SystemExit("\n".join(damaged.values()))
        vectors = steps(np.stack([features[path] for path in paths]))
        print(f"\n{model.name}, {SHOTS} examples a class, mean of {len(hard)} tasks, %")
        print("| | " + " | ".join(COLUMNS) + " |\n|" + " --- |" * (1 + len(COLUMNS)))
        with threadpool_limits(1):
            raw = [_asked(task, _squared(vectors), paths, names) for task in hard]
            now = [_asked(task, distances(vectors, vectors), paths, names) for task in hard]
        _row("before: raw vectors, limit 200", [one.shares(RAW_LIMIT) for one in raw])
        _tell(now)


def _squared(vectors: Numbers) -> Numbers:
    norms = (vectors * vectors).sum(axis=1)
    return np.asarray(norms[:, None] + norms - 2 * vectors @ vectors.T)


def _asked(task: Task, between: Numbers, paths: Sequence[Path], names: NDArray[np.str_]) -> Asked:
    """between (pictures, pictures): the distances of all pictures of all sets."""
    place = {path: row for row, path in enumerate(paths)}
    rows = np.array([place[path] for path in task.pictures.paths])
    kinds = np.array([KINDS[name] for name in names])
    others = np.flatnonzero(kinds != KINDS[task.pictures.name])
    known, right, similar, unrelated = [], [], [], []
    for episode in task.drawn:
        learned, asked = episode.support[:, :SHOTS].T.ravel(), episode.query.ravel()
        label, true = task.pictures.class_of[learned], task.pictures.class_of[asked]
        left_out = task.pictures.class_of[episode.query[episode.left_out, 0]]
        label, learned = label[label != left_out], learned[label != left_out]
        near = between[np.ix_(rows[asked], rows[learned])]
        taught = true != left_out
        known.append(near.min(axis=1)[taught])
        right.append((label[near.argmin(axis=1)] == true)[taught])
        similar.append(near.min(axis=1)[~taught])
        unrelated.append(between[np.ix_(others, rows[learned])].min(axis=1))
    flat = [np.concatenate(parts) for parts in (known, right, similar)]
    return Asked(task.name, task.pictures.name, flat[0], flat[1], flat[2], np.stack(unrelated), names[others])


def _tell(asked: Sequence[Asked]) -> None:
    """The marks of all sets; each set at its own marks, and at those that were chosen without it."""
    limit, sure = _marks(asked)
    apart = {name: _marks([one.without(name) for one in asked if one.of_set != name]) for name in _sets(asked)}
    _row("now: unit vectors, at the limit", [one.shares(limit) for one in asked])
    _row("at the strict mark", [one.shares(sure) for one in asked])
    _row("held out, at the limit", [one.shares(apart[one.of_set][0]) for one in asked])
    _row("held out, at the strict mark", [one.shares(apart[one.of_set][1]) for one in asked])
    for one in asked:
        _row(f"{one.name}, held out", [one.shares(apart[one.of_set][0])])
    similar, unrelated = np.mean(
        [[auroc(one.known, far.ravel()) for far in (one.similar, one.unrelated)] for one in asked], axis=0
    )
    print(f"AUROC of the nearest distance: taught from similar {similar:.3f}, from unrelated {unrelated:.3f}")
    usual = constants.USUAL_LIMIT
    for name, (far, near) in apart.items():
        print(f"chosen without {name}: limit {far / distance.ONE:.3f}, strict mark {near / far * usual:.0f} of {usual}")
    parts = round(limit * distance.PARTS / distance.ONE)
    print(f"--marks {limit / distance.ONE:.3f} {sure / limit * usual:.0f}    ({parts} of {distance.PARTS} parts)")


def _sets(asked: Sequence[Asked]) -> list[str]:
    return list(dict.fromkeys(one.of_set for one in asked))


def _marks(asked: Sequence[Asked]) -> tuple[int, int]:
    """The limit and the strict mark, as distances."""
    return (
        _greatest(lambda limit: np.mean([np.mean(one.unrelated <= limit) for one in asked]) <= UNRELATED),
        _greatest(lambda limit: np.mean([np.mean(one.similar <= limit) for one in asked]) <= SIMILAR),
    )


def _greatest(holds: Callable[[int], np.bool_]) -> int:
    """The greatest distance of which it holds, as it does of all smaller ones."""
    low, high = 0, distance.RIGHT_ANGLE
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def _row(title: str, several: Sequence[Sequence[float]]) -> None:
    print(f"| {title} | " + " | ".join(f"{share:.1f}" for share in np.mean(several, axis=0)) + " |")


if __name__ == "__main__":
    main()
