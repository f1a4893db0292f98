"""Curves over the epochs of a training as a picture: a panel each, side by side."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from madeleine.errors import ToolError
from madeleine.evaluation.plot import FAINT, FINER, HEIGHT_PX, INKS, PAPER, WIDTH_PX, Panel, Points

MOST_TICKS = 12
LOWEST = (0, 50, 90)  # per cent: where a panel of shares may begin


@dataclass(frozen=True)
class Curves:
    """A panel: lines by their names, of points (epochs, value), from low to high; a faint upright line."""

    title: str
    unit: str
    lines: dict[str, Points]
    low: float
    high: float
    mark: float | None = None


def shares(title: str, lines: dict[str, Points], mark: float | None = None) -> Curves:
    """Of shares, as per cent."""
    percent: dict[str, Points] = {name: [(x, 100 * y) for x, y in points] for name, points in lines.items()}
    least = min(y for points in percent.values() for _, y in points)
    return Curves(title, "%", percent, max(low for low in LOWEST if low <= least), 100, mark)


def losses(title: str, lines: dict[str, Points]) -> Curves:
    """From 0 up."""
    return Curves(title, "", lines, 0, math.ceil(max(y for points in lines.values() for _, y in points)) or 1)


def draw(panels: Sequence[Curves], epochs: int, path: Path) -> None:
    """Writes the picture; ToolError when it cannot be written."""
    size = len(panels) * WIDTH_PX, HEIGHT_PX
    picture = Image.new("RGB", (FINER * size[0], FINER * size[1]), PAPER)
    pen = ImageDraw.Draw(picture, "RGBA")
    for place, curves in enumerate(panels):
        panel = Panel(pen, place * WIDTH_PX, 0, (0, epochs), (curves.low, curves.high))
        ticks = range(0, epochs + 1, -(-epochs // MOST_TICKS))
        panel.axes(curves.title, ("epochs", curves.unit), ticks, _lines(curves.low, curves.high))
        if curves.mark is not None:
            panel.line([(curves.mark, curves.low), (curves.mark, curves.high)], FAINT)
        inks = INKS[place:] if len(curves.lines) == 1 else INKS
        for ink, points in zip(inks, curves.lines.values(), strict=False):
            panel.line(points, ink)
        if len(curves.lines) > 1:
            panel.key(list(zip(curves.lines, inks, strict=False)), low=curves.unit == "%")
    try:
        picture.resize(size, Image.Resampling.LANCZOS).save(path)
    except OSError as error:
        raise ToolError(f"{path} cannot be written ({error.strerror}); give another --plot") from error


def _lines(low: float, high: float) -> list[float]:
    return [round(low + step * (high - low) / 5, 2) for step in range(6)]
