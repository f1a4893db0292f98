"""A course as a picture: what the checked pictures' names were worth after each epoch, and the loss."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from madeleine.errors import ToolError
from madeleine.evaluation.plot import FAINT, FINER, HEIGHT_PX, INKS, PAPER, WIDTH_PX, Panel


def draw(right: Sequence[float], losses: Sequence[float], best: int, path: Path) -> None:
    """`right`: shares before and after each epoch; `best`: the epoch whose network counts."""
    size = 2 * WIDTH_PX, HEIGHT_PX
    picture = Image.new("RGB", (FINER * size[0], FINER * size[1]), PAPER)
    pen = ImageDraw.Draw(picture, "RGBA")
    epochs = list(range(len(right)))
    shares = [100 * share for share in right]
    low = 10 * (min(shares) // 10)
    panel = Panel(pen, 0, 0, (0, epochs[-1]), (low, 100))
    panel.axes("pictures it did not learn from", ("epochs", "named right, %"), epochs, _lines(low, 100))
    panel.line([(best, low), (best, 100)], FAINT)
    panel.line(list(zip(epochs, shares, strict=True)), INKS[0])
    panel = Panel(pen, WIDTH_PX, 0, (0, epochs[-1]), (0, max(losses)))
    panel.axes("pictures it learned from", ("epochs", "loss"), epochs, _lines(0, max(losses)))
    panel.line(list(zip(epochs[1:], losses, strict=True)), INKS[1])
    try:
        picture.resize(size, Image.Resampling.LANCZOS).save(path)
    except (OSError, ValueError) as error:
        raise ToolError(f"{path} cannot be written ({error}); give another --plot that ends in .png") from error


def _lines(low: float, high: float) -> list[float]:
    return [round(low + step * (high - low) / 5, 2) for step in range(6)]
