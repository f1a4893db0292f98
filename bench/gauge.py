"""How far the gauge errs on a glass of water: by marks, pictures a mark, network, and kind of vectors.

usage: python -m bench.gauge [MODEL ...]      as for madeleine eval; docs/MEASURED.md holds what it printed

The photographs are those of water_glass, from 0 to 425 ml; what is asked are the levels that never are a mark. A moved
frame is the photograph shifted by up to MOVED_PX, with a sensor's noise. Errors are in per cent of the full glass.
"""

import sys
from itertools import pairwise

import numpy as np
from madeleine.device import engines, features, gauge
from madeleine.evaluation.models import ModelFile, steps
from PIL import Image, ImageOps

from tests.firmware.prompt import PHOTOGRAPHS

MODELS = ("madeleine", "mbnet751-feature")
GLASS = PHOTOGRAPHS / "water_glass"
FULL_ML = 425
MARKS_ML = {2: (0, FULL_ML), 3: (0, 200, FULL_ML), 5: (0, 100, 200, 300, FULL_ML)}
SIDE_PX, MOVED_PX = 224, 8
NOISE = 4.0  # grey levels a pixel
FRAMES = 24  # of each level: as it is, and moved
TAUGHT = {1: slice(0, 1), 3: slice(0, 3)}  # frames that a mark has pictures of
ASKED = {"as it is": slice(0, 1), "moved": slice(3, FRAMES)}
ANYWHERE = 1 << 30  # a limit that no distance reaches


def main():
    print(f"{'network':24}{'vectors':9}{'asked':10}{'pictures':>8}" + "".join(f"{n:>9} marks" for n in MARKS_ML))
    for name in sys.argv[1:] or MODELS:
        model = ModelFile.find(name)
        seen = vectors(model.load())
        for kind, read in (("unit", on_the_device), ("as they are", of_vectors_as_they_are)):
            for asked, frames in ASKED.items():
                for pictures, taught in TAUGHT.items():
                    cells = [cell(errors(read, seen, marks, taught, frames)) for marks in MARKS_ML.values()]
                    print(f"{model.name:24}{kind:12}{asked:10}{pictures:>5}" + "".join(cells), flush=True)


def cell(found):
    return f"{np.mean(found):>8.1f} ({max(found):4.1f})"


def vectors(extract):
    """For each level in ml the vectors of its frames (FRAMES, 768), in steps."""
    chance = np.random.default_rng(1)
    seen = {}
    for path in sorted(GLASS.glob("*/*.jpg")):
        pictures = np.stack([frame(path, chance, moved=number > 0) for number in range(FRAMES)])
        seen[int(path.parent.name.removesuffix("ml"))] = steps(extract(pictures)).astype(np.uint8)
    return seen


def frame(path, chance, moved):
    with Image.open(path) as image:
        square = np.asarray(ImageOps.fit(image.convert("RGB"), (SIDE_PX + 2 * MOVED_PX,) * 2))
    y, x = chance.integers(0, 2 * MOVED_PX + 1, 2) if moved else (MOVED_PX, MOVED_PX)
    part = square[y : y + SIDE_PX, x : x + SIDE_PX]
    return (part + chance.normal(0, NOISE, part.shape) * moved).clip(0, 255).round().astype(np.uint8)


def errors(read, seen, marks, taught, frames):
    """How far each frame of a level that never is a mark is misread, in per cent of the full glass."""
    pictures = [(value, vector) for value in marks for vector in seen[value][taught]]
    levels = [level for level in seen if level not in MARKS_ML[5]]
    asked = [(level, vector) for level in levels for vector in seen[level][frames]]
    readings = read(pictures, [vector for _, vector in asked])
    return [100 * abs(found - level) / FULL_ML for (level, _), found in zip(asked, readings, strict=True)]


def on_the_device(pictures, asked):
    """The app's own gauge."""
    engine = engines.Plain()
    ours = gauge.Gauge(engine)
    ours.take([bytearray(features.LENGTH) for _ in pictures])
    for value, vector in pictures:
        ours.add(value, vector.tobytes())
    return [ours.read(engine.query(vector.tobytes()), ANYWHERE) for vector in asked]


def of_vectors_as_they_are(pictures, asked):
    """What the first edition's gauge projected."""
    return [
        _projected(vector.astype(float), [(value, one.astype(float)) for value, one in pictures]) for vector in asked
    ]


def _projected(p, pictures):
    nearest = {}
    for value, vector in pictures:
        if value not in nearest or np.linalg.norm(p - vector) < np.linalg.norm(p - nearest[value]):
            nearest[value] = vector
    found = []
    for (low, a), (high, b) in pairwise(sorted(nearest.items())):
        t = np.clip((p - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
        found.append((np.linalg.norm(p - a - t * (b - a)), low + t * (high - low)))
    return min(found)[1]


if __name__ == "__main__":
    main()
