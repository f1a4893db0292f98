"""Counts how often lib/fit.py, on float32 rows and int8 weights, names a photograph otherwise than numpy in float64.

    python -m bench.fit_names KIT

KIT is what bench/kit.py has built. So many lessons of each set, at 1, 5 and 10 examples a class; every other picture
that may be asked is. docs/MEASURED.md holds what it printed.
"""

import argparse
from pathlib import Path
from unittest.mock import patch

import numpy as np
from madeleine.evaluation.features import features_of
from madeleine.evaluation.models import ModelFile, steps
from madeleine.evaluation.sets import find_sets
from threadpoolctl import threadpool_limits

from tests.lib import test_fit

SHOTS = (1, 5, 10)
MODEL = "madeleine"


def lesson(pictures, shots, random):
    """(taught, asked): rows of a set, drawn class by class; what shares a group with the taught is not asked."""
    taught = []
    for number in range(len(pictures.classes)):
        own = np.flatnonzero((pictures.class_of == number) & pictures.may_support)
        taught += list(random.permutation(own)[:shots])
    free = pictures.may_query & ~np.isin(pictures.group_of, pictures.group_of[taught])
    return taught, np.flatnonzero(free)


def compared(pictures, vectors, taught, asked):
    """By how much numpy prefers its own name where the camera gives another; how many are right, and of numpy's."""
    camera = test_fit.Camera()
    for row in taught:
        camera.examples.learn(pictures.classes[pictures.class_of[row]], vectors[row].tobytes())
    camera.settle()
    queries = [vectors[row].tobytes() for row in asked]
    scores, labels = camera.truth(queries)
    truth = [pictures.classes[pictures.class_of[row]] for row in asked]
    rights = [
        np.count_nonzero([name == right for name, right in zip(names, truth, strict=True)])
        for names in ([camera.fit.name(query) for query in queries], [labels[at] for at in scores.argmax(axis=1)])
    ]
    return camera.differences(queries), *rights


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("kit", type=Path)
    parser.add_argument("--lessons", type=int, default=10, help="of each set and number of examples (%(default)s)")
    arguments = parser.parse_args()
    model, random, totals, apart = ModelFile.find(MODEL), np.random.default_rng(1), np.zeros(3, int), []
    memory = test_fit.Memory()
    with threadpool_limits(1), patch("rows.uctypes", memory), patch("triangle.uctypes", memory):
        for pictures in find_sets(arguments.kit):
            found, _ = features_of(model, pictures.paths, 1, lambda more: None)
            vectors = steps(np.stack([found[path] for path in pictures.paths])).astype(np.uint8)
            for shots in SHOTS:
                for _ in range(arguments.lessons):
                    taught, asked = lesson(pictures, shots, random)
                    differences, *rights = compared(pictures, vectors, taught, asked)
                    apart += differences
                    totals += [len(asked), *rights]
            print(pictures.name, *totals, len(apart), flush=True)
    print(f"{totals[0]} asked, {len(apart)} not as numpy, by {max(apart, default=0):.4f} at most")
    print(f"{totals[1]} right, numpy {totals[2]}")


if __name__ == "__main__":
    main()
