"""Measures what `madeleine teach` rests on: which examples to choose, which ridge, and the layer next to the camera.

    python -m bench.teach KIT --choose trashnet sign_digits
    python -m bench.teach KIT --ridges trashnet sign_digits --lessons 100
    python -m bench.teach KIT --compare rps_janken rps_hands grocery fork_scissors

KIT is what bench/kit.py has built. docs/MEASURED.md holds what it printed. Each row is the mean of so many lessons
(--lessons), each with another fifth of the pictures kept back; in brackets twice the standard error of that mean, which
is too small by the pictures that the lessons share.
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from madeleine.device import fit
from madeleine.evaluation.features import features_of
from madeleine.evaluation.held_out import is_parted
from madeleine.evaluation.models import ModelFile
from madeleine.evaluation.sets import only_set
from madeleine.teaching import choose, layers, lesson
from rich.console import Console
from threadpoolctl import threadpool_limits

PLACES = (3, 5, 10, 20)  # examples a class
SHOTS = (1, 2, 3, 5, 10, 20, 30)  # examples a class for --ridges
CAMERA_RIDGES = (0.1, 0.05, 0.03, 0.02)
EPOCHS = (2, 20, 200)  # of softmax
WHOLE = 250  # the camera's examples


def materials(folder, lessons):
    """The lessons of a set: other pictures are kept back each time. Where the names part the pictures, half are."""
    pictures, model = only_set(folder), ModelFile.find("madeleine")
    found, _ = features_of(model, pictures.paths, os.cpu_count() or 1, lambda more: None)
    if is_parted(pictures):
        for seed in range(1, lessons + 1):  # another part of what may be taught, or the lessons would be the same
            material = lesson.Material.of(pictures, found, [], lesson.Plan())
            random = np.random.default_rng(seed)
            kept = random.permutation(material.taught)[: round(0.9 * len(material.taught))]
            yield replace(material, taught=np.sort(kept))
        return
    for seed in range(1, lessons + 1):
        yield lesson.Material.of(pictures, found, [], lesson.Plan(seed=seed))


def named(material, places):
    """Shares named right by the nearest of the examples, and by the camera's least squares."""
    units, kinds = layers.unit(material.vectors), material.pictures.class_of
    asked, right = units[material.asked], material.classes[1]
    nearest = kinds[places][(asked @ units[places].T).argmax(axis=1)] == right
    squares = layers.LeastSquares(units[places], kinds[places], np.arange(len(places))).layer(fit.RIDGE)
    return nearest.mean(), (squares.answers(asked) == right).mean()


def row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def share(values: Sequence[float]) -> str:
    return f"{100 * np.mean(values):.1f} ({200 * np.std(values, ddof=1) / np.sqrt(len(values)):.1f})"


def choosing(name, several):
    """By examples a class: each method with `nearest` and `fit`. Then each ridge."""
    row(f"{name}, examples a class", *(f"{method}, {rule}" for method in choose.METHODS for rule in ("nearest", "fit")))
    for count in PLACES:
        shares = {method: [] for method in choose.METHODS}
        for number, material in enumerate(several):
            units = layers.unit(material.vectors[material.taught])
            places = count * len(material.pictures.classes)
            for method in choose.METHODS:
                rows = choose.chosen(units, material.classes[0], places, method, number)
                shares[method].append(named(material, material.taught[rows]))
        row(str(count), *(share(values) for both in shares.values() for values in zip(*both, strict=True)))
    row(f"{name}, ridge", "held back right", "left out right", "error of the left out")
    for ridge in layers.RIDGES:
        found = [ridged(material, ridge) for material in several]
        row(
            f"{ridge:g}",
            *(share(values) for values in list(zip(*found, strict=True))[:2]),
            f"{np.mean(found, 0)[2]:.4f}",
        )


def ridged(material, ridge):
    units, groups = layers.unit(material.vectors), material.pictures.group_of[material.taught]
    squares = layers.LeastSquares(units[material.taught], material.classes[0], groups)
    left_out = squares.left_out(ridge).argmax(axis=1) == material.classes[0]
    right = squares.layer(ridge).answers(units[material.asked]) == material.classes[1]
    return right.mean(), left_out.mean(), squares.error(ridge)


def ridging(name, several):
    """By examples a class, drawn at random: the first ridge, and what each other one gains over it."""
    first, *others = CAMERA_RIDGES
    row(f"{name}, examples a class", f"ridge {first:g}", *(f"{ridge:g}" for ridge in others))
    drawn = [(material, np.random.default_rng(seed).permutation(material.taught)) for seed, material in several]
    for count in SHOTS:
        shares = np.array([fitted(*both, count) for both in drawn if count <= fewest(*both)])
        if len(shares):
            row(str(count), share(shares[:, 0]), *(share(gain) for gain in (shares[:, 1:] - shares[:, :1]).T))


def fewest(material, drawn):
    return np.bincount(material.pictures.class_of[drawn]).min()


def fitted(material, drawn, count):
    """Shares named right, with each ridge, by so many examples a class: the first drawn."""
    units, kinds = layers.unit(material.vectors), material.pictures.class_of
    rows = np.concatenate([drawn[kinds[drawn] == kind][:count] for kind in np.unique(kinds[drawn])])
    squares = layers.LeastSquares(units[rows], kinds[rows], np.arange(len(rows)))
    found = [squares.layer(ridge).answers(units[material.asked]) for ridge in CAMERA_RIDGES]
    return [(answers == material.classes[1]).mean() for answers in found]


def comparing(name, several):
    """The camera with 250 examples, and layers over all taught pictures."""
    shares = [compared(material) for material in several]
    first = several[0]
    counts = f"{len(first.taught)}, {min(WHOLE, len(first.taught))}, {len(first.asked)}"
    row(name, counts, *(share(values) for values in zip(*shares, strict=True)))


def compared(material):
    """The camera by both rules; its examples with their own ridge; all pictures with both ridges; softmax."""
    units, kinds = layers.unit(material.vectors), material.pictures.class_of
    places = material.taught[choose.chosen(units[material.taught], material.classes[0], WHOLE, "herding")]
    groups, asked = material.pictures.group_of, units[material.asked]
    few = layers.LeastSquares(units[places], kinds[places], groups[places]).best()
    rows = material.taught
    every = layers.LeastSquares(units[rows], kinds[rows], groups[rows]).layer(fit.RIDGE)
    right = [np.mean(layer.answers(asked) == material.classes[1]) for layer in (few, every)]
    soft = [lesson.softmax(material, epochs, 1)[0] for epochs in EPOCHS]
    return [*named(material, places), *right, *(one.right.mean() for one in (lesson.layer(material), *soft))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("kit", type=Path)
    parser.add_argument("--choose", metavar="SET", nargs="+", default=[], help="measure choices and ridges on these")
    parser.add_argument("--ridges", metavar="SET", nargs="+", default=[], help="the camera's ridge on these")
    parser.add_argument("--compare", metavar="SET", nargs="+", default=[], help="camera and layers on these")
    parser.add_argument("--lessons", type=int, default=20)
    arguments = parser.parse_args()
    Console().print(f"mean of {arguments.lessons} lessons, % of the pictures that were kept back")
    with threadpool_limits(1):
        for name in arguments.choose:
            choosing(name, list(materials(arguments.kit / name, arguments.lessons)))
        for name in arguments.ridges:
            ridging(name, list(enumerate(materials(arguments.kit / name, arguments.lessons))))
        if arguments.compare:
            softs = (f"softmax, {epochs} epochs" for epochs in EPOCHS)
            own = "fit, its own ridge", f"all, ridge {fit.RIDGE:g}", "all, its own ridge"
            row("set", "taught, on the camera, asked", "nearest", "fit", *own, *softs)
        for name in arguments.compare:
            comparing(name, list(materials(arguments.kit / name, arguments.lessons)))


if __name__ == "__main__":
    main()
