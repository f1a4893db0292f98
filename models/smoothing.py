"""What the camera answers over time, and what its gauge reads, with a hand that is not still.

    python models/smoothing.py kit --model madeleine compiled.kmodel

Each asked photograph becomes a film of 12 frames, moved again in each: shaky (up to 5 %, 5 degrees, 8 % zoom and 10 %
of light) or gentle (a third of that). These frames and the taught pictures, which do not move, have a sensor's noise.
One class of each episode is not taught. The glass is read from films, too, each frame between the marks of one frame;
by vectors as they are and by unit vectors.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias

import numpy as np
from limits import KINDS
from madeleine.device import constants, decision, distance
from madeleine.evaluation.distances import distances
from madeleine.evaluation.models import ModelFile, Pictures, steps
from madeleine.evaluation.sets import PictureSet, find_sets
from madeleine.evaluation.trials import Numbers, episodes
from numpy.typing import NDArray
from PIL import Image, ImageOps

Frame: TypeAlias = tuple[int, int]  # the label of the nearest example, its distance in steps
Answers: TypeAlias = list[int | None]
SIDE_PX, FRAMES, NOISE = 224, 12, 4.0
HANDS = {"shaky": 1.0, "gentle": 0.35}
SHOTS, ASKED, CHUNK = 5, 8, 8
EASY, GLASS = "fork_scissors", "water_glass"
FULL_ML = 425
SEEN_AFTER = 3  # frames


def main() -> None:
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="the folder of the sets")
    parser.add_argument("--model", nargs="+", required=True, help="as for madeleine eval")
    parser.add_argument("--episodes", type=int, default=10, help="of each set (%(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (%(default)s)")
    arguments = parser.parse_args()
    sets = [one for one in find_sets(arguments.folder) if one.name in KINDS and one.name != EASY]
    for name in arguments.model:
        model = ModelFile.find(name)
        with ProcessPoolExecutor(arguments.jobs, get_context("spawn")) as pool:
            films = list(_films(sets, arguments.episodes))
            taught = _vectors(pool, model, [path for film in films for path in film[1]], 0, 0)
            for hand, amount in HANDS.items():
                vectors = _vectors(pool, model, [path for film in films for path in film[2]], FRAMES, amount)
                _tell(model, hand, _answered(films, taught, vectors, model.scale()))
            _tell_gauge(model, _vectors(pool, model, _glasses(arguments.folder), FRAMES, 0.2))


Film: TypeAlias = tuple[PictureSet, list[Path], list[Path], NDArray[np.int64], NDArray[np.int64]]


def _films(sets: Sequence[PictureSet], count: int) -> Iterator[Film]:
    """(set, pictures to teach, to ask, the label of each taught, the true label of each asked: -1 was not taught)."""
    for pictures in sets:
        random = np.random.default_rng(1)
        for episode in episodes(pictures, pictures.ways[0], SHOTS, count, 1):
            learned, asked = episode.support.T.ravel(), random.permutation(episode.query.ravel())[:ASKED]
            left_out = pictures.class_of[episode.query[episode.left_out, 0]]
            learned = learned[pictures.class_of[learned] != left_out]
            true = pictures.class_of[asked]
            yield (
                pictures,
                [pictures.paths[index] for index in learned],
                [pictures.paths[index] for index in asked],
                pictures.class_of[learned],
                np.where(true == left_out, -1, true),
            )


def _vectors(
    pool: ProcessPoolExecutor, model: ModelFile, paths: Sequence[Path], frames: int, amount: float
) -> dict[Path, Numbers]:
    """(1 + frames, features) of each picture: as it is, and moved."""
    each = list(dict.fromkeys(paths))
    chunks = [each[at : at + CHUNK] for at in range(0, len(each), CHUNK)]
    found = [row for rows in pool.map(_filmed, [(model, chunk, frames, amount) for chunk in chunks]) for row in rows]
    return dict(zip(each, found, strict=True))


def _filmed(work: tuple[ModelFile, list[Path], int, float]) -> list[Numbers]:
    model, paths, frames, amount = work
    extract = model.load()
    found = []
    for path in paths:
        random = np.random.default_rng(len(path.name) * 1000 + sum(path.as_posix().encode()))
        with Image.open(path) as image:
            square = ImageOps.fit(image.convert("RGB"), (min(image.size),) * 2)
        moves = [0.0, *[amount] * frames]
        found.append(steps(extract(np.stack([_moved(square, random, move) for move in moves]))))
    return found


def _moved(square: Image.Image, random: np.random.Generator, amount: float) -> Pictures:
    """A frame of a square picture, uint8 (SIDE_PX, SIDE_PX, 3)."""
    side = square.width
    turn, zoom = np.deg2rad(random.uniform(-5, 5) * amount), 1 + random.uniform(-0.06, 0.08) * amount
    light, shift = 1 + random.uniform(-0.1, 0.1) * amount, random.uniform(-0.05, 0.05, 2) * amount * side
    turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) / zoom
    offset = np.full(2, side / 2) - turned @ (side / 2 + shift)
    matrix = (*turned[0], offset[0], *turned[1], offset[1])
    beyond = tuple(np.asarray(square).reshape(-1, 3).mean(axis=0).astype(int))
    frame = square.transform((side, side), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR, fillcolor=beyond)
    small = np.asarray(frame.resize((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR), float)
    noisy = small * light + random.normal(0, NOISE, small.shape)
    return np.asarray(noisy.clip(0, 255).round(), np.uint8)


def _each_frame(frames: Sequence[Frame], scale: distance.Scale) -> Answers:
    limit = scale.steps(constants.USUAL_LIMIT)
    return [label if far <= limit else None for label, far in frames]


def _three_in_a_row(frames: Sequence[Frame], scale: distance.Scale) -> Answers:
    """As the first edition answered: a name, or nothing, when it holds for three frames."""
    answers: Answers = []
    last: Answers = [None] * 3
    shown: int | None = None
    for label in _each_frame(frames, scale):
        last = [*last[1:], label]
        shown = label if last.count(label) == len(last) else shown
        answers.append(shown)
    return answers


def _now(frames: Sequence[Frame], scale: distance.Scale) -> Answers:
    """As lib/decision.py answers."""
    held, answers = decision.Decision(), Answers()
    limits = scale.steps(constants.USUAL_LIMIT), scale.sure_steps(constants.USUAL_LIMIT)
    for label, far in frames:
        held.frame(str(label), far, *limits)
        answers.append(None if held.name is None else int(held.name))
    return answers


RULES: dict[str, Callable[[Sequence[Frame], distance.Scale], Answers]] = {
    "each frame alone": _each_frame,
    "three in a row": _three_in_a_row,
    "two of three, a quarter beyond the limit": _now,
}


def _answered(
    films: Sequence[Film], taught: dict[Path, Numbers], vectors: dict[Path, Numbers], scale: distance.Scale
) -> dict[str, dict[str, list[tuple[int, Answers]]]]:
    """Of each rule and set, the true label and the answers of each film."""
    found: dict[str, dict[str, list[tuple[int, Answers]]]] = {rule: {} for rule in RULES}
    for pictures, support, asked, labels, true in films:
        examples = np.stack([taught[path][0] for path in support])
        for path, wanted in zip(asked, true, strict=True):
            between = distances(vectors[path][1:], examples)
            frames = [(int(labels[row.argmin()]), int(row.min())) for row in between]
            for rule, answer in RULES.items():
                found[rule].setdefault(pictures.name, []).append((int(wanted), answer(frames, scale)))
    return found


def _tell(model: ModelFile, hand: str, found: dict[str, dict[str, list[tuple[int, Answers]]]]) -> None:
    print(f"\n{model.name}, a {hand} hand: %, mean of the sets")
    print("| | right after 3 | wrong | silent | right after 12 | wrong | similar in | changes in 100 frames |")
    print("|" + " --- |" * 8)
    for rule, by_set in found.items():
        rows = [_shares(answers) for answers in by_set.values()]
        print(f"| {rule} | " + " | ".join(f"{share:.1f}" for share in np.mean(rows, axis=0)) + " |", flush=True)


def _shares(films: Sequence[tuple[int, Answers]]) -> list[float]:
    known = [(true, answers) for true, answers in films if true >= 0]
    early, late = SEEN_AFTER - 1, FRAMES - 1
    counts = (
        [answers[early] == true for true, answers in known],
        [answers[early] not in (true, None) for true, answers in known],
        [answers[early] is None for _, answers in known],
        [answers[late] == true for true, answers in known],
        [answers[late] not in (true, None) for true, answers in known],
        [answers[late] is not None for true, answers in films if true < 0],
        [answers[at] != answers[at - 1] for _, answers in known for at in range(SEEN_AFTER, FRAMES)],
    )
    return [100 * float(np.mean(flags)) for flags in counts]


def _glasses(folder: Path) -> list[Path]:
    return sorted((folder / GLASS).rglob("*.jpg"), key=_millilitres)


def _millilitres(path: Path) -> int:
    return int("".join(letter for letter in path.parent.name if letter.isdigit()))


def _tell_gauge(model: ModelFile, vectors: dict[Path, Numbers]) -> None:
    """The error of the readings between the marks, of one frame and of the middle of three."""
    true = 100 * np.array([_millilitres(path) for path in vectors]) / FULL_ML
    frames = np.stack([rows[1:] for rows in vectors.values()])
    between = (true > 0) & (true < 100)
    for title, kind in (("as they are", frames), ("unit vectors", frames / np.linalg.norm(frames, axis=2)[..., None])):
        errors = []
        for at in range(FRAMES):
            line = kind[-1, at] - kind[0, at]
            read = (100 * ((kind - kind[0, at]) @ line / (line @ line))).clip(0, 100).round()[between]
            middle = np.median([read[:, :-2], read[:, 1:-1], read[:, 2:]], axis=0)
            errors.append([np.abs(part - true[between, None]).mean() for part in (read, middle)])
        one, three = np.mean(errors, axis=0)
        print(
            f"{model.name}, glass, {title}: mean error {one:.2f} of 100, of the middle of three {three:.2f}", flush=True
        )


if __name__ == "__main__":
    main()
