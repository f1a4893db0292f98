"""An evaluation as a picture: accuracy against examples for each set, and how far known and unknown things lie."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from madeleine.errors import ToolError, UsageError
from madeleine.evaluation.evaluate import Outcome, Plan, Task
from madeleine.evaluation.summary import Score, shots_for_unknown
from madeleine.evaluation.trials import Numbers
from madeleine.outputs import check_folder

FINER = 2  # drawn larger, then reduced: smooth edges
COLUMNS = 4
PANEL_PX = WIDTH_PX, HEIGHT_PX = 390, 300
LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 52, 14, 34, 48
PAPER, INK, FAINT = (255, 255, 255), (40, 40, 46), (214, 214, 218)
INKS = ((31, 105, 176), (226, 112, 20), (36, 140, 66), (198, 42, 44), (128, 84, 178), (120, 120, 126))
KNOWN, UNKNOWN = (31, 105, 176, 140), (226, 112, 20, 140)
BINS = 60
Ink: TypeAlias = tuple[int, ...]
Points: TypeAlias = Sequence[tuple[float, float]]


class Panel:
    """A pair of axes on a picture. Points are in the units of the axes, `left_px` and `top_px` in the picture's."""

    def __init__(
        self, pen: ImageDraw.ImageDraw, left_px: int, top_px: int, x: tuple[float, float], y: tuple[float, float]
    ):
        self._pen = pen
        self._box = (
            left_px + LEFT_PX,
            top_px + TOP_PX,
            left_px + WIDTH_PX - RIGHT_PX,
            top_px + HEIGHT_PX - BOTTOM_PX,
        )
        self._x, self._y = x, y

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A point in pixels."""
        left, top, right, bottom = self._box
        across, up = (x - self._x[0]) / (self._x[1] - self._x[0]), (y - self._y[0]) / (self._y[1] - self._y[0])
        return FINER * (left + across * (right - left)), FINER * (bottom - up * (bottom - top))

    def axes(self, title: str, words: tuple[str, str], ticks: Sequence[float], lines: Sequence[float]) -> None:
        """A frame with a title, what the axes show, ticks along x, and faint lines at y."""
        left, top, right, bottom = self._box
        for value in lines:
            self._pen.line([self.at(self._x[0], value), self.at(self._x[1], value)], FAINT, FINER)
            self._write((left - 6, self.at(0, value)[1] / FINER), f"{value:g}", "rm")
        for value in ticks:
            self._write((self.at(value, 0)[0] / FINER, bottom + 5), f"{value:g}", "ma")
        self._pen.rectangle([FINER * edge for edge in self._box], None, INK, FINER)
        self._write(((left + right) / 2, top - 8), title, "mb", 15)
        self._write(((left + right) / 2, bottom + 24), words[0], "ma")
        self._write((left, top - 8), words[1], "lb")

    def line(self, points: Points, ink: Ink, *, dashed: bool = False) -> None:
        """From point to point."""
        for start, end in pairwise([self.at(*point) for point in points]):
            parts = np.linspace(start, end, 41)
            pieces = zip(parts[:-1:2], parts[1::2], strict=True) if dashed else [(start, end)]
            for one, other in pieces:
                self._pen.line([tuple(one), tuple(other)], ink, 2 * FINER)

    def dots(self, points: Points, intervals: Sequence[float], ink: Ink) -> None:
        """Dots with an interval up and down."""
        radius = 3 * FINER
        for (x, y), interval in zip(points, intervals, strict=True):
            self._pen.line([self.at(x, y - interval), self.at(x, y + interval)], ink, FINER)
            middle_x, middle_y = self.at(x, y)
            self._pen.ellipse([middle_x - radius, middle_y - radius, middle_x + radius, middle_y + radius], ink)

    def steps(self, edges: Numbers, heights: Numbers, ink: Ink) -> None:
        """A bar for each pair of edges."""
        for (start, end), height in zip(pairwise(edges), heights, strict=True):
            if height > 0:
                self._pen.rectangle([*self.at(start, height), *self.at(end, 0)], ink)

    def key(self, entries: Sequence[tuple[str, Ink]], *, low: bool) -> None:
        """Names and their inks, in the corner at the right."""
        _, top, right, bottom = self._box
        at = bottom - 18 * len(entries) - 4 if low else top + 6
        for name, ink in entries:
            self._write((right - 24, at), name, "ra")
            self._pen.rectangle([FINER * edge for edge in (right - 18, at + 2, right - 8, at + 12)], ink)
            at += 18

    def _write(self, at: tuple[float, float], text: str, anchor: str, size: int = 12) -> None:
        font = ImageFont.load_default(FINER * size)
        self._pen.text((FINER * at[0], FINER * at[1]), text, INK, font, anchor=anchor)


def check_name(path: Path | None, option: str) -> None:
    """Is it a name for a picture? UsageError or ToolError for what would go wrong only after all is measured."""
    if path is None:
        return
    if path.suffix.lower() != ".png":
        raise UsageError(f"{path} is not a valid name of a picture; give one that ends in .png with --{option}")
    check_folder(path, option)


def draw(outcomes: Sequence[Outcome], tasks: Sequence[Task], plan: Plan, path: Path) -> None:
    """Writes the picture: one panel a set and one for their mean, then one a model."""
    curves = [
        (f"{task.name} ways", [outcome.result.sets[index].scores for outcome in outcomes])
        for index, task in enumerate(tasks)
    ]
    if len(tasks) > 1:
        curves.append(("mean of the sets", [outcome.result.mean for outcome in outcomes]))
    upper, lower = (-(-count // COLUMNS) for count in (len(curves), len(outcomes)))
    columns = min(COLUMNS, max(len(curves), len(outcomes)))
    size = columns * WIDTH_PX, (upper + lower) * HEIGHT_PX
    picture = Image.new("RGB", (FINER * size[0], FINER * size[1]), PAPER)
    pen = ImageDraw.Draw(picture, "RGBA")
    for index, (title, scores) in enumerate(curves):
        names = [outcome.result.name for outcome in outcomes] if not index else []
        _curves(pen, _place(index), title, names, scores)
    for index, outcome in enumerate(outcomes):
        _distances(pen, _place(upper * COLUMNS + index), outcome, plan)
    try:
        picture.resize(size, Image.Resampling.LANCZOS).save(path)
    except OSError as error:
        raise ToolError(f"{path} cannot be written ({error.strerror}); give another --plot") from error


def _place(index: int) -> tuple[int, int]:
    return index % COLUMNS * WIDTH_PX, index // COLUMNS * HEIGHT_PX


def _curves(
    pen: ImageDraw.ImageDraw,
    place: tuple[int, int],
    title: str,
    names: Sequence[str],
    several: Sequence[Sequence[Score]],
) -> None:
    """Accuracy with its interval; chance as a dashed line."""
    shots = [score.shots for score in several[0]]
    panel = Panel(pen, *place, (0, max(shots) + 1), (0, 102))
    panel.axes(title, ("examples a class", "%"), shots, range(0, 101, 20))
    chance = 100 * (several[0][0].accuracy - several[0][0].above_chance)
    panel.line([(0, chance), (max(shots) + 1, chance)], (150, 150, 156), dashed=True)
    for index, scores in enumerate(several):
        points = [(score.shots, 100 * score.accuracy) for score in scores]
        ink = INKS[index % len(INKS)]
        panel.line(points, ink)
        panel.dots(points, [100 * score.interval for score in scores], ink)
    panel.key([(name, INKS[index % len(INKS)]) for index, name in enumerate(names)], low=True)


def _distances(pen: ImageDraw.ImageDraw, place: tuple[int, int], outcome: Outcome, plan: Plan) -> None:
    """How far the nearest example is, over all sets, each with the same weight."""
    index = shots_for_unknown(plan.shots)
    runs = [runs[index] for runs in outcome.runs]
    known, unknown = (
        [np.asarray(outcome.scale.tenths(getattr(run, kind))) / 10 for run in runs] for kind in ("known", "unknown")
    )
    far = max(float(np.percentile(np.concatenate([*known, *unknown]), 99)), 1.5 * plan.limit)
    edges = np.linspace(0, far, BINS)
    shares = [_share(several, edges, outcome.weights) for several in (known, unknown)]
    high = 1.1 * max(1.0, *(float(share.max()) for share in shares))
    panel = Panel(pen, *place, (0, far), (0, high))
    panel.axes(outcome.result.name, ("distance of the nearest example", "%"), _round(far), _round(high))
    for share, ink in zip(shares, (KNOWN, UNKNOWN), strict=True):
        panel.steps(edges, share, ink)
    panel.line([(plan.limit, 0), (plan.limit, high)], INK, dashed=True)
    panel.key([("known", KNOWN), ("unknown", UNKNOWN), (f"limit {plan.limit}", INK)], low=False)


def _round(high: float) -> list[float]:
    """Four or more round numbers from 0 up to `high`."""
    unit = 10 ** np.floor(np.log10(high))
    step = next(unit * part for part in (1, 0.5, 0.2) if high >= 4 * unit * part)
    return list(np.arange(0, high, step))


def _share(several: Sequence[Numbers], edges: Numbers, weights: Sequence[float]) -> Numbers:
    """Per cent of the queries in each bin, mean over the sets."""
    shares = [100 * np.histogram(distances, edges)[0] / len(distances) for distances in several]
    return np.asarray(np.average(shares, axis=0, weights=weights))
