"""What one picture of the empty scene would gain: `python -m bench.empty_scene THINGS STRANGERS BACKGROUND ...`.

THINGS and STRANGERS are folders with a folder of photographs for each thing, BACKGROUND folders of photographs at any
depth. In each trial a camera looks at one background. Five things (three photographs each, filling the view) are pasted
into it and taught. Other photographs of them are asked, as large and in a quarter of the view, with the camera moved by
some pixels and a degree and 3 % more light; and once more in another scene. Strangers are pasted likewise.

Compared: the features p as they are, and max(p - e, 0), where e are those of the empty scene that is asked in, for the
examples as well. Named right: of all questions. At the limit: right and within the distance that lets in 5 % of the
strangers. 95 % of an episode's mean are within about 4 points.
"""

import random
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from madeleine.kpu import Network
from madeleine.model import find_model
from madeleine.pictures import is_photograph, photograph, photographs
from PIL import Image, ImageFilter

TRIALS, WAYS, SHOTS, ASKED, STRANGERS = 24, 5, 3, 3, 8
SIDES = (1.0, 0.5)
MOVED = (5, 3, 1.0, 1.03)  # pixels, pixels, degrees, gain
STILL = (0, 0, 0.0, 1.0)
NOISE, MARGIN = 1.5, 20
BOARD_STEP = 28  # from the colour of a thing's border on: what is more unlike it belongs to the thing


def background(path, dx, dy, degrees, gain):
    """A photograph as a moved camera sees it, float (224, 224, 3)."""
    side = 224 + 2 * MARGIN
    middle, turn = side / 2, np.deg2rad(degrees)
    cos, sin = np.cos(turn), np.sin(turn)
    x = middle - cos * (middle + dx) + sin * (middle + dy)
    y = middle - sin * (middle + dx) - cos * (middle + dy)
    whole = Image.fromarray(photograph(path, side, side))
    moved = whole.transform((side, side), Image.Transform.AFFINE, (cos, -sin, x, sin, cos, y), Image.Resampling.BICUBIC)
    return np.asarray(moved)[MARGIN:-MARGIN, MARGIN:-MARGIN] * gain


def mask(thing):
    """The thing alone if its border has one colour, else a soft square; 0..1."""
    border = np.concatenate([thing[:6].reshape(-1, 3), thing[:, :6].reshape(-1, 3), thing[:, -6:].reshape(-1, 3)])
    if border.std(axis=0).max() > BOARD_STEP:
        y, x = np.mgrid[-1:1:224j, -1:1:224j]
        return ((1 - (x**4 + y**4) ** 0.25) / 0.06).clip(0, 1)
    unlike = np.abs(thing.astype(float) - np.median(border, axis=0)).max(axis=2) > BOARD_STEP
    found = Image.fromarray(unlike.astype(np.uint8) * 255)
    for shape in (ImageFilter.MedianFilter(9), ImageFilter.MaxFilter(9), ImageFilter.GaussianBlur(2)):
        found = found.filter(shape)
    return np.asarray(found) / 255


class Trial:
    """One camera, two scenes, and the features of all it sees; `seen` has (kind, scene, side, class, features)."""

    def __init__(self, network, rng, scenes):
        self._network, self._rng, self._scenes = network, rng, scenes
        self.seen = []
        for scene in range(2):
            self._look("empty", scene, 0, -1, background(scenes[scene], *STILL))

    def _look(self, kind, scene, side, label, picture):
        noisy = (picture + self._rng.normal(0, NOISE, picture.shape)).clip(0, 255).astype(np.uint8)
        features = np.frombuffer(bytes(self._network.outputs_bytes(noisy)[0]), np.uint8)[:768]
        self.seen.append((kind, scene, side, label, features.astype(float)))

    def paste(self, kind, path, label, scenes, moved):
        """Look at a thing in each scene and at each size, at a place by chance."""
        thing = photograph(path)
        alpha = mask(thing)
        for side in SIDES if kind != "taught" else SIDES[:1]:
            size = round(224 * side)
            small = np.asarray(Image.fromarray(thing).resize((size, size)))
            cover = np.asarray(Image.fromarray((alpha * 255).astype(np.uint8)).resize((size, size)))[..., None] / 255
            y, x = (self._rng.random(2) * (224 - size)).astype(int)
            for scene in scenes:
                picture = background(self._scenes[scene], *moved)
                part = picture[y : y + size, x : x + size]
                picture[y : y + size, x : x + size] = cover * small + (1 - cover) * part
                self._look(kind, scene, side, label, picture)

    def of(self, kind, scene, side=None):
        """(labels, features) of what was seen."""
        found = [row for row in self.seen if row[0] == kind and row[1] == scene and side in (None, row[2])]
        return np.array([row[3] for row in found]), np.array([row[4] for row in found])


def trial(network, rng, things, strangers, scenes):
    made = Trial(network, rng, scenes)
    for label, name in enumerate(rng.choice(sorted(things), WAYS, replace=False)):
        paths = [things[name][at] for at in rng.permutation(len(things[name]))]
        for path in paths[:SHOTS]:
            made.paste("taught", path, label, (0,), STILL)
        for path in paths[SHOTS : SHOTS + ASKED]:
            made.paste("asked", path, label, (0, 1), MOVED)
    others = [path for paths in strangers.values() for path in paths]
    for at in rng.permutation(len(others))[:STRANGERS]:
        made.paste("stranger", others[at], -1, (0, 1), MOVED)
    return made


def unit(vectors):
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def results(trials, rule, shots):
    """{(scene, side): (named right, right at the limit)}, per cent."""
    found = defaultdict(lambda: ([], [], []))  # is it right, how far, how far are strangers
    for made in trials:
        for scene in range(2):
            empty = made.of("empty", scene)[1][0]
            labels, taught = made.of("taught", 0)
            kept = np.concatenate([np.flatnonzero(labels == label)[:shots] for label in range(WAYS)])
            examples = unit(rule(taught[kept], empty))
            for side in SIDES:
                right, far, strange = found[scene, side]
                asked, views = made.of("asked", scene, side)
                distances = 2 - 2 * unit(rule(views, empty)) @ examples.T
                right += list(labels[kept][distances.argmin(axis=1)] == asked)
                far += list(distances.min(axis=1))
                strange += list(
                    (2 - 2 * unit(rule(made.of("stranger", scene, side)[1], empty)) @ examples.T).min(axis=1)
                )
    return {
        key: (100 * np.mean(right), 100 * np.mean(np.array(right) & (np.array(far) <= np.quantile(strange, 0.05))))
        for key, (right, far, strange) in found.items()
    }


def main(things, strangers, *backgrounds):
    network, rng = Network.load(find_model("madeleine")), np.random.default_rng(11)
    scenes = sorted(path for folder in backgrounds for path in Path(folder).rglob("*") if is_photograph(path))
    random.Random(5).shuffle(scenes)
    kinds, others = photographs(Path(things)), photographs(Path(strangers))
    trials = [trial(network, rng, kinds, others, scenes[2 * at : 2 * at + 2]) for at in range(TRIALS)]
    print(f"{Path(things).name}, {TRIALS * WAYS * ASKED} questions: named right (and right at the limit)")
    print(f"{'':28}{'fills the view':>20}{'a quarter of it':>20}{'another scene, fills':>22}{'a quarter':>14}")
    for shots in (1, SHOTS):
        for name, rule in (("p", lambda p, e: p), ("max(p - e, 0)", lambda p, e: np.maximum(p - e, 0))):
            cells = results(trials, rule, shots)
            order = [cells[scene, side] for scene in range(2) for side in SIDES]
            print(f"{shots} taught, {name:18}" + "".join(f"{right:12.1f} ({limit:4.1f})" for right, limit in order))


if __name__ == "__main__":
    main(*sys.argv[1:])
