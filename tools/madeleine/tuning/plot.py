"""How tuning went, as a picture: the share of checked pictures named right after each epoch, and the loss."""

from collections.abc import Sequence
from pathlib import Path

from madeleine.evaluation import curves


def draw(right: Sequence[float], losses: Sequence[float], best: int, path: Path) -> None:
    """`right`: shares before and after each epoch; `best`: the epoch whose network counts."""
    panels = [
        curves.shares("checked pictures named right", {"": list(enumerate(right))}, best),
        curves.losses("loss of the learned pictures", {"": list(enumerate(losses, 1))}),
    ]
    curves.draw(panels, len(losses), path)
