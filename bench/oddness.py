"""Good or odd, with one class taught: `python -m bench.oddness kit/trashnet kit/grocery ...`.

In each trial some photographs of one class of a set are taught, and the others of that class (good) and all of the
other classes (odd) are asked. AUROC: how often an odd one is odder than a good one. At the camera's limit
(lib/oddness.py): how many of the good and of the odd ones it calls odd.
"""

import argparse
from pathlib import Path

import numpy as np
from madeleine.device import distance, engines, examples, good, vectors
from madeleine.evaluation.features import features_of
from madeleine.evaluation.models import ModelFile, steps
from madeleine.pictures import photographs

TRIALS = 5
SEED = 2


def auroc(of_good, of_odd):
    """The share of pairs in which the odd one is greater; half of those that are equal."""
    return np.mean((of_odd[:, None] > of_good) + 0.5 * (of_odd[:, None] == of_good))


def distances(asked, taught):
    """Of each asked vector from the nearest taught one, in steps; both (n, 768) and of length one."""
    return ((2 - 2 * asked @ taught.T).min(axis=1) * distance.ONE).astype(int)


def inspection_of(vectors_):
    """The camera's, of these bytes."""
    taught = examples.Examples(engines.Plain(), vectors.on_heap(len(vectors_)))
    for vector in vectors_:
        taught.learn("good", vector.astype(np.uint8).tobytes())
    return good.Inspection(taught)


def trials(kinds, shots, rng):
    """(AUROC, share of good called odd, share of odd called odd) of each trial."""
    for name, found in kinds.items():
        odd = np.concatenate([other for kind, other in kinds.items() if kind != name])
        for _ in range(TRIALS):
            order = rng.permutation(len(found))
            inspection = inspection_of(found[order[:shots]])
            taught = unit(found[order[:shots]])
            of_good, of_odd = (distances(unit(asked), taught) for asked in (found[order[shots:]], odd))
            called = [np.mean([inspection.oddness_of(far) > good.ODD for far in fars]) for fars in (of_good, of_odd)]
            yield auroc(of_good, of_odd), *called


def unit(vectors_):
    return vectors_ / np.maximum(np.linalg.norm(vectors_, axis=1, keepdims=True), 1e-9)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+", help="folders with a folder of photographs for each class")
    parser.add_argument("--model", default="madeleine")
    arguments = parser.parse_args()
    model = ModelFile.find(arguments.model)
    print("| set | taught | AUROC | good called odd | odd called odd |\n| --- | ---: | ---: | ---: | ---: |")
    for folder in arguments.sets:
        paths = photographs(folder)
        seen, _ = features_of(model, [path for kind in paths.values() for path in kind], 1, lambda more: None)
        kinds = {name: steps(np.stack([seen[path] for path in kind])) for name, kind in paths.items()}
        for shots in (good.LEAST, 10):
            found = np.mean(list(trials(kinds, shots, np.random.default_rng(SEED))), axis=0)
            print(f"| {folder.name} | {shots} | {found[0]:.3f} | {100 * found[1]:.0f} % | {100 * found[2]:.0f} % |")


if __name__ == "__main__":
    main()
