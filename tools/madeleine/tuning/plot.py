"""How tuning went, as a picture: the share of checked pictures named right after each epoch, and the loss."""

import math
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
    low = 10 * min(min(shares) // 10, 9)
    panel = Panel(pen, 0, 0, (0, epochs[-1]), (low, 100))
    panel.axes("checked pictures named right", ("epochs", "%"), epochs, _lines(low, 100))
    panel.line([(best, low), (best, 100)], FAINT)
    panel.line(list(zip(epochs, shares, strict=True)), INKS[0])
    high = math.ceil(max(losses))
    panel = Panel(pen, WIDTH_PX, 0, (0, epochs[-1]), (0, high))
    panel.axes("loss of the learned pictures", ("epochs", ""), epochs, _lines(0, high))
    panel.line(list(zip(epochs[1:], losses, strict=True)), INKS[1])
    try:
        picture.resize(size, Image.Resampling.LANCZOS).save(path)
    except OSError as error:
        raise ToolError(f"{path} cannot be written ({error.strerror}); give another --plot") from error


def _lines(low: float, high: float) -> list[float]:
    return [round(low + step * (high - low) / 5, 2) for step in range(6)]
