"""Is the heat where the thing is? Our map, Grad-CAM and Faster-Grad-CAM in one table: `python -m bench.heat`.

    python -m bench.heat kit --backgrounds photographs ... --floats mobilenet_v1_0.75_224_float32.npz

In each trial five things of a set of the kit are taught from three photographs that fill the view. Another photograph
of each is pasted into a photograph of something else, at three sizes and at places by chance, and the network looks.
Pointing game: the hottest cell looks into the pasted square. Energy: the share of the heat inside. Box: intersection
over union with the square. Deletion: how much farther from its example the view is when its 12 hottest cells of 49 are
grey, as a multiple of what 12 cells by chance do. Two things: with two of a set in opposite quarters, how often the
heat towards an example is hottest in its own quarter, and in the other one. CHOOSE are the sets on which the weights,
the mean mu and the thresholds were chosen, REPORT the others. The time is that of numpy on one core, all in this run.
"""

import argparse
import json
import random
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from madeleine.device import heat, means
from madeleine.explain.maps import NOBODY, Model, cells_of, grad_cam, squared_length
from madeleine.model import find_model
from madeleine.pictures import is_photograph, photograph, photographs
from PIL import Image
from threadpoolctl import threadpool_limits

from bench.faster_grad_cam import FasterGradCam, FloatNetwork

CHOOSE, REPORT = ("trashnet", "sign_digits"), ("grocery", "fork_scissors", "rps_janken", "rps_hands")
SIDES = (0.35, 0.5, 0.71)  # of the picture's: an eighth, a quarter and a half of its area
WAYS, SHOTS, TRIALS, PAIRS = 5, 3, 15, 40
DELETED, GREY = 12, 128
FLOORS = (10, 20, 40)  # heat.FLOOR is one of them
HALF_PX = 112
CORNERS = (((0, 0), (HALF_PX, HALF_PX)), ((HALF_PX, 0), (0, HALF_PX)))
CELLS_PX = heat.CELL_PX * np.arange(heat.SIDE)
SEED = 7


@dataclass
class Composite:
    """A picture with a thing in it, what the network sees, and what else the camera knows."""

    kind: str  # the thing's set
    picture: np.ndarray
    square: tuple  # x, y, side
    share: float
    empty: bytes  # the vector of the picture without the thing
    others: list  # vectors of examples of other things
    ignored: list  # of other backgrounds
    taught: list  # of the thing
    example: bytes  # the nearest of these
    view: object


def unit(vector):
    """A vector of bytes at length one."""
    numbers = np.frombuffer(vector, np.uint8).astype(float)
    return numbers / max(np.linalg.norm(numbers), 1e-9)


def composites(model, kind, things, backgrounds, trials, seed):
    """Composites of the things of one set."""
    rng = np.random.default_rng(seed)
    names = sorted(things)
    for trial in range(trials):
        scenes = [photograph(path) for path in backgrounds[3 * trial : 3 * trial + 3]]
        empty, *ignored = [model.see(scene).vector for scene in scenes]
        chosen = [names[at] for at in rng.permutation(len(names))[:WAYS]]
        paths = {name: [things[name][at] for at in rng.permutation(len(things[name]))] for name in chosen}
        taught = {name: [model.see(photograph(path)).vector for path in paths[name][:SHOTS]] for name in chosen}
        for name in chosen:
            others = [vector for other in chosen if other != name for vector in taught[other]]
            thing = Image.fromarray(photograph(paths[name][SHOTS]))
            for share in SIDES:
                side = round(224 * share)
                x, y = (rng.random(2) * (224 - side)).astype(int)
                picture = scenes[0].copy()
                picture[y : y + side, x : x + side] = np.asarray(thing.resize((side, side)))
                view = model.see(picture)
                square, example = (x, y, side), nearest(view, taught[name])
                yield Composite(kind, picture, square, share, empty, others, ignored, taught[name], example, view)


def nearest(view, vectors):
    """The vector that is nearest to a view's."""
    return max(vectors, key=lambda vector: unit(view.vector) @ unit(vector))


def two_things(model, things, backgrounds, trials, seed):
    """(view, squares, examples) of pictures with two things of one set in opposite quarters."""
    rng = np.random.default_rng(seed)
    for trial in range(trials):
        picture, examples = photograph(backgrounds[trial]).copy(), []
        corners = CORNERS[rng.integers(2)]
        chosen = [sorted(things)[at] for at in rng.permutation(len(things))[:2]]
        paths = [[things[name][at] for at in rng.permutation(len(things[name]))[: SHOTS + 1]] for name in chosen]
        for (x, y), (*_, path) in zip(corners, paths, strict=True):
            thing = Image.fromarray(photograph(path)).resize((HALF_PX, HALF_PX))
            picture[y : y + HALF_PX, x : x + HALF_PX] = np.asarray(thing)
        view = model.see(picture)
        for of_thing in paths:
            examples.append(nearest(view, [model.see(photograph(path)).vector for path in of_thing[:SHOTS]]))
        yield view, [(x, y, HALF_PX) for x, y in corners], examples


def inside(square):
    """Which cells look into a square: bool (7, 7)."""
    x, y, side = square
    return np.outer((y <= CELLS_PX) & (y + side > CELLS_PX), (x <= CELLS_PX) & (x + side > CELLS_PX))


def box_of(cells):
    """A box as Heat.box makes it."""
    shown = heat.Heat(heat.Sums(), False)
    shown.cells[:] = (cells * heat.TOP / max(cells.max(), 1e-12)).clip(0, heat.TOP).astype(np.uint8).tobytes()
    return shown.box()


def overlap(box, square):
    """Intersection over union of (x, y, width, height) and (x, y, side)."""
    (left, top, width, height), (x, y, side) = box, square
    across = max(0, min(left + width, x + side) - max(left, x))
    down = max(0, min(top + height, y + side) - max(top, y))
    return across * down / (width * height + side * side - across * down)


def judge(cells, composite):
    """(hit, energy inside, overlap of the boxes) of a heat, float (7, 7), none below 0."""
    within = inside(composite.square)
    hottest = np.unravel_index(cells.argmax(), cells.shape)
    return within[hottest], cells[within].sum() / max(cells.sum(), 1e-12), overlap(box_of(cells), composite.square)


def mean_of(vectors):
    """A mean for Heat.aim of vectors at length one."""
    return (
        (np.mean([unit(vector) for vector in vectors], axis=0) * heat.ONE)
        .round()
        .clip(0, 255)
        .astype(np.uint8)
        .tobytes()
    )


def mus(model, composite):
    """The candidates for mu."""
    own = means.mean_of(model.name, NOBODY, "")
    yield "the model's own mean", own
    yield "ignored views (2 other scenes)", mean_of(composite.ignored)
    yield "ignored views and the model's mean", mean_of_bytes(own, mean_of(composite.ignored))
    yield "the empty scene", mean_of([composite.empty])
    yield "examples of other things (12)", mean_of(composite.others)
    yield "nothing", bytes(len(own))


def mean_of_bytes(one, other):
    return ((np.frombuffer(one, np.uint8).astype(int) + np.frombuffer(other, np.uint8)) // 2).astype(np.uint8).tobytes()


def weighted(weights, composite):
    """z . weights of all channels, neither smooth nor less its mean."""
    maps = np.frombuffer(composite.view.last_map, np.uint8).reshape(-1, heat.SIDE, heat.SIDE).astype(float)
    return np.maximum(np.tensordot(weights, maps, 1), 0)


def strongest(weights):
    """Without all but the CHANNELS largest."""
    return np.where(np.abs(weights) >= np.sort(np.abs(weights))[-heat.CHANNELS], weights, 0)


def smooth(cells):
    """As Heat.look makes them smooth, and less their mean."""
    wide = np.pad(cells, 1)
    rows = wide[:-2] + 2 * wide[1:-1] + wide[2:]
    both = rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]
    return np.maximum(both - both.mean(), 0)


def candidates(model, composite):
    """(name, weights) of the candidates for the weights, with the model's own mean."""
    mu, q = np.frombuffer(means.mean_of(model.name, NOBODY, ""), np.uint8) / heat.ONE, unit(composite.example)
    yield "q - mu", q - mu
    for floor in FLOORS:
        yield f"(q - mu) / (mu + {floor / heat.ONE:.2f})", (q - mu) / (mu + floor / heat.ONE)
    middle = np.mean([unit(vector) for vector in composite.taught], axis=0)
    yield "the same with q the mean of three examples", (middle - mu) / (mu + heat.FLOOR / heat.ONE)


def ways(model, faster, composite):
    """(name, heat) of every way to make one."""
    example = np.frombuffer(composite.example, np.uint8)
    last_map = np.frombuffer(composite.view.last_map, np.uint8)
    yield f"**ours, {heat.CHANNELS} channels, smooth**", cells_of(model.heat(composite.example, composite.view))
    _, plain = next(candidates(model, composite))
    yield f"z . (q - mu), {heat.CHANNELS} channels, smooth", smooth(weighted(strongest(plain), composite))
    yield "z . (q - mu), all channels, as it is", weighted(plain, composite)
    yield "Grad-CAM of the distance", grad_cam(example, last_map)
    if faster:
        yield from faster.ways(composite)
    yield "chance", np.random.default_rng(composite.picture[0, 0, 0]).random((heat.SIDE, heat.SIDE))


def deletion(model, cells, composite):
    """The distance of the view from its example with the hottest cells grey."""
    order = np.argsort(-cells, axis=None)[:DELETED]
    picture = composite.picture.copy()
    for at in order:
        y, x = CELLS_PX[at // heat.SIDE], CELLS_PX[at % heat.SIDE]
        picture[max(0, y - 16) : y + 16, max(0, x - 16) : x + 16] = GREY
    return 2 - 2 * unit(model.see(picture).vector) @ unit(composite.example)


def table(title, rows):
    print(f"\n{title}\n| map |" + "".join(f" {100 * share * share:.0f} % of the view |" for share in SIDES))
    print("| --- |" + " --- |" * len(SIDES))
    for name, found in rows.items():
        cells = [np.array(found[share], float).mean(axis=0) for share in SIDES]
        print(f"| {name} |" + "".join(f" {100 * hit:.1f} {energy:.2f} {iou:.2f} |" for hit, energy, iou in cells))


def measured(model, faster, every, deletions):
    """{way: {share: judgements}}, and what deletion does, for the composites of the sets that are reported."""
    found, farther = defaultdict(lambda: defaultdict(list)), defaultdict(list)
    for number, composite in enumerate(every):
        for name, cells in ways(model, faster, composite):
            found[name][composite.share].append(judge(cells, composite))
            if "ours" in name:
                found[f"ours, {composite.kind}"][composite.share].append(judge(cells, composite))
            if composite.share == 0.5 and number // len(SIDES) < deletions:
                farther[name].append(deletion(model, cells, composite))
    return found, {name: np.mean(far) / np.mean(farther["chance"]) for name, far in farther.items()}


def times(model, faster, composite, floats):
    """Microseconds of each way, given the map; and of a Grad-CAM with its own run of the float network."""
    own = means.mean_of(model.name, NOBODY, "")
    pairs = heat.strongest(composite.example, squared_length(composite.example), own)
    channels = np.array([channel for channel, _ in pairs])
    weights = np.array([weight for _, weight in pairs], np.float32)
    maps = np.frombuffer(composite.view.last_map, np.uint8).reshape(-1, heat.CELLS)
    example = np.frombuffer(composite.example, np.uint8)
    print("\n| in this run, one core | microseconds |\n| --- | ---: |")
    ours = clocked(lambda: weights @ maps[channels])
    theirs = clocked(lambda: grad_cam(example, maps))
    print(f"| ours: 50 channels, aimed before | {ours:.1f} |\n| Grad-CAM of the same map | {theirs:.1f} |")
    if floats:
        print(f"| Faster-Grad-CAM of the same map | {clocked(lambda: faster.map_of(composite)):.1f} |")
        print(f"| Grad-CAM with a run of the float network | {clocked(lambda: floats.grad_cam(composite), 5):.0f} |")
    print(f"Grad-CAM / ours: {theirs / ours:.1f}")


def clocked(work, times_=300):
    """The median time of some runs, in microseconds."""
    spent = []
    for _ in range(times_):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return 1e6 * float(np.median(spent))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kit", type=Path, help="the folder of the sets")
    parser.add_argument(
        "--backgrounds", type=Path, nargs="+", required=True, help="folders of photographs at any depth"
    )
    parser.add_argument("--model", nargs="+", default=["madeleine"], help="names or files of models with a map")
    parser.add_argument("--floats", type=Path, help="Keras' weights, for Faster-Grad-CAM")
    parser.add_argument("--trials", type=int, default=TRIALS, help="of each set, five things each (%(default)s)")
    parser.add_argument("--deletions", type=int, default=60, help="composites of each model (%(default)s)")
    arguments = parser.parse_args()
    backgrounds = sorted(path for folder in arguments.backgrounds for path in folder.rglob("*") if is_photograph(path))
    random.Random(SEED).shuffle(backgrounds)
    floats = FloatNetwork(arguments.floats) if arguments.floats else None
    for name in arguments.model:
        model = Model(find_model(name))
        faster = FasterGradCam(floats, backgrounds[-100:]) if floats else None
        with threadpool_limits(1):
            run(model, name, arguments, backgrounds, faster, floats)


def run(model, name, arguments, backgrounds, faster, floats):
    def of(sets):
        for number, kind in enumerate(sets):
            things = photographs(arguments.kit / kind)
            yield from composites(model, kind, things, backgrounds[40 * number :], arguments.trials, SEED + number)

    rows = defaultdict(lambda: defaultdict(list))
    for composite in of(CHOOSE):
        for weights, numbers in candidates(model, composite):
            cells = smooth(weighted(strongest(numbers), composite))
            rows[weights][composite.share].append(judge(cells, composite))
        for mu, mean in mus(model, composite):
            cells = cells_of(model.heat(composite.example, composite.view, mean))
            rows[f"mu: {mu}"][composite.share].append(judge(cells, composite))
    table(f"{name}: weights and mu, on {', '.join(CHOOSE)}: hits, energy inside, overlap of the boxes", rows)
    every = list(of(REPORT))
    found, farther = measured(model, faster, every, arguments.deletions)
    table(f"{name}, on {', '.join(REPORT)}: {len(every) // len(SIDES)} composites of each size", found)
    print("deletion: " + json.dumps({way: round(float(far), 2) for way, far in farther.items()}))
    times(model, faster, every[1], floats)
    print("\n| two things | its own quarter | the other one |\n| --- | --- | --- |")
    for number, kind in enumerate(CHOOSE + REPORT):
        own, other = told_apart(model, photographs(arguments.kit / kind), backgrounds[-PAIRS:], number)
        print(f"| {kind} | {100 * own:.0f} | {100 * other:.0f} |")


def told_apart(model, things, backgrounds, seed):
    """How often the heat towards one of two things is hottest in its own quarter, and in the other's."""
    hits = []
    for view, squares, examples in two_things(model, things, backgrounds, PAIRS, seed):
        for example, pair in zip(examples, (squares, squares[::-1]), strict=True):
            cells = cells_of(model.heat(example, view))
            hottest = np.unravel_index(cells.argmax(), cells.shape)
            hits.append([inside(square)[hottest] for square in pair])
    return np.mean(hits, axis=0)


if __name__ == "__main__":
    main()
