"""The mean of the features of many pictures, each at length one: what lib/means.py keeps of every model with a map.

    python models/means.py train --model madeleine tour.kmodel --pictures 1000

Prints a line for lib/means.py for each model. PHOTOGRAPHS are folders of photographs at any depth, of all kinds: what
they have in common is what does not set an example apart (lib/heat.py).
"""

import argparse
import base64
import os
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from madeleine.device import heat
from madeleine.evaluation.features import features_of
from madeleine.evaluation.models import CAMERA, ModelFile, steps
from madeleine.model.identity import name_of_model
from madeleine.pictures import is_photograph
from madeleine.sim.eyes import HostEyes
from madeleine.sim.world import Scene
from numpy.typing import NDArray

SEED = 5


def mean_direction(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of vectors (pictures, 768), each at length one."""
    mean: NDArray[np.float64] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).mean(axis=0)
    return mean


def taken(folders: Sequence[Path], count: int) -> list[Path]:
    """So many of the photographs in the folders, at any depth, by chance."""
    paths = sorted(path for folder in folders for path in folder.rglob("*") if is_photograph(path))
    random.Random(SEED).shuffle(paths)
    return paths[:count]


def main() -> None:
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("photographs", type=Path, nargs="+")
    parser.add_argument("--model", nargs="+", required=True, help="as for madeleine eval; kmodels")
    parser.add_argument("--pictures", type=int, default=1000, help="taken by chance (%(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (%(default)s)")
    arguments = parser.parse_args()
    paths = taken(arguments.photographs, arguments.pictures)
    for name in arguments.model:
        model = ModelFile.find(name)
        found, _ = features_of(model, paths, arguments.jobs, lambda more: None)
        eyes = HostEyes()
        black = eyes.forward(eyes.load(model.path), Scene("black", np.zeros(CAMERA, np.uint8)))
        text = base64.b64encode(_in_bytes(mean_direction(steps(np.stack(list(found.values())))))).decode()
        print(f"    '{name_of_model(black)}': (  # {model.name}, {len(found)} pictures")
        for start in range(0, len(text), 100):
            print(f"        '{text[start : start + 100]}'")
        print("    ),")


def _in_bytes(mean: NDArray[np.float64]) -> bytes:
    """In parts of heat.ONE."""
    return (mean * heat.ONE).round().clip(0, 255).astype(np.uint8).tobytes()


if __name__ == "__main__":
    main()
